/**
 * Both faces of an environment from a live simulator: the pure `Env` (restore, step, save) and the `LiveEnv` fast path.
 *
 * A simulator knows nothing of episodes; the time limit, the flags and the validation of actions are added here, once. Every
 * face owns its simulator, so that a pure step cannot disturb a live episode. A state is the bytes
 * `[elapsed steps: u32 LE, flags: u8, 0, 0, 0, simulator …]`.
 *
 * *Source:* Gymnasium, `gymnasium.wrappers.TimeLimit`; house contract 4, "Environments".
 * *Deviations:* 1. a step after the end of an episode is an error. 2. a diverged simulator ends the episode (`unstable`).
 */
import { checkAction } from './check-action.ts'
import type { Env, EnvSpec, Info, LiveEnv, Step } from './env.ts'
import { invariant } from './invariant.ts'
import type { Key } from './key.ts'
import type { Picture } from './picture.ts'
import { sizeOf } from './space.ts'

/** A mutable simulator. `reset` and `step` write the observation into `obs` and set the fields. */
export interface Simulator {
  reward: number
  terminated: boolean
  /** The last step diverged. Its reward is NaN; a `reset` or `restore` makes the simulator good again. */
  unstable: boolean
  reset(key: Key, obs: Float64Array): void
  step(key: Key, action: Float64Array, obs: Float64Array): void
  /** Everything that later steps depend on, so that `restore` on any simulator of this kind continues bit for bit. */
  save(): Uint8Array
  /** Throws a `RangeError` for bytes that `save` cannot have written. */
  restore(bytes: Uint8Array): void
  info(): Info
  close(): void
}

/**
 * `simulator` opens another simulator of the same kind; it is called once per face. `picture` draws the state that a simulator was
 * restored to, and may disturb only what the next `restore` makes good again. `release` frees what the simulators share, after all of
 * them are closed.
 */
export type SimulatedEnvParts<T extends Simulator = Simulator> = Readonly<{
  spec: EnvSpec
  simulator: () => T
  picture?: (simulator: T) => Picture
  release?: () => void
}>

const headerBytes = 8
const terminatedFlag = 1
const truncatedFlag = 2
const unstableFlag = 4

/** The fast path on a simulator of its own: time limit, flags and checked actions are added to it. */
export const liveFromSimulator = (spec: EnvSpec, simulator: Simulator): LiveEnv => {
  const obsSize = sizeOf(spec.observationSpace)
  const limit = spec.timeLimit ?? Infinity
  // Composed once: a step must not build strings.
  const notStarted = `${spec.id}: step before the first reset`
  const ended = `${spec.id}: step after the end of the episode; reset first`
  let elapsed = 0
  let started = false
  const checkObs = (obs: Float64Array): void => {
    if (obs.length !== obsSize) throw new RangeError(`${spec.id}: the observation buffer has ${obs.length} entries, expected ${obsSize}`)
  }
  const setFlags = (terminated: boolean, truncated: boolean, unstable: boolean): void => {
    live.terminated = terminated
    live.truncated = truncated
    live.unstable = unstable
  }

  const live: LiveEnv = {
    spec,
    reward: 0,
    terminated: false,
    truncated: false,
    unstable: false,
    reset(key, obs) {
      checkObs(obs)
      simulator.reset(key, obs)
      elapsed = 0
      started = true
      live.reward = 0
      setFlags(false, false, false)
    },
    step(key, action, obs) {
      checkObs(obs)
      checkAction(spec, action)
      invariant(started, notStarted)
      invariant(!live.terminated && !live.truncated, ended)
      simulator.step(key, action, obs)
      elapsed++
      live.reward = simulator.reward
      setFlags(simulator.terminated || simulator.unstable, elapsed >= limit, simulator.unstable)
    },
    save() {
      invariant(started, `${spec.id}: save before the first reset`)
      const inner = simulator.save()
      const bytes = new Uint8Array(headerBytes + inner.length)
      new DataView(bytes.buffer).setUint32(0, elapsed, true)
      bytes[4] = (live.terminated ? terminatedFlag : 0) | (live.truncated ? truncatedFlag : 0) | (live.unstable ? unstableFlag : 0)
      bytes.set(inner, headerBytes)
      return bytes
    },
    restore(bytes) {
      if (bytes.length < headerBytes) throw new RangeError(`${spec.id}: a state of ${bytes.length} bytes is too short`)
      simulator.restore(bytes.subarray(headerBytes))
      elapsed = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true)
      started = true
      live.reward = 0
      setFlags((bytes[4] & terminatedFlag) !== 0, (bytes[4] & truncatedFlag) !== 0, (bytes[4] & unstableFlag) !== 0)
    },
    info: () => simulator.info(),
  }
  return live
}

/** The environment over states of bytes; `close` frees the simulators of all its faces. */
export const simulatedEnv = <T extends Simulator>({ spec, simulator, picture, release }: SimulatedEnvParts<T>): Env<Uint8Array> => {
  const opened: Simulator[] = []
  let closed = false
  const openFace = (): Readonly<{ live: LiveEnv; simulator: T }> => {
    invariant(!closed, `${spec.id}: used after close`)
    const next = simulator()
    opened.push(next)
    return { live: liveFromSimulator(spec, next), simulator: next }
  }
  let pureFace: ReturnType<typeof openFace> | null = null
  const face = (): ReturnType<typeof openFace> => {
    invariant(!closed, `${spec.id}: used after close`)
    pureFace ??= openFace()
    return pureFace
  }
  const pure = (): LiveEnv => face().live
  const finish = (live: LiveEnv, obs: Float64Array): Step<Uint8Array> => ({
    state: live.save(),
    obs,
    reward: live.reward,
    terminated: live.terminated,
    truncated: live.truncated,
    info: live.info(),
  })

  return {
    spec,
    reset(key) {
      const live = pure()
      const obs = new Float64Array(sizeOf(spec.observationSpace))
      live.reset(key, obs)
      return finish(live, obs)
    },
    step(key, state, action) {
      const live = pure()
      const obs = new Float64Array(sizeOf(spec.observationSpace))
      live.restore(state)
      live.step(key, action, obs)
      return finish(live, obs)
    },
    encode: (state) => state.slice(),
    decode(bytes) {
      pure().restore(bytes)
      return bytes.slice()
    },
    ...(picture === undefined
      ? {}
      : {
          picture(state: Uint8Array) {
            // every pure step restores before it steps, so this simulator may be borrowed
            pure().restore(state)
            return picture(face().simulator)
          },
        }),
    live: () => openFace().live,
    close() {
      if (closed) return
      closed = true
      opened.forEach((each) => each.close())
      release?.()
    },
  }
}
