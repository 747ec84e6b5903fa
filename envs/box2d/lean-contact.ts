/**
 * The velocity and position steps of a contact on plain numbers: the same as planck's, bit for bit, in a quarter of the time.
 *
 * Like a joint, a contact is solved hundreds of times per simulated step. A velocity step, with the normal n and the tangent t:
 * 1. friction at every point: λ = −m_t (v_rel·t − speed), its sum kept within ± friction · normal impulse;
 * 2. one point: λ = −m_n (v_rel·n − bias), its sum kept ≥ 0; two points: the impulses x ≥ 0 with K x + b ≥ 0 and x·(K x + b) = 0, by
 *    trying both points pressed, only the first, only the second, none.
 * A position step pushes the bodies apart along n at every point that is deeper than the slop: λ = −C / K, with C a fraction of the depth.
 *
 * *Source:* Catto 2009, "Modeling and solving constraints", GDC; order of operations of planck 1.4.2 (MIT).
 * *Deviations:* none; contacts of circles are left to planck.
 */
import type { Contact } from 'planck'
import { sineAndCosine } from '../../src/core/dmath.ts'

type Vector = { x: number; y: number }
type BodyState = Readonly<{ c_velocity: { v: Vector; w: number }; c_position: { c: Vector; a: number } }>
type FixtureState = Readonly<{ m_body: BodyState }>
type Column = Readonly<Vector>
type Matrix = Readonly<{ ex: Column; ey: Column }>
type TouchPoint = {
  readonly rA: Column
  readonly rB: Column
  readonly normalMass: number
  readonly tangentMass: number
  readonly velocityBias: number
  normalImpulse: number
  tangentImpulse: number
}

/** What the solver reads and writes of a contact; planck declares these fields internal. */
type ContactState = {
  readonly m_fixtureA: FixtureState
  readonly m_fixtureB: FixtureState
  readonly v_invMassA: number
  readonly v_invMassB: number
  readonly v_invIA: number
  readonly v_invIB: number
  readonly v_normal: Column
  readonly v_friction: number
  readonly v_tangentSpeed: number
  readonly v_pointCount: number
  readonly v_points: readonly TouchPoint[]
  readonly v_K: Matrix
  readonly v_normalMass: Matrix
  readonly p_type: number
  readonly p_pointCount: number
  readonly p_localNormal: Column
  readonly p_localPoint: Column
  readonly p_localPoints: readonly Column[]
  readonly p_localCenterA: Column
  readonly p_localCenterB: Column
  readonly p_radiusA: number
  readonly p_radiusB: number
  readonly p_invMassA: number
  readonly p_invMassB: number
  readonly p_invIA: number
  readonly p_invIB: number
}

type TimeStep = Readonly<{ blockSolve: boolean }>
type PositionSolver = (this: ContactState, step: unknown, toiA: BodyState | null, toiB: BodyState | null) => number
type Solvers = { solveVelocityConstraint(step: TimeStep): void; _solvePositionConstraint: PositionSolver }

// planck's name for contacts whose normal belongs to the first body
const faceOfA = 1

// Box2D's tolerance and largest correction (m), and the fractions that are corrected at once: in general, and at an impact
const linearSlop = 0.005
const maxCorrection = 0.2
const baumgarte = 0.2
const impactBaumgarte = 0.75

const cross = (r: Column, x: number, y: number): number => r.x * y - r.y * x

