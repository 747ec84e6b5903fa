/**
 * BipedalWalker-v3 and BipedalWalkerHardcore-v3: walk along a course on two legs, with ten beams that feel the ground ahead.
 *
 * Draws per reset, in this order: the course (see `walker-course.ts`), 110 for the clouds of the picture, the initial force. A step
 * draws nothing. Reward: the change of 130 x / 30 m − 5 |angle|, minus 0.028 per joint at full torque; −100 for a fall.
 *
 * *Source:* Gymnasium `BipedalWalker-v3`.
 * *Deviations:* 1. planck in float64 instead of Box2D in float32; contacts amplify the difference. 2. every reset builds a new world. 3.
 * the observation space has no bounds where the walker has none (the reference states π and 5).
 */
import { checkTimeLimit, resolveOptions } from '../../src/core/env-options.ts'
import type { Env, EnvEntry, EnvSpec, Quantity } from '../../src/core/env.ts'
import { simulatedEnv } from '../../src/core/simulated-env.ts'
import { box } from '../../src/core/space.ts'
import { drawsOf } from './draw-sequence.ts'
import { beams, createLidar, type Lidar } from './lidar.ts'
import { loadPlanck, type Planck } from './load-planck.ts'
import { type DrawnSimulator, type Game, replayedSimulator } from './replayed-simulator.ts'
import { height, scale, stepSeconds, width } from './robot-parts.ts'
import { buildCourse, type Course, coursePoints, finishPoint, stepWidth } from './walker-course.ts'
import { walkerPicture } from './walker-picture.ts'
import { type BuildWalkerWorld, buildLeanWalkerWorld, hipSpeed, kneeSpeed, maxTorque, type WalkerWorld } from './walker-world.ts'

const obsSize = 14 + beams
const actionSize = 4
const initialForce = 5
const cloudDraws = 10 * (1 + 10)
const torqueCost = 0.00035 * maxTorque
const finish = finishPoint * stepWidth
const jointSpeeds = [hipSpeed, kneeSpeed, hipSpeed, kneeSpeed] as const
/** Zero of a knee's angle in an observation (rad), so that it is 0 in the middle of what a gait uses. */
const kneeOffset = 1

/** The robot on its course. */
export type Walker = {
  world: WalkerWorld
  course: Course
  reward: number
  terminated: boolean
  /** Parts of the last reward: the change of 130 x / 30 m − 5 |angle|, and the torques' cost. */
  progress: number
  torquePenalty: number
  /** Puts the walker on `course` under an initial sideways force (N) and takes the idle step that ends a reset. */
  begin(course: Course, force: number, obs: Float64Array): void
  step(action: Float64Array, obs: Float64Array): void
}

/** A walker over level ground, in worlds that `build` makes. */
export const createWalker = (planck: Planck, build: BuildWalkerWorld = buildLeanWalkerWorld): Walker => {
  const idle = new Float64Array(actionSize)
  const level: Course = { heights: new Float64Array(coursePoints).fill(height / 4), obstacles: [] }
  let scan: Lidar = createLidar(level)
  let potential = 0

  const drive = ({ bodies, joints }: WalkerWorld, action: Float64Array): void => {
    // in the reference setting a motor wakes what it moves, which planck skips when nothing changes
    for (let i = 0; i < bodies.length; i++) bodies[i].setAwake(true)
    for (let i = 0; i < actionSize; i++) {
      joints[i].setMotorSpeed(jointSpeeds[i] * Math.sign(action[i]))
      joints[i].setMaxMotorTorque(maxTorque * Math.min(1, Math.abs(action[i])))
    }
  }

  const observe = ({ bodies, joints, legTouches }: WalkerWorld, obs: Float64Array): void => {
    const hull = bodies[0]
    const velocity = hull.getLinearVelocity()
    const { x, y } = hull.getPosition()
    obs[0] = hull.getAngle()
    obs[1] = 2 * hull.getAngularVelocity() * stepSeconds
    obs[2] = 0.3 * velocity.x * width * stepSeconds
    obs[3] = 0.3 * velocity.y * height * stepSeconds
    for (let leg = 0; leg < 2; leg++) {
      const hip = joints[2 * leg]
      const knee = joints[2 * leg + 1]
      const at = 4 + 5 * leg
      obs[at] = hip.getJointAngle()
      obs[at + 1] = hip.getJointSpeed() / hipSpeed
      obs[at + 2] = knee.getJointAngle() + kneeOffset
      obs[at + 3] = knee.getJointSpeed() / kneeSpeed
      obs[at + 4] = legTouches[leg] ? 1 : 0
    }
    scan(x, y, obs, obsSize - beams)
  }

  const advance = (action: Float64Array, obs: Float64Array): void => {
    const { world } = walker
    drive(world, action)
    world.advance()
    observe(world, obs)
    const { x } = world.bodies[0].getPosition()
    const previous = potential
    potential = (130 * x) / scale - 5 * Math.abs(obs[0])
    walker.progress = potential - previous
    walker.torquePenalty = 0
    for (let i = 0; i < actionSize; i++) walker.torquePenalty += torqueCost * Math.min(1, Math.abs(action[i]))
    const fallen = world.hullTouches || x < 0
    walker.terminated = fallen || x > finish
    walker.reward = fallen ? -100 : walker.progress - walker.torquePenalty
  }

  const walker: Walker = {
    world: build(planck, level),
    course: level,
    reward: 0,
    terminated: false,
    progress: 0,
    torquePenalty: 0,
    begin(course, force, obs) {
      walker.world = build(planck, course)
      walker.course = course
      scan = createLidar(course)
      potential = 0
      walker.world.bodies[0].applyForceToCenter({ x: force, y: 0 }, true)
      advance(idle, obs)
    },
    step: advance,
  }
  return walker
}

