/**
 * A small healthy environment, and copies of it that each break one law.
 *
 * *Source:* house rule 9, mutants. *Deviations:* none.
 */
import type { EnvLaw } from '../../src/core/env-laws.ts'
import type { Env, Step } from '../../src/core/env.ts'
import type { Picture, Shape } from '../../src/core/picture.ts'
import { type EpisodeState, liveFromPure, pureEnv, vectorCodec } from '../../src/core/pure-env.ts'
import { foldIn, normal, rootKey, uniform } from '../../src/core/rng.ts'
import { box } from '../../src/core/space.ts'

type State = EpisodeState<Float64Array>
type PointEnv = Env<State>

const timeLimit = 12

const pictureOf = (position: number, title = ''): Picture => {
  const shapes: readonly Shape[] = [{ kind: 'circle', centre: [position, 0.1], radius: 0.1, tone: 'body' }]
  return { views: [{ title, bounds: { left: -2, right: 2, bottom: -0.5, top: 0.5 }, ruler: null, scenery: [], shapes }] }
}

/** A point on a line that is pushed, drifts and must not leave [−0.8, 0.8]; its state is position and distance travelled. */
export const healthyEnv = (): PointEnv =>
  pureEnv({
    spec: {
      id: 'drifting-point',
      title: 'A drifting point',
      source: 'test',
      observationSpace: box([-2, 0], [2, 100]),
      actionSpace: box([-1], [1]),
      observations: [
        { name: 'position', unit: 'm', low: -2, high: 2 },
        { name: 'distance travelled', unit: 'm', low: 0, high: 100 },
      ],
      actions: [{ name: 'push', unit: 'm', low: -1, high: 1 }],
      timeLimit,
      rewardThreshold: null,
      dt: 1,
    },
    reset: (key) => {
      const state = Float64Array.of(uniform(key) - 0.5, 0)
      return { state, obs: state.slice() }
    },
    step: (key, state, action) => {
      const move = 0.25 * Math.max(-1, Math.min(1, action[0])) + 0.02 * Math.max(-1, Math.min(1, normal(key)))
      const next = Float64Array.of(state[0] + move, state[1] + Math.abs(move))
      return { state: next, obs: next.slice(), reward: -next[1], terminated: Math.abs(next[0]) > 0.8, info: { move } }
    },
    picture: ([position]) => pictureOf(position),
    ...vectorCodec(2),
  })

const over = (state: State) => ({ terminated: state.terminated, truncated: state.elapsed >= timeLimit })

type Face = Pick<PointEnv, 'spec' | 'reset' | 'step' | 'encode' | 'decode'>

/** The healthy environment with some pure functions replaced; its fast path follows them. */
const mutate = (change: (env: PointEnv) => Partial<Face>): PointEnv => {
  const healthy = healthyEnv()
  const env = { ...healthy, ...change(healthy) }
  return { ...env, live: () => liveFromPure(env, over) }
}

/** The healthy environment whose steps come out changed. */
const afterStep = (change: (step: Step<State>, before: State, action: Float64Array) => Step<State>): PointEnv =>
  mutate((env) => ({ step: (key, state, action) => change(env.step(key, state, action), state, action) }))

/** The healthy environment with other pictures. */
const withPicture = (picture: (state: State) => Picture): PointEnv => ({ ...healthyEnv(), picture })

/** The healthy environment with another fast path: `face` makes the pure functions that each copy follows. */
const withLive = (face: (env: PointEnv) => Partial<Face>): PointEnv => {
  const env = healthyEnv()
  return { ...env, live: () => liveFromPure({ ...env, ...face(env) }, over) }
}

/** A fast path that adds the distance of the last step to the next reward, where `memory` says it is kept. */
const remembering = (env: PointEnv, memory: { last: number }, forgetsAtReset: boolean): Partial<Face> => ({
  reset(key) {
    if (forgetsAtReset) memory.last = 0
    return env.reset(key)
  },
  step(key, state, action) {
    const step = env.step(key, state, action)
    const reward = state.elapsed === 0 ? step.reward + memory.last : step.reward
    memory.last = step.info['move']
    return { ...step, reward }
  },
})

const sharedObs = new Float64Array(2)

