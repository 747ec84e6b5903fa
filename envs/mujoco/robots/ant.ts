/**
 * Ant-v5: run forward on four legs without flipping over or jumping.
 *
 *     reward = w_f Δx/dt + healthy reward (while healthy) − w_c Σ aᵢ² − w_k Σ clip(contact forces)²
 *
 * x is the torso's frame as the engine last computed it, one integration behind qpos.
 *
 * *Source:* Gymnasium, `Ant-v5`; Schulman et al. 2015, arXiv 1506.02438.
 * *Deviations:* none.
 */
import { antMjcf } from '../models/ant.ts'
import { currentPhysics } from '../physics.ts'
import { addNormal, addUniform, resetKeys } from '../reset-noise.ts'
import { fromAbove, fromBeside } from '../robot-picture.ts'
import { append, endsOf, motor, sumOfSquares, terminalBonusOption, type ContactForces, type OpenRange, type Robot } from '../robot.ts'
import { contactForceTable, freeBodyTable } from '../spatial-tables.ts'

const options = {
  frameSkip: 5,
  forwardRewardWeight: 1,
  ctrlCostWeight: 0.5,
  contactCostWeight: 5e-4,
  healthyReward: 1,
  mainBody: 1,
  terminateWhenUnhealthy: true,
  ...terminalBonusOption,
  healthyZRange: [0.2, 1] as OpenRange,
  contactForceRange: [-1, 1] as OpenRange,
  resetNoiseScale: 0.1,
  excludeCurrentPositionsFromObservation: true,
  includeCfrcExtInObservation: true,
  /** Observe the world's row of the contact forces too, which is always zero, as before v5. */
  includeWorldInObservation: false,
  contactForces: 'live' as ContactForces,
  ...currentPhysics,
}

/** Hips and ankles, in the order of observations. */
export const antJoints = [1, 2, 3, 4].flatMap((leg) => [`hip of leg ${leg}`, `ankle of leg ${leg}`])
/** The same in the order of drives, which starts with leg 4. */
export const antDrives = [4, 1, 2, 3].flatMap((leg) => [`hip of leg ${leg}`, `ankle of leg ${leg}`])
/** Bodies, in the engine's order without the world. */
export const antBodies = ['torso', ...[1, 2, 3, 4].flatMap((leg) => [`root of leg ${leg}`, `thigh of leg ${leg}`, `shank of leg ${leg}`])]

/** Entries of one body in the table of contact forces; the first row is the world's. */
const forcesPerBody = 6

export const ant: Robot<typeof options> = {
  id: 'Ant-v5',
  title: 'Four-legged runner',
  source: 'Gymnasium Ant-v5; Schulman et al. 2015, arXiv 1506.02438',
  mjcf: () => antMjcf,
  options,
  timeLimit: 1000,
  rewardThreshold: 6000,
  actions: antDrives.map((name) => motor(name, 1)),
  disturb(key, { resetNoiseScale }, qpos, qvel) {
    const keys = resetKeys(key)
    addUniform(keys.positions, resetNoiseScale, qpos)
    addNormal(keys.velocities, resetNoiseScale, qvel)
  },
  task(chosen, { id, dt, bodyMass }) {
    const { forwardRewardWeight, ctrlCostWeight, contactCostWeight, healthyReward, terminateWhenUnhealthy, mainBody } = chosen
    if (!(Number.isInteger(mainBody) && mainBody >= 1 && mainBody < bodyMass.length)) {
      throw new RangeError(`${id}: option "mainBody" must be an integer from 1 to ${bodyMass.length - 1}, received ${mainBody}`)
    }
    const main = 3 * mainBody
    const [lowest, highest] = endsOf(chosen.healthyZRange)
    const [leastForce, mostForce] = endsOf(chosen.contactForceRange)
    const hidden = chosen.excludeCurrentPositionsFromObservation ? 2 : 0
    const includeForces = chosen.includeCfrcExtInObservation
    const observedBodies = chosen.includeWorldInObservation ? ['world', ...antBodies] : antBodies
    const firstForce = chosen.includeWorldInObservation ? 0 : forcesPerBody
    const paidToTheEnd = chosen.terminalBonus && terminateWhenUnhealthy
    return {
      observations: [
        ...freeBodyTable('torso', antJoints, hidden),
        ...(includeForces ? contactForceTable(observedBodies, leastForce, mostForce) : []),
      ],
      readsContactForces: chosen.contactForces === 'live' && (includeForces || contactCostWeight !== 0),
      rewards: ['rewardForward', 'rewardSurvive', 'rewardCtrl', 'rewardContact'],
      facts: ['xPosition', 'yPosition', 'distanceFromOrigin', 'xVelocity', 'yVelocity'],
      remembered: ['x', 'y'],
      remember({ xpos }, memory) {
        memory[0] = xpos[main]
        memory[1] = xpos[main + 1]
      },
      observe({ qpos, qvel, cfrcExt }, obs) {
        const at = append(obs, append(obs, 0, qpos, hidden), qvel)
        if (includeForces) append(obs, at, cfrcExt, firstForce, cfrcExt.length, leastForce, mostForce)
      },
      judge({ qpos, xpos, cfrcExt }, action, memory, report) {
        // A state that is not finite never gets here: the simulator reports it as diverged.
        const healthy = qpos[2] >= lowest && qpos[2] <= highest
        let squaredForces = 0
        for (let i = 0; i < cfrcExt.length; i++) {
          const force = Math.max(leastForce, Math.min(mostForce, cfrcExt[i]))
          squaredForces += force * force
        }
        const x = xpos[main]
        const y = xpos[main + 1]
        const velocity = (x - memory[0]) / dt
        report[0] = forwardRewardWeight * velocity
        report[1] = healthy || paidToTheEnd ? healthyReward : 0
        report[2] = -ctrlCostWeight * sumOfSquares(action)
        report[3] = -contactCostWeight * squaredForces
        report[4] = x
        report[5] = y
        report[6] = Math.sqrt(qpos[0] * qpos[0] + qpos[1] * qpos[1])
        report[7] = velocity
        report[8] = (y - memory[1]) / dt
        return terminateWhenUnhealthy && !healthy
      },
    }
  },
  picture: { views: [fromBeside(1.3, -0.2, 1.4), fromAbove(1.3, 1.2)], tones: {} },
}
