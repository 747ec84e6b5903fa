/**
 * Settings that outer levels share which choose hyper-actions: when they decide, what judges a decision, how they explore and what they watch.
 *
 * *Source:* `src/outer/hyper-steps.ts`. *Deviations:* none.
 */
import { z } from 'zod'
import { configProblem, type ConfigProblem } from '../fault.ts'
import type { LearnerFacts } from '../registry.ts'

/** When a new action is chosen. */
export const cadenceSchema = z
  .enum(['update', 'rollout'])
  .describe('choose before every update, or once per rollout; a learner without rollouts is asked before every step')

/** What a rollout is worth. */
export const rewardSchema = z
  .enum(['discounted', 'sum', 'episodes', 'value-target'])
  .describe('what judges an action: discounted or plain sum of the next rollout, mean return of its episodes, or mean target of the critic')

const share = z.number().gte(0).lte(1)

/** How often a choice is random: ε, with these defaults. */
export const epsilonSchema = (defaults: Readonly<{ from: number; to: number; envSteps: number }>) =>
  z
    .strictObject({
      from: share.default(defaults.from),
      to: share.default(defaults.to),
      envSteps: z
        .number()
        .positive()
        .default(defaults.envSteps)
        .describe('after how many env steps of the learner the end is reached; half of the run, as released'),
    })
    .prefault({})
    .describe('how often a choice is random, falling linearly')

/** More gradients in a hyper-state than the learner keeps would be read as zero. */
export const historyProblems = (orders: number, delay: number, { gradientHistory = 0 }: LearnerFacts): readonly ConfigProblem[] => {
  const wanted = orders === 0 ? 0 : orders + delay
  const hint = `set gradientHistory of the learner to ${wanted}`
  return gradientHistory >= wanted ? [] : [configProblem('orders', `at most the ${gradientHistory} gradients that the learner keeps`, String(wanted), hint)]
}