/** Every mutant by what it does, with the law that must name it. */
export const brokenEnvs: Readonly<Record<string, readonly [EnvLaw, () => PointEnv]>> = {
  'throws at the bounds of the action space': [
    'runs',
    () =>
      mutate((env) => ({
        step(key, state, action) {
          if (Math.abs(action[0]) > 0.5) throw new Error('too strong')
          return env.step(key, state, action)
        },
      })),
  ],
  'describes fewer quantities than it observes': ['spec', () => mutate((env) => ({ spec: { ...env.spec, observations: env.spec.observations.slice(1) } }))],
  'observes outside its space': [
    'observation-in-space',
    () =>
      mutate(({ spec }) => {
        const observations = [spec.observations[0], { ...spec.observations[1], high: 0.1 }]
        return { spec: { ...spec, observationSpace: box([-2, 0], [2, 0.1]), observations } }
      }),
  ],
  'observes NaN': ['observation-in-space', () => afterStep((step) => ({ ...step, obs: step.obs.map(() => NaN) }))],
  'rewards with NaN': ['reward-finite', () => afterStep((step) => ({ ...step, reward: NaN }))],
  'rewards a reset': ['reset-flags', () => mutate((env) => ({ reset: (key) => ({ ...env.reset(key), reward: 1 }) }))],
  'starts the same way for every key': ['reset-varies', () => mutate((env) => ({ reset: () => env.reset(rootKey(0)) }))],
  'counts its steps behind the scenes': [
    'repeatable',
    () => {
      let count = 0
      return afterStep((step) => ({ ...step, reward: step.reward - count++ }))
    },
  ],
  'draws from a hidden stream at reset': [
    'repeatable',
    () => {
      let count = 0
      return mutate((env) => ({ reset: (key) => env.reset(foldIn(key, count++)) }))
    },
  ],
  'mutates its input state': [
    'inputs-unchanged',
    () =>
      afterStep((step, before) => {
        before.inner[1] = step.state.inner[1]
        return step
      }),
  ],
  'mutates the action': [
    'inputs-unchanged',
    () =>
      afterStep((step, _, action) => {
        action.fill(0)
        return step
      }),
  ],
  'returns the same observation buffer every time': [
    'inputs-unchanged',
    () =>
      afterStep((step) => {
        sharedObs.set(step.obs)
        return { ...step, obs: sharedObs }
      }),
  ],
  'forgets part of the state in its encoding': [
    'snapshot',
    () =>
      mutate((env) => ({
        decode(bytes) {
          const state = env.decode(bytes)
          return { ...state, inner: Float64Array.of(state.inner[0], 0) }
        },
      })),
  ],
  'restarts the clock when decoded': ['snapshot', () => mutate((env) => ({ decode: (bytes) => ({ ...env.decode(bytes), elapsed: 0 }) }))],
  'moves differently on the fast path': [
    'live-equals-pure',
    () => withLive((env) => ({ step: (key, state, action) => env.step(key, state, action.map((a) => a + 1e-12)) })),
  ],
  'leaks state between episodes': ['fresh-after-reset', () => withLive((env) => remembering(env, { last: 0 }, false))],
  'shares memory between copies': [
    'copies-independent',
    () => {
      const memory = { last: 0 }
      return withLive((env) => remembering(env, memory, true))
    },
  ],
  'terminates at the time limit instead of truncating': [
    'time-limit',
    () => afterStep((step) => (step.truncated ? { ...step, terminated: true, truncated: false } : step)),
  ],
  'terminates at the time limit as well as truncating': ['time-limit', () => afterStep((step) => ({ ...step, terminated: step.terminated || step.truncated }))],
  'never truncates': ['time-limit', () => afterStep((step) => ({ ...step, truncated: false }))],
  'truncates one step early': ['time-limit', () => afterStep((step) => ({ ...step, truncated: step.state.elapsed >= timeLimit - 1 }))],
  'resets itself when it terminates': [
    'no-auto-reset',
    () =>
      mutate((env) => ({
        step(key, state, action) {
          const step = env.step(key, state, action)
          return step.terminated ? { ...step, state: env.reset(key).state } : step
        },
      })),
  ],
  'resets itself when its time is up': [
    'no-auto-reset',
    () =>
      mutate((env) => ({
        step(key, state, action) {
          const step = env.step(key, state, action)
          return step.truncated ? { ...step, state: env.reset(key).state } : step
        },
      })),
  ],
  'takes NaN for no push': [
    'action-checked',
    () => mutate((env) => ({ step: (key, state, action) => env.step(key, state, action.map((a) => (Number.isNaN(a) ? 0 : a))) })),
  ],
  'takes actions of any length': [
    'action-checked',
    () => mutate((env) => ({ step: (key, state, action) => env.step(key, state, Float64Array.of(action[0] ?? 0)) })),
  ],
  'renames its info from step to step': ['info', () => afterStep((step) => ({ ...step, info: { [`move ${step.state.elapsed}`]: 1 } }))],
  'draws a place that is no number': ['picture', () => withPicture(({ inner: [position] }) => pictureOf(position > 0 ? NaN : position))],
  'draws outside the window': ['picture', () => withPicture(({ inner: [position] }) => pictureOf(10 * position))],
  'draws nothing after a while': ['picture', () => withPicture(({ inner: [position], elapsed }) => (elapsed > 2 ? { views: [] } : pictureOf(position)))],
  'renames its views': ['picture', () => withPicture(({ inner: [position], elapsed }) => pictureOf(position, elapsed > 2 ? 'late' : 'early'))],
  'draws something else the second time': [
    'picture',
    () => {
      let count = 0
      return withPicture(() => pictureOf((count++ % 5) * 0.1))
    },
  ],
  'moves what it draws': [
    'picture',
    () =>
      withPicture(({ inner }) => {
        inner[1] += 1
        return pictureOf(inner[0])
      }),
  ],
  'remembers on the fast path what was drawn': [
    'picture',
    () => {
      const memory = { drawn: 0 }
      const env = withLive((healthy) => ({
        step(key, state, action) {
          const step = healthy.step(key, state, action)
          return { ...step, reward: step.reward + memory.drawn }
        },
      }))
      return {
        ...env,
        picture: ({ inner: [position] }) => {
          memory.drawn++
          return pictureOf(position)
        },
      }
    },
  ],
}
