/**
 * PB2 as an entry of the registry.
 *
 * *Source:* `src/outer/pb2.ts`. *Deviations:* none.
 */
import { z } from 'zod'
import { timeSearchDefaults } from '../../bo/time-search.ts'
import { pb2, pb2Defaults as defaults, pb2Problems } from '../../outer/pb2.ts'
import { configProblemOf } from '../fault.ts'
import { defineOuter } from '../registry.ts'
import { tuneProblems, tuneSchema, tuningOf } from '../tuning-schema.ts'
import { populationSchemas } from './population-settings.ts'

const count = z.int().positive()
const { constants } = timeSearchDefaults

const searchSchema = z.strictObject({
  constants: z
    .strictObject({ c1: z.number().positive().default(constants.c1), c2: z.number().positive().default(constants.c2) })
    .prefault({})
    .describe('of the weight of the variance, √(c1 + max(0, log(c2 n)))'),
  starts: count.default(timeSearchDefaults.starts).describe('random starts of the search for the best point'),
  iterations: count.default(timeSearchDefaults.iterations),
  fitIterations: count.default(timeSearchDefaults.fitIterations).describe('iterations of a fit of the process'),
  suffixIterations: count.default(timeSearchDefaults.suffixIterations).describe('iterations of a fit that only compares how many rows to use'),
  minRows: count.default(timeSearchDefaults.minRows).describe('rows up to which all are used'),
  rowStep: count.default(timeSearchDefaults.rowStep).describe('by how many rows the compared numbers differ'),
  maxRows: count.default(timeSearchDefaults.maxRows).describe('rows that are kept'),
})

export const pb2Entry = defineOuter({
  kind: 'pb2',
  title: 'Population based bandits',
  paper: 'Parker-Holder, Nguyen and Roberts 2020, arXiv 2002.02518',
  file: 'src/outer/pb2.ts',
  line: 'as PBT, with a Gaussian process that forgets in place of random changes',
  schema: z.strictObject({
    tune: tuneSchema,
    ...populationSchemas,
    integers: z.enum(['refuse', 'round']).default(defaults.integers).describe('search only continuous values, or integers too and round'),
    search: searchSchema.prefault({}).describe('the process and the search for its best point'),
  }),
  problems: ({ tune, ...settings }, learner) => {
    const ranges = tuneProblems(tune, learner)
    return ranges.length > 0 ? ranges : pb2Problems({ ...settings, tuning: tuningOf(tune, learner) }).map(configProblemOf)
  },
  facts: () => ({ needs: [], probes: [] }),
  build: ({ settings: { tune, ...settings }, learner, backend }) => pb2({ ...settings, tuning: tuningOf(tune, learner) }, backend),
})
