/**
 * Laws of vectorised environments: N copies give the bits of N separate environments, whatever N is, and touch nobody else's.
 *
 * A law is a named function that throws on violation, so that it serves good subjects and broken ones.
 *
 * *Source:* house contract 4, "Environments". *Deviations:* none.
 */
import { deepStrictEqual, notStrictEqual, ok, strictEqual, throws } from 'node:assert/strict'
import type { Env, LiveEnv } from '../../src/core/env.ts'
import type { Key } from '../../src/core/key.ts'
import { foldIn, rootKey } from '../../src/core/rng.ts'
import { sample, sizeOf } from '../../src/core/space.ts'
import type { VectorEnv } from '../../src/core/vector-env.ts'

export type VectorSubject = (env: Env, size: number) => VectorEnv
export type VectorLaw = Readonly<{ name: string; check(vectorise: VectorSubject, open: () => Env): void }>

const root = rootKey('vector laws')

/** What is compared of one copy. */
type Row = Readonly<{ obs: readonly number[]; reward: number; terminated: boolean; truncated: boolean; unstable: boolean }>

const rowOf = (vector: VectorEnv, i: number): Row => {
  const width = vector.obs.length / vector.size
  return {
    obs: [...vector.obs.subarray(i * width, (i + 1) * width)],
    reward: vector.rewards[i],
    terminated: vector.terminated[i] === 1,
    truncated: vector.truncated[i] === 1,
    unstable: vector.unstable[i] === 1,
  }
}

const rowsOf = (vector: VectorEnv): readonly Row[] => Array.from({ length: vector.size }, (_, i) => rowOf(vector, i))

/** Key of what copy `i` does at moment `t`. */
const keyAt = (i: number, t: number): Key => foldIn(foldIn(root, i), t)

const keysAt = (size: number, t: number): readonly Key[] => Array.from({ length: size }, (_, i) => keyAt(i, t))

/** Row i of the actions [N, A] is drawn for copy i and this moment, whatever N is. */
const actionsAt = (env: Env, size: number, t: number): Float64Array =>
  Float64Array.from(Array.from({ length: size }, (_, i) => [...sample(foldIn(keyAt(i, t), 1), env.spec.actionSpace)]).flat())

/** One separate environment, driven as copy `i` is driven: stepped, and reset whenever its episode is over. */
const alone = (env: Env, i: number, moments: number): readonly Row[] => {
  const live: LiveEnv = env.live()
  const obs = new Float64Array(sizeOf(env.spec.observationSpace))
  return Array.from({ length: moments }, (_, t): Row => {
    if (t === 0 || live.terminated || live.truncated) live.reset(keyAt(i, t), obs)
    else live.step(keyAt(i, t), sample(foldIn(keyAt(i, t), 1), env.spec.actionSpace), obs)
    const { reward, terminated, truncated, unstable } = live
    return { obs: [...obs], reward, terminated, truncated, unstable }
  })
}

/** Drives `vector` through moment `t`: copies whose episode is over are reset and left out of the step. */
const advance = (vector: VectorEnv, env: Env, t: number): void => {
  const { size } = vector
  if (t === 0) return vector.reset(keysAt(size, 0))
  const ended = Array.from({ length: size }, (_, i) => vector.terminated[i] !== 0 || vector.truncated[i] !== 0)
  if (!ended.includes(true)) return vector.step(keysAt(size, t), actionsAt(env, size, t))
  vector.step(keysAt(size, t), actionsAt(env, size, t), Uint8Array.from(ended, (over) => (over ? 0 : 1)))
  ended.forEach((over, i) => {
    if (over) vector.resetOne(i, keyAt(i, t))
  })
}

const moments = 40

