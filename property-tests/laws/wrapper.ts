/**
 * Laws of wrappers, each against a definition over the whole episode of the environment below.
 *
 * A law is a named function that throws on violation, so that it serves good subjects and broken ones.
 *
 * *Source:* Gymnasium 1.x, `gymnasium.wrappers`, with the deviations that the wrappers state. *Deviations:* none.
 */
import { deepStrictEqual, ok, strictEqual, throws } from 'node:assert/strict'
import type * as wrappers from '../../envs/index.ts'
import type { Env, Step } from '../../src/core/env.ts'
import type { Key } from '../../src/core/key.ts'
import { addObservation, emptyMoments, mergeMoments } from '../../src/core/moments.ts'
import { type EpisodeState, pureEnv, vectorCodec } from '../../src/core/pure-env.ts'
import { foldIn, normals, rootKey, uniform, uniforms } from '../../src/core/rng.ts'
import { box } from '../../src/core/space.ts'
import { pack, unpack } from '../../src/run/plain-data.ts'

export type WrapperSubject = Pick<
  typeof wrappers,
  | 'timeLimit' | 'clipAction' | 'rescaleAction' | 'frameStack' | 'normaliseObservation' | 'observationMoments' | 'withObservationMoments'
  | 'normaliseReward' | 'rewardMoments' | 'withRewardMoments' | 'recordEpisode' | 'replayRecording'
>
export type WrapperLaw = Readonly<{ name: string; check: (subject: WrapperSubject) => void }>

const root = rootKey('wrapper laws')
const low = [-2, 0.1]
const high = [1, 0.3]
const limit = 150

/**
 * An environment that shows what it is given: it observes its last action, pushed by noise and a drift, and is rewarded by it. It
 * ends when its first entry has wandered far, which it rarely does, or after 150 steps.
 */
export const echoEnv = (): Env<EpisodeState<Float64Array>> =>
  pureEnv({
    spec: {
      id: 'echo',
      title: 'An echo',
      source: 'test',
      observationSpace: box([-Infinity, -Infinity, 0], [Infinity, Infinity, limit]),
      actionSpace: box(low, high),
      observations: ['first', 'second', 'time'].map((name, i) => ({ name, unit: 'm', low: i === 2 ? 0 : -Infinity, high: i === 2 ? limit : Infinity })),
      actions: ['left', 'right'].map((name, i) => ({ name, unit: 'm', low: low[i], high: high[i] })),
      timeLimit: limit,
      rewardThreshold: 10,
      dt: 1,
    },
    reset: (key) => {
      const state = Float64Array.of(uniform(key), 1000, 0)
      return { state, obs: state.slice() }
    },
    step: (key, [first, , time], action) => {
      const [a, b] = normals(key, 2)
      const state = Float64Array.of(0.9 * first + 0.1 * a + 0.01 * action[0], 1000 + b + action[1], time + 1)
      return { state, obs: state.slice(), reward: action[0] + 0.5 * a - 0.3, terminated: Math.abs(state[0]) > 1.2, info: { left: action[0], right: action[1] } }
    },
    ...vectorCodec(3),
  })

const actionAt = (key: Key, t: number): Float64Array => {
  const [a, b] = uniforms(foldIn(foldIn(key, 2), t), 2)
  return Float64Array.of(-2 + 3 * a, 0.1 + 0.2 * b)
}

/** Steps of an episode of `env` from `first` on, with actions of `key` made by `make`; at most `steps` of them. */
const followed = <S>(env: Env<S>, key: Key, first: Step<S>, steps: number, make = (action: Float64Array) => action): readonly Step<S>[] => {
  const all = [first]
  for (let t = 0; t < steps; t++) {
    const { state, terminated, truncated } = all[t]
    if (terminated || truncated) break
    all.push(env.step(foldIn(foldIn(key, 1), t), state, make(actionAt(key, t))))
  }
  return all
}

const episode = <S>(env: Env<S>, key: Key, steps = limit, make?: (action: Float64Array) => Float64Array): readonly Step<S>[] =>
  followed(env, key, env.reset(foldIn(key, 0)), steps, make)

const keys = Array.from({ length: 6 }, (_, i) => foldIn(root, i))

