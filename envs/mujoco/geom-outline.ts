/**
 * What a solid of the engine looks like from one side: a circle, a capsule, or the outline of a convex body.
 *
 * A parallel projection keeps spheres and capsules what they are. Of every other convex body the outline passes through its support
 * points, the points that lie farthest in the directions of the picture's plane:
 * box Σ sign(d·aᵢ) sᵢ aᵢ, ellipsoid R S² Rᵀ d / ‖S Rᵀ d‖, cylinder sign(d·a) h a + r (d − (d·a) a)/‖…‖.
 *
 * *Source:* van den Bergen 2003, "Collision detection in interactive 3D environments", section 2.3 (support mappings); the kinds and
 * sizes of solids are MuJoCo's.
 * *Deviations:* 1. a curved outline is a polygon of at most 48 corners. 2. a mesh is drawn as the box that the engine puts around it.
 */
import { cos, sin } from '../../src/core/dmath.ts'
import type { Point, Shape, Tone } from '../../src/core/picture.ts'

/** From where a view looks: along +y with z upwards, along −x with z upwards, or down along −z with y upwards. */
export type Side = 'side' | 'front' | 'top'

/** The kinds of solids by the engine's numbers, as far as they are drawn. */
export type SolidKind = 'plane' | 'sphere' | 'capsule' | 'ellipsoid' | 'cylinder' | 'box'

/** A solid in the world: half sizes (m) as the engine gives them, centre, and rotation matrix (rows). */
export type Solid = Readonly<{ kind: SolidKind; size: ArrayLike<number>; position: ArrayLike<number>; rotation: ArrayLike<number> }>

type Vector = readonly [number, number, number]

/** Directions of the world that point right, up and towards the viewer in the picture. */
const frames: Readonly<Record<Side, readonly [right: Vector, up: Vector, near: Vector]>> = {
  side: [[1, 0, 0], [0, 0, 1], [0, -1, 0]],
  front: [[0, 1, 0], [0, 0, 1], [1, 0, 0]],
  top: [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
}

const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2]

/** Where a place of the world lies in the picture. */
export const project = (side: Side, place: ArrayLike<number>): Point => [dot(place, frames[side][0]), dot(place, frames[side][1])]

/** How near (m) to the viewer a place lies; larger is nearer. */
export const nearness = (side: Side, place: ArrayLike<number>): number => dot(place, frames[side][2])

/** Column `i` of a rotation matrix: the solid's own axis in the world. */
const axisOf = ({ rotation }: Solid, i: number): Vector => [rotation[i], rotation[3 + i], rotation[6 + i]]

const outlineCorners = 48
// half a step off, so that no direction is that of a face of a box that stands straight
const directions: readonly Point[] = Array.from({ length: outlineCorners }, (_, i) => {
  const angle = (2 * Math.PI * (i + 0.5)) / outlineCorners
  return [cos(angle), sin(angle)]
})

/** The point of `solid` that lies farthest in direction `d`, from its centre. */
const support = (solid: Solid, d: Vector): Vector => {
  const { kind, size } = solid
  const axes = [axisOf(solid, 0), axisOf(solid, 1), axisOf(solid, 2)]
  const along = axes.map((axis) => dot(axis, d))
  const from = (weights: readonly number[]): Vector => {
    const sum = (k: number): number => weights[0] * axes[0][k] + weights[1] * axes[1][k] + weights[2] * axes[2][k]
    return [sum(0), sum(1), sum(2)]
  }
  if (kind === 'box') return from(along.map((component, i) => Math.sign(component) * size[i]))
  if (kind === 'ellipsoid') {
    const scaled = along.map((component, i) => component * size[i])
    const norm = Math.sqrt(dot(scaled, scaled))
    return from(scaled.map((component, i) => (component * size[i]) / norm))
  }
  const across = Math.sqrt(along[0] * along[0] + along[1] * along[1])
  const rim = across > 0 ? size[0] / across : 0
  return from([rim * along[0], rim * along[1], Math.sign(along[2]) * size[1]])
}

const outlineOf = (solid: Solid, side: Side): readonly Point[] => {
  const [right, up] = frames[side]
  const [x, y] = project(side, solid.position)
  const points = directions.map(([cosine, sine]): Point => {
    const d: Vector = [cosine * right[0] + sine * up[0], cosine * right[1] + sine * up[1], cosine * right[2] + sine * up[2]]
    const [dx, dy] = project(side, support(solid, d))
    return [x + dx, y + dy]
  })
  // a corner is the farthest point of many directions
  return points.filter(([px, py], i) => {
    const [qx, qy] = points[(i + points.length - 1) % points.length]
    return px !== qx || py !== qy
  })
}

/** `solid` seen from `side`; a plane has no outline and is not to be asked for. */
export const solidShape = (solid: Solid, side: Side, tone: Tone): Shape => {
  const { kind, size, position } = solid
  if (kind === 'sphere') return { kind: 'circle', centre: project(side, position), radius: size[0], tone }
  if (kind !== 'capsule') return { kind: 'polygon', points: outlineOf(solid, side), tone }
  const axis = axisOf(solid, 2)
  const end = (sign: 1 | -1): Point => project(side, [0, 1, 2].map((k) => position[k] + sign * size[1] * axis[k]))
  return { kind: 'capsule', from: end(-1), to: end(1), radius: size[0], tone }
}

/** How near (m) to the viewer the nearest point of `solid` lies, in terms of `nearness`. */
export const nearestOf = (solid: Solid, side: Side): number => {
  const { kind, size, position } = solid
  const [, , near] = frames[side]
  const middle = nearness(side, position)
  if (kind === 'sphere') return middle + size[0]
  if (kind === 'capsule') return middle + size[0] + size[1] * Math.abs(dot(axisOf(solid, 2), near))
  return middle + dot(support(solid, near), near)
}
