/**
 * What a learner shows of the training of its parameters, whatever it learns by.
 *
 * Enough to describe a training state (parameters, last gradients), to tell what the next step is going to do, and to say how the policy did
 * in the last environment phase. A gradient step of a policy-gradient method shows it as well as a generation of an evolution strategy.
 *
 * *Source:* Le et al. 2021, EPGT, arXiv 2112.01853, section "Hyper-state" and Fig. 1. *Deviations:* none.
 */
import type { HyperParameter } from '../core/hyper.ts'
import type { Layout } from './layout.ts'

/** How the policy did in an environment phase; an evolution strategy gives the mean fitness of its population for both numbers. */
export type PhaseReturn = Readonly<{
  /** Discounted return of the phase in unscaled rewards. */
  discountedReturn: number
  /** Mean value target that a critic learns from. */
  targetMean: number
}>

export type TrainingContext = Readonly<{
  /**
   * What the next step does: `collect` runs the policy and learns nothing, `update` learns from what was collected, `generation`
   * does both, the environment first.
   */
  next: 'collect' | 'update' | 'generation'
  /** A hyperparameter counts from the next step on if its `takesEffect` is among these; any other value stays as it is in force. */
  changeable: readonly HyperParameter['takesEffect'][]
  /** Updates done on the phase that is held, 0 where none is. */
  phaseUpdates: number
  /** Environment phases so far; it grows in the step in which `lastRollout` is new. */
  rollouts: number
  /** All parameters that are trained [P], and the arrays in them. */
  parameters: Float64Array
  layout: Layout
  /** Gradients [P] of the last updates, the newest first, as they met the optimiser; as many as the learner keeps. */
  gradients: readonly Float64Array[]
  lastRollout: PhaseReturn | null
}>