const near = (label: string, actual: number, expected: number, allowed: number): void =>
  ok(Math.abs(actual - expected) <= allowed, `${label}: ${actual} instead of ${expected}`)

const sameBut = <A, B>(label: string, actual: readonly Step<A>[], expected: readonly Step<B>[], names: readonly (keyof Step<unknown>)[]): void => {
  strictEqual(actual.length, expected.length, `${label}: length of the episode`)
  actual.forEach((step, t) => names.forEach((name) => deepStrictEqual(step[name], expected[t][name], `${label}: ${name} of step ${t}`)))
}

/** Mean and population variance of entry `i` of the first rows, in two passes. */
const twoPass = (rows: readonly ArrayLike<number>[], i: number): Readonly<{ mean: number; variance: number }> => {
  const mean = rows.reduce((sum, row) => sum + row[i], 0) / rows.length
  return { mean, variance: rows.reduce((sum, row) => sum + (row[i] - mean) * (row[i] - mean), 0) / rows.length }
}

const clipped = (x: number, bound: number): number => Math.max(-bound, Math.min(bound, x))

/** Statistics of rows [T, O] by the two-pass formula. */
const momentsOf = (rows: readonly ArrayLike<number>[]): Float64Array => {
  const columns = Array.from({ length: rows[0].length }, (_, i) => twoPass(rows, i))
  return Float64Array.of(rows.length, ...columns.map(({ mean }) => mean), ...columns.map(({ variance }) => variance * rows.length))
}

/** Entries of order 1000 over a spread of 1, 150 of them: 150 · 2.2e-16 · 1000 for means, times a deviation of 2 · 150 for squares. */
const expectMoments = (label: string, actual: Float64Array, expected: Float64Array): void => {
  strictEqual(actual.length, expected.length, label)
  strictEqual(actual[0], expected[0], `${label}: count`)
  const size = (expected.length - 1) / 2
  for (let i = 1; i <= size; i++) {
    near(`${label}: mean ${i}`, actual[i], expected[i], 3.3e-11)
    near(`${label}: spread ${i}`, actual[size + i], expected[size + i], 1e-8)
  }
}

/** The running statistics of Gymnasium, written out: count 10⁻⁴, mean 0 and variance 1 before anything was seen. */
const gymnasiumStatistics = () => {
  let [count, mean, variance] = [1e-4, 0, 1]
  return (x: number): Readonly<{ mean: number; variance: number }> => {
    const delta = x - mean
    const total = count + 1
    mean += delta / total
    variance = (variance * count + (delta * delta * count) / total) / total
    count = total
    return { mean, variance }
  }
}

const pseudoCount = (size: number): Float64Array => Float64Array.of(1e-4, ...new Float64Array(size), ...new Float64Array(size).fill(1e-4))

