import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { emptyHistory, historyRow, pushRow } from '../../src/outer/population-history.ts'

const fitness = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 2, maxLength: 40 }).map((values) => Float64Array.from(values))
const seeded = { seed: 42, numRuns: 200 }

describe('a row of the population history', () => {
  it('keeps raw fitness in the order of the candidates as it came', () => {
    fc.assert(
      fc.property(fitness, (f) => {
        expect(historyRow(f, 'candidates', 'raw')).toEqual(f)
      }),
      seeded,
    )
  })

  it('sorts ascending without losing a value', () => {
    fc.assert(
      fc.property(fitness, (f) => {
        expect(historyRow(f, 'ascending', 'raw')).toEqual(Float64Array.from(f).sort())
      }),
      seeded,
    )
  })

  it('has mean 0 and deviation 1 where standardised, and keeps neither shift nor scale', () => {
    fc.assert(
      fc.property(fitness, fc.double({ min: -10, max: 10, noNaN: true }), fc.double({ min: 0.5, max: 50, noNaN: true }), (f, shift, scale) => {
        fc.pre(Math.max(...f) - Math.min(...f) > 1) // a spread near 1e-8 is damped by the epsilon on purpose
        const row = historyRow(f, 'ascending', 'z-score')
        const mean = row.reduce((sum, x) => sum + x, 0) / row.length
        const variance = row.reduce((sum, x) => sum + x * x, 0) / row.length
        // 1e-6: the epsilon 1e-8 against a deviation of at least 0.15 (range 1, 40 values), and rounding at 1e6
        expect(Math.abs(mean)).toBeLessThan(1e-6)
        expect(Math.abs(variance - 1)).toBeLessThan(1e-6)
        const moved = historyRow(f.map((x) => shift + scale * x), 'ascending', 'z-score')
        moved.forEach((x, i) => expect(Math.abs(x - row[i])).toBeLessThan(1e-6))
      }),
      seeded,
    )
  })

  it('lets fitness that is not finite rank worst', () => {
    const f = Float64Array.of(3, Number.NaN, 1, Number.NEGATIVE_INFINITY, 5, Number.POSITIVE_INFINITY)
    expect([...historyRow(f, 'candidates', 'raw')]).toEqual([3, 1, 1, 1, 5, 1])
    expect([...historyRow(f, 'ascending', 'raw')]).toEqual([1, 1, 1, 1, 3, 5])
    expect(historyRow(f, 'ascending', 'z-score').every(Number.isFinite)).toBe(true)
  })

  it('is all zeros, never NaN, for equal or useless fitness', () => {
    for (const f of [new Float64Array(5).fill(0.1), new Float64Array(5).fill(-1e300), new Float64Array(5).fill(Number.NaN)]) {
      expect([...historyRow(f, 'ascending', 'z-score')]).toEqual([0, 0, 0, 0, 0])
    }
    expect([...historyRow(new Float64Array(3).fill(Number.NaN), 'candidates', 'raw')]).toEqual([0, 0, 0])
  })

  it('leaves the fitness unchanged', () => {
    fc.assert(
      fc.property(fitness, (f) => {
        const copy = Float64Array.from(f)
        historyRow(f, 'ascending', 'z-score')
        expect(f).toEqual(copy)
      }),
      seeded,
    )
  })
})

describe('the population history', () => {
  it('holds the last k rows, oldest first, and zeros for generations that have not happened', () => {
    const k = 3
    let history = emptyHistory(k, 2)
    for (let t = 1; t <= 5; t++) {
      history = pushRow(history, Float64Array.of(t, 10 * t))
      const expected = [t - 2, t - 1, t].flatMap((g) => (g < 1 ? [0, 0] : [g, 10 * g]))
      expect([...history]).toEqual(expected)
    }
  })

  it('refuses a row of another population', () => {
    expect(() => pushRow(emptyHistory(3, 4), new Float64Array(5))).toThrow(/row of 5/)
  })
})
