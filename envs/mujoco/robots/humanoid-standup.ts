/**
 * HumanoidStandup-v5: get up from lying on the back; the episode never ends by itself.
 *
 *     reward = w_u z/timestep + 1 − w_c Σ aᵢ² − clip(w_k Σ contact forces²)
 *
 * The height is divided by the engine's timestep, not by the control period, as in Gymnasium.
 *
 * *Source:* Gymnasium, `HumanoidStandup-v5`; Tassa, Erez and Todorov 2012.
 * *Deviations:* none.
 */
import { humanoidActions, humanoidEffort, humanoidObservations, humanoidOptions, impactCost } from '../humanoid-body.ts'
import { humanoidStandupMjcf } from '../models/humanoid.ts'
import { currentPhysics } from '../physics.ts'
import { addUniform, resetKeys } from '../reset-noise.ts'
import { fromAbove, fromBeside } from '../robot-picture.ts'
import { endsOf, type OpenRange, type Robot } from '../robot.ts'

const options = {
  frameSkip: 5,
  uphCostWeight: 1,
  ctrlCostWeight: 0.1,
  impactCostWeight: 5e-7,
  impactCostRange: [null, 10] as OpenRange,
  resetNoiseScale: 1e-2,
  ...humanoidOptions,
  ...currentPhysics,
}

/** Paid at every step. */
const constantReward = 1

export const humanoidStandup: Robot<typeof options> = {
  id: 'HumanoidStandup-v5',
  title: 'Humanoid that stands up',
  source: 'Gymnasium HumanoidStandup-v5; Tassa, Erez and Todorov 2012',
  mjcf: () => humanoidStandupMjcf,
  options,
  timeLimit: 1000,
  rewardThreshold: null,
  actions: humanoidActions,
  disturb(key, { resetNoiseScale }, qpos, qvel) {
    const keys = resetKeys(key)
    addUniform(keys.positions, resetNoiseScale, qpos)
    addUniform(keys.velocities, resetNoiseScale, qvel)
  },
  task(chosen, { timestep }) {
    const { uphCostWeight, ctrlCostWeight, impactCostWeight, clampControlCost } = chosen
    const [leastCost, mostCost] = endsOf(chosen.impactCostRange)
    return {
      ...humanoidObservations(chosen),
      readsContactForces: chosen.contactForces === 'live' && (chosen.includeCfrcExtInObservation || impactCostWeight !== 0),
      rewards: ['rewardLinup', 'rewardQuadctrl', 'rewardImpact', 'rewardConstant'],
      facts: ['xPosition', 'yPosition', 'distanceFromOrigin'],
      remembered: [],
      remember() {},
      judge({ qpos, cfrcExt }, action, _memory, report) {
        report[0] = (uphCostWeight * qpos[2]) / timestep
        report[1] = -ctrlCostWeight * humanoidEffort(action, clampControlCost)
        report[2] = -impactCost(cfrcExt, impactCostWeight, leastCost, mostCost)
        report[3] = constantReward
        report[4] = qpos[0]
        report[5] = qpos[1]
        report[6] = Math.sqrt(qpos[0] * qpos[0] + qpos[1] * qpos[1])
        return false
      },
    }
  },
  picture: { views: [fromBeside(1.3, -0.2, 1.7), fromAbove(1.3, 0.9)], tones: { lwaist: 'body', pelvis: 'body' } },
}
