/**
 * Both faces of a wrapped environment from one description of what its wrapper does.
 *
 * A wrapper may change actions on their way in, and observations, rewards and flags on their way out. What it remembers is a vector
 * of fixed length, its *memory*, which is part of the state: `{ inner, memory }`. The wrapper's functions write that memory in place;
 * the pure face gives them a fresh copy of it at every step, the fast path the one that it owns, so that both compute the same bits.
 * A state is encoded as `[memory: float64 LE …, inner …]`.
 *
 * *Source:* Gymnasium, `gymnasium.Wrapper`; house contract 4, "Environments".
 * *Deviations:* 1. a wrapper draws no random numbers: keys go to the environment untouched, so that wrapping changes none of its bits.
 */
import { checkAction } from './check-action.ts'
import type { Env, EnvSpec, Info, LiveEnv, Step } from './env.ts'
import { invariant } from './invariant.ts'
import type { Key } from './key.ts'
import { sizeOf } from './space.ts'

/** A state of the environment below, and what the wrapper remembers. */
export type WrappedState<S> = Readonly<{ inner: S; memory: Float64Array }>

/** A step on its way out; a wrapper may change the reward. */
export type Passing = { reward: number; readonly terminated: boolean; readonly truncated: boolean }

/**
 * What a wrapper does, over the memory that it was given. Every function may write the memory (the last two may not) and must write all
 * of its output. Scratch space of its own must be written before it is read within one call.
 */
export type WrapperFace = Readonly<
  Partial<{
    /** After a reset that gave the observation `inner`: brings the memory up to date and writes `obs`. */
    start(inner: Float64Array, obs: Float64Array): void
    /** Writes the action for the environment below. */
    act(action: Float64Array, inner: Float64Array): void
    /** After a step that gave `inner`: brings the memory up to date, changes the reward and writes `obs`. */
    pass(passing: Passing, inner: Float64Array, obs: Float64Array): void
    /** Whether the memory says that the wrapper has terminated the episode. */
    terminates(): boolean
    /** Whether the memory says that the wrapper has truncated the episode. */
    truncates(): boolean
  }>
>

export type WrapperParts = Readonly<{
  spec: EnvSpec
  /** The memory with which a reset begins; its length is that of every memory. */
  memory: Float64Array
  /** Whether `start` and `pass` write observations; otherwise those of the environment below are handed on, and `obs` is `inner`. */
  observes: boolean
  face(memory: Float64Array): WrapperFace
  /** What the wrapper adds to the named numbers of a step, given the reward from below. */
  info?(reward: number): Info
}>

/** The fast path of a wrapped environment. */
export interface WrappedLive extends LiveEnv {
  /** What the wrapper remembers now; it is written by every call and must not be written from outside. */
  readonly memory: Float64Array
  /** As `reset`, beginning with `memory` (that of an earlier episode, for example) instead of the wrapper's own. */
  resetFrom(key: Key, memory: Float64Array, obs: Float64Array): void
}

/** A wrapped environment. A memory of the wrong length throws a `RangeError`. */
export interface WrappedEnv<S> extends Env<WrappedState<S>> {
  /** As `reset`, beginning with `memory` (that of an earlier episode, for example) instead of the wrapper's own. */
  resetFrom(key: Key, memory: Float64Array): Step<WrappedState<S>>
  live(): WrappedLive
}

const nothing = (): void => {}
const never = (): boolean => false

const checkMemory = ({ spec, memory }: WrapperParts, given: Float64Array): void => {
  if (given.length !== memory.length) throw new RangeError(`${spec.id}: a wrapper's memory of ${given.length} numbers, expected ${memory.length}`)
}

const encoded = (memory: Float64Array, inner: Uint8Array): Uint8Array => {
  const bytes = new Uint8Array(8 * memory.length + inner.length)
  const view = new DataView(bytes.buffer)
  memory.forEach((value, i) => view.setFloat64(8 * i, value, true))
  bytes.set(inner, 8 * memory.length)
  return bytes
}

const readMemory = ({ spec, memory }: WrapperParts, bytes: Uint8Array): Float64Array => {
  if (bytes.length < 8 * memory.length) throw new RangeError(`${spec.id}: a state of ${bytes.length} bytes is too short`)
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  return Float64Array.from(memory, (_, i) => view.getFloat64(8 * i, true))
}

const ended = (spec: EnvSpec): string => `${spec.id}: step after the end of the episode; reset first`

