/**
 * A slope under ripples whose wavelength changes with time: the sigma of the best single ES step is known at every generation.
 *
 * f_t(x) = λ² Σ_j h(x_j/λ),  h(v) = sin v − (ρ/3) sin 3v,  ρ = 0.8,  λ = λ(t).
 * The fine wave flattens the slope at the origin to h'(0) = 1 − ρ. Smoothing over a Gaussian of width σ damps sin κv by exp(−κ²σ²/2), so
 * the expected step of Eq. 3 from the origin is α λ g(σ/λ) in every coordinate, with
 *
 *   g(s) = exp(−s²/2) − ρ exp(−9s²/2),   g'(s) = 0  ⇔  exp(−4s²) = 1/(9ρ)  ⇔  s₁ = ½ √ln(9ρ) ≈ 0.7025.
 *
 * Too small a sigma sees the ripple, too large a sigma sees neither. For a small learning rate the fitness after the step is
 * f(0) + d λ² h'(0) α g(σ/λ) + O(α³) (h is odd, so there is no second order): the best sigma is σ*(t) = λ(t) s₁. The option wave gives
 * σ*(t) itself, and λ(t) = σ*(t)/s₁. The problem scales with λ, so for any learning rate the best sigma is λ(t) times a constant, which
 * `rippledSlopeStepSigma` finds from the exact expectation:
 *
 *   θ_j = (α/(nσ)) Σ_i Y_i,  Y = f(σε) ε_j  ⇒  E sin(κθ_j) = Im φ(κα/(nσ))ⁿ,  φ(s) = E[exp(i s ε h(σε)) ψ(sε)^{d−1}],  ψ(t) = E exp(i t h(σε)).
 *
 * All this is for a mean at the origin. At a mean of λv in every coordinate the same calculation gives s² = ¼ ln(9ρ cos 3v / cos v): the answer
 * stays within 5 % for |v| < 0.2, so a run should move the mean by less, that is, use α below about 0.2/(0.7 · generations).
 *
 * *Source:* own problem for the one-step look-ahead of BiERL (Eq. 3 to 5); the smoothing of a sine is a textbook Gaussian integral.
 * *Deviations:* none.
 */
import { cos, exp, log, sin } from '../../src/core/dmath.ts'
import { problemEntry, type StartOptions, startOf, sumOver } from './problem-entry.ts'
import { checkWave, waveAt, type WaveOptions } from './wave.ts'

/** The wave is the best sigma σ*(t) of a small step. */
export type RippledSlopeOptions = StartOptions & WaveOptions
/** One ES step θ + α/(nσ) Σ f(θ + σε_i) ε_i with `popsize` n, even when the noise is mirrored (`antithetic`). */
export type EsStep = Readonly<{ learningRate: number; popsize: number; antithetic: boolean }>

export const rippledSlopeDefaults: RippledSlopeOptions = { dimension: 8, start: 0, spread: 0, low: 0.025, high: 0.07, period: 40, wave: 'sine' }

const ripple = 0.8
const bestScale = Math.sqrt(log(9 * ripple)) / 2

const wavelength = (options: RippledSlopeOptions, time: number): number => waveAt(options, time) / bestScale
const height = (v: number): number => sin(v) - (ripple / 3) * sin(3 * v)

/** σ*(t): the sigma of the best step from the origin, in the limit of a small learning rate. */
export const rippledSlopeBestSigma = (options: RippledSlopeOptions, time: number): number => waveAt(options, time)

/** The expected step from the origin per learning rate, λ g(σ/λ), the same in every coordinate. */
export const rippledSlopeGradient = (options: RippledSlopeOptions, time: number, sigma: number): number => {
  const lambda = wavelength(options, time)
  const s2 = (sigma / lambda) * (sigma / lambda)
  return lambda * (exp(-s2 / 2) - ripple * exp((-9 * s2) / 2))
}

// the trapezoidal rule converges faster than any power for smooth integrands under a Gaussian; beyond ±8 lies less than 2e-15
const nodes = Float64Array.from({ length: 161 }, (_, i) => (i - 80) / 10)
const weights = nodes.map((z) => (exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) / 10)

