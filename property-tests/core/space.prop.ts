/**
 * Spaces: construction, membership and sampling.
 */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { foldIn, rootKey } from '../../src/core/rng.ts'
import { box, contains, discrete, sample, sizeOf, uniformBox } from '../../src/core/space.ts'

const root = rootKey('spaces')
const seeded = { seed: 42, numRuns: 300 }
const bound = fc.oneof(fc.double({ min: -1e3, max: 1e3, noNaN: true }), fc.constantFrom(-Infinity, Infinity))
const interval = fc
  .tuple(bound, bound)
  .map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const)
  .filter(([low, high]) => low < Infinity && high > -Infinity)

describe('boxes', () => {
  test('a sample lies inside, depends on the key alone, and its entries on their own index', () => {
    fc.assert(
      fc.property(fc.array(interval, { minLength: 1, maxLength: 8 }), fc.nat(), (bounds, i) => {
        const space = box(bounds.map(([low]) => low), bounds.map(([, high]) => high))
        const key = foldIn(root, i)
        const drawn = sample(key, space)
        expect(drawn.length).toBe(sizeOf(space))
        expect(contains(space, drawn)).toBe(true)
        expect(sample(key, space)).toEqual(drawn)
        const first = box([bounds[0][0]], [bounds[0][1]])
        expect(sample(key, first)[0]).toBe(drawn[0])
      }),
      seeded,
    )
  })

  test('the bounds belong to the box; NaN, other lengths and anything beyond do not', () => {
    const space = uniformBox(2, -1, 1)
    expect(contains(space, [-1, 1])).toBe(true)
    for (const outside of [[0, NaN], [0], [0, 0, 0], [0, 1.0000001], [-Infinity, 0]]) expect(contains(space, outside)).toBe(false)
    expect(contains(uniformBox(1, -Infinity, Infinity), [NaN])).toBe(false)
  })

  test('contradicting bounds are refused', () => {
    expect(() => box([0], [0, 1])).toThrow(RangeError)
    expect(() => box([1], [0])).toThrow(RangeError)
    expect(() => box([NaN], [0])).toThrow(RangeError)
    expect(() => box([0], [NaN])).toThrow(RangeError)
  })

  test('a box keeps its own copy of the bounds', () => {
    const low = [0]
    const space = box(low, [1])
    low[0] = -5
    expect(space.low).toEqual([0])
  })

  test('a bounded box is sampled uniformly, half-bounded and unbounded ones as documented', () => {
    const n = 4000
    const space = box([2, 0, -Infinity, -Infinity], [4, Infinity, 0, Infinity])
    const draws = Array.from({ length: n }, (_, i) => sample(foldIn(root, i), space))
    const mean = (index: number): number => draws.reduce((sum, each) => sum + each[index], 0) / n
    // means 3, √(2/π), −√(2/π), 0 with standard deviations 0.577, 0.603, 0.603, 1: five standard errors
    const halfNormal = Math.sqrt(2 / Math.PI)
    for (const [i, [centre, deviation]] of [[3, 0.577], [halfNormal, 0.603], [-halfNormal, 0.603], [0, 1]].entries()) {
      expect(Math.abs(mean(i) - centre)).toBeLessThan((5 * deviation) / Math.sqrt(n))
    }
  })
})

describe('discrete spaces', () => {
  test('samples are indices, each about equally often', () => {
    const space = discrete(5)
    const counts = new Array<number>(5).fill(0)
    for (let i = 0; i < 5000; i++) {
      const [index] = sample(foldIn(root, i), space)
      expect(contains(space, [index])).toBe(true)
      counts[index]++
    }
    // binomial with mean 1000 and deviation 28: five of them
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(141)
  })

  test('only the indices belong to it', () => {
    for (const outside of [-1, 5, 0.5, NaN]) expect(contains(discrete(5), [outside])).toBe(false)
    expect(contains(discrete(5), [0, 1])).toBe(false)
    expect(sizeOf(discrete(5))).toBe(1)
  })

  test('a number of elements that is no positive integer is refused', () => {
    for (const n of [0, -1, 1.5, NaN, Infinity]) expect(() => discrete(n)).toThrow(RangeError)
  })
})
