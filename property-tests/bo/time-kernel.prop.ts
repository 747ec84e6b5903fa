import { describe, expect, it } from 'vitest'
import { reference } from '../../backends/reference/index.ts'
import { exp, log } from '../../src/core/dmath.ts'
import { foldIn, normals, rootKey, uniforms } from '../../src/core/rng.ts'
import { gaussianProcess } from '../../src/bo/gp.ts'
import { timeProcess, ucbWeight, type TimeHyper, type TimeModel, type TimedPoints } from '../../src/bo/time-kernel.ts'
import { agreesWithDifferences } from '../laws/central-differences.ts'

const key = rootKey('time kernel')
const hyper: TimeHyper = { outputscale: 1.3, lengthscale: 0.6, epsilon: 0.2, noiseVariance: 0.1 }
const constants = { c1: 0.2, c2: 0.4 }
const pointsOf = (index: number, n: number, t: (k: number) => number): TimedPoints => ({
  x: uniforms(foldIn(key, index), 2 * n),
  t: Float64Array.from({ length: n }, (_, k) => t(k)),
})
const data = pointsOf(0, 9, (k) => k)
const y = normals(foldIn(key, 1), 9)
const query = pointsOf(2, 5, () => 10)
const none: TimedPoints = { x: new Float64Array(0), t: new Float64Array(0) }
const process = timeProcess(2, reference)

const conditioned = (values: TimeHyper, pending: TimedPoints = none): TimeModel => {
  const model = process.condition(values, data, y, pending)
  if (model._tag === 'gp-failure') throw new Error(model.reason)
  return model
}

describe('the process over time', () => {
  it('is the squared exponential with lengthscale √(ℓ/2) where nothing is forgotten', () => {
    const lengthscales = new Float64Array(2).fill(Math.sqrt(hyper.lengthscale / 2))
    const gp = gaussianProcess('rbf', reference)
    const plain = gp.condition({ lengthscales, outputscale: hyper.outputscale, noiseVariance: hyper.noiseVariance, mean: 0 }, { x: data.x, y })
    if (plain._tag === 'gp-failure') throw new Error(plain.reason)
    const model = conditioned({ ...hyper, epsilon: 0 })
    const [ours, theirs] = [process.posterior(model, query, constants), gp.posterior(plain, query.x)]
    // two formulas of one number of order 1; condition number below 200: 200 · 2.2e-16 with room
    expect(Math.abs(model.logMarginalLikelihood - plain.logMarginalLikelihood)).toBeLessThan(1e-12)
    ours.mean.forEach((value, q) => expect(Math.abs(value - theirs.mean[q])).toBeLessThan(1e-12))
    ours.variance.forEach((value, q) => expect(Math.abs(value - theirs.variance[q])).toBeLessThan(1e-12))
  })

  it('returns to its prior as data grow old', () => {
    const later = { x: query.x, t: query.t.map(() => 1000) } // 0.8^(495) of every correlation is left
    const { mean, variance } = process.posterior(conditioned(hyper), later, constants)
    mean.forEach((value) => expect(Math.abs(value)).toBeLessThan(1e-12))
    variance.forEach((value) => expect(Math.abs(value - hyper.outputscale)).toBeLessThan(1e-12))
  })

  it('narrows by pending points without moving its mean', () => {
    const pending = { x: query.x.slice(0, 2), t: Float64Array.of(10) }
    const [before, after] = [conditioned(hyper), conditioned(hyper, pending)].map((model) => process.posterior(model, query, constants))
    expect(after.mean).toEqual(before.mean)
    expect(after.variance[0]).toBeLessThan(hyper.noiseVariance)
    after.variance.forEach((value, q) => expect(value).toBeLessThanOrEqual(before.variance[q] + 1e-12))
  })

  it('has the gradient that central differences give', () => {
    const at = (theta: Float64Array): TimeHyper => ({ outputscale: exp(theta[0]), lengthscale: exp(theta[1]), epsilon: theta[2], noiseVariance: exp(theta[3]) })
    const theta = Float64Array.of(log(hyper.outputscale), log(hyper.lengthscale), hyper.epsilon, log(hyper.noiseVariance))
    const { logOutputscale, logLengthscale, epsilon, logNoiseVariance } = process.likelihoodGradient(conditioned(hyper))
    const gradient = Float64Array.of(logOutputscale, logLengthscale, epsilon, logNoiseVariance)
    agreesWithDifferences('log likelihood', (values) => conditioned(at(values)).logMarginalLikelihood, theta, gradient)
  })

  it('has the slopes of its acquisition that central differences give, and its value', () => {
    const pending = { x: query.x.slice(0, 4), t: Float64Array.of(9, 10) }
    const model = conditioned(hyper, pending)
    const ucbAt = (x: Float64Array): number => process.ucbSlopes(model, x, 10, constants).ucb
    for (const at of [0, 1, 2, 3, 4]) {
      const x = query.x.slice(2 * at, 2 * at + 2)
      const { ucb, byX } = process.ucbSlopes(model, x, 10, constants)
      // two ways to the same number of order 1 (a solve with L, or with L and its transpose)
      expect(Math.abs(ucb - process.posterior(model, { x, t: Float64Array.of(10) }, constants).ucb[0])).toBeLessThan(1e-12)
      agreesWithDifferences('ucb', ucbAt, x, byX)
    }
  })

  it('weighs the variance by √(c₁ + max(0, log(c₂ n)))', () => {
    expect(ucbWeight(constants, 1)).toBe(Math.sqrt(0.2))
    expect(ucbWeight(constants, 10)).toBeCloseTo(Math.sqrt(0.2 + Math.log(4)), 14)
  })
})
