/**
 * InvertedDoublePendulum-v5: keep two stacked poles upright by pushing the cart under them.
 *
 *     reward = 10 (while the tip is above 1 m) − (0.01 x² + (y − 2)²) − (10⁻³ ω₁² + 5·10⁻³ ω₂²),  (x, y) the tip
 *
 * *Source:* Gymnasium, `InvertedDoublePendulum-v5`.
 * *Deviations:* none.
 */
import { cos, sin } from '../../../src/core/dmath.ts'
import { invertedDoublePendulumMjcf } from '../models/inverted-double-pendulum.ts'
import { currentPhysics } from '../physics.ts'
import { addNormal, addUniform, resetKeys } from '../reset-noise.ts'
import { fromBeside } from '../robot-picture.ts'
import { append, observed, terminalBonusOption, type Robot } from '../robot.ts'

const options = {
  frameSkip: 5,
  healthyReward: 10,
  resetNoiseScale: 0.1,
  ...terminalBonusOption,
  /** Observe the constraint torques on the poles too, which are always zero, as before v5. */
  includePoleTorquesInObservation: false,
  ...currentPhysics,
}

/** Height of the tip, in metres, at or below which the poles count as fallen. */
const lowestTip = 1
const largestObserved = 10

const poleTorques = ['first', 'second'].map((which) => observed(`constraint torque on the ${which} pole`, 'N m', largestObserved))

export const invertedDoublePendulum: Robot<typeof options> = {
  id: 'InvertedDoublePendulum-v5',
  title: 'Two stacked poles balanced on a cart',
  source: 'Gymnasium InvertedDoublePendulum-v5',
  mjcf: () => invertedDoublePendulumMjcf,
  options,
  timeLimit: 1000,
  rewardThreshold: 9100,
  actions: [{ name: 'force on the cart, in units of 500 N', unit: '500 N', low: -1, high: 1 }],
  disturb(key, { resetNoiseScale }, qpos, qvel) {
    const keys = resetKeys(key)
    addUniform(keys.positions, resetNoiseScale, qpos)
    addNormal(keys.velocities, resetNoiseScale, qvel)
  },
  task({ healthyReward, terminalBonus, includePoleTorquesInObservation }) {
    const observedForces = includePoleTorquesInObservation ? 3 : 1
    return {
      observations: [
        observed('position of the cart', 'm'),
        { name: 'sine of the angle of the first pole', unit: '1', low: -1, high: 1 },
        { name: 'sine of the angle of the second pole to the first', unit: '1', low: -1, high: 1 },
        { name: 'cosine of the angle of the first pole', unit: '1', low: -1, high: 1 },
        { name: 'cosine of the angle of the second pole to the first', unit: '1', low: -1, high: 1 },
        observed('velocity of the cart', 'm/s', largestObserved),
        observed('angular velocity of the first pole', 'rad/s', largestObserved),
        observed('angular velocity of the second pole to the first', 'rad/s', largestObserved),
        observed('constraint force on the cart', 'N', largestObserved),
        ...(includePoleTorquesInObservation ? poleTorques : []),
      ],
      readsContactForces: false,
      rewards: ['rewardSurvive', 'distancePenalty', 'velocityPenalty'],
      facts: [],
      remembered: [],
      remember() {},
      observe({ qpos, qvel, qfrcConstraint }, obs) {
        obs[0] = qpos[0]
        obs[1] = sin(qpos[1])
        obs[2] = sin(qpos[2])
        obs[3] = cos(qpos[1])
        obs[4] = cos(qpos[2])
        const at = append(obs, 5, qvel, 0, 3, -largestObserved, largestObserved)
        append(obs, at, qfrcConstraint, 0, observedForces, -largestObserved, largestObserved)
      },
      judge({ qvel, siteXpos }, _action, _memory, report) {
        const x = siteXpos[0]
        const y = siteXpos[2]
        const fallen = y <= lowestTip
        report[0] = fallen && !terminalBonus ? 0 : healthyReward
        report[1] = -(0.01 * x * x + (y - 2) * (y - 2))
        report[2] = -(1e-3 * qvel[1] * qvel[1] + 5e-3 * qvel[2] * qvel[2])
        return fallen
      },
    }
  },
  picture: { views: [{ ...fromBeside(1.5, -0.6, 1.4), follows: false, ruler: null }], tones: {} },
}