type Complex = readonly [re: number, im: number]
const times = ([a, b]: Complex, [c, d]: Complex): Complex => [a * c - b * d, a * d + b * c]

const power = (base: Complex, exponent: number): Complex => {
  let result: Complex = [1, 0]
  for (let square = base, rest = exponent; rest > 0; square = times(square, square), rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result = times(result, square)
  }
  return result
}

const meanOf = (integrand: (z: number, i: number) => Complex): Complex => {
  let re = 0
  let im = 0
  nodes.forEach((z, i) => {
    const [a, b] = integrand(z, i)
    re += weights[i] * a
    im += weights[i] * b
  })
  return [re, im]
}

const phase = (angle: number): Complex => [cos(angle), sin(angle)]

/** E Σ_j h(θ_j) after one step from the origin at λ = 1. */
const afterUnitStep = (dimension: number, sigma: number, { learningRate, popsize, antithetic }: EsStep): number => {
  // h is odd, so a mirrored pair is one draw that counts twice
  const draws = antithetic ? popsize / 2 : popsize
  const heights = nodes.map((z) => height(sigma * z))
  const meanSine = (kappa: number): number => {
    const s = (kappa * learningRate) / (draws * sigma)
    const phi = meanOf((z, i) => {
      const others = meanOf((_, j) => phase(s * z * heights[j]))
      return times(phase(s * z * heights[i]), power(others, dimension - 1))
    })
    return power(phi, draws)[1]
  }
  return dimension * (meanSine(1) - (ripple / 3) * meanSine(3))
}

/** The exact expected fitness after one ES step from the origin with `sigma`, by quadrature; no limit of small steps. */
export const rippledSlopeAfterStep = (options: RippledSlopeOptions, time: number, sigma: number, step: EsStep): number => {
  const lambda = wavelength(options, time)
  return lambda * lambda * afterUnitStep(options.dimension, sigma / lambda, step)
}

/**
 * The sigma with the largest expected fitness after `step`, to 0.1 %, sought between a quarter and four times σ*(t).
 * Costs about forty quadratures; for `learningRate` up to 1 it differs from σ*(t) by a few per cent.
 */
export const rippledSlopeStepSigma = (options: RippledSlopeOptions, time: number, step: EsStep): number => {
  const score = (logSigma: number): number => afterUnitStep(options.dimension, exp(logSigma), step)
  const centre = log(bestScale)
  const grid = Array.from({ length: 17 }, (_, i) => centre + (log(4) * (i - 8)) / 8)
  const scores = grid.map(score)
  const top = Math.max(1, Math.min(15, scores.indexOf(Math.max(...scores))))
  const golden = (Math.sqrt(5) - 1) / 2
  let [low, high] = [grid[top - 1], grid[top + 1]]
  while (high - low > 0.001) {
    const width = golden * (high - low)
    if (score(high - width) >= score(low + width)) high = low + width
    else low = high - width
  }
  return wavelength(options, time) * exp((low + high) / 2)
}

export const rippledSlope = problemEntry('rippled-slope', 'Slope under ripples of changing wavelength', rippledSlopeDefaults, (options) => {
  checkWave(options)
  const { dimension, initial } = startOf(options)
  return {
    dimension,
    initial,
    value(_, x, time) {
      const lambda = wavelength(options, time)
      return lambda * lambda * sumOver(x, (xi) => height(xi / lambda))
    },
    gradient(x, time) {
      const lambda = wavelength(options, time)
      return x.map((xi) => lambda * (cos(xi / lambda) - ripple * cos((3 * xi) / lambda)))
    },
    // with sin 3v = 3 sin v − 4 sin³v, h = (1 − ρ) sin v + (4ρ/3) sin³v, largest where sin v = 1; one of many equal ones
    optimum(time) {
      const lambda = wavelength(options, time)
      return { x: new Float64Array(dimension).fill((lambda * Math.PI) / 2), value: lambda * lambda * dimension * (1 + ripple / 3) }
    },
  }
})
