/**
 * Hyperparameters of a Gaussian process by maximum marginal likelihood, from several seeded starts.
 *
 * Searched are log lengthscales, log outputscale, log noise variance and the mean, inside a box. The first start is the
 * middle of common sense (lengthscale ½, outputscale 1, noise 0.1, mean 0, moved into the box); the others are uniform in
 * the box. The highest likelihood wins, the earliest start on ties.
 *
 * *Source:* Rasmussen and Williams 2006, "Gaussian processes for machine learning", section 5.4.1.
 * *Deviations:* none.
 */
import { exp, log } from '../core/dmath.ts'
import type { Key } from '../core/key.ts'
import { foldIn, uniforms } from '../core/rng.ts'
import { minimiseInBox, type Bounds, type Objective } from './box-minimiser.ts'
import type { GaussianProcess, GpData, GpFailure, GpHyper, GpModel } from './gp.ts'

type Range = readonly [low: number, high: number]

/** Closed ranges; equal ends fix a hyperparameter. All but `mean` are positive. */
export type GpRanges = Readonly<{ lengthscale: Range; outputscale: Range; noiseVariance: Range; mean: Range }>

export type GpFitSettings = Readonly<{ starts: number; maxIterations: number; ranges: GpRanges }>

/** Ranges for inputs in the unit cube and standardised targets. */
export const unitRanges: GpRanges = { lengthscale: [0.05, 5], outputscale: [0.05, 20], noiseVariance: [1e-6, 2], mean: [-2, 2] }

const FIRST_START = { lengthscale: 0.5, outputscale: 1, noiseVariance: 0.1, mean: 0 }

/** Entries of the projected gradient below this end a search; likelihoods are of order n. */
const TOLERANCE = 1e-6

/** Coordinates [log ℓ (D), log outputscale, log noise variance, mean]. */
const decode = (theta: Float64Array): GpHyper => {
  const dimensions = theta.length - 3
  return {
    lengthscales: theta.slice(0, dimensions).map(exp),
    outputscale: exp(theta[dimensions]),
    noiseVariance: exp(theta[dimensions + 1]),
    mean: theta[dimensions + 2],
  }
}

const boundsOf = (ranges: GpRanges, dimensions: number): Bounds => {
  const side = (end: 0 | 1): Float64Array =>
    Float64Array.of(
      ...new Array<number>(dimensions).fill(log(ranges.lengthscale[end])),
      log(ranges.outputscale[end]),
      log(ranges.noiseVariance[end]),
      ranges.mean[end],
    )
  return { low: side(0), high: side(1) }
}

const firstStart = (dimensions: number): Float64Array =>
  Float64Array.of(
    ...new Array<number>(dimensions).fill(log(FIRST_START.lengthscale)),
    log(FIRST_START.outputscale),
    log(FIRST_START.noiseVariance),
    FIRST_START.mean,
  )

const pointIn = ({ low, high }: Bounds, u: Float64Array): Float64Array => u.map((share, i) => low[i] + (high[i] - low[i]) * share)

/**
 * The model of highest marginal likelihood found, or the failure if no start could be conditioned at all. Start s > 0
 * draws from `foldIn(key, s)`.
 */
export const fitGp = (key: Key, gp: GaussianProcess, data: GpData, settings: GpFitSettings): GpModel | GpFailure => {
  const dimensions = data.x.length / data.y.length
  const bounds = boundsOf(settings.ranges, dimensions)
  const objective: Objective = (theta) => {
    const model = gp.condition(decode(theta), data)
    if (model._tag === 'gp-failure') return { value: Infinity, gradient: new Float64Array(theta.length) }
    const slope = gp.likelihoodGradient(model)
    const gradient = Float64Array.of(...slope.logLengthscales, slope.logOutputscale, slope.logNoiseVariance, slope.mean).map((value) => -value)
    return { value: -model.logMarginalLikelihood, gradient }
  }
  let best = { x: firstStart(dimensions), value: Infinity }
  for (let start = 0; start < settings.starts; start++) {
    const theta = start === 0 ? firstStart(dimensions) : pointIn(bounds, uniforms(foldIn(key, start), dimensions + 3))
    const found = minimiseInBox(objective, theta, bounds, { maxIterations: settings.maxIterations, tolerance: TOLERANCE })
    if (found.value < best.value) best = found
  }
  if (best.value === Infinity) return { _tag: 'gp-failure', reason: `none of ${settings.starts} starts gave a finite likelihood` }
  return gp.condition(decode(best.x), data)
}
