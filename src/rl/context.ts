/**
 * What a policy-gradient learner shows of itself: parameters and last gradients, the last rollout, and the held batch.
 *
 * An outer level that watches training (EPGT) reads `parameters` and `gradients`; one that weighs candidate updates against each other
 * (HOOF, tuned meta-gradients) asks the held batch, which answers without any env step. The returns of the last episodes stand as
 * `populationFitness`, so that outer levels of evolution strategies fit as well.
 *
 * *Source:* Le et al. 2021, EPGT, arXiv 2112.01853, section 2.2 (hyper-state); Paul et al. 2019, HOOF, arXiv 1902.06583, section 3.
 * *Deviations:* none.
 */
import type { HyperRecord } from '../core/hyper.ts'
import type { Key } from '../core/key.ts'
import type { EsContext } from '../es/context.ts'
import type { TrainingContext } from '../nn/training-context.ts'

/** The last rollout in numbers. Sums are of unscaled rewards; `targetMean` is the mean value target that a critic learns from. */
export type RolloutSummary = Readonly<{
  envSteps: number
  rewardSum: number
  /** Mean over environments of Σ_t γ^t r_t of the unscaled rewards of the rollout. */
  discountedReturn: number
  targetMean: number
  episodes: number
  returnMean: number
}>

/** Off-policy estimate of a candidate on the held batch: weighted importance sampling of the return, and KL(old ‖ candidate). */
export type OffPolicyValue = Readonly<{ estimate: number; kl: number }>

/** The batch that the next update learns from, as questions that it answers; every answer is a new array. */
export interface HeldBatch {
  /** The parameters [P] that one update with `hyper` would lead to. */
  candidate(key: Key, hyper: HyperRecord): Float64Array
  /** How good the policy in `parameters` [P] looks from the batch. */
  offPolicyValue(parameters: Float64Array): OffPolicyValue
  /** ∇ of the mean of log π(a|s) · advantage at `parameters` [P]: the gradient of performance there. */
  policyGradient(parameters: Float64Array): Float64Array
}

export type PolicyGradientContext = EsContext &
  TrainingContext &
  Readonly<{
    next: 'collect' | 'update'
    /** Updates that there will be on the held rollout as things stand. */
    phaseLength: number
    updates: number
    envSteps: number
    lastRollout: RolloutSummary | null
    batch: HeldBatch | null
  }>
