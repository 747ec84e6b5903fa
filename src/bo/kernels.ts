/**
 * Stationary covariance functions with one lengthscale per dimension (ARD), their matrices and their derivatives.
 *
 *     k(x, x′) = outputscale · c(s),   s = r² = Σ_d ((x_d − x′_d)/ℓ_d)²
 *
 * | name | c | dc/ds |
 * |---|---|---|
 * | `matern12` | e^(−r) | −e^(−r)/(2r) |
 * | `matern32` | (1 + √3 r) e^(−√3 r) | −(3/2) e^(−√3 r) |
 * | `matern52` | (1 + √5 r + 5s/3) e^(−√5 r) | −(5/6)(1 + √5 r) e^(−√5 r) |
 * | `rbf` | e^(−s/2) | −e^(−s/2)/2 |
 *
 * *Source:* Rasmussen and Williams 2006, "Gaussian processes for machine learning", Eq. 4.9, 4.14, 4.17.
 * *Deviations:* 1. `matern12` has no derivative at r = 0; 0 is taken there, which is its mean over directions.
 */
import type { Backend, CovarianceName } from '../core/backend.ts'
import { exp } from '../core/dmath.ts'

export type KernelName = CovarianceName

/** ℓ [D], positive, in the unit of the inputs; `outputscale` is the prior variance. */
export type KernelHyper = Readonly<{ lengthscales: Float64Array; outputscale: number }>

/** Covariances between points; `a` is [A, D] and `b` is [B, D], row-major. */
export type Kernel = Readonly<{
  name: KernelName
  /** k(a_i, b_j), [A, B]. */
  covariance(hyper: KernelHyper, a: Float64Array, b: Float64Array): Float64Array
  /**
   * ∂k(a_i, b_j)/∂ log ℓ_d = −2 outputscale · dc/ds · ((a_id − b_jd)/ℓ_d)², one [A, B] matrix per dimension. The
   * derivative by log outputscale is the covariance itself.
   */
  byLogLengthscales(hyper: KernelHyper, a: Float64Array, b: Float64Array): readonly Float64Array[]
  /** ∂k(q, b_j)/∂q_d = 2 outputscale · dc/ds · (q_d − b_jd)/ℓ_d², [D, B], for one point `q` [D]. */
  byQuery(hyper: KernelHyper, q: Float64Array, b: Float64Array): Float64Array
}>

const SQRT3 = Math.sqrt(3)
const SQRT5 = Math.sqrt(5)

/** dc/ds. */
const correlationSlope = (name: KernelName, s: number): number => {
  switch (name) {
    case 'matern12': {
      const r = Math.sqrt(s)
      return r === 0 ? 0 : -exp(-r) / (2 * r)
    }
    case 'matern32':
      return -1.5 * exp(-SQRT3 * Math.sqrt(s))
    case 'matern52': {
      const r = SQRT5 * Math.sqrt(s)
      return -(5 / 6) * (1 + r) * exp(-r)
    }
    case 'rbf':
      return -0.5 * exp(-0.5 * s)
  }
}

const inverseOf = ({ lengthscales }: KernelHyper): Float64Array => lengthscales.map((length) => 1 / length)

/** Binds a covariance function to a backend. */
export const stationaryKernel = (name: KernelName, backend: Backend): Kernel => {
  const { squaredDistances, covariance } = backend.kernels

  const distances = (hyper: KernelHyper, a: Float64Array, b: Float64Array): Float64Array => {
    const dimensions = hyper.lengthscales.length
    const rowsA = a.length / dimensions
    const rowsB = b.length / dimensions
    const out = new Float64Array(rowsA * rowsB)
    squaredDistances(out, a, b, inverseOf(hyper), rowsA, rowsB, dimensions)
    return out
  }

  return {
    name,
    covariance: (hyper, a, b) => {
      const dimensions = hyper.lengthscales.length
      const rowsA = a.length / dimensions
      const rowsB = b.length / dimensions
      const out = new Float64Array(rowsA * rowsB)
      covariance(out, name, a, b, inverseOf(hyper), hyper.outputscale, rowsA, rowsB)
      return out
    },
    byLogLengthscales: (hyper, a, b) => {
      const dimensions = hyper.lengthscales.length
      const rowsB = b.length / dimensions
      const slopes = distances(hyper, a, b).map((s) => -2 * hyper.outputscale * correlationSlope(name, s))
      return Array.from(hyper.lengthscales, (length, d) =>
        slopes.map((slope, at) => {
          const gap = (a[Math.floor(at / rowsB) * dimensions + d] - b[(at % rowsB) * dimensions + d]) / length
          return slope * gap * gap
        }),
      )
    },
    byQuery: (hyper, q, b) => {
      const { lengthscales, outputscale } = hyper
      const dimensions = lengthscales.length
      const rowsB = b.length / dimensions
      const slopes = distances(hyper, q, b).map((s) => 2 * outputscale * correlationSlope(name, s))
      const out = new Float64Array(dimensions * rowsB)
      for (let d = 0; d < dimensions; d++) {
        for (let j = 0; j < rowsB; j++) out[d * rowsB + j] = (slopes[j] * (q[d] - b[j * dimensions + d])) / (lengthscales[d] * lengthscales[d])
      }
      return out
    },
  }
}
