/**
 * Humanoid-v5: walk forward without falling.
 *
 *     reward = w_f Δx/dt + healthy reward (while healthy) − w_c Σ aᵢ² − clip(w_k Σ contact forces²)
 *
 * x is the centre of mass as the engine last computed it, one integration behind qpos.
 *
 * *Source:* Gymnasium, `Humanoid-v5`; Tassa, Erez and Todorov 2012.
 * *Deviations:* none.
 */
import { humanoidActions, humanoidEffort, humanoidObservations, humanoidOptions, impactCost } from '../humanoid-body.ts'
import { humanoidMjcf } from '../models/humanoid.ts'
import { currentPhysics } from '../physics.ts'
import { addUniform, resetKeys } from '../reset-noise.ts'
import { fromBeside, fromTheFront } from '../robot-picture.ts'
import { endsOf, inside, terminalBonusOption, type OpenRange, type Robot } from '../robot.ts'

const options = {
  frameSkip: 5,
  forwardRewardWeight: 1.25,
  ctrlCostWeight: 0.1,
  contactCostWeight: 5e-7,
  contactCostRange: [null, 10] as OpenRange,
  healthyReward: 5,
  terminateWhenUnhealthy: true,
  ...terminalBonusOption,
  healthyZRange: [1, 2] as OpenRange,
  resetNoiseScale: 1e-2,
  ...humanoidOptions,
  ...currentPhysics,
}

/** Coordinate `axis` of the centre of mass: Σ m_b p_b / Σ m_b over all bodies. */
const centreOfMass = (xipos: Float64Array, bodyMass: Float64Array, axis: number): number => {
  let moment = 0
  let mass = 0
  for (let b = 0; b < bodyMass.length; b++) {
    moment += bodyMass[b] * xipos[3 * b + axis]
    mass += bodyMass[b]
  }
  return moment / mass
}

export const humanoid: Robot<typeof options> = {
  id: 'Humanoid-v5',
  title: 'Two-legged walker with arms, in space',
  source: 'Gymnasium Humanoid-v5; Tassa, Erez and Todorov 2012',
  mjcf: () => humanoidMjcf,
  options,
  timeLimit: 1000,
  rewardThreshold: null,
  actions: humanoidActions,
  disturb(key, { resetNoiseScale }, qpos, qvel) {
    const keys = resetKeys(key)
    addUniform(keys.positions, resetNoiseScale, qpos)
    addUniform(keys.velocities, resetNoiseScale, qvel)
  },
  task(chosen, { dt, bodyMass }) {
    const { forwardRewardWeight, ctrlCostWeight, contactCostWeight, healthyReward, terminateWhenUnhealthy, clampControlCost } = chosen
    const [lowest, highest] = endsOf(chosen.healthyZRange)
    const [leastCost, mostCost] = endsOf(chosen.contactCostRange)
    const paidToTheEnd = chosen.terminalBonus && terminateWhenUnhealthy
    return {
      ...humanoidObservations(chosen),
      readsContactForces: chosen.contactForces === 'live' && (chosen.includeCfrcExtInObservation || contactCostWeight !== 0),
      rewards: ['rewardForward', 'rewardSurvive', 'rewardCtrl', 'rewardContact'],
      facts: ['xPosition', 'yPosition', 'distanceFromOrigin', 'xVelocity', 'yVelocity'],
      remembered: ['x', 'y'],
      remember({ xipos }, memory) {
        memory[0] = centreOfMass(xipos, bodyMass, 0)
        memory[1] = centreOfMass(xipos, bodyMass, 1)
      },
      judge({ qpos, xipos, cfrcExt }, action, memory, report) {
        const healthy = inside(qpos[2], lowest, highest)
        const velocity = (centreOfMass(xipos, bodyMass, 0) - memory[0]) / dt
        report[0] = forwardRewardWeight * velocity
        report[1] = healthy || paidToTheEnd ? healthyReward : 0
        report[2] = -ctrlCostWeight * humanoidEffort(action, clampControlCost)
        report[3] = -impactCost(cfrcExt, contactCostWeight, leastCost, mostCost)
        report[4] = qpos[0]
        report[5] = qpos[1]
        report[6] = Math.sqrt(qpos[0] * qpos[0] + qpos[1] * qpos[1])
        report[7] = velocity
        report[8] = (centreOfMass(xipos, bodyMass, 1) - memory[1]) / dt
        return terminateWhenUnhealthy && !healthy
      },
    }
  },
  picture: { views: [fromBeside(0.75, -0.25, 1.75), fromTheFront(0.75, -0.25, 1.75)], tones: { lwaist: 'body', pelvis: 'body' } },
}
