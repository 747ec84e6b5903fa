/**
 * Acquisition functions (for maximisation) and their derivatives by the posterior's mean and standard deviation.
 *
 * With z = (mean − incumbent − xi)/std and h(z) = z Φ(z) + φ(z):
 *
 *     ucb = mean + κ std     ei = std h(z)     log-ei = log std + log h(z)     probability = Φ(z)
 *
 * Far below the incumbent h underflows and z Φ + φ cancels. For z ≤ −3, with x = −z, Laplace's continued fraction of the
 * Mills ratio gives every ratio without a subtraction:
 *
 *     M = x + 2/(x + 3/(x + …)),  K = x + 1/M:   Φ = φ/K,   h = φ/(M K),   Φ/h = M,   φ/h = M K
 *
 * *Source:* Jones, Schonlau and Welch 1998 (expected improvement); Srinivas et al. 2010, arXiv 0912.3995 (UCB); Ament et al.
 * 2023, arXiv 2310.20708 (log-EI); Abramowitz and Stegun 26.2.14 (continued fraction).
 * *Deviations:* 1. log-EI by the continued fraction instead of asymptotic branches.
 */
import { log, normalCdf, normalPdf } from '../core/dmath.ts'

/** Choice of acquisition; `xi` is the improvement asked for beyond the incumbent, in the unit of the mean. */
export type Acquisition =
  | Readonly<{ kind: 'ucb'; kappa: number }>
  | Readonly<{ kind: 'ei'; xi: number }>
  | Readonly<{ kind: 'log-ei'; xi: number }>
  | Readonly<{ kind: 'probability'; xi: number }>

/** Value of an acquisition and its derivatives by mean and std. */
export type AcquisitionValue = Readonly<{ value: number; byMean: number; byStd: number }>

const LOG_SQRT_2PI = 0.5 * log(2 * Math.PI)

/** Down to this z the direct formula is used; cancellation costs it no more than four bits there. */
const TAIL_FROM = -3

/** M of the header for x ≥ 3; with this many terms the relative truncation error is below 4e-17 (against 50 digits, x from 3 to 100). */
const tailFraction = (x: number): number => {
  const terms = 10 + Math.ceil(450 / (x * x))
  let fraction = x
  for (let k = terms; k >= 2; k--) fraction = x + k / fraction
  return fraction
}

/** Expected improvement over `incumbent` by at least `xi`; `std` ≥ 0, at 0 it is max(0, mean − incumbent − xi). */
export const expectedImprovement = (mean: number, std: number, incumbent: number, xi: number): AcquisitionValue => {
  const gap = mean - incumbent - xi
  if (std <= 0) return { value: Math.max(0, gap), byMean: gap > 0 ? 1 : 0, byStd: 0 }
  const z = gap / std
  const phi = normalPdf(z)
  if (z > TAIL_FROM) {
    const cumulative = normalCdf(z)
    return { value: std * (z * cumulative + phi), byMean: cumulative, byStd: phi }
  }
  const m = tailFraction(-z)
  const k = -z + 1 / m
  return { value: (std * phi) / (m * k), byMean: phi / k, byStd: phi }
}

/** Logarithm of the expected improvement, accurate where the improvement itself underflows; −∞ at std = 0 without a gap. */
export const logExpectedImprovement = (mean: number, std: number, incumbent: number, xi: number): AcquisitionValue => {
  const gap = mean - incumbent - xi
  if (std <= 0) return gap > 0 ? { value: log(gap), byMean: 1 / gap, byStd: 0 } : { value: -Infinity, byMean: 0, byStd: 0 }
  const z = gap / std
  if (z > TAIL_FROM) {
    const phi = normalPdf(z)
    const cumulative = normalCdf(z)
    const h = z * cumulative + phi
    return { value: log(std) + log(h), byMean: cumulative / (std * h), byStd: phi / (std * h) }
  }
  const m = tailFraction(-z)
  const k = -z + 1 / m
  return { value: log(std) - 0.5 * z * z - LOG_SQRT_2PI - log(m * k), byMean: m / std, byStd: (m * k) / std }
}

/** Probability of improving on `incumbent` by at least `xi`; at std = 0 it is 0 or 1. */
export const improvementProbability = (mean: number, std: number, incumbent: number, xi: number): AcquisitionValue => {
  const gap = mean - incumbent - xi
  if (std <= 0) return { value: gap > 0 ? 1 : 0, byMean: 0, byStd: 0 }
  const z = gap / std
  const phi = normalPdf(z)
  return { value: normalCdf(z), byMean: phi / std, byStd: (-z * phi) / std }
}

/** Upper confidence bound mean + κ std. */
export const upperConfidenceBound = (mean: number, std: number, kappa: number): AcquisitionValue => ({
  value: mean + kappa * std,
  byMean: 1,
  byStd: kappa,
})

/** The chosen acquisition at a posterior mean and std, against `incumbent` (which UCB ignores). */
export const acquire = (acquisition: Acquisition, mean: number, std: number, incumbent: number): AcquisitionValue => {
  switch (acquisition.kind) {
    case 'ucb':
      return upperConfidenceBound(mean, std, acquisition.kappa)
    case 'ei':
      return expectedImprovement(mean, std, incumbent, acquisition.xi)
    case 'log-ei':
      return logExpectedImprovement(mean, std, incumbent, acquisition.xi)
    case 'probability':
      return improvementProbability(mean, std, incumbent, acquisition.xi)
  }
}
