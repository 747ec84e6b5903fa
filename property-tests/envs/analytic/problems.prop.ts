/**
 * Analytic problems: gradients against central differences, optima, and the two problems whose best sigma is known.
 *
 * *Source:* the formulas in the headers of `envs/analytic`. *Deviations:* none.
 */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { analyticEntries } from '../../../envs/analytic/index.ts'
import { meanNorm, movingRing, movingRingBestSigma, movingRingDefaults, movingRingSmoothed } from '../../../envs/analytic/moving-ring.ts'
import {
  rippledSlope,
  rippledSlopeAfterStep,
  rippledSlopeBestSigma,
  rippledSlopeDefaults,
  rippledSlopeGradient,
  rippledSlopeStepSigma,
} from '../../../envs/analytic/rippled-slope.ts'
import { waveAt } from '../../../envs/analytic/wave.ts'
import type { Problem } from '../../../src/core/problem.ts'
import { foldIn, normals, rootKey } from '../../../src/core/rng.ts'

const root = rootKey('analytic problems')
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
const standardError = (values: readonly number[]): number => {
  const centre = mean(values)
  return Math.sqrt(mean(values.map((value) => (value - centre) * (value - centre))) / values.length)
}

describe.each(analyticEntries.map((entry) => [entry.id, entry] as const))('%s', (id, entry) => {
  // noise is no part of the gradient
  const quiet = 'noise' in entry.options ? { noise: 0 } : {}
  const problem = entry.open({ ...quiet, dimension: 5 })

  test('names itself and refuses what makes no sense', () => {
    expect(problem.id).toBe(id)
    expect(() => entry.open({ dimensions: 3 })).toThrow('did you mean "dimension"?')
    for (const dimension of [0, 2.5, -1]) expect(() => entry.open({ dimension })).toThrow(RangeError)
    expect(() => problem.value(root, new Float64Array(4), 0)).toThrow(RangeError)
    expect(() => problem.gradient(new Float64Array(6), 0)).toThrow(RangeError)
  })

  test('the start depends on the key through the spread only', () => {
    const start = problem.initial(root)
    expect(start.length).toBe(problem.dimension)
    expect([...start]).toEqual(new Array(5).fill(entry.options['start']))
    const spread = entry.open({ dimension: 5, spread: 1 })
    expect(spread.initial(foldIn(root, 0))).not.toEqual(spread.initial(foldIn(root, 1)))
    expect(spread.initial(foldIn(root, 0))).toEqual(spread.initial(foldIn(root, 0)))
  })

  test('the gradient is the central difference, and nothing is written into the argument', () => {
    const coordinate = fc.double({ min: -2, max: 2, noNaN: true })
    fc.assert(
      fc.property(fc.array(coordinate, { minLength: 5, maxLength: 5 }), fc.integer({ min: 0, max: 100 }), (point, time) => {
        // the ring has no gradient at its centre
        fc.pre(point.some((x) => Math.abs(x) > 0.01))
        const x = Float64Array.from(point)
        const gradient = problem.gradient(x, time)
        const h = 1e-6
        for (let i = 0; i < 5; i++) {
          const at = (shift: number): number => problem.value(root, x.map((xi, j) => (j === i ? xi + shift : xi)), time)
          const difference = (at(h) - at(-h)) / (2 * h)
          // truncation h² f'''/6 (at most 2e-9 · f) and rounding 1e-16 f/h, with |f| up to 1e4
          expect(Math.abs(gradient[i] - difference)).toBeLessThan(1e-7 * Math.max(1, Math.abs(difference)) + 1e-10 * Math.abs(at(0)))
        }
        expect([...x]).toEqual(point)
      }),
      { seed: 42, numRuns: 50 },
    )
  })

  test('no point is better than the optimum, which is stationary', () => {
    for (const time of [0, 7, 20]) {
      const best = problem.optimum(time)
      if (!Number.isFinite(best.value)) continue
      expect(Math.abs(problem.value(root, best.x, time) - best.value)).toBeLessThan(1e-12)
      for (const slope of problem.gradient(best.x, time)) expect(Math.abs(slope)).toBeLessThan(1e-12)
      for (let i = 0; i < 500; i++) {
        const scale = [0.01, 0.1, 1, 3][i % 4]
        const other = normals(foldIn(root, i), 5).map((z, j) => best.x[j] + scale * z)
        expect(problem.value(root, other, time)).toBeLessThanOrEqual(best.value + 1e-12)
      }
    }
  })
})

