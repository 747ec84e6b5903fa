/**
 * Settings that every search over the start of learning has, whatever adapts.
 *
 * *Source:* `src/es/meta-search-state.ts`. *Deviations:* none.
 */
import { z } from 'zod'
import type { MetaSearchHyper, MetaSearchSettings } from '../../es/meta-search-state.ts'
import { metaSearchHyperSpace } from '../../es/meta-search-state.ts'
import { configProblem, type ConfigProblem } from '../fault.ts'
import type { LearnerFacts } from '../registry.ts'
import { pairProblems, samplerSchema, shapingSchema } from './es-settings.ts'
import { hyperSchemas } from './policy-gradient-settings.ts'

const count = (fallback: number, words: string) => z.int().positive().default(fallback).describe(words)
const deviation = (fallback: number, words: string) => z.number().positive().default(fallback).describe(words)

const baselineSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('batch').describe('fitness less the mean of all workers') }),
    z.strictObject({ kind: z.literal('leave-one-out').describe('fitness less the mean of the other workers: unbiased') }),
    ...shapingSchema.options,
  ])
  .describe('how the fitness of the workers becomes advantages')

/** The optimiser of an adaptation. */
export const adaptationOptimiserSchema = (fallback: 'adam' | 'sgd') => z.enum(['adam', 'sgd']).default(fallback).describe('the optimiser of the adaptation, fresh at each task')

/** The settings of a search with the learner's `defaults`. */
export const metaSearchSchemas = (defaults: MetaSearchSettings, hyper: MetaSearchHyper) => ({
  ...hyperSchemas(metaSearchHyperSpace, hyper),
  workers: z.int().gte(2).default(defaults.workers).describe('workers that adapt, each with draws of its own'),
  draws: count(defaults.draws, 'actors that a worker draws, from whose mean it starts'),
  tasks: count(defaults.tasks, 'tasks of a step, the same for all workers'),
  sampler: samplerSchema.default(defaults.sampler),
  initialSigma: deviation(defaults.initialSigma, "standard deviation of an actor's parameters at the start"),
  criticInitialSigma: deviation(defaults.criticInitialSigma, "standard deviation of a critic's parameters at the start"),
  sigmaLow: deviation(defaults.sigmaLow, 'smallest standard deviation'),
  sigmaHigh: deviation(defaults.sigmaHigh, 'largest standard deviation'),
  baseline: baselineSchema.default(defaults.baseline),
  step: z.enum(['normalised', 'plain']).default(defaults.step).describe('whether rates are in units of the noise of the gradient, or multiply it as it is'),
  gradientHistory: z.int().nonnegative().default(defaults.gradientHistory).describe('gradients that are kept for the outer level'),
})

/** Problems that no schema of one field can say. */
export const metaSearchProblems = ({ sampler, workers, sigmaLow, sigmaHigh, initialSigma, criticInitialSigma }: MetaSearchSettings): readonly ConfigProblem[] => [
  ...pairProblems('workers', sampler, workers),
  ...(sigmaLow <= sigmaHigh ? [] : [configProblem('sigmaLow', `at most sigmaHigh = ${sigmaHigh}`, String(sigmaLow))]),
  ...Object.entries({ initialSigma, criticInitialSigma }).flatMap(([name, sigma]) =>
    sigmaLow > sigmaHigh || (sigma >= sigmaLow && sigma <= sigmaHigh) ? [] : [configProblem(name, `between sigmaLow = ${sigmaLow} and sigmaHigh = ${sigmaHigh}`, String(sigma))],
  ),
]

/** What a search with these settings is, before a task is opened. */
export const metaSearchFacts = ({
  meanRate, sigmaRate, criticMeanRate, criticSigmaRate, updates, learningRate, criticLearningRate, gamma, workers, gradientHistory,
}: MetaSearchSettings & MetaSearchHyper): LearnerFacts => ({
  space: metaSearchHyperSpace,
  hyper: { meanRate, sigmaRate, criticMeanRate, criticSigmaRate, updates, learningRate, criticLearningRate, gamma },
  provides: ['population-fitness', 'training'],
  probes: ['policy', 'population'],
  popsize: workers,
  gradientHistory,
})
