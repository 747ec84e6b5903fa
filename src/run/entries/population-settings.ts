/**
 * Settings that population methods share: how many members, when they are due, how many are replaced.
 *
 * *Source:* `src/outer/population.ts`. *Deviations:* none.
 */
import { z } from 'zod'
import { populationDefaults as defaults } from '../../outer/population.ts'

/** The schemas of a population. */
export const populationSchemas = {
  members: z.int().gte(2).default(defaults.members).describe('learners that are trained side by side; env steps of all of them count'),
  readyEvery: z.number().positive().default(defaults.readyEvery).describe('env steps of a member between two of its turns'),
  burnIn: z.number().nonnegative().default(defaults.burnIn).describe('env steps of a member before its first turn'),
  quantile: z.number().positive().lte(0.5).default(defaults.quantile).describe('share of the members that is replaced, and from which is copied'),
}