const walkerSimulator = (walker: Walker, hardcore: boolean): DrawnSimulator => {
  const game: Game = {
    reward: 0,
    terminated: false,
    begin(key, obs) {
      const draws = drawsOf(key)
      const course = buildCourse(draws, hardcore)
      draws.skip(cloudDraws)
      walker.begin(course, draws.uniform(-initialForce, initialForce), obs)
    },
    step(_, action, obs) {
      walker.step(action, obs)
      game.reward = walker.reward
      game.terminated = walker.terminated
    },
    info: () => ({ x: walker.world.bodies[0].getPosition().x, progress: walker.progress, torquePenalty: walker.torquePenalty }),
    picture: () => walkerPicture(walker.world, walker.course),
  }
  return replayedSimulator(game, obsSize, actionSize)
}

type Variant = Readonly<{ id: string; title: string; hardcore: boolean; timeLimit: number }>

const specOf = ({ id, title }: Variant, timeLimit: number): EnvSpec => {
  const free = (name: string, unit: string): Quantity => ({ name, unit, low: -Infinity, high: Infinity })
  const observations = [
    free('angle of the hull', 'rad'),
    free('angular velocity of the hull / 25 rad/s', '1'),
    free('horizontal velocity / 8.33 m/s', '1'),
    free('vertical velocity / 12.5 m/s', '1'),
    ...['−', '+'].flatMap((leg) => [
      free(`angle of hip ${leg}`, 'rad'),
      free(`speed of hip ${leg} / 4 rad/s`, '1'),
      free(`angle of knee ${leg} + 1 rad`, 'rad'),
      free(`speed of knee ${leg} / 6 rad/s`, '1'),
      { name: `lower leg ${leg} touches`, unit: '1', low: 0, high: 1 },
    ]),
    ...Array.from({ length: beams }, (_, i) => ({ name: `beam ${i} / 5.33 m`, unit: '1', low: 0, high: 1 })),
  ]
  const actions = ['hip −', 'knee −', 'hip +', 'knee +'].map((joint) => ({ name: `torque of ${joint} / 80 N m`, unit: '1', low: -1, high: 1 }))
  return {
    id,
    title,
    source: 'Gymnasium Box2D',
    observationSpace: box(observations.map((each) => each.low), observations.map((each) => each.high)),
    actionSpace: box(actions.map((each) => each.low), actions.map((each) => each.high)),
    observations,
    actions,
    timeLimit,
    rewardThreshold: 300,
    dt: stepSeconds,
  }
}

const entryOf = (variant: Variant): EnvEntry => {
  const defaults = { timeLimit: variant.timeLimit }
  return {
    id: variant.id,
    title: variant.title,
    source: 'Gymnasium Box2D',
    options: defaults,
    open: async (given): Promise<Env> => {
      const options = resolveOptions(variant.id, defaults, given)
      const spec = specOf(variant, checkTimeLimit(variant.id, options.timeLimit))
      const planck = await loadPlanck()
      return simulatedEnv({
        spec,
        simulator: () => walkerSimulator(createWalker(planck), variant.hardcore),
        picture: (simulator) => simulator.picture(),
      })
    },
  }
}

export const bipedalWalker: EnvEntry = entryOf({ id: 'BipedalWalker-v3', title: 'Bipedal walker over grass', hardcore: false, timeLimit: 1600 })
export const bipedalWalkerHardcore: EnvEntry = entryOf({
  id: 'BipedalWalkerHardcore-v3',
  title: 'Bipedal walker over stumps, pits and stairs',
  hardcore: true,
  timeLimit: 2000,
})
