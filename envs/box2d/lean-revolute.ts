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
 * *Deviations:* none; joints without motor or limit, and with both limits equal, are left to planck. Warm starting is taken to be on, as it
 * is unless a world is asked otherwise.
 */
import type { RevoluteJoint } from 'planck'
import { sineAndCosine } from '../../src/core/dmath.ts'

type Vector = { x: number; y: number }
type BodyState = Readonly<{
  c_velocity: { v: Vector; w: number }
  c_position: { c: Vector; a: number }
  m_sweep: Readonly<{ localCenter: Readonly<Vector> }>
  m_invMass: number
  m_invI: number
}>

/** What the solver reads and writes of a joint; planck declares these fields internal. */
type JointState = {
  readonly m_bodyA: BodyState
  readonly m_bodyB: BodyState
  readonly m_localAnchorA: Readonly<Vector>
  readonly m_localAnchorB: Readonly<Vector>
  readonly m_referenceAngle: number
  readonly m_lowerAngle: number
  readonly m_upperAngle: number
  readonly m_impulse: { x: number; y: number; z: number }
  readonly m_motorSpeed: number
  readonly m_maxMotorTorque: number
  m_limitState: number
  m_motorImpulse: number
}

type TimeStep = Readonly<{ dt: number; dtRatio: number }>
type Solvers = {
  initVelocityConstraints(step: TimeStep): void
  solveVelocityConstraints(step: TimeStep): void
  solvePositionConstraints(): boolean
}

// planck's names for where a joint is
const inactive = 0
const atLower = 1
const atUpper = 2

// Box2D's tolerances (m, rad), and the largest turn by which one position step corrects
const linearSlop = 0.005
const angularSlop = (2 / 180) * Math.PI
const maxAngularCorrection = (8 / 180) * Math.PI

const clamp = (x: number, bound: number): number => (x < -bound ? -bound : x > bound ? bound : x)

const inverse = (x: number): number => (x === 0 ? 0 : 1 / x)

// angles, then their sines and cosines: numbers in an array are passed without boxes
const turnOfA = new Float64Array(2)
const turnOfB = new Float64Array(2)

/** Notes where the joint is; the impulse of a limit that it was not at before is forgotten. */
const findLimit = (joint: JointState): void => {
  const angle = joint.m_bodyB.c_position.a - joint.m_bodyA.c_position.a - joint.m_referenceAngle
  const state = angle <= joint.m_lowerAngle ? atLower : angle >= joint.m_upperAngle ? atUpper : inactive
  if (state === inactive || state !== joint.m_limitState) joint.m_impulse.z = 0
  joint.m_limitState = state
}

/** What stays the same during all velocity steps of one simulated step: masses, arms, K, and what its inverses need. */
const noConstants = () => ({
  mA: 0, mB: 0, iA: 0, iB: 0, rAx: 0, rAy: 0, rBx: 0, rBy: 0, k11: 0, k12: 0, k13: 0, k22: 0, k23: 0, k33: 0,
  crossX: 0, crossY: 0, crossZ: 0, inverse3: 0, inverse2: 0, motorMass: 0, maxMotorImpulse: 0,
})

type Constants = Readonly<ReturnType<typeof noConstants>>

const setConstants = (k: ReturnType<typeof noConstants>, joint: JointState, step: TimeStep): void => {
  const { m_bodyA: a, m_bodyB: b, m_localAnchorA: anchorA, m_localAnchorB: anchorB } = joint
  const { m_invMass: mA, m_invI: iA } = a
  const { m_invMass: mB, m_invI: iB } = b
  turnOfA[0] = a.c_position.a
  turnOfB[0] = b.c_position.a
  sineAndCosine(turnOfA)
  sineAndCosine(turnOfB)
  const armAx = anchorA.x - a.m_sweep.localCenter.x
  const armAy = anchorA.y - a.m_sweep.localCenter.y
  const armBx = anchorB.x - b.m_sweep.localCenter.x
  const armBy = anchorB.y - b.m_sweep.localCenter.y
  const rAx = turnOfA[1] * armAx - turnOfA[0] * armAy
  const rAy = turnOfA[0] * armAx + turnOfA[1] * armAy
  const rBx = turnOfB[1] * armBx - turnOfB[0] * armBy
  const rBy = turnOfB[0] * armBx + turnOfB[1] * armBy
  const k11 = mA + mB + rAy * rAy * iA + rBy * rBy * iB
  const k12 = -rAy * rAx * iA - rBy * rBx * iB
  const k13 = -rAy * iA - rBy * iB
  const k22 = mA + mB + rAx * rAx * iA + rBx * rBx * iB
  const k23 = rAx * iA + rBx * iB
  const k33 = iA + iB
  k.mA = mA
  k.mB = mB
  k.iA = iA
  k.iB = iB
  k.rAx = rAx
  k.rAy = rAy
  k.rBx = rBx
  k.rBy = rBy
  k.k11 = k11
  k.k12 = k12
  k.k13 = k13
  k.k22 = k22
  k.k23 = k23
  k.k33 = k33
  k.crossX = k22 * k33 - k23 * k23
  k.crossY = k23 * k13 - k12 * k33
  k.crossZ = k12 * k23 - k22 * k13
  k.inverse3 = inverse(k11 * k.crossX + k12 * k.crossY + k13 * k.crossZ)
  k.inverse2 = inverse(k11 * k22 - k12 * k12)
  k.motorMass = inverse(k33)
  k.maxMotorImpulse = step.dt * joint.m_maxMotorTorque
}

