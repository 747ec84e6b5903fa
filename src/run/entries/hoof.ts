/**
 * HOOF as an entry of the registry.
 *
 * *Source:* `src/outer/hoof.ts`. *Deviations:* none.
 */
import { z } from 'zod'
import { hoof, hoofDefaults as defaults, hoofProblems } from '../../outer/hoof.ts'
import { configProblemOf } from '../fault.ts'
import { defineOuter } from '../registry.ts'
import { cadenceSchema } from './hyper-step-settings.ts'

export const hoofEntry = defineOuter({
  kind: 'hoof',
  title: 'Hyperparameter optimisation on the fly',
  paper: 'Paul, Kurin and Whiteson 2019, arXiv 1902.06583',
  file: 'src/outer/hoof.ts',
  line: 'tries learning rates, or bounds of a trust region, on the batch before each update, and uses the one that looks best from it',
  schema: z.strictObject({
    tries: z.enum(['learningRate', 'maxKl']).default(defaults.tries).describe('what is chosen: the learning rate, or the bound of a trust region'),
    samples: z.int().positive().default(defaults.samples).describe('values of it that are tried'),
    upper: z.number().positive().default(defaults.upper).describe('greatest of them at first; it adapts'),
    klBound: z.number().positive().default(defaults.klBound).describe('how far a candidate may be from the policy'),
    shrink: z.number().positive().lte(1).default(defaults.shrink).describe('factor of the upper end where too many candidates are too far'),
    grow: z.number().gte(1).default(defaults.grow).describe('factor of the upper end where none is'),
    brokenShare: z.number().gte(0).lte(1).default(defaults.brokenShare).describe('share of candidates that is too many'),
    entropy: z
      .strictObject({
        low: z.number().nonnegative().default(0),
        high: z.number().nonnegative().default(0.2),
        samples: z.int().positive().default(50).describe('coefficients that are tried, each with all learning rates'),
      })
      .nullable()
      .default(defaults.entropy)
      .describe('entropy coefficients that are tried as well; null tries none'),
    candidates: z
      .enum(['scaled', 'exact'])
      .default(defaults.candidates)
      .describe('one step of the optimiser scaled by each rate, or one step for each rate'),
    cadence: cadenceSchema.default(defaults.cadence),
  }),
  problems: (settings, { space, hyper }) => hoofProblems({ ...settings, space, hyper }).map(configProblemOf),
  facts: () => ({ needs: ['policy-gradient'], probes: [] }),
  build: ({ settings, learner: { space, hyper } }) => hoof({ ...settings, space, hyper }),
})
