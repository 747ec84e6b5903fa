/**
 * Settings that both meta levels of BiERL share: when they act, and how they score hyperparameters.
 *
 * *Source:* `src/outer/meta-calendar.ts`, `src/outer/meta-fitness.ts`. *Deviations:* none.
 */
import { z } from 'zod'
import { configProblem, type ConfigProblem } from '../fault.ts'
import type { LearnerFacts } from '../registry.ts'
import type { Tune } from '../tuning-schema.ts'

/** Generations or rollouts between two meta updates. */
export const intervalSchema = z.int().positive().describe('generations (rollouts, of a learner that has them) between two meta updates')

/** Whether the meta level acts before the first step. */
export const metaFirstSchema = z.boolean().describe('act before the first step already')

/** How the meta level scores hyperparameters. */
export const lookAheadSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('one-step').describe('the return of the policy after one generation, or one rollout and the updates on it, with them'),
      repeats: z.int().positive().default(1).describe('independent copies of the learner that are stepped'),
      episodes: z.int().positive().default(1).describe('episodes of each stepped policy'),
    }),
    z.strictObject({
      kind: z.literal('smoothed').describe('the return of fresh members of the search distribution, without a step'),
      episodes: z.int().positive().default(2).describe('members, one episode each'),
      mirrored: z.boolean().default(false).describe('draw them in ± pairs'),
    }),
  ])
  .describe('how hyperparameters are scored')

export type LookAhead = z.infer<typeof lookAheadSchema>

/** Mirrored episodes that do not come in pairs. */
export const lookAheadProblems = (lookAhead: LookAhead): readonly ConfigProblem[] =>
  lookAhead.kind === 'smoothed' && lookAhead.mirrored && lookAhead.episodes % 2 !== 0
    ? [configProblem('lookAhead.episodes', 'an even number, for mirrored pairs', String(lookAhead.episodes))]
    : []

/** Tuned values that the smoothed score cannot see, because they do not shape the population. */
export const unseenProblems = (lookAhead: LookAhead, tune: Tune, { space, provides }: LearnerFacts): readonly ConfigProblem[] => {
  const known = Object.keys(tune).filter((name) => name in space)
  const blind = provides.includes('policy-gradient') || ('sigma' in space && !known.includes('sigma'))
  const unseen = lookAhead.kind === 'smoothed' && known.length > 0 && blind
  return unseen
    ? [configProblem('lookAhead.kind', '"one-step"', '"smoothed"', `fresh members of the population say nothing about ${known.join(', ')}`)]
    : []
}
