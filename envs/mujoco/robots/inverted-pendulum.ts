/**
 * InvertedPendulum-v5: keep a pole upright by pushing the cart under it; reward 1 per step that ends upright (`terminalBonus`: per step).
 *
 * *Source:* Gymnasium, `InvertedPendulum-v5`; Barto, Sutton and Anderson 1983.
 * *Deviations:* none.
 */
import { invertedPendulumMjcf } from '../models/inverted-pendulum.ts'
import { currentPhysics } from '../physics.ts'
import { addUniform, resetKeys } from '../reset-noise.ts'
import { fromBeside } from '../robot-picture.ts'
import { append, observed, terminalBonusOption, type Robot } from '../robot.ts'

const options = { frameSkip: 2, resetNoiseScale: 0.01, ...terminalBonusOption, ...currentPhysics }

/** Radians from the upright position beyond which the pole counts as fallen. */
const largestAngle = 0.2

export const invertedPendulum: Robot<typeof options> = {
  id: 'InvertedPendulum-v5',
  title: 'Pole balanced on a cart',
  source: 'Gymnasium InvertedPendulum-v5; Barto, Sutton and Anderson 1983',
  mjcf: () => invertedPendulumMjcf,
  options,
  timeLimit: 1000,
  rewardThreshold: 950,
  actions: [{ name: 'force on the cart, in units of 100 N', unit: '100 N', low: -3, high: 3 }],
  disturb(key, { resetNoiseScale }, qpos, qvel) {
    const keys = resetKeys(key)
    addUniform(keys.positions, resetNoiseScale, qpos)
    addUniform(keys.velocities, resetNoiseScale, qvel)
  },
  task: ({ terminalBonus }) => ({
    observations: [
      observed('position of the cart', 'm'),
      observed('angle of the pole from upright', 'rad'),
      observed('velocity of the cart', 'm/s'),
      observed('angular velocity of the pole', 'rad/s'),
    ],
    readsContactForces: false,
    rewards: ['rewardSurvive'],
    facts: [],
    remembered: [],
    remember() {},
    observe({ qpos, qvel }, obs) {
      append(obs, append(obs, 0, qpos), qvel)
    },
    judge({ qpos, qvel }, _action, _memory, report) {
      const upright = Number.isFinite(qpos[0] + qpos[1] + qvel[0] + qvel[1]) && Math.abs(qpos[1]) <= largestAngle
      report[0] = upright || terminalBonus ? 1 : 0
      return !upright
    },
  }),
  picture: { views: [{ ...fromBeside(1.25, -0.35, 0.85), follows: false, ruler: null }], tones: {} },
}
