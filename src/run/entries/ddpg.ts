/**
 * DDPG as an entry of the registry.
 *
 * *Source:* `src/rl/ddpg.ts`. *Deviations:* none.
 */
import { z } from 'zod'
import { ddpgDefaults as defaults, ddpgHyperDefaults, ddpgHyperSpace } from '../../rl/ddpg-state.ts'
import { ddpg } from '../../rl/ddpg.ts'
import { defineLearner } from '../registry.ts'
import { hyperSchemas, onPolicyProblems } from './policy-gradient-settings.ts'

const count = (fallback: number, words: string) => z.int().positive().default(fallback).describe(words)

export const ddpgEntry = defineLearner({
  kind: 'ddpg',
  title: 'Deep deterministic policy gradient',
  paper: 'Lillicrap et al. 2015, arXiv 1509.02971',
  file: 'src/rl/ddpg.ts',
  line: 'an actor climbs the values of a critic that learns from a replay memory',
  taskDefaults: {
    policy: { kind: 'gaussian', hidden: [400, 300], activation: 'relu', outputActivation: 'tanh', init: 'torch', action: 'rescale' },
    normaliseObs: false,
  },
  tuneDefaults: { learningRate: { low: 1e-5, high: 1e-3, scale: 'log' } },
  schema: z.strictObject({
    ...hyperSchemas(ddpgHyperSpace, ddpgHyperDefaults),
    envs: count(defaults.envs, 'environments that are stepped side by side'),
    groups: count(defaults.groups, 'jobs that the environments are split into; must divide envs'),
    steps: count(defaults.steps, 'steps of each environment between two phases of updates'),
    updates: count(defaults.updates, 'updates in a phase'),
    batch: count(defaults.batch, 'transitions of an update'),
    capacity: count(defaults.capacity, 'newest transitions that are kept'),
    warmUp: z.int().nonnegative().default(defaults.warmUp).describe('transitions before the first update'),
    criticHidden: z.array(z.int().positive()).min(1).default([...defaults.criticHidden]).describe("widths of the critic's hidden layers; actions enter behind the first"),
    criticDecay: z.number().nonnegative().default(defaults.criticDecay).describe("weight decay of the critic, added to its gradient"),
    gradientHistory: z.int().nonnegative().default(defaults.gradientHistory).describe('gradients that are kept for the outer level'),
    returnWindow: count(defaults.returnWindow, 'episodes whose mean return is recorded as the return of the policy'),
  }),
  problems: onPolicyProblems,
  facts: ({ learningRate, criticLearningRate, gamma, tau, explorationStd, returnWindow, gradientHistory }) => ({
    space: ddpgHyperSpace,
    hyper: { learningRate, criticLearningRate, gamma, tau, explorationStd },
    provides: ['population-fitness', 'training'],
    probes: ['policy', 'population'],
    popsize: returnWindow,
    gradientHistory,
  }),
  build: ({ settings, task, backend }) => ddpg(settings, task, backend),
})
