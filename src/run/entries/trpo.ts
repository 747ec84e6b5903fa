/**
 * TRPO as an entry of the registry.
 *
 * *Source:* `src/rl/trpo.ts`. *Deviations:* none.
 */
import { z } from 'zod'
import { trpo, trpoDefaults as defaults, trpoHyperDefaults, trpoHyperSpace } from '../../rl/trpo.ts'
import { defineLearner } from '../registry.ts'
import { advantageSchema, hyperSchemas, onPolicyProblems, onPolicySchemas, policyGradientTask } from './policy-gradient-settings.ts'

export const trpoEntry = defineLearner({
  kind: 'trpo',
  title: 'Trust region policy optimisation',
  paper: 'Schulman et al. 2015, arXiv 1502.05477',
  file: 'src/rl/trpo.ts',
  line: 'one natural-gradient step within a bound on KL on each rollout, with a line search',
  taskDefaults: policyGradientTask,
  tuneDefaults: { maxKl: { low: 1e-3, high: 0.1, scale: 'log' } },
  schema: z.strictObject({
    ...hyperSchemas(trpoHyperSpace, trpoHyperDefaults),
    ...onPolicySchemas(defaults),
    klSlack: z.number().positive().default(defaults.klSlack).describe('largest KL of a step, in units of maxKl'),
    cgIterations: z.int().positive().default(defaults.cgIterations).describe('iterations of conjugate gradients'),
    cgTolerance: z.number().gte(0).lt(1).default(defaults.cgTolerance).describe('residual, relative to the gradient, at which they end early'),
    backtracks: z.int().positive().default(defaults.backtracks).describe('candidates that the line search tries'),
    backtrackFactor: z.number().gt(0).lt(1).default(defaults.backtrackFactor).describe('length of a candidate, in units of the one before'),
    valueEpochs: z.int().positive().default(defaults.valueEpochs).describe('passes of the critic over a rollout'),
    valueBatch: z.int().positive().default(defaults.valueBatch).describe('least number of rows in a minibatch of the critic; a shorter rollout is one minibatch'),
    advantageScaling: advantageSchema(defaults.advantageScaling),
  }),
  problems: onPolicyProblems,
  facts: ({ learningRate, maxKl, damping, gamma, gaeLambda, returnWindow, gradientHistory }) => ({
    space: trpoHyperSpace,
    hyper: { learningRate, maxKl, damping, gamma, gaeLambda },
    provides: ['population-fitness', 'training', 'policy-gradient'],
    probes: ['policy', 'population'],
    popsize: returnWindow,
    gradientHistory,
  }),
  build: ({ settings, task, backend }) => trpo(settings, task, backend),
})
