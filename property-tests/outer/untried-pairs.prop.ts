/**
 * Outer levels on learners for which no paper tried them: three that work, and every kind of pair held to the laws of an experiment.
 */
import { describe, expect, test } from 'vitest'
import type { StepEvent } from '../../src/experiment/experiment.ts'
import { pack, unpack } from '../../src/run/plain-data.ts'
import { experimentFindings, runToEnd } from '../laws/experiment.ts'
import type { Written } from './learner-runs.ts'
import { runOf, stepsOf } from './learner-runs.ts'

const cartPole = { kind: 'env', env: { id: 'CartPole-v1' }, policy: { kind: 'categorical', hidden: [16] } }
const sphere = { kind: 'problem', problem: { id: 'noisy-sphere', options: { dimension: 10 } } }
const es = { kind: 'vanilla-es', popsize: 10, sigma: 0.1, learningRate: 0.05 }
const ppo = { kind: 'ppo', steps: 256, epochs: 4, minibatches: 4, rewardScaling: null }
const bothWays = { learningRate: { low: 0.001, high: 0.5, scale: 'log' }, sigma: { low: 0.02, high: 0.5, scale: 'log' } }
const rates = { learningRate: { kind: 'values', values: [0.0001, 0.03, 1] } }

/** Mean return of the last tenth of the steps of a run. */
const lateReturn = (steps: readonly StepEvent[]): number => {
  const late = steps.slice(-Math.ceil(steps.length / 10)).map(({ metrics }) => metrics.policyReturn)
  return late.reduce((sum, value) => sum + value, 0) / late.length
}
const seeded = async (written: Written, seed: number): Promise<readonly StepEvent[]> =>
  runToEnd(await runOf(written), seed).events.filter((event): event is StepEvent => event.type === 'step')

describe('pairs that no paper tried work', () => {
  test('BiERL-NPM finds learning rates for PPO in five decades; a look-ahead is a rollout with all its updates, and is counted', async () => {
    const outer = {
      kind: 'bierl-npm',
      interval: 6,
      metaFirst: true,
      guidedPoints: 2,
      tune: { learningRate: { low: 1e-6, high: 1e-1, scale: 'log' } },
      lookAhead: { kind: 'one-step', repeats: 1, episodes: 8 },
      search: { initialPoints: 6 },
    }
    const budget = { steps: 36 * 17 } // 36 rollouts of 4 · 4 updates each
    const trace = runToEnd(await runOf({ task: cartPole, learner: ppo, outer, budget }), 7)
    const steps = trace.events.filter((event): event is StepEvent => event.type === 'step')
    const fixed = await stepsOf({ task: cartPole, learner: ppo, outer: { kind: 'fixed' }, budget })
    expect(lateReturn(steps)).toBeGreaterThan(2 * lateReturn(fixed)) // at the same rollouts of the learner
    const probes = trace.events.filter((event) => event.type === 'probe')
    expect(new Set(probes.map(({ step }) => step))).toEqual(new Set([0, 6, 12, 18, 24, 30].map((rollout) => 17 * rollout)))
    // every trial: one rollout of 256 steps, and the episodes of the policy after its updates
    const trials = probes.reduce((sum, probe) => sum + (probe.type === 'probe' ? probe.trials.length : 0), 0)
    const spent = steps[steps.length - 1].envSteps
    expect(spent.learner).toBe(36 * 256)
    expect(spent.outer).toBeGreaterThan(256 * trials)
  })

  test('PB2 brings four evolution strategies to the bottom of a bowl, where random values of the same ranges do not come', async () => {
    for (const seed of [1, 2, 3]) {
      const budget = { steps: 100 }
      const found = lateReturn(await seeded({ task: sphere, learner: es, outer: { kind: 'pb2', readyEvery: 110, tune: bothWays, search: { starts: 3 } }, budget }, seed))
      const random = lateReturn(await seeded({ task: sphere, learner: es, outer: { kind: 'random', tune: bothWays }, budget }, seed))
      expect(found).toBeGreaterThan(-0.1) // the noise of a mean of 40 evaluations is 0.02
      expect(random).toBeLessThan(-1)
    }
  })

  test('UCB finds the learning rate of an evolution strategy between one that stands still and one that explodes', async () => {
    for (const seed of [1, 2, 3]) {
      const budget = { steps: 100 }
      const steps = await seeded({ task: sphere, learner: es, outer: { kind: 'bandit', grid: rates, exploration: 0.1 }, budget }, seed)
      expect(steps.slice(-40).every(({ applied }) => applied.learningRate === 0.03)).toBe(true)
      expect(lateReturn(steps)).toBeGreaterThan(-0.2)
      expect(lateReturn(await seeded({ task: sphere, learner: es, outer: { kind: 'random-grid', grid: rates }, budget }, seed))).toBeLessThan(-5)
    }
  })
})

const short = { kind: 'env', env: { id: 'Pendulum-v1', wrappers: [{ kind: 'time-limit', steps: 6 }] }, policy: { hidden: [4] } }
const smallPpo = { kind: 'ppo', envs: 2, steps: 8, epochs: 2, minibatches: 2 }
const smallA2c = { kind: 'a2c', envs: 2, steps: 4 }
const smallTrpo = { kind: 'trpo', envs: 2, steps: 8, valueEpochs: 2, valueBatch: 8 } // five updates a rollout
const smallEs = { kind: 'vanilla-es', popsize: 4, gradientHistory: 2 }
const learningRate = { learningRate: { low: 1e-4, high: 1e-2, scale: 'log' } }
const members = { members: 3, readyEvery: 32, quantile: 0.4 }
const oneStep = { kind: 'one-step', repeats: 1 }

