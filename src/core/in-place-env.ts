/**
 * Both faces of an environment whose state is a vector of numbers, from functions that move such a vector on in place.
 *
 * The fast path owns one vector and allocates nothing at a step; the pure face works on a fresh copy of the state that it is given. Both
 * run the same functions, so their bits agree. States, time limit, flags and encoding are those of `pure-env.ts`.
 *
 * *Source:* house contract 4, "Environments". *Deviations:* none.
 */
import type { Env, EnvSpec, Info } from './env.ts'
import type { Key } from './key.ts'
import type { Picture } from './picture.ts'
import { pureEnv, vectorCodec, type EpisodeState } from './pure-env.ts'
import { liveFromSimulator, type Simulator } from './simulated-env.ts'
import { sizeOf } from './space.ts'

/** What a step came to besides the new state; a step must set both. */
export type Verdict = { reward: number; terminated: boolean }

/**
 * The functions of an environment over a state of `size` numbers. `reset` and `observe` must write the whole of what they are given.
 * Scratch space must be written before it is read within one call.
 */
export type InPlaceEnvParts = Readonly<{
  spec: EnvSpec
  size: number
  reset(key: Key, state: Float64Array): void
  /** Moves `state` on by one step under an action that has been checked. */
  step(key: Key, state: Float64Array, action: Float64Array, verdict: Verdict): void
  observe(state: Float64Array, obs: Float64Array): void
  /** What a state looks like, where there is something to see. */
  picture?(state: Float64Array): Picture
}>

const noInfo: Info = Object.freeze({})

const simulatorOf = ({ size, reset, step, observe }: InPlaceEnvParts): Simulator => {
  const state = new Float64Array(size)
  const codec = vectorCodec(size)
  const simulator = {
    reward: 0,
    terminated: false,
    unstable: false,
    reset(key: Key, obs: Float64Array) {
      reset(key, state)
      simulator.terminated = false
      observe(state, obs)
    },
    step(key: Key, action: Float64Array, obs: Float64Array) {
      step(key, state, action, simulator)
      observe(state, obs)
    },
    save: () => codec.encode(state),
    restore: (bytes: Uint8Array) => state.set(codec.decode(bytes)),
    info: () => noInfo,
    close() {},
  }
  return simulator
}

/** The environment over `parts`, with time limit, flags and checked actions; see the header. */
export const inPlaceEnv = (parts: InPlaceEnvParts): Env<EpisodeState<Float64Array>> => {
  const { spec, size, reset, step, observe, picture } = parts
  const obsSize = sizeOf(spec.observationSpace)
  const seen = (state: Float64Array): Float64Array => {
    const obs = new Float64Array(obsSize)
    observe(state, obs)
    return obs
  }
  const pure = pureEnv<Float64Array>({
    spec,
    reset(key) {
      const state = new Float64Array(size)
      reset(key, state)
      return { state, obs: seen(state) }
    },
    step(key, state, action) {
      const next = state.slice()
      const verdict: Verdict = { reward: 0, terminated: false }
      step(key, next, action, verdict)
      return { state: next, obs: seen(next), ...verdict }
    },
    ...vectorCodec(size),
    ...(picture === undefined ? {} : { picture }),
  })
  return { ...pure, live: () => liveFromSimulator(spec, simulatorOf(parts)) }
}
