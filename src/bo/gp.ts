/**
 * Gaussian-process regression with a constant mean and observation noise.
 *
 * With K = k(X, X) + σ² I = L Lᵀ and α = K⁻¹(y − m):
 *
 *     log p(y) = −½ (y − m)ᵀα − Σ log L_ii − (n/2) log 2π
 *     ∂ log p/∂θ = ½ tr((α αᵀ − K⁻¹) ∂K/∂θ),   ∂ log p/∂m = Σ α_i
 *     mean(q) = m + k(q, X) α,   var(q) = k(q, q) − ‖L⁻¹ k(X, q)‖²
 *
 * The variance is that of the latent function, without observation noise. A matrix that cannot be factored is a tagged
 * failure; jitter that the factorisation needed is part of the model.
 *
 * *Source:* Rasmussen and Williams 2006, "Gaussian processes for machine learning", Algorithm 2.1, Eq. 2.30, 5.9.
 * *Deviations:* none.
 */
import type { Backend } from '../core/backend.ts'
import { log } from '../core/dmath.ts'
import { invariant } from '../core/invariant.ts'
import { choleskyWithJitter, inverseFromFactor, logDeterminant, solveFactored, solveLower } from '../core/linalg.ts'
import { stationaryKernel, type KernelHyper, type KernelName } from './kernels.ts'

/** Kernel hyperparameters, noise variance σ² ≥ 0 and the constant mean, in the unit of the targets. */
export type GpHyper = KernelHyper & Readonly<{ noiseVariance: number; mean: number }>

/** Inputs [n, D] row-major and targets [n], n ≥ 1. */
export type GpData = Readonly<{ x: Float64Array; y: Float64Array }>

/** A conditioned process as plain data: L [n, n] lower triangular, α [n], and the jitter added to the diagonal (0 if none). */
export type GpModel = Readonly<{
  _tag: 'gp-model'
  hyper: GpHyper
  x: Float64Array
  lower: Float64Array
  alpha: Float64Array
  jitter: number
  logMarginalLikelihood: number
}>

/** The covariance matrix could not be factored, whatever jitter the policy allows. */
export type GpFailure = Readonly<{ _tag: 'gp-failure'; reason: string }>

/** Derivatives of the log marginal likelihood. */
export type GpGradient = Readonly<{ logLengthscales: Float64Array; logOutputscale: number; logNoiseVariance: number; mean: number }>

/** Mean and variance of the latent function at one point, and their derivatives by the point [D]. */
export type GpSlopes = Readonly<{ mean: number; variance: number; meanByQuery: Float64Array; varianceByQuery: Float64Array }>

/** Regression with one kernel on one backend; queries are [Q, D]. */
export type GaussianProcess = Readonly<{
  condition(hyper: GpHyper, data: GpData): GpModel | GpFailure
  likelihoodGradient(model: GpModel): GpGradient
  /** Mean [Q] and variance [Q]; a variance that rounding took below 0 reads 0. */
  posterior(model: GpModel, query: Float64Array): Readonly<{ mean: Float64Array; variance: Float64Array }>
  /** Covariance [Q, Q] of the latent function, as computed (its diagonal may be −1e-16 where the truth is 0). */
  posteriorCovariance(model: GpModel, query: Float64Array): Float64Array
  posteriorSlopes(model: GpModel, query: Float64Array): GpSlopes
}>

const LOG_2PI = log(2 * Math.PI)

const dotAt = (a: Float64Array, aAt: number, aStride: number, b: Float64Array, bAt: number, bStride: number, n: number): number => {
  let sum = 0
  for (let i = 0; i < n; i++) sum += a[aAt + i * aStride] * b[bAt + i * bStride]
  return sum
}

/** Σ_i m[i, q] weight_i for every column q of a matrix [n, columns], in the order of i; row by row, as the matrix lies in memory. */
const weightedColumns = (matrix: Float64Array, columns: number, weights: Float64Array): Float64Array => {
  const sums = new Float64Array(columns)
  for (let i = 0, at = 0; at < matrix.length; i++) for (let q = 0; q < columns; q++, at++) sums[q] += matrix[at] * weights[i]
  return sums
}

/** Σ_i m[i, q]² likewise. */
const squaredColumns = (matrix: Float64Array, columns: number): Float64Array => {
  const sums = new Float64Array(columns)
  for (let at = 0; at < matrix.length;) for (let q = 0; q < columns; q++, at++) sums[q] += matrix[at] * matrix[at]
  return sums
}

/** −½ rᵀα − Σ log L_ii − (n/2) log 2π. */
export const logMarginalLikelihood = (residual: Float64Array, alpha: Float64Array, lower: Float64Array): number => {
  const n = residual.length
  return -0.5 * (dotAt(residual, 0, 1, alpha, 0, 1, n) + logDeterminant(lower, n) + n * LOG_2PI)
}

