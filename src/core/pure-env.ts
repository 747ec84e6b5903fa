/**
 * Both faces of an environment from pure functions: the `Env` over an explicit state, and the `LiveEnv` that holds the newest state.
 *
 * The functions know nothing of episodes; the time limit, the flags and the validation of actions are added here. The limit is a
 * counter inside the state, so that a restored state still knows how old its episode is. A state is encoded as
 * `[elapsed steps: u32 LE, terminated + 2 · truncated: u8, 0, 0, 0, inner …]`.
 *
 * *Source:* Gymnasium, `gymnasium.experimental.functional` and `gymnasium.wrappers.TimeLimit`; house contract 4, "Environments".
 * *Deviations:* 1. a step after the end of an episode is an error.
 */
import { checkAction } from './check-action.ts'
import type { Env, EnvSpec, Info, LiveEnv, Step } from './env.ts'
import { invariant } from './invariant.ts'
import type { Key } from './key.ts'
import type { Picture } from './picture.ts'
import { rejection } from './rejection.ts'
import { sizeOf } from './space.ts'

/** The pure functions of an environment over its own state `S`; `obs` must be freshly allocated by each call. */
export type PureEnvParts<S> = Readonly<{
  spec: EnvSpec
  reset(key: Key): Readonly<{ state: S; obs: Float64Array; info?: Info }>
  step(key: Key, state: S, action: Float64Array): Readonly<{ state: S; obs: Float64Array; reward: number; terminated: boolean; info?: Info }>
  encode(state: S): Uint8Array
  /** Throws a `RangeError` for bytes that `encode` cannot have written. */
  decode(bytes: Uint8Array): S
  /** What a state looks like, where there is something to see. */
  picture?(state: S): Picture
}>

/** A state of the environment together with the age of its episode and whether it has ended. */
export type EpisodeState<S> = Readonly<{ inner: S; elapsed: number; terminated: boolean }>

const headerBytes = 8
const noInfo: Info = Object.freeze({})

/** The pure half of an environment: what a fast path can be derived from. */
export type PureFace<S> = Pick<Env<S>, 'spec' | 'reset' | 'step' | 'encode' | 'decode'>

/**
 * The fast path of any pure environment: it holds the newest step and forgets the others. Never `unstable`.
 * `flagsOf` reads from a restored state whether its episode is over.
 */
export const liveFromPure = <S>(env: PureFace<S>, flagsOf: (state: S) => Readonly<{ terminated: boolean; truncated: boolean }>): LiveEnv => {
  const { spec } = env
  const obsSize = sizeOf(spec.observationSpace)
  let newest: Readonly<{ state: S; info: Info }> | null = null
  const held = (what: string): Readonly<{ state: S; info: Info }> => {
    invariant(newest !== null, `${spec.id}: ${what} before the first reset`)
    return newest
  }
  const accept = (next: Step<S>, obs: Float64Array): void => {
    if (next.obs.length !== obsSize) throw rejection(`${spec.id}: observation`, `${obsSize} numbers`, String(next.obs.length), 'its functions do not fit its observation space')
    newest = next
    obs.set(next.obs)
    live.reward = next.reward
    live.terminated = next.terminated
    live.truncated = next.truncated
  }
  const checkObs = (obs: Float64Array): void => {
    if (obs.length !== obsSize) throw new RangeError(`${spec.id}: the observation buffer has ${obs.length} entries, expected ${obsSize}`)
  }

  const live: LiveEnv = {
    spec,
    reward: 0,
    terminated: false,
    truncated: false,
    unstable: false,
    reset(key, obs) {
      checkObs(obs)
      accept(env.reset(key), obs)
    },
    step(key, action, obs) {
      checkObs(obs)
      accept(env.step(key, held('step').state, action), obs)
    },
    save: () => env.encode(held('save').state),
    restore(bytes) {
      const state = env.decode(bytes)
      newest = { state, info: noInfo }
      live.reward = 0
      Object.assign(live, flagsOf(state))
    },
    info: () => held('info').info,
  }
  return live
}

/** The environment over `parts`, with time limit, flags and checked actions; see the header. */
export const pureEnv = <S>(parts: PureEnvParts<S>): Env<EpisodeState<S>> => {
  const { spec, picture } = parts
  const limit = spec.timeLimit ?? Infinity
  const isTruncated = (state: EpisodeState<S>): boolean => state.elapsed >= limit
  const face: PureFace<EpisodeState<S>> = {
    spec,
    reset(key) {
      const { state, obs, info } = parts.reset(key)
      return { state: { inner: state, elapsed: 0, terminated: false }, obs, reward: 0, terminated: false, truncated: false, info: info ?? noInfo }
    },
    step(key, state, action) {
      checkAction(spec, action)
      invariant(!state.terminated && !isTruncated(state), `${spec.id}: step after the end of the episode; reset first`)
      const { state: inner, obs, reward, terminated, info } = parts.step(key, state.inner, action)
      const next = { inner, elapsed: state.elapsed + 1, terminated }
      return { state: next, obs, reward, terminated, truncated: isTruncated(next), info: info ?? noInfo }
    },
    encode(state) {
      const inner = parts.encode(state.inner)
      const bytes = new Uint8Array(headerBytes + inner.length)
      new DataView(bytes.buffer).setUint32(0, state.elapsed, true)
      bytes[4] = (state.terminated ? 1 : 0) | (isTruncated(state) ? 2 : 0)
      bytes.set(inner, headerBytes)
      return bytes
    },
    decode(bytes) {
      if (bytes.length < headerBytes) throw new RangeError(`${spec.id}: a state of ${bytes.length} bytes is too short`)
      const elapsed = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true)
      return { inner: parts.decode(bytes.slice(headerBytes)), elapsed, terminated: (bytes[4] & 1) !== 0 }
    },
  }
  return {
    ...face,
    ...(picture === undefined ? {} : { picture: (state: EpisodeState<S>) => picture(state.inner) }),
    live: () => liveFromPure(face, (state) => ({ terminated: state.terminated, truncated: isTruncated(state) })),
    close() {},
  }
}

/** Encoder and decoder of a state that is a vector of `size` numbers (float64, little endian). */
export const vectorCodec = (size: number): Pick<PureEnvParts<Float64Array>, 'encode' | 'decode'> => ({
  encode(state) {
    const bytes = new Uint8Array(8 * size)
    const view = new DataView(bytes.buffer)
    for (let i = 0; i < size; i++) view.setFloat64(8 * i, state[i], true)
    return bytes
  },
  decode(bytes) {
    if (bytes.length !== 8 * size) throw new RangeError(`a state of ${bytes.length} bytes, expected ${8 * size}`)
    const view = new DataView(bytes.buffer, bytes.byteOffset)
    return Float64Array.from({ length: size }, (_, i) => view.getFloat64(8 * i, true))
  },
})
