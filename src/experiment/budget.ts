/**
 * When a run is over.
 *
 * *Source:* house rule 5 (budgets count steps, never seconds). *Deviations:* none.
 */

/**
 * At least one limit is a number. A run ends at the first decision at which `steps` are reached, or `envSteps` with nothing left to learn from: a
 * rollout that spends the last of them is learnt from first.
 */
export type Budget = Readonly<{ envSteps: number | null; steps: number | null }>

const share = (limit: number | null, amount: number): number => (limit === null ? 0 : amount / limit)

/** The share of the budget that is used, at most 1; the greater one where both are limited. */
export const usedShare = (budget: Budget, envSteps: number, steps: number): number =>
  Math.min(1, Math.max(share(budget.envSteps, envSteps), share(budget.steps, steps)))

/** Whether the run ends here; `holdsRollout` says whether there is a rollout to learn from, and is asked only where that decides. */
export const isSpent = (budget: Budget, envSteps: number, steps: number, holdsRollout: () => boolean): boolean =>
  share(budget.steps, steps) >= 1 || (share(budget.envSteps, envSteps) >= 1 && !holdsRollout())
