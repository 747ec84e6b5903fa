/**
 * ACKTR as an entry of the registry.
 *
 * *Source:* `src/rl/acktr.ts`. *Deviations:* none.
 */
import { z } from 'zod'
import { acktr, acktrDefaults as defaults, acktrHyperDefaults, acktrHyperSpace } from '../../rl/acktr.ts'
import { defineLearner } from '../registry.ts'
import { entropySchema, hyperSchemas, onPolicyProblems, onPolicySchemas, policyGradientTask } from './policy-gradient-settings.ts'

const share = z.number().gte(0).lt(1)

export const acktrEntry = defineLearner({
  kind: 'acktr',
  title: 'Actor-critic by Kronecker-factored natural gradients',
  paper: 'Wu et al. 2017, arXiv 1708.05144',
  file: 'src/rl/acktr.ts',
  line: 'one natural-gradient step within a trust region on each rollout',
  taskDefaults: policyGradientTask,
  tuneDefaults: { learningRate: { low: 0.05, high: 1, scale: 'log' } },
  schema: z.strictObject({
    ...hyperSchemas(acktrHyperSpace, acktrHyperDefaults),
    ...onPolicySchemas(defaults),
    entropyReduction: entropySchema,
    damping: z.number().positive().default(defaults.damping).describe('added to the eigenvalues of the Fisher matrix'),
    momentum: share.default(defaults.momentum).describe('of the natural gradient'),
    weightDecay: z.number().nonnegative().default(defaults.weightDecay).describe('shrinks the parameters in every step'),
    statDecay: share.default(defaults.statDecay).describe('decay of the running factors'),
    statEvery: z.int().positive().default(defaults.statEvery).describe('updates between two batches of Fisher statistics'),
    inverseEvery: z.int().positive().default(defaults.inverseEvery).describe('updates between two eigendecompositions'),
    bias: z.enum(['joint', 'separate']).default(defaults.bias).describe("whether a layer's bias joins its weights in one block"),
    inverse: z.enum(['exact', 'factored']).default(defaults.inverse).describe('damping of the whole matrix, or of each factor'),
    shownGradient: z
      .enum(['loss', 'fisher'])
      .default(defaults.shownGradient)
      .describe('what an outer level sees: the gradient of the loss, or of the samples that the Fisher matrix is made of'),
  }),
  problems: onPolicyProblems,
  facts: ({ learningRate, klClip, maxNu, gamma, gaeLambda, entropyCoef, valueCoef, returnWindow, gradientHistory }) => ({
    space: acktrHyperSpace,
    hyper: { learningRate, klClip, maxNu, gamma, gaeLambda, entropyCoef, valueCoef },
    provides: ['population-fitness', 'training', 'policy-gradient'],
    probes: ['policy', 'population'],
    popsize: returnWindow,
    gradientHistory,
  }),
  build: ({ settings, task, backend }) => acktr(settings, task, backend),
})