describe('noise', () => {
  test('has the stated standard deviation, mean zero, and comes from the key', () => {
    const noisy = analyticEntries.find((entry) => entry.id === 'noisy-sphere')?.open({ noise: 0.5 }) as Problem
    const x = noisy.initial(root)
    const values = Array.from({ length: 4000 }, (_, i) => noisy.value(foldIn(root, i), x, 0))
    // 5 standard errors of the mean and of the deviation (σ/√(2n))
    expect(Math.abs(mean(values) + 10)).toBeLessThan((5 * 0.5) / Math.sqrt(4000))
    expect(Math.abs(standardError(values) * Math.sqrt(4000) - 0.5)).toBeLessThan((5 * 0.5) / Math.sqrt(8000))
    expect(noisy.value(root, x, 0)).toBe(noisy.value(root, x, 0))
  })
})

describe('waves', () => {
  test('a sine goes from low to high and back, a square jumps', () => {
    const sine = { low: 1, high: 3, period: 40, wave: 'sine' }
    expect([0, 10, 20, 30, 40].map((t) => Number(waveAt(sine, t).toFixed(12)))).toEqual([1, 2, 3, 2, 1])
    const square = { ...sine, wave: 'square' }
    expect([0, 19, 20, 39, 40].map((t) => waveAt(square, t))).toEqual([1, 1, 3, 3, 1])
  })

  test('what is no wave is refused', () => {
    for (const wrong of [{ wave: 'saw' }, { low: 0 }, { low: 1, high: 0.5 }, { period: 0 }]) expect(() => movingRing.open(wrong)).toThrow(RangeError)
  })
})

/** Σ f(x) over a Gaussian population of standard deviation `sigma` around the origin. */
const population = (problem: Problem, sigma: number, time: number, n: number): number[] =>
  Array.from({ length: n }, (_, i) => problem.value(root, normals(foldIn(root, i), problem.dimension).map((z) => sigma * z), time))

describe('moving-ring', () => {
  test('the mean of the chi distribution: known values, and against a population', () => {
    // E[χ_1] = √(2/π), E[χ_2] = √(π/2), E[χ_3] = √(8/π); the recursion adds a few roundings
    for (const [d, norm] of [[1, Math.sqrt(2 / Math.PI)], [2, Math.sqrt(Math.PI / 2)], [3, Math.sqrt(8 / Math.PI)]]) {
      expect(Math.abs(meanNorm(d) - norm / Math.sqrt(d))).toBeLessThan(1e-15)
    }
    // E[χ_d]/√d = 1 − 1/(4d) + O(d⁻²)
    expect(Math.abs(meanNorm(1000) - (1 - 1 / 4000))).toBeLessThan(1e-7)
  })

  test('the smoothed fitness is the stated parabola', () => {
    const problem = movingRing.open({})
    for (const [time, sigma] of [[0, 0.02], [20, 0.07], [13, 0.04]]) {
      const values = population(problem, sigma, time, 4000)
      expect(Math.abs(mean(values) - movingRingSmoothed(movingRingDefaults, time, sigma))).toBeLessThan(5 * standardError(values))
    }
  })

  test('the best sigma maximises it, lies inside the usual range and moves by more than two', () => {
    const best = [0, 10, 20].map((time) => movingRingBestSigma(movingRingDefaults, time))
    expect(best[2] / best[0]).toBeGreaterThan(2)
    for (const [i, sigma] of best.entries()) {
      const at = (factor: number): number => movingRingSmoothed(movingRingDefaults, 10 * i, factor * sigma)
      expect(at(1)).toBeGreaterThan(at(0.99))
      expect(at(1)).toBeGreaterThan(at(1.01))
      expect(sigma).toBeGreaterThan(0.02)
      expect(sigma).toBeLessThan(0.08)
    }
  })
})

