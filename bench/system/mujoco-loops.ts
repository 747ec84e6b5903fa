/**
 * Bare loops of the MuJoCo environments: restore a start, write the drives' commands, integrate, and compute what is physics as well
 * (contact forces where the robot reads them, everything brought up to date where it steps as rllab's do), nothing else.
 *
 * *Source:* house goal for environments. *Deviations:* none.
 */
import { openRobot, type OpenedRobot, type RobotSimulator } from '../../envs/mujoco/robot-simulator.ts'
import type { Robot, RobotOptions } from '../../envs/mujoco/robot.ts'
import { ant } from '../../envs/mujoco/robots/ant.ts'
import { halfCheetah } from '../../envs/mujoco/robots/half-cheetah.ts'
import { hopper } from '../../envs/mujoco/robots/hopper.ts'
import { humanoid } from '../../envs/mujoco/robots/humanoid.ts'
import { humanoidStandup } from '../../envs/mujoco/robots/humanoid-standup.ts'
import { invertedDoublePendulum } from '../../envs/mujoco/robots/inverted-double-pendulum.ts'
import { invertedPendulum } from '../../envs/mujoco/robots/inverted-pendulum.ts'
import { pusher } from '../../envs/mujoco/robots/pusher.ts'
import { reacher } from '../../envs/mujoco/robots/reacher.ts'
import { swimmer } from '../../envs/mujoco/robots/swimmer.ts'
import { walker2d } from '../../envs/mujoco/robots/walker-2d.ts'
import { gymnasiumRunner } from '../../envs/tasks/gymnasium-runner.ts'
import { rllabAnt } from '../../envs/tasks/rllab-ant.ts'
import { rllabCheetah } from '../../envs/tasks/rllab-cheetah.ts'
import { directionGoal, velocityGoal } from '../../envs/tasks/running-goal.ts'
import { simulatedEnv } from '../../src/core/simulated-env.ts'
import { sizeOf } from '../../src/core/space.ts'
import type { Loops, Script, Subject } from './env-loops.ts'

/** A robot with what its bare loop must know. */
export type BareRobot = Readonly<{
  id: string
  /** The model as text. */
  mjcf: string
  frameSkip: number
  /** Whether it steps as rllab's robots do. */
  catchesUp: boolean
  open(): Promise<OpenedRobot>
}>

const bareRobot = <O extends RobotOptions>(robot: Robot<O>): BareRobot => ({
  id: robot.id,
  mjcf: robot.mjcf(robot.options),
  frameSkip: robot.options.frameSkip,
  catchesUp: robot.stepping === 'rllab',
  open: () => openRobot(robot),
})

/** From light to heavy, then the distributions of tasks. */
export const robots: readonly BareRobot[] = [
  bareRobot(reacher),
  bareRobot(invertedPendulum),
  bareRobot(invertedDoublePendulum),
  bareRobot(pusher),
  bareRobot(halfCheetah),
  bareRobot(swimmer),
  bareRobot(hopper),
  bareRobot(walker2d),
  bareRobot(ant),
  bareRobot(humanoid),
  bareRobot(humanoidStandup),
  ...[velocityGoal, directionGoal].flatMap((goal) => [
    bareRobot(rllabCheetah(goal)),
    bareRobot(rllabAnt(goal)),
    bareRobot(gymnasiumRunner('cheetah', halfCheetah, goal, { ctrlCostWeight: 0.05 })),
    bareRobot(gymnasiumRunner('ant', ant, goal, { ctrlCostWeight: 0.005, healthyReward: goal.antBonus, terminalBonus: true })),
  ]),
]

/** Robots whose steps cost enough that the target is due. */
const heavy: readonly string[] = ['Hopper-v5', 'Walker2d-v5', 'Ant-v5', 'Humanoid-v5', 'HumanoidStandup-v5']
const leastShare = 0.95

/** What the drives of a robot are told for an action. */
const commandsFor = ({ catchesUp }: BareRobot, { model }: OpenedRobot, action: Float64Array): Float64Array => {
  if (!catchesUp) return action
  const ranges = model.handle.actuator_ctrlrange as Float64Array
  return action.map((a, i) => {
    const [low, high] = [ranges[2 * i], ranges[2 * i + 1]]
    return Math.max(low, Math.min(high, low + ((a + 1) / 2) * (high - low)))
  })
}

/** An episode of a bare loop: positions and velocities after the reset, the engine's whole state there, and the commands of every step. */
export type BareEpisode = Readonly<{ qpos: Float64Array; qvel: Float64Array; start: Float64Array; commands: readonly Float64Array[] }>

/** The bare episode of a script, prepared on `simulator`. */
export const bareEpisode = (robot: BareRobot, opened: OpenedRobot, simulator: RobotSimulator, { keyReset, actions }: Script): BareEpisode => {
  const { simulation } = simulator
  const start = new Float64Array(simulation.stateSize)
  simulator.reset(keyReset, new Float64Array(sizeOf(opened.spec.observationSpace)))
  simulation.save(start)
  const { qpos, qvel } = simulation.views
  const known = new Map<Float64Array, Float64Array>()
  const commands = actions.map((action) => {
    const told = known.get(action) ?? commandsFor(robot, opened, action)
    known.set(action, told)
    return told
  })
  return { qpos: qpos.slice(), qvel: qvel.slice(), start, commands }
}

/** Simulates an episode, or its first `steps`. */
export const simulate = (robot: BareRobot, opened: OpenedRobot, simulator: RobotSimulator, { start, commands }: BareEpisode, steps = commands.length): void => {
  const { simulation } = simulator
  const { engine, handle } = opened.model
  const { frameSkip, catchesUp } = robot
  const { readsContactForces } = opened.task
  const { data } = simulation
  simulation.restore(start)
  const { ctrl } = simulation.views
  for (let t = 0; t < steps; t++) {
    const command = commands[t]
    for (let i = 0; i < ctrl.length; i++) ctrl[i] = command[i]
    for (let f = 0; f < frameSkip; f++) engine.mj_step(handle, data)
    if (catchesUp) engine.mj_forward(handle, data)
    if (readsContactForces) engine.mj_rnePostConstraint(handle, data)
    if (catchesUp) engine.mj_subtreeVel(handle, data)
  }
}

const open = async (robot: BareRobot): Promise<Loops> => {
  const opened = await robot.open()
  const { model, spec, simulator } = opened
  const env = simulatedEnv({ spec, simulator, release: () => model.handle.delete() })
  const live = env.live()
  const bare = simulator()
  return {
    live,
    bare: {
      bare: (script) => {
        const episode = bareEpisode(robot, opened, bare, script)
        return () => simulate(robot, opened, bare, episode)
      },
    },
    close() {
      bare.close()
      env.close()
    },
  }
}

/** All robots as subjects of the bench. */
export const mujocoSubjects: readonly Subject[] = robots.map((robot) => ({
  id: robot.id,
  target: heavy.includes(robot.id) ? leastShare : null,
  open: () => open(robot),
}))
