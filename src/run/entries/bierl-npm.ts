/**
 * BiERL-NPM as an entry of the registry.
 *
 * *Source:* `src/outer/bierl-npm.ts`. *Deviations:* none.
 */
import { z } from 'zod'
import { bierlNpm, bierlNpmDefaults as defaults } from '../../outer/bierl-npm.ts'
import { probeOf } from '../../outer/meta-fitness.ts'
import { configProblem, type ConfigProblem } from '../fault.ts'
import { defineOuter } from '../registry.ts'
import { tuneProblems, tuneSchema, tuningOf } from '../tuning-schema.ts'
import { intervalSchema, lookAheadProblems, lookAheadSchema, metaFirstSchema, unseenProblems } from './meta-settings.ts'

const { search } = defaults
const { fit } = search

const count = z.int().positive()

/** A range of a hyperparameter of the process; equal ends fix it. */
const rangeOf = (bound: z.ZodNumber, fallback: readonly [number, number], words: string) =>
  z.tuple([bound, bound]).default([fallback[0], fallback[1]]).describe(words)

const acquisitionSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('ucb').describe('upper confidence bound'),
      kappa: z.number().nonnegative().default(2.576).describe('standard deviations above the mean'),
    }),
    ...(['ei', 'log-ei', 'probability'] as const).map((kind) =>
      z.strictObject({
        kind: z.literal(kind).describe({ ei: 'expected improvement', 'log-ei': 'its logarithm', probability: 'probability of improvement' }[kind]),
        xi: z.number().nonnegative().default(0).describe('improvement asked for beyond the best'),
      }),
    ),
  ])
  .describe('what the next point maximises')

const rangesSchema = z
  .strictObject({
    lengthscale: rangeOf(z.number().positive(), fit.ranges.lengthscale, 'in the unit cube'),
    outputscale: rangeOf(z.number().positive(), fit.ranges.outputscale, 'of standardised scores'),
    noiseVariance: rangeOf(z.number().positive(), fit.ranges.noiseVariance, 'of standardised scores'),
    mean: rangeOf(z.number(), fit.ranges.mean, 'of standardised scores'),
  })
  .describe('ranges of the process; equal ends fix a value')

const searchSchema = z.strictObject({
  kernel: z.enum(['matern12', 'matern32', 'matern52', 'rbf']).default(search.kernel).describe('covariance of the process'),
  acquisition: acquisitionSchema.default(search.acquisition),
  incumbent: z.enum(['best-observed', 'posterior-mean']).default(search.incumbent).describe('which point counts as the best'),
  initialPoints: count.default(search.initialPoints).describe('points of the design that comes first'),
  design: z.enum(['uniform', 'latin-hypercube']).default(search.design),
  fit: z
    .strictObject({
      starts: count.default(fit.starts).describe('starts of the likelihood search'),
      maxIterations: count.default(fit.maxIterations),
      ranges: rangesSchema.prefault({}),
    })
    .prefault({})
    .describe('how the process is fitted'),
  search: z
    .strictObject({
      candidates: count.default(search.search.candidates).describe('random points that are looked at'),
      refinements: count.default(search.search.refinements).describe('how many of the best are refined'),
      maxIterations: count.default(search.search.maxIterations),
    })
    .prefault({})
    .describe('how the acquisition is maximised'),
})

const rangeProblems = (ranges: z.infer<typeof rangesSchema>): readonly ConfigProblem[] =>
  Object.entries(ranges).flatMap(([name, [low, high]]) =>
    low <= high ? [] : [configProblem(`search.fit.ranges.${name}.1`, `at least ${low}, the lower end`, String(high))],
  )

export const bierlNpmEntry = defineOuter({
  kind: 'bierl-npm',
  title: 'BiERL, non-parametric model',
  paper: 'Wang et al. 2023, arXiv 2308.01207, Eq. 7, Algorithm 2',
  file: 'src/outer/bierl-npm.ts',
  line: 'Bayesian optimisation looks for the hyperparameters of the next few steps',
  schema: z.strictObject({
    tune: tuneSchema,
    interval: intervalSchema.default(defaults.interval),
    metaFirst: metaFirstSchema.default(defaults.metaFirst),
    lookAhead: lookAheadSchema.default(defaults.lookAhead),
    guidedPoints: z.int().nonnegative().default(defaults.guidedPoints).describe('points after the design'),
    redrawDesign: z.boolean().default(defaults.redrawDesign).describe('draw the design anew for every search'),
    search: searchSchema.prefault({}).describe('the process and its acquisition'),
  }),
  problems: ({ tune, lookAhead, search: settings }, learner) => [
    ...tuneProblems(tune, learner),
    ...lookAheadProblems(lookAhead),
    ...unseenProblems(lookAhead, tune, learner),
    ...rangeProblems(settings.fit.ranges),
  ],
  facts: ({ lookAhead }) => ({ needs: [], probes: [probeOf(lookAhead)] }),
  build: ({ settings, learner, backend }) => bierlNpm({ ...settings, tuning: tuningOf(settings.tune, learner) }, backend),
})
