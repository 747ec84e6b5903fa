/**
 * rllab's ant at the tasks of MAML: Gym's body with other contacts and drives, started crouching, 20 ms per step.
 *
 *     reward = task(v) + bonus − 0.005 Σ (c/150)² − 5·10⁻⁴ Σ clip(contact forces, ±1)²
 *
 * v is the x velocity of the centre of mass, c the clipped commands (±150). The bonus is paid at every step: 0.05, with goals of
 * speed 1.05.
 *
 * *Source:* cbfinn/maml_rl, `ant_env_rand` and `ant_env_rand_direc`; Schulman et al. 2015, arXiv 1506.02438.
 * *Deviations:* 1. the engine of today; `inertials` and `margins` bring back what engine 1.31 computed differently.
 */
import { largestAntCommand, rllabAntMjcf } from '../mujoco/models/ant.ts'
import { currentPhysics } from '../mujoco/physics.ts'
import { append, motor, observed, sumOfClippedSquares, sumOfSquares, type Robot, type RobotOptions } from '../mujoco/robot.ts'
import { ant, antBodies, antDrives, antJoints } from '../mujoco/robots/ant.ts'
import { contactForceTable, freeBodyTable } from '../mujoco/spatial-tables.ts'
import { disturbNormally, rllabHorizon } from './rllab-reset.ts'
import type { RunningGoal } from './running-goal.ts'

const ctrlCostWeight = 0.005
const contactCostWeight = 5e-4
const largestForce = 1
const lowestTorso = 0.2
const highestTorso = 1
/** Index of the torso, whose subtree is the whole robot, in arrays with three entries per body. */
const torso = 3
/** Its rotation matrix in an array with nine entries per body. */
const torsoMatrix = 9

/** Position, quaternion, hips and ankles (1 to 4) from which the noise starts. */
export const crouching = [0, 0, 0.55, 1, 0, 0, 0, 0, 1, 0, -1, 0, -1, 0, 1]

const observations = [
  ...freeBodyTable('torso', antJoints, 0),
  ...contactForceTable(['world', ...antBodies], -largestForce, largestForce),
  ...['x', 'y', 'z'].flatMap((row) => ['x', 'y', 'z'].map((column) => observed(`entry ${row}${column} of the rotation matrix of the torso`, '1'))),
  ...['x', 'y', 'z'].map((axis) => observed(`${axis} of the centre of mass`, 'm')),
]

/** The ant with `goal`. */
export const rllabAnt = (goal: RunningGoal): Robot<RobotOptions> => ({
  id: `ant-${goal.suffix}`,
  title: `Ant of rllab that ${goal.title}`,
  source: 'Finn, Abbeel and Levine 2017, arXiv 1703.03400; cbfinn/maml_rl',
  mjcf: () => rllabAntMjcf,
  options: { ...goal.defaults, frameSkip: 1, ...currentPhysics },
  stepping: 'rllab',
  timeLimit: rllabHorizon,
  rewardThreshold: null,
  actions: antDrives.map((name) => motor(name, 1)),
  picture: ant.picture,
  wanted: (options) => goal.wanted(options),
  disturb(key, _options, qpos, qvel) {
    qpos.set(crouching)
    disturbNormally(key, qpos, qvel)
  },
  task(options, { id }) {
    const taskReward = goal.rewardOf(id, options)
    const perSquaredCommand = ctrlCostWeight / (largestAntCommand * largestAntCommand)
    return {
      observations,
      readsContactForces: true,
      rewards: ['rewardTask', 'rewardSurvive', 'rewardCtrl', 'rewardContact'],
      facts: ['xVelocity'],
      remembered: [],
      remember() {},
      observe({ qpos, qvel, cfrcExt, xmat, subtreeCom }, obs) {
        let at = append(obs, append(obs, 0, qpos), qvel)
        at = append(obs, at, cfrcExt, 0, cfrcExt.length, -largestForce, largestForce)
        at = append(obs, at, xmat, torsoMatrix, torsoMatrix + 9)
        append(obs, at, subtreeCom, torso, torso + 3)
      },
      judge({ qpos, ctrl, cfrcExt, subtreeLinvel }, _action, _memory, report) {
        const speed = subtreeLinvel[torso]
        report[0] = taskReward(speed)
        report[1] = goal.antBonus
        report[2] = -perSquaredCommand * sumOfSquares(ctrl)
        report[3] = -contactCostWeight * sumOfClippedSquares(cfrcExt, largestForce)
        report[4] = speed
        return !(qpos[2] >= lowestTorso && qpos[2] <= highestTorso)
      },
    }
  },
})
