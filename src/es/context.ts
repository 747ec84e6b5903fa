/**
 * What an evolution strategy shows of itself: the raw fitness of its last population, and the training of its mean.
 *
 * *Source:* Wang et al. 2023, BiERL, arXiv 2308.01207, section 3.3 (f_t). *Deviations:* none.
 */
import type { TrainingContext } from '../nn/training-context.ts'

export type EsContext = Readonly<{
  /** Raw fitness of the last population in the order of the candidates [N]; may hold NaN. */
  populationFitness: Float64Array
  /** Mean return of the unperturbed policy, evaluated before the last update; NaN where it was not evaluated. */
  policyReturn: number
  generation: number
}>

/** The same with parameters, search gradients and returns, for outer levels that watch training. */
export type EsTrainingContext = EsContext & TrainingContext
