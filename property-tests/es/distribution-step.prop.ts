/** Steps of an evolved distribution: their formulas, and that a normalised one is as long as it says, whatever the sizes. */
import { describe, expect, test } from 'vitest'
import { reference } from '../../backends/reference/index.ts'
import { foldIn, normals, rootKey } from '../../src/core/rng.ts'
import { steppedDistribution, type SearchShape } from '../../src/es/distribution-step.ts'
import { distributionGradient, naturalGradient, type WeightDistribution } from '../../src/es/weight-distribution.ts'

const root = rootKey('distribution step')
const shapeOf = (more: Partial<SearchShape> = {}): SearchShape => ({ workers: 12, draws: 4, step: 'normalised', sigmaLow: 1e-4, sigmaHigh: 10, ...more })
const distribution: WeightDistribution = { mean: Float64Array.of(1, -2, 3), logSigma: Float64Array.of(-1, -2, 0.5) }

/** A gradient from fitness that knows nothing of the draws. */
const noiseGradient = (of: WeightDistribution, { workers, draws }: SearchShape, label: number) => {
  const key = foldIn(root, label)
  const workersDraws = Array.from({ length: workers }, (_, i) => ({ keys: Array.from({ length: draws }, (_draw, j) => foldIn(foldIn(key, i), j)), mirrored: false }))
  return distributionGradient(reference, of, workersDraws, normals(foldIn(key, workers), workers))
}

describe('a step', () => {
  test('a plain one is the gradient times the rates', () => {
    const gradient = noiseGradient(distribution, shapeOf(), 0)
    const next = steppedDistribution(distribution, gradient, { mean: 0.3, sigma: 0.2 }, shapeOf({ step: 'plain' }))
    expect([...next.mean]).toEqual([...distribution.mean].map((value, p) => value + 0.3 * gradient.byMean[p]))
    expect([...next.logSigma]).toEqual([...distribution.logSigma].map((value, p) => value + 0.2 * gradient.byLogSigma[p]))
  })
  test('a normalised one is √M times the natural gradient by the mean', () => {
    const gradient = noiseGradient(distribution, shapeOf(), 1)
    const natural = naturalGradient(distribution, gradient, 4)
    const next = steppedDistribution(distribution, gradient, { mean: 0.3, sigma: 0.2 }, shapeOf())
    next.mean.forEach((value, p) => expect(value - distribution.mean[p]).toBeCloseTo(0.3 * Math.sqrt(12) * natural.byMean[p], 12)) // sums of numbers near 1
    next.logSigma.forEach((value, p) => expect(value - distribution.logSigma[p]).toBeCloseTo(0.2 * Math.sqrt(12 / 8) * gradient.byLogSigma[p], 12))
  })
  test.each([
    [16, 1, 0.05],
    [64, 20, 0.05],
    [64, 20, 1.7],
  ])('the noise of %i workers of %i draws with σ %d moves μ by c σ/√K and log σ by c_σ', (workers, draws, sigma) => {
    const size = 400
    const wide: WeightDistribution = { mean: new Float64Array(size), logSigma: new Float64Array(size).fill(Math.log(sigma)) }
    const shape = shapeOf({ workers, draws })
    const moves = Array.from({ length: 8 }, (_, label) => steppedDistribution(wide, noiseGradient(wide, shape, 10 + label), { mean: 0.5, sigma: 0.01 }, shape))
    const deviation = (values: readonly number[]): number => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length)
    const byMean = deviation(moves.flatMap(({ mean }) => [...mean])) / ((0.5 * sigma) / Math.sqrt(draws))
    const bySigma = deviation(moves.flatMap(({ logSigma }) => [...logSigma].map((value) => value - Math.log(sigma)))) / 0.01
    // of 8 batches, each with the squares of its own M advantages in common: √(2/(8 M)) is the relative error of a variance; four of the smallest M
    const allowed = 2 * Math.sqrt(2 / (8 * workers))
    expect(Math.abs(byMean - 1)).toBeLessThan(allowed)
    expect(Math.abs(bySigma - 1)).toBeLessThan(allowed)
  })
  test('σ stays between its bounds, and is left bit for bit by a rate of 0', () => {
    const gradient = noiseGradient(distribution, shapeOf(), 2)
    const next = steppedDistribution(distribution, gradient, { mean: 0, sigma: 1e6 }, shapeOf({ sigmaLow: 0.01, sigmaHigh: 2 }))
    next.logSigma.forEach((value, p) => expect(value).toBeCloseTo(Math.log(gradient.byLogSigma[p] > 0 ? 2 : 0.01), 12)) // two logarithms, an ulp apart
    expect(next.mean).toStrictEqual(distribution.mean)
    expect(steppedDistribution(distribution, gradient, { mean: 1, sigma: 0 }, shapeOf()).logSigma).toBe(distribution.logSigma)
  })
})
