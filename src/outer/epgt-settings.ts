/**
 * What EPGT can be told, and the two programs that differ in it: the paper, and the code released with it.
 *
 * | row | setting | `epgtPaper` | `epgtCode` |
 * |---|---|---|---|
 * | 1 | `memory.rows`: what a row holds | `per-action` | `joint`: all actions |
 * | 2 | `memory.untaken`: actions that were not taken, at a write | `kept` | `decayed` to 0 |
 * | 3 | `memory.untried`: actions without a return, at a read | `excluded` | `zero` |
 * | 4 | `credit`: the rollout whose return a hyper-action gets | `following` it | `preceding` it (A2C, ACKTR) |
 * | 5 | `gradientDelay`: updates that the newest gradient of a hyper-state is behind | 0 | 1 |
 * | 6 | `shownGradient` of ACKTR: the gradient that it shows | `loss` | `fisher` |
 * | 7 | `stepFeature`: number of the update appended to a hyper-state | no | read with it, written with 0 or −1 |
 * | 8 | `embedding.input`, `embedding.dropout`: what the autoencoder learns from | `state`, 0 | `squashed`, ½ |
 * | 9 | `memory.eviction` | `oldest` | `least-recent` |
 * | 10 | `memory.kRead`, `memory.kWrite` | 3, 3 | 5, 3 |
 *
 * Beyond the ten: `reward` (the discounted return of a rollout; the mean target of the critic), `binding` (a value that cannot change yet
 * stays in the chosen action; every action is chosen freely, whether or not its values take effect), `memory.commit`, and the
 * sizes of the autoencoder, which the paper keeps in an appendix: the released ones are 500 times larger than a policy of 64-64.
 *
 * *Source:* Le et al. 2021, EPGT, arXiv 2112.01853, sections "Hyper-RL" and "Episodic control", Algorithm 1; the code released with it.
 * *Deviations:* 1. `epgtDefaults` has an autoencoder of a size that fits the policy. 2. its divergence is weighed against the sum of squared errors,
 * as L_rec is written, where the released code takes their mean and the divergence drowns it.
 */
import type { Refusal } from '../core/rejection.ts'
import { refusal } from '../core/rejection.ts'
import type { EpisodicMemorySpec } from '../memory/memory-rules.ts'
import { codeMemory, episodicMemoryProblems, paperMemory } from '../memory/memory-rules.ts'
import type { HyperReward } from './hyper-steps.ts'

/**
 * How a hyper-state becomes the embedding that the memory knows it by. `learned`: the mean code of an autoencoder, `latent` numbers from
 * `hidden` units (`quarter`: a quarter of the state), through a random readout of `readout` numbers unless that is null. It is trained when the
 * updates of a learning episode are over, with `probability`, by one Adam step on `batch` states of that episode; `klWeight` weighs the
 * divergence against the `sum` or the `mean` of squared errors. `random`: a random readout of the projected state, and nothing is learnt.
 */
export type EpgtEmbedding =
  | Readonly<{
      kind: 'learned'
      hidden: number | 'quarter'
      latent: number
      boundedCode: boolean
      readout: number | null
      input: 'state' | 'squashed'
      dropout: number
      error: 'sum' | 'mean'
      klWeight: number
      probability: number
      batch: number
      learningRate: number
    }>
  | Readonly<{ kind: 'random'; readout: number }>

/** ε of the ε-greedy choice: from `from` to `to`, linearly over the first `envSteps` env steps of the learner. */
export type EpsilonRamp = Readonly<{ from: number; to: number; envSteps: number }>

/** The rules of the memory; its dimensions and actions follow from embedding and grid. */
export type EpgtMemory = Omit<EpisodicMemorySpec, 'dimensions' | 'actions'>

/**
 * `orders` N_order gradients in a hyper-state, `features` d per row of an array. A learning episode is `phases` n times the updates on one
 * rollout. The memory is read and an action chosen at every `readInterval`-th update of a phase; every `writeInterval`-th update that did so
 * is remembered, and always the last.
 */
export type EpgtSettings = Readonly<{
  orders: number
  gradientDelay: number
  features: number
  stepFeature: boolean
  embedding: EpgtEmbedding
  memory: EpgtMemory
  epsilon: EpsilonRamp
  reward: HyperReward
  credit: 'following' | 'preceding'
  binding: 'in-force' | 'free'
  phases: number
  readInterval: number
  writeInterval: number
}>

const withoutSizes = ({ dimensions: _dimensions, actions: _actions, ...rules }: EpisodicMemorySpec): EpgtMemory => rules

/** Capacity of the released scripts for classic control. */
const CAPACITY = 5000

