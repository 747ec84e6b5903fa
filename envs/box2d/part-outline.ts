/**
 * Where the parts of a robot of Box2D are: their outlines in the world, for pictures.
 *
 * *Source:* none. *Deviations:* none.
 */
import type { Body, PolygonShape } from 'planck'
import { cos, sin } from '../../src/core/dmath.ts'
import { invariant } from '../../src/core/invariant.ts'
import type { Point, Shape, Tone } from '../../src/core/picture.ts'

/** A place in the frame of `body` (m), in the world. */
export const placeOn = (body: Body): ((x: number, y: number) => Point) => {
  const centre = body.getPosition()
  const [sine, cosine] = [sin(body.getAngle()), cos(body.getAngle())]
  return (x, y) => [centre.x + cosine * x - sine * y, centre.y + sine * x + cosine * y]
}

/** The polygon that `body` is. */
export const partShape = (body: Body, tone: Tone): Shape => {
  const outline = body.getFixtureList()?.getShape() as PolygonShape | undefined
  invariant(outline !== undefined, 'a part of a robot has a shape')
  const place = placeOn(body)
  return { kind: 'polygon', points: outline.m_vertices.map(({ x, y }) => place(x, y)), tone }
}

/** A flag on a pole that stands at `foot`. */
export const flagAt = ([x, y]: Point): readonly Shape[] => [
  { kind: 'line', points: [[x, y], [x, y + 5 / 3]], tone: 'structure' },
  { kind: 'polygon', points: [[x, y + 5 / 3], [x + 5 / 6, y + 4 / 3], [x, y + 1]], tone: 'goal' },
]
