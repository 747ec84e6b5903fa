/**
 * What a robot looks like: the solids of its model where a state puts them, seen through one window or two.
 *
 * A window follows the robot's root, so that marks on the ground pass by as it moves. What comes nearer to the viewer covers what is
 * behind, and all in the order of the model where the robot is flat; in views from beside and from the front, what lies behind the middle
 * of the root is toned as being behind.
 *
 * *Source:* MuJoCo (`mj_kinematics`, `geom_xpos`, `geom_xmat`). *Deviations:* none.
 */
import { isFiniteShape, windowAround } from '../../src/core/picture-frame.ts'
import type { Bounds, Picture, Ruler, Shape, Tone, View } from '../../src/core/picture.ts'
import type { Simulation } from './engine.ts'
import { nearestOf, nearness, project, type Side, type Solid, type SolidKind, solidShape } from './geom-outline.ts'

/** One view: `window` in metres around the root where it `follows` (sideways, from above also in y), otherwise in the world. */
export type RobotView = Readonly<{ title: string; side: Side; follows: boolean; window: Bounds; ruler: Ruler | null }>

/** The views of a robot, and the tones of bodies (by name) that are neither the root, which is `body`, nor a `limb`. */
export type RobotPicture = Readonly<{ views: readonly RobotView[]; tones: Readonly<Record<string, Tone>> }>

/** The view from beside, `halfWidth` to both sides of the root and from `bottom` to `top` over the ground (m). */
export const fromBeside = (halfWidth: number, bottom: number, top: number): RobotView => ({
  title: 'side',
  side: 'side',
  follows: true,
  window: { left: -halfWidth, right: halfWidth, bottom, top },
  ruler: { kind: 'ground', height: 0, every: 1, unit: 'm' },
})

/** The same from the front. */
export const fromTheFront = (halfWidth: number, bottom: number, top: number): RobotView => ({
  ...fromBeside(halfWidth, bottom, top),
  title: 'front',
  side: 'front',
})

/** The view from above, `halfWidth` and `halfHeight` around the root (m). */
export const fromAbove = (halfWidth: number, halfHeight: number): RobotView => ({
  title: 'top',
  side: 'top',
  follows: true,
  window: { left: -halfWidth, right: halfWidth, bottom: -halfHeight, top: halfHeight },
  ruler: { kind: 'floor', every: 1, unit: 'm' },
})

/** Depth (m) below which a robot is flat. */
const flat = 1e-6

/** How far (m) behind the middle of the root something must lie to be toned as being behind. */
const behind = 0.02

/** The root's number: the first body after the world. */
const root = 1

/** A part of the model with what does not depend on the state. */
type Part = Readonly<{ geom: number; kind: SolidKind; size: Float64Array; moves: boolean; tone: Tone }>

const partsOf = ({ model: { engine, handle } }: Simulation, tones: RobotPicture['tones']): readonly Part[] => {
  const types = engine.mjtGeom as unknown as Readonly<Record<string, Readonly<{ value: number }>>>
  const kinds = new Map<number, SolidKind>([
    [types.mjGEOM_PLANE.value, 'plane'],
    [types.mjGEOM_SPHERE.value, 'sphere'],
    [types.mjGEOM_CAPSULE.value, 'capsule'],
    [types.mjGEOM_ELLIPSOID.value, 'ellipsoid'],
    [types.mjGEOM_CYLINDER.value, 'cylinder'],
  ])
  // copies, because asking for a name may make the engine's memory grow and detach its views
  const [sizes, weld, geomTypes, bodies] = [handle.geom_size.slice(), handle.body_weldid.slice(), handle.geom_type.slice(), handle.geom_bodyid.slice()] as const
  return Array.from(geomTypes as Int32Array, (type, geom): Part => {
    const body: number = bodies[geom]
    const moves = weld[body] !== 0
    const named = tones[engine.mj_id2name(handle, engine.mjtObj.mjOBJ_BODY.value, body)]
    const kind = kinds.get(type) ?? 'box'
    return { geom, kind, size: sizes.subarray(3 * geom, 3 * geom + 3), moves, tone: named ?? (!moves ? 'structure' : body === root ? 'body' : 'limb') }
  })
}

type Placed = Readonly<{ part: Part; solid: Solid }>

