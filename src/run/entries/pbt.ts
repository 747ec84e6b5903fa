/**
 * Population based training as an entry of the registry.
 *
 * *Source:* `src/outer/pbt.ts`. *Deviations:* none.
 */
import { z } from 'zod'
import type { HyperRecord } from '../../core/hyper.ts'
import { didYouMean } from '../../core/rejection.ts'
import { pbt, pbtDefaults as defaults } from '../../outer/pbt.ts'
import type { Mutable } from '../../outer/pbt.ts'
import { configProblem, type ConfigProblem } from '../fault.ts'
import type { LearnerFacts } from '../registry.ts'
import { defineOuter } from '../registry.ts'
import { tuneProblems, tuneSchema, tuningOf, valueProblems, type Tune } from '../tuning-schema.ts'
import { populationSchemas } from './population-settings.ts'

type Levels = Readonly<Record<string, readonly number[]>>

const levelProblems = (levels: Levels, tune: Tune, learner: LearnerFacts): readonly ConfigProblem[] =>
  Object.entries(levels).flatMap(([name, values]) => {
    const path = `levels.${name}`
    const known = Object.keys(learner.space)
    if (!known.includes(name)) return [configProblem(path, `one of ${known.join(', ')}`, `"${name}"`, didYouMean(name, known))]
    return [
      ...(name in tune ? [configProblem(path, 'a hyperparameter that tune does not name', `"${name}"`)] : []),
      ...(values.every((value, i) => i === 0 || value > values[i - 1]) ? [] : [configProblem(path, 'levels in ascending order', JSON.stringify(values))]),
      ...values.flatMap((value, i) => valueProblems('levels', { [name]: value }, learner).map((problem) => ({ ...problem, path: `${path}.${i}` }))),
    ]
  })

const mutablesOf = (tune: Tune, levels: Levels, learner: LearnerFacts): Readonly<{ mutables: readonly Mutable[]; fixed: HyperRecord }> => {
  const { dimensions, fixed } = tuningOf(tune, learner)
  const listed = Object.keys(learner.space).filter((name) => name in levels)
  return {
    mutables: [
      ...dimensions.map((dimension): Mutable => ({ kind: 'range', dimension })),
      ...listed.map((name): Mutable => ({ kind: 'levels', name, levels: levels[name] })),
    ],
    fixed: Object.fromEntries(Object.entries(fixed).filter(([name]) => !(name in levels))),
  }
}

export const pbtEntry = defineOuter({
  kind: 'pbt',
  title: 'Population based training',
  paper: 'Jaderberg et al. 2017, arXiv 1711.09846',
  file: 'src/outer/pbt.ts',
  line: 'bad members of a population take over good ones and change their hyperparameters',
  schema: z.strictObject({
    tune: tuneSchema,
    levels: z
      .record(z.string(), z.array(z.number()).min(2))
      .default({})
      .describe('hyperparameters that move between levels, in ascending order, one level at a time'),
    ...populationSchemas,
    resample: z.number().gte(0).lte(1).default(defaults.resample).describe('how often a value is drawn anew instead of moved'),
    grow: z.number().gte(1).default(defaults.grow).describe('factor of a value that goes up'),
    shrink: z.number().positive().lte(1).default(defaults.shrink).describe('factor of a value that goes down'),
  }),
  problems: ({ tune, levels }, learner) => [
    ...(Object.keys(tune).length === 0 && Object.keys(levels).length > 0 ? [] : tuneProblems(tune, learner)),
    ...levelProblems(levels, tune, learner),
  ],
  facts: () => ({ needs: [], probes: [] }),
  build: ({ settings: { tune, levels, ...settings }, learner }) => pbt({ ...settings, ...mutablesOf(tune, levels, learner) }),
})
