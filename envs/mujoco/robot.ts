/**
 * What a robot is: a body (MJCF), options, reset noise, and a task (what is observed, rewarded, and ends an episode).
 *
 * A robot is one file of data and three small functions; `robot-simulator.ts` turns it into an environment.
 *
 * Options in which the versions of a robot differ (-v2, -v4, -v5) are options of every version; `versions.ts` says which
 * version means what. The defaults here are those of v5.
 *
 * *Source:* Gymnasium's MuJoCo environments, v5. *Deviations:* camel-case option names; in a range, null means "no bound".
 */
import type { EnvOptions } from '../../src/core/env-options.ts'
import type { Quantity } from '../../src/core/env.ts'
import type { Key } from '../../src/core/key.ts'
import type { Views } from './engine.ts'
import type { Physics } from './physics.ts'
import type { RobotPicture } from './robot-picture.ts'

/** Options that every robot has; `frameSkip` is the number of timesteps per control step. */
export type RobotOptions = EnvOptions & Physics & Readonly<{ frameSkip: number }>

/** How the engine's contact forces reach observations and rewards: as they are, or as the zeros that mujoco-py 2.0 gave Gym. */
export type ContactForces = 'live' | 'zero'

/**
 * The option of robots that can fall: whether the step that ends the episode is paid as a healthy one, as before v5. Without
 * termination it has no effect.
 */
export const terminalBonusOption = { terminalBonus: false }

/** Options that name one of a few ways, with these. */
export const choices: Readonly<Record<string, readonly string[]>> = {
  inertials: ['exact', 'legacyCapsule'],
  margins: ['sum', 'max'],
  contactForces: ['live', 'zero'],
  object: ['cylinder', 'sphereAndCylinder'],
}

/** A range whose ends may be open: null is "no bound". */
export type OpenRange = readonly [number | null, number | null]

/** What a robot is to do, for given options. The functions run in the hot loop: they allocate nothing. */
export type RobotTask = Readonly<{
  observations: readonly Quantity[]
  /** Whether the task reads `cfrcExt`, which costs an extra pass per control step; otherwise they stay zero. */
  readsContactForces: boolean
  /** Names of the reward terms; the reward is their sum, in this order. */
  rewards: readonly string[]
  /** Names of further numbers that a step reports. */
  facts: readonly string[]
  /** Names of the numbers that the next step must know about this one and that the engine's state does not hold. */
  remembered: readonly string[]
  /** Writes those numbers to `memory`, after a reset and after each step. */
  remember(views: Views, memory: Float64Array): void
  observe(views: Views, obs: Float64Array): void
  /** Writes the reward terms, then the facts, to `report`; returns whether the new state ends the episode. */
  judge(views: Views, action: Float64Array, memory: Float64Array, report: Float64Array): boolean
}>

/** What a task may need besides its options: the environment's id; of the model, times in seconds, masses in kg, the number of a body by its name. */
export type RobotConstants = Readonly<{ id: string; dt: number; timestep: number; bodyMass: Float64Array; bodyIndex(name: string): number }>

export type Robot<O extends RobotOptions> = Readonly<{
  id: string
  title: string
  source: string
  mjcf(options: O): string
  options: O
  timeLimit: number
  rewardThreshold: number | null
  actions: readonly Quantity[]
  /**
   * How a control step goes. `gymnasium` (if absent): the action is written to the drives, which clamp it, and derived quantities stay
   * those of before the last integration. `rllab`: the action is mapped from [−1, 1] to the drives' ranges and clipped, and everything
   * is brought up to date afterwards, as well as after a reset.
   */
  stepping?: 'gymnasium' | 'rllab'
  /** Adds the reset noise to the reference pose `qpos` and to `qvel`, which is zero. */
  disturb(key: Key, options: O, qpos: Float64Array, qvel: Float64Array): void
  task(options: O, constants: RobotConstants): RobotTask
  /** From where its states are drawn. */
  picture: RobotPicture
  /** The velocity along x (m/s) that its task wants, to be drawn; none where the task names none. */
  wanted?(options: O): number
}>

/** An observation without bounds, or clipped to ±`bound`. */
export const observed = (name: string, unit: string, bound = Infinity): Quantity =>
  ({ name: bound === Infinity ? name : `${name}, clipped`, unit, low: -bound, high: bound })

/** A motor command; the engine clamps it to ±`bound` before it becomes a torque or force. */
export const motor = (name: string, bound: number): Quantity => ({ name: `motor command at the ${name}`, unit: '1', low: -bound, high: bound })

/** Both ends of a range as numbers. */
export const endsOf = ([low, high]: OpenRange): readonly [number, number] => [low ?? -Infinity, high ?? Infinity]

/** low < value < high. */
export const inside = (value: number, low: number, high: number): boolean => value > low && value < high

/** Σ xᵢ². */
export const sumOfSquares = (x: Float64Array): number => {
  let sum = 0
  for (let i = 0; i < x.length; i++) sum += x[i] * x[i]
  return sum
}

/** Σ clip(xᵢ, ±bound)². */
export const sumOfClippedSquares = (x: Float64Array, bound: number): number => {
  let sum = 0
  for (let i = 0; i < x.length; i++) {
    const clipped = Math.max(-bound, Math.min(bound, x[i]))
    sum += clipped * clipped
  }
  return sum
}

/** Copies entries `from` … `to` − 1 of `values`, clipped to [low, high], to `out` from `at` on; returns the position behind them. */
export const append = (out: Float64Array, at: number, values: Float64Array, from = 0, to = values.length, low = -Infinity, high = Infinity): number => {
  for (let i = from; i < to; i++) out[at++] = Math.max(low, Math.min(high, values[i]))
  return at
}

/** Euclidean distance of the points (three coordinates each) that start at `a` and `b` of `positions`. */
export const distanceOf = (positions: Float64Array, a: number, b: number): number => {
  const x = positions[a] - positions[b]
  const y = positions[a + 1] - positions[b + 1]
  const z = positions[a + 2] - positions[b + 2]
  return Math.sqrt(x * x + y * y + z * z)
}
