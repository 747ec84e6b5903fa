/**
 * Laws of Gaussian-process regression and of acquisition functions.
 *
 * Each law is a named function that throws on violation, so that it serves tests of good subjects and of broken ones.
 */
import { deepStrictEqual, ok } from 'node:assert/strict'
import { exp, log } from '../../src/core/dmath.ts'
import { foldIn, normals, permutation, rootKey, uniforms } from '../../src/core/rng.ts'
import type { AcquisitionValue } from '../../src/bo/acquisition.ts'
import type { GaussianProcess, GpData, GpHyper, GpModel } from '../../src/bo/gp.ts'
import { agreesWithDifferences } from './central-differences.ts'
import type { Law } from './network.ts'

/** A conditioned-process implementation; `smooth` tells whether its kernel has a derivative at a data point. */
export type GpSubject = Readonly<{ gp: GaussianProcess; smooth: boolean }>

const root = rootKey('gp laws')
const DIMENSIONS = 2
const hyper: GpHyper = { lengthscales: Float64Array.of(0.4, 0.9), outputscale: 1.7, noiseVariance: 0.05, mean: 0.3 }

const points = (index: number, n: number): Float64Array => uniforms(foldIn(root, index), n * DIMENSIONS)
const dataOf = (index: number, n: number): GpData => ({ x: points(2 * index, n), y: normals(foldIn(root, 2 * index + 1), n) })

const conditioned = (gp: GaussianProcess, values: GpHyper, data: GpData): GpModel => {
  const model = gp.condition(values, data)
  if (model._tag === 'gp-failure') throw new Error(model.reason)
  return model
}

const near = (what: string, a: number, b: number, tolerance: number): void =>
  ok(Math.abs(a - b) <= tolerance, `${what}: ${a}, expected ${b} within ${tolerance}`)

/** Hyperparameters from [log ℓ (D), log outputscale, log noise variance, mean]. */
const hyperAt = (theta: Float64Array): GpHyper => ({
  lengthscales: theta.slice(0, DIMENSIONS).map(exp),
  outputscale: exp(theta[DIMENSIONS]),
  noiseVariance: exp(theta[DIMENSIONS + 1]),
  mean: theta[DIMENSIONS + 2],
})