describe('rippled-slope', () => {
  const problem = rippledSlope.open({})

  /** Fitness after one ES step from the origin, computed as the strategy would. */
  const stepFitness = (sigma: number, time: number, learningRate: number, popsize: number, antithetic: boolean, n: number): number[] =>
    Array.from({ length: n }, (_, trial) => {
      const theta = new Float64Array(problem.dimension)
      for (let i = 0; i < popsize; i++) {
        const sign = antithetic && i % 2 === 1 ? -1 : 1
        const noise = normals(foldIn(foldIn(root, trial), antithetic ? Math.floor(i / 2) : i), problem.dimension)
        const fitness = problem.value(root, noise.map((z) => sign * sigma * z), time)
        for (let j = 0; j < theta.length; j++) theta[j] += ((learningRate * sign) / (popsize * sigma)) * fitness * noise[j]
      }
      return problem.value(root, theta, time)
    })

  test('the expected step is the stated gradient of the smoothed fitness', () => {
    for (const [time, sigma] of [[0, 0.025], [20, 0.03], [10, 0.06]]) {
      const estimates = Array.from({ length: 20000 }, (_, i) => {
        const noise = normals(foldIn(root, i), problem.dimension)
        return (problem.value(root, noise.map((z) => sigma * z), time) * noise[0]) / sigma
      })
      expect(Math.abs(mean(estimates) - rippledSlopeGradient(rippledSlopeDefaults, time, sigma))).toBeLessThan(5 * standardError(estimates))
    }
  })

  test.each([
    [0.05, false],
    [0.5, false],
    [0.5, true],
    [2, true],
  ])('the fitness after a step with learning rate %s (mirrored: %s) is the stated expectation', (learningRate, antithetic) => {
    for (const factor of [0.5, 1, 2]) {
      const sigma = factor * rippledSlopeBestSigma(rippledSlopeDefaults, 5)
      const expected = rippledSlopeAfterStep(rippledSlopeDefaults, 5, sigma, { learningRate, popsize: 10, antithetic })
      const values = stepFitness(sigma, 5, learningRate, 10, antithetic, 2000)
      expect(Math.abs(mean(values) - expected)).toBeLessThan(5 * standardError(values))
    }
  })

  test('the closed form is the best sigma of a small step, clearly inside, and moves by more than two', () => {
    const step = { learningRate: 0.01, popsize: 20, antithetic: false }
    for (const time of [0, 20]) {
      const best = rippledSlopeBestSigma(rippledSlopeDefaults, time)
      const at = (factor: number): number => rippledSlopeAfterStep(rippledSlopeDefaults, time, factor * best, step)
      expect(at(1)).toBeGreaterThan(at(0.97))
      expect(at(1)).toBeGreaterThan(at(1.03))
      // a factor of 2.8, by which the optimum itself moves, costs a third of the gain on one side and two thirds on the other
      expect(at(1 / 2.8)).toBeLessThan(0.68 * at(1))
      expect(at(2.8)).toBeLessThan(0.4 * at(1))
    }
    expect(rippledSlopeBestSigma(rippledSlopeDefaults, 20) / rippledSlopeBestSigma(rippledSlopeDefaults, 0)).toBeGreaterThan(2)
  })

  test('the best sigma of a larger step stays close, and scales with the wavelength', () => {
    for (const learningRate of [0.01, 1]) {
      const step = { learningRate, popsize: 40, antithetic: true }
      const early = rippledSlopeStepSigma(rippledSlopeDefaults, 0, step)
      const late = rippledSlopeStepSigma(rippledSlopeDefaults, 20, step)
      // the search stops at 0.1 %; learning rate 1 moves the optimum by a few per cent
      expect(Math.abs(early / rippledSlopeBestSigma(rippledSlopeDefaults, 0) - 1)).toBeLessThan(learningRate === 1 ? 0.08 : 0.003)
      expect(Math.abs(late / early - 2.8)).toBeLessThan(1e-9)
    }
  })
})
