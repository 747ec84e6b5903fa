/**
 * A robot as a simulator, and as an entry of the registry.
 *
 * One control step as in Gymnasium: write the raw action to the motors (the engine clamps it), integrate `frameSkip` timesteps, fill the
 * contact forces if the task reads them, and nothing else: derived quantities keep belonging to the configuration before the last
 * integration. A reset clears the engine, disturbs the reference pose and runs one forward pass. Robots of rllab step otherwise
 * (`Robot.stepping`).
 *
 * A saved state is the engine's integration state followed by what the task remembers, as little-endian float64.
 *
 * *Source:* Gymnasium, `gymnasium.envs.mujoco.mujoco_env`; rllab, `mujoco_env` and `normalized_env` (Duan et al. 2016, arXiv 1604.06778).
 * *Deviations:* 1. a diverged state ends the episode with reward NaN instead of a silent reset in the middle of a step.
 */
import { resolveOptions, type EnvOptions } from '../../src/core/env-options.ts'
import type { EnvEntry, EnvSpec } from '../../src/core/env.ts'
import { invariant } from '../../src/core/invariant.ts'
import { simulatedEnv, type Simulator } from '../../src/core/simulated-env.ts'
import { box } from '../../src/core/space.ts'
import { openEngine, openSimulation, type Model, type Simulation } from './engine.ts'
import { compilePhysics } from './physics.ts'
import { robotPicture } from './robot-picture.ts'
import { choices, type Robot, type RobotConstants, type RobotOptions, type RobotTask } from './robot.ts'

/** A robot's simulator, with access to the physics below the episode for tests and tools. */
export interface RobotSimulator extends Simulator {
  readonly simulation: Simulation
  /** Starts from given positions [nq] and velocities [nv], without noise; controls and warm start are cleared. Other lengths: `RangeError`. */
  inject(qpos: ArrayLike<number>, qvel: ArrayLike<number>, obs: Float64Array): void
}

/** Constants of `model` at `frameSkip` timesteps per control step. */
const constantsOf = (model: Model, frameSkip: number): RobotConstants => ({
  id: model.name,
  timestep: model.timestep,
  dt: model.timestep * frameSkip,
  bodyMass: Float64Array.from(model.handle.body_mass as Float64Array),
  bodyIndex(name) {
    const index = model.engine.mj_name2id(model.handle, model.engine.mjtObj.mjOBJ_BODY.value, name)
    invariant(index >= 0, `${model.name}: the model has no body "${name}"`)
    return index
  },
})

const toBytes = (values: Float64Array): Uint8Array => {
  const bytes = new Uint8Array(8 * values.length)
  const view = new DataView(bytes.buffer)
  for (let i = 0; i < values.length; i++) view.setFloat64(8 * i, values[i], true)
  return bytes
}

const fromBytes = (out: Float64Array, bytes: Uint8Array): void => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  for (let i = 0; i < out.length; i++) out[i] = view.getFloat64(8 * i, true)
}

/** What a simulator must know of a robot besides its task. */
export type RobotBody<O extends RobotOptions> = Pick<Robot<O>, 'id' | 'stepping' | 'disturb'>

