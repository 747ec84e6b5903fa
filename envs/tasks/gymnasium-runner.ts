/**
 * The tasks of MAML on a robot of Gymnasium: its body, control period and observations, with the forward reward replaced.
 *
 *     reward = w_f task(Δx/dt) + the robot's other terms
 *
 * Later work did this in several ways; here the weights of the other terms are rllab's. Returns differ from those on rllab's robots,
 * because a step lasts 50 ms, and must not be mixed with them.
 *
 * *Source:* Finn, Abbeel and Levine 2017, arXiv 1703.03400; Gymnasium, `HalfCheetah-v5` and `Ant-v5`. *Deviations:* none.
 */
import { invariant } from '../../src/core/invariant.ts'
import type { Robot, RobotOptions } from '../mujoco/robot.ts'
import { rllabHorizon } from './rllab-reset.ts'
import type { RunningGoal } from './running-goal.ts'

/** Options of a robot that runs forward and reports its speed as `xVelocity`. */
type RunnerOptions = RobotOptions & Readonly<{ forwardRewardWeight: number }>

/** `robot` with `goal` instead of running forward, as environment `name`-…-gymnasium; `defaults` are options of the robot to change. */
export const gymnasiumRunner = <O extends RunnerOptions>(name: string, robot: Robot<O>, goal: RunningGoal, defaults: Partial<O>): Robot<O> => ({
  ...robot,
  id: `${name}-${goal.suffix}-gymnasium`,
  title: `${robot.title} of Gymnasium that ${goal.title}`,
  source: `Finn, Abbeel and Levine 2017, arXiv 1703.03400; ${robot.source}`,
  options: { ...robot.options, ...defaults, ...goal.defaults },
  timeLimit: rllabHorizon,
  rewardThreshold: null,
  wanted: (options) => goal.wanted(options),
  task(options, constants) {
    const task = robot.task(options, constants)
    const taskReward = goal.rewardOf(constants.id, options)
    const { forwardRewardWeight } = options
    const speed = task.rewards.length + task.facts.indexOf('xVelocity')
    invariant(task.rewards[0] === 'rewardForward' && task.facts.includes('xVelocity'), `${robot.id} does not run forward`)
    return {
      ...task,
      rewards: ['rewardTask', ...task.rewards.slice(1)],
      judge(views, action, memory, report) {
        const ended = task.judge(views, action, memory, report)
        report[0] = forwardRewardWeight * taskReward(report[speed])
        return ended
      },
    }
  },
})
