/**
 * The walker's ten beams: how far along each of them the first piece of the course lies, as a fraction of the range.
 *
 * A beam is the segment p + t d, t in [0, 1]. With outward normals n and vertices v, an edge of the ground is met at
 * t = n·(v − p) / n·d if that point lies on it, and a box is entered at the largest such t over the sides crossed inwards, if that is
 * not beyond the smallest t over the sides crossed outwards. All beams point down and forwards.
 *
 * *Source:* Gymnasium `BipedalWalker-v3`; ray casts of Box2D 2.3 (edge and polygon).
 * *Deviations:* none; the fractions have the bits of planck's `World.rayCast`, without its search tree and its allocation.
 */
import { cos, sin } from '../../src/core/dmath.ts'
import type { Point } from './polygon-mass.ts'
import { type Course, stepWidth } from './walker-course.ts'

export const beams = 10
/** Reach of a beam (m). */
export const lidarRange = 160 / 30

const reachX = Float64Array.from({ length: beams }, (_, i) => sin((1.5 * i) / beams) * lidarRange)
const reachY = Float64Array.from({ length: beams }, (_, i) => -cos((1.5 * i) / beams) * lidarRange)
/** Slack (m) of every decision not to look at something: many times the rounding of a coordinate, nothing to a beam. */
const slack = 1e-6

/** The straight pieces of an outline: where each starts, where it leads, and its unit normal to the right of that. */
type Sides = Readonly<{ x: Float64Array; y: Float64Array; alongX: Float64Array; alongY: Float64Array; normalX: Float64Array; normalY: Float64Array }>

const sidesOf = (starts: readonly Point[], ends: readonly Point[]): Sides => {
  const column = (read: (start: Point, end: Point) => number): Float64Array => Float64Array.from(starts, (start, i) => read(start, ends[i]))
  const inverseLength = (a: Point, b: Point): number => 1 / Math.sqrt((b.y - a.y) * (b.y - a.y) + (b.x - a.x) * (b.x - a.x))
  return {
    x: column((a) => a.x),
    y: column((a) => a.y),
    alongX: column((a, b) => b.x - a.x),
    alongY: column((a, b) => b.y - a.y),
    normalX: column((a, b) => (b.y - a.y) * inverseLength(a, b)),
    normalY: column((a, b) => -(b.x - a.x) * inverseLength(a, b)),
  }
}

type Box = Readonly<{ left: number; right: number; sides: Sides }>

/** `outline` runs counter-clockwise, so that the normals to the right point outwards. */
const boxOf = (outline: readonly Point[]): Box => ({
  left: Math.min(...outline.map(({ x }) => x)),
  right: Math.max(...outline.map(({ x }) => x)),
  sides: sidesOf(outline, [...outline.slice(1), outline[0]]),
})

/** Where the beam p + t d enters a box, and 1 if it does not or starts inside. */
const entryOf = ({ x, y, normalX, normalY }: Sides, px: number, py: number, dx: number, dy: number): number => {
  let enter = 0
  let leave = 1
  let enters = false
  for (let i = 0; i < x.length; i++) {
    const numerator = normalX[i] * (x[i] - px) + normalY[i] * (y[i] - py)
    const denominator = normalX[i] * dx + normalY[i] * dy
    if (denominator === 0) {
      if (numerator < 0) return 1
    } else if (denominator < 0 && numerator < enter * denominator) {
      enter = numerator / denominator
      enters = true
    } else if (denominator > 0 && numerator < leave * denominator) {
      leave = numerator / denominator
    }
    if (leave < enter) return 1
  }
  return enters ? enter : 1
}

/** Writes the ten fractions seen from (x, y) into `out` from index `at` on; 1 where a beam meets nothing. */
export type Lidar = (x: number, y: number, out: Float64Array, at: number) => void

/** The beams over `course`. */
export const createLidar = ({ heights, obstacles }: Course): Lidar => {
  const ground = Array.from(heights, (y, i) => ({ x: i * stepWidth, y }))
  const edges = sidesOf(ground.slice(0, -1), ground.slice(1))
  const edgeCount = ground.length - 1
  const boxes = obstacles.map(boxOf)
  const dx = new Float64Array(beams)
  const dy = new Float64Array(beams)

  const scanGround = (px: number, py: number, out: Float64Array, at: number): void => {
    const last = Math.min(edgeCount - 1, Math.floor((px + lidarRange) / stepWidth))
    let shortest = 0
    for (let e = Math.max(0, Math.floor((px - slack) / stepWidth)); e <= last; e++) {
      const numerator = edges.normalX[e] * (edges.x[e] - px) + edges.normalY[e] * (edges.y[e] - py)
      const alongX = edges.alongX[e]
      const alongY = edges.alongY[e]
      const squaredLength = alongX * alongX + alongY * alongY
      while (shortest < beams && px + dx[shortest] < edges.x[e] - slack) shortest++
      for (let b = shortest; b < beams; b++) {
        const denominator = edges.normalX[e] * dx[b] + edges.normalY[e] * dy[b]
        if (denominator === 0) continue
        const t = numerator / denominator
        if (t < 0 || out[at + b] < t) continue
        const where = ((px + t * dx[b] - edges.x[e]) * alongX + (py + t * dy[b] - edges.y[e]) * alongY) / squaredLength
        if (where >= 0 && where <= 1) out[at + b] = t
      }
    }
  }

  return (px, py, out, at) => {
    for (let b = 0; b < beams; b++) {
      // through the end point, because that is what a ray cast is given
      dx[b] = px + reachX[b] - px
      dy[b] = py + reachY[b] - py
      out[at + b] = 1
    }
    scanGround(px, py, out, at)
    for (let i = 0; i < boxes.length; i++) {
      const { left, right, sides } = boxes[i]
      if (right < px - slack || left > px + lidarRange) continue
      for (let b = 0; b < beams; b++) out[at + b] = Math.min(out[at + b], entryOf(sides, px, py, dx[b], dy[b]))
    }
  }
}

/** Where the beams from (x, y) end: on what they meet, or at their reach. For pictures; a robot keeps its `Lidar`. */
export const beamEnds = (course: Course, x: number, y: number): readonly (readonly [x: number, y: number])[] => {
  const fractions = new Float64Array(beams)
  createLidar(course)(x, y, fractions, 0)
  return Array.from(fractions, (fraction, b) => [x + fraction * reachX[b], y + fraction * reachY[b]] as const)
}