export const vectorLaws: readonly VectorLaw[] = [
  {
    name: 'every copy gives the bits of a separate environment, whatever N is',
    check: (vectorise, open) => {
      for (const size of [1, 2, 5]) {
        const env = open()
        const vector = vectorise(env, size)
        deepStrictEqual([vector.size, vector.spec], [size, env.spec])
        const found = Array.from({ length: moments }, (_, t) => {
          advance(vector, env, t)
          return rowsOf(vector)
        })
        for (let i = 0; i < size; i++) deepStrictEqual(found.map((rows) => rows[i]), alone(env, i, moments), `copy ${i} of ${size}`)
        ok(found.some((rows) => rows.some((row) => row.terminated || row.truncated)), 'some episode ends')
      }
    },
  },
  {
    name: 'a reset of one copy, and a copy left out of a step, touch no other',
    check: (vectorise, open) => {
      const env = open()
      const [vector, untouched] = [vectorise(env, 3), vectorise(env, 3)]
      for (const each of [vector, untouched]) for (let t = 0; t < 3; t++) advance(each, env, t)
      vector.resetOne(1, keyAt(7, 0))
      const { obs } = env.reset(keyAt(7, 0))
      deepStrictEqual(rowOf(vector, 1), { obs: [...obs], reward: 0, terminated: false, truncated: false, unstable: false })
      deepStrictEqual([rowOf(vector, 0), rowOf(vector, 2)], [rowOf(untouched, 0), rowOf(untouched, 2)])
      const before = rowsOf(vector)
      vector.step(keysAt(3, 3), actionsAt(env, 3, 3), Uint8Array.of(1, 0, 1))
      untouched.step(keysAt(3, 3), actionsAt(env, 3, 3))
      deepStrictEqual([rowOf(vector, 0), rowOf(vector, 2)], [rowOf(untouched, 0), rowOf(untouched, 2)])
      deepStrictEqual(rowOf(vector, 1), before[1])
      // the copy that was left out goes on from where it was
      const { state } = env.reset(keyAt(7, 0))
      vector.step(keysAt(3, 4), actionsAt(env, 3, 4))
      const next = env.step(keyAt(1, 4), state, sample(foldIn(keyAt(1, 4), 1), env.spec.actionSpace))
      deepStrictEqual(rowOf(vector, 1).obs, [...next.obs])
      const rested = vectorise(env, 1)
      rested.reset(keysAt(1, 0))
      rested.step(keysAt(1, 1), actionsAt(env, 1, 1))
      notStrictEqual(rested.rewards[0], 0)
      rested.step(keysAt(1, 2), actionsAt(env, 1, 2), Uint8Array.of(0))
      strictEqual(rested.rewards[0], 0, 'a copy that rests is not rewarded again')
    },
  },
  {
    name: 'what was saved goes on bit for bit in other copies, observations and flags included',
    check: (vectorise, open) => {
      const env = open()
      for (const at of [1, 9, 20]) {
        const [vector, other] = [vectorise(env, 3), vectorise(env, 3)]
        for (let t = 0; t < at; t++) advance(vector, env, t)
        const bytes = vector.save()
        const copy = bytes.slice()
        for (let t = 0; t < 5; t++) advance(other, env, t)
        other.restore(bytes)
        deepStrictEqual(rowsOf(other), rowsOf(vector))
        deepStrictEqual(other.save(), bytes)
        for (let t = at; t < at + 15; t++) {
          advance(vector, env, t)
          advance(other, env, t)
          deepStrictEqual(rowsOf(other), rowsOf(vector), `moment ${t}, restored at ${at}`)
        }
        deepStrictEqual(bytes, copy)
        for (const bad of [bytes.slice(1), bytes.slice(0, -1), new Uint8Array(0), new Uint8Array(7)]) throws(() => other.restore(bad), RangeError)
        throws(() => vectorise(env, 2).restore(bytes), RangeError)
      }
    },
  },
  {
    name: 'nothing resets by itself, and what is refused leaves no trace',
    check: (vectorise, open) => {
      const env = open()
      const vector = vectorise(env, 2)
      throws(() => vector.step(keysAt(2, 0), actionsAt(env, 2, 0)))
      let t = 0
      do advance(vector, env, t++)
      while (vector.terminated[0] + vector.truncated[0] === 0 && t < moments)
      ok(t < moments, 'an episode that is over stays over')
      const before = [rowsOf(vector), vector.save()] as const
      const actions = actionsAt(env, 2, t)
      throws(() => vector.step(keysAt(2, t), actions), /copy 0 .*after the end/)
      const bad = actions.slice()
      bad[bad.length - 1] = NaN
      for (const i of [0, 1]) vector.resetOne(i, keyAt(i, t))
      const ready = [rowsOf(vector), vector.save()] as const
      throws(() => vector.step(keysAt(2, t), bad), /^RangeError: copy 1: /)
      throws(() => vector.step(keysAt(2, t), actions.slice(1)), RangeError)
      throws(() => vector.step(keysAt(1, t), actions), RangeError)
      throws(() => vector.step(keysAt(2, t), actions, new Uint8Array(3)), RangeError)
      for (const index of [-1, 2, 0.5, NaN]) throws(() => vector.resetOne(index, root), RangeError)
      throws(() => vector.reset(keysAt(3, 0)), RangeError)
      deepStrictEqual([rowsOf(vector), vector.save()], ready)
      const reference = vectorise(env, 2)
      reference.restore(before[1])
      deepStrictEqual(rowsOf(reference), before[0])
      for (const size of [0, -1, 1.5, NaN]) throws(() => vectorise(env, size), RangeError)
    },
  },
  {
    name: 'inputs are left as they were, and the arrays stay the same ones',
    check: (vectorise, open) => {
      const env = open()
      const vector = vectorise(env, 3)
      const arrays = [vector.obs, vector.rewards, vector.terminated, vector.truncated, vector.unstable]
      advance(vector, env, 0)
      const actions = actionsAt(env, 3, 1)
      const active = Uint8Array.of(1, 1, 1)
      const copies = [actions.slice(), active.slice()]
      vector.step(keysAt(3, 1), actions, active)
      deepStrictEqual([actions, active], copies)
      const saved = vector.save()
      vector.restore(saved)
      deepStrictEqual([vector.obs, vector.rewards, vector.terminated, vector.truncated, vector.unstable].map((each, i) => each === arrays[i]), arrays.map(() => true))
    },
  },
]