/** Begins with the impulses of the step before. */
const warmStart = (joint: JointState, { dtRatio }: TimeStep, { mA, mB, iA, iB, rAx, rAy, rBx, rBy }: Constants): void => {
  const { m_impulse: sum } = joint
  const a = joint.m_bodyA.c_velocity
  const b = joint.m_bodyB.c_velocity
  sum.x *= dtRatio
  sum.y *= dtRatio
  sum.z *= dtRatio
  joint.m_motorImpulse *= dtRatio
  a.v.x -= mA * sum.x
  a.v.y -= mA * sum.y
  a.w -= iA * (rAx * sum.y - rAy * sum.x + joint.m_motorImpulse + sum.z)
  b.v.x += mB * sum.x
  b.v.y += mB * sum.y
  b.w += iB * (rBx * sum.y - rBy * sum.x + joint.m_motorImpulse + sum.z)
}

const solveVelocity = (joint: JointState, k: Constants): void => {
  const { m_impulse: sum, m_limitState: limit } = joint
  const a = joint.m_bodyA.c_velocity
  const b = joint.m_bodyB.c_velocity
  const { mA, mB, iA, iB, rAx, rAy, rBx, rBy } = k

  const before = joint.m_motorImpulse
  const after = clamp(before - k.motorMass * (b.w - a.w - joint.m_motorSpeed), k.maxMotorImpulse)
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
const returnToLimit = (joint: JointState, { iA, iB, motorMass }: Constants): number => {
  const a = joint.m_bodyA.c_position
  const b = joint.m_bodyB.c_position
  const angle = b.a - a.a - joint.m_referenceAngle
  const below = joint.m_limitState === atLower
  const error = angle - (below ? joint.m_lowerAngle : joint.m_upperAngle)
  const correction = below
    ? Math.max(-maxAngularCorrection, Math.min(error + angularSlop, 0))
    : Math.max(0, Math.min(error - angularSlop, maxAngularCorrection))
  const impulse = -motorMass * correction
  a.a -= iA * impulse
  b.a += iB * impulse
  return below ? -error : error
}

/** Whether the joint was within tolerance before this step. */
const solvePosition = (joint: JointState, k: Constants): boolean => {
  const angularError = joint.m_limitState === inactive ? 0 : returnToLimit(joint, k)
  const { m_bodyA: bodyA, m_bodyB: bodyB, m_localAnchorA: anchorA, m_localAnchorB: anchorB } = joint
  const { mA, mB, iA, iB } = k
  const a = bodyA.c_position
  const b = bodyB.c_position
  turnOfA[0] = a.a
  turnOfB[0] = b.a
  sineAndCosine(turnOfA)
  sineAndCosine(turnOfB)
  const armAx = anchorA.x - bodyA.m_sweep.localCenter.x
  const armAy = anchorA.y - bodyA.m_sweep.localCenter.y
  const armBx = anchorB.x - bodyB.m_sweep.localCenter.x
  const armBy = anchorB.y - bodyB.m_sweep.localCenter.y
  const rAx = turnOfA[1] * armAx - turnOfA[0] * armAy
  const rAy = turnOfA[0] * armAx + turnOfA[1] * armAy
  const rBx = turnOfB[1] * armBx - turnOfB[0] * armBy
  const rBy = turnOfB[0] * armBx + turnOfB[1] * armBy
  // the leading zeros keep the sign of a zero as planck has it
  const cx = 0 + (b.c.x + rBx) - (a.c.x + rAx)
  const cy = 0 + (b.c.y + rBy) - (a.c.y + rAy)
  const k11 = mA + mB + iA * rAy * rAy + iB * rBy * rBy
  const k12 = -iA * rAx * rAy - iB * rBx * rBy
  const k22 = mA + mB + iA * rAx * rAx + iB * rBx * rBx
  const inverse2 = inverse(k11 * k22 - k12 * k12)
  const px = -(inverse2 * (k22 * cx - k12 * cy))
  const py = -(inverse2 * (k11 * cy - k12 * cx))
  a.c.x -= mA * px
  a.c.y -= mA * py
  a.a -= iA * (rAx * py - rAy * px)
  b.c.x += mB * px
  b.c.y += mB * py
  b.a += iB * (rBx * py - rBy * px)
  return Math.sqrt(cx * cx + cy * cy) <= linearSlop && angularError <= angularSlop
}

/**
 * Makes one joint use the lean solver. Joints that it does not cover, and joints of a planck without the fields that it needs, stay as
 * they are: the numbers are the same either way.
 */
export const makeJointLean = (joint: RevoluteJoint): void => {
  const state = joint as unknown as JointState & Solvers
  const { m_bodyA: a, m_bodyB: b } = state
  const fields = [state.m_impulse, state.m_localAnchorA, ...[a, b].flatMap((body) => [body.c_velocity, body.c_position, body.m_sweep])]
  const known = fields.every((field) => typeof field === 'object') && typeof a.m_invI === 'number'
  const covered = joint.isMotorEnabled() && joint.isLimitEnabled() && joint.getUpperLimit() - joint.getLowerLimit() > 0.1
  if (!known || !covered) return
  // one record for all steps: a new one at each would be most of a world's garbage
  const constants = noConstants()
  state.initVelocityConstraints = (step) => {
    findLimit(state)
    setConstants(constants, state, step)
    warmStart(state, step, constants)
  }
  state.solveVelocityConstraints = () => solveVelocity(state, constants)
  state.solvePositionConstraints = () => solvePosition(state, constants)
}
