/**
 * EPGT as an entry of the registry.
 *
 * *Source:* `src/outer/epgt.ts`. *Deviations:* none.
 */
import { z } from 'zod'
import type { EpgtState } from '../../outer/epgt.ts'
import { epgt } from '../../outer/epgt.ts'
import { epgtDefaults as defaults, epgtProblems } from '../../outer/epgt-settings.ts'
import { configProblemOf } from '../fault.ts'
import { gridOf, gridProblems, gridSchema } from '../grid-schema.ts'
import { memoryMapOf } from '../memory-map.ts'
import { defineOuter } from '../registry.ts'
import { epsilonSchema, historyProblems, rewardSchema } from './hyper-step-settings.ts'

const count = z.int().positive()
const share = z.number().gte(0).lte(1)
const learned = defaults.embedding.kind === 'learned' ? defaults.embedding : null

const embeddingSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('learned').describe('the mean code of an autoencoder that learns while the run goes on'),
      hidden: z
        .union([count, z.literal('quarter')])
        .default(learned?.hidden ?? 32)
        .describe('units of its hidden layers; quarter: a quarter of the hyper-state, as released'),
      latent: count.default(learned?.latent ?? 5).describe('numbers of the code'),
      boundedCode: z.boolean().default(learned?.boundedCode ?? false).describe('keep the code in (-1, 1)'),
      readout: count.nullable().default(learned?.readout ?? null).describe('numbers of a random readout of the code; null: the code itself'),
      input: z.enum(['state', 'squashed']).default(learned?.input ?? 'state').describe('what it reconstructs: the hyper-state, or its sigmoid'),
      dropout: z.number().gte(0).lt(1).default(learned?.dropout ?? 0).describe('share of a squashed input that is dropped'),
      error: z.enum(['sum', 'mean']).default(learned?.error ?? 'sum').describe('of squared errors, against the divergence'),
      klWeight: z.number().nonnegative().default(learned?.klWeight ?? 1).describe('weight of the divergence'),
      probability: share.default(learned?.probability ?? 0.1).describe('of a training step at the end of a learning episode'),
      batch: count.default(learned?.batch ?? 8).describe('hyper-states of the episode in a training step'),
      learningRate: z.number().positive().default(learned?.learningRate ?? 1e-3).describe('of its Adam steps'),
    }),
    z.strictObject({
      kind: z.literal('random').describe('a random readout of randomly projected parameters and gradients'),
      readout: count.default(5).describe('numbers of an embedding'),
    }),
  ])
  .describe('how parameters and gradients become the embedding that the memory knows them by')

const { memory, epsilon } = defaults

const memorySchema = z.strictObject({
  capacity: count.default(memory.capacity).describe('rows'),
  kRead: count.default(memory.kRead).describe('neighbours of a read'),
  kWrite: count.default(memory.kWrite).describe('neighbours of a write'),
  beta: share.default(memory.beta).describe('rate of a write'),
  delta: z.number().positive().default(memory.delta).describe('offset of the squared distance in the kernel'),
  write: z.enum(['average', 'max']).default(memory.write).describe('draw neighbours towards a return, or keep the largest return'),
  rows: z.enum(['per-action', 'joint']).default(memory.rows).describe('a row for each embedding and action, or for each embedding'),
  untried: z.enum(['excluded', 'zero']).default(memory.untried).describe('actions without a return, at a read'),
  untaken: z.enum(['kept', 'decayed']).default(memory.untaken).describe('actions that were not taken, at a write'),
  eviction: z.enum(['oldest', 'least-recent']).default(memory.eviction).describe('which row makes room'),
  commit: z.enum(['write', 'episode']).default(memory.commit).describe('when new rows join: at once, or after all writes of an episode'),
})

export const epgtEntry = defineOuter({
  kind: 'epgt',
  title: 'Episodic policy gradient training',
  paper: 'Le et al. 2021, arXiv 2112.01853, Eq. 1-4, Algorithm 1',
  file: 'src/outer/epgt.ts',
  line: 'an episodic memory of what hyperparameters led to chooses them by the state of training',
  schema: z.strictObject({
    grid: gridSchema,
    epsilon: epsilonSchema(epsilon),
    orders: z.int().nonnegative().default(defaults.orders).describe('gradients in a hyper-state'),
    gradientDelay: z.int().nonnegative().default(defaults.gradientDelay).describe('updates that the newest of them is behind'),
    features: count.default(defaults.features).describe('numbers per row of an array in a hyper-state'),
    stepFeature: z.boolean().default(defaults.stepFeature).describe('append the number of the update in its phase'),
    embedding: embeddingSchema.prefault({ kind: 'learned' }),
    memory: memorySchema.prefault({}).describe('the rules of the memory'),
    reward: rewardSchema.default(defaults.reward),
    credit: z
      .enum(['following', 'preceding'])
      .default(defaults.credit)
      .describe('whether a choice gets the return of the rollout after it, or of that before it'),
    binding: z
      .enum(['in-force', 'free'])
      .default(defaults.binding)
      .describe('whether a value that cannot change yet stays in the chosen action, or every action is free'),
    phases: count.default(defaults.phases).describe('rollouts in a learning episode'),
    readInterval: count.default(defaults.readInterval).describe('updates between two choices'),
    writeInterval: count.default(defaults.writeInterval).describe('updates between two that are remembered; the last of a rollout always is'),
  }),
  problems: ({ grid, ...settings }, learner) => [
    ...gridProblems(grid, learner),
    ...epgtProblems(settings).map(configProblemOf),
    ...historyProblems(settings.orders, settings.gradientDelay, learner),
  ],
  facts: () => ({ needs: ['training'], probes: [] }),
  build: ({ settings: { grid, ...settings }, learner, backend }) =>
    epgt({ ...settings, grid: gridOf(grid, learner), space: learner.space, hyper: learner.hyper }, backend),
  memoryMap: (state) => memoryMapOf((state as EpgtState).memory),
})
