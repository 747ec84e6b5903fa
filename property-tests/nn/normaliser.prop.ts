import { describe, expect, it } from 'vitest'
import { addObservation, emptyMoments } from '../../src/core/moments.ts'
import { applyNormaliser, esScaling } from '../../src/nn/normaliser.ts'

const size = 2
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

describe('a normalised observation', () => {
  const apply = (obs: readonly number[], moments: Float64Array, scaling = esScaling): readonly number[] => {
    const out = new Float64Array(obs.length)
    applyNormaliser(out, Float64Array.from(obs), moments, scaling)
    return [...out]
  }

  it('has mean 0 and variance 1 over the data it came from', () => {
    const rows = Array.from({ length: 50 }, (_, i) => [Math.sin(i) * 30, 1e6 + Math.cos(i)] as const)
    const normalised = rows.map((row) => apply(row, momentsOf(rows)))
    const found = plain(normalised.map(([a, b]) => [a, b] as const))
    // entries of order 1 from numbers of order 1e6: 1e6 · 2.2e-16 · 50
    expect(Math.abs(found[1]) + Math.abs(found[2])).toBeLessThan(1e-8)
    expect(Math.abs(found[3] / 50 - 1) + Math.abs(found[4] / 50 - 1)).toBeLessThan(1e-8)
  })

  it('is clipped, divides by no less than the floor, and passes without statistics', () => {
    const constant = momentsOf([[1, 1e6], [1, 1e6]])
    expect(apply([1 + 0.02, 1e6], constant)[0]).toBeCloseTo(0.02 / Math.sqrt(esScaling.varianceFloor), 12)
    expect(apply([1 + 0.02, 1e6], constant, { clip: 300, varianceFloor: 1e-8 })[0]).toBeCloseTo(200, 8)
    expect(apply([100, -100], constant)).toEqual([5, -5])
    expect(apply([3, -70], emptyMoments(size))).toEqual([3, -5])
    expect(apply([NaN, 0], emptyMoments(size))).toEqual([NaN, 0])
  })

  it('may be written over the observation itself', () => {
    const moments = momentsOf([[1, 1e6], [3, 1e6 + 4]])
    const obs = Float64Array.of(2.5, 1e6 + 1)
    const expected = apply([...obs], moments)
    applyNormaliser(obs, obs, moments, esScaling)
    expect([...obs]).toEqual(expected)
  })
})
