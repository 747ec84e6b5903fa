/**
 * One step of an evolved distribution of parameters along its search gradients.
 *
 *     normalised:  μ ← μ + c √M σ²/K ∘ g_μ,    log σ ← log σ + c_σ √(M/2K) g_log σ
 *     plain:       μ ← μ + α g_μ,               log σ ← log σ + α_σ g_log σ
 *
 * M workers of K draws; g_μ and g_log σ as in `weight-distribution.ts`. With advantages of unit variance the noise of the gradients alone moves an entry of μ
 * by c σ/√K in a normalised step, and an entry of log σ by c_σ, whatever M, K and σ are: rates carry over between sizes, and a shrinking σ cannot blow a
 * step up, as it does in a plain one (g_μ grows with 1/σ).
 *
 * *Source:* Shen et al. 2018, arXiv 1812.11314, Eq. 10 and "four SGD optimizers"; Wierstra et al. 2014, Natural evolution strategies, JMLR 15 (the Fisher
 * information that normalised steps divide by). *Deviations:* 1. log σ instead of σ, kept between bounds. 2. normalised steps.
 */
import { log } from '../core/dmath.ts'
import type { DistributionGradient, WeightDistribution } from './weight-distribution.ts'
import { sigmaOf } from './weight-distribution.ts'

/** How far a step goes: `mean` c or α, `sigma` c_σ or α_σ. */
export type SearchRates = Readonly<{ mean: number; sigma: number }>

export type SearchStep = 'normalised' | 'plain'

/** `workers` M of `draws` K each; σ stays in [`sigmaLow`, `sigmaHigh`]. */
export type SearchShape = Readonly<{ workers: number; draws: number; step: SearchStep; sigmaLow: number; sigmaHigh: number }>

/** `distribution` after a step along `gradient`. */
export const steppedDistribution = (
  distribution: WeightDistribution,
  { byMean, byLogSigma }: Pick<DistributionGradient, 'byMean' | 'byLogSigma'>,
  rates: SearchRates,
  { workers, draws, step, sigmaLow, sigmaHigh }: SearchShape,
): WeightDistribution => {
  const { mean, logSigma } = distribution
  const normalised = step === 'normalised'
  const sigma = sigmaOf(distribution)
  const ofMean = normalised ? (rates.mean * Math.sqrt(workers)) / draws : rates.mean
  const ofSigma = normalised ? rates.sigma * Math.sqrt(workers / (2 * draws)) : rates.sigma
  const [low, high] = [log(sigmaLow), log(sigmaHigh)]
  return {
    mean: mean.map((value, p) => value + ofMean * (normalised ? sigma[p] * sigma[p] : 1) * byMean[p]),
    logSigma: ofSigma === 0 ? logSigma : logSigma.map((value, p) => Math.min(high, Math.max(low, value + ofSigma * byLogSigma[p]))),
  }
}
