/** EPGT on real learners: schedules that are applied, runs that resume bit for bit, and a learner that its paper never tried. */
import { describe, expect, it } from 'vitest'
import { pack, unpack } from '../../src/run/plain-data.ts'
import { decodeCheckpoint, encodeCheckpoint } from '../../src/run/checkpoint.ts'
import type { ExperimentState } from '../../src/experiment/compose.ts'
import type { EpgtState } from '../../src/outer/epgt.ts'
import type { StepEvent } from '../../src/experiment/experiment.ts'
import { experimentFindings, runToEnd } from '../laws/experiment.ts'
import { problemsOf, runOf, stepsOf, traceOf, type Written } from './learner-runs.ts'

const small = { hidden: 6, probability: 0.5 }
const rates = { learningRate: { kind: 'around', base: 1e-3, levels: 2, scale: 1 } }
const joint = { ...rates, gaeLambda: { kind: 'declared' }, clipEps: { kind: 'declared' }, minibatches: { kind: 'around', base: 2, levels: 2, scale: 1 } }
const epsilon = { envSteps: 100 }
const a2c = { kind: 'a2c', envs: 2, steps: 5 }
const ppo = { kind: 'ppo', envs: 1, steps: 32, epochs: 2, minibatches: 2 }

const cases: Readonly<Record<string, Written>> = {
  'A2C, one rate of three': {
    learner: a2c,
    outer: { kind: 'epgt', grid: rates, epsilon, embedding: { kind: 'learned', ...small } },
    budget: { envSteps: 200 },
    task: { kind: 'env', env: { id: 'Pendulum-v1' }, policy: { hidden: [4] } },
  },
  'PPO, four hyperparameters together': {
    learner: ppo,
    outer: { kind: 'epgt', grid: joint, epsilon, embedding: { kind: 'learned', ...small }, writeInterval: 3 },
    budget: { envSteps: 256 },
  },
  'A2C, the rules of the released code': {
    learner: { ...a2c, gradientHistory: 3 },
    outer: {
      kind: 'epgt',
      grid: rates,
      epsilon,
      gradientDelay: 1,
      stepFeature: true,
      embedding: { kind: 'learned', ...small, latent: 4, boundedCode: true, readout: 5, input: 'squashed', dropout: 0.5, error: 'mean' },
      memory: { capacity: 8, kRead: 5, rows: 'joint', untried: 'zero', untaken: 'decayed', eviction: 'least-recent', commit: 'episode' },
      reward: 'value-target',
      credit: 'preceding',
      binding: 'free',
    },
    budget: { envSteps: 200 },
  },
  'vanilla ES, its sigma': {
    learner: { kind: 'vanilla-es', popsize: 4, gradientHistory: 2 },
    outer: { kind: 'epgt', grid: { sigma: { kind: 'values', values: [0.02, 0.05, 0.08] } }, epsilon: { envSteps: 4000 }, embedding: { kind: 'learned', ...small } },
    budget: { steps: 6 },
  },
}

/** Through the bytes of a checkpoint. */
const throughFile = (state: unknown): unknown => {
  const about = { runId: 'r', configDigest: 'c', codeVersion: 'v', step: 0, events: { bytes: 0, count: 0, chain: '' } }
  const read = decodeCheckpoint<unknown>(encodeCheckpoint({ ...about, state }), { configDigest: 'c', codeVersion: 'v' })
  if (read._tag === 'Left') throw new Error(read.left.received)
  return read.right.state
}

