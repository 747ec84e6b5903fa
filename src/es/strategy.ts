/**
 * The strategy contract: an evolution strategy by ask and tell, as pure functions over an explicit state.
 *
 * `ask` draws a population as plain data, from which a worker rebuilds any candidate by its index; `tell` takes the fitness
 * of all candidates, in the order of the candidates, and moves the mean. Higher fitness is better. What a strategy promises
 * about itself stands in `claims`, as data, and is tested against that.
 *
 * *Source:* ask and tell after Hansen's pycma; Wang et al. 2023, BiERL, arXiv 2308.01207, section 3.2.
 * *Deviations:* 1. the mean is a `Parcel`, so that jobs can name it by its digest.
 */
import type { HyperRecord, HyperSpace } from '../core/hyper.ts'
import type { Parcel, Perturbation } from '../core/job.ts'
import type { Key } from '../core/key.ts'

/** Hyperparameters of an evolution strategy: the standard deviation of its noise, and α of its update. */
export type EsHyper = Readonly<{ sigma: number; learningRate: number }>

/** sigma in (0, 10³], learning rate in [0, 10³]; both may change before every generation. */
export const esHyperSpace: HyperSpace<EsHyper> = {
  sigma: { kind: 'continuous', low: 1e-12, high: 1e3, scale: 'log', takesEffect: 'step' },
  learningRate: { kind: 'continuous', low: 0, high: 1e3, scale: 'linear', takesEffect: 'step' },
}

/** A population of one generation: plain data of constant size. `key` is the root of the noise keys. */
export type Batch = Readonly<{ generation: number; key: Key; sigma: number; popsize: number }>

/** What came out for one candidate. `fitness` may be NaN; `behaviour` is for strategies that seek novelty. */
export type Evaluation = Readonly<{ fitness: number; behaviour?: Float64Array; envSteps: number }>

/** What the last `tell` did. `applied` holds the values that stood in its arithmetic. Norms are Euclidean. */
export type UpdateReport<H extends HyperRecord> = Readonly<{
  applied: H
  gradientNorm: number
  updateNorm: number
  parameterNorm: number
  /** Evaluations whose fitness was not a finite number. */
  notFinite: number
  /** The gradient was not finite, and the mean was left as it was. */
  skipped: boolean
}>

/** What a strategy promises. Each promise is checked by the law of the same name. */
export type StrategyClaims = Readonly<{
  /** Candidates come in mirrored pairs: an odd popsize is rejected at construction. */
  mirrored: boolean
  /** Where all fitness values are equal, the mean stays bitwise. */
  constantFitnessKeepsMean: boolean
  /** Only the order of the fitness values matters, bitwise. */
  monotoneInvariant: boolean
  /** Moving problem and mean together moves the new mean with them. */
  shiftEquivariant: boolean
  /** E[θ′ − θ] = α∇E[f(θ + sigma·ε)]. */
  unbiasedUpdate: boolean
}>

export interface Strategy<S, H extends HyperRecord> {
  readonly name: string
  readonly popsize: number
  readonly space: HyperSpace<H>
  readonly claims: StrategyClaims
  /** State around the first `mean` [P]. */
  init(mean: Float64Array): S
  /** The population of the next generation; throws a `RangeError` where `hyper` lies outside `space`. */
  ask(key: Key, state: S, hyper: H): Batch
  /** Noise key and signed scale of candidate `index`, relative to `mean(state)`: what travels to a worker. */
  perturbation(batch: Batch, index: number): Perturbation
  /** Parameters [P] of candidate `index`. */
  candidate(state: S, batch: Batch, index: number): Float64Array
  /** Moves the mean by the `evaluations` [N] of all candidates; throws an `InvariantError` for a batch of another generation. */
  tell(state: S, batch: Batch, evaluations: readonly Evaluation[], hyper: H): S
  mean(state: S): Parcel
  generation(state: S): number
  /** null before the first `tell`. */
  lastUpdate(state: S): UpdateReport<H> | null
  /** Gradients [P] of the last updates as they met the optimiser (of a loss), the newest first; none where a strategy keeps none. */
  gradients?(state: S): readonly Float64Array[]
}
