/**
 * The physics engine: MuJoCo's WebAssembly build, loaded once per thread, and simulations over it.
 *
 * *Source:* Todorov, Erez and Tassa 2012, "MuJoCo: A physics engine for model-based control"; package `@mujoco/mujoco`.
 * *Deviations:* none in the physics; models switch the silent reset of a diverged state off, see `Simulation.healthy`.
 */
import type { DoubleBuffer, MainModule, MjData, MjModel } from '@mujoco/mujoco'
import { rejection } from '../../src/core/rejection.ts'

/** Last major version of Node whose V8 does not inline WebAssembly calls by itself, and the last one that is known to know the flags. */
const lastNodeWithoutInlining = 22
const lastNodeWithFlags = 26

/** The engine calls a position, velocity or acceleration beyond this divergence (`mjMAXVAL`). */
const largestSoundValue = 1e10

/** How the package begins the message of an error that the engine raised while it ran. */
const engineError = 'MuJoCo Error'

/** What Node says of itself and offers; a page has none of it. */
type Host = Readonly<{
  versions: Readonly<{ node: string }>
  getBuiltinModule(name: 'node:v8'): Readonly<{ setFlagsFromString(flags: string): void }>
}>

/**
 * The flags by which V8 inlines small functions of the engine, and larger ones than by default, under Node of this major version; none
 * where V8 is not known to have them.
 */
export const inliningFlags = (major: number): readonly string[] => {
  if (!(major <= lastNodeWithFlags)) return []
  const budget = ['--wasm-inlining-budget=50000', '--wasm-inlining-max-size=1500']
  return major <= lastNodeWithoutInlining ? ['--experimental-wasm-inlining', ...budget] : budget
}

/**
 * Lets V8 inline functions of the engine: about 1.2 times faster under Node 20 and 22, 1.05 times under 24 and 26, the same bits; still
 * larger ones slow it down again. Must run before the engine is compiled. The flags are internal to V8 and absent elsewhere, so no failure
 * here may matter. Nothing is imported for it: a bundler for pages refuses modules of Node, even where they are never reached.
 */
const allowInlining = (): void => {
  try {
    const host = Reflect.get(globalThis, 'process') as Host | undefined
    if (host === undefined) return
    const flags = inliningFlags(Number.parseInt(host.versions.node, 10))
    if (flags.length > 0) flags.forEach(host.getBuiltinModule('node:v8').setFlagsFromString)
  } catch {
    // Something that calls itself Node and lacks the flags: the engine runs without them.
  }
}

