/**
 * The diagonal Gaussian over actions whose mean depends on the state and whose log standard deviation does not.
 *
 *     log p(a) = Σ_i −½ z_i² − log σ_i − ½ log 2π,   z = (a − μ)/σ
 *     H = Σ_i log σ_i + ½ + ½ log 2π
 *     KL(p ‖ q) = Σ_i log σ_q/σ_p + ½ (σ_p² + (μ_p − μ_q)²)/σ_q² − ½
 *     F = diag(1/σ²) by the mean, diag(2) by log σ   (Fisher information: the Hessian of KL(p ‖ q) by q at q = p)
 *
 * Kernels over a batch: `mean` and `action` are [B, A], `logStd` is [A] (at the front; longer arrays are accepted), one number
 * per row goes in and out. A gradient is ADDED to its array, so that the terms of a loss gather in one.
 *
 * *Source:* R. J. Williams 1992, "Simple statistical gradient-following algorithms", section 6; Kullback and Leibler 1951.
 * *Deviations:* none.
 */
import { exp } from '../core/dmath.ts'

/** ½ log 2π to the nearest double. */
export const HALF_LOG_TWO_PI = 0.9189385332046728

/** out[b] = log p(action_b). */
export const gaussianLogProb = (
  out: Float64Array,
  mean: Float64Array,
  logStd: Float64Array,
  action: Float64Array,
  batch: number,
  actions: number,
): void => {
  out.fill(0, 0, batch)
  for (let i = 0; i < actions; i++) {
    const inverseStd = exp(-logStd[i])
    const constant = logStd[i] + HALF_LOG_TWO_PI
    for (let b = 0, at = i; b < batch; b++, at += actions) {
      const z = (action[at] - mean[at]) * inverseStd
      out[b] -= 0.5 * z * z + constant
    }
  }
}

/** Adds Σ_b gradRows[b] · ∂ log p(action_b) to `gradMean` [B, A] and `gradLogStd` [A]: z/σ by the mean, z² − 1 by log σ. */
export const addGaussianLogProbGradient = (
  gradMean: Float64Array,
  gradLogStd: Float64Array,
  mean: Float64Array,
  logStd: Float64Array,
  action: Float64Array,
  gradRows: Float64Array,
  batch: number,
  actions: number,
): void => {
  for (let i = 0; i < actions; i++) {
    const inverseStd = exp(-logStd[i])
    let sum = 0
    for (let b = 0, at = i; b < batch; b++, at += actions) {
      const z = (action[at] - mean[at]) * inverseStd
      gradMean[at] += gradRows[b] * z * inverseStd
      sum += gradRows[b] * (z * z - 1)
    }
    gradLogStd[i] += sum
  }
}

/** The entropy H, the same for every state; its slope by each log σ is 1. */
export const gaussianEntropy = (logStd: Float64Array, actions: number): number => {
  let sum = 0
  for (let i = 0; i < actions; i++) sum += logStd[i] + 0.5 + HALF_LOG_TWO_PI
  return sum
}

/** out[b] = KL(p_b ‖ q_b). */
export const gaussianKl = (
  out: Float64Array,
  meanP: Float64Array,
  logStdP: Float64Array,
  meanQ: Float64Array,
  logStdQ: Float64Array,
  batch: number,
  actions: number,
): void => {
  out.fill(0, 0, batch)
  for (let i = 0; i < actions; i++) {
    const inverseStd = exp(-logStdQ[i])
    const gap = logStdP[i] - logStdQ[i]
    const constant = 0.5 * exp(2 * gap) - gap - 0.5
    for (let b = 0, at = i; b < batch; b++, at += actions) {
      const z = (meanP[at] - meanQ[at]) * inverseStd
      out[b] += constant + 0.5 * z * z
    }
  }
}

/** Adds Σ_b gradRows[b] · ∂KL(p_b ‖ q_b) by the first distribution: (μ_p − μ_q)/σ_q² by the mean, σ_p²/σ_q² − 1 by log σ. */
export const addGaussianKlGradientByFirst = (
  gradMean: Float64Array,
  gradLogStd: Float64Array,
  meanP: Float64Array,
  logStdP: Float64Array,
  meanQ: Float64Array,
  logStdQ: Float64Array,
  gradRows: Float64Array,
  batch: number,
  actions: number,
): void => {
  for (let i = 0; i < actions; i++) {
    const inverseVariance = exp(-2 * logStdQ[i])
    const slope = exp(2 * (logStdP[i] - logStdQ[i])) - 1
    let rows = 0
    for (let b = 0, at = i; b < batch; b++, at += actions) {
      gradMean[at] += gradRows[b] * (meanP[at] - meanQ[at]) * inverseVariance
      rows += gradRows[b]
    }
    gradLogStd[i] += rows * slope
  }
}

/** Adds Σ_b gradRows[b] · ∂KL(p_b ‖ q_b) by the second: (μ_q − μ_p)/σ_q² by the mean, 1 − (σ_p² + (μ_p − μ_q)²)/σ_q² by log σ. */
export const addGaussianKlGradientBySecond = (
  gradMean: Float64Array,
  gradLogStd: Float64Array,
  meanP: Float64Array,
  logStdP: Float64Array,
  meanQ: Float64Array,
  logStdQ: Float64Array,
  gradRows: Float64Array,
  batch: number,
  actions: number,
): void => {
  for (let i = 0; i < actions; i++) {
    const inverseVariance = exp(-2 * logStdQ[i])
    const ratio = exp(2 * (logStdP[i] - logStdQ[i]))
    let sum = 0
    for (let b = 0, at = i; b < batch; b++, at += actions) {
      const gap = meanQ[at] - meanP[at]
      gradMean[at] += gradRows[b] * gap * inverseVariance
      sum += gradRows[b] * (1 - ratio - gap * gap * inverseVariance)
    }
    gradLogStd[i] += sum
  }
}

/** Adds Σ_b gradRows[b] · F (mean, log σ)_b for directions `alongMean` [B, A] and `alongLogStd` [A]. */
export const addGaussianFisherProduct = (
  outMean: Float64Array,
  outLogStd: Float64Array,
  logStd: Float64Array,
  alongMean: Float64Array,
  alongLogStd: Float64Array,
  gradRows: Float64Array,
  batch: number,
  actions: number,
): void => {
  for (let i = 0; i < actions; i++) {
    const inverseVariance = exp(-2 * logStd[i])
    let rows = 0
    for (let b = 0, at = i; b < batch; b++, at += actions) {
      outMean[at] += gradRows[b] * alongMean[at] * inverseVariance
      rows += gradRows[b]
    }
    outLogStd[i] += 2 * rows * alongLogStd[i]
  }
}

/** out = mean + σ ∘ noise, [B, A]. */
export const gaussianSample = (
  out: Float64Array,
  mean: Float64Array,
  logStd: Float64Array,
  noise: Float64Array,
  batch: number,
  actions: number,
): void => {
  for (let i = 0; i < actions; i++) {
    const std = exp(logStd[i])
    for (let b = 0, at = i; b < batch; b++, at += actions) out[at] = mean[at] + std * noise[at]
  }
}
