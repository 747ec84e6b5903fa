/**
 * Pusher-v5: push an object on a table to a goal with a seven-jointed arm.
 *
 *     reward = −w_d ‖object − goal‖ − w_c Σ aᵢ² − w_n ‖object − tips‖
 *
 * *Source:* Gymnasium, `Pusher-v5`.
 * *Deviations:* none. "Tips" is the frame of the wrist roll, as there; the object's first slide is y, its second x.
 */
import { foldIn, uniform } from '../../../src/core/rng.ts'
import { pusherMjcf, type PusherObject } from '../models/pusher.ts'
import { currentPhysics } from '../physics.ts'
import { addUniform, resetKeys } from '../reset-noise.ts'
import { fromAbove, fromBeside } from '../robot-picture.ts'
import { append, distanceOf, motor, observed, sumOfSquares, type Robot } from '../robot.ts'

const options = {
  frameSkip: 5,
  rewardNearWeight: 0.5,
  rewardDistWeight: 1,
  rewardControlWeight: 0.1,
  /** Measure the distances before the step instead of after it, as before v5. */
  rewardBeforeStep: false,
  object: 'cylinder' as PusherObject,
  ...currentPhysics,
}

const velocityNoise = 0.005
/** The object starts this far from the goal or further, in metres. */
const smallestDistance = 0.17
const armJoints = 7

/** The arm at the edge of its table: windows of the world (m). */
const fromAboveTable = { left: -0.65, right: 1.15, bottom: -1.05, top: 0.45 }
const fromBesideTable = { left: -0.65, right: 1.15, bottom: -0.62, top: 0.48 }
const views = [
  { ...fromAbove(1, 1), follows: false, window: fromAboveTable },
  { ...fromBeside(1, 0, 1), follows: false, window: fromBesideTable, ruler: null },
]

const joints = ['shoulder pan', 'shoulder lift', 'upper arm roll', 'elbow flex', 'forearm roll', 'wrist flex', 'wrist roll']
const point = (name: string) => ['x', 'y', 'z'].map((axis) => observed(`${axis} position of the ${name}`, 'm'))

export const pusher: Robot<typeof options> = {
  id: 'Pusher-v5',
  title: 'Arm that pushes an object to a goal',
  source: 'Gymnasium Pusher-v5',
  mjcf: ({ object }) => pusherMjcf(object),
  options,
  timeLimit: 100,
  rewardThreshold: 0,
  actions: joints.map((name) => motor(name, 2)),
  disturb(key, _options, qpos, qvel) {
    const keys = resetKeys(key)
    for (let attempt = 0; ; attempt++) {
      const keyObject = foldIn(keys.extra, attempt)
      const y = -0.3 * uniform(foldIn(keyObject, 0))
      const x = 0.2 * (2 * uniform(foldIn(keyObject, 1)) - 1)
      if (Math.sqrt(x * x + y * y) <= smallestDistance) continue
      qpos[armJoints] = y
      qpos[armJoints + 1] = x
      break
    }
    addUniform(keys.velocities, velocityNoise, qvel)
    qvel.fill(0, armJoints)
  },
  task({ rewardNearWeight, rewardDistWeight, rewardControlWeight, rewardBeforeStep }, { bodyIndex }) {
    const tips = 3 * bodyIndex('tips_arm')
    const object = 3 * bodyIndex('object')
    const goal = 3 * bodyIndex('goal')
    return {
      observations: [
        ...joints.map((name) => observed(`angle of the ${name}`, 'rad')),
        ...joints.map((name) => observed(`angular velocity of the ${name}`, 'rad/s')),
        ...point('tips'),
        ...point('object'),
        ...point('goal'),
      ],
      readsContactForces: false,
      rewards: ['rewardDist', 'rewardCtrl', 'rewardNear'],
      facts: [],
      remembered: rewardBeforeStep ? ['distance of object and goal', 'distance of object and tips'] : [],
      remember({ xpos }, memory) {
        if (!rewardBeforeStep) return
        memory[0] = distanceOf(xpos, object, goal)
        memory[1] = distanceOf(xpos, object, tips)
      },
      observe({ qpos, qvel, xpos }, obs) {
        let at = append(obs, append(obs, 0, qpos, 0, armJoints), qvel, 0, armJoints)
        at = append(obs, at, xpos, tips, tips + 3)
        at = append(obs, at, xpos, object, object + 3)
        append(obs, at, xpos, goal, goal + 3)
      },
      judge({ xpos }, action, memory, report) {
        report[0] = -rewardDistWeight * (rewardBeforeStep ? memory[0] : distanceOf(xpos, object, goal))
        report[1] = -rewardControlWeight * sumOfSquares(action)
        report[2] = -rewardNearWeight * (rewardBeforeStep ? memory[1] : distanceOf(xpos, object, tips))
        return false
      },
    }
  },
  picture: { views, tones: { object: 'object', goal: 'goal' } },
}
