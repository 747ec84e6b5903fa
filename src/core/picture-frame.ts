/**
 * Where the shapes of a picture lie, and windows that hold them.
 *
 * *Source:* none. *Deviations:* none.
 */
import type { Bounds, Point, Shape } from './picture.ts'

const boxOf = (points: readonly Point[], radius: number): Bounds => {
  let [left, right, bottom, top] = [Infinity, -Infinity, Infinity, -Infinity]
  for (const [x, y] of points) {
    // the negated form lets NaN through, so that it is not mistaken for a place
    if (!(x >= left)) left = x
    if (!(x <= right)) right = x
    if (!(y >= bottom)) bottom = y
    if (!(y <= top)) top = y
  }
  return { left: left - radius, right: right + radius, bottom: bottom - radius, top: top + radius }
}

/** The points that span a shape, and how far it reaches beyond them. */
const spanOf = (shape: Shape): readonly [points: readonly Point[], radius: number] => {
  if (shape.kind === 'circle') return [[shape.centre], shape.radius]
  return shape.kind === 'capsule' ? [[shape.from, shape.to], shape.radius] : [shape.points, 0]
}

/** The least box around `shape`. */
export const extentOf = (shape: Shape): Bounds => boxOf(...spanOf(shape))

/** Whether all numbers of `shape` are finite; a diverged simulator has states in which some are not. */
export const isFiniteShape = (shape: Shape): boolean => {
  const [points, radius] = spanOf(shape)
  return Number.isFinite(radius) && points.length > 0 && points.every(([x, y]) => Number.isFinite(x) && Number.isFinite(y))
}

/** Whether `inner` lies in `outer`, edges included. */
export const isWithin = (inner: Bounds, outer: Bounds): boolean =>
  inner.left >= outer.left && inner.right <= outer.right && inner.bottom >= outer.bottom && inner.top <= outer.top

/** Free space, as a share of the window's width, that is left around shapes for which a window had to grow. */
const AIR = 0.03

/**
 * `window` if `shapes` lie in it, otherwise the least window of the same form (width to height) around both.
 *
 * The bottom edge, or the top edge where nothing sticks out above, stays in place if it can, so that the ground stays where it was.
 */
export const windowAround = (window: Bounds, shapes: readonly Shape[]): Bounds => {
  const extents = shapes.filter(isFiniteShape).map(extentOf)
  if (extents.every((extent) => isWithin(extent, window))) return window
  const air = AIR * (window.right - window.left)
  const left = Math.min(window.left, ...extents.map((extent) => extent.left - air))
  const right = Math.max(window.right, ...extents.map((extent) => extent.right + air))
  const bottom = Math.min(window.bottom, ...extents.map((extent) => extent.bottom - air))
  const top = Math.max(window.top, ...extents.map((extent) => extent.top + air))
  const form = (window.right - window.left) / (window.top - window.bottom)
  const width = Math.max(right - left, form * (top - bottom))
  const height = Math.max(top - bottom, width / form)
  const middle = (left + right) / 2
  const [low, high] = top > window.top || bottom === window.bottom ? [bottom, bottom + height] : [top - height, top]
  return { left: middle - width / 2, right: middle + width / 2, bottom: low, top: high }
}
