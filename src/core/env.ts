/**
 * The environment contract.
 *
 * An environment is a pure function over an explicit state (`Env`), and beside it a fast path (`LiveEnv`) that keeps one
 * live simulator and must be bit-equal to restore, step, save. Semantics are Gymnasium's: `terminated` alone cuts
 * bootstrapping, `truncated` is the time limit, both may be true, nothing resets by itself.
 * `pure-env.ts` builds both faces from pure functions, `simulated-env.ts` from a live simulator.
 *
 * *Source:* Farama-Foundation/Gymnasium, `gymnasium.Env` and `gymnasium.experimental.functional`.
 * *Deviations:* 1. randomness is a key per reset and per step. 2. opened asynchronously by the registry (WebAssembly).
 */
import type { Key } from './key.ts'
import type { Picture } from './picture.ts'
import type { Space } from './space.ts'

/** One entry of an observation or action vector. `unit` is SI or radians; `'1'` for dimensionless. */
export type Quantity = Readonly<{ name: string; unit: string; low: number; high: number }>

/** What an environment says about itself, as data. */
export type EnvSpec = Readonly<{
  id: string
  title: string
  source: string
  observationSpace: Space
  actionSpace: Space
  observations: readonly Quantity[]
  actions: readonly Quantity[]
  /** Steps after which an episode is truncated; null for none. */
  timeLimit: number | null
  /** Return regarded as solved by the environment's authors; null where they name none. */
  rewardThreshold: number | null
  /** Control period in seconds; null where time has no unit. */
  dt: number | null
}>

/** Named extra numbers of a step (reward terms, for example), in a fixed order. */
export type Info = Readonly<Record<string, number>>

/** Result of `reset` (reward 0, both flags false) and of `step`. `obs` has the length of the observation space. */
export type Step<S> = Readonly<{
  state: S
  obs: Float64Array
  reward: number
  terminated: boolean
  truncated: boolean
  info: Info
}>

/**
 * The fast path: one live simulator. `reset` and `step` write the observation into `obs` and set the fields below,
 * which are valid until the next call. After `terminated` or `truncated` only `reset` (or `restore`) may be called.
 */
export interface LiveEnv {
  readonly spec: EnvSpec
  reward: number
  terminated: boolean
  truncated: boolean
  /** The simulator diverged (NaN, runaway velocities) in the last step; such a step is also `terminated`. */
  unstable: boolean
  reset(key: Key, obs: Float64Array): void
  /** `action` has the length of the action space; NaN or a wrong length throws a `RangeError`. */
  step(key: Key, action: Float64Array, obs: Float64Array): void
  /** The whole state as bytes, so that `restore` on any simulator of this environment continues bit for bit. */
  save(): Uint8Array
  restore(bytes: Uint8Array): void
  /** Named extra numbers of the last step. Builds an object: not for hot loops. */
  info(): Info
}

/** A pure environment over state `S`. `close` frees foreign memory; the environment must not be used afterwards. */
export interface Env<S = unknown> {
  readonly spec: EnvSpec
  reset(key: Key): Step<S>
  step(key: Key, state: S, action: Float64Array): Step<S>
  encode(state: S): Uint8Array
  decode(bytes: Uint8Array): S
  /** What `state` looks like; absent where there is nothing to see. Drawing changes no later bit, of this environment or of a live episode. */
  picture?(state: S): Picture
  live(): LiveEnv
  close(): void
}

/** JSON data, the only kind of option that an environment takes. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json }

/** How a registry names and opens an environment. */
export type EnvEntry = Readonly<{
  id: string
  title: string
  source: string
  /** Kind of its action space, so that a config may leave the kind of policy open; `box` where nothing is said. */
  actions?: Space['kind']
  /** Options with their defaults; an unknown option is an error of `open`. */
  options: Readonly<Record<string, Json>>
  open(options: Readonly<Record<string, Json>>): Promise<Env>
}>

/** A reference to a wrapper in a config or a job: its kind with its settings beside it. */
export type WrapperRef = Readonly<{ kind: string }> & Readonly<Record<string, Json>>

/** A reference to an environment in a config or a job: plain data. `wrappers` are applied in order, the first one innermost; absent means none. */
export type EnvRef = Readonly<{ id: string; options: Readonly<Record<string, Json>>; wrappers?: readonly WrapperRef[] }>
