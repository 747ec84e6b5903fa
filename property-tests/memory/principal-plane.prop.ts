import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { foldIn, normals, rootKey } from '../../src/core/rng.ts'
import { principalPlane } from '../../src/memory/principal-plane.ts'

const root = rootKey('principal plane')

/** M points that spread by `spread[d]` along dimension d. */
const cloud = (seed: number, count: number, spread: readonly number[]): Float64Array =>
  normals(foldIn(root, seed), count * spread.length).map((z, at) => z * spread[at % spread.length])

/** Pushes points of two dimensions through the rotation with cosine `c` and sine `s`. */
const turned = (points: Float64Array, c: number, s: number): Float64Array =>
  points.map((value, at) => (at % 2 === 0 ? c * value - s * points[at + 1] : s * points[at - 1] + c * value))

const squaredGap = (points: Float64Array, width: number, i: number, j: number): number => {
  let sum = 0
  for (let d = 0; d < width; d++) sum += (points[i * width + d] - points[j * width + d]) * (points[i * width + d] - points[j * width + d])
  return sum
}

describe('the principal plane', () => {
  it('keeps all distances of points that lie in a plane, however it is turned', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.integer({ min: -9, max: 9 }), (seed, tilt) => {
        const t = tilt / 10
        const [c, s] = [(1 - t * t) / (1 + t * t), (2 * t) / (1 + t * t)] // rational points of the circle
        const flat = turned(cloud(seed, 12, [3, 1]), c, s)
        const { places, shares } = principalPlane(flat, 2)
        expect(shares[0] + shares[1]).toBeCloseTo(1, 12) // two rounded quotients of one sum
        for (let i = 0; i < 12; i++) {
          for (let j = 0; j < i; j++) {
            const [before, after] = [squaredGap(flat, 2, i, j), squaredGap(places, 2, i, j)]
            expect(Math.abs(after - before)).toBeLessThan(1e-12 * (1 + before)) // a few rounded rotations
          }
        }
      }),
      { seed: 42, numRuns: 50 },
    )
  })

  it('puts the most variance on the first axis, uncorrelated with the second', () => {
    const points = cloud(1, 400, [0.1, 5, 0.3, 2, 0.2])
    const { places, shares } = principalPlane(points, 5)
    expect(shares[0]).toBeGreaterThan(0.7) // 25 of 29.1 before sampling
    expect(shares[1]).toBeLessThan(shares[0])
    const column = (axis: number): Float64Array => places.filter((_, at) => at % 2 === axis)
    const [x, y] = [column(0), column(1)]
    const dot = x.reduce((sum, value, i) => sum + value * y[i], 0)
    const scale = Math.sqrt(x.reduce((sum, v) => sum + v * v, 0) * y.reduce((sum, v) => sum + v * v, 0))
    expect(Math.abs(dot / scale)).toBeLessThan(1e-12) // orthogonal up to rounding over 400 terms
    // the axes look to the side of their largest entries: dimension 1, then dimension 3
    expect(Math.sign(x[0])).toBe(Math.sign(points[1] - points.filter((_, at) => at % 5 === 1).reduce((sum, v) => sum + v / 400, 0)))
  })

  it('answers for no points, one point, equal points and one dimension', () => {
    expect(principalPlane(new Float64Array(0), 3)).toEqual({ places: new Float64Array(0), shares: [0, 0] })
    expect(principalPlane(Float64Array.of(1, 2, 3), 3)).toEqual({ places: new Float64Array(2), shares: [0, 0] })
    expect(principalPlane(Float64Array.of(1, 2, 1, 2), 2)).toEqual({ places: new Float64Array(4), shares: [0, 0] })
    expect(principalPlane(Float64Array.of(1, 3), 1)).toEqual({ places: Float64Array.of(-1, 0, 1, 0), shares: [1, 0] })
    expect(() => principalPlane(Float64Array.of(1, 2, 3), 2)).toThrow('no points')
  })

  it('leaves the points as they were', () => {
    const points = cloud(2, 5, [1, 2, 3])
    const before = points.slice()
    principalPlane(points, 3)
    expect(points).toEqual(before)
  })
})
