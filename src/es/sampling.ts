/**
 * Sampling of a population around a mean, and the search gradient rebuilt from its keys.
 *
 * A candidate is defined by a key and a signed scale: θ + sigma·ε(key). Noise is rebuilt where it is needed and never stored
 * or sent, so memory grows with parameters plus popsize, not with their product.
 *
 * `independent`: candidate i has noise key i. `antithetic`: with h = popsize/2 pairs, candidate i < h is θ + sigma·ε_i and
 * candidate h + i its mirror θ − sigma·ε_i; the gradient rebuilds each ε once with weight u⁺ − u⁻.
 *
 * *Source:* Wang et al. 2023, BiERL, arXiv 2308.01207, Eq. 2; Salimans et al. 2017, arXiv 1703.03864, section 2.1
 * (mirrored sampling after Brockhoff et al. 2010).
 * *Deviations:* 1. keys of a counter-based generator instead of a table of noise.
 */
import type { Backend } from '../core/backend.ts'
import { invariant } from '../core/invariant.ts'
import type { Perturbation } from '../core/job.ts'
import type { Key } from '../core/key.ts'
import { foldIn } from '../core/rng.ts'

export type Sampler = Readonly<{ kind: 'independent' | 'antithetic' }>

/**
 * What the sum Σuε/sigma is divided by: the population size (paper, Eq. 3), or a constant.
 *
 * NES utilities are already divided by their sum, so they are of order 1/n: with `popsize` a step is smaller by a factor n
 * than with other shapings. The program of the BiERL authors divides by the constant 40 there, whatever the population size.
 */
export type Divisor = 'popsize' | number

/** A population drawn around a mean: plain data from which every candidate is derived by its index. */
export type Draw = Readonly<{ key: Key; sigma: number; popsize: number }>

/** Number of different noise vectors of a population. */
export const noiseCount = (sampler: Sampler, popsize: number): number => (sampler.kind === 'antithetic' ? popsize / 2 : popsize)

/** Throws a `RangeError` unless `popsize` is a positive integer, even for antithetic sampling. */
export const checkPopsize = (sampler: Sampler, popsize: number): void => {
  if (!Number.isInteger(popsize) || popsize < 2) throw new RangeError(`popsize must be an integer of at least 2, received ${popsize}`)
  if (sampler.kind === 'antithetic' && popsize % 2 !== 0) throw new RangeError(`popsize must be even for antithetic sampling, received ${popsize}`)
}

/** Candidate `index` of `draw`: its noise key and ±sigma. */
export const perturbationOf = (sampler: Sampler, draw: Draw, index: number): Perturbation => {
  invariant(Number.isInteger(index) && index >= 0 && index < draw.popsize, `candidate ${index} of a population of ${draw.popsize}`)
  const count = noiseCount(sampler, draw.popsize)
  return index < count ? { key: foldIn(draw.key, index), scale: draw.sigma } : { key: foldIn(draw.key, index - count), scale: -draw.sigma }
}

/** The parameters [P] of a candidate: mean + scale · ε(key). */
export const candidateOf = (backend: Backend, mean: Float64Array, perturbation: Perturbation): Float64Array => {
  const parameters = new Float64Array(mean.length)
  backend.kernels.perturb(parameters, mean, perturbation.key, perturbation.scale)
  return parameters
}

/**
 * The search gradient of fitness (to be ascended) [P], rebuilt from the keys of `draw`.
 *
 * g = Σᵢ uᵢεᵢ/(divisor · sigma), in antithetic sampling Σ (u⁺ − u⁻)ε/(divisor · sigma) over pairs.
 * `utilities` [N] in the order of the candidates.
 */
export const searchGradient = (
  backend: Backend,
  draw: Draw,
  utilities: Float64Array,
  options: Readonly<{ sampler: Sampler; divisor: Divisor; parameters: number }>,
): Float64Array => {
  invariant(utilities.length === draw.popsize, `${utilities.length} utilities for a population of ${draw.popsize}`)
  invariant(draw.sigma > 0, `sigma must be positive, received ${draw.sigma}`)
  const count = noiseCount(options.sampler, draw.popsize)
  const divisor = options.divisor === 'popsize' ? draw.popsize : options.divisor
  const keys: Key[] = []
  const weights: number[] = []
  for (let i = 0; i < count; i++) {
    const utility = options.sampler.kind === 'antithetic' ? utilities[i] - utilities[count + i] : utilities[i]
    // noise of weight 0 adds nothing: not rebuilding it saves most of the work where ranks are truncated
    if (utility === 0) continue
    keys.push(foldIn(draw.key, i))
    weights.push(utility / (divisor * draw.sigma))
  }
  const gradient = new Float64Array(options.parameters)
  backend.kernels.weightedNoise(gradient, keys, Float64Array.from(weights))
  return gradient
}
