/**
 * Walker2d-v5: walk forward on two legs without falling.
 *
 *     reward = w_f Δx/dt + healthy reward (while healthy) − w_c Σ aᵢ²
 *
 * *Source:* Gymnasium, `Walker2d-v5`; Erez, Tassa and Todorov 2012.
 * *Deviations:* none.
 */
import { walker2dMjcf } from '../models/walker-2d.ts'
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
  healthyZRange: [0.8, 2] as OpenRange,
  healthyAngleRange: [-1, 1] as OpenRange,
  resetNoiseScale: 5e-3,
  excludeCurrentPositionsFromObservation: true,
  /** Sliding friction of the right foot; 0.9 before v5. The left foot has 1.9 in all versions. */
  rightFootFriction: 1.9,
  ...currentPhysics,
}

const joints = ['right thigh', 'right leg', 'right foot', 'left thigh', 'left leg', 'left foot']
const observations = planarObservations(joints, largestObservedSpeed)

export const walker2d: Robot<typeof options> = {
  id: 'Walker2d-v5',
  title: 'Planar two-legged walker',
  source: 'Gymnasium Walker2d-v5; Erez, Tassa and Todorov 2012',
  mjcf: ({ rightFootFriction }) => walker2dMjcf(rightFootFriction),
  options,
  timeLimit: 1000,
  rewardThreshold: null,
  actions: joints.map((name) => motor(name, 1)),
  disturb(key, { resetNoiseScale }, qpos, qvel) {
    const keys = resetKeys(key)
    addUniform(keys.positions, resetNoiseScale, qpos)
    addUniform(keys.velocities, resetNoiseScale, qvel)
  },
  task(chosen, { dt }) {
    const { forwardRewardWeight, ctrlCostWeight, healthyReward, terminateWhenUnhealthy } = chosen
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
      judge({ qpos }, action, memory, report) {
        const healthy = inside(qpos[1], lowest, highest) && inside(qpos[2], leastAngle, mostAngle)
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
  picture: { views: [fromBeside(1, -0.25, 1.75)], tones: { thigh_left: 'farLimb', leg_left: 'farLimb', foot_left: 'farLimb' } },
}
