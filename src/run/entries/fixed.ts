/**
 * The outer level `fixed` as an entry of the registry.
 *
 * *Source:* `src/outer/fixed.ts`. *Deviations:* none.
 */
import { z } from 'zod'
import { fixed } from '../../outer/fixed.ts'
import { defineOuter } from '../registry.ts'
import { valueProblems } from '../tuning-schema.ts'

export const fixedEntry = defineOuter({
  kind: 'fixed',
  title: 'Fixed hyperparameters',
  paper: 'none; the baseline',
  file: 'src/outer/fixed.ts',
  line: 'the same values from start to end',
  schema: z.strictObject({
    hyper: z.record(z.string(), z.number()).default({}).describe("values by name; those not named are the learner's own"),
  }),
  problems: ({ hyper }, learner) => valueProblems('hyper', hyper, learner),
  facts: () => ({ needs: [], probes: [] }),
  build: ({ settings, learner }) => fixed({ hyper: { ...learner.hyper, ...settings.hyper } }),
})
