/**
 * Vanilla ES as an entry of the registry.
 *
 * *Source:* `src/es/vanilla-es.ts`. *Deviations:* none.
 */
import { z } from 'zod'
import { esHyperSpace } from '../../es/strategy.ts'
import { startHyper, vanillaEs, vanillaEsDefaults as defaults } from '../../es/vanilla-es.ts'
import { defineLearner } from '../registry.ts'
import { divisorSchema, evaluatingSchema, optimiserProblems, optimiserSchema, pairProblems, samplerSchema, shapingSchema } from './es-settings.ts'

const { sigma, learningRate } = esHyperSpace

export const vanillaEsEntry = defineLearner({
  kind: 'vanilla-es',
  title: 'Vanilla evolution strategies',
  paper: 'Salimans et al. 2017, arXiv 1703.03864; in the form of Wang et al. 2023, arXiv 2308.01207, Eq. 2-3',
  file: 'src/es/vanilla-es.ts',
  line: 'a Gaussian population around one policy, a search gradient from its returns',
  schema: z.strictObject({
    sigma: z
      .number()
      .gte(sigma.low)
      .lte(sigma.high)
      .default(defaults.sigma)
      .describe('standard deviation of the population; an outer level may move it'),
    learningRate: z
      .number()
      .gte(learningRate.low)
      .lte(learningRate.high)
      .default(defaults.learningRate)
      .describe('step size; an outer level may move it'),
    popsize: z.int().gte(2).default(defaults.popsize).describe('candidates per generation'),
    sampler: samplerSchema.default(defaults.sampler),
    shaping: shapingSchema.default(defaults.shaping),
    divisor: divisorSchema.default(defaults.divisor),
    optimiser: optimiserSchema.default({ kind: 'sgd', momentum: 0, dampening: 0, nesterov: false }),
    weightDecay: z.number().nonnegative().default(defaults.weightDecay).describe('shrinks the parameters in every step'),
    gradientHistory: z.int().nonnegative().default(defaults.gradientHistory).describe('gradients that are kept for the outer level'),
    evaluationEpisodes: z
      .int()
      .nonnegative()
      .default(defaults.evaluationEpisodes)
      .describe('episodes of the unperturbed policy per generation, for the record'),
    commonRandomNumbers: z
      .boolean()
      .default(defaults.commonRandomNumbers)
      .describe('all candidates of a generation get the same reset and action noise'),
    momentsEvery: z
      .int()
      .positive()
      .default(defaults.momentsEvery)
      .describe('every how many episodes observation statistics are collected, where they are normalised'),
    evaluation: evaluatingSchema.default(defaults.evaluation),
  }),
  problems: ({ sampler, popsize, optimiser }) => [...pairProblems('popsize', sampler, popsize), ...optimiserProblems('optimiser', optimiser)],
  facts: ({ popsize, ...settings }) => ({
    space: esHyperSpace,
    hyper: startHyper(settings),
    provides: ['population-fitness', 'training'],
    probes: ['policy', 'population'],
    popsize,
    gradientHistory: settings.gradientHistory,
  }),
  build: ({ settings, task, backend }) => vanillaEs(settings, task, backend),
})
