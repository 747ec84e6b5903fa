/**
 * Hopper-v5: hop forward on one leg without falling.
 *
 *     reward = w_f Δx/dt + healthy reward (while healthy) − w_c Σ aᵢ²
 *
 * *Source:* Gymnasium, `Hopper-v5`; Erez, Tassa and Todorov 2012.
 * *Deviations:* none.
 */
import { hopperMjcf } from '../models/hopper.ts'
import { currentPhysics } from '../physics.ts'
import { initialHeight, largestObservedSpeed, observePlanar, planarObservations } from '../planar-torso.ts'
import { addUniform, resetKeys } from '../reset-noise.ts'
import { fromBeside } from '../robot-picture.ts'
import { endsOf, inside, motor, sumOfSquares, terminalBonusOption, type OpenRange, type Robot } from '../robot.ts'

const options = {
  frameSkip: 4,
  forwardRewardWeight: 1,
  ctrlCostWeight: 1e-3,
  healthyReward: 1,
  terminateWhenUnhealthy: true,
  ...terminalBonusOption,
  healthyStateRange: [-100, 100] as OpenRange,
  healthyZRange: [0.7, null] as OpenRange,
  healthyAngleRange: [-0.2, 0.2] as OpenRange,
  resetNoiseScale: 5e-3,
  excludeCurrentPositionsFromObservation: true,
  ...currentPhysics,
}

const joints = ['thigh', 'leg', 'foot']
const observations = planarObservations(joints, largestObservedSpeed)

export const hopper: Robot<typeof options> = {
  id: 'Hopper-v5',
  title: 'Planar one-legged hopper',
  source: 'Gymnasium Hopper-v5; Erez, Tassa and Todorov 2012',
  mjcf: () => hopperMjcf,
  options,
  timeLimit: 1000,
  rewardThreshold: 3800,
  actions: joints.map((name) => motor(name, 1)),
  disturb(key, { resetNoiseScale }, qpos, qvel) {
    const keys = resetKeys(key)
    addUniform(keys.positions, resetNoiseScale, qpos)
    addUniform(keys.velocities, resetNoiseScale, qvel)
  },
  task(chosen, { dt }) {
    const { forwardRewardWeight, ctrlCostWeight, healthyReward, terminateWhenUnhealthy } = chosen
    const [lowestState, highestState] = endsOf(chosen.healthyStateRange)
    const [lowest, highest] = endsOf(chosen.healthyZRange)
    const [leastAngle, mostAngle] = endsOf(chosen.healthyAngleRange)
    const hidden = chosen.excludeCurrentPositionsFromObservation ? 1 : 0
    const paidToTheEnd = chosen.terminalBonus && terminateWhenUnhealthy
    return {
      observations: observations.slice(hidden),
      readsContactForces: false,
      rewards: ['rewardForward', 'rewardSurvive', 'rewardCtrl'],
      facts: ['xPosition', 'xVelocity', 'zDistanceFromOrigin'],
      remembered: ['x'],
      remember({ qpos }, memory) {
        memory[0] = qpos[0]
      },
      observe: (views, obs) => observePlanar(views, hidden, largestObservedSpeed, obs),
      judge({ qpos, qvel }, action, memory, report) {
        // Position along the track and height are no part of the state range: it starts at the pitch.
        let healthy = inside(qpos[1], lowest, highest) && inside(qpos[2], leastAngle, mostAngle)
        for (let i = 2; i < qpos.length; i++) healthy = healthy && inside(qpos[i], lowestState, highestState)
        for (let i = 0; i < qvel.length; i++) healthy = healthy && inside(qvel[i], lowestState, highestState)
        const velocity = (qpos[0] - memory[0]) / dt
        report[0] = forwardRewardWeight * velocity
        report[1] = healthy || paidToTheEnd ? healthyReward : 0
        report[2] = -ctrlCostWeight * sumOfSquares(action)
        report[3] = qpos[0]
        report[4] = velocity
        report[5] = qpos[1] - initialHeight
        return terminateWhenUnhealthy && !healthy
      },
    }
  },
  picture: { views: [fromBeside(1, -0.25, 1.75)], tones: {} },
}
