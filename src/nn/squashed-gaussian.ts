/**
 * The Gaussian squashed by tanh: action = tanh(u), u = μ + e^{log σ} ∘ noise, with a log σ for every state.
 *
 *     log π(a) = Σ_i −½ noise_i² − log σ_i − ½ log 2π − log(1 − tanh² u_i)
 *     log(1 − tanh² u) = 2 (log 2 − |u| − log(1 + e^{−2|u|})),   slope −2 tanh u
 *
 * Everything is written in u, never in the action, which rounds to ±1 from |u| = 19 on. Kernels over a batch: all arrays are
 * [B, A] but for one number per row. Two gradients exist: with the noise held (reparameterised, for SAC's actor), and with u held
 * (score, for policy gradients). A gradient is ADDED to its array.
 *
 * *Source:* Haarnoja et al. 2018, arXiv 1812.05905, appendix C, Eq. 26; the stable form of the correction is elementary.
 * *Deviations:* none.
 */
import { exp, softplus, tanh } from '../core/dmath.ts'
import { HALF_LOG_TWO_PI } from './diagonal-gaussian.ts'

/** log(1 − tanh² u) without loss for large |u|. */
const logSlope = (u: number): number => {
  const size = Math.abs(u)
  return 2 * (Math.LN2 - size - softplus(-2 * size))
}

/** preAction = mean + σ ∘ noise and action = tanh(preAction), both [B, A]. */
export const squashedSample = (preAction: Float64Array, action: Float64Array, mean: Float64Array, logStd: Float64Array, noise: Float64Array): void => {
  for (let at = 0; at < mean.length; at++) {
    preAction[at] = mean[at] + exp(logStd[at]) * noise[at]
    action[at] = tanh(preAction[at])
  }
}

/** out[b] = log π(tanh(preAction_b)). */
export const squashedLogProb = (
  out: Float64Array,
  mean: Float64Array,
  logStd: Float64Array,
  preAction: Float64Array,
  batch: number,
  actions: number,
): void => {
  for (let b = 0, at = 0; b < batch; b++) {
    let sum = 0
    for (let i = 0; i < actions; i++, at++) {
      const z = (preAction[at] - mean[at]) * exp(-logStd[at])
      sum -= 0.5 * z * z + logStd[at] + HALF_LOG_TWO_PI + logSlope(preAction[at])
    }
    out[b] = sum
  }
}

/** Adds Σ_b gradRows[b] · ∂ log π by mean and log σ with the noise held: 2 tanh u, and 2 tanh(u) σ noise − 1. */
export const addSquashedLogProbGradient = (
  gradMean: Float64Array,
  gradLogStd: Float64Array,
  logStd: Float64Array,
  noise: Float64Array,
  action: Float64Array,
  gradRows: Float64Array,
  batch: number,
  actions: number,
): void => {
  for (let b = 0, at = 0; b < batch; b++) {
    for (let i = 0; i < actions; i++, at++) {
      const slope = 2 * action[at]
      gradMean[at] += gradRows[b] * slope
      gradLogStd[at] += gradRows[b] * (slope * exp(logStd[at]) * noise[at] - 1)
    }
  }
}

/** Adds the gradient by mean and log σ of a scalar whose gradient by the action tanh(u) is `gradAction` [B, A], with the noise held. */
export const addSquashedActionGradient = (
  gradMean: Float64Array,
  gradLogStd: Float64Array,
  logStd: Float64Array,
  noise: Float64Array,
  action: Float64Array,
  gradAction: Float64Array,
): void => {
  for (let at = 0; at < action.length; at++) {
    const slope = gradAction[at] * (1 - action[at] * action[at])
    gradMean[at] += slope
    gradLogStd[at] += slope * exp(logStd[at]) * noise[at]
  }
}

/** Adds Σ_b gradRows[b] · ∂ log π by mean and log σ with u held: z/σ, and z² − 1, with z = (u − μ)/σ. */
export const addSquashedScore = (
  gradMean: Float64Array,
  gradLogStd: Float64Array,
  mean: Float64Array,
  logStd: Float64Array,
  preAction: Float64Array,
  gradRows: Float64Array,
  batch: number,
  actions: number,
): void => {
  for (let b = 0, at = 0; b < batch; b++) {
    for (let i = 0; i < actions; i++, at++) {
      const inverseStd = exp(-logStd[at])
      const z = (preAction[at] - mean[at]) * inverseStd
      gradMean[at] += gradRows[b] * z * inverseStd
      gradLogStd[at] += gradRows[b] * (z * z - 1)
    }
  }
}
