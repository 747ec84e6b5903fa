/**
 * The DQN hyper-agent as an entry of the registry.
 *
 * *Source:* `src/outer/dqn.ts`. *Deviations:* none.
 */
import { z } from 'zod'
import { dqn, dqnDefaults as defaults, dqnProblems } from '../../outer/dqn.ts'
import { configProblemOf } from '../fault.ts'
import { gridOf, gridProblems, gridSchema } from '../grid-schema.ts'
import { defineOuter } from '../registry.ts'
import { cadenceSchema, epsilonSchema, historyProblems, rewardSchema } from './hyper-step-settings.ts'

const count = z.int().positive()

export const dqnEntry = defineOuter({
  kind: 'dqn',
  title: 'DQN hyper-agent',
  paper: 'named in Le et al. 2021, arXiv 2112.01853; its design is ours; DQN: Mnih et al. 2015',
  file: 'src/outer/dqn.ts',
  line: "EPGT's decisions, valued by a network in place of a memory",
  schema: z.strictObject({
    grid: gridSchema,
    epsilon: epsilonSchema(defaults.epsilon),
    cadence: cadenceSchema.default(defaults.cadence),
    reward: rewardSchema.default(defaults.reward),
    orders: z.int().nonnegative().default(defaults.orders).describe('gradients in a hyper-state'),
    features: count.default(defaults.features).describe('numbers per row of an array in a hyper-state'),
    readout: count.default(defaults.readout).describe('numbers of a hyper-state that the network sees'),
    hidden: z.array(count).default([...defaults.hidden]).describe('units of the hidden layers of the network'),
    learningRate: z.number().positive().default(defaults.learningRate).describe('of its Adam steps'),
    discount: z.number().gte(0).lte(1).default(defaults.discount).describe('of what the following decisions of an episode earn'),
    batch: count.default(defaults.batch).describe('transitions in a step'),
    capacity: count.default(defaults.capacity).describe('transitions that are kept'),
    targetEvery: count.default(defaults.targetEvery).describe('steps between two copies into the target network'),
  }),
  problems: ({ grid, ...settings }, learner) => [
    ...gridProblems(grid, learner),
    ...dqnProblems(settings).map(configProblemOf),
    ...historyProblems(settings.orders, 0, learner),
  ],
  facts: () => ({ needs: ['training'], probes: [] }),
  build: ({ settings: { grid, ...settings }, learner, backend }) =>
    dqn({ ...settings, grid: gridOf(grid, learner), space: learner.space, hyper: learner.hyper }, backend),
})
