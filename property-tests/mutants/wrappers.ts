/**
 * Wrappers with one flaw each, for their laws to catch.
 *
 * *Source:* house rule 9, mutants. *Deviations:* none.
 */
import * as wrappers from '../../envs/index.ts'
import type { EnvLaw } from '../../src/core/env-laws.ts'
import type { Env, LiveEnv } from '../../src/core/env.ts'
import { emptyMoments } from '../../src/core/moments.ts'
import { wrappedEnv, type WrappedEnv, type WrapperFace } from '../../src/core/wrapped-env.ts'
import type { WrapperSubject } from '../laws/wrapper.ts'
import { healthyEnv } from './envs.ts'

const healthy: WrapperSubject = wrappers

export const wrapperMutants = {
  'truncates one step late': {
    ...healthy,
    timeLimit: (env, { steps }) => {
      const late = healthy.timeLimit({ ...env, spec: { ...env.spec, timeLimit: null } }, { steps: steps + 1 })
      return { ...late, spec: { ...env.spec, timeLimit: steps } }
    },
  },
  'terminates where the time is up': {
    ...healthy,
    timeLimit: (env, options) => {
      const wrapped = healthy.timeLimit(env, options)
      return {
        ...wrapped,
        step: (key, state, action) => {
          const step = wrapped.step(key, state, action)
          return { ...step, terminated: step.terminated || step.truncated }
        },
      }
    },
  },
  'takes any number for a limit': { ...healthy, timeLimit: (env, { steps }) => healthy.timeLimit(env, { steps: steps >= 1 && steps <= 150 ? Math.floor(steps) : 1 }) },
  'clips to the unit box': {
    ...healthy,
    clipAction: (env) => {
      const wrapped = healthy.clipAction(env)
      return { ...wrapped, step: (key, state, action) => wrapped.step(key, state, action.map((x) => Math.max(-1, Math.min(1, x)))) }
    },
  },
  'clips, but says that it does not': { ...healthy, clipAction: (env) => ({ ...healthy.clipAction(env), spec: env.spec }) },
  'takes NaN for the lower bound': {
    ...healthy,
    clipAction: (env) => {
      const wrapped = healthy.clipAction(env)
      return { ...wrapped, step: (key, state, action) => wrapped.step(key, state, action.map((x) => (Number.isNaN(x) ? -2 : x))) }
    },
  },
  'clips what it rescales': {
    ...healthy,
    rescaleAction: (env, options) => {
      const wrapped = healthy.rescaleAction(env, options)
      const space = wrapped.spec.actionSpace
      if (space.kind === 'discrete') return wrapped
      return { ...wrapped, step: (key, state, action) => wrapped.step(key, state, action.map((x, i) => Math.max(space.low[i], Math.min(space.high[i], x)))) }
    },
  },
  'rescales by a factor and a rounded intercept': {
    ...healthy,
    rescaleAction: (env, options) => {
      const wrapped = healthy.rescaleAction(env, options)
      const [to, from] = [env.spec.actionSpace, wrapped.spec.actionSpace]
      if (to.kind === 'discrete' || from.kind === 'discrete') return wrapped
      return wrappedEnv(env, {
        spec: wrapped.spec,
        memory: new Float64Array(0),
        observes: false,
        face: () => ({
          act(action, inner) {
            inner.forEach((_, i) => {
              const factor = (to.high[i] - to.low[i]) / (from.high[i] - from.low[i])
              inner[i] = factor * action[i] + (to.low[i] - factor * from.low[i])
            })
          },
        }),
      })
    },
  },
  'stacks the newest frame first': {
    ...healthy,
    frameStack: (env, options) => {
      const wrapped = healthy.frameStack(env, options)
      const turned = (obs: Float64Array): Float64Array => {
        const frames = Array.from({ length: options.size }, (_, i) => [...obs.subarray(3 * i, 3 * i + 3)])
        return Float64Array.from(frames.reverse().flat())
      }
      return {
        ...wrapped,
        reset: (key) => {
          const step = wrapped.reset(key)
          return { ...step, obs: turned(step.obs) }
        },
        step: (key, state, action) => {
          const step = wrapped.step(key, state, action)
          return { ...step, obs: turned(step.obs) }
        },
      }
    },
  },
  'pads with zeros': {
    ...healthy,
    frameStack: (env, options) => {
      const wrapped = healthy.frameStack(env, options)
      return {
        ...wrapped,
        reset: (key) => {
          const { state, obs, ...rest } = wrapped.reset(key)
          const padded = obs.map((x, i) => (i < obs.length - 3 ? 0 : x))
          return { ...rest, obs: padded, state: { ...state, memory: padded.slice() } }
        },
      }
    },
  },
  'scales before it has looked': {
    ...healthy,
    normaliseObservation: (env, options = {}) => {
      const wrapped = healthy.normaliseObservation(env, options)
      const { epsilon = 1e-8, clip = 10 } = options
      const frozen = (moments: Float64Array): WrappedEnv<never> => healthy.normaliseObservation(env, { epsilon, clip, frozen: moments }) as WrappedEnv<never>
      return {
        ...wrapped,
        step: (key, state, action) => ({ ...wrapped.step(key, state, action), obs: frozen(state.memory).step(key, state as never, action).obs }),
      }
    },
  },
  'divides by the sample variance': {
    ...healthy,
    normaliseObservation: (env, options = {}) => {
      const wrapped = healthy.normaliseObservation(env, options)
      const { clip = 10 } = options
      return {
        ...wrapped,
        step: (key, state, action) => {
          const step = wrapped.step(key, state, action)
          const count = step.state.memory[0]
          return { ...step, obs: step.obs.map((x) => Math.max(-clip, Math.min(clip, x * Math.sqrt((count - 1) / count)))) }
        },
      }
    },
  },
  'counts a pseudo-observation': {
    ...healthy,
    normaliseObservation: (env, options = {}) => {
      const start = emptyMoments(env.spec.observations.length)
      start[0] = 1
      return healthy.normaliseObservation(env, { start, ...options })
    },
  },
  'ignores the statistics that it begins with': {
    ...healthy,
    normaliseObservation: (env, options = {}) => healthy.normaliseObservation(env, { ...options, start: null }),
  },
  'forgets the clip': { ...healthy, normaliseObservation: (env, options = {}) => healthy.normaliseObservation(env, { ...options, clip: Infinity }) },
  'goes on learning when frozen': {
    ...healthy,
    normaliseObservation: (env, { frozen = null, ...options } = {}) =>
      healthy.normaliseObservation(env, frozen === null ? options : { ...options, start: frozen }),
  },
  'does not gather when frozen': {
    ...healthy,
    normaliseObservation: (env, options = {}) => {
      const wrapped = healthy.normaliseObservation(env, options)
      if (!options.frozen) return wrapped
      const empty = emptyMoments(env.spec.observations.length)
      return {
        ...wrapped,
        step: (key, state, action) => {
          const step = wrapped.step(key, state, action)
          return { ...step, state: { ...step.state, memory: empty } }
        },
      }
    },
  },
  'begins anew with every episode, whatever it is given': {
    ...healthy,
    normaliseObservation: (env, options = {}) => {
      const wrapped = healthy.normaliseObservation(env, options)
      return { ...wrapped, resetFrom: (key) => wrapped.reset(key) }
    },
  },
  'lets NaN into its statistics': {
    ...healthy,
    normaliseObservation: (env, options = {}) => {
      const wrapped = healthy.normaliseObservation(env, options)
      return {
        ...wrapped,
        step: (key, state, action) => {
          const step = wrapped.step(key, state, action)
          return step.obs.some(Number.isNaN) ? { ...step, state: { ...step.state, memory: step.state.memory.map(() => NaN) } } : step
        },
      }
    },
  },
  'reads the buffer of frozen statistics at every step': {
    ...healthy,
    normaliseObservation: (env, options = {}) => ({
      ...healthy.normaliseObservation(env, options),
      reset: (key) => healthy.normaliseObservation(env, options).reset(key),
      step: (key, state, action) => healthy.normaliseObservation(env, options).step(key, state, action),
    }),
  },
  'centres rewards': {
    ...healthy,
    normaliseReward: (env, options = {}) => {
      const wrapped = healthy.normaliseReward(env, options)
      const { clip = 10, epsilon = 1e-8 } = options
      return {
        ...wrapped,
        step: (key, state, action) => {
          const step = wrapped.step(key, state, action)
          const [, count, mean, squares] = step.state.memory
          return { ...step, reward: Math.max(-clip, Math.min(clip, (step.info['rawReward'] - mean) / Math.sqrt(squares / count + epsilon))) }
        },
      }
    },
  },
  'divides by the deviation of rewards instead of returns': { ...healthy, normaliseReward: (env, options = {}) => healthy.normaliseReward(env, { ...options, gamma: 0 }) },
  'carries the return into the next episode': {
    ...healthy,
    normaliseReward: (env, options = {}) => {
      const wrapped = healthy.normaliseReward(env, options)
      return {
        ...wrapped,
        resetFrom: (key, memory) => {
          const step = wrapped.resetFrom(key, memory)
          return { ...step, state: { ...step.state, memory: Float64Array.of(memory[0], ...step.state.memory.slice(1)) } }
        },
      }
    },
  },
  'takes every discount': { ...healthy, normaliseReward: (env, options = {}) => healthy.normaliseReward(env, { ...options, gamma: Math.min(1, options.gamma ?? 0.99) || 0 }) },
  'hides the reward of the environment': {
    ...healthy,
    normaliseReward: (env, options = {}) => {
      const wrapped = healthy.normaliseReward(env, options)
      return {
        ...wrapped,
        step: (key, state, action) => {
          const step = wrapped.step(key, state, action)
          return { ...step, info: { ...step.info, rawReward: step.reward } }
        },
      }
    },
  },
  'merges statistics as workers answer': {
    ...healthy,
    // a worker that remembers: what it gathers holds the jobs that it did before
    normaliseObservation: (() => {
      let last = new Float64Array(0)
      return (env, options = {}) => {
        if (!options.frozen) return healthy.normaliseObservation(env, options)
        const wrapped = healthy.normaliseObservation(env, { ...options, start: last.length === 0 ? null : last })
        return {
          ...wrapped,
          step: (key, state, action) => {
            const step = wrapped.step(key, state, action)
            last = step.state.memory.slice()
            return step
          },
        }
      }
    })(),
  },
  'forgets the key of the reset': {
    ...healthy,
    recordEpisode: (env) => {
      const wrapped = healthy.recordEpisode(env)
      return {
        ...wrapped,
        reset: (key) => {
          const step = wrapped.reset(key)
          return { ...step, state: { ...step.state, recording: { ...step.state.recording, keyReset: { hi: 1, lo: 2 } } } }
        },
      }
    },
  },
  'records one array that it writes on': {
    ...healthy,
    recordEpisode: (env) => {
      const wrapped = healthy.recordEpisode(env)
      return {
        ...wrapped,
        step: (key, state, action) => {
          const step = wrapped.step(key, state, action)
          const { chunks } = state.recording
          if (chunks.length > 1) chunks[0].numbers.set(step.obs.subarray(0, 1))
          return step
        },
      }
    },
  },
  'copies the whole recording at every step': {
    ...healthy,
    recordEpisode: (env) => {
      const wrapped = healthy.recordEpisode(env)
      return {
        ...wrapped,
        step: (key, state, action) => {
          const step = wrapped.step(key, state, action)
          return { ...step, state: structuredClone(step.state) }
        },
      }
    },
  },
  'records nothing on its fast path': {
    ...healthy,
    recordEpisode: (env) => {
      const wrapped = healthy.recordEpisode(env)
      return {
        ...wrapped,
        live: () => {
          const live = wrapped.live()
          const below: LiveEnv = env.live()
          return { ...live, step: (key, action, obs) => below.step(key, action, obs) }
        },
      }
    },
  },
  'replays without looking at the rewards': {
    ...healthy,
    *replayRecording(env, recording) {
      let step = env.reset(recording.keyReset)
      yield step
      for (let t = 0; t < recording.steps; t++) {
        const { key, action } = wrappers.recordedAction(recording, t)
        step = env.step(key, step.state, action)
        yield step
      }
    },
  },
} satisfies Readonly<Record<string, WrapperSubject>>

