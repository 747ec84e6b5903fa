/**
 * HalfCheetah-v5: run forward as fast as possible with six motors; the episode never ends by itself.
 *
 *     reward = w_f Δx/dt − w_c Σ aᵢ²
 *
 * *Source:* Gymnasium, `HalfCheetah-v5`; Wawrzyński 2009, "A cat-like robot real-time learning to run".
 * *Deviations:* none.
 */
import { halfCheetahMjcf } from '../models/half-cheetah.ts'
import { currentPhysics } from '../physics.ts'
import { observePlanar, planarObservations } from '../planar-torso.ts'
import { addNormal, addUniform, resetKeys } from '../reset-noise.ts'
import { fromBeside } from '../robot-picture.ts'
import { motor, sumOfSquares, type Robot } from '../robot.ts'

const options = {
  frameSkip: 5,
  forwardRewardWeight: 1,
  ctrlCostWeight: 0.1,
  resetNoiseScale: 0.1,
  excludeCurrentPositionsFromObservation: true,
  ...currentPhysics,
}

/** The driven joints, in the order of observations and of drives. */
export const cheetahJoints = ['back thigh', 'back shin', 'back foot', 'front thigh', 'front shin', 'front foot']

const observations = planarObservations(cheetahJoints)

export const halfCheetah: Robot<typeof options> = {
  id: 'HalfCheetah-v5',
  title: 'Planar two-legged runner',
  source: 'Gymnasium HalfCheetah-v5; Wawrzyński 2009',
  mjcf: () => halfCheetahMjcf,
  options,
  timeLimit: 1000,
  rewardThreshold: 4800,
  actions: cheetahJoints.map((name) => motor(name, 1)),
  disturb(key, { resetNoiseScale }, qpos, qvel) {
    const keys = resetKeys(key)
    addUniform(keys.positions, resetNoiseScale, qpos)
    addNormal(keys.velocities, resetNoiseScale, qvel)
  },
  task({ forwardRewardWeight, ctrlCostWeight, excludeCurrentPositionsFromObservation }, { dt }) {
    const hidden = excludeCurrentPositionsFromObservation ? 1 : 0
    return {
      observations: observations.slice(hidden),
      readsContactForces: false,
      rewards: ['rewardForward', 'rewardCtrl'],
      facts: ['xPosition', 'xVelocity'],
      remembered: ['x'],
      remember({ qpos }, memory) {
        memory[0] = qpos[0]
      },
      observe: (views, obs) => observePlanar(views, hidden, Infinity, obs),
      judge({ qpos }, action, memory, report) {
        const velocity = (qpos[0] - memory[0]) / dt
        report[0] = forwardRewardWeight * velocity
        report[1] = -ctrlCostWeight * sumOfSquares(action)
        report[2] = qpos[0]
        report[3] = velocity
        return false
      },
    }
  },
  picture: { views: [fromBeside(1.3, -0.25, 1.25)], tones: {} },
}
