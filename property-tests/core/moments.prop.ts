/**
 * Running statistics: against the two-pass formulas, and merged from any partition of the work.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addObservation, emptyMoments, mergeMoments } from '../../src/core/moments.ts'

const size = 2
const observation = fc.tuple(fc.double({ min: -1e3, max: 1e3, noNaN: true }), fc.double({ min: 1e6, max: 1e6 + 10, noNaN: true }))
const momentsOf = (rows: readonly (readonly [number, number])[]): Float64Array => {
  const moments = emptyMoments(size)
  rows.forEach((row) => addObservation(moments, Float64Array.from(row)))
  return moments
}

/** Two-pass mean and sum of squared deviations. */
const plain = (rows: readonly (readonly [number, number])[]): Float64Array => {
  const column = (i: 0 | 1): readonly number[] => rows.map((row) => row[i])
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
  const spread = (values: readonly number[]): number => values.reduce((sum, value) => sum + (value - mean(values)) * (value - mean(values)), 0)
  return Float64Array.of(rows.length, mean(column(0)), mean(column(1)), spread(column(0)), spread(column(1)))
}

/** Means to 1e-12 of 1e6, sums of squares to 1e-9 of their size: 40 roundings of numbers offset by 1e6 over a spread of 10. */
const expectClose = (found: Float64Array, expected: Float64Array): void => {
  expect(found[0]).toBe(expected[0])
  for (let i = 1; i <= size; i++) {
    expect(Math.abs(found[i] - expected[i])).toBeLessThan(1e-12 * 1e6)
    expect(Math.abs(found[size + i] - expected[size + i])).toBeLessThan(1e-9 * Math.max(1, expected[size + i]))
  }
}

describe('observation statistics', () => {
  it('added one by one or merged from parts equal the two-pass formula', () => {
    fc.assert(
      fc.property(fc.array(observation, { minLength: 1, maxLength: 40 }), fc.nat(39), (rows, cut) => {
        expectClose(momentsOf(rows), plain(rows))
        expectClose(mergeMoments(momentsOf(rows.slice(0, cut)), [momentsOf(rows.slice(cut)), emptyMoments(size)]), plain(rows))
      }),
      { seed: 42, numRuns: 200 },
    )
  })

  it('merge in list order to the same bits, without touching the parts', () => {
    const parts = [momentsOf([[1, 1e6]]), momentsOf([[2, 1e6 + 1], [5, 1e6 + 3]]), momentsOf([[-4, 1e6 + 2]])]
    const before = structuredClone(parts)
    const merged = mergeMoments(emptyMoments(size), parts)
    expect(merged).toEqual(mergeMoments(mergeMoments(mergeMoments(emptyMoments(size), [parts[0]]), [parts[1]]), [parts[2]]))
    expect(parts).toEqual(before)
    const alone = mergeMoments(parts[0], [])
    expect(alone).toEqual(parts[0])
    expect(alone).not.toBe(parts[0])
  })

  it('of jobs do not depend on which worker took which job, because jobs are folded in job order', () => {
    fc.assert(
      fc.property(fc.array(fc.array(observation, { maxLength: 6 }), { minLength: 1, maxLength: 8 }), fc.integer({ min: 1, max: 5 }), (jobs, workers) => {
        const answers = new Array<Float64Array>(jobs.length)
        for (let worker = workers - 1; worker >= 0; worker--) {
          for (let job = worker; job < jobs.length; job += workers) answers[job] = momentsOf(jobs[job])
        }
        const merged = mergeMoments(emptyMoments(size), answers)
        expect(merged).toEqual(mergeMoments(emptyMoments(size), jobs.map(momentsOf)))
        if (jobs.flat().length > 0) expectClose(merged, plain(jobs.flat()))
      }),
      { seed: 42, numRuns: 100 },
    )
  })

  it('of different lengths are not merged', () => {
    expect(() => mergeMoments(emptyMoments(2), [emptyMoments(3)])).toThrow(/cannot be merged/)
  })
})