describe.each(Object.entries(cases))('EPGT on %s', (_name, written) => {
  it('obeys the laws of experiments, resumed through checkpoint files after every round', async () => {
    const subject = { ...(await runOf(written)), quietSteps: true }
    const findings = experimentFindings(subject, throughFile)
    // with free actions a value may be proposed before it can take effect
    const free = 'binding' in written.outer
    expect(findings.filter((finding) => !(free && finding === 'proposed equals applied'))).toEqual([])
  })

  it('schedules: values of the grid change, and are in force when they are recorded', async () => {
    const steps = await stepsOf(written)
    const names = Object.keys((written.outer as { readonly grid: object }).grid)
    names.forEach((name) => expect(new Set(steps.map(({ applied }) => applied[name])).size).toBeGreaterThan(1))
    if (!('binding' in written.outer)) steps.forEach(({ proposed, applied }) => expect(applied).toEqual(proposed))
    const { outer } = steps[steps.length - 1]
    expect(outer.memorySize).toBeGreaterThan(0)
    expect(outer.metaUpdates).toBeGreaterThan(2)
    expect(outer.greedyShare).toBeGreaterThan(0)
    expect(outer.vaeSteps).toBeGreaterThan(0)
    expect(Number.isFinite(outer.hyperReturn)).toBe(true)
  })

  it('has a state of plain data that holds memory, autoencoder and its moments', async () => {
    const { state } = await traceOf(written)
    const { scheduler } = state as ExperimentState<unknown, EpgtState>
    expect(unpack(pack(scheduler))).toStrictEqual({ _tag: 'Right', right: scheduler })
    expect(scheduler.embedding?.optimiser?.steps).toBe(scheduler.tally.vaeSteps)
    expect(scheduler.episode.sample).toEqual([]) // nothing is kept over a rollout for the autoencoder
  })
})

describe('EPGT in a config', () => {
  const outer = cases['A2C, one rate of three'].outer
  it('asks a learner for its gradients', () => {
    expect(problemsOf({ learner: { kind: 'vanilla-es' }, outer: { ...outer, grid: { sigma: { kind: 'values', values: [0.02, 0.05] } } }, budget: { steps: 1 } })).toEqual([
      'outer.orders: expected at most the 0 gradients that the learner keeps, received 2; set gradientHistory of the learner to 2',
    ])
    expect(problemsOf({ learner: a2c, outer: { ...outer, gradientDelay: 1 }, budget: { steps: 1 } })[0]).toContain('received 3')
    expect(problemsOf({ learner: { kind: 'vanilla-es' }, outer: { ...outer, orders: 0, grid: { sigma: { kind: 'values', values: [0.02] } } }, budget: { steps: 1 } })).toEqual([])
  })
  it('refuses rules that do not go together', () => {
    expect(problemsOf({ learner: a2c, outer: { ...outer, memory: { untried: 'zero' } }, budget: { steps: 1 } })[0]).toContain('choose joint rows')
    expect(problemsOf({ learner: a2c, outer: { ...outer, embedding: { kind: 'learned', dropout: 0.5 } }, budget: { steps: 1 } })[0]).toContain('outer.embedding.dropout')
  })
})

describe('EPGT on vanilla ES', () => {
  const values = [0.01, 0.04, 0.16, 0.64]
  const grid = { learningRate: { kind: 'values', values } }
  const noisySphere = { kind: 'problem', problem: { id: 'noisy-sphere', options: { dimension: 10, noise: 0.1, start: 1 } } }

  /** Share of the largest rate and mean fitness in the second half of 300 generations. */
  const lateOf = async (outer: object, seed: number): Promise<Readonly<{ share: number; fitness: number }>> => {
    const learner = { kind: 'vanilla-es', popsize: 16, gradientHistory: 2, sigma: 0.1 }
    const { events } = runToEnd(await runOf({ learner, outer, budget: { steps: 300 }, task: noisySphere }), seed)
    const late = events.filter((event): event is StepEvent => event.type === 'step' && event.step >= 150)
    const mean = (value: (event: StepEvent) => number): number => late.reduce((sum, event) => sum + value(event), 0) / late.length
    return { share: mean(({ applied }) => (applied.learningRate === 0.64 ? 1 : 0)), fitness: mean(({ metrics }) => metrics.fitnessMean) }
  }

  it('learns which step is too large, where random choices keep taking it', async () => {
    for (const seed of [0, 1, 2]) {
      const memory = await lateOf({ kind: 'epgt', grid, epsilon: { envSteps: 16 * 150 }, embedding: { kind: 'learned', hidden: 8 } }, seed)
      const random = await lateOf({ kind: 'random-grid', grid }, seed)
      expect(random.share).toBeGreaterThan(0.15) // 0.25 in expectation
      expect(memory.share).toBeLessThan(0.05)
      expect(memory.fitness).toBeGreaterThan(random.fitness / 3) // both negative; measured: a sixth to a fifteenth
    }
  })
})