export type WrapperFlaw = keyof typeof wrapperMutants

const withFace = (face: (memory: Float64Array) => WrapperFace) => (): Env =>
  wrappedEnv(healthyEnv() as Env, { spec: healthyEnv().spec, memory: new Float64Array(1), observes: true, face }) as Env

const passOn = (_: unknown, inner: Float64Array, obs: Float64Array): void => obs.set(inner)

let shared = 0

/** Wrappers of a user that break the rules of `WrapperFace`, with the law of environments that must name them. */
export const brokenFaces: Readonly<Record<string, readonly [EnvLaw, () => Env]>> = {
  'remembers beside its memory': [
    'live-equals-pure',
    withFace(() => {
      let steps = 0
      return {
        start(inner, obs) {
          steps = 0
          obs.set(inner)
        },
        pass(passing, inner, obs) {
          passing.reward -= steps++
          obs.set(inner)
        },
      }
    }),
  ],
  'remembers in its module': [
    'repeatable',
    withFace(() => ({
      start: (inner, obs) => obs.set(inner),
      pass(passing, inner, obs) {
        passing.reward -= shared++
        obs.set(inner)
      },
    })),
  ],
  'writes on the action': [
    'inputs-unchanged',
    withFace(() => ({
      start: (inner, obs) => obs.set(inner),
      act(action, inner) {
        action.fill(0)
        inner.set(action)
      },
      pass: passOn,
    })),
  ],
  'leaves its observation unwritten': [
    'live-equals-pure',
    withFace(() => ({
      start: (inner, obs) => obs.set(inner),
      pass(_, inner, obs) {
        if (inner[0] > 0) obs.set(inner)
      },
    })),
  ],
  'does not start its memory': [
    'fresh-after-reset',
    () => {
      const env = withFace((memory) => ({
        start: (inner, obs) => obs.set(inner),
        pass(passing, inner, obs) {
          passing.reward -= memory[0]++
          obs.set(inner)
        },
      }))() as WrappedEnv<unknown> as Env
      return {
        ...env,
        live() {
          const live = env.live() as ReturnType<WrappedEnv<unknown>['live']>
          return Object.assign(live, { reset: (key: Parameters<LiveEnv['reset']>[0], obs: Float64Array) => live.resetFrom(key, live.memory, obs) })
        },
      }
    },
  ],
}
