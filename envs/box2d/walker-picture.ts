/**
 * What the bipedal walker looks like: a stretch of its course, what stands on it, the beams that feel it, hull and legs.
 *
 * *Source:* Gymnasium `BipedalWalker-v3`. *Deviations:* 1. a smaller window, so that the legs are seen. 2. no clouds.
 */
import { windowAround } from '../../src/core/picture-frame.ts'
import type { Picture, Point, Shape } from '../../src/core/picture.ts'
import { beamEnds } from './lidar.ts'
import { flagAt, partShape } from './part-outline.ts'
import { type Course, finishPoint, stepWidth } from './walker-course.ts'
import type { WalkerWorld } from './walker-world.ts'

/** Around the centre of the hull (m). */
const window = { left: -3.2, right: 5.8, bottom: -3.4, top: 2 }
/** Height (m) over the lower edge at which the numbers of the course stand. */
const rulerHeight = 0.7

/** Draws a world and the course in it. */
export const walkerPicture = ({ bodies }: WalkerWorld, course: Course): Picture => {
  const { heights, obstacles } = course
  const [hull, upperMinus, lowerMinus, upperPlus, lowerPlus] = bodies
  const { x, y } = hull.getPosition()
  const shapes = [
    ...[upperMinus, lowerMinus].map((leg) => partShape(leg, 'farLimb')),
    partShape(hull, 'body'),
    ...[upperPlus, lowerPlus].map((leg) => partShape(leg, 'limb')),
  ]
  const bounds = windowAround({ left: window.left + x, right: window.right + x, bottom: window.bottom + y, top: window.top + y }, shapes)
  const { left, right, bottom } = bounds
  const seen = Array.from(heights, (height, i): Point => [i * stepWidth, height]).filter(([at]) => at > left - stepWidth && at < right + stepWidth)
  const ground: readonly Shape[] =
    seen.length < 2 ? [] : [{ kind: 'polygon', points: [[seen[0][0], bottom - 1], ...seen, [seen[seen.length - 1][0], bottom - 1]], tone: 'ground' }]
  const standing = obstacles
    .filter((outline) => outline.some((corner) => corner.x > left && corner.x < right))
    .map((outline): Shape => ({ kind: 'polygon', points: outline.map((corner): Point => [corner.x, corner.y]), tone: 'structure' }))
  const felt = beamEnds(course, x, y).map((end): Shape => ({ kind: 'line', points: [[x, y], end], tone: 'sense' }))
  return {
    views: [
      {
        title: '',
        bounds,
        ruler: { kind: 'ground', height: bottom + rulerHeight, every: 2, unit: 'm' },
        scenery: [...ground, ...standing, ...flagAt([finishPoint * stepWidth, heights[finishPoint]]), ...felt],
        shapes,
      },
    ],
  }
}
