/**
 * The outer level `random-grid` as an entry of the registry.
 *
 * *Source:* `src/outer/random-grid.ts`. *Deviations:* none.
 */
import { z } from 'zod'
import { randomGrid } from '../../outer/random-grid.ts'
import { gridOf, gridProblems, gridSchema } from '../grid-schema.ts'
import { defineOuter } from '../registry.ts'
import { cadenceSchema } from './hyper-step-settings.ts'

export const randomGridEntry = defineOuter({
  kind: 'random-grid',
  title: 'Random hyper-actions',
  paper: 'Le et al. 2021, arXiv 2112.01853, RND',
  file: 'src/outer/random-grid.ts',
  line: 'uniform joint actions of a grid: the control of EPGT',
  schema: z.strictObject({ grid: gridSchema, cadence: cadenceSchema.default('update') }),
  problems: ({ grid }, learner) => gridProblems(grid, learner),
  facts: () => ({ needs: [], probes: [] }),
  build: ({ settings: { grid, cadence }, learner }) => randomGrid({ grid: gridOf(grid, learner), cadence, space: learner.space, hyper: learner.hyper }),
})
