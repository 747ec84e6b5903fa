/**
 * Vectorised environments with one flaw each, for their laws to catch.
 *
 * *Source:* house rule 9, mutants. *Deviations:* none.
 */
import type { Env } from '../../src/core/env.ts'
import type { Key } from '../../src/core/key.ts'
import { foldIn } from '../../src/core/rng.ts'
import { vectorise, type VectorEnv } from '../../src/core/vector-env.ts'
import type { VectorSubject } from '../laws/vector-env.ts'

const changed =
  (change: (vector: VectorEnv, env: Env) => Partial<VectorEnv>): VectorSubject =>
  (env, size) => {
    const vector = vectorise(env, size)
    return { ...vector, ...change(vector, env) }
  }

export const vectorMutants = {
  'steps every copy with the first key': changed(({ step, size }) => ({ step: (keys, actions, active) => step(new Array<Key>(size).fill(keys[0]), actions, active) })),
  'mixes N into its keys': changed(({ reset, size }) => ({ reset: (keys) => reset(size === 1 ? keys : keys.map((key) => foldIn(key, size))) })),
  'steps one simulator for all copies': (env, size) => {
    const live = env.live()
    return vectorise({ ...env, live: () => live }, size)
  },
  'resets itself when an episode is over': changed((vector) => ({
    step(keys, actions, active) {
      vector.step(keys, actions, active)
      for (let i = 0; i < vector.size; i++) if (vector.terminated[i] + vector.truncated[i] > 0) vector.resetOne(i, keys[i])
    },
  })),
  'resets all copies where one is meant': changed((vector) => ({
    resetOne(_, key) {
      vector.reset(new Array<Key>(vector.size).fill(key))
    },
  })),
  'steps copies that were left out': changed(({ step, size, terminated, truncated }) => ({
    step: (keys, actions, active) => step(keys, actions, active && Uint8Array.from({ length: size }, (_, i) => 1 - Math.max(terminated[i], truncated[i]))),
  })),
  'rewards a copy that rests once more': changed((vector) => ({
    step(keys, actions, active) {
      const before = vector.rewards.slice()
      vector.step(keys, actions, active)
      active?.forEach((each, i) => {
        if (each === 0) vector.rewards[i] = before[i]
      })
    },
  })),
  'saves no observations': changed((vector) => ({
    restore(bytes) {
      vector.restore(bytes)
      vector.obs.fill(0)
    },
  })),
  'saves no flags': changed((vector) => ({
    restore(bytes) {
      vector.restore(bytes)
      vector.terminated.fill(0)
      vector.truncated.fill(0)
    },
  })),
  'restores bytes of any number of copies': changed((vector) => ({
    restore(bytes) {
      try {
        vector.restore(bytes)
      } catch {
        vector.rewards.fill(0)
      }
    },
  })),
  'has stepped some copies when it refuses': changed((vector, env) => ({
    step(keys, actions, active) {
      const width = actions.length / vector.size
      for (let i = 0; i < vector.size; i++) {
        const one = Uint8Array.from({ length: vector.size }, (_, n) => (n === i && (active === undefined || active[i] !== 0) ? 1 : 0))
        const given = new Float64Array(vector.size * env.spec.actions.length)
        given.set(actions.subarray(i * width, (i + 1) * width), i * width)
        if (one[i] === 1) vector.step(keys, given, one)
      }
    },
  })),
  'clips the actions that it is given': changed(({ step }) => ({
    step(keys, actions, active) {
      actions.forEach((x, i) => {
        actions[i] = Math.max(-0.5, Math.min(0.5, x))
      })
      step(keys, actions, active)
    },
  })),
  'answers in new arrays': (env, size) => {
    const vector = vectorise(env, size)
    let obs = vector.obs
    return {
      ...vector,
      get obs() {
        return obs
      },
      step(keys, actions, active) {
        vector.step(keys, actions, active)
        obs = vector.obs.slice()
      },
    }
  },
} satisfies Readonly<Record<string, VectorSubject>>

export type VectorFlaw = keyof typeof vectorMutants
