/**
 * PPO as an entry of the registry.
 *
 * *Source:* `src/rl/ppo.ts`. *Deviations:* none.
 */
import { z } from 'zod'
import { ppo, ppoDefaults as defaults, ppoHyperDefaults, ppoHyperSpace } from '../../rl/ppo.ts'
import type { PpoHyper } from '../../rl/ppo.ts'
import { configProblem } from '../fault.ts'
import { defineLearner } from '../registry.ts'
import {
  advantageSchema,
  entropySchema,
  gradientSchema,
  hyperSchemas,
  onPolicyProblems,
  onPolicySchemas,
  policyGradientTask,
} from './policy-gradient-settings.ts'

const hyperOf = ({ learningRate, clipEps, gamma, gaeLambda, minibatches, entropyCoef, valueCoef }: PpoHyper): PpoHyper => ({
  learningRate,
  clipEps,
  gamma,
  gaeLambda,
  minibatches,
  entropyCoef,
  valueCoef,
})

export const ppoEntry = defineLearner({
  kind: 'ppo',
  title: 'Proximal policy optimisation',
  paper: 'Schulman et al. 2017, arXiv 1707.06347',
  file: 'src/rl/ppo.ts',
  line: 'epochs of clipped gradient steps on each rollout',
  taskDefaults: policyGradientTask,
  tuneDefaults: { learningRate: { low: 1e-5, high: 1e-3, scale: 'log' } },
  schema: z.strictObject({
    ...hyperSchemas(ppoHyperSpace(defaults), ppoHyperDefaults),
    ...onPolicySchemas(defaults),
    entropyReduction: entropySchema,
    epochs: z.int().positive().default(defaults.epochs).describe('passes over a rollout'),
    valueClip: z.number().positive().nullable().default(defaults.valueClip).describe('bound on the move of a value; null for none'),
    gradient: gradientSchema.default(defaults.gradient),
    maxGradNorm: z.number().positive().default(defaults.maxGradNorm).describe('bound on the norm of the gradient'),
    adamEpsilon: z.number().positive().default(defaults.adamEpsilon).describe('offset of Adam'),
    advantageScaling: advantageSchema(defaults.advantageScaling),
  }),
  problems: (settings) => [
    ...onPolicyProblems(settings),
    ...(settings.minibatches <= settings.steps * settings.envs
      ? []
      : [configProblem('minibatches', `at most the ${settings.steps * settings.envs} steps of a rollout`, String(settings.minibatches))]),
  ],
  facts: (settings) => ({
    space: ppoHyperSpace(settings),
    hyper: hyperOf(settings),
    provides: ['population-fitness', 'training', 'policy-gradient'],
    probes: ['policy', 'population'],
    popsize: settings.returnWindow,
    gradientHistory: settings.gradientHistory,
  }),
  build: ({ settings, task, backend }) => ppo(settings, task, backend),
})
