/**
 * The outer level `random` as an entry of the registry.
 *
 * *Source:* `src/outer/random.ts`. *Deviations:* none.
 */
import { z } from 'zod'
import { random } from '../../outer/random.ts'
import { defineOuter } from '../registry.ts'
import { tuneProblems, tuneSchema, tuningOf } from '../tuning-schema.ts'

export const randomEntry = defineOuter({
  kind: 'random',
  title: 'Random hyperparameters over time',
  paper: 'Bergstra and Bengio 2012, JMLR 13',
  file: 'src/outer/random.ts',
  line: 'uniform draws from the tuned ranges: the control that an adaptive outer level must beat',
  schema: z.strictObject({
    tune: tuneSchema,
    interval: z.int().positive().default(1).describe('learner steps between two draws'),
  }),
  problems: ({ tune }, learner) => tuneProblems(tune, learner),
  facts: () => ({ needs: [], probes: [] }),
  build: ({ settings, learner }) => random({ tuning: tuningOf(settings.tune, learner), interval: settings.interval }),
})
