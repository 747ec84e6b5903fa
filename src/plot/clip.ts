/**
 * The parts of shapes that lie in a window, so that a drawing needs no clipping of its own.
 *
 * A polygon is cut at one edge of the window after the other; what is left is closed along the edge.
 *
 * *Source:* Sutherland and Hodgman 1974, "Reentrant polygon clipping", CACM 17(1). *Deviations:* none.
 */
import { cos, sin } from '../core/dmath.ts'
import { extentOf, isWithin } from '../core/picture-frame.ts'
import type { Bounds, Point, Shape } from '../core/picture.ts'

/** One edge of a window: how far inside a point lies. */
type Edge = (point: Point) => number

const edgesOf = ({ left, right, bottom, top }: Bounds): readonly Edge[] => [([x]) => x - left, ([x]) => right - x, ([, y]) => y - bottom, ([, y]) => top - y]

/** Where the way from `a` (at depth `from`) to `b` (at depth `to`) meets the edge. */
const crossing = (a: Point, b: Point, from: number, to: number): Point => {
  const t = from / (from - to)
  return [a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])]
}

const cutPolygon = (points: readonly Point[], edge: Edge): readonly Point[] =>
  points.flatMap((b, i): readonly Point[] => {
    const a = points[(i + points.length - 1) % points.length]
    const [from, to] = [edge(a), edge(b)]
    if (from < 0 && to < 0) return []
    if (from < 0) return [crossing(a, b, from, to), b]
    return to < 0 ? [crossing(a, b, from, to)] : [b]
  })

/** The pieces of a line on the inner side of one edge. */
const cutLine = (points: readonly Point[], edge: Edge): readonly (readonly Point[])[] => {
  const pieces: Point[][] = []
  let piece: Point[] = []
  const finish = (): void => {
    if (piece.length > 1) pieces.push(piece)
    piece = []
  }
  points.forEach((b, i) => {
    const to = edge(b)
    if (i > 0) {
      const from = edge(points[i - 1])
      if (from < 0 !== to < 0) piece.push(crossing(points[i - 1], b, from, to))
      if (to < 0) finish()
    }
    if (to >= 0) piece.push(b)
  })
  finish()
  return pieces
}

const HALF_CIRCLE = 16

/** A half circle of `radius` around `centre`, counter-clockwise from `start` (rad). */
const arc = ([x, y]: Point, radius: number, start: number): readonly Point[] =>
  Array.from({ length: HALF_CIRCLE + 1 }, (_, i): Point => {
    const angle = start + (Math.PI * i) / HALF_CIRCLE
    return [x + radius * cos(angle), y + radius * sin(angle)]
  })

const rounded = (shape: Extract<Shape, Readonly<{ radius: number }>>): readonly Point[] => {
  const [from, to] = shape.kind === 'circle' ? [shape.centre, shape.centre] : [shape.from, shape.to]
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]]
  const length = Math.sqrt(dx * dx + dy * dy)
  // turned so that the first half circle looks away from the other end
  const turn = ([x, y]: Point, centre: Point): Point =>
    length === 0 ? [centre[0] + x, centre[1] + y] : [centre[0] + (x * dx - y * dy) / length, centre[1] + (x * dy + y * dx) / length]
  const origin: Point = [0, 0]
  return [
    ...arc(origin, shape.radius, -Math.PI / 2).map((point) => turn(point, to)),
    ...arc(origin, shape.radius, Math.PI / 2).map((point) => turn(point, from)),
  ]
}

/** What of `shape` lies in `bounds`: the shape itself where all of it does, otherwise polygons and lines, none where nothing does. */
export const clipped = (shape: Shape, bounds: Bounds): readonly Shape[] => {
  if (isWithin(extentOf(shape), bounds)) return [shape]
  const { tone } = shape
  if (shape.kind === 'line') {
    return edgesOf(bounds)
      .reduce<readonly (readonly Point[])[]>((pieces, edge) => pieces.flatMap((piece) => cutLine(piece, edge)), [shape.points])
      .map((points) => ({ kind: 'line', points, tone }))
  }
  const points = edgesOf(bounds).reduce(cutPolygon, shape.kind === 'polygon' ? shape.points : rounded(shape))
  return points.length < 3 ? [] : [{ kind: 'polygon', points, tone }]
}
