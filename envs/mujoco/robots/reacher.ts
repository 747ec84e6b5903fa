/**
 * Reacher-v5: bring the tip of a two-link arm to a target in the plane.
 *
 *     reward = −w_d ‖tip − target‖ − w_c Σ aᵢ²
 *
 * *Source:* Gymnasium, `Reacher-v5`.
 * *Deviations:* none.
 */
import { cos, sin } from '../../../src/core/dmath.ts'
import { foldIn, uniform } from '../../../src/core/rng.ts'
import { reacherMjcf } from '../models/reacher.ts'
import { currentPhysics } from '../physics.ts'
import { addUniform, resetKeys } from '../reset-noise.ts'
import { fromAbove } from '../robot-picture.ts'
import { append, distanceOf, motor, observed, sumOfSquares, type Robot } from '../robot.ts'

const options = {
  frameSkip: 2,
  rewardDistWeight: 1,
  rewardControlWeight: 1,
  /** Measure the distance before the step instead of after it, as before v5. */
  rewardBeforeStep: false,
  /** Observe the vertical distance from the target to the tip too, which is always zero, as before v5. */
  includeHeightInObservation: false,
  ...currentPhysics,
}

const positionNoise = 0.1
const velocityNoise = 0.005
/** Targets are uniform in the disc of this radius, in metres. */
const targetRadius = 0.2

const joints = ['shoulder', 'elbow']

export const reacher: Robot<typeof options> = {
  id: 'Reacher-v5',
  title: 'Two-link arm that reaches for a target',
  source: 'Gymnasium Reacher-v5',
  mjcf: () => reacherMjcf,
  options,
  timeLimit: 50,
  rewardThreshold: -3.75,
  actions: joints.map((name) => motor(name, 1)),
  disturb(key, _options, qpos, qvel) {
    const keys = resetKeys(key)
    addUniform(keys.positions, positionNoise, qpos)
    addUniform(keys.velocities, velocityNoise, qvel)
    for (let attempt = 0; ; attempt++) {
      const keyTarget = foldIn(keys.extra, attempt)
      const x = targetRadius * (2 * uniform(foldIn(keyTarget, 0)) - 1)
      const y = targetRadius * (2 * uniform(foldIn(keyTarget, 1)) - 1)
      if (Math.sqrt(x * x + y * y) >= targetRadius) continue
      qpos[2] = x
      qpos[3] = y
      break
    }
    qvel.fill(0, 2)
  },
  task({ rewardDistWeight, rewardControlWeight, rewardBeforeStep, includeHeightInObservation }, { bodyIndex }) {
    const tip = 3 * bodyIndex('fingertip')
    const target = 3 * bodyIndex('target')
    return {
      observations: [
        ...joints.map((name) => ({ name: `cosine of the angle of the ${name}`, unit: '1', low: -1, high: 1 })),
        ...joints.map((name) => ({ name: `sine of the angle of the ${name}`, unit: '1', low: -1, high: 1 })),
        observed('x position of the target', 'm'),
        observed('y position of the target', 'm'),
        ...joints.map((name) => observed(`angular velocity of the ${name}`, 'rad/s')),
        observed('x distance from the target to the tip', 'm'),
        observed('y distance from the target to the tip', 'm'),
        ...(includeHeightInObservation ? [observed('z distance from the target to the tip', 'm')] : []),
      ],
      readsContactForces: false,
      rewards: ['rewardDist', 'rewardCtrl'],
      facts: [],
      remembered: rewardBeforeStep ? ['distance of tip and target'] : [],
      remember({ xpos }, memory) {
        if (rewardBeforeStep) memory[0] = distanceOf(xpos, tip, target)
      },
      observe({ qpos, qvel, xpos }, obs) {
        obs[0] = cos(qpos[0])
        obs[1] = cos(qpos[1])
        obs[2] = sin(qpos[0])
        obs[3] = sin(qpos[1])
        append(obs, append(obs, 4, qpos, 2, 4), qvel, 0, 2)
        obs[8] = xpos[tip] - xpos[target]
        obs[9] = xpos[tip + 1] - xpos[target + 1]
        if (includeHeightInObservation) obs[10] = xpos[tip + 2] - xpos[target + 2]
      },
      judge({ xpos }, action, memory, report) {
        report[0] = -rewardDistWeight * (rewardBeforeStep ? memory[0] : distanceOf(xpos, tip, target))
        report[1] = -rewardControlWeight * sumOfSquares(action)
        return false
      },
    }
  },
  picture: { views: [{ ...fromAbove(0.4, 0.4), follows: false, ruler: { kind: 'floor', every: 0.1, unit: 'm' } }], tones: { target: 'goal' } },
}
