/**
 * The tuned meta-gradient as an entry of the registry.
 *
 * *Source:* `src/outer/tmg.ts`. *Deviations:* none.
 */
import { z } from 'zod'
import { tmg, tmgDefaults as defaults, tmgProblems } from '../../outer/tmg.ts'
import { configProblemOf } from '../fault.ts'
import { defineOuter } from '../registry.ts'

export const tmgEntry = defineOuter({
  kind: 'tmg',
  title: 'Tuned meta-gradient',
  paper: 'Xu, van Hasselt and Silver 2018, arXiv 1805.09801',
  file: 'src/outer/tmg.ts',
  line: 'the learning rate climbs the gradient of performance after its own step',
  schema: z.strictObject({
    beta: z.number().nonnegative().default(defaults.beta).describe('step size of the learning rate'),
    low: z.number().positive().default(defaults.low).describe('least learning rate'),
    high: z.number().positive().default(defaults.high).describe('greatest learning rate'),
  }),
  problems: (settings, { space, hyper }) => tmgProblems({ ...settings, space, hyper }).map(configProblemOf),
  facts: () => ({ needs: ['policy-gradient'], probes: [] }),
  build: ({ settings, learner: { space, hyper } }) => tmg({ ...settings, space, hyper }),
})
