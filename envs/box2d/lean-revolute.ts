/**
 * The velocity and position steps of a revolute joint on plain numbers: the same as planck's, bit for bit.
 *
 * A joint is solved hundreds of times per simulated step, and planck makes about ten small objects each time. A velocity step, with
 * Ċ = (v_B + ω_B × r_B) − (v_A + ω_A × r_A):
 * 1. motor: λ = −m (ω_B − ω_A − speed), its sum kept within ± h · torque;
 * 2. away from the limits solve K λ = −Ċ (2 × 2); at a limit solve it together with ω_B − ω_A = 0 (3 × 3), and when that would pull the
 *    joint back to the limit, let go: drop the third impulse and solve the other two for it.
 * A position step turns the bodies back towards a limit that is passed, then moves them by the solution of K λ = −C, with
 * C = (c_B + r_B) − (c_A + r_A).
 *
 * *Source:* Catto 2009, "Modeling and solving constraints", GDC; order of operations of planck 1.4.2 (MIT).
 * *Deviations:* none; joints without motor or limit, and with both limits equal, are left to planck.
 */
import type { RevoluteJoint } from 'planck'
import { sineAndCosine } from '../../src/core/dmath.ts'

type Vector = { x: number; y: number }
type Column = Readonly<{ x: number; y: number; z: number }>
type Moving = Readonly<{ c_velocity: { v: Vector; w: number }; c_position: { c: Vector; a: number } }>

/** What the solver reads and writes of a joint; planck declares these fields internal. */
type JointState = {
  readonly m_bodyA: Moving
  readonly m_bodyB: Moving
  readonly m_rA: Vector
  readonly m_rB: Vector
  readonly m_localAnchorA: Readonly<Vector>
  readonly m_localAnchorB: Readonly<Vector>
  readonly m_localCenterA: Readonly<Vector>
  readonly m_localCenterB: Readonly<Vector>
  readonly m_referenceAngle: number
  readonly m_lowerAngle: number
  readonly m_upperAngle: number
  readonly m_mass: Readonly<{ ex: Column; ey: Column; ez: Column }>
  readonly m_impulse: { x: number; y: number; z: number }
  readonly m_invMassA: number
  readonly m_invMassB: number
  readonly m_invIA: number
  readonly m_invIB: number
  readonly m_motorMass: number
  readonly m_motorSpeed: number
  readonly m_maxMotorTorque: number
  readonly m_limitState: number
  m_motorImpulse: number
}

type TimeStep = Readonly<{ dt: number }>
type Solvers = {
  initVelocityConstraints(step: TimeStep): void
  solveVelocityConstraints(step: TimeStep): void
  solvePositionConstraints(): boolean
}

// planck's names for where a joint is
const inactive = 0
const atLower = 1

// Box2D's tolerances (m, rad), and the largest turn by which one position step corrects
const linearSlop = 0.005
const angularSlop = (2 / 180) * Math.PI
const maxAngularCorrection = (8 / 180) * Math.PI

const clamp = (x: number, bound: number): number => (x < -bound ? -bound : x > bound ? bound : x)

const inverse = (x: number): number => (x === 0 ? 0 : 1 / x)

/** What stays the same during all velocity steps of one simulated step: arms, K, and what its inverses need. */
const constantsOf = ({ m_rA: rA, m_rB: rB, m_mass: { ex, ey, ez }, m_maxMotorTorque }: JointState, { dt }: TimeStep) => {
  const crossX = ey.y * ez.z - ey.z * ez.y
  const crossY = ey.z * ez.x - ey.x * ez.z
  const crossZ = ey.x * ez.y - ey.y * ez.x
  return {
    rAx: rA.x,
    rAy: rA.y,
    rBx: rB.x,
    rBy: rB.y,
    k11: ex.x,
    k12: ey.x,
    k13: ez.x,
    k22: ey.y,
    k23: ez.y,
    k33: ez.z,
    crossX,
    crossY,
    crossZ,
    inverse3: inverse(ex.x * crossX + ex.y * crossY + ex.z * crossZ),
    inverse2: inverse(ex.x * ey.y - ey.x * ex.y),
    maxMotorImpulse: dt * m_maxMotorTorque,
  }
}

type Constants = Readonly<ReturnType<typeof constantsOf>>

const solveVelocity = (joint: JointState, k: Constants): void => {
  const { m_impulse: sum, m_limitState: limit, m_invIA: iA, m_invIB: iB, m_invMassA: mA, m_invMassB: mB } = joint
  const a = joint.m_bodyA.c_velocity
  const b = joint.m_bodyB.c_velocity
  const { rAx, rAy, rBx, rBy } = k

  const before = joint.m_motorImpulse
  const after = clamp(before - joint.m_motorMass * (b.w - a.w - joint.m_motorSpeed), k.maxMotorImpulse)
  joint.m_motorImpulse = after
  const wA = a.w - iA * (after - before)
  const wB = b.w + iB * (after - before)

  // the leading zeros keep the sign of a zero as planck has it
  const cx = 0 + (b.v.x - wB * rBy) - (a.v.x - wA * rAy)
  const cy = 0 + (b.v.y + wB * rBx) - (a.v.y + wA * rAx)
  let px = 0
  let py = 0
  let pz = -0
  let holds = false
  if (limit !== inactive) {
    const { k11, k12, k13, k22, k23, k33 } = k
    const cz = wB - wA
    pz = -(k.inverse3 * (k11 * (k22 * cz - k23 * cy) + k12 * (k23 * cx - k12 * cz) + k13 * (k12 * cy - k22 * cx)))
    const total = sum.z + pz
    holds = limit === atLower ? !(total < 0) : !(total > 0)
    if (holds) {
      px = -(k.inverse3 * (cx * k.crossX + cy * k.crossY + cz * k.crossZ))
      py = -(k.inverse3 * (k11 * (cy * k33 - cz * k23) + k12 * (cz * k13 - cx * k33) + k13 * (cx * k23 - cy * k13)))
      sum.z = total
    } else {
      pz = -sum.z
      sum.z = 0
    }
  }
  if (!holds) {
    const rx = -pz * k.k13 - cx
    const ry = -pz * k.k23 - cy
    px = k.inverse2 * (k.k22 * rx - k.k12 * ry)
    py = k.inverse2 * (k.k11 * ry - k.k12 * rx)
  }
  sum.x += px
  sum.y += py
  a.v.x -= mA * px
  a.v.y -= mA * py
  a.w = wA - iA * (rAx * py - rAy * px + pz)
  b.v.x += mB * px
  b.v.y += mB * py
  b.w = wB + iB * (rBx * py - rBy * px + pz)
}

