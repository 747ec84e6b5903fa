/**
 * Makes a world of robots on still ground step faster, with the same numbers as planck's, bit for bit: lean joints and contacts, no
 * visits to bodies that never move, and no search for impacts where none can be.
 *
 * planck searches the path of every moving body for its first impact on every piece of ground nearby. There is none if a line keeps
 * them apart: with the piece in n·x ≤ d, every corner of the body at both ends of its path in n·x > d + m + s. A corner at distance r
 * from the centre of a body that turns by Δ leaves its chord by s ≤ r Δ²/8; planck reports an impact only below 1.25 slop = 6.25 mm.
 *
 * *Source:* planck 1.4.2 (MIT): `Solver.solveWorldTOI`, whose marks for impacts already known are set here in advance.
 * *Deviations:* none.
 */
import type { Body, RevoluteJoint, World } from 'planck'
import { sineAndCosine } from '../../src/core/dmath.ts'
import { makeContactLean } from './lean-contact.ts'
import { makeJointLean } from './lean-revolute.ts'
import type { Point } from './polygon-mass.ts'

/** Half-planes n·x ≤ d that a piece of ground lies in: n_x, n_y and d of each, one after another. */
export type HalfPlanes = Float64Array

/** Distance (m) that keeps an impact away: planck's 6.25 mm and a fifth more for rounding. */
const margin = 0.0075

type Sweep = { readonly localCenter: Point; readonly c0: Point; readonly c: Point; readonly a0: number; readonly a: number; alpha0: number }
type BodyState = { m_next: BodyState | null; readonly m_sweep: Sweep; m_islandFlag: boolean }
type Shape = Readonly<{ m_vertex1?: Point; m_vertex2?: Point; m_vertices?: readonly Point[] }>
type FixtureState = { readonly m_body: BodyState; readonly m_shape: Shape; m_userData: unknown }
type ContactState = {
  readonly m_next: ContactState | null
  readonly m_fixtureA: FixtureState
  readonly m_fixtureB: FixtureState
  m_islandFlag: boolean
  m_toiFlag: boolean
  m_toiCount: number
  m_toi: number
}
/** What is read and written of a world; planck declares these fields internal. */
type WorldState = {
  readonly m_contactList: ContactState | null
  readonly m_newFixture: boolean
  m_stepComplete: boolean
  readonly m_broadPhase: Readonly<{ updatePairs(add: (a: unknown, b: unknown) => void): void }>
  createContact(a: unknown, b: unknown): void
  findNewContacts(): void
  on(event: 'post-step', listener: () => void): unknown
}

/** A body's corners at both ends of its path through one step: all at the start, then all at the end, as x, y, x, y … */
type Path = {
  readonly body: BodyState
  /** Corners relative to the centre of mass, and the largest distance from it. */
  readonly corners: Float64Array
  readonly radius: number
  readonly ends: Float64Array
  sag: number
}

/** What a fixture is to the search for impacts: a piece of ground with its half-planes, or a moving body with its path. */
type Role = Readonly<{ ground: HalfPlanes | null; path: Path | null }>

const distance = (a: Point, b: Point): number => Math.sqrt((b.x - a.x) * (b.x - a.x) + (b.y - a.y) * (b.y - a.y))

/** The half-planes of a convex outline (m, counter-clockwise); an edge has two sides and ends in a half-plane each way. */
export const halfPlanes = (corners: readonly Point[]): HalfPlanes => {
  const count = corners.length
  const isEdge = count === 2
  const planes = new Float64Array(3 * (isEdge ? 2 * count : count))
  for (let i = 0; i < count; i++) {
    const a = corners[i]
    const b = corners[(i + 1) % count]
    const length = distance(a, b)
    const x = (b.y - a.y) / length
    const y = -(b.x - a.x) / length
    const side = 3 * (count - 1 - i) // the upper side of an edge, which runs to the right, is tried first
    planes[side] = x
    planes[side + 1] = y
    planes[side + 2] = x * a.x + y * a.y
    if (!isEdge) continue
    const end = 3 * (count + i)
    planes[end] = y
    planes[end + 1] = -x
    planes[end + 2] = y * a.x - x * a.y
  }
  return planes
}

const cornersOf = ({ m_vertices, m_vertex1, m_vertex2 }: Shape): readonly Point[] =>
  m_vertices ?? [m_vertex1, m_vertex2].filter((vertex) => vertex !== undefined)

const groundRole = (fixture: FixtureState): Role => ({ ground: halfPlanes(cornersOf(fixture.m_shape)), path: null })