export const gpLaws: readonly Law<GpSubject>[] = [
  {
    name: 'variance is never negative and never above the prior variance, at data points and far away',
    check: ({ gp }) => {
      for (const noiseVariance of [0.05, 1e-8]) {
        const data = dataOf(0, 12)
        const model = conditioned(gp, { ...hyper, noiseVariance }, data)
        const query = Float64Array.of(...data.x, ...points(50, 40).map((u) => 6 * u - 3))
        gp.posterior(model, query).variance.forEach((v) => ok(v >= 0 && v <= hyper.outputscale, `variance ${v}`))
        const covariance = gp.posteriorCovariance(model, query)
        const rows = query.length / DIMENSIONS
        // unclamped: at most the rounding of a sum of 12 squares of order 2, and not far above it
        for (let q = 0; q < rows; q++) ok(covariance[q * rows + q] >= -1e-12, `unclamped variance ${covariance[q * rows + q]}`)
      }
    },
  },
  {
    name: 'the order of the data does not matter',
    check: ({ gp }) => {
      const data = dataOf(1, 10)
      const order = permutation(foldIn(root, 90), 10)
      const shuffled = {
        x: Float64Array.from(data.x, (_, at) => data.x[order[Math.floor(at / DIMENSIONS)] * DIMENSIONS + (at % DIMENSIONS)]),
        y: Float64Array.from(order, (k) => data.y[k]),
      }
      const query = points(51, 6)
      const [a, b] = [conditioned(gp, hyper, data), conditioned(gp, hyper, shuffled)]
      const [atA, atB] = [gp.posterior(a, query), gp.posterior(b, query)]
      // condition number about 300 here: 300 · 2.2e-16 with room
      near('log likelihood', b.logMarginalLikelihood, a.logMarginalLikelihood, 1e-11)
      atA.mean.forEach((value, q) => near('mean', atB.mean[q], value, 1e-12))
      atA.variance.forEach((value, q) => near('variance', atB.variance[q], value, 1e-12))
    },
  },
  {
    name: 'with next to no noise the posterior passes through the data',
    check: ({ gp }) => {
      const data = dataOf(2, 6)
      const { mean, variance } = gp.posterior(conditioned(gp, { ...hyper, noiseVariance: 1e-9 }, data), data.x)
      // the gap is σ² α, and α of order 1e2 for six points apart; the variance is at most σ²
      mean.forEach((value, k) => near('mean at a datum', value, data.y[k], 1e-6))
      variance.forEach((value) => near('variance at a datum', value, 0, 1e-8))
    },
  },
  {
    name: 'far from the data the posterior is the prior',
    check: ({ gp }) => {
      const { mean, variance } = gp.posterior(conditioned(gp, hyper, dataOf(3, 5)), Float64Array.of(80, -90))
      // correlations at 90 lengthscales and more are below e^(−80)
      near('mean', mean[0], hyper.mean, 1e-12)
      near('variance', variance[0], hyper.outputscale, 1e-12)
    },
  },
  {
    name: 'a datum more never widens the posterior',
    check: ({ gp }) => {
      const data = dataOf(4, 9)
      const fewer = { x: data.x.slice(0, 8 * DIMENSIONS), y: data.y.slice(0, 8) }
      const query = points(52, 20)
      const wide = gp.posterior(conditioned(gp, hyper, fewer), query).variance
      gp.posterior(conditioned(gp, hyper, data), query).variance.forEach((value, q) => ok(value <= wide[q] + 1e-12, `${value} from ${wide[q]}`))
    },
  },
  {
    name: 'one datum gives the closed form',
    check: ({ gp }) => {
      const model = conditioned(gp, hyper, { x: Float64Array.of(0.5, 0.5), y: Float64Array.of(2) })
      const { mean, variance } = gp.posterior(model, Float64Array.of(0.5, 0.5))
      const total = hyper.outputscale + hyper.noiseVariance
      near('mean', mean[0], hyper.mean + (hyper.outputscale / total) * (2 - hyper.mean), 1e-14)
      near('variance', variance[0], (hyper.outputscale * hyper.noiseVariance) / total, 1e-14)
      near('log likelihood', model.logMarginalLikelihood, -0.5 * ((2 - hyper.mean) * (2 - hyper.mean)) / total - 0.5 * log(2 * Math.PI * total), 1e-13)
    },
  },
  {
    name: 'the likelihood gradient agrees with central differences',
    check: ({ gp }) => {
      const data = dataOf(5, 8)
      const theta = Float64Array.of(...hyper.lengthscales.map(log), log(hyper.outputscale), log(hyper.noiseVariance), hyper.mean)
      const slope = gp.likelihoodGradient(conditioned(gp, hyper, data))
      const gradient = Float64Array.of(...slope.logLengthscales, slope.logOutputscale, slope.logNoiseVariance, slope.mean)
      agreesWithDifferences('log likelihood', (at) => conditioned(gp, hyperAt(at), data).logMarginalLikelihood, theta, gradient)
    },
  },
  {
    name: 'the slopes of the posterior agree with central differences',
    check: ({ gp, smooth }) => {
      const data = dataOf(6, 8)
      const model = conditioned(gp, hyper, data)
      const queries = [Float64Array.of(0.31, 0.77), Float64Array.of(-0.4, 1.3)]
      for (const query of smooth ? [...queries, data.x.slice(0, DIMENSIONS)] : queries) {
        const slopes = gp.posteriorSlopes(model, query)
        const at = gp.posterior(model, query)
        deepStrictEqual([slopes.mean, slopes.variance], [at.mean[0], at.variance[0]])
        // at a datum a Matern 3/2 kernel has a kink in its second derivative, which leaves the difference an error of order h²;
        // near one, Matern 1/2 bends like 1/r: fifth derivatives of 1e5 times h⁴
        const tolerance = queries.includes(query) ? 1e-7 : 1e-4
        agreesWithDifferences('mean', (q) => gp.posterior(model, q).mean[0], query, slopes.meanByQuery, tolerance)
        agreesWithDifferences('variance', (q) => gp.posterior(model, q).variance[0], query, slopes.varianceByQuery, tolerance)
      }
    },
  },
  {
    name: 'inputs are left unchanged and models are plain data',
    check: ({ gp }) => {
      const data = dataOf(7, 5)
      const before = structuredClone({ hyper, data })
      const model = conditioned(gp, hyper, data)
      const query = points(53, 3)
      const copy = structuredClone(model)
      const one = query.slice(0, DIMENSIONS)
      const answers = (m: GpModel) => [gp.posterior(m, query), gp.likelihoodGradient(m), gp.posteriorCovariance(m, query), gp.posteriorSlopes(m, one)]
      deepStrictEqual(answers(copy), answers(model))
      deepStrictEqual(model, copy)
      deepStrictEqual({ hyper, data }, before)
    },
  },
]