/** Opens a simulator of `robot` on `model`, for complete `options`. */
export const openRobotSimulator = <O extends RobotOptions>(model: Model, robot: RobotBody<O>, options: O, task: RobotTask): RobotSimulator => {
  const simulation = openSimulation(model)
  const { views } = simulation
  const { frameSkip } = options
  const { readsContactForces } = task
  const names = [...task.rewards, ...task.facts]
  const report = new Float64Array(names.length)
  const saved = new Float64Array(simulation.stateSize + task.remembered.length)
  const engineState = saved.subarray(0, simulation.stateSize)
  const memory = saved.subarray(simulation.stateSize)
  const rllab = robot.stepping === 'rllab'
  const ranges: Float64Array = model.handle.actuator_ctrlrange.slice()

  const command = (action: Float64Array): void => {
    const { ctrl } = views
    for (let i = 0; i < ctrl.length; i++) {
      const low = ranges[2 * i]
      const high = ranges[2 * i + 1]
      ctrl[i] = rllab ? Math.max(low, Math.min(high, low + ((action[i] + 1) / 2) * (high - low))) : action[i]
    }
  }
  /** Brings up to date what follows from positions and velocities. */
  const catchUp = (): void => {
    simulation.forward()
    if (readsContactForces) simulation.contactForces()
    simulation.subtreeVelocities()
  }

  const start = (obs: Float64Array): void => {
    if (rllab) catchUp()
    else simulation.forward()
    task.remember(views, memory)
    task.observe(views, obs)
    report.fill(0)
    simulator.reward = 0
    simulator.terminated = false
    simulator.unstable = false
  }

  const simulator: RobotSimulator = {
    simulation,
    reward: 0,
    terminated: false,
    unstable: false,
    reset(key, obs) {
      simulation.refresh()
      simulation.clear()
      robot.disturb(key, options, views.qpos, views.qvel)
      start(obs)
    },
    inject(qpos, qvel, obs) {
      simulation.refresh()
      if (qpos.length !== views.qpos.length || qvel.length !== views.qvel.length) {
        throw new RangeError(`${robot.id}: a state of ${qpos.length} + ${qvel.length} numbers, expected ${views.qpos.length} + ${views.qvel.length}`)
      }
      simulation.clear()
      views.qpos.set(qpos)
      views.qvel.set(qvel)
      start(obs)
    },
    step(_key, action, obs) {
      simulation.refresh()
      command(action)
      let stable = simulation.healthy()
      for (let s = 0; s < frameSkip && stable; s++) {
        simulation.integrate()
        stable = simulation.healthy()
      }
      if (stable && rllab) {
        catchUp()
        stable = simulation.healthy()
      } else if (stable && readsContactForces) simulation.contactForces()
      task.observe(views, obs)
      const ended = task.judge(views, action, memory, report)
      task.remember(views, memory)
      if (!stable) report.fill(NaN)
      let reward = report[0]
      for (let i = 1; i < task.rewards.length; i++) reward += report[i]
      simulator.reward = reward
      simulator.terminated = ended || !stable
      simulator.unstable = !stable
    },
    save() {
      simulation.refresh()
      simulation.save(engineState)
      return toBytes(saved)
    },
    restore(bytes) {
      if (bytes.length !== 8 * saved.length) throw new RangeError(`${robot.id}: a state of ${bytes.length} bytes, expected ${8 * saved.length}`)
      simulation.refresh()
      fromBytes(saved, bytes)
      simulation.restore(engineState)
      report.fill(0)
    },
    info: () => Object.fromEntries(names.map((name, i) => [name, report[i]])),
    close: () => simulation.close(),
  }
  return simulator
}

/** Options that must not be negative, where a robot has them. */
const neverNegative = ['resetNoiseScale', 'rightFootFriction']

const checkOptions = <O extends RobotOptions>(robot: Robot<O>, given: EnvOptions): O => {
  const options = resolveOptions(robot.id, robot.options, given)
  const { frameSkip } = options
  if (!(Number.isInteger(frameSkip) && frameSkip >= 1)) throw new RangeError(`${robot.id}: option "frameSkip" must be a positive integer, received ${frameSkip}`)
  for (const name of neverNegative) {
    const value = options[name]
    if (typeof value === 'number' && value < 0) throw new RangeError(`${robot.id}: option "${name}" must not be negative, received ${value}`)
  }
  for (const [name, allowed] of Object.entries(choices)) {
    const chosen = options[name]
    if (chosen !== undefined && !allowed.includes(chosen as string)) {
      throw new RangeError(`${robot.id}: option "${name}" must be ${allowed.map((each) => `"${each}"`).join(' or ')}, received ${JSON.stringify(chosen)}`)
    }
  }
  return options
}

/** A compiled robot: what opens simulators and describes the environment; `wanted` is the velocity (m/s) that its task wants, null for none. */
export type OpenedRobot = Readonly<{ model: Model; spec: EnvSpec; task: RobotTask; wanted: number | null; simulator: () => RobotSimulator }>

/** Compiles a robot for `given` options over its defaults. Rejects on unknown options and where the engine does. */
export const openRobot = async <O extends RobotOptions>(robot: Robot<O>, given: EnvOptions = {}): Promise<OpenedRobot> => {
  const options = checkOptions(robot, given)
  const model = compilePhysics(await openEngine(), robot.id, robot.mjcf(options), options)
  const constants = constantsOf(model, options.frameSkip)
  const task = robot.task(options, constants)
  const spec: EnvSpec = {
    id: robot.id,
    title: robot.title,
    source: robot.source,
    observationSpace: box(task.observations.map((each) => each.low), task.observations.map((each) => each.high)),
    actionSpace: box(robot.actions.map((each) => each.low), robot.actions.map((each) => each.high)),
    observations: task.observations,
    actions: robot.actions,
    timeLimit: robot.timeLimit,
    rewardThreshold: robot.rewardThreshold,
    dt: constants.dt,
  }
  return { model, spec, task, wanted: robot.wanted?.(options) ?? null, simulator: () => openRobotSimulator(model, robot, options, task) }
}

/** The registry's entry of a robot. */
export const robotEntry = <O extends RobotOptions>(robot: Robot<O>): EnvEntry => ({
  id: robot.id,
  title: robot.title,
  source: robot.source,
  options: robot.options,
  async open(given) {
    const { model, spec, simulator, wanted } = await openRobot(robot, given)
    return simulatedEnv({
      spec,
      simulator,
      picture: ({ simulation }) => robotPicture(simulation, robot.picture, wanted),
      release: () => model.handle.delete(),
    })
  },
})
