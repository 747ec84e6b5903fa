/**
 * The outer level `anneal` as an entry of the registry.
 *
 * *Source:* `src/outer/anneal.ts`. *Deviations:* none.
 */
import { z } from 'zod'
import { anneal } from '../../outer/anneal.ts'
import { configProblem, type ConfigProblem } from '../fault.ts'
import { rampSchema } from '../grid-schema.ts'
import { defineOuter } from '../registry.ts'
import { valueProblems } from '../tuning-schema.ts'

const prefixed = (path: string, problems: readonly ConfigProblem[]): readonly ConfigProblem[] =>
  problems.map((problem) => ({ ...problem, path: `${problem.path}.${path}` }))

export const annealEntry = defineOuter({
  kind: 'anneal',
  title: 'Linear annealing',
  paper: 'Schulman et al. 2017, arXiv 1707.06347, Table 3',
  file: 'src/outer/anneal.ts',
  line: 'fixed values of which some move linearly to an end: the decay that published PPO and A2C have',
  schema: z.strictObject({
    ramps: z.record(z.string(), rampSchema).default({}).describe('hyperparameters that move, each from its value in hyper to an end'),
    hyper: z.record(z.string(), z.number()).default({}).describe("values by name, the start of those that move; those not named are the learner's own"),
  }),
  problems: ({ ramps, hyper }, learner) => {
    const ends = Object.fromEntries(Object.entries(ramps).map(([name, { to }]) => [name, to]))
    return [
      ...(Object.keys(ramps).length > 0
        ? []
        : [configProblem('ramps', `a ramp for at least one of ${Object.keys(learner.space).join(', ')}`, 'none', 'use the outer level "fixed" to move nothing')]),
      ...valueProblems('hyper', hyper, learner),
      ...prefixed('to', valueProblems('ramps', ends, learner)),
    ]
  },
  facts: () => ({ needs: [], probes: [] }),
  build: ({ settings: { ramps, hyper }, learner }) => anneal({ ramps, space: learner.space, hyper: { ...learner.hyper, ...hyper } }),
})
