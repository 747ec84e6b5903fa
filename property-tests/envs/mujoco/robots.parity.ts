/** Every robot against Gymnasium on the native engine. */
import { openRobot } from '../../../envs/mujoco/robot-simulator.ts'
import type { Robot, RobotOptions } from '../../../envs/mujoco/robot.ts'
import { ant } from '../../../envs/mujoco/robots/ant.ts'
import { halfCheetah } from '../../../envs/mujoco/robots/half-cheetah.ts'
import { hopper } from '../../../envs/mujoco/robots/hopper.ts'
import { humanoid } from '../../../envs/mujoco/robots/humanoid.ts'
import { humanoidStandup } from '../../../envs/mujoco/robots/humanoid-standup.ts'
import { invertedDoublePendulum } from '../../../envs/mujoco/robots/inverted-double-pendulum.ts'
import { invertedPendulum } from '../../../envs/mujoco/robots/inverted-pendulum.ts'
import { pusher } from '../../../envs/mujoco/robots/pusher.ts'
import { reacher } from '../../../envs/mujoco/robots/reacher.ts'
import { swimmer } from '../../../envs/mujoco/robots/swimmer.ts'
import { walker2d } from '../../../envs/mujoco/robots/walker-2d.ts'
import { robotParity } from './robot-parity.ts'

const parity = <O extends RobotOptions>(robot: Robot<O>): void =>
  robotParity({ id: robot.id, frameSkip: robot.options.frameSkip, open: (options) => openRobot(robot, options) })

parity(halfCheetah)
parity(hopper)
parity(swimmer)
parity(invertedPendulum)
parity(walker2d)
parity(ant)
parity(humanoid)
parity(humanoidStandup)
parity(invertedDoublePendulum)
parity(reacher)
parity(pusher)
