/** Outlines of solids against their definition: from every side, a solid is as wide as the farthest of its points. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { nearestOf, nearness, project, type Side, type Solid, type SolidKind, solidShape } from '../../../envs/mujoco/geom-outline.ts'
import { extentOf } from '../../../src/core/picture-frame.ts'
import type { Bounds } from '../../../src/core/picture.ts'

const size = fc.integer({ min: 1, max: 200 }).map((n) => n / 100)
const place = fc.integer({ min: -500, max: 500 }).map((n) => n / 100)
const turn = fc.integer({ min: -100, max: 100 }).map((n) => n / 100)
const side = fc.constantFrom<Side>('side', 'front', 'top')

/** The rotation matrix (rows) of a quaternion. */
const rotationOf = ([a, b, c, d]: readonly number[]): readonly number[] => {
  const norm = Math.sqrt(a * a + b * b + c * c + d * d)
  const [w, x, y, z] = [a / norm, b / norm, c / norm, d / norm]
  return [
    1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y),
    2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x),
    2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y),
  ]
}

const solid = (kind: SolidKind): fc.Arbitrary<Solid> =>
  fc.record({
    kind: fc.constant(kind),
    size: fc.tuple(size, size, size),
    position: fc.tuple(place, place, place),
    rotation: fc.tuple(turn, turn, turn, turn).filter((q) => q.some((x) => x !== 0)).map(rotationOf),
  })

/** A point of the solid's own frame in the world. */
const inWorld = ({ position, rotation }: Solid, [x, y, z]: readonly number[]): readonly number[] =>
  [0, 1, 2].map((k) => position[k] + rotation[3 * k] * x + rotation[3 * k + 1] * y + rotation[3 * k + 2] * z)

const directions = Array.from({ length: 60 }, (_, i) => (2 * Math.PI * i) / 60)
const slices = Array.from({ length: 31 }, (_, i) => (Math.PI * i) / 30)

/** Points all over the surface of a solid. */
const surfaceOf = (of: Solid): readonly (readonly number[])[] => {
  const [a, b, c] = Array.from({ length: 3 }, (_, i) => of.size[i])
  if (of.kind === 'box') return [-a, a].flatMap((x) => [-b, b].flatMap((y) => [-c, c].map((z) => [x, y, z])))
  if (of.kind === 'cylinder') return directions.flatMap((t) => [-b, b].map((z) => [a * Math.cos(t), a * Math.sin(t), z]))
  const [ry, rz] = of.kind === 'ellipsoid' ? [b, c] : [a, a]
  const ball = directions.flatMap((t) => slices.map((s) => [a * Math.sin(s) * Math.cos(t), ry * Math.sin(s) * Math.sin(t), rz * Math.cos(s)]))
  return of.kind === 'capsule' ? ball.flatMap(([x, y, z]) => [[x, y, z + b], [x, y, z - b]]) : ball
}

const spanOf = (points: readonly (readonly [number, number])[]): Bounds => ({
  left: Math.min(...points.map(([x]) => x)),
  right: Math.max(...points.map(([x]) => x)),
  bottom: Math.min(...points.map(([, y]) => y)),
  top: Math.max(...points.map(([, y]) => y)),
})

describe.each<SolidKind>(['sphere', 'capsule', 'ellipsoid', 'cylinder', 'box'])('a %s', (kind) => {
  // a ball sampled every 6° both ways misses 1 − cos 4.3° of its radius, up to 2; a corner of an outline may be φ = 3.75° off the direction of its greatest width
  // a, and lies a (1 − 1/√(1 + (b/a)² tan² φ)) short of it where the other half axis is b: 0.038 at worst, with b = 2
  const slack = { box: 1e-12, sphere: 0.006, capsule: 0.006, cylinder: 0.041, ellipsoid: 0.041, plane: 0 }[kind]

  test('reaches in the picture as far as its surface does', () => {
    fc.assert(
      fc.property(solid(kind), side, (of, from) => {
        const drawn = extentOf(solidShape(of, from, 'limb'))
        const seen = spanOf(surfaceOf(of).map((point) => project(from, inWorld(of, point))))
        for (const edge of ['left', 'right', 'bottom', 'top'] as const) expect(Math.abs(drawn[edge] - seen[edge])).toBeLessThan(slack)
      }),
      { seed: 42, numRuns: 100 },
    )
  })

  test('comes as near to the viewer as its surface does', () => {
    fc.assert(
      fc.property(solid(kind), side, (of, from) => {
        const nearest = Math.max(...surfaceOf(of).map((point) => nearness(from, inWorld(of, point))))
        expect(Math.abs(nearestOf(of, from) - nearest)).toBeLessThan(Math.max(slack, 0.006))
      }),
      { seed: 42, numRuns: 100 },
    )
  })
})

test('a box that stands straight is a rectangle of four corners', () => {
  const of: Solid = { kind: 'box', size: [1, 2, 3], position: [10, 20, 30], rotation: [1, 0, 0, 0, 1, 0, 0, 0, 1] }
  expect(solidShape(of, 'side', 'object')).toEqual({ kind: 'polygon', points: [[11, 33], [9, 33], [9, 27], [11, 27]], tone: 'object' })
  expect(solidShape(of, 'top', 'object')).toEqual({ kind: 'polygon', points: [[11, 22], [9, 22], [9, 18], [11, 18]], tone: 'object' })
})
