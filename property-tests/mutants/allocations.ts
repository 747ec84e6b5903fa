/**
 * Environments that allocate at every step on purpose, each in a way that is easily overlooked.
 *
 * *Source:* house rule 9, mutants. *Deviations:* the deviations are the point.
 */
import type { Env, EnvSpec } from '../../src/core/env.ts'
import { inPlaceEnv, type InPlaceEnvParts } from '../../src/core/in-place-env.ts'
import { liveFromPure } from '../../src/core/pure-env.ts'
import { box } from '../../src/core/space.ts'

const spec: EnvSpec = {
  id: 'gliding-point',
  title: 'A point that glides',
  source: 'house',
  observationSpace: box([-Infinity, -Infinity], [Infinity, Infinity]),
  actionSpace: box([-1], [1]),
  observations: ['position', 'velocity'].map((name) => ({ name, unit: '1', low: -Infinity, high: Infinity })),
  actions: [{ name: 'push', unit: '1', low: -1, high: 1 }],
  timeLimit: 1000,
  rewardThreshold: null,
  dt: null,
}

const parts: InPlaceEnvParts = {
  spec,
  size: 2,
  reset: (_, state) => state.fill(0),
  step(_, state, action, verdict) {
    state[1] = 0.9 * state[1] + 0.1 * action[0]
    state[0] += state[1]
    verdict.reward = -state[0] * state[0]
    verdict.terminated = false
  },
  observe(state, obs) {
    obs[0] = state[0]
    obs[1] = state[1]
  },
}

/** What V8 must not find out to be unused. */
let kept: unknown = null

/** The environment that allocates nothing. */
export const thrifty = (): Env => inPlaceEnv(parts)

const withStep = (extra: (state: Float64Array) => unknown): (() => Env) => () =>
  inPlaceEnv({
    ...parts,
    step(key, state, action, verdict) {
      parts.step(key, state, action, verdict)
      kept = extra(state)
    },
  })

const throughPure = (): Env => {
  const env = inPlaceEnv(parts)
  return { ...env, live: () => liveFromPure(env, () => ({ terminated: false, truncated: false })) }
}

/** Each wasteful environment, by what it makes at every step. */
export const wasteful: readonly (readonly [string, () => Env])[] = [
  ['a record', withStep((state) => ({ x: state[0] }))],
  ['a view', withStep((state) => state.subarray(1))],
  ['a closure', withStep((state) => () => state[0])],
  ['a text', withStep((state) => `at ${state[0]}`)],
  ['a record at every tenth step', withStep((state) => (Math.floor(1e6 * Math.abs(state[0])) % 10 === 0 ? { x: state[0] } : kept))],
  ['a state, by stepping along the pure path', throughPure],
]