/** Improvement functions of (mean, std, incumbent, xi). */
export type ImprovementSubject = Readonly<{
  ei: (mean: number, std: number, incumbent: number, xi: number) => AcquisitionValue
  logEi: (mean: number, std: number, incumbent: number, xi: number) => AcquisitionValue
  probability: (mean: number, std: number, incumbent: number, xi: number) => AcquisitionValue
}>

/** z from far below the incumbent to above it, both sides of the seam at −3 included. */
const scores = [-37, -20, -8, -3.0001, -3, -2.9999, -1.5, -1, -0.3, 0, 0.7, 2, 6]

export const improvementLaws: readonly Law<ImprovementSubject>[] = [
  {
    name: 'log-EI is the logarithm of EI where EI is a normal number',
    check: ({ ei, logEi }) => {
      for (const z of scores) {
        for (const std of [0.03, 1, 40]) {
          const expected = log(ei(1 + z * std, std, 0.9, 0.1).value)
          // logarithms up to 700, and e^(−z²/2) from an exponent of that size: 700 · 2.2e-16 each
          near(`z ${z} std ${std}`, logEi(1 + z * std, std, 0.9, 0.1).value, expected, 1e-12)
        }
      }
    },
  },
  {
    name: 'log-EI keeps falling where EI has underflown',
    check: ({ logEi }) => {
      let last = Infinity
      for (let z = -1; z > -1e5; z *= 1.7) {
        const { value, byMean, byStd } = logEi(z, 1, 0, 0)
        ok(Number.isFinite(value) && value < last, `log-EI ${value} at z ${z} after ${last}`)
        // h ≈ φ(z)/z² far below: slope by mean → |z|, by std → z²
        if (z < -100) {
          near('value', value / (-0.5 * z * z), 1, 0.02)
          near('slope by mean', byMean / -z, 1, 1e-3)
          near('slope by std', byStd / (z * z), 1, 1e-3)
        }
        last = value
      }
    },
  },
  {
    name: 'derivatives by mean and std agree with central differences',
    check: (subject) => {
      for (const name of ['ei', 'logEi', 'probability'] as const) {
        for (const z of scores.filter((score) => score > -10)) {
          const at = Float64Array.of(0.4 + 1.3 * z, 1.3)
          const { byMean, byStd } = subject[name](at[0], at[1], 0.3, 0.1)
          agreesWithDifferences(`${name} at z ${z}`, (v) => subject[name](v[0], v[1], 0.3, 0.1).value, at, Float64Array.of(byMean, byStd), 1e-7)
        }
      }
    },
  },
  {
    name: 'EI is at least the plain improvement, and grows with mean and with std',
    check: ({ ei }) => {
      for (const z of scores) {
        const { value, byMean, byStd } = ei(z, 1, 0, 0)
        ok(value > 0 && value >= z, `EI ${value} at gap ${z}`)
        ok(byMean > 0 && byMean <= 1 && byStd > 0, `slopes ${byMean}, ${byStd}`)
      }
    },
  },
  {
    name: 'without deviation EI is the gap, or nothing',
    check: ({ ei, logEi, probability }) => {
      deepStrictEqual([ei(2, 0, 1.5, 0).value, ei(1, 0, 1.5, 0).value], [0.5, 0])
      deepStrictEqual([logEi(2, 0, 1.5, 0).value, logEi(1, 0, 1.5, 0).value], [log(0.5), -Infinity])
      deepStrictEqual([probability(2, 0, 1.5, 0).value, probability(1, 0, 1.5, 0).value], [1, 0])
    },
  },
]
