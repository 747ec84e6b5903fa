/**
 * A2C as an entry of the registry.
 *
 * *Source:* `src/rl/a2c.ts`. *Deviations:* none.
 */
import { z } from 'zod'
import { a2c, a2cDefaults as defaults, a2cHyperDefaults, a2cHyperSpace } from '../../rl/a2c.ts'
import { defineLearner } from '../registry.ts'
import { entropySchema, gradientSchema, hyperSchemas, onPolicyProblems, onPolicySchemas, policyGradientTask } from './policy-gradient-settings.ts'

export const a2cEntry = defineLearner({
  kind: 'a2c',
  title: 'Advantage actor-critic',
  paper: 'Mnih et al. 2016, arXiv 1602.01783',
  file: 'src/rl/a2c.ts',
  line: 'one gradient step on each short rollout',
  taskDefaults: policyGradientTask,
  tuneDefaults: { learningRate: { low: 4e-5, high: 1e-2, scale: 'log' } },
  schema: z.strictObject({
    ...hyperSchemas(a2cHyperSpace, a2cHyperDefaults),
    ...onPolicySchemas(defaults),
    entropyReduction: entropySchema,
    gradient: gradientSchema.default(defaults.gradient),
    maxGradNorm: z.number().positive().default(defaults.maxGradNorm).describe('bound on the norm of the gradient'),
    rmspropDecay: z.number().gte(0).lt(1).default(defaults.rmspropDecay).describe('decay of the mean square of RMSprop'),
    rmspropEpsilon: z.number().positive().default(defaults.rmspropEpsilon).describe('offset of RMSprop'),
  }),
  problems: onPolicyProblems,
  facts: ({ learningRate, gamma, gaeLambda, entropyCoef, valueCoef, returnWindow, gradientHistory }) => ({
    space: a2cHyperSpace,
    hyper: { learningRate, gamma, gaeLambda, entropyCoef, valueCoef },
    provides: ['population-fitness', 'training', 'policy-gradient'],
    probes: ['policy', 'population'],
    popsize: returnWindow,
    gradientHistory,
  }),
  build: ({ settings, task, backend }) => a2c(settings, task, backend),
})