const wrappedLive = (below: LiveEnv, parts: WrapperParts): WrappedLive => {
  const { spec, observes } = parts
  const memory = parts.memory.slice()
  const { start = nothing, act, pass = nothing, terminates = never, truncates = never } = parts.face(memory)
  const obsSize = sizeOf(spec.observationSpace)
  const innerObs = new Float64Array(observes ? sizeOf(below.spec.observationSpace) : 0)
  const innerAction = new Float64Array(act === undefined ? 0 : sizeOf(below.spec.actionSpace))
  const alreadyEnded = ended(spec)
  const checkObs = (obs: Float64Array): void => {
    if (obs.length !== obsSize) throw new RangeError(`${spec.id}: the observation buffer has ${obs.length} entries, expected ${obsSize}`)
  }
  const takeOver = (): void => {
    live.terminated = below.terminated
    live.truncated = below.truncated
    live.unstable = below.unstable
  }
  const addOwnFlags = (): void => {
    if (terminates()) live.terminated = true
    if (truncates()) live.truncated = true
  }

  const live: WrappedLive = {
    spec,
    memory,
    reward: 0,
    terminated: false,
    truncated: false,
    unstable: false,
    reset: (key, obs) => live.resetFrom(key, parts.memory, obs),
    resetFrom(key, from, obs) {
      checkObs(obs)
      checkMemory(parts, from)
      const seen = observes ? innerObs : obs
      below.reset(key, seen)
      memory.set(from)
      start(seen, obs)
      live.reward = 0
      takeOver()
    },
    step(key, action, obs) {
      checkObs(obs)
      checkAction(spec, action)
      invariant(!live.terminated && !live.truncated, alreadyEnded)
      const seen = observes ? innerObs : obs
      if (act === undefined) below.step(key, action, seen)
      else {
        act(action, innerAction)
        below.step(key, innerAction, seen)
      }
      live.reward = below.reward
      takeOver()
      pass(live, seen, obs)
      addOwnFlags()
    },
    save: () => encoded(memory, below.save()),
    restore(bytes) {
      const stored = readMemory(parts, bytes)
      below.restore(bytes.slice(8 * memory.length))
      memory.set(stored)
      live.reward = 0
      takeOver()
      addOwnFlags()
    },
    info: () => ({ ...below.info(), ...parts.info?.(below.reward) }),
  }
  return live
}

/** `env` behind a wrapper; `close` closes `env`, and a picture is that of the state below. */
export const wrappedEnv = <S>(env: Env<S>, parts: WrapperParts): WrappedEnv<S> => {
  const { spec, observes } = parts
  const obsSize = sizeOf(spec.observationSpace)
  const actionSize = sizeOf(env.spec.actionSpace)
  const draw = env.picture?.bind(env)
  const infoOf = ({ info, reward }: Step<S>): Info => (parts.info === undefined ? info : { ...info, ...parts.info(reward) })
  const resetFrom = (key: Key, from: Float64Array): Step<WrappedState<S>> => {
    checkMemory(parts, from)
    const memory = from.slice()
    const below = env.reset(key)
    const obs = observes ? new Float64Array(obsSize) : below.obs
    parts.face(memory).start?.(below.obs, obs)
    return { ...below, state: { inner: below.state, memory }, obs, info: infoOf(below) }
  }
  return {
    spec,
    resetFrom,
    reset: (key) => resetFrom(key, parts.memory),
    step(key, state, action) {
      checkAction(spec, action)
      checkMemory(parts, state.memory)
      const memory = state.memory.slice()
      const { act, pass = nothing, terminates = never, truncates = never } = parts.face(memory)
      invariant(!terminates() && !truncates(), ended(spec))
      const innerAction = act === undefined ? action : new Float64Array(actionSize)
      act?.(action, innerAction)
      const below = env.step(key, state.inner, innerAction)
      const obs = observes ? new Float64Array(obsSize) : below.obs
      const passing = { reward: below.reward, terminated: below.terminated, truncated: below.truncated }
      pass(passing, below.obs, obs)
      return {
        state: { inner: below.state, memory },
        obs,
        reward: passing.reward,
        terminated: below.terminated || terminates(),
        truncated: below.truncated || truncates(),
        info: infoOf(below),
      }
    },
    encode: (state) => encoded(state.memory, env.encode(state.inner)),
    decode(bytes) {
      const memory = readMemory(parts, bytes)
      return { inner: env.decode(bytes.slice(8 * memory.length)), memory }
    },
    ...(draw === undefined ? {} : { picture: (state: WrappedState<S>) => draw(state.inner) }),
    live: () => wrappedLive(env.live(), parts),
    close: () => env.close(),
  }
}