const loadEngine = async (): Promise<MainModule> => {
  allowInlining()
  const { default: load } = await import('@mujoco/mujoco')
  try {
    return await load()
  } catch (cause) {
    throw new Error(`the MuJoCo WebAssembly module cannot be loaded: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
  }
}

let engine: Promise<MainModule> | null = null

/** The engine of this thread, loaded at the first call. Rejects with one clear error; a later call tries again. */
export const openEngine = (): Promise<MainModule> => {
  engine ??= loadEngine().catch((error: unknown) => {
    engine = null
    throw error
  })
  return engine
}

/** A compiled model. `timestep` is in seconds; `handle` must be deleted after the last simulation of the model. */
export type Model = Readonly<{ engine: MainModule; handle: MjModel; name: string; timestep: number }>

/** What the engine says about a model, in one line and without the words that it puts before every message. */
const complaint = (cause: unknown): string =>
  (cause instanceof Error ? cause.message : String(cause)).replace(/^MuJoCo Error: (Loading error: )?(XML Error: |Error: )?/, '').replace(/\s+/g, ' ').trim()

const adviceOn = (reason: string): string => {
  if (reason.includes('opening file')) return 'a model is one text, files are not read'
  return /\bline\b/i.test(reason) ? 'the line counts from the start of the model text' : ''
}

/** Compiles MJCF. Throws one `RangeError` with the model's `name` and what the engine says: the reason, and where it knows them, element and line. */
export const compileModel = (engine: MainModule, name: string, mjcf: string): Model => {
  const refuse = (reason: string, cause?: unknown): RangeError =>
    rejection(`${name}: model`, 'MJCF that MuJoCo compiles', `an error: ${reason}`, adviceOn(reason), cause)
  let handle: MjModel | null
  try {
    handle = engine.MjModel.from_xml_string(mjcf)
  } catch (cause) {
    throw refuse(complaint(cause), cause)
  }
  if (handle === null) throw refuse('none was given')
  return { engine, handle, name, timestep: handle.opt.timestep }
}

/** Arrays of the engine's memory. They are live: the engine writes them, and `ctrl`, `qpos` and `qvel` may be written. */
export interface Views {
  qpos: Float64Array
  qvel: Float64Array
  qacc: Float64Array
  ctrl: Float64Array
  /** Positions of body frames [bodies, 3]; like all that follow, of the configuration before the last integration. */
  xpos: Float64Array
  /** Positions of the centres of mass of bodies [bodies, 3]. */
  xipos: Float64Array
  /** Rotation matrices of body frames [bodies, 3, 3]. */
  xmat: Float64Array
  /** Centres of mass [bodies, 3] of each body with all that hang on it, and their velocities after `subtreeVelocities`. */
  subtreeCom: Float64Array
  subtreeLinvel: Float64Array
  siteXpos: Float64Array
  cinert: Float64Array
  cvel: Float64Array
  cfrcExt: Float64Array
  qfrcActuator: Float64Array
  qfrcConstraint: Float64Array
}

/** One simulation of a model; it owns memory of the engine. */
export interface Simulation {
  readonly model: Model
  /** The engine's own handle, for tools that call it directly. */
  readonly data: MjData
  readonly views: Views
  /**
   * Takes the views again if the engine's memory has grown, which detaches the old ones (they read as empty, and writes to them
   * vanish). Call before using them whenever another simulation may have been opened or stepped since.
   */
  refresh(): void
  /** The state after compilation: reference positions, no controls, no warm start. */
  clear(): void
  /** Computes everything that follows from positions, velocities and controls. An engine that gives up makes the state unhealthy. */
  forward(): void
  /** Runs the whole of `forward` and integrates one timestep; leaves the views valid. An engine that gives up makes the state unhealthy. */
  integrate(): void
  /** Fills `cfrcExt`. */
  contactForces(): void
  /** Fills `subtreeLinvel`. */
  subtreeVelocities(): void
  /**
   * Whether positions, velocities and accelerations are finite and at most 1e10, and the engine has not given up (bodies that
   * pile up in one place can have more contacts than its memory holds). The engine would reset a diverged state silently; models
   * must forbid that (`<flag autoreset="disable"/>`) and ask here after every integration.
   */
  healthy(): boolean
  /** Number of entries of the full integration state: time, positions, velocities, activations, warm start, controls, forces … */
  readonly stateSize: number
  /** Copies the full integration state to `out`. */
  save(out: Float64Array): void
  /** Continues from a saved state, whatever happened here before. */
  restore(state: Float64Array): void
  close(): void
}

const viewsOf = (data: MjData): Views => ({
  qpos: data.qpos,
  qvel: data.qvel,
  qacc: data.qacc,
  ctrl: data.ctrl,
  xpos: data.xpos,
  xipos: data.xipos,
  xmat: data.xmat,
  subtreeCom: data.subtree_com,
  subtreeLinvel: data.subtree_linvel,
  siteXpos: data.site_xpos,
  cinert: data.cinert,
  cvel: data.cvel,
  cfrcExt: data.cfrc_ext,
  qfrcActuator: data.qfrc_actuator,
  qfrcConstraint: data.qfrc_constraint,
})

const sound = (values: Float64Array): boolean => {
  for (let i = 0; i < values.length; i++) {
    // The negated form also catches NaN.
    if (!(Math.abs(values[i]) <= largestSoundValue)) return false
  }
  return true
}

/** Opens a simulation of `model`; each has its own state. */
export const openSimulation = (model: Model): Simulation => {
  const { engine, handle } = model
  const data = new engine.MjData(handle)
  const integrationState = (engine.mjtState.mjSTATE_INTEGRATION as { value: number }).value
  const stateSize = engine.mj_stateSize(handle, integrationState)
  const buffer: DoubleBuffer = new engine.DoubleBuffer(stateSize)
  const views = viewsOf(data)
  let gaveUp = false
  const refresh = (): void => {
    if (views.qpos.length === 0) Object.assign(views, viewsOf(data))
  }
  /** Notes an error of the engine as such, and passes on any other. */
  const giveUp = (error: unknown): void => {
    if (!(error instanceof Error && error.message.startsWith(engineError))) throw error
    gaveUp = true
  }
  const clear = (): void => {
    engine.mj_resetData(handle, data)
    gaveUp = false
  }
  return {
    model,
    data,
    views,
    stateSize,
    refresh,
    clear,
    forward() {
      try {
        engine.mj_forward(handle, data)
      } catch (error) {
        giveUp(error)
      }
      refresh()
    },
    integrate() {
      try {
        engine.mj_step(handle, data)
      } catch (error) {
        giveUp(error)
      }
      refresh()
    },
    contactForces: () => engine.mj_rnePostConstraint(handle, data),
    subtreeVelocities: () => engine.mj_subtreeVel(handle, data),
    healthy: () => !gaveUp && sound(views.qpos) && sound(views.qvel) && sound(views.qacc),
    save(out) {
      // The engine writes only to its own buffers: a Float64Array passed to it would stay untouched.
      engine.mj_getState(handle, data, buffer, integrationState)
      out.set(buffer.GetView())
    },
    restore(state) {
      clear()
      // The declared type asks for a plain array; the engine accepts any typed array and copies it.
      engine.mj_setState(handle, data, state as unknown as number[], integrationState)
    },
    close() {
      buffer.delete()
      data.delete()
    },
  }
}
