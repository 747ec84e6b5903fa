/**
 * Settings that outer levels share which choose hyper-actions: when they decide, and what judges a decision.
 *
 * *Source:* `src/outer/hyper-steps.ts`. *Deviations:* none.
 */
import { z } from 'zod'

/** When a new action is chosen. */
export const cadenceSchema = z
  .enum(['update', 'rollout'])
  .describe('choose before every update, or once per rollout; a learner without rollouts is asked before every step')

/** What a rollout is worth. */
export const rewardSchema = z
  .enum(['discounted', 'sum', 'episodes', 'value-target'])
  .describe('what judges an action: discounted or plain sum of the next rollout, mean return of its episodes, or mean target of the critic')
