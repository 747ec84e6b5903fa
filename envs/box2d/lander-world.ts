/**
 * The physical world of the lunar lander: ground, hull and two sprung legs, without any notion of action or reward.
 *
 * *Source:* Gymnasium `LunarLander-v3` (dimensions, joints, engines' numbers); Box2D 2.3 (integration).
 * *Deviations:* 1. float64 instead of float32. 2. masses are computed here, see `polygon-mass.ts`. 3. no exhaust particles; they never
 * touch hull or legs.
 */
import type { Body, World } from 'planck'
import { makeLean } from './lean-revolute.ts'
import type { Planck } from './load-planck.ts'
import { type Point, polygonMass } from './polygon-mass.ts'

/** Pixels per metre of the original drawing, in which its sizes are given. */
export const scale = 30
export const width = 600 / scale
export const height = 400 / scale
/** Height that an observation measures from; the pad itself lies 1 % lower, by the smoothing of the ground. */
export const padHeight = height / 4
export const legDrop = 18 / scale
export const stepSeconds = 1 / 50
/** Ground points from left to right, and how many random heights they are made of. */
export const groundPoints = 11
export const heightDraws = groundPoints + 1

const velocityIterations = 180
const positionIterations = 60
const groundCategory = 0x1
const hullCategory = 0x10
const legCategory = 0x20
const padIndices = [3, 4, 5, 6, 7]
const legSides = [-1, 1] as const

const point = (x: number, y: number): Point => ({ x: x / scale, y: y / scale })
const hullOutline = [point(-14, 17), point(-17, 0), point(-17, -10), point(17, -10), point(17, 0), point(14, 17)]
const legOutline = [point(-2, -8), point(2, -8), point(2, 8), point(-2, 8)]

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
  readonly hull: Body
  readonly legs: readonly [Body, Body]
  readonly legTouches: [boolean, boolean]
  hullTouches: boolean
  readonly world: World
  /** One period of the simulation. */
  advance(): void
}

/** A new world over ground made of `draws` (12 heights in m), with the lander at rest at the top. `gravity` (m/s²) is negative. */
export const buildLanderWorld = (planck: Planck, draws: ArrayLike<number>, gravity: number): LanderWorld => {
  const { Edge, Polygon, RevoluteJoint, World } = planck
  const world = new World({ gravity: { x: 0, y: gravity } })

  const ground = world.createBody()
  ground.createFixture({ shape: new Edge({ x: 0, y: 0 }, { x: width, y: 0 }), filterCategoryBits: groundCategory })
  const surface = groundOf(draws)
  for (let i = 0; i + 1 < surface.length; i++) {
    ground.createFixture({ shape: new Edge(surface[i], surface[i + 1]), density: 0, friction: 0.1, filterCategoryBits: groundCategory })
  }

  const addBody = (position: Point, angle: number, outline: readonly Point[], density: number, friction: number, category: number): Body => {
    const body = world.createBody({ type: 'dynamic', position, angle })
    body.createFixture({
      shape: new Polygon([...outline]),
      density,
      friction,
      restitution: 0,
      filterCategoryBits: category,
      filterMaskBits: groundCategory,
    })
    body.setMassData(polygonMass(outline, density))
    return body
  }
  const hull = addBody({ x: width / 2, y: height }, 0, hullOutline, 5, 0.1, hullCategory)
  const addLeg = (side: -1 | 1): Body => {
    const angle = side * 0.05
    const leg = addBody({ x: width / 2 - (side * 20) / scale, y: height }, angle, legOutline, 1, 0.2, legCategory)
    const joint = new RevoluteJoint({
      bodyA: hull,
      bodyB: leg,
      localAnchorA: { x: 0, y: 0 },
      localAnchorB: { x: (side * 20) / scale, y: legDrop },
      // without it the limits would be measured from equal angles instead of from the angles at creation
      referenceAngle: angle,
      enableMotor: true,
      enableLimit: true,
      maxMotorTorque: 40,
      motorSpeed: 0.3 * side,
      lowerAngle: side === -1 ? 0.4 : -0.9,
      upperAngle: side === -1 ? 0.9 : -0.4,
    })
    world.createJoint(joint)
    makeLean(joint)
    return leg
  }
  const [legMinus, legPlus] = [addLeg(legSides[0]), addLeg(legSides[1])]

  const made: LanderWorld = {
    world,
    hull,
    legs: [legMinus, legPlus],
    legTouches: [false, false],
    hullTouches: false,
    advance: () => world.step(stepSeconds, velocityIterations, positionIterations),
  }
  // as in the reference, touching is a flag and no count: a leg on two edges loses it when it leaves one of them
  const setTouch = (body: Body, touches: boolean): void => {
    if (body === hull) made.hullTouches ||= touches
    else if (body === legMinus) made.legTouches[0] = touches
    else if (body === legPlus) made.legTouches[1] = touches
  }
  world.on('begin-contact', (contact) => {
    setTouch(contact.getFixtureA().getBody(), true)
    setTouch(contact.getFixtureB().getBody(), true)
  })
  world.on('end-contact', (contact) => {
    setTouch(contact.getFixtureA().getBody(), false)
    setTouch(contact.getFixtureB().getBody(), false)
  })
  return made
}