/** The released autoencoder: D/4 hidden, 64 numbers of which 32 are the mean, all bounded; embeddings of five numbers by a random readout. */
const releasedEmbedding: EpgtEmbedding = {
  kind: 'learned',
  hidden: 'quarter',
  latent: 32,
  boundedCode: true,
  readout: 5,
  input: 'squashed',
  dropout: 0.5,
  error: 'mean',
  klWeight: 1,
  probability: 0.1,
  batch: 8,
  learningRate: 1e-3,
}

/** The paper's rules with a small autoencoder: its mean code is the embedding, h = 5. The horizon of ε is half of 20,000 env steps. */
export const epgtDefaults: EpgtSettings = {
  orders: 2,
  gradientDelay: 0,
  features: 4,
  stepFeature: false,
  embedding: {
    kind: 'learned',
    hidden: 32,
    latent: 5,
    boundedCode: false,
    readout: null,
    input: 'state',
    dropout: 0,
    error: 'sum',
    klWeight: 1,
    probability: 0.1,
    batch: 8,
    learningRate: 1e-3,
  },
  memory: withoutSizes(paperMemory(1, 1, CAPACITY)),
  epsilon: { from: 1, to: 0.01, envSteps: 10_000 },
  reward: 'discounted',
  credit: 'following',
  binding: 'in-force',
  phases: 1,
  readInterval: 1,
  writeInterval: 1,
}

/** The paper's rules with the sizes of the released autoencoder, which learns from the state itself. */
export const epgtPaper: EpgtSettings = {
  ...epgtDefaults,
  embedding: { ...releasedEmbedding, input: 'state', dropout: 0, error: 'sum' },
}

/** The released code for A2C and ACKTR; for PPO its credit is `following`. */
export const epgtCode: EpgtSettings = {
  ...epgtDefaults,
  gradientDelay: 1,
  stepFeature: true,
  embedding: releasedEmbedding,
  memory: withoutSizes(codeMemory(1, 1, CAPACITY)),
  reward: 'value-target',
  credit: 'preceding',
  binding: 'free',
}

/** Length h of an embedding. */
export const embeddingSizeOf = (embedding: EpgtEmbedding): number => embedding.readout ?? (embedding.kind === 'learned' ? embedding.latent : 0)

const counts = (least: number, values: Readonly<Record<string, number>>): readonly Refusal[] =>
  Object.entries(values)
    .filter(([, value]) => !Number.isInteger(value) || value < least)
    .map(([path, value]) => refusal(path, `an integer of at least ${least}`, value))

const inside = (path: string, value: number, expected: string, isInside: boolean): readonly Refusal[] =>
  isInside ? [] : [refusal(path, expected, value)]

const share = (path: string, value: number): readonly Refusal[] => inside(path, value, 'a number from 0 to 1', value >= 0 && value <= 1)

const embeddingProblems = (embedding: EpgtEmbedding): readonly Refusal[] => {
  const sizes = counts(1, { 'embedding.readout': embedding.readout ?? 1 })
  if (embedding.kind === 'random') return sizes
  const { hidden, latent, batch, dropout, klWeight, probability, learningRate, input } = embedding
  return [
    ...sizes,
    ...counts(1, { 'embedding.hidden': hidden === 'quarter' ? 1 : hidden, 'embedding.latent': latent, 'embedding.batch': batch }),
    ...share('embedding.probability', probability),
    ...inside('embedding.dropout', dropout, 'a number from 0, less than 1', dropout >= 0 && dropout < 1),
    ...(dropout === 0 || input === 'squashed' ? [] : [refusal('embedding.dropout', '0 for an input that is the state itself', dropout)]),
    ...inside('embedding.klWeight', klWeight, 'a finite number of at least 0', klWeight >= 0 && klWeight < Infinity),
    ...inside('embedding.learningRate', learningRate, 'a finite number above 0', learningRate > 0 && learningRate < Infinity),
  ]
}

/** Everything that is wrong with `settings`, each with its place; empty means that they can be used. */
export const epgtProblems = ({ embedding, memory, epsilon, ...settings }: EpgtSettings): readonly Refusal[] => {
  const { orders, gradientDelay, features, phases, readInterval, writeInterval } = settings
  return [
    ...counts(0, { orders, gradientDelay }),
    ...counts(1, { features, phases, readInterval, writeInterval }),
    ...share('epsilon.from', epsilon.from),
    ...share('epsilon.to', epsilon.to),
    ...inside('epsilon.envSteps', epsilon.envSteps, 'a number above 0', epsilon.envSteps > 0),
    ...embeddingProblems(embedding),
    ...episodicMemoryProblems({ ...memory, dimensions: 1, actions: 1 }).map((problem) =>
      refusal('memory', 'sizes and rules that go together', memory, problem),
    ),
  ]
}
