/**
 * PB2's Gaussian process: a squared-exponential kernel over hyperparameters that forgets with time, and its batch UCB.
 *
 *     k((x, t), (x′, t′)) = (1 − ε)^(|t − t′|/2) · outputscale · e^(−‖x − x′‖²/ℓ),   mean 0
 *
 * The posterior mean comes from the data alone, the variance from data and pending points together (a pending point's
 * value does not enter a variance). The acquisition weights the variance itself:
 *
 *     ucb = mean + κ · variance,   κ = √(c₁ + max(0, log(c₂ n))),   n = number of data
 *
 * *Source:* Parker-Holder, Nguyen and Roberts 2020, PB2, arXiv 2002.02518, Eq. 5-7 and Algorithm 2; Bogunovic, Scarlett and
 * Cevher 2016, arXiv 1601.06650 (time-varying kernel).
 * *Deviations:* 1. UCB weights the variance, as the authors' program does; the paper's equation weights the deviation.
 */
import type { Backend } from '../core/backend.ts'
import { exp, log, log1p } from '../core/dmath.ts'
import { invariant } from '../core/invariant.ts'
import { choleskyWithJitter, inverseFromFactor, solveFactored, solveLower } from '../core/linalg.ts'
import { halfTrace, logMarginalLikelihood, type GpFailure } from './gp.ts'

/** ℓ divides the squared distance itself; ε in [0, 1) is the rate of forgetting; all others positive. */
export type TimeHyper = Readonly<{ outputscale: number; lengthscale: number; epsilon: number; noiseVariance: number }>

/** Points [n, D] with their times [n]. */
export type TimedPoints = Readonly<{ x: Float64Array; t: Float64Array }>

/** The conditioned process as plain data: L and α of the data, and L of data and pending points together. */
export type TimeModel = Readonly<{
  _tag: 'time-model'
  hyper: TimeHyper
  data: TimedPoints
  all: TimedPoints
  lower: Float64Array
  alpha: Float64Array
  lowerAll: Float64Array
  jitter: number
  logMarginalLikelihood: number
}>

/** Derivatives of the log marginal likelihood; the one by ε is by ε itself. */
export type TimeGradient = Readonly<{ logOutputscale: number; logLengthscale: number; epsilon: number; logNoiseVariance: number }>

/** Constants of κ; the paper's experiments use 0.2 and 0.4. */
export type UcbConstants = Readonly<{ c1: number; c2: number }>

/** Mean, variance and batch UCB at query points, [Q] each, and the κ that was used. */
export type TimePosterior = Readonly<{ mean: Float64Array; variance: Float64Array; kappa: number; ucb: Float64Array }>

export type TimeProcess = Readonly<{
  /** k between all points of `a` and `b`, [A, B]. */
  covariance(hyper: TimeHyper, a: TimedPoints, b: TimedPoints): Float64Array
  /** Conditions on targets `y` [n]; `pending` (possibly empty) narrows variances only. */
  condition(hyper: TimeHyper, data: TimedPoints, y: Float64Array, pending: TimedPoints): TimeModel | GpFailure
  likelihoodGradient(model: TimeModel): TimeGradient
  posterior(model: TimeModel, query: TimedPoints, constants: UcbConstants): TimePosterior
  /** The batch UCB at one point `x` [D] and time, and its derivatives by the point [D]. */
  ucbSlopes(model: TimeModel, x: Float64Array, t: number, constants: UcbConstants): Readonly<{ ucb: number; byX: Float64Array }>
}>

const joined = (a: Float64Array, b: Float64Array): Float64Array => {
  const out = new Float64Array(a.length + b.length)
  out.set(a)
  out.set(b, a.length)
  return out
}

/** κ = √(c₁ + max(0, log(c₂ n))). */
export const ucbWeight = ({ c1, c2 }: UcbConstants, count: number): number => Math.sqrt(c1 + Math.max(0, log(c2 * count)))

