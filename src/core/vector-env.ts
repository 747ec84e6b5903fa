/**
 * N copies of one environment, stepped together.
 *
 * The copies share nothing: each has its own key at every reset and step, and gives the bits that it would give alone, whatever N is.
 * Observations lie in one [N, O] buffer, rewards and flags in arrays [N], all written in place; a step allocates nothing of its own.
 *
 * *Source:* Gymnasium 1.x, `gymnasium.vector.SyncVectorEnv` with `AutoresetMode.DISABLED`.
 * *Deviations:* 1. nothing resets by itself: a copy whose episode is over is reset by the caller (`resetOne`) or left out of the step.
 */
import { checkAction } from './check-action.ts'
import type { Env, EnvSpec, LiveEnv } from './env.ts'
import { invariant } from './invariant.ts'
import type { Key } from './key.ts'
import { sizeOf } from './space.ts'

/** The arrays are written by every call and are valid until the next one; a flag is 1 where it is up. */
export interface VectorEnv {
  /** What one copy says about itself. */
  readonly spec: EnvSpec
  /** Number N of copies. */
  readonly size: number
  /** Newest observations [N, O]. */
  readonly obs: Float64Array
  /** Rewards of the last step [N]; 0 after a reset, and for a copy that was left out. */
  readonly rewards: Float64Array
  readonly terminated: Uint8Array
  readonly truncated: Uint8Array
  /** Where the simulator diverged in the last step; such a step is also terminated. */
  readonly unstable: Uint8Array
  /** Resets all copies, copy i with `keys[i]`. */
  reset(keys: readonly Key[]): void
  /** Resets copy `index` and leaves the others as they are. */
  resetOne(index: number, key: Key): void
  /**
   * Steps copy i with `keys[i]` and row i of `actions` [N, A]; where `active` [N] is given, only the copies whose entry is not 0. An
   * action that is no action throws a `RangeError`, a copy whose episode is over an `InvariantError`, both before anything was stepped.
   */
  step(keys: readonly Key[], actions: Float64Array, active?: Uint8Array): void
  /** All states, observations, rewards and flags as bytes, so that `restore` on as many copies of this environment continues bit for bit. */
  save(): Uint8Array
  /** Throws a `RangeError` for bytes that `save` cannot have written. */
  restore(bytes: Uint8Array): void
}

/** Bytes of a copy before its observation: length of its state (u32 LE), flags, 0, 0, 0, reward (float64 LE). */
const headBytes = 16

/** `size` copies of `env`, which stays the caller's to close. A size that is no positive integer throws a `RangeError`. */
export const vectorise = (env: Env, size: number): VectorEnv => {
  if (!Number.isInteger(size) || size < 1) throw new RangeError(`vectorise: the number of copies must be a positive integer, received ${size}`)
  const { spec } = env
  const obsSize = sizeOf(spec.observationSpace)
  const actionSize = sizeOf(spec.actionSpace)
  const copies: readonly LiveEnv[] = Array.from({ length: size }, () => env.live())
  const obs = new Float64Array(size * obsSize)
  const given = new Float64Array(size * actionSize)
  const rowsOf = (values: Float64Array, width: number): readonly Float64Array[] => copies.map((_, i) => values.subarray(i * width, (i + 1) * width))
  const obsOf = rowsOf(obs, obsSize)
  const actionOf = rowsOf(given, actionSize)
  const rewards = new Float64Array(size)
  const [terminated, truncated, unstable] = [new Uint8Array(size), new Uint8Array(size), new Uint8Array(size)]

  const read = (i: number): void => {
    const copy = copies[i]
    rewards[i] = copy.reward
    terminated[i] = copy.terminated ? 1 : 0
    truncated[i] = copy.truncated ? 1 : 0
    unstable[i] = copy.unstable ? 1 : 0
  }
  const checkLength = (what: string, length: number, expected: number): void => {
    if (length !== expected) throw new RangeError(`${spec.id}: ${length} ${what} for ${size} copies, expected ${expected}`)
  }
  const checkStep = (i: number): void => {
    if (terminated[i] !== 0 || truncated[i] !== 0) invariant(false, `${spec.id}: step of copy ${i} after the end of its episode; reset it first, or leave it out`)
    try {
      checkAction(spec, actionOf[i])
    } catch (error) {
      throw new RangeError(`copy ${i}: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
    }
  }

  return {
    spec,
    size,
    obs,
    rewards,
    terminated,
    truncated,
    unstable,
    reset(keys) {
      checkLength('keys', keys.length, size)
      for (let i = 0; i < size; i++) {
        copies[i].reset(keys[i], obsOf[i])
        read(i)
      }
    },
    resetOne(index, key) {
      if (!(Number.isInteger(index) && index >= 0 && index < size)) throw new RangeError(`${spec.id}: copy ${index}, there are 0 … ${size - 1}`)
      copies[index].reset(key, obsOf[index])
      read(index)
    },
    step(keys, actions, active) {
      checkLength('keys', keys.length, size)
      checkLength('numbers of actions', actions.length, given.length)
      if (active !== undefined) checkLength('entries of active', active.length, size)
      given.set(actions)
      for (let i = 0; i < size; i++) if (active === undefined || active[i] !== 0) checkStep(i)
      for (let i = 0; i < size; i++) {
        if (active !== undefined && active[i] === 0) {
          rewards[i] = 0
          continue
        }
        copies[i].step(keys[i], actionOf[i], obsOf[i])
        read(i)
      }
    },
    save() {
      const states = copies.map((copy) => copy.save())
      const bytes = new Uint8Array(states.reduce((sum, state) => sum + headBytes + 8 * obsSize + state.length, 0))
      const view = new DataView(bytes.buffer)
      let at = 0
      states.forEach((state, i) => {
        view.setUint32(at, state.length, true)
        bytes[at + 4] = terminated[i] | (truncated[i] << 1) | (unstable[i] << 2)
        view.setFloat64(at + 8, rewards[i], true)
        obsOf[i].forEach((value, n) => view.setFloat64(at + headBytes + 8 * n, value, true))
        bytes.set(state, at + headBytes + 8 * obsSize)
        at += headBytes + 8 * obsSize + state.length
      })
      return bytes
    },
    restore(bytes) {
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
      const starts: number[] = []
      let end = 0
      while (end + headBytes + 8 * obsSize <= bytes.length) {
        starts.push(end)
        end += headBytes + 8 * obsSize + view.getUint32(end, true)
      }
      if (end !== bytes.length || starts.length !== size) throw new RangeError(`${spec.id}: ${bytes.length} bytes are no state of ${size} copies`)
      starts.forEach((at, i) => {
        copies[i].restore(bytes.slice(at + headBytes + 8 * obsSize, starts[i + 1] ?? end))
        terminated[i] = bytes[at + 4] & 1
        truncated[i] = (bytes[at + 4] >> 1) & 1
        unstable[i] = (bytes[at + 4] >> 2) & 1
        rewards[i] = view.getFloat64(at + 8, true)
        for (let n = 0; n < obsSize; n++) obsOf[i][n] = view.getFloat64(at + headBytes + 8 * n, true)
      })
    },
  }
}
