/** The tasks of MAML on rllab's robots against the native engine. */
import { openRobot } from '../../../envs/mujoco/robot-simulator.ts'
import type { Robot, RobotOptions } from '../../../envs/mujoco/robot.ts'
import { crouching, rllabAnt } from '../../../envs/tasks/rllab-ant.ts'
import { rllabCheetah } from '../../../envs/tasks/rllab-cheetah.ts'
import { directionGoal, velocityGoal } from '../../../envs/tasks/running-goal.ts'
import { type ParitySubject, robotParity } from '../mujoco/robot-parity.ts'

const subject = (robot: Robot<RobotOptions>): ParitySubject =>
  ({ id: robot.id, frameSkip: robot.options.frameSkip, open: (options) => openRobot(robot, options) })

for (const goal of [velocityGoal, directionGoal]) {
  robotParity(subject(rllabCheetah(goal)))
  robotParity({ ...subject(rllabAnt(goal)), home: crouching })
}
