/**
 * Concave quadratics and a slope: sphere, sphere with noise, ill-conditioned quadratic, linear function.
 *
 * sphere f = −Σ x_i²; noisy sphere f + noise · z; quadratic f = −½ Σ c^{i/(d−1)} x_i² (condition number c); linear f = slope · Σ x_i / √d.
 *
 * *Source:* standard test functions (Hansen, Finck, Ros & Auger 2009, "Real-parameter black-box optimization benchmarking", f1, f2, f5, f101).
 * *Deviations:* 1. maximised, hence negated. 2. neither shifted nor rotated.
 */
import { pow } from '../../src/core/dmath.ts'
import { normal } from '../../src/core/rng.ts'
import { demand, problemEntry, startOf, sumOver } from './problem-entry.ts'

const atOrigin = (dimension: number) => () => ({ x: new Float64Array(dimension), value: 0 })
const minusSquares = (x: Float64Array): number => -sumOver(x, (xi) => xi * xi)

export const sphere = problemEntry('sphere', 'Sphere', { dimension: 10, start: 1, spread: 0 }, (options) => ({
  ...startOf(options),
  value: (_, x) => minusSquares(x),
  gradient: (x) => x.map((xi) => -2 * xi),
  optimum: atOrigin(options.dimension),
}))

const noisyDefaults = { dimension: 10, start: 1, spread: 0, noise: 0.1 }

export const noisySphere = problemEntry('noisy-sphere', 'Sphere with Gaussian noise on every evaluation', noisyDefaults, (options) => {
  demand(options.noise >= 0, `noise must not be negative, received ${options.noise}`)
  return {
    ...startOf(options),
    value: (key, x) => minusSquares(x) + options.noise * normal(key),
    gradient: (x) => x.map((xi) => -2 * xi),
    optimum: atOrigin(options.dimension),
  }
})

const quadraticDefaults = { dimension: 10, start: 1, spread: 0, condition: 1000 }

export const quadratic = problemEntry('quadratic', 'Quadratic with a condition number', quadraticDefaults, (options) => {
  demand(options.condition >= 1, `condition must be at least 1, received ${options.condition}`)
  const last = Math.max(1, options.dimension - 1)
  const { dimension, initial } = startOf(options)
  const curvature = Float64Array.from({ length: dimension }, (_, i) => pow(options.condition, i / last))
  return {
    dimension,
    initial,
    value: (_, x) => -0.5 * sumOver(x, (xi, i) => curvature[i] * xi * xi),
    gradient: (x) => x.map((xi, i) => -curvature[i] * xi),
    optimum: atOrigin(dimension),
  }
})

/** The linear function has no finite optimum: it answers infinity in the direction of ascent. */
export const linear = problemEntry('linear', 'Linear slope', { dimension: 10, start: 0, spread: 0, slope: 1 }, (options) => {
  demand(options.slope > 0, `slope must be positive, received ${options.slope}`)
  const each = options.slope / Math.sqrt(options.dimension)
  return {
    ...startOf(options),
    value: (_, x) => each * sumOver(x, (xi) => xi),
    gradient: (x) => x.map(() => each),
    optimum: () => ({ x: new Float64Array(options.dimension).fill(Infinity), value: Infinity }),
  }
})
