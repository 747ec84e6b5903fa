/**
 * rllab's half-cheetah at the tasks of MAML: Gym's body, but 10 ms per step instead of 50, and a whole-body speed.
 *
 *     reward = task(v) − 0.05 Σ c²,  v the x velocity of the centre of mass, c the clipped commands
 *
 * *Source:* cbfinn/maml_rl, `half_cheetah_env_rand` and `half_cheetah_env_rand_direc`; Wawrzyński 2009.
 * *Deviations:* 1. the engine of today; `inertials` and `margins` bring back what engine 1.31 computed differently.
 */
import { halfCheetahMjcf } from '../mujoco/models/half-cheetah.ts'
import { currentPhysics } from '../mujoco/physics.ts'
import { planarObservations } from '../mujoco/planar-torso.ts'
import { append, motor, observed, sumOfSquares, type Robot, type RobotOptions } from '../mujoco/robot.ts'
import { cheetahJoints, halfCheetah } from '../mujoco/robots/half-cheetah.ts'
import { disturbNormally, rllabHorizon } from './rllab-reset.ts'
import type { RunningGoal } from './running-goal.ts'

const ctrlCostWeight = 0.05
/** Index of the torso, whose subtree is the whole robot, in arrays with three entries per body. */
const torso = 3

const observations = [...planarObservations(cheetahJoints).slice(1), ...['x', 'y', 'z'].map((axis) => observed(`${axis} of the centre of mass`, 'm'))]

/** The half-cheetah with `goal`. */
export const rllabCheetah = (goal: RunningGoal): Robot<RobotOptions> => ({
  id: `cheetah-${goal.suffix}`,
  title: `Half-cheetah of rllab that ${goal.title}`,
  source: 'Finn, Abbeel and Levine 2017, arXiv 1703.03400; cbfinn/maml_rl',
  mjcf: () => halfCheetahMjcf,
  options: { ...goal.defaults, frameSkip: 1, ...currentPhysics },
  stepping: 'rllab',
  timeLimit: rllabHorizon,
  rewardThreshold: null,
  actions: cheetahJoints.map((name) => motor(name, 1)),
  picture: halfCheetah.picture,
  wanted: (options) => goal.wanted(options),
  disturb: (key, _options, qpos, qvel) => disturbNormally(key, qpos, qvel),
  task(options, { id }) {
    const taskReward = goal.rewardOf(id, options)
    return {
      observations,
      readsContactForces: false,
      rewards: ['rewardTask', 'rewardCtrl'],
      facts: ['xVelocity'],
      remembered: [],
      remember() {},
      observe({ qpos, qvel, subtreeCom }, obs) {
        append(obs, append(obs, append(obs, 0, qpos, 1), qvel), subtreeCom, torso, torso + 3)
      },
      judge({ ctrl, subtreeLinvel }, _action, _memory, report) {
        const speed = subtreeLinvel[torso]
        report[0] = taskReward(speed)
        report[1] = -ctrlCostWeight * sumOfSquares(ctrl)
        report[2] = speed
        return false
      },
    }
  },
})
