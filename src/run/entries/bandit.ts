/**
 * The bandit as an entry of the registry.
 *
 * *Source:* `src/outer/bandit.ts`. *Deviations:* none.
 */
import { z } from 'zod'
import { bandit, banditDefaults as defaults } from '../../outer/bandit.ts'
import { gridOf, gridProblems, gridSchema } from '../grid-schema.ts'
import { defineOuter } from '../registry.ts'
import { cadenceSchema, rewardSchema } from './hyper-step-settings.ts'

export const banditEntry = defineOuter({
  kind: 'bandit',
  title: 'Bandit over hyperparameters',
  paper: 'Yuan et al. 2025, ULTHO, ICCV; UCB1: Auer et al. 2002',
  file: 'src/outer/bandit.ts',
  line: 'chooses what paid lately, blind to the state of training',
  schema: z.strictObject({
    grid: gridSchema,
    arms: z.enum(['clusters', 'joint']).default(defaults.arms).describe('first a hyperparameter, then its level; or all joint actions'),
    cadence: cadenceSchema.default(defaults.cadence),
    reward: rewardSchema.default(defaults.reward),
    exploration: z.number().nonnegative().default(defaults.exploration).describe('weight of the bonus of what was tried little'),
    window: z.int().positive().default(defaults.window).describe('how many of the last rewards of an arm count'),
    rewardScale: z.enum(['range', 'none']).default(defaults.rewardScale).describe('divide rewards by the range seen so far, or take them as they are'),
  }),
  problems: ({ grid }, learner) => gridProblems(grid, learner),
  facts: () => ({ needs: [], probes: [] }),
  build: ({ settings: { grid, ...settings }, learner }) => bandit({ ...settings, grid: gridOf(grid, learner), space: learner.space, hyper: learner.hyper }),
})