const pairs: Readonly<Record<string, Written>> = {
  'HOOF over PPO': { learner: smallPpo, outer: { kind: 'hoof', samples: 6 }, budget: { steps: 25 } },
  'HOOF over A2C, with the entropy coefficient': { learner: smallA2c, outer: { kind: 'hoof', samples: 4, entropy: { samples: 2 } }, budget: { steps: 12 } },
  'the meta-gradient over PPO': { learner: smallPpo, outer: { kind: 'tmg' }, budget: { steps: 25 } },
  'DQN over A2C': { learner: smallA2c, outer: { kind: 'dqn', batch: 2, epsilon: { envSteps: 60 } }, budget: { steps: 24 } },
  'DQN over vanilla ES': { learner: smallEs, outer: { kind: 'dqn', batch: 2, epsilon: { envSteps: 100 } }, budget: { steps: 8 } },
  'a bandit over PPO': { learner: smallPpo, outer: { kind: 'bandit', grid: { learningRate: { kind: 'around' }, gamma: { kind: 'declared' } } }, budget: { steps: 40 } },
  'random hyper-actions over vanilla ES': { learner: smallEs, outer: { kind: 'random-grid' }, budget: { steps: 6 } },
  'annealing over A2C': { learner: smallA2c, outer: { kind: 'anneal', ramps: { learningRate: { to: 1e-4, length: 60 } } }, budget: { steps: 16 } },
  'PBT over A2C': { learner: smallA2c, outer: { kind: 'pbt', tune: learningRate, ...members }, budget: { steps: 40 } },
  'PBT over PPO with levels and phases of different length': {
    learner: smallPpo,
    outer: { kind: 'pbt', tune: { minibatches: { low: 1, high: 4 } }, levels: { gamma: [0.9, 0.95, 0.99] }, ...members },
    budget: { steps: 60 },
  },
  'PB2 over PPO, with an integer': {
    learner: smallPpo,
    outer: { kind: 'pb2', tune: { minibatches: { low: 1, high: 4 }, ...learningRate }, integers: 'round', ...members, search: { starts: 2 } },
    budget: { steps: 60 },
  },
  'HOOF over the trust region of TRPO': { learner: smallTrpo, outer: { kind: 'hoof', tries: 'maxKl', samples: 4, cadence: 'rollout' }, budget: { steps: 14 } },
  'DQN over TRPO': { learner: smallTrpo, outer: { kind: 'dqn', batch: 2, grid: { maxKl: { kind: 'declared' } }, epsilon: { envSteps: 40 } }, budget: { steps: 26 } },
  'a bandit over TRPO': { learner: smallTrpo, outer: { kind: 'bandit', grid: { maxKl: { kind: 'declared' }, damping: { kind: 'declared' } } }, budget: { steps: 20 } },
  'annealing over TRPO': { learner: smallTrpo, outer: { kind: 'anneal', ramps: { maxKl: { to: 1e-3, length: 60 } } }, budget: { steps: 20 } },
  'PB2 over TRPO': {
    learner: smallTrpo,
    outer: { kind: 'pb2', tune: { maxKl: { low: 1e-3, high: 0.1, scale: 'log' }, ...learningRate }, ...members, search: { starts: 2 } },
    budget: { steps: 40 },
  },
  'BiERL-PM over TRPO, with what it tunes by itself': {
    learner: smallTrpo,
    outer: { kind: 'bierl-pm', interval: 2, metaPopsize: 4, hidden: 4, readout: 4, history: 3, lookAhead: oneStep },
    budget: { steps: 14 },
  },
  'PBT over vanilla ES': { learner: smallEs, outer: { kind: 'pbt', ...members, readyEvery: 60 }, budget: { steps: 10 } },
  'BiERL-NPM over PPO with phases of different length': {
    learner: smallPpo,
    outer: { kind: 'bierl-npm', interval: 2, metaFirst: true, guidedPoints: 1, tune: { minibatches: { low: 1, high: 4 } }, lookAhead: oneStep, search: { initialPoints: 3 } },
    budget: { steps: 20 },
  },
  'BiERL-PM over A2C': {
    learner: smallA2c,
    outer: { kind: 'bierl-pm', interval: 2, metaPopsize: 4, hidden: 4, readout: 4, history: 3, lookAhead: oneStep },
    budget: { steps: 12 },
  },
}

/** What does not hold of learners with rollouts: values that wait for an epoch or rollout, and steps without a line. */
const ofGenerations = ['proposed equals applied', 'steps count up by one']

const copy = <S>(state: S): S => {
  const decoded = unpack(pack(state))
  if (decoded._tag === 'Left') throw new Error(decoded.left.expected)
  return decoded.right as S
}

describe('pairs obey the laws of an experiment: repeatable, resumable after every round, every env step of every member booked', () => {
  test.each(Object.entries(pairs))('%s', async (_, written) => {
    const findings = experimentFindings(await runOf({ task: short, ...written }), copy)
    expect(findings.filter((law) => !ofGenerations.includes(law))).toEqual([])
  })
})