/** One velocity step of the contact that it is called on. */
function solveVelocity(this: ContactState, step: TimeStep): void {
  const { v_invMassA: mA, v_invMassB: mB, v_invIA: iA, v_invIB: iB, v_normal: normal, v_points: points, v_pointCount: count } = this
  const a = this.m_fixtureA.m_body.c_velocity
  const b = this.m_fixtureB.m_body.c_velocity
  let vAx = a.v.x
  let vAy = a.v.y
  let wA = a.w
  let vBx = b.v.x
  let vBy = b.v.y
  let wB = b.w
  const nx = normal.x
  const ny = normal.y
  const tx = ny
  const ty = -nx

  // a leading zero keeps the sign of a zero as planck has it
  for (let i = 0; i < count; i++) {
    const point = points[i]
    const { rA, rB } = point
    const dx = 0 + vBx - wB * rB.y - vAx + wA * rA.y
    const dy = 0 + vBy + wB * rB.x - vAy - wA * rA.x
    const bound = this.v_friction * point.normalImpulse
    const wanted = point.tangentImpulse - point.tangentMass * (dx * tx + dy * ty - this.v_tangentSpeed)
    const sum = wanted < -bound ? -bound : wanted > bound ? bound : wanted
    const lambda = sum - point.tangentImpulse
    point.tangentImpulse = sum
    const px = lambda * tx
    const py = lambda * ty
    vAx -= mA * px
    vAy -= mA * py
    wA -= iA * cross(rA, px, py)
    vBx += mB * px
    vBy += mB * py
    wB += iB * cross(rB, px, py)
  }

  if (count === 1 || !step.blockSolve) {
    for (let i = 0; i < count; i++) {
      const point = points[i]
      const { rA, rB } = point
      const dx = 0 + vBx - wB * rB.y - vAx + wA * rA.y
      const dy = 0 + vBy + wB * rB.x - vAy - wA * rA.x
      const sum = Math.max(point.normalImpulse - point.normalMass * (dx * nx + dy * ny - point.velocityBias), 0)
      const lambda = sum - point.normalImpulse
      point.normalImpulse = sum
      const px = lambda * nx
      const py = lambda * ny
      vAx -= mA * px
      vAy -= mA * py
      wA -= iA * cross(rA, px, py)
      vBx += mB * px
      vBy += mB * py
      wB += iB * cross(rB, px, py)
    }
  } else {
    const [first, second] = points
    const { ex, ey } = this.v_K
    const { ex: mx, ey: my } = this.v_normalMass
    const dx1 = 0 + vBx - wB * first.rB.y - vAx + wA * first.rA.y
    const dy1 = 0 + vBy + wB * first.rB.x - vAy - wA * first.rA.x
    const dx2 = 0 + vBx - wB * second.rB.y - vAx + wA * second.rA.y
    const dy2 = 0 + vBy + wB * second.rB.x - vAy - wA * second.rA.x
    const before1 = first.normalImpulse
    const before2 = second.normalImpulse
    const b1 = dx1 * nx + dy1 * ny - first.velocityBias - (ex.x * before1 + ey.x * before2)
    const b2 = dx2 * nx + dy2 * ny - second.velocityBias - (ex.y * before1 + ey.y * before2)
    let x1 = -(mx.x * b1 + my.x * b2)
    let x2 = -(mx.y * b1 + my.y * b2)
    let solved = x1 >= 0 && x2 >= 0
    if (!solved) {
      x1 = -first.normalMass * b1
      x2 = 0
      solved = x1 >= 0 && ex.y * x1 + b2 >= 0
    }
    if (!solved) {
      x1 = 0
      x2 = -second.normalMass * b2
      solved = x2 >= 0 && ey.x * x2 + b1 >= 0
    }
    if (!solved) {
      x1 = 0
      x2 = 0
      solved = b1 >= 0 && b2 >= 0
    }
    if (solved) {
      const d1 = x1 - before1
      const d2 = x2 - before2
      const p1x = d1 * nx
      const p1y = d1 * ny
      const p2x = d2 * nx
      const p2y = d2 * ny
      vAx = -mA * p1x - mA * p2x + vAx
      vAy = -mA * p1y - mA * p2y + vAy
      wA -= iA * (cross(first.rA, p1x, p1y) + cross(second.rA, p2x, p2y))
      vBx = mB * p1x + mB * p2x + vBx
      vBy = mB * p1y + mB * p2y + vBy
      wB += iB * (cross(first.rB, p1x, p1y) + cross(second.rB, p2x, p2y))
      first.normalImpulse = x1
      second.normalImpulse = x2
    }
  }
  a.v.x = vAx
  a.v.y = vAy
  a.w = wA
  b.v.x = vBx
  b.v.y = vBy
  b.w = wB
}

// angles, then their sines and cosines: numbers in an array are passed without boxes
const turnOfA = new Float64Array(2)
const turnOfB = new Float64Array(2)

