/**
 * An environment on a MuJoCo model of one's own: MJCF text and a few small functions in, an entry of the registry out.
 *
 *     reward = Σ of the named terms, each a function of the moment after a control step
 *
 * Stepping, resets, snapshots and the treatment of diverged states are those of the built-in robots (`robot-simulator.ts`): a control
 * step writes the action to the drives, which clamp it, and integrates `frameSkip` timesteps; a reset adds uniform noise to the
 * reference pose and to zero velocities. The engine's silent reset of diverged states is switched off, whatever the model says.
 *
 * *Source:* Gymnasium, `gymnasium.envs.mujoco.mujoco_env` (the idea: a model, a frame skip, and functions for the rest).
 * *Deviations:* none.
 */
import { checkTimeLimit, resolveOptions, type EnvOptions } from '../../src/core/env-options.ts'
import type { EnvEntry, EnvSpec, Quantity } from '../../src/core/env.ts'
import type { Key } from '../../src/core/key.ts'
import { nearest } from '../../src/core/nearest.ts'
import { rejection } from '../../src/core/rejection.ts'
import { simulatedEnv } from '../../src/core/simulated-env.ts'
import { box } from '../../src/core/space.ts'
import { compileModel, openEngine, type Model, type Views } from './engine.ts'
import { drives, movements, namesOf } from './model-tables.ts'
import { currentPhysics } from './physics.ts'
import { addUniform, resetKeys } from './reset-noise.ts'
import { fromBeside, type RobotPicture, robotPicture } from './robot-picture.ts'
import { openRobotSimulator } from './robot-simulator.ts'
import { append, type RobotTask } from './robot.ts'

/** A model at a moment. One record serves all moments: read it, do not keep it. */
export interface Scene<O> {
  /** Live arrays of the engine; positions of bodies and the like belong to the configuration before the last timestep. */
  readonly now: Views
  /** Seconds per control step. */
  readonly dt: number
  readonly options: O
  /** The number of a body by its name, for rows of `xpos` and the like. An unknown name throws a `RangeError`. */
  body(name: string): number
}

/** The moment after a control step: what it was, and positions [nq] and velocities [nv] before it. */
export interface Moment<O> extends Scene<O> {
  readonly action: Float64Array
  readonly before: Readonly<{ qpos: Float64Array; qvel: Float64Array }>
}

/** What is observed instead of all positions and velocities: a table, and a function that writes its rows. */
export type Observed<O> = Readonly<{ table: readonly Quantity[]; write(scene: Scene<O>, obs: Float64Array): void }>

/** The options that every environment of a model has. */
export type ModelOptions = Readonly<{ frameSkip: number; timeLimit: number; resetNoiseScale: number }>

/**
 * An environment in one record.
 * - `mjcf`: the whole model as one text, or a function of the options. `<size memory="1M"/>` keeps a simple one from reserving 14 MB.
 * - `frameSkip`: timesteps per control step; `timeLimit`: control steps per episode; `resetNoiseScale`: half-width of the noise at
 *   a reset (0.01 where it is left out). They become options, as do the records of `options`, whose values are the defaults.
 * - `rewards`: the terms by name, reported as such; `ends`: whether the new state ends the episode (never, where it is left out).
 * - `observed`: all positions, then all velocities, where it is left out.
 * - `contactForces`: fill `cfrcExt`, at the cost of a pass per control step.
 * - `picture`: from where states are drawn (see `robot-picture.ts`); from beside, as large as the model, where it is left out.
 *
 * The functions run in the hot loop: they should allocate nothing, and take mathematics from `dmath` where bits shall agree everywhere.
 */
export type MujocoEnvParts<O extends EnvOptions> = Readonly<{
  id: string
  title: string
  source: string
  mjcf: string | ((options: O & ModelOptions) => string)
  frameSkip: number
  timeLimit: number
  resetNoiseScale?: number
  options?: O
  rewards: Readonly<Record<string, (moment: Moment<O & ModelOptions>) => number>>
  ends?: (moment: Moment<O & ModelOptions>) => boolean
  observed?: Observed<O & ModelOptions>
  contactForces?: boolean
  picture?: RobotPicture
}>

type Writable<T> = { -readonly [name in keyof T]: T[name] }

const bodyFinder = (model: Model): ((name: string) => number) => {
  const names = namesOf(model, 'body')
  const numbers = new Map(names.map((name, i) => [name, i]))
  return (name) => {
    const number = numbers.get(name)
    if (number === undefined) throw rejection(`${model.name}: body`, 'a body of the model', `"${name}"`, `did you mean "${nearest(name, names) ?? ''}"?`)
    return number
  }
}