/** `window` around the root, in the world. */
const windowOf = ({ side, follows, window }: RobotView, place: ArrayLike<number>): Bounds => {
  const [x, y] = project(side, place)
  if (!follows || !Number.isFinite(x) || !Number.isFinite(y)) return window
  const up = side === 'top' ? y : 0
  return { left: window.left + x, right: window.right + x, bottom: window.bottom + up, top: window.top + up }
}

const viewOf = (view: RobotView, placed: readonly Placed[], place: ArrayLike<number>): View => {
  const { title, side, ruler } = view
  const solids = placed.filter(({ part }) => part.kind !== 'plane')
  const depths = solids.filter(({ part }) => part.moves).map(({ solid }) => nearness(side, solid.position))
  const isFlat = Math.max(...depths) - Math.min(...depths) < flat
  const middle = nearness(side, place)
  const drawn = solids
    .map(({ part, solid }) => {
      const isBehind = part.tone === 'limb' && side !== 'top' && nearness(side, solid.position) < middle - behind
      const shape = solidShape(solid, side, isBehind ? 'farLimb' : part.tone)
      return { moves: part.moves, near: isFlat ? 0 : nearestOf(solid, side), shape }
    })
    .filter(({ shape }) => isFiniteShape(shape))
    .sort((a, b) => a.near - b.near || Number(b.shape.tone === 'farLimb') - Number(a.shape.tone === 'farLimb'))
  const shapes = drawn.flatMap(({ moves, shape }) => (moves ? [shape] : []))
  const bounds = windowAround(windowOf(view, place), shapes)
  const { left, right, bottom } = bounds
  const grounds = placed.flatMap(({ part, solid }): Shape[] => {
    const level = solid.position[2]
    if (part.kind !== 'plane' || side === 'top' || level <= bottom) return []
    return [{ kind: 'polygon', tone: 'ground', points: [[left, bottom], [right, bottom], [right, level], [left, level]] }]
  })
  return { title, bounds, ruler, scenery: [...grounds, ...drawn.flatMap(({ moves, shape }) => (moves ? [] : [shape]))], shapes }
}

/** Seconds of the wanted motion that its arrow shows, and its place and size as shares of the height of the view. */
const arrowTime = 0.5
const arrowDrop = 0.12
const arrowHead = 0.05

/**
 * The arrow of a velocity along x that a task wants, over the root: as long as the way of half a second, as far as there is room; a dot where the
 * robot is to stand still. Views from the front do not see it.
 */
const arrowOf = ({ left, right, bottom, top }: Bounds, side: Side, x: number, wanted: number): readonly Shape[] => {
  if (side === 'front' || !Number.isFinite(x)) return []
  const height = top - bottom
  const y = top - arrowDrop * height
  const head = arrowHead * height
  if (wanted === 0) return [{ kind: 'circle', centre: [x, y], radius: head / 2, tone: 'goal' }]
  const way = Math.sign(wanted)
  const tip = Math.max(left + head, Math.min(right - head, x + wanted * arrowTime))
  const neck = tip - way * head
  return [
    { kind: 'line', points: [[x, y], [neck, y]], tone: 'goal' },
    { kind: 'polygon', points: [[neck, y - head / 2], [tip, y], [neck, y + head / 2]], tone: 'goal' },
  ]
}

/**
 * Draws the state of `simulation`, and the velocity along x (m/s) that its task wants, if any. What follows from positions is computed anew, which the
 * next `restore` or `step` does as well.
 */
export const robotPicture = (simulation: Simulation, { views, tones }: RobotPicture, wanted: number | null = null): Picture => {
  const { model, data } = simulation
  const parts = partsOf(simulation, tones)
  model.engine.mj_kinematics(model.handle, data)
  const [positions, rotations]: readonly Float64Array[] = [data.geom_xpos, data.geom_xmat]
  const placed = parts.map((part): Placed => {
    const { geom, kind, size } = part
    return { part, solid: { kind, size, position: positions.subarray(3 * geom, 3 * geom + 3), rotation: rotations.subarray(9 * geom, 9 * geom + 9) } }
  })
  const place: Float64Array = data.xpos.subarray(3 * root, 3 * root + 3)
  const drawn = views.map((view): View => {
    const seen = viewOf(view, placed, place)
    return wanted === null ? seen : { ...seen, shapes: [...seen.shapes, ...arrowOf(seen.bounds, view.side, place[0], wanted)] }
  })
  return { views: drawn }
}