/** Turns both bodies towards the limit that the joint has passed; returns how far it was passed (rad). */
const returnToLimit = (joint: JointState): number => {
  const a = joint.m_bodyA.c_position
  const b = joint.m_bodyB.c_position
  const angle = b.a - a.a - joint.m_referenceAngle
  const below = joint.m_limitState === atLower
  const error = angle - (below ? joint.m_lowerAngle : joint.m_upperAngle)
  const correction = below
    ? Math.max(-maxAngularCorrection, Math.min(error + angularSlop, 0))
    : Math.max(0, Math.min(error - angularSlop, maxAngularCorrection))
  const impulse = -joint.m_motorMass * correction
  a.a -= joint.m_invIA * impulse
  b.a += joint.m_invIB * impulse
  return below ? -error : error
}

// angles, then their sines and cosines: numbers in an array are passed without boxes
const turnOfA = new Float64Array(2)
const turnOfB = new Float64Array(2)

/** Whether the joint was within tolerance before this step. */
const solvePosition = (joint: JointState): boolean => {
  const angularError = joint.m_limitState === inactive ? 0 : returnToLimit(joint)
  const { m_localAnchorA: anchorA, m_localAnchorB: anchorB, m_localCenterA: centerA, m_localCenterB: centerB } = joint
  const { m_invMassA: mA, m_invMassB: mB, m_invIA: iA, m_invIB: iB } = joint
  const a = joint.m_bodyA.c_position
  const b = joint.m_bodyB.c_position
  turnOfA[0] = a.a
  turnOfB[0] = b.a
  sineAndCosine(turnOfA)
  sineAndCosine(turnOfB)
  const sinA = turnOfA[0]
  const cosA = turnOfA[1]
  const sinB = turnOfB[0]
  const cosB = turnOfB[1]
  const armAx = anchorA.x - centerA.x
  const armAy = anchorA.y - centerA.y
  const armBx = anchorB.x - centerB.x
  const armBy = anchorB.y - centerB.y
  const rAx = cosA * armAx - sinA * armAy
  const rAy = sinA * armAx + cosA * armAy
  const rBx = cosB * armBx - sinB * armBy
  const rBy = sinB * armBx + cosB * armBy
  // the leading zeros keep the sign of a zero as planck has it
  const cx = 0 + (b.c.x + rBx) - (a.c.x + rAx)
  const cy = 0 + (b.c.y + rBy) - (a.c.y + rAy)
  const k11 = mA + mB + iA * rAy * rAy + iB * rBy * rBy
  const k12 = -iA * rAx * rAy - iB * rBx * rBy
  const k22 = mA + mB + iA * rAx * rAx + iB * rBx * rBx
  const determinant = k11 * k22 - k12 * k12
  const inverse = determinant === 0 ? 0 : 1 / determinant
  const px = -(inverse * (k22 * cx - k12 * cy))
  const py = -(inverse * (k11 * cy - k12 * cx))
  a.c.x -= mA * px
  a.c.y -= mA * py
  a.a -= iA * (rAx * py - rAy * px)
  b.c.x += mB * px
  b.c.y += mB * py
  b.a += iB * (rBx * py - rBy * px)
  return Math.sqrt(cx * cx + cy * cy) <= linearSlop && angularError <= angularSlop
}

/**
 * Makes one joint use the lean solver. Joints that it does not cover, and joints of a planck without the fields it needs, stay as they
 * are: the numbers are the same either way.
 */
export const makeJointLean = (joint: RevoluteJoint): void => {
  const state = joint as unknown as JointState & Solvers
  const { m_bodyA: a, m_bodyB: b } = state
  const fields = [state.m_mass, state.m_impulse, state.m_localAnchorA, a.c_velocity, b.c_velocity, a.c_position, b.c_position]
  const known = fields.every((field) => typeof field === 'object')
  const covered = joint.isMotorEnabled() && joint.isLimitEnabled() && joint.getUpperLimit() - joint.getLowerLimit() > 0.1
  if (!known || !covered) return
  const prepare = state.initVelocityConstraints.bind(state)
  let constants: Constants | null = null
  state.initVelocityConstraints = (step) => {
    prepare(step)
    constants = constantsOf(state, step)
  }
  state.solveVelocityConstraints = () => {
    if (constants !== null) solveVelocity(state, constants)
  }
  state.solvePositionConstraints = () => solvePosition(state)
}
