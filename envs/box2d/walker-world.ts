/**
 * The physical world of the bipedal walker: a course, a hull and two legs of two links, without any notion of action or reward.
 *
 * *Source:* Gymnasium `BipedalWalker-v3` (dimensions, joints); Box2D 2.3 (integration).
 * *Deviations:* 1. those of `robot-parts.ts`. 2. no clouds; they are pictures.
 */
import type { Body, RevoluteJoint, World } from 'planck'
import { makeWorldLean } from './lean-world.ts'
import type { Planck } from './load-planck.ts'
import { orderPairs } from './pair-order.ts'
import type { Point } from './polygon-mass.ts'
import { addHinge, addPart, advance, groundCategory, groundHeight, pixels, scale, watchTouches } from './robot-parts.ts'
import { type Course, startPad, stepWidth } from './walker-course.ts'

const groundFriction = 2.5
const robotCategory = 0x20
const legLength = 34 / scale
/** Height (m) of the hips over the centre of the hull; they lie below it. */
const hipHeight = -8 / scale
const legSides = [-1, 1] as const
const hullOutline = [pixels(-30, 9), pixels(6, 9), pixels(34, 1), pixels(34, -8), pixels(-30, -8)]
const boxOutline = (halfWidth: number): readonly Point[] => [
  pixels(-halfWidth, -17),
  pixels(halfWidth, -17),
  pixels(halfWidth, 17),
  pixels(-halfWidth, 17),
]

/** Largest torque (N m) of every joint, and largest speeds (rad/s). */
export const maxTorque = 80
export const hipSpeed = 4
export const kneeSpeed = 6
/** Angle limits (rad), and the angle of the knee that an observation measures from. */
const hipLimits = { lower: -0.8, upper: 1.1 }
const kneeLimits = { lower: -1.6, upper: -0.1 }

/**
 * A world with its moving bodies; the contact flags are kept up to date by `advance`. Bodies in the order hull, upper −, lower −,
 * upper +, lower +; joints in the order hip −, knee −, hip +, knee +; touches of lower − and lower +.
 */
export type WalkerWorld = {
  readonly bodies: readonly [hull: Body, ...legs: Body[]]
  readonly joints: readonly RevoluteJoint[]
  readonly legTouches: [boolean, boolean]
  hullTouches: boolean
  readonly world: World
  /** One period of the simulation. */
  advance(): void
}

const addCourse = ({ Edge, Polygon }: Planck, world: World, { heights, obstacles }: Course): void => {
  const ground = { density: 0, friction: groundFriction, filterCategoryBits: groundCategory }
  for (const outline of obstacles) world.createBody().createFixture({ ...ground, shape: new Polygon([...outline]) })
  // a body each, as in the reference: continuous collision keeps a clock per body
  for (let i = 0; i + 1 < heights.length; i++) {
    const edge = new Edge({ x: i * stepWidth, y: heights[i] }, { x: (i + 1) * stepWidth, y: heights[i + 1] })
    world.createBody().createFixture({ ...ground, shape: edge })
  }
}

/** Makes the world for a course. */
export type BuildWalkerWorld = (planck: Planck, course: Course) => WalkerWorld

/** A new world over `course`, stepped by planck as it is but for the order of contacts, with the walker at rest on its start pad, a little above the ground. */
export const buildWalkerWorld: BuildWalkerWorld = (planck, course) => {
  const world = new planck.World({ gravity: { x: 0, y: -10 } })
  orderPairs(world)
  addCourse(planck, world, course)

  const x = (stepWidth * startPad) / 2
  const y = groundHeight + 2 * legLength
  const hull = addPart(planck, world, { position: { x, y }, angle: 0, outline: hullOutline, density: 5, friction: 0.1, category: robotCategory })
  const addLink = (angle: number, drop: number, halfWidth: number): Body =>
    addPart(planck, world, {
      position: { x, y: y - drop * legLength - hipHeight },
      angle,
      outline: boxOutline(halfWidth),
      density: 1,
      friction: 0.2,
      category: robotCategory,
    })
  const legs = legSides.map((side) => {
    const angle = side * 0.05
    const top = { x: 0, y: legLength / 2 }
    const upper = addLink(angle, 1 / 2, 4)
    const hip = addHinge(planck, world, hull, upper, { anchorA: { x: 0, y: hipHeight }, anchorB: top, ...hipLimits, maxTorque, speed: side })
    const lower = addLink(angle, 3 / 2, 3.2)
    const knee = addHinge(planck, world, upper, lower, { anchorA: { x: 0, y: -legLength / 2 }, anchorB: top, ...kneeLimits, maxTorque, speed: 1 })
    return { upper, lower, hip, knee }
  })
  const [minus, plus] = legs

  const made: WalkerWorld = {
    world,
    bodies: [hull, ...legs.flatMap(({ upper, lower }) => [upper, lower])],
    joints: legs.flatMap(({ hip, knee }) => [hip, knee]),
    legTouches: [false, false],
    hullTouches: false,
    advance: () => advance(world),
  }
  // as in the reference, touching is a flag and no count, and upper links do not have one
  watchTouches(world, (body, touches) => {
    if (body === hull) made.hullTouches ||= touches
    else if (body === minus.lower) made.legTouches[0] = touches
    else if (body === plus.lower) made.legTouches[1] = touches
  })
  return made
}

/** The same world, stepped faster to the same bits. */
export const buildLeanWalkerWorld: BuildWalkerWorld = (planck, course) => {
  const made = buildWalkerWorld(planck, course)
  makeWorldLean(made.world, made.bodies, made.joints)
  return made
}