/** Binds the process to a number of dimensions and a backend. Arrays of a wrong length break an invariant. */
export const timeProcess = (dimensions: number, backend: Backend): TimeProcess => {
  const { squaredDistances } = backend.kernels
  const ones = new Float64Array(dimensions).fill(1)

  const distances = (a: TimedPoints, b: TimedPoints): Float64Array => {
    const fits = [a, b].every(({ x, t }) => x.length === t.length * dimensions)
    invariant(fits, `points need ${dimensions} coordinates and one time each`)
    const out = new Float64Array(a.t.length * b.t.length)
    squaredDistances(out, a.x, b.x, ones, a.t.length, b.t.length, dimensions)
    return out
  }

  const lag = (a: TimedPoints, b: TimedPoints, at: number): number => Math.abs(a.t[Math.floor(at / b.t.length)] - b.t[at % b.t.length])

  const covariance = (hyper: TimeHyper, a: TimedPoints, b: TimedPoints): Float64Array => {
    const logKeep = 0.5 * log1p(-hyper.epsilon)
    return distances(a, b).map((square, at) => hyper.outputscale * exp(logKeep * lag(a, b, at) - square / hyper.lengthscale))
  }

  const noisyFactor = (hyper: TimeHyper, points: TimedPoints) => {
    const n = points.t.length
    const matrix = covariance(hyper, points, points)
    for (let i = 0; i < n; i++) matrix[i * n + i] += hyper.noiseVariance
    return choleskyWithJitter(backend, matrix, n)
  }

  return {
    covariance,

    condition: (hyper, data, y, pending) => {
      const n = y.length
      invariant(n > 0 && data.t.length === n, `${n} targets for ${data.t.length} points`)
      const all = { x: joined(data.x, pending.x), t: joined(data.t, pending.t) }
      const factor = noisyFactor(hyper, data)
      const wide = pending.t.length === 0 ? factor : noisyFactor(hyper, all)
      if (factor._tag === 'not-positive-definite' || wide._tag === 'not-positive-definite') {
        return { _tag: 'gp-failure', reason: `a ${all.t.length} × ${all.t.length} covariance matrix over time is not positive definite` }
      }
      const alpha = solveFactored(backend, factor.lower, y, n, 1)
      return {
        _tag: 'time-model',
        hyper,
        data,
        all,
        lower: factor.lower,
        alpha,
        lowerAll: wide.lower,
        jitter: Math.max(factor.jitter, wide.jitter),
        logMarginalLikelihood: logMarginalLikelihood(y, alpha, factor.lower),
      }
    },

    likelihoodGradient: ({ hyper, data, lower, alpha }) => {
      const n = alpha.length
      const inverse = inverseFromFactor(backend, lower, n)
      const clean = covariance(hyper, data, data)
      const squares = distances(data, data)
      let noise = 0
      for (let i = 0; i < n; i++) noise += alpha[i] * alpha[i] - inverse[i * n + i]
      return {
        logOutputscale: halfTrace(alpha, inverse, clean),
        logLengthscale: halfTrace(alpha, inverse, clean.map((k, at) => (k * squares[at]) / hyper.lengthscale)),
        epsilon: halfTrace(alpha, inverse, clean.map((k, at) => (-k * lag(data, data, at)) / (2 * (1 - hyper.epsilon)))),
        logNoiseVariance: 0.5 * hyper.noiseVariance * noise,
      }
    },

    ucbSlopes: (model, x, t, constants) => {
      const { hyper, data, all, alpha, lowerAll } = model
      const rows = all.t.length
      const query = { x, t: Float64Array.of(t) }
      const cross = covariance(hyper, all, query) // [n + pending]: the data come first
      const weights = solveFactored(backend, lowerAll, cross, rows, 1)
      const kappa = ucbWeight(constants, data.t.length)
      const byX = new Float64Array(dimensions)
      let mean = 0
      let explained = 0
      for (let i = 0; i < rows; i++) {
        const ofMean = i < alpha.length ? alpha[i] : 0
        mean += ofMean * cross[i]
        explained += weights[i] * cross[i]
        const pull = (cross[i] * (ofMean - 2 * kappa * weights[i]) * -2) / hyper.lengthscale
        for (let d = 0; d < dimensions; d++) byX[d] += pull * (x[d] - all.x[i * dimensions + d])
      }
      return { ucb: mean + kappa * Math.max(0, hyper.outputscale - explained), byX }
    },

    posterior: (model, query, constants) => {
      const n = model.data.t.length
      const rows = model.all.t.length
      const queries = query.t.length
      const cross = covariance(model.hyper, model.data, query) // [n, Q]
      const white = solveLower(backend, model.lowerAll, covariance(model.hyper, model.all, query), rows, queries)
      const mean = new Float64Array(queries)
      const variance = new Float64Array(queries)
      for (let q = 0; q < queries; q++) {
        let explained = 0
        for (let i = 0; i < n; i++) mean[q] += cross[i * queries + q] * model.alpha[i]
        for (let i = 0; i < rows; i++) explained += white[i * queries + q] * white[i * queries + q]
        variance[q] = Math.max(0, model.hyper.outputscale - explained)
      }
      const kappa = ucbWeight(constants, n)
      return { mean, variance, kappa, ucb: mean.map((value, q) => value + kappa * variance[q]) }
    },
  }
}
