/**
 * What the robots of Box2D are built of: homogeneous polygons that collide with the ground only, motorised hinges, and flags that
 * tell what touches.
 *
 * *Source:* Gymnasium Box2D; Box2D 2.3 (integration).
 * *Deviations:* 1. float64 instead of float32. 2. masses are computed here, see `polygon-mass.ts`.
 */
import type { Body, RevoluteJoint, World } from 'planck'
import type { Planck } from './load-planck.ts'
import { type Point, polygonMass } from './polygon-mass.ts'

/** Pixels per metre of the original drawings, in which sizes are given. */
export const scale = 30
/** Width and height (m) of the original window, which sizes of the worlds derive from. */
export const width = 600 / scale
export const height = 400 / scale
/** Height (m) of level ground. */
export const groundHeight = height / 4
export const stepSeconds = 1 / 50

/** Category bit of everything that is ground, and the only one that robots collide with. */
export const groundCategory = 0x1

const velocityIterations = 180
const positionIterations = 60

/** A point (m) from pixels. */
export const pixels = (x: number, y: number): Point => ({ x: x / scale, y: y / scale })

/** One period of the simulation. */
export const advance = (world: World): void => world.step(stepSeconds, velocityIterations, positionIterations)

/** `outline` in m around the body's origin, `density` in kg/m², `category` a collision bit. */
export type Part = Readonly<{ position: Point; angle: number; outline: readonly Point[]; density: number; friction: number; category: number }>

/** A new body of `world` that moves and collides with the ground. */
export const addPart = ({ Polygon }: Planck, world: World, { position, angle, outline, density, friction, category }: Part): Body => {
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

/** Anchors in the frames of the two bodies (m), limits in rad, `maxTorque` in N m, `speed` in rad/s. */
export type Hinge = Readonly<{
  anchorA: Point
  anchorB: Point
  lower: number
  upper: number
  maxTorque: number
  speed: number
}>

/** Connects two bodies by a hinge with motor and limits, both measured from the angle at which the bodies were made. */
export const addHinge = ({ RevoluteJoint: Revolute }: Planck, world: World, bodyA: Body, bodyB: Body, hinge: Hinge): RevoluteJoint => {
  const joint = new Revolute({
    bodyA,
    bodyB,
    localAnchorA: hinge.anchorA,
    localAnchorB: hinge.anchorB,
    // without it the limits would be measured from equal angles
    referenceAngle: bodyB.getAngle() - bodyA.getAngle(),
    enableMotor: true,
    enableLimit: true,
    maxMotorTorque: hinge.maxTorque,
    motorSpeed: hinge.speed,
    lowerAngle: hinge.lower,
    upperAngle: hinge.upper,
  })
  world.createJoint(joint)
  return joint
}

/** Calls `setTouch` with both bodies of every contact that begins (true) or ends (false). */
export const watchTouches = (world: World, setTouch: (body: Body, touches: boolean) => void): void => {
  world.on('begin-contact', (contact) => {
    setTouch(contact.getFixtureA().getBody(), true)
    setTouch(contact.getFixtureB().getBody(), true)
  })
  world.on('end-contact', (contact) => {
    setTouch(contact.getFixtureA().getBody(), false)
    setTouch(contact.getFixtureB().getBody(), false)
  })
}
