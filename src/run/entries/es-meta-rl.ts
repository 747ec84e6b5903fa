/**
 * ES meta-RL as an entry of the registry.
 *
 * *Source:* `src/es/es-meta-rl.ts`. *Deviations:* none.
 */
import { z } from 'zod'
import { esMetaRl } from '../../es/es-meta-rl.ts'
import { esMetaRlDefaults as defaults, esMetaRlHyperDefaults, esMetaRlHyperSpace } from '../../es/es-meta-rl-state.ts'
import { configProblem } from '../fault.ts'
import { defineLearner } from '../registry.ts'
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

export const esMetaRlEntry = defineLearner({
  kind: 'es-meta-rl',
  title: 'ES meta-RL',
  paper: 'Shen et al. 2018, arXiv 1812.11314',
  file: 'src/es/es-meta-rl.ts',
  line: 'evolves distributions of initial actors and critics, which DDPG adapts to drawn tasks',
  needsFamily: true,
  taskDefaults: {
    policy: { kind: 'deterministic', hidden: [100, 100], activation: 'relu', outputActivation: 'tanh', init: 'xavier-normal', action: 'rescale' },
    normaliseObs: false,
  },
  tuneDefaults: { learningRate: { low: 1e-4, high: 1e-2, scale: 'log' } },
  schema: z.strictObject({
    ...hyperSchemas(esMetaRlHyperSpace, esMetaRlHyperDefaults),
    workers: z.int().gte(2).default(defaults.workers).describe('workers that adapt, each with draws of its own'),
    draws: count(defaults.draws, 'actors that a worker draws: the trajectories that it learns from at each task'),
    tasks: count(defaults.tasks, 'tasks of a step, the same for all workers'),
    sampler: samplerSchema.default(defaults.sampler),
    initialSigma: deviation(defaults.initialSigma, "standard deviation of an actor's parameters at the start"),
    criticInitialSigma: deviation(defaults.criticInitialSigma, "standard deviation of a critic's parameters at the start"),
    sigmaLow: deviation(defaults.sigmaLow, 'smallest standard deviation'),
    sigmaHigh: deviation(defaults.sigmaHigh, 'largest standard deviation'),
    baseline: baselineSchema.default(defaults.baseline),
    step: z.enum(['normalised', 'plain']).default(defaults.step).describe('whether rates are in units of the noise of the gradient, or multiply it as it is'),
    batch: z.int().positive().nullable().default(defaults.batch).describe('transitions of one update of DDPG; null for all that the worker has'),
    optimiser: z.enum(['adam', 'sgd']).default(defaults.optimiser).describe('the optimiser of DDPG, fresh at each task'),
    criticHidden: z.array(z.int().positive()).min(1).default([...defaults.criticHidden]).describe("widths of the critic's hidden layers; actions enter behind the first"),
    gradientHistory: z.int().nonnegative().default(defaults.gradientHistory).describe('gradients that are kept for the outer level'),
  }),
  problems: ({ sampler, workers, sigmaLow, sigmaHigh, initialSigma, criticInitialSigma }) => [
    ...pairProblems('workers', sampler, workers),
    ...(sigmaLow <= sigmaHigh ? [] : [configProblem('sigmaLow', `at most sigmaHigh = ${sigmaHigh}`, String(sigmaLow))]),
    ...Object.entries({ initialSigma, criticInitialSigma }).flatMap(([name, sigma]) =>
      sigmaLow > sigmaHigh || (sigma >= sigmaLow && sigma <= sigmaHigh) ? [] : [configProblem(name, `between sigmaLow = ${sigmaLow} and sigmaHigh = ${sigmaHigh}`, String(sigma))],
    ),
  ],
  facts: ({ meanRate, sigmaRate, criticMeanRate, criticSigmaRate, updates, learningRate, criticLearningRate, gamma, workers, gradientHistory }) => ({
    space: esMetaRlHyperSpace,
    hyper: { meanRate, sigmaRate, criticMeanRate, criticSigmaRate, updates, learningRate, criticLearningRate, gamma },
    provides: ['population-fitness', 'training'],
    probes: ['policy', 'population'],
    popsize: workers,
    gradientHistory,
  }),
  build: ({ settings, task, backend }) => esMetaRl(settings, task, backend),
})
