/**
 * What a runner is asked to do: run at a given speed, or in a given direction.
 *
 *     velocity:  −|v − g|,  g ~ U(0, fastest)          direction:  s v,  s = ±1 with equal chances
 *
 * The task is not observed; it must be inferred from rewards.
 *
 * *Source:* Finn, Abbeel and Levine 2017, arXiv 1703.03400, section 5.3; cbfinn/maml_rl. *Deviations:* none.
 */
import type { EnvOptions } from '../../src/core/env-options.ts'
import type { TaskValue } from '../../src/core/task-family.ts'

export type RunningGoal = Readonly<{
  /** Behind the robot's name in ids. */
  suffix: string
  /** Behind the robot's name in titles. */
  title: string
  /** The option that holds the task, with its default. */
  defaults: EnvOptions
  /** Alive bonus that the ant gets per step; with goals of speed more, or it would rather end the episode. */
  antBonus: number
  /** Reward of a speed in m/s, for the task in `options`. A value that is no such task: `RangeError` naming environment `id`. */
  rewardOf(id: string, options: EnvOptions): (speed: number) => number
  /** The velocity along x (m/s) that a picture shows as wanted; 1 m/s where only the direction counts. */
  wanted(options: EnvOptions): number
  /** The task of a uniform draw u in (0, 1), for a robot whose goals go up to `fastest` m/s. */
  draw(u: number, fastest: number): TaskValue
}>

export const velocityGoal: RunningGoal = {
  suffix: 'vel',
  title: 'runs at a given speed',
  defaults: { goal: 1 },
  antBonus: 1.05,
  rewardOf(_id, options) {
    const goal = options.goal as number
    return (speed) => -Math.abs(speed - goal)
  },
  wanted: (options) => options.goal as number,
  draw: (u, fastest) => ({ goal: fastest * u }),
}

export const directionGoal: RunningGoal = {
  suffix: 'dir',
  title: 'runs in a given direction',
  defaults: { direction: 1 },
  antBonus: 0.05,
  rewardOf(id, options) {
    const direction = options.direction as number
    if (direction !== 1 && direction !== -1) throw new RangeError(`${id}: option "direction" must be 1 or -1, received ${direction}`)
    return (speed) => direction * speed
  },
  wanted: (options) => options.direction as number,
  draw: (u) => ({ direction: u < 0.5 ? -1 : 1 }),
}
