/**
 * The course of the bipedal walker: 200 ground heights, and in the hardcore variant stumps, pits and stairs between stretches of grass.
 *
 * Grass: v ← 0.8 v + 0.01 sign(base − y) + u/30, y ← y + v, with u uniform in (−1, 1) beyond the start pad. A stretch of grass is 5 to 9
 * points long and its first point keeps the height. An obstacle follows every stretch (hardcore), then grass again:
 * a stump of 1 or 2 steps width and height; a pit 3 or 4 steps wide between two walls 4 steps high; 3 or 4 stairs of 4 steps, up or down.
 *
 * *Source:* Gymnasium `BipedalWalker-v3`, with the draws in its order. *Deviations:* none.
 */
import type { Draws } from './draw-sequence.ts'
import type { Point } from './polygon-mass.ts'
import { groundHeight, scale } from './robot-parts.ts'

/** Distance (m) between ground points, their number, and how many of them stay level at the start. */
export const stepWidth = 14 / scale
export const coursePoints = 200
export const startPad = 20
/** The ground point at which the course is done. */
export const finishPoint = coursePoints - 10
const longestStretch = 10
const pitDepth = 4
const stairWidth = 4

/** Ground heights (m) at x = 0, 1, 2 … `stepWidth`, and the convex outlines (m) of what stands on the ground or walls a pit. */
export type Course = Readonly<{ heights: Float64Array; obstacles: readonly (readonly Point[])[] }>

type Obstacle = 'stump' | 'stairs' | 'pit'
const obstacleKinds: readonly Obstacle[] = ['stump', 'stairs', 'pit']

/** A box between two points given in steps from (x, y). */
const boxAt = (x: number, y: number, left: number, bottom: number, right: number, top: number): readonly Point[] => {
  const [x0, x1] = [x + left * stepWidth, x + right * stepWidth]
  const [y0, y1] = [y + bottom * stepWidth, y + top * stepWidth]
  return [
    { x: x0, y: y0 },
    { x: x1, y: y0 },
    { x: x1, y: y1 },
    { x: x0, y: y1 },
  ]
}

/** What an obstacle puts up at (x, y), how many points it lasts, and the ground's height with `left` of them to go. */
type Built = Readonly<{ outlines: readonly (readonly Point[])[]; points: number; heightAt: (left: number) => number }>

const buildStump = (draws: Draws, x: number, y: number): Built => {
  const size = draws.integer(1, 3)
  return { outlines: [boxAt(x, y, 0, 0, size, size)], points: size, heightAt: () => y }
}

const buildPit = (draws: Draws, x: number, y: number): Built => {
  const size = draws.integer(3, 5)
  return {
    outlines: [boxAt(x, y, 0, -pitDepth, 1, 0), boxAt(x, y, size, -pitDepth, size + 1, 0)],
    points: size + 2,
    heightAt: (left) => (left > 1 ? y - pitDepth * stepWidth : y),
  }
}

const buildStairs = (draws: Draws, x: number, y: number): Built => {
  const rise = draws.uniform(0, 1) > 0.5 ? 1 : -1
  // the reference draws the width from a range of one number
  draws.skip(1)
  const count = draws.integer(3, 5)
  const points = count * stairWidth
  return {
    outlines: Array.from({ length: count }, (_, i) => boxAt(x, y, i * stairWidth, i * rise - 1, (i + 1) * stairWidth, i * rise)),
    points,
    heightAt: (left) => y + ((points - left - rise) / stairWidth) * rise * stepWidth,
  }
}

const builders: Readonly<Record<Obstacle, (draws: Draws, x: number, y: number) => Built>> = {
  stump: buildStump,
  stairs: buildStairs,
  pit: buildPit,
}

/** A course from `draws`; the level variant has no obstacles. */
export const buildCourse = (draws: Draws, hardcore: boolean): Course => {
  const heights = new Float64Array(coursePoints)
  const obstacles: (readonly Point[])[] = []
  let y = groundHeight
  let velocity = 0
  let left = startPad
  let kind: Obstacle | null = null
  let built: Built | null = null
  let isFirst = false
  for (let i = 0; i < coursePoints; i++) {
    if (kind !== null && built === null) {
      built = builders[kind](draws, i * stepWidth, y)
      obstacles.push(...built.outlines)
      left = built.points
    } else if (built !== null) {
      y = built.heightAt(left)
    } else if (!isFirst) {
      velocity = 0.8 * velocity + 0.01 * Math.sign(groundHeight - y)
      if (i > startPad) velocity += draws.uniform(-1, 1) / scale
      y += velocity
    }
    isFirst = false
    heights[i] = y
    left--
    if (left === 0) {
      left = draws.integer(longestStretch / 2, longestStretch)
      kind = kind === null && hardcore ? obstacleKinds[draws.integer(0, obstacleKinds.length)] : null
      built = null
      isFirst = true
    }
  }
  return { heights, obstacles }
}
