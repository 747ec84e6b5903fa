import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Shaping } from '../../src/es/shaping.ts'
import { centredRanks, countNotFinite, isRankBased, nesUtilities, shape, zScore } from '../../src/es/shaping.ts'

const shapings: readonly Shaping[] = [
  { kind: 'raw' },
  { kind: 'z-score', epsilon: 0 },
  { kind: 'z-score', epsilon: 1e-8 },
  { kind: 'centred-ranks' },
  { kind: 'nes-full' },
  { kind: 'nes-half' },
]
const seeded = { seed: 42, numRuns: 200 }
/** Few distinct values, so that ties are common, and some that are no measurement. */
const fitness = fc
  .array(fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double({ min: -1e3, max: 1e3, noNaN: true }), fc.constantFrom(NaN, Infinity, -Infinity)), {
    minLength: 2,
    maxLength: 24,
  })
  .map((values) => Float64Array.from(values))

/** A z-score divides the rounding of the mean by the deviation: sums are only looked at where that is not tiny beside the values. */
const isSpread = (f: Float64Array): boolean => {
  const finite = f.filter(Number.isFinite)
  return Math.max(...finite) - Math.min(...finite) >= 1e-3 * Math.max(...finite.map(Math.abs))
}

describe.each(shapings)('shaping %o', (shaping) => {
  it('gives finite utilities, the same to ties, and never less to the better', () => {
    fc.assert(
      fc.property(fitness, (f) => {
        const u = shape(shaping, f)
        expect(u.every(Number.isFinite)).toBe(true)
        for (let i = 0; i < f.length; i++) {
          for (let j = 0; j < f.length; j++) {
            if (f[i] === f[j] || !(Number.isFinite(f[i]) || Number.isFinite(f[j]))) expect(u[i] === u[j]).toBe(true)
            if (Number.isFinite(f[i]) && !(Number.isFinite(f[j]) && f[i] < f[j])) expect(u[i]).toBeGreaterThanOrEqual(u[j])
          }
        }
      }),
      seeded,
    )
  })

  it('sums to zero unless it is raw', () => {
    if (shaping.kind === 'raw') return
    fc.assert(
      fc.property(fitness, (f) => {
        if (shaping.kind === 'z-score' && !isSpread(f)) return
        // rounding of at most 24 terms
        expect(Math.abs(shape(shaping, f).reduce((sum, u) => sum + u, 0))).toBeLessThan(1e-11)
      }),
      seeded,
    )
  })

  it('gives zeros where all are equal, or none is finite', () => {
    for (const n of [2, 3, 10, 40]) {
      for (const value of shaping.kind === 'raw' ? [NaN, -Infinity] : [0, 0.1, 1e-300, -7.3, 1e15, NaN, Infinity]) {
        expect(shape(shaping, new Float64Array(n).fill(value))).toEqual(new Float64Array(n))
      }
    }
  })

  it('follows a permutation of the candidates', () => {
    fc.assert(
      fc.property(fitness, (f) => {
        if (shaping.kind === 'z-score' && !isSpread(f)) return
        const u = shape(shaping, f)
        const reversed = shape(shaping, f.slice().reverse()).reverse()
        // only the order of the sums changes
        u.forEach((value, i) => expect(Math.abs(value - reversed[i])).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(value))))
      }),
      seeded,
    )
  })
})

describe('ranks', () => {
  it('tied candidates share the better rank in NES utilities and the mean rank in centred ranks', () => {
    const f = Float64Array.of(5, 1, 5, 0)
    const full = nesUtilities(f, 5)
    // by hand: ranks 1, 3, 1, 4 and B = 5
    const raw = [Math.log(5), Math.log(5 / 3), Math.log(5), Math.log(5 / 4)]
    const sum = raw.reduce((a, b) => a + b, 0)
    raw.forEach((r, i) => expect(full[i]).toBeCloseTo(r / sum - 1 / 4, 14)) // 14 digits: another logarithm, another order
    expect(centredRanks(f)).toEqual(Float64Array.of(2.5 / 3 - 0.5, 1 / 3 - 0.5, 2.5 / 3 - 0.5, -0.5))
  })

  it('what is not finite ranks below every finite value, however low', () => {
    expect(centredRanks(Float64Array.of(NaN, -1e308, 3))).toEqual(Float64Array.of(-0.5, 0, 0.5))
    expect(centredRanks(Float64Array.of(Infinity, -1e308, 3))).toEqual(Float64Array.of(-0.5, 0, 0.5))
    expect(countNotFinite(Float64Array.of(NaN, 1, Infinity, -Infinity))).toBe(3)
  })

  it('has the sizes that were measured for the program of the BiERL authors', () => {
    // facts to two digits: best, worst and Euclidean norm for n = 200
    const f = Float64Array.from({ length: 200 }, (_, i) => i)
    const size = (u: Float64Array) => [Math.max(...u), Math.min(...u), Math.sqrt(u.reduce((sum, x) => sum + x * x, 0))]
    ;[0.022, -0.005, 0.068].forEach((value, i) => expect(size(shape({ kind: 'nes-full' }, f))[i]).toBeCloseTo(value, 3))
    ;[0.042, -0.005, 0.118].forEach((value, i) => expect(size(shape({ kind: 'nes-half' }, f))[i]).toBeCloseTo(value, 3))
  })

  it('knows which shapings depend on order alone', () => {
    expect(shapings.map(isRankBased)).toEqual([false, false, false, true, true, true])
  })
})

describe('z-score', () => {
  it('is unchanged by shifting and scaling', () => {
    const f = Float64Array.of(1, 4, 2, 8)
    const moved = zScore(f.map((x) => 4 * x + 64), 0)
    zScore(f, 0).forEach((u, i) => expect(moved[i]).toBeCloseTo(u, 12)) // sums of integers, one division and root
  })
})
