/**
 * When an outer level decides, and by which return a decision is judged.
 *
 * A learner with rollouts collects, then updates on what it collected. A decision comes before every update (`update`), or once per rollout
 * (`rollout`): before the first update, or already before the rollout if one of the hyperparameters counts from the next rollout. Other
 * learners (a generation is rollout and update in one) are asked before every step.
 *
 * The reward of a decision is what is measured first after an update has used it: for a policy-gradient learner the rollout that follows
 * the updates, for an evolution strategy the return of the policy before the next generation's update. A measurement that is not a number judges
 * nothing; the decisions wait for the next.
 *
 * *Source:* Le et al. 2021, EPGT, arXiv 2112.01853, "Hyper-reward" and Algorithm 1 (the rollout after the last update gives G for all of its
 * phase; `discounted` is the paper's G, `value-target` that of the authors' program).
 * *Deviations:* none.
 */
import type { HyperParameter } from '../core/hyper.ts'
import type { EsContext } from '../es/context.ts'
import type { PolicyGradientContext } from '../rl/context.ts'

export type Cadence = 'update' | 'rollout'

/** What an outer level of one learner sees, whether that has rollouts or not. */
export type WatchedContext = EsContext | PolicyGradientContext

const hasRollouts = (context: WatchedContext): context is PolicyGradientContext =>
  'next' in context && (context.next === 'collect' || context.next === 'update')

/** Whether the values of `names` have to be chosen before the rollout in which they count. */
export const countsFromRollout = (names: readonly string[], space: Readonly<Record<string, HyperParameter>>): boolean =>
  names.some((name) => space[name].takesEffect === 'rollout')

/** Whether the outer level decides before the step at which the learner shows `context` (null before the first step of a learner without rollouts). */
export const isHyperStep = (cadence: Cadence, beforeRollout: boolean, context: WatchedContext | null): boolean => {
  if (context === null || !hasRollouts(context)) return true
  if (cadence === 'update') return context.next === 'update'
  return beforeRollout ? context.next === 'collect' : context.next === 'update' && context.phaseUpdates === 0
}

/**
 * What a rollout is worth, of unscaled rewards: Σ γ^t r over its steps, Σ r, the mean return of the episodes that ended in it, or the mean
 * target of the critic (of scaled rewards).
 */
export type HyperReward = 'discounted' | 'sum' | 'episodes' | 'value-target'

/** Return of the policy; where it was not measured, the mean of the finite fitness of its population (NaN where there is none). */
export const returnOf = ({ policyReturn, populationFitness }: EsContext): number => {
  if (Number.isFinite(policyReturn)) return policyReturn
  const finite = populationFitness.filter(Number.isFinite)
  return finite.reduce((sum, fitness) => sum + fitness, 0) / finite.length
}

/** What the step that led to `context` measured; NaN where it measured nothing. An evolution strategy has one kind of reward. */
export const rewardOf = (kind: HyperReward, context: WatchedContext, envSteps: number): number => {
  if (!hasRollouts(context)) return returnOf(context)
  const { lastRollout } = context
  if (envSteps === 0 || lastRollout === null) return Number.NaN
  switch (kind) {
    case 'discounted':
      return lastRollout.discountedReturn
    case 'sum':
      return lastRollout.rewardSum
    case 'episodes':
      return lastRollout.returnMean
    case 'value-target':
      return lastRollout.targetMean
  }
}

/** Decisions whose reward is awaited: those that no update has used yet, and those that one has. */
export type Ledger<D> = Readonly<{ fresh: readonly D[]; used: readonly D[] }>

/** The ledger before any decision. */
export const emptyLedger: Ledger<never> = { fresh: [], used: [] }

/** The ledger with one more decision. */
export const decided = <D>({ fresh, used }: Ledger<D>, decision: D): Ledger<D> => ({ fresh: [...fresh, decision], used })

/** The ledger after a step that led to `context` and measured `reward`, and the decisions that this reward judges (all of them by it). */
export const judged = <D>({ fresh, used }: Ledger<D>, context: WatchedContext, envSteps: number, reward: number): readonly [Ledger<D>, readonly D[]] => {
  const measures = Number.isFinite(reward)
  const open = measures ? [] : used
  const learnt = !hasRollouts(context) || envSteps === 0
  return [learnt ? { fresh: [], used: [...open, ...fresh] } : { fresh, used: open }, measures ? used : []]
}