export const wrapperLaws: readonly WrapperLaw[] = [
  {
    name: 'a time limit truncates its last step and changes nothing else',
    check: ({ timeLimit }) => {
      for (const steps of [1, 7, limit]) {
        const env = timeLimit(echoEnv(), { steps })
        strictEqual(env.spec.timeLimit, steps)
        for (const key of keys) {
          const found = episode(env, key, 2 * limit)
          sameBut('time limit', found, episode(echoEnv(), key, steps), ['obs', 'reward', 'terminated', 'info'])
          found.forEach(({ truncated }, t) => strictEqual(truncated, t === steps, `truncated after ${t} of ${steps} steps`))
          const last = found[found.length - 1]
          throws(() => env.step(key, last.state, actionAt(key, 0)), /after the end of the episode/)
        }
      }
      for (const steps of [0, -1, 1.5, NaN, Infinity, limit + 1]) throws(() => timeLimit(echoEnv(), { steps }), RangeError)
    },
  },
  {
    name: 'clipping hands on actions inside the bounds, and takes all others',
    check: ({ clipAction }) => {
      const env = clipAction(echoEnv())
      deepStrictEqual(env.spec.actionSpace, box([-Infinity, -Infinity], [Infinity, Infinity]))
      for (const key of keys) {
        const wild = (action: Float64Array): Float64Array => action.map((x) => 5 * x)
        const bounded = (action: Float64Array): Float64Array => wild(action).map((x, i) => Math.max(low[i], Math.min(high[i], x)))
        sameBut('clip', episode(env, key, limit, wild), episode(echoEnv(), key, limit, bounded), ['obs', 'reward', 'terminated', 'truncated', 'info'])
        sameBut('inside', episode(env, key), episode(echoEnv(), key), ['obs', 'reward', 'terminated', 'truncated', 'info'])
      }
      throws(() => env.step(root, env.reset(root).state, Float64Array.of(NaN, 0)), RangeError)
      throws(() => env.step(root, env.reset(root).state, Float64Array.of(0)), RangeError)
    },
  },
  {
    name: 'rescaling is affine, meets both ends exactly, and goes on beyond them',
    check: ({ rescaleAction }) => {
      const below = (env: Env<unknown>, action: readonly number[]): readonly number[] => {
        const { info } = env.step(root, env.reset(root).state, Float64Array.from(action))
        return [info['left'], info['right']]
      }
      const one = rescaleAction(echoEnv(), { low: -1, high: 1 }) as Env<unknown>
      deepStrictEqual(one.spec.actionSpace, box([-1, -1], [1, 1]))
      deepStrictEqual(below(one, [-1, -1]), low)
      deepStrictEqual(below(one, [1, 1]), high)
      const each = rescaleAction(echoEnv(), { low: [0, -3], high: [10, 7] }) as Env<unknown>
      deepStrictEqual(each.spec.actionSpace, box([0, -3], [10, 7]))
      deepStrictEqual(below(each, [0, 7]), [low[0], high[1]])
      for (let i = 0; i < 50; i++) {
        const [a, b] = normals(foldIn(root, i), 2)
        const [left, right] = below(each, [5 + 10 * a, 2 + 10 * b])
        // three roundings of numbers below 20
        near('first', left, low[0] + ((5 + 10 * a) / 10) * (high[0] - low[0]), 1e-14)
        near('second', right, low[1] + ((5 + 10 * b) / 10) * (high[1] - low[1]), 1e-14)
      }
      for (const options of [{ low: 1, high: 1 }, { low: NaN, high: 1 }, { low: -Infinity, high: 1 }, { low: [0], high: 1 }, { low: 0, high: [1, -1] }]) {
        throws(() => rescaleAction(echoEnv(), options), RangeError)
      }
    },
  },
  {
    name: 'stacked frames are the last observations, the oldest first, padded by the first one',
    check: ({ frameStack }) => {
      for (const size of [1, 2, 5]) {
        const env = frameStack(echoEnv(), { size })
        for (const key of keys) {
          const below = episode(echoEnv(), key)
          const found = episode(env, key)
          sameBut('frames', found, below, ['reward', 'terminated', 'truncated', 'info'])
          found.forEach(({ obs }, t) => {
            const frames = Array.from({ length: size }, (_, i) => [...below[Math.max(0, t - (size - 1 - i))].obs]).flat()
            deepStrictEqual([...obs], frames, `step ${t}`)
          })
        }
        strictEqual(env.spec.observations.length, 3 * size)
        strictEqual(new Set(env.spec.observations.map(({ name }) => name)).size, 3 * size)
        deepStrictEqual(env.spec.observations.slice(-3), echoEnv().spec.observations)
      }
      for (const size of [0, 1.5, NaN]) throws(() => frameStack(echoEnv(), { size }), RangeError)
    },
  },
  {
    name: 'observations are standardised by the statistics of all that was seen so far',
    check: ({ normaliseObservation, observationMoments }) => {
      for (const [epsilon, clip] of [[1e-8, 10], [0.5, 1], [1e-8, Infinity]]) {
        const env = normaliseObservation(echoEnv(), { epsilon, clip })
        deepStrictEqual(env.spec.observationSpace, box(new Array(3).fill(-clip), new Array(3).fill(clip)))
        for (const key of keys) {
          const below = episode(echoEnv(), key)
          const found = episode(env, key)
          sameBut('rest', found, below, ['reward', 'terminated', 'truncated', 'info'])
          found.forEach(({ obs, state }, t) => {
            const seen = below.slice(0, t + 1).map((step) => step.obs)
            expectMoments(`step ${t}`, observationMoments(state), momentsOf(seen))
            obs.forEach((x, i) => {
              const { mean, variance } = twoPass(seen, i)
              // differences of numbers of order 1000, over deviations of order 1 (a single observation is its own mean)
              near(`entry ${i} of step ${t}`, x, clipped((below[t].obs[i] - mean) / Math.sqrt(variance + epsilon), clip), 1e-9)
            })
          })
        }
      }
    },
  },
  {
    name: 'begun with its pseudo-count and not clipped, observations are those of Gymnasium',
    check: ({ normaliseObservation }) => {
      const env = normaliseObservation(echoEnv(), { start: pseudoCount(3), clip: Infinity })
      for (const key of keys) {
        const statistics = [0, 1, 2].map(gymnasiumStatistics)
        const found = episode(env, key)
        episode(echoEnv(), key).forEach((below, t) =>
          below.obs.forEach((x, i) => {
            const { mean, variance } = statistics[i](x)
            // the first observations come from cancellation of 1000 against 1000, over a deviation of 10
            near(`entry ${i} of step ${t}`, found[t].obs[i], (x - mean) / Math.sqrt(variance + 1e-8), 1e-9)
          }),
        )
      }
    },
  },
  {
    name: 'frozen statistics scale, while what is seen is gathered beside them',
    check: ({ normaliseObservation, observationMoments, normaliseReward, rewardMoments }) => {
      const frozen = Float64Array.of(4, 0.5, 1000, 60, 1, 16, 4e4)
      const kept = frozen.slice()
      const env = normaliseObservation(echoEnv(), { frozen })
      const rewards = normaliseReward(echoEnv(), { frozen: Float64Array.of(4, 3, 36) })
      for (const key of keys) {
        const below = episode(echoEnv(), key)
        const found = episode(env, key)
        found.forEach(({ obs }, t) =>
          obs.forEach((x, i) => near(`entry ${i} of step ${t}`, x, clipped((below[t].obs[i] - kept[1 + i]) / Math.sqrt(kept[4 + i] / 4 + 1e-8), 10), 1e-12)),
        )
        expectMoments('gathered', observationMoments(found[found.length - 1].state), momentsOf(below.map(({ obs }) => obs)))
        const scaled = episode(rewards, key)
        scaled.forEach(({ reward }, t) => near(`reward of step ${t}`, reward, below[t].reward / Math.sqrt(36 / 4 + 1e-8), 1e-15))
        strictEqual(rewardMoments(scaled[scaled.length - 1].state)[0], below.length - 1)
      }
      frozen.fill(9)
      const [first] = episode(env, keys[0])
      near('a copy is kept', first.obs[1], 0, 1e-12)
    },
  },
  {
    name: 'rewards are divided by the deviation of the discounted return, and not centred',
    check: ({ normaliseReward, rewardMoments }) => {
      for (const [gamma, epsilon, clip] of [[0.99, 1e-8, 10], [0, 0.1, 1.5], [1, 1e-8, Infinity]]) {
        const env = normaliseReward(echoEnv(), { gamma, epsilon, clip })
        for (const key of keys) {
          const below = episode(echoEnv(), key)
          const found = episode(env, key)
          sameBut('rest', found, below, ['obs', 'terminated', 'truncated'])
          const returns: (readonly [number])[] = []
          below.slice(1).forEach(({ reward }, i) => {
            const t = i + 1
            let discounted = 0
            for (let k = 1; k <= t; k++) discounted = discounted * gamma + below[k].reward
            returns.push([discounted])
            const { variance } = twoPass(returns, 0)
            const expected = clipped(reward / Math.sqrt(variance + epsilon), clip)
            // returns of at most 100 with deviations from 1e-4 (a single return) up
            near(`reward of step ${t}`, found[t].reward, expected, 1e-9 * Math.max(1, Math.abs(expected)))
            strictEqual(found[t].info['rawReward'], reward)
            expectMoments(`step ${t}`, rewardMoments(found[t].state), momentsOf(returns))
          })
        }
      }
      strictEqual(normaliseReward(echoEnv()).spec.rewardThreshold, null)
      for (const options of [{ gamma: 1.1 }, { gamma: NaN }, { epsilon: 0 }, { clip: -1 }, { start: new Float64Array(2) }, { frozen: Float64Array.of(1, 1, -1) }]) {
        throws(() => normaliseReward(echoEnv(), options), RangeError)
      }
    },
  },
  {
    name: 'statistics can go on from an earlier episode, and be replaced in a state',
    check: ({ normaliseObservation, observationMoments, withObservationMoments, normaliseReward, rewardMoments, withRewardMoments }) => {
      const env = normaliseObservation(echoEnv())
      const [a, b] = [episode(env, keys[0]), episode(echoEnv(), keys[0])]
      const last = a[a.length - 1]
      const again = followed(env, keys[1], env.resetFrom(foldIn(keys[1], 0), last.state.memory), limit)
      const below = episode(echoEnv(), keys[1])
      again.forEach(({ state }, t) =>
        expectMoments(`step ${t}`, observationMoments(state), momentsOf([...b, ...below.slice(0, t + 1)].map(({ obs }) => obs))),
      )
      const live = env.live()
      const obs = new Float64Array(3)
      live.resetFrom(foldIn(keys[1], 0), last.state.memory, obs)
      deepStrictEqual(obs, again[0].obs)
      live.step(foldIn(foldIn(keys[1], 1), 0), actionAt(keys[1], 0), obs)
      deepStrictEqual(obs, again[1].obs)
      live.reset(foldIn(keys[0], 0), obs)
      deepStrictEqual(obs, a[0].obs)

      const replaced = withObservationMoments(again[1].state, observationMoments(last.state))
      expectMoments('replaced', observationMoments(replaced), momentsOf(b.map((step) => step.obs)))
      const next = env.step(foldIn(foldIn(keys[1], 1), 1), replaced, actionAt(keys[1], 1))
      expectMoments('after the next step', observationMoments(next.state), momentsOf([...b, below[2]].map((step) => step.obs)))

      const rewards = normaliseReward(echoEnv(), { gamma: 0.5 })
      const first = episode(rewards, keys[2], 5)
      const second = followed(rewards, keys[3], rewards.resetFrom(foldIn(keys[3], 0), first[5].state.memory), 1)
      strictEqual(rewardMoments(second[1].state)[0], 6)
      // a return begins anew in every episode
      near('discounted return', second[1].state.memory[0], second[1].info['rawReward'], 0)
      const other = withRewardMoments(first[5].state, Float64Array.of(7, 1, 2))
      deepStrictEqual(rewardMoments(other), Float64Array.of(7, 1, 2))
      strictEqual(other.memory[0], first[5].state.memory[0])
      throws(() => env.resetFrom(root, new Float64Array(2)), RangeError)
      throws(() => live.resetFrom(root, new Float64Array(2), obs), RangeError)
    },
  },
  {
    name: 'statistics of jobs, merged in job order, are those of one pass, whatever the number of workers',
    check: ({ normaliseObservation, observationMoments }) => {
      const base = Float64Array.of(2, 0, 1000, 10, 1, 1, 50)
      const job = (i: number): readonly Step<unknown>[] => episode(normaliseObservation(echoEnv(), { frozen: base }) as Env<unknown>, keys[i])
      const gathered = (i: number): Float64Array => {
        const steps = job(i)
        return observationMoments(steps[steps.length - 1].state as Parameters<typeof observationMoments>[0])
      }
      const merged = (workers: number): Float64Array => {
        const answers = new Array<Float64Array>(keys.length)
        for (let worker = workers - 1; worker >= 0; worker--) for (let i = worker; i < keys.length; i += workers) answers[i] = gathered(i)
        return mergeMoments(base, answers)
      }
      const alone = merged(1)
      for (const workers of [2, 3, 5]) deepStrictEqual(merged(workers), alone)
      const onePass = emptyMoments(3)
      keys.forEach((key) => episode(echoEnv(), key).forEach(({ obs }) => addObservation(onePass, obs)))
      const expected = mergeMoments(base, [onePass])
      strictEqual(alone[0], expected[0])
      for (let i = 1; i < 7; i++) near(`entry ${i}`, alone[i], expected[i], 1e-12 * Math.max(1000, expected[i])) // a thousand roundings of each
    },
  },
  {
    name: 'what is not finite enters no statistics',
    check: ({ normaliseObservation, observationMoments, normaliseReward, rewardMoments }) => {
      const echo = echoEnv()
      const broken: typeof echo = {
        ...echo,
        step: (key, state, action) => ({ ...echo.step(key, state, action), obs: Float64Array.of(1, NaN, 2), reward: NaN, terminated: true }),
      }
      const [start, end] = episode(normaliseObservation(broken), keys[0])
      deepStrictEqual(observationMoments(end.state), observationMoments(start.state))
      ok(Number.isNaN(end.obs[1]), 'a NaN stays visible')
      const [, last] = episode(normaliseReward(broken), keys[0])
      deepStrictEqual([...last.state.memory], [0, 0, 0, 0])
      deepStrictEqual(rewardMoments(last.state), new Float64Array(3))
      ok(Number.isNaN(last.reward), 'a NaN stays visible')
    },
  },
  {
    name: 'a recording repeats its episode bit for bit, and on another environment says so',
    check: ({ recordEpisode, replayRecording, timeLimit }) => {
      const env = recordEpisode(echoEnv())
      for (const key of keys) {
        const below = episode(echoEnv(), key)
        const found = episode(env, key)
        sameBut('recorded', found, below, ['obs', 'reward', 'terminated', 'truncated', 'info'])
        const { recording } = found[found.length - 1].state
        sameBut('replayed', [...replayRecording(echoEnv(), recording)], below, ['obs', 'reward', 'terminated', 'truncated', 'info', 'state'])
        found.forEach(({ state }, t) => strictEqual(state.recording.steps, t))
        const early = [...replayRecording(echoEnv(), found[Math.min(3, found.length - 1)].state.recording)]
        sameBut('part', early, below.slice(0, 4), ['obs', 'reward'])

        const { json, arrays } = pack(recording)
        const stored = unpack({ json: JSON.parse(JSON.stringify(json)), arrays })
        ok(stored._tag === 'Right')
        deepStrictEqual(stored.right, recording)
        const live = env.live()
        const obs = new Float64Array(3)
        live.reset(foldIn(key, 0), obs)
        for (let t = 0; t + 1 < found.length; t++) live.step(foldIn(foldIn(key, 1), t), actionAt(key, t), obs)
        deepStrictEqual(live.recording(), recording)
        const other = env.live()
        other.restore(live.save())
        deepStrictEqual(other.recording(), recording)
        deepStrictEqual(env.decode(env.encode(found[found.length - 1].state)).recording, recording)
      }
      const { recording } = episode(env, keys[0])[5].state
      const heavier = { ...echoEnv(), step: (key: Key, state: EpisodeState<Float64Array>, action: Float64Array) => echoEnv().step(key, state, action.map((x) => 2 * x)) }
      throws(() => [...replayRecording(heavier, recording)], /step 1: expected the recorded reward/)
      throws(() => [...replayRecording({ ...echoEnv(), spec: { ...echoEnv().spec, actionSpace: box([0], [1]) } }, recording)], RangeError)
      const around = timeLimit(recordEpisode(echoEnv()), { steps: 4 })
      sameBut('below a wrapper', [...replayRecording(echoEnv(), episode(around, keys[0])[4].state.inner.recording)], episode(echoEnv(), keys[0], 4), ['obs', 'reward'])
    },
  },
  {
    name: 'a recording shares what it can with the ones before it, and none of them changes',
    check: ({ recordEpisode }) => {
      const env = recordEpisode(echoEnv())
      const key = keys.find((candidate) => episode(echoEnv(), candidate).length > 140)
      ok(key !== undefined, 'an episode of two chunks')
      const found = episode(env, key)
      const early = found[100].state.recording
      const late = found[found.length - 1].state.recording
      const copy = structuredClone(early)
      strictEqual(late.chunks[0], early.chunks[0], 'the finished chunk is shared')
      const live = env.live()
      const obs = new Float64Array(3)
      live.reset(foldIn(key, 0), obs)
      for (let t = 0; t < 100; t++) live.step(foldIn(foldIn(key, 1), t), actionAt(key, t), obs)
      const given = live.recording()
      for (let t = 100; t < 140; t++) live.step(foldIn(foldIn(key, 1), t), actionAt(key, t), obs)
      deepStrictEqual(early, copy)
      deepStrictEqual(given, copy)
      strictEqual(live.recording().chunks[0], given.chunks[0])
    },
  },
]
