/**
 * A finished rollout of one or more jobs in numbers.
 *
 * *Source:* Paul et al. 2019, HOOF, arXiv 1902.06583, section 3 (the return of a batch); explained variance as usual.
 * *Deviations:* none.
 */
import { invariant } from '../core/invariant.ts'
import type { Outcome, RolloutOutcome } from '../core/job.ts'
import { envStepsOf } from '../core/job.ts'
import { mean, variance } from '../core/stats.ts'
import type { RolloutSummary } from './context.ts'
import type { Batch } from './held-batch.ts'

/** Σ of `value` over the rollouts. */
export const total = (rollouts: readonly RolloutOutcome[], value: (rollout: RolloutOutcome) => number): number =>
  rollouts.reduce((sum, rollout) => sum + value(rollout), 0)

/** Share of the variance of the value targets that the values explain; NaN where the targets do not vary. */
export const explainedVariance = ({ oldValues, returns }: Batch): number => {
  const whole = variance(returns, 0)
  return whole > 0 ? 1 - variance(returns.map((target, at) => target - oldValues[at]), 0) / whole : Number.NaN
}

const isRollout = (outcome: Outcome): outcome is RolloutOutcome => outcome.kind === 'rollout'

/** The outcomes of a learner that asked for `count` rollouts and nothing else. */
export const rolloutsIn = (outcomes: readonly Outcome[], count: number): readonly RolloutOutcome[] => {
  const rollouts = outcomes.filter(isRollout)
  invariant(rollouts.length === count && outcomes.length === count, `${outcomes.length} outcomes for ${count} rollouts`)
  return rollouts
}

/** The rollouts of `envs` environments, whose value targets have the mean `targetMean`. */
export const summaryOf = (rollouts: readonly RolloutOutcome[], envs: number, targetMean: number): RolloutSummary => {
  const ended = Float64Array.from(rollouts.flatMap(({ episodeReturns }) => [...episodeReturns]))
  return {
    envSteps: envStepsOf(rollouts),
    rewardSum: total(rollouts, (rollout) => rollout.rewardSum),
    discountedReturn: total(rollouts, (rollout) => rollout.discountedSum) / envs,
    targetMean,
    episodes: ended.length,
    returnMean: ended.length === 0 ? Number.NaN : mean(ended),
  }
}
