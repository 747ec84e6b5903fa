/**
 * A diagonal Gaussian over parameter vectors that evolution learns: its draws, and the gradients of expected fitness by mean and deviations.
 *
 *     θ_ij = μ + σ ∘ ε_ij,  ε_ij ~ N(0, I),  i = 1 … M workers, j = 1 … K draws of one worker, which share its fitness F_i
 *     g_μ = 1/M Σ_i A_i Σ_j ε_ij/σ,   g_σ = 1/M Σ_i A_i Σ_j (ε_ij² − 1)/σ,   g_log σ = σ ∘ g_σ               (Eq. 8-10)
 *
 * Everything is element by element; σ is one number per parameter and is kept as its logarithm, so that it stays positive. A_i is the fitness of
 * worker i after shaping or less a baseline. The K draws of a worker are independent samples with one fitness, so that gradients add over them:
 * Σ_j ε_ij = K (θ̄_i − μ)/σ, and the gradient by μ is that of a single draw of the mean θ̄_i ~ N(μ, σ²/K). The natural gradients are
 * σ²/K g_μ and σ²/(2K) g_σ.
 *
 * Noise is rebuilt from keys and never stored. Mirrored workers see −ε: it turns the sign in g_μ and leaves g_σ.
 *
 * *Source:* Shen et al. 2018, Meta reinforcement learning with distribution of exploration parameters learned by evolution strategies,
 * arXiv 1812.11314, Eq. 8-10; Wierstra et al. 2014, Natural evolution strategies, JMLR 15.
 * *Deviations:* 1. log σ instead of σ. 2. baselines, on which the paper is silent.
 */
import type { Backend } from '../core/backend.ts'
import { exp } from '../core/dmath.ts'
import { invariant } from '../core/invariant.ts'
import type { WorkerDraws } from '../core/job.ts'
import type { Key } from '../core/key.ts'
import { shape, type Shaping } from './shaping.ts'

/** μ [P] and log σ [P]. */
export type WeightDistribution = Readonly<{ mean: Float64Array; logSigma: Float64Array }>

/** What is taken from fitness: its mean over all workers, that over the other ones (unbiased), or a shaping's utilities. */
export type Baseline = Readonly<{ kind: 'batch' | 'leave-one-out' }> | Shaping

const isMean = (baseline: Baseline): baseline is Readonly<{ kind: 'batch' | 'leave-one-out' }> => baseline.kind === 'batch' || baseline.kind === 'leave-one-out'

/** Gradients of expected fitness [P], to be ascended. */
export type DistributionGradient = Readonly<{ byMean: Float64Array; bySigma: Float64Array; byLogSigma: Float64Array }>

/** σ [P]. */
export const sigmaOf = ({ logSigma }: WeightDistribution): Float64Array => logSigma.map(exp)

/** ε [P] of a key, as every kernel makes it. */
const noiseOf = (backend: Backend, key: Key, parameters: number): Float64Array => {
  const noise = new Float64Array(parameters)
  backend.kernels.perturb(noise, new Float64Array(parameters), key, 1)
  return noise
}

/** All draws of a worker [K] of [P]: μ + σ ∘ ε, or μ − σ ∘ ε where it is mirrored. */
export const drawsOf = (backend: Backend, distribution: WeightDistribution, { keys, mirrored }: WorkerDraws): readonly Float64Array[] => {
  const { mean } = distribution
  const sigma = sigmaOf(distribution)
  invariant(mean.length === sigma.length, `${mean.length} means and ${sigma.length} deviations`)
  const sign = mirrored ? -1 : 1
  return keys.map((key) => {
    const draw = noiseOf(backend, key, mean.length)
    for (let p = 0; p < draw.length; p++) draw[p] = mean[p] + sign * sigma[p] * draw[p]
    return draw
  })
}

/**
 * A_i [M] of raw fitness [M]. One that is not finite counts as the worst finite one; where none is finite, and where shaping finds all of them equal,
 * all are 0.
 */
export const advantagesOf = (baseline: Baseline, fitness: Float64Array): Float64Array => {
  if (!isMean(baseline)) return shape(baseline, fitness)
  const usable = shape({ kind: 'raw' }, fitness)
  const workers = usable.length
  if (usable.every((f) => f === usable[0])) return new Float64Array(workers) // a rounded mean may differ from equal values
  const sum = usable.reduce((total, f) => total + f, 0)
  return usable.map((f) => f - (baseline.kind === 'batch' ? sum / workers : (sum - f) / (workers - 1)))
}

/** Σ_i weights_i Σ_j (ε_ij² − 1) [P], in the order of workers and draws. */
const spreadSum = (backend: Backend, draws: readonly WorkerDraws[], weights: Float64Array, parameters: number): Float64Array => {
  const sum = new Float64Array(parameters)
  draws.forEach(({ keys }, i) => {
    const weight = weights[i]
    if (weight === 0) return
    for (const key of keys) {
      const noise = noiseOf(backend, key, parameters)
      for (let p = 0; p < parameters; p++) sum[p] += weight * (noise[p] * noise[p] - 1)
    }
  })
  return sum
}

/** The gradients of expected fitness under `distribution`, from the `draws` of M workers and their `advantages` [M]. */
export const distributionGradient = (
  backend: Backend,
  distribution: WeightDistribution,
  draws: readonly WorkerDraws[],
  advantages: Float64Array,
): DistributionGradient => {
  const workers = draws.length
  invariant(workers > 0 && advantages.length === workers, `${advantages.length} advantages for ${workers} workers`)
  const sigma = sigmaOf(distribution)
  const weights = advantages.map((advantage) => advantage / workers)
  const moving = draws.flatMap((worker, i) => (weights[i] === 0 ? [] : worker.keys.map((key) => ({ key, weight: worker.mirrored ? -weights[i] : weights[i] }))))
  const noise = new Float64Array(sigma.length)
  backend.kernels.weightedNoise(noise, moving.map(({ key }) => key), Float64Array.from(moving, ({ weight }) => weight))
  const byLogSigma = spreadSum(backend, draws, weights, sigma.length)
  return { byMean: noise.map((value, p) => value / sigma[p]), bySigma: byLogSigma.map((value, p) => value / sigma[p]), byLogSigma }
}

/** The natural gradients, by the Fisher information K/σ² and 2K/σ² of `drawsEach` K draws. */
export const naturalGradient = (distribution: WeightDistribution, { byMean, bySigma }: DistributionGradient, drawsEach: number): Pick<DistributionGradient, 'byMean' | 'bySigma'> => {
  const sigma = sigmaOf(distribution)
  return {
    byMean: byMean.map((value, p) => ((sigma[p] * sigma[p]) / drawsEach) * value),
    bySigma: bySigma.map((value, p) => ((sigma[p] * sigma[p]) / (2 * drawsEach)) * value),
  }
}
