/**
 * The part of an outer level's settings that says which hyperparameters it moves, and inside which ranges.
 *
 * *Source:* Wang et al. 2023, BiERL, arXiv 2308.01207: sigma between 0.02 and 0.08 (the authors' program); section 4.2 tunes
 * the learning rate between 0.016 and 0.024 as well. *Deviations:* none.
 */
import { z } from 'zod'
import type { HyperParameter, HyperRecord, TunedDimension, Tuning } from '../core/hyper.ts'
import { invariant } from '../core/invariant.ts'
import { didYouMean } from '../core/rejection.ts'
import { configProblem, type ConfigProblem } from './fault.ts'
import type { LearnerFacts } from './registry.ts'

const rangeSchema = z.strictObject({
  low: z.number().describe('lower bound'),
  high: z.number().describe('upper bound'),
  scale: z.enum(['linear', 'log']).default('linear').describe('how the range is searched'),
})

/** Settings of `tune`: a range for each hyperparameter that the outer level moves. */
export type Tune = Readonly<Record<string, z.infer<typeof rangeSchema>>>

/** The schema of `tune`; sigma in [0.02, 0.08] where neither a config nor the learner (`tuneDefaults`) says anything. */
export const tuneSchema = z
  .record(z.string(), rangeSchema)
  .default({ sigma: { low: 0.02, high: 0.08, scale: 'linear' } })
  .describe('hyperparameters that are moved, each with its range')

const rangeProblems = (name: string, range: Tune[string], parameter: HyperParameter): readonly ConfigProblem[] => [
  ...(range.low < range.high ? [] : [configProblem(`tune.${name}.high`, `more than low = ${range.low}`, String(range.high))]),
  ...(range.low >= parameter.low
    ? []
    : [configProblem(`tune.${name}.low`, `at least ${parameter.low}`, String(range.low), `the admissible range of ${name} starts there`)]),
  ...(range.high <= parameter.high
    ? []
    : [configProblem(`tune.${name}.high`, `at most ${parameter.high}`, String(range.high), `the admissible range of ${name} ends there`)]),
  ...(range.scale === 'linear' || range.low > 0 ? [] : [configProblem(`tune.${name}.low`, 'more than 0 for a logarithmic scale', String(range.low))]),
]

/** A config that names nothing means sigma; to propose a name that looks like it would mislead. */
const NO_SIGMA = 'the learner has no sigma, which tune means where a config leaves it out; name what shall be moved'

/** Problems of `tune` against the learner that will be tuned. */
export const tuneProblems = (tune: Tune, { space }: LearnerFacts): readonly ConfigProblem[] => {
  const known = Object.keys(space)
  const none =
    Object.keys(tune).length > 0
      ? []
      : [configProblem('tune', `a range for at least one of ${known.join(', ')}`, 'none', 'use the outer level "fixed" to tune nothing')]
  const ranges = Object.entries(tune).flatMap(([name, range]) =>
    known.includes(name)
      ? rangeProblems(name, range, space[name])
      : [configProblem(`tune.${name}`, `one of ${known.join(', ')}`, `"${name}"`, name === 'sigma' ? NO_SIGMA : didYouMean(name, known))],
  )
  return [...none, ...ranges]
}

/** The tuned dimensions in the order of the learner's space (never in that of the config), and its values for the rest. */
export const tuningOf = (tune: Tune, { space, hyper }: LearnerFacts): Tuning => {
  const dimensions = Object.keys(space)
    .filter((name) => Object.hasOwn(tune, name))
    .map((name): TunedDimension => ({ name, kind: space[name].kind, ...tune[name] }))
  invariant(dimensions.length === Object.keys(tune).length, 'a tuned hyperparameter is not in the space of the learner')
  return { dimensions, fixed: Object.fromEntries(Object.entries(hyper).filter(([name]) => !Object.hasOwn(tune, name))) }
}

/** Problems of values given for hyperparameters at `path`: unknown names, values outside the range. */
export const valueProblems = (path: string, values: HyperRecord, { space }: LearnerFacts): readonly ConfigProblem[] => {
  const known = Object.keys(space)
  return Object.entries(values).flatMap(([name, value]) => {
    if (!known.includes(name)) return [configProblem(`${path}.${name}`, `one of ${known.join(', ')}`, `"${name}"`, didYouMean(name, known))]
    const { low, high, kind } = space[name]
    const fits = value >= low && value <= high && (kind === 'continuous' || Number.isInteger(value))
    return fits ? [] : [configProblem(`${path}.${name}`, `${kind === 'integer' ? 'an integer' : 'a number'} from ${low} to ${high}`, String(value))]
  })
}
