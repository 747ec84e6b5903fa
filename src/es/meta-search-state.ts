/**
 * What a search over the start of learning is set to, what may change while it learns, and what it carries from step to step, as plain data.
 *
 * *Source:* Shen et al. 2018, arXiv 1812.11314 (64 workers, 20 draws); what the paper leaves open is chosen here and said so.
 * *Deviations:* none.
 */
import type { HyperSpace } from '../core/hyper.ts'
import type { Sampler } from './sampling.ts'
import type { SearchStep } from './distribution-step.ts'
import type { Baseline, WeightDistribution } from './weight-distribution.ts'

/**
 * What may change before every step. `meanRate` and `sigmaRate` move the distribution of actors, `criticMeanRate` and `criticSigmaRate` that of critics
 * (`distribution-step.ts`); a rate of 0 keeps σ as it is. `updates`, `learningRate`, `criticLearningRate` and `gamma` are those of the adaptation.
 */
export type MetaSearchHyper = Readonly<{
  meanRate: number
  sigmaRate: number
  criticMeanRate: number
  criticSigmaRate: number
  updates: number
  learningRate: number
  criticLearningRate: number
  gamma: number
}>

/**
 * `workers` M adapt to `tasks` tasks each, drawn anew in every step, from `draws` K actors; σ starts at `initialSigma`. `baseline` makes advantages of the
 * fitness of all workers at one task. `gradientHistory` search gradients are kept for the outer level.
 */
export type MetaSearchSettings = Readonly<{
  workers: number
  draws: number
  tasks: number
  sampler: Sampler
  initialSigma: number
  criticInitialSigma: number
  sigmaLow: number
  sigmaHigh: number
  baseline: Baseline
  step: SearchStep
  gradientHistory: number
}>

/** What does not depend on how the workers adapt. */
export const searchHyperDefaults: Omit<MetaSearchHyper, 'updates' | 'learningRate' | 'criticLearningRate'> = {
  meanRate: 0.5,
  sigmaRate: 0.01,
  criticMeanRate: 0.5,
  criticSigmaRate: 0.01,
  gamma: 0.99,
}

export const metaSearchDefaults: MetaSearchSettings = {
  workers: 64,
  draws: 20,
  tasks: 1,
  sampler: { kind: 'independent' },
  initialSigma: 0.05,
  criticInitialSigma: 0.05,
  sigmaLow: 1e-4,
  sigmaHigh: 1,
  baseline: { kind: 'z-score', epsilon: 1e-8 },
  step: 'normalised',
  gradientHistory: 0,
}

/** The declared ranges. */
export const metaSearchHyperSpace: HyperSpace<MetaSearchHyper> = {
  meanRate: { kind: 'continuous', low: 0, high: 100, scale: 'linear', takesEffect: 'step' },
  sigmaRate: { kind: 'continuous', low: 0, high: 10, scale: 'linear', takesEffect: 'step' },
  criticMeanRate: { kind: 'continuous', low: 0, high: 100, scale: 'linear', takesEffect: 'step' },
  criticSigmaRate: { kind: 'continuous', low: 0, high: 10, scale: 'linear', takesEffect: 'step' },
  updates: { kind: 'integer', low: 0, high: 1000, scale: 'linear', takesEffect: 'step' },
  learningRate: { kind: 'continuous', low: 1e-7, high: 1, scale: 'log', takesEffect: 'step' },
  criticLearningRate: { kind: 'continuous', low: 1e-7, high: 1, scale: 'log', takesEffect: 'step' },
  gamma: { kind: 'continuous', low: 0, high: 1, scale: 'linear', takesEffect: 'step' },
}

/**
 * Everything. `fitness` [M] are the workers' mean returns of the last step, null before the first; `gradients` [P] of the means of actors and critics behind
 * one another, of a loss, the newest first.
 */
export type MetaSearchState = Readonly<{
  actor: WeightDistribution
  critic: WeightDistribution
  generation: number
  fitness: Float64Array | null
  gradients: readonly Float64Array[]
}>
