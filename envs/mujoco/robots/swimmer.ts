/**
 * Swimmer-v5: three rods in a viscous plane swim along x; the episode never ends by itself.
 *
 *     reward = w_f Δx/dt − w_c Σ aᵢ²,  x of the first rod
 *
 * *Source:* Gymnasium, `Swimmer-v5`; Coulom 2002, "Reinforcement learning using neural networks".
 * *Deviations:* none.
 */
import { swimmerMjcf } from '../models/swimmer.ts'
import { currentPhysics } from '../physics.ts'
import { addUniform, resetKeys } from '../reset-noise.ts'
import { fromAbove } from '../robot-picture.ts'
import { append, motor, observed, sumOfSquares, type Robot } from '../robot.ts'

const options = {
  frameSkip: 4,
  forwardRewardWeight: 1,
  ctrlCostWeight: 1e-4,
  resetNoiseScale: 0.1,
  excludeCurrentPositionsFromObservation: true,
  ...currentPhysics,
}

const joints = ['first joint', 'second joint']

const observations = [
  observed('x position of the first rod', 'm'),
  observed('y position of the first rod', 'm'),
  observed('heading of the first rod', 'rad'),
  ...joints.map((name) => observed(`angle of the ${name}`, 'rad')),
  observed('x velocity of the first rod', 'm/s'),
  observed('y velocity of the first rod', 'm/s'),
  observed('angular velocity of the first rod', 'rad/s'),
  ...joints.map((name) => observed(`angular velocity of the ${name}`, 'rad/s')),
]

export const swimmer: Robot<typeof options> = {
  id: 'Swimmer-v5',
  title: 'Three-link swimmer in a viscous plane',
  source: 'Gymnasium Swimmer-v5; Coulom 2002',
  mjcf: () => swimmerMjcf,
  options,
  timeLimit: 1000,
  rewardThreshold: 360,
  actions: joints.map((name) => motor(name, 1)),
  disturb(key, { resetNoiseScale }, qpos, qvel) {
    const keys = resetKeys(key)
    addUniform(keys.positions, resetNoiseScale, qpos)
    addUniform(keys.velocities, resetNoiseScale, qvel)
  },
  task({ forwardRewardWeight, ctrlCostWeight, excludeCurrentPositionsFromObservation }, { dt }) {
    const hidden = excludeCurrentPositionsFromObservation ? 2 : 0
    return {
      observations: observations.slice(hidden),
      readsContactForces: false,
      rewards: ['rewardForward', 'rewardCtrl'],
      facts: ['xPosition', 'yPosition', 'distanceFromOrigin', 'xVelocity', 'yVelocity'],
      remembered: ['x', 'y'],
      remember({ qpos }, memory) {
        memory[0] = qpos[0]
        memory[1] = qpos[1]
      },
      observe({ qpos, qvel }, obs) {
        append(obs, append(obs, 0, qpos, hidden), qvel)
      },
      judge({ qpos }, action, memory, report) {
        const velocity = (qpos[0] - memory[0]) / dt
        report[0] = forwardRewardWeight * velocity
        report[1] = -ctrlCostWeight * sumOfSquares(action)
        report[2] = qpos[0]
        report[3] = qpos[1]
        report[4] = Math.sqrt(qpos[0] * qpos[0] + qpos[1] * qpos[1])
        report[5] = velocity
        report[6] = (qpos[1] - memory[1]) / dt
        return false
      },
    }
  },
  picture: { views: [fromAbove(2.2, 1.7)], tones: {} },
}
