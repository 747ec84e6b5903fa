/**
 * Short runs that together use every learner, every outer level and every kind of task: the single list for all tests that compare whole runs.
 *
 * Whoever adds a learner or an outer level adds a run here (a test asks for it) and its digests with `npm run engines -- --add`.
 *
 * *Source:* house rules 5 and 9. *Deviations:* none.
 */
import type { Json } from '../../src/core/env.ts'

type Config = Readonly<Record<string, Json>>

const env = (id: string, more: Config = {}): Config => ({ kind: 'env', env: { id }, policy: { hidden: [8, 8] }, ...more })
const es = (more: Config = {}): Config => ({ kind: 'vanilla-es', popsize: 4, ...more })
const a2c: Config = { kind: 'a2c', envs: 4, groups: 2 }
const ppo: Config = { kind: 'ppo', envs: 2, groups: 2, steps: 64, minibatches: 4, epochs: 2 }
const discrete: Config = { policy: { kind: 'categorical', hidden: [8, 8] } }
const small: Config = { interval: 2, metaPopsize: 4, hidden: 4, readout: 4, history: 3 }

const configs: Readonly<Record<string, Config>> = {
  'BiERL-PM, smoothed, Walker2d': {
    task: env('Walker2d-v5'),
    learner: es(),
    outer: { kind: 'bierl-pm', ...small, interval: 1, lookAhead: { kind: 'smoothed', episodes: 1 } },
    budget: { steps: 4 },
  },
  'BiERL-PM, one step, sigma and learning rate, Hopper': {
    task: env('Hopper-v5', { normaliseObs: true }),
    learner: es({ optimiser: { kind: 'adam' }, shaping: { kind: 'nes-half' } }),
    outer: {
      kind: 'bierl-pm',
      ...small,
      tune: { sigma: { low: 0.02, high: 0.08 }, learningRate: { low: 0.016, high: 0.024 } },
      lookAhead: { kind: 'one-step', repeats: 1 },
    },
    budget: { steps: 6 },
  },
  'BiERL-NPM, InvertedPendulum': {
    task: env('InvertedPendulum-v5'),
    learner: es({ sampler: { kind: 'independent' } }),
    outer: { kind: 'bierl-npm', interval: 3 },
    budget: { steps: 7 },
  },
  'random, LunarLanderContinuous': { task: env('LunarLanderContinuous-v3'), learner: es(), outer: { kind: 'random' }, budget: { steps: 3 } },
  'fixed, Humanoid': { task: env('Humanoid-v5'), learner: es(), outer: { kind: 'fixed' }, budget: { steps: 3 } },
  'fixed, MountainCarContinuous': { task: env('MountainCarContinuous-v0'), learner: es(), outer: { kind: 'fixed' }, budget: { steps: 3 } },
  'fixed, Pendulum': { task: env('Pendulum-v1'), learner: es(), outer: { kind: 'fixed' }, budget: { steps: 4 } },
  'schedule, Acrobot': {
    task: env('Acrobot-v1', discrete),
    learner: es(),
    outer: { kind: 'schedule', rows: [{ step: 0, hyper: { sigma: 0.02 } }, { step: 3, hyper: { sigma: 0.08 } }], interpolation: 'linear' },
    budget: { steps: 4 },
  },
  'A2C, random, CartPole': {
    task: env('CartPole-v1', discrete),
    learner: a2c,
    outer: { kind: 'random', tune: { learningRate: { low: 1e-4, high: 1e-2 } } },
    budget: { envSteps: 400 },
  },
  'PPO, BiERL-NPM, Hopper': {
    task: env('Hopper-v5'),
    learner: ppo,
    outer: { kind: 'bierl-npm', interval: 4, tune: { learningRate: { low: 1e-4, high: 1e-3 } }, lookAhead: { kind: 'one-step', repeats: 1 } },
    budget: { envSteps: 1920 },
  },
  'PPO, annealed, Acrobot': {
    task: env('Acrobot-v1', discrete),
    learner: ppo,
    outer: { kind: 'anneal', ramps: { learningRate: { to: 1e-4, length: 256 }, clipEps: { to: 0.1, over: 'steps', length: 8 } } },
    budget: { envSteps: 384 },
  },
  'PPO, random grid, Pendulum': {
    task: env('Pendulum-v1'),
    learner: ppo,
    outer: { kind: 'random-grid', grid: { learningRate: { kind: 'around' }, gamma: { kind: 'declared' } } },
    budget: { envSteps: 384 },
  },
  'ES, bandit, Pendulum': {
    task: env('Pendulum-v1'),
    learner: es(),
    outer: { kind: 'bandit', grid: { sigma: { kind: 'around' }, learningRate: { kind: 'values', values: [0.01, 0.02] } } },
    budget: { steps: 6 },
  },
  'A2C, EPGT, MountainCarContinuous': { task: env('MountainCarContinuous-v0'), learner: a2c, outer: { kind: 'epgt', phases: 4 }, budget: { envSteps: 200 } },
  'A2C, DQN, CartPole': {
    task: env('CartPole-v1', discrete),
    learner: a2c,
    outer: { kind: 'dqn', hidden: [8], batch: 4, targetEvery: 3, readout: 6 },
    budget: { envSteps: 200 },
  },
  'A2C, PBT, Pendulum behind wrappers': {
    task: {
      kind: 'env',
      env: { id: 'Pendulum-v1', wrappers: [{ kind: 'time-limit', steps: 20 }, { kind: 'rescale-action' }] },
      policy: { hidden: [8, 8] },
    },
    learner: a2c,
    outer: { kind: 'pbt', members: 4, readyEvery: 40, burnIn: 0, tune: { learningRate: { low: 1e-4, high: 1e-2 } } },
    budget: { envSteps: 800 },
  },
  'A2C, PB2, CartPole': {
    task: env('CartPole-v1', discrete),
    learner: a2c,
    outer: { kind: 'pb2', members: 4, readyEvery: 40, burnIn: 0, tune: { learningRate: { low: 1e-4, high: 1e-2 }, entropyCoef: { low: 0, high: 0.1 } } },
    budget: { envSteps: 800 },
  },
  'DDPG, EPGT, Pendulum': {
    task: env('Pendulum-v1'),
    learner: { kind: 'ddpg', envs: 2, groups: 2, steps: 8, updates: 4, batch: 8, capacity: 60, warmUp: 20, criticHidden: [8, 8] },
    outer: { kind: 'epgt', grid: { learningRate: { kind: 'around' }, explorationStd: { kind: 'values', values: [0.1, 0.2, 0.4] } } },
    budget: { envSteps: 160 },
  },
  'ES meta-RL, EPGT, cheetah-dir': {
    task: { kind: 'env', env: { id: 'cheetah-dir' }, policy: { hidden: [8, 8] } },
    learner: { kind: 'es-meta-rl', workers: 5, draws: 2, tasks: 2, updates: 2, batch: 32, criticHidden: [8, 8], gradientHistory: 3 },
    outer: { kind: 'epgt', grid: { learningRate: { kind: 'around' }, meanRate: { kind: 'values', values: [0.25, 0.5, 1] } } },
    budget: { steps: 3 },
  },
  'TRPO, EPGT, CartPole, shared trunk': {
    task: env('CartPole-v1', discrete),
    learner: { kind: 'trpo', envs: 2, groups: 2, steps: 20, trunk: 'shared', valueEpochs: 2, valueBatch: 16 },
    outer: { kind: 'epgt', grid: { maxKl: { kind: 'declared' }, damping: { kind: 'declared' } } },
    budget: { envSteps: 200 },
  },
  'TRPO, PBT, Pendulum': {
    task: env('Pendulum-v1'),
    learner: { kind: 'trpo', envs: 2, groups: 2, steps: 10, valueEpochs: 2, valueBatch: 8, returnWindow: 3 },
    outer: { kind: 'pbt', members: 3, readyEvery: 40, burnIn: 0, tune: { maxKl: { low: 1e-3, high: 0.1, scale: 'log' }, learningRate: { low: 1e-4, high: 1e-2 } } },
    budget: { envSteps: 360 },
  },
  'A2C with evolution, bandit, navigation': {
    task: { kind: 'env', env: { id: 'navigation', options: { timeLimit: 10 } }, policy: { hidden: [8] } },
    learner: { kind: 'es-a2c', workers: 4, episodes: 3, updates: 2, criticHidden: [8] },
    outer: { kind: 'bandit', grid: { learningRate: { kind: 'around' }, sigmaRate: { kind: 'values', values: [0, 0.01, 0.05] } } },
    budget: { steps: 4 },
  },
  'ACKTR, fixed, Pendulum': {
    task: env('Pendulum-v1'),
    learner: { kind: 'acktr', envs: 4, groups: 2, steps: 5, statEvery: 1, inverseEvery: 2 },
    outer: { kind: 'fixed' },
    budget: { envSteps: 200 },
  },
  'A2C, HOOF, CartPole': { task: env('CartPole-v1', discrete), learner: a2c, outer: { kind: 'hoof', samples: 8 }, budget: { envSteps: 200 } },
  'A2C, tuned meta-gradient, Pendulum': { task: env('Pendulum-v1'), learner: a2c, outer: { kind: 'tmg' }, budget: { envSteps: 200 } },
  'PPO, fixed, LunarLander, shared trunk': {
    task: env('LunarLander-v3', discrete),
    learner: { ...ppo, trunk: 'shared', entropyCoef: 0.01 },
    outer: { kind: 'fixed' },
    budget: { envSteps: 384 },
  },
  'BiERL-NPM, one step, Rosenbrock': {
    task: { kind: 'problem', problem: { id: 'rosenbrock' } },
    learner: es({ learningRate: 0.01 }),
    outer: { kind: 'bierl-npm', interval: 3, lookAhead: { kind: 'one-step', repeats: 2 } },
    budget: { steps: 7 },
  },
}

/** What a user would write, by name. */
export const shortRuns: Readonly<Record<string, Config>> = Object.fromEntries(
  Object.entries(configs).map(([name, config]) => [name, { name: 'golden', seed: 'golden', ...config }]),
)