/** Pushes the bodies of the contact that it is called on apart; at an impact only those that met. Returns the deepest separation (m). */
function solvePosition(this: ContactState, _step: unknown, toiA: BodyState | null, toiB: BodyState | null): number {
  const bodyA = this.m_fixtureA.m_body
  const bodyB = this.m_fixtureB.m_body
  const impact = toiA !== null && toiB !== null
  const movesA = !impact || bodyA === toiA || bodyA === toiB
  const movesB = !impact || bodyB === toiA || bodyB === toiB
  const mA = movesA ? this.p_invMassA : 0
  const iA = movesA ? this.p_invIA : 0
  const mB = movesB ? this.p_invMassB : 0
  const iB = movesB ? this.p_invIB : 0
  const { p_localCenterA: centerA, p_localCenterB: centerB, p_localNormal: localNormal, p_localPoint: onPlane } = this
  const a = bodyA.c_position
  const b = bodyB.c_position
  const fraction = impact ? impactBaumgarte : baumgarte
  const faceA = this.p_type === faceOfA
  let deepest = 0
  for (let i = 0; i < this.p_pointCount; i++) {
    turnOfA[0] = a.a
    turnOfB[0] = b.a
    sineAndCosine(turnOfA)
    sineAndCosine(turnOfB)
    const sinA = turnOfA[0]
    const cosA = turnOfA[1]
    const sinB = turnOfB[0]
    const cosB = turnOfB[1]
    const originAx = a.c.x - (cosA * centerA.x - sinA * centerA.y)
    const originAy = a.c.y - (sinA * centerA.x + cosA * centerA.y)
    const originBx = b.c.x - (cosB * centerB.x - sinB * centerB.y)
    const originBy = b.c.y - (sinB * centerB.x + cosB * centerB.y)
    const s = faceA ? sinA : sinB
    const c = faceA ? cosA : cosB
    const otherS = faceA ? sinB : sinA
    const otherC = faceA ? cosB : cosA
    let nx = c * localNormal.x - s * localNormal.y
    let ny = s * localNormal.x + c * localNormal.y
    const planeX = c * onPlane.x - s * onPlane.y + (faceA ? originAx : originBx)
    const planeY = s * onPlane.x + c * onPlane.y + (faceA ? originAy : originBy)
    const local = this.p_localPoints[i]
    const x = otherC * local.x - otherS * local.y + (faceA ? originBx : originAx)
    const y = otherS * local.x + otherC * local.y + (faceA ? originBy : originAy)
    const separation = x * nx + y * ny - (planeX * nx + planeY * ny) - this.p_radiusA - this.p_radiusB
    if (!faceA) {
      nx = -nx
      ny = -ny
    }
    deepest = Math.min(deepest, separation)
    const wanted = fraction * (separation + linearSlop)
    const correction = wanted < -maxCorrection ? -maxCorrection : wanted > 0 ? 0 : wanted
    const rAx = x - a.c.x
    const rAy = y - a.c.y
    const rBx = x - b.c.x
    const rBy = y - b.c.y
    const rnA = rAx * ny - rAy * nx
    const rnB = rBx * ny - rBy * nx
    const k = mA + mB + iA * rnA * rnA + iB * rnB * rnB
    const impulse = k > 0 ? -correction / k : 0
    const px = impulse * nx
    const py = impulse * ny
    a.c.x -= mA * px
    a.c.y -= mA * py
    a.a -= iA * (rAx * py - rAy * px)
    b.c.x += mB * px
    b.c.y += mB * py
    b.a += iB * (rBx * py - rBy * px)
  }
  return deepest
}

/**
 * Makes one contact of two polygons or edges use the lean solvers. Contacts of a planck without the fields that they need stay as they
 * are: the numbers are the same either way.
 */
export const makeContactLean = (contact: Contact): void => {
  const state = contact as unknown as ContactState & Solvers
  if (state.solveVelocityConstraint === solveVelocity) return
  const { m_body: body } = state.m_fixtureA
  const fields = [state.v_K, state.v_normalMass, state.v_normal, state.v_points, state.p_localPoints, state.p_localCenterA]
  const known = [...fields, body.c_velocity, body.c_position].every((field) => typeof field === 'object')
  if (!known || typeof state._solvePositionConstraint !== 'function') return
  state.solveVelocityConstraint = solveVelocity
  state._solvePositionConstraint = solvePosition
}