/** The view from beside that shows the whole model as it was compiled; of the ground below height 0 only a strip. */
const wholeModel = ({ handle }: Model): RobotPicture => {
  const { center, extent } = handle.stat as Readonly<{ center: ArrayLike<number>; extent: number }>
  const bottom = Math.min(center[2] - 0.7 * extent, 0)
  return { views: [fromBeside(extent, center[2] > 0 ? Math.max(bottom, -0.2 * extent) : bottom, center[2] + 0.7 * extent)], tones: {} }
}

/** The task of `parts` on `model`, in the form of a robot's. */
const taskOf = <O extends EnvOptions>(parts: MujocoEnvParts<O>, model: Model, options: O & ModelOptions): RobotTask => {
  const { nq, nv } = model.handle
  const terms = Object.values(parts.rewards)
  const { ends, observed, contactForces = false } = parts
  // Shared by all simulators of the model: `now` and `action` are set before any function reads them.
  const moment: Writable<Moment<O & ModelOptions>> = {
    now: {} as Views,
    before: { qpos: new Float64Array(nq), qvel: new Float64Array(nv) },
    action: new Float64Array(0),
    dt: model.timestep * options.frameSkip,
    options,
    body: bodyFinder(model),
  }
  return {
    observations: observed?.table ?? movements(model),
    readsContactForces: contactForces,
    rewards: Object.keys(parts.rewards),
    facts: [],
    remembered: [...Array.from({ length: nq }, (_, i) => `qpos[${i}]`), ...Array.from({ length: nv }, (_, i) => `qvel[${i}]`)],
    remember({ qpos, qvel }, memory) {
      append(memory, append(memory, 0, qpos), qvel)
    },
    observe(views, obs) {
      moment.now = views
      if (observed === undefined) append(obs, append(obs, 0, views.qpos), views.qvel)
      else observed.write(moment, obs)
    },
    judge(views, action, memory, report) {
      const { qpos, qvel } = moment.before
      for (let i = 0; i < nq; i++) qpos[i] = memory[i]
      for (let i = 0; i < nv; i++) qvel[i] = memory[nq + i]
      moment.now = views
      moment.action = action
      for (let i = 0; i < terms.length; i++) report[i] = terms[i](moment)
      return ends !== undefined && ends(moment)
    },
  }
}

/** An entry of the registry for `parts`. It throws a `RangeError` without rewards; `open` rejects with one on unknown options and bad models. */
export const mujocoEnv = <O extends EnvOptions = Record<never, never>>(parts: MujocoEnvParts<O>): EnvEntry => {
  const { id, title, source } = parts
  if (Object.keys(parts.rewards).length === 0) throw rejection(`${id}: rewards`, 'at least one term', 'none')
  const defaults = { frameSkip: parts.frameSkip, timeLimit: parts.timeLimit, resetNoiseScale: parts.resetNoiseScale ?? 0.01, ...parts.options } as O & ModelOptions
  const open: EnvEntry['open'] = async (given) => {
    const options = resolveOptions(id, defaults, given)
    const { frameSkip, resetNoiseScale } = options
    if (!(Number.isInteger(frameSkip) && frameSkip >= 1)) throw rejection(`${id}: option "frameSkip"`, 'a positive integer', String(frameSkip))
    if (resetNoiseScale < 0) throw rejection(`${id}: option "resetNoiseScale"`, 'no negative number', String(resetNoiseScale))
    const timeLimit = checkTimeLimit(id, options.timeLimit)
    const { mjcf } = parts
    const engine = await openEngine()
    const model = compileModel(engine, id, typeof mjcf === 'string' ? mjcf : mjcf(options))
    // A state that diverges must be seen, not replaced by another one.
    model.handle.opt.disableflags |= engine.mjtDisableBit.mjDSBL_AUTORESET.value
    const actions = drives(model)
    if (actions.length === 0) {
      model.handle.delete()
      throw rejection(`${id}: model`, 'at least one actuator', 'none', 'add <actuator><motor joint="…"/></actuator>')
    }
    const task = taskOf(parts, model, options)
    const body = {
      id,
      disturb(key: Key, _: unknown, qpos: Float64Array, qvel: Float64Array) {
        const keys = resetKeys(key)
        addUniform(keys.positions, resetNoiseScale, qpos)
        addUniform(keys.velocities, resetNoiseScale, qvel)
      },
    }
    const spec: EnvSpec = {
      id,
      title,
      source,
      observationSpace: box(task.observations.map(({ low }) => low), task.observations.map(({ high }) => high)),
      actionSpace: box(actions.map(({ low }) => low), actions.map(({ high }) => high)),
      observations: task.observations,
      actions,
      timeLimit,
      rewardThreshold: null,
      dt: model.timestep * frameSkip,
    }
    const { picture = wholeModel(model) } = parts
    return simulatedEnv({
      spec,
      simulator: () => openRobotSimulator(model, body, { ...currentPhysics, frameSkip }, task),
      picture: ({ simulation }) => robotPicture(simulation, picture),
      release: () => model.handle.delete(),
    })
  }
  return { id, title, source, options: defaults, open }
}