const pathOf = ({ m_body: body, m_shape }: FixtureState): Path => {
  const outline = cornersOf(m_shape)
  const centre = body.m_sweep.localCenter
  return {
    body,
    corners: Float64Array.from(outline.flatMap(({ x, y }) => [x - centre.x, y - centre.y])),
    radius: Math.max(...outline.map((corner) => distance(corner, centre))),
    ends: new Float64Array(4 * outline.length),
    sag: 0,
  }
}

const turn = new Float64Array(2)

const placeCorners = ({ corners, ends }: Path, centre: Point, angle: number, at: number): void => {
  turn[0] = angle
  sineAndCosine(turn)
  const s = turn[0]
  const c = turn[1]
  for (let i = 0; i < corners.length; i += 2) {
    ends[at + i] = centre.x + c * corners[i] - s * corners[i + 1]
    ends[at + i + 1] = centre.y + s * corners[i] + c * corners[i + 1]
  }
}

const follow = (path: Path): void => {
  const { c0, c, a0, a } = path.body.m_sweep
  placeCorners(path, c0, a0, 0)
  placeCorners(path, c, a, path.corners.length)
  path.sag = (path.radius * (a - a0) * (a - a0)) / 8
}

/** Whether one of the lines keeps the whole path away from the ground. */
const staysClear = (ground: HalfPlanes, { ends, sag }: Path): boolean => {
  for (let i = 0; i < ground.length; i += 3) {
    const limit = ground[i + 2] + margin + sag
    let beyond = true
    for (let j = 0; j < ends.length && beyond; j += 2) beyond = ground[i] * ends[j] + ground[i + 1] * ends[j + 1] > limit
    if (beyond) return true
  }
  return false
}

/** Prepares planck's search for impacts: nothing is known, but that there is none where the path stays clear. */
const prepareImpacts = (world: WorldState, paths: readonly Path[]): void => {
  for (let i = 0; i < paths.length; i++) {
    const path = paths[i]
    follow(path)
    path.body.m_islandFlag = false
    path.body.m_sweep.alpha0 = 0
  }
  for (let contact = world.m_contactList; contact !== null; contact = contact.m_next) {
    const { m_fixtureA: a, m_fixtureB: b } = contact
    const roleA = (a.m_userData ??= groundRole(a)) as Role
    const roleB = (b.m_userData ??= groundRole(b)) as Role
    const ground = roleA.ground ?? roleB.ground
    const path = roleA.path ?? roleB.path
    contact.m_islandFlag = false
    contact.m_toiCount = 0
    contact.m_toi = 1
    contact.m_toiFlag = ground !== null && path !== null && staysClear(ground, path)
  }
}

/** Sets the clocks of the ground back, which planck does through the list of bodies. */
const rewindGround = (world: WorldState): void => {
  for (let contact = world.m_contactList; contact !== null; contact = contact.m_next) {
    contact.m_fixtureA.m_body.m_sweep.alpha0 = 0
    contact.m_fixtureB.m_body.m_sweep.alpha0 = 0
  }
}

/**
 * Makes `world` lean. `moving` are all the bodies that move, from the oldest to the newest, younger than the ground and of one convex
 * polygon each. A world of a planck without the fields that this needs keeps planck's own ways: the numbers are the same.
 */
export const makeWorldLean = (world: World, moving: readonly Body[], joints: readonly RevoluteJoint[]): void => {
  joints.forEach(makeJointLean)
  world.on('begin-contact', makeContactLean)

  const state = world as unknown as WorldState
  const fixtures = moving.map((body) => body.getFixtureList() as unknown as FixtureState)
  const known =
    typeof state.m_stepComplete === 'boolean' &&
    typeof state.m_newFixture === 'boolean' &&
    typeof state.m_broadPhase?.updatePairs === 'function' &&
    typeof state.createContact === 'function' &&
    fixtures.every(({ m_body, m_shape }) => typeof m_body?.m_sweep?.alpha0 === 'number' && Array.isArray(m_shape?.m_vertices))
  if (!known) return
  const paths = fixtures.map(pathOf)
  fixtures.forEach((fixture, i) => (fixture.m_userData = { ground: null, path: paths[i] } satisfies Role))
  fixtures[0].m_body.m_next = null

  const addPair = (a: unknown, b: unknown): void => state.createContact(a, b)
  state.findNewContacts = () => {
    state.m_broadPhase.updatePairs(addPair)
    // the call between moving the bodies and the search for impacts; of the others one has new fixtures, the rest are in the search
    if (!state.m_stepComplete || state.m_newFixture) return
    prepareImpacts(state, paths)
    state.m_stepComplete = false
  }
  state.on('post-step', () => rewindGround(state))
}
