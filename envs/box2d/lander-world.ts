/**
 * The physical world of the lunar lander: ground, hull and two sprung legs, without any notion of action or reward.
 *
 * *Source:* Gymnasium `LunarLander-v3` (dimensions, joints, engines' numbers); Box2D 2.3 (integration).
 * *Deviations:* 1. those of `robot-parts.ts`. 2. no exhaust particles; they never touch hull or legs.
 */
import type { Body, RevoluteJoint, World } from 'planck'
import { makeWorldLean } from './lean-world.ts'
import type { Planck } from './load-planck.ts'
import type { Point } from './polygon-mass.ts'
import { addHinge, addPart, advance, groundCategory, groundHeight, height, pixels, scale, watchTouches, width } from './robot-parts.ts'

/** Height that an observation measures from; the pad itself lies 1 % lower, by the smoothing of the ground. */
export const padHeight = groundHeight
export const legDrop = 18 / scale
/** Ground points from left to right, and how many random heights they are made of. */
export const groundPoints = 11
export const heightDraws = groundPoints + 1

const hullCategory = 0x10
const legCategory = 0x20
const padIndices = [3, 4, 5, 6, 7]
const legSides = [-1, 1] as const

const hullOutline = [pixels(-14, 17), pixels(-17, 0), pixels(-17, -10), pixels(17, -10), pixels(17, 0), pixels(14, 17)]
const legOutline = [pixels(-2, -8), pixels(2, -8), pixels(2, 8), pixels(-2, 8)]

/** The ground (m) from 12 raw heights: five of them become the pad, then each point is 0.33 times the sum of three neighbours. */
export const groundOf = (draws: ArrayLike<number>): readonly Point[] => {
  const raw = Array.from(draws)
  for (const i of padIndices) raw[i] = padHeight
  return Array.from({ length: groundPoints }, (_, i) => ({
    x: (width / (groundPoints - 1)) * i,
    y: 0.33 * (raw[(i + heightDraws - 1) % heightDraws] + raw[i] + raw[i + 1]),
  }))
}

/** A world with its moving bodies; the contact flags are kept up to date by `advance`. Legs in the order −, +; leg − stands at +x. */
export type LanderWorld = {
  /** The points of the ground (m), from left to right. */
  readonly surface: readonly Point[]
  readonly hull: Body
  readonly legs: readonly [Body, Body]
  readonly joints: readonly [RevoluteJoint, RevoluteJoint]
  readonly legTouches: [boolean, boolean]
  hullTouches: boolean
  readonly world: World
  /** One period of the simulation. */
  advance(): void
}

/** Makes the world for 12 raw heights (m) and a gravity (m/s², negative). */
export type BuildLanderWorld = (planck: Planck, draws: ArrayLike<number>, gravity: number) => LanderWorld

/** A new world, stepped by planck as it is, over ground made of `draws`, with the lander at rest at the top. */
export const buildLanderWorld: BuildLanderWorld = (planck, draws, gravity) => {
  const { Edge, World } = planck
  const world = new World({ gravity: { x: 0, y: gravity } })

  const ground = world.createBody()
  ground.createFixture({ shape: new Edge({ x: 0, y: 0 }, { x: width, y: 0 }), filterCategoryBits: groundCategory })
  const surface = groundOf(draws)
  for (let i = 0; i + 1 < surface.length; i++) {
    ground.createFixture({ shape: new Edge(surface[i], surface[i + 1]), density: 0, friction: 0.1, filterCategoryBits: groundCategory })
  }

  const hull = addPart(planck, world, {
    position: { x: width / 2, y: height },
    angle: 0,
    outline: hullOutline,
    density: 5,
    friction: 0.1,
    category: hullCategory,
  })
  const addLeg = (side: -1 | 1): Readonly<{ leg: Body; joint: RevoluteJoint }> => {
    const leg = addPart(planck, world, {
      position: { x: width / 2 - (side * 20) / scale, y: height },
      angle: side * 0.05,
      outline: legOutline,
      density: 1,
      friction: 0.2,
      category: legCategory,
    })
    const joint = addHinge(planck, world, hull, leg, {
      anchorA: { x: 0, y: 0 },
      anchorB: { x: (side * 20) / scale, y: legDrop },
      lower: side === -1 ? 0.4 : -0.9,
      upper: side === -1 ? 0.9 : -0.4,
      maxTorque: 40,
      speed: 0.3 * side,
    })
    return { leg, joint }
  }
  const [{ leg: legMinus, joint: jointMinus }, { leg: legPlus, joint: jointPlus }] = [addLeg(legSides[0]), addLeg(legSides[1])]

  const made: LanderWorld = {
    surface,
    world,
    hull,
    legs: [legMinus, legPlus],
    joints: [jointMinus, jointPlus],
    legTouches: [false, false],
    hullTouches: false,
    advance: () => advance(world),
  }
  // as in the reference, touching is a flag and no count: a leg on two edges loses it when it leaves one of them
  watchTouches(world, (body, touches) => {
    if (body === hull) made.hullTouches ||= touches
    else if (body === legMinus) made.legTouches[0] = touches
    else if (body === legPlus) made.legTouches[1] = touches
  })
  return made
}

/** The same world, stepped faster to the same bits. */
export const buildLeanLanderWorld: BuildLanderWorld = (planck, draws, gravity) => {
  const made = buildLanderWorld(planck, draws, gravity)
  makeWorldLean(made.world, [made.hull, ...made.legs], made.joints)
  return made
}