/** ½ tr((α αᵀ − K⁻¹) G) for a symmetric G [n, n]. */
export const halfTrace = (alpha: Float64Array, inverse: Float64Array, g: Float64Array): number => {
  const n = alpha.length
  let sum = 0
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) sum += (alpha[i] * alpha[j] - inverse[i * n + j]) * g[i * n + j]
  return 0.5 * sum
}

/** Binds regression to a kernel and a backend. Arrays of a wrong length break an invariant. */
export const gaussianProcess = (kernelName: KernelName, backend: Backend): GaussianProcess => {
  const kernel = stationaryKernel(kernelName, backend)
  const dimensionsOf = (hyper: GpHyper, points: Float64Array): number => {
    const dimensions = hyper.lengthscales.length
    invariant(points.length % dimensions === 0, `${points.length} numbers are not points of ${dimensions} dimensions`)
    return dimensions
  }

  const meanAt = (model: GpModel, cross: Float64Array, queries: number): Float64Array =>
    weightedColumns(cross, queries, model.alpha).map((sum) => model.hyper.mean + sum)

  return {
    condition: (hyper, { x, y }) => {
      const dimensions = dimensionsOf(hyper, x)
      const n = y.length
      invariant(n > 0 && x.length === n * dimensions, `${n} targets for ${x.length / dimensions} points`)
      const matrix = kernel.covariance(hyper, x, x)
      for (let i = 0; i < n; i++) matrix[i * n + i] += hyper.noiseVariance
      const factor = choleskyWithJitter(backend, matrix, n)
      if (factor._tag === 'not-positive-definite') return { _tag: 'gp-failure', reason: `a ${n} × ${n} covariance matrix is not positive definite` }
      const residual = y.map((target) => target - hyper.mean)
      const alpha = solveFactored(backend, factor.lower, residual, n, 1)
      return {
        _tag: 'gp-model',
        hyper,
        x,
        lower: factor.lower,
        alpha,
        jitter: factor.jitter,
        logMarginalLikelihood: logMarginalLikelihood(residual, alpha, factor.lower),
      }
    },

    likelihoodGradient: ({ hyper, x, lower, alpha }) => {
      const n = alpha.length
      const inverse = inverseFromFactor(backend, lower, n)
      let noise = 0
      let mean = 0
      for (let i = 0; i < n; i++) {
        noise += alpha[i] * alpha[i] - inverse[i * n + i]
        mean += alpha[i]
      }
      return {
        logLengthscales: Float64Array.from(kernel.byLogLengthscales(hyper, x, x), (g) => halfTrace(alpha, inverse, g)),
        logOutputscale: halfTrace(alpha, inverse, kernel.covariance(hyper, x, x)),
        logNoiseVariance: 0.5 * hyper.noiseVariance * noise,
        mean,
      }
    },

    posterior: (model, query) => {
      const n = model.alpha.length
      const queries = query.length / dimensionsOf(model.hyper, query)
      const cross = kernel.covariance(model.hyper, model.x, query) // [n, Q]
      const mean = meanAt(model, cross, queries)
      const white = solveLower(backend, model.lower, cross, n, queries)
      const variance = squaredColumns(white, queries).map((sum) => Math.max(0, model.hyper.outputscale - sum))
      return { mean, variance }
    },

    posteriorCovariance: (model, query) => {
      const n = model.alpha.length
      const queries = query.length / dimensionsOf(model.hyper, query)
      const white = solveLower(backend, model.lower, kernel.covariance(model.hyper, model.x, query), n, queries)
      const explained = new Float64Array(queries * queries)
      backend.kernels.product(explained, white, white, 'tn', queries, n, queries)
      return kernel.covariance(model.hyper, query, query).map((prior, at) => prior - explained[at])
    },

    posteriorSlopes: (model, query) => {
      const n = model.alpha.length
      const dimensions = dimensionsOf(model.hyper, query)
      const cross = kernel.covariance(model.hyper, model.x, query) // [n]
      const mean = model.hyper.mean + dotAt(cross, 0, 1, model.alpha, 0, 1, n)
      const white = solveLower(backend, model.lower, cross, n, 1)
      const variance = Math.max(0, model.hyper.outputscale - dotAt(white, 0, 1, white, 0, 1, n))
      const weights = solveFactored(backend, model.lower, cross, n, 1) // K⁻¹ k(X, q)
      const slopes = kernel.byQuery(model.hyper, query, model.x) // [D, n]
      return {
        mean,
        variance,
        meanByQuery: Float64Array.from({ length: dimensions }, (_, d) => dotAt(slopes, d * n, 1, model.alpha, 0, 1, n)),
        varianceByQuery: Float64Array.from({ length: dimensions }, (_, d) => -2 * dotAt(slopes, d * n, 1, weights, 0, 1, n)),
      }
    },
  }
}
