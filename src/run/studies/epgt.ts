/**
 * The studies of EPGT: its figures and tables, as far as they are in reach.
 *
 * All arms of an arena have the same learner; only the outer level differs. Where the paper keeps a number in an appendix that is not
 * public, it is that of the released scripts. Learning rates do not decay by themselves, in no arm.
 *
 * *Source:* Le et al. 2021, EPGT, arXiv 2112.01853, Fig. 2-4, Tables 1 and 2. *Deviations:* 1. Fig. 4a (autoencoder or random mapping)
 * is on MountainCarContinuous instead of MountainCar, 4b (K_w) and 4c (N_order) there instead of on Atari games. 2. BipedalWalker-v3 for -v2.
 * 3. the range of Table 1 is not public: the base, twice and half of it. 4. populations change the number of minibatches, not the size of a rollout.
 */
import { epgtCode } from '../../outer/epgt-settings.ts'
import type { JsonRecord, Study, StudyArena, StudyArm } from './study.ts'

const paper = 'Le et al. 2021, arXiv 2112.01853'

const fixedRate = (label: string, learningRate: number): StudyArm => ({ label, learner: { learningRate }, outer: () => ({ kind: 'fixed' }) })

const epsilonOver = (envSteps: number): JsonRecord => ({ envSteps: envSteps / 2 })

/** EPGT over `grid` with `settings`; ε falls over the first half of the run. */
const epgtArm = (label: string, grid: JsonRecord, settings: JsonRecord = {}): StudyArm => ({
  label,
  outer: (envSteps) => ({ kind: 'epgt', ...settings, grid, epsilon: epsilonOver(envSteps) }),
})

/** The rules of the released code with an autoencoder of the size that the other arms have, so that rules alone differ. */
const released: JsonRecord = { ...epgtCode, embedding: { ...epgtCode.embedding, hidden: 32 } }

const hyperAgents = (grid: JsonRecord): readonly StudyArm[] => [
  { label: 'random', outer: () => ({ kind: 'random-grid', grid }) },
  { label: 'DQN', outer: (envSteps) => ({ kind: 'dqn', grid, epsilon: epsilonOver(envSteps) }) },
  { label: 'bandit', outer: () => ({ kind: 'bandit', grid }) },
]

const claim = (better: string, than: string, text: string) => ({ better, than, text })

const carRates: JsonRecord = { learningRate: { kind: 'around', base: 7e-4, levels: 4, scale: 0.2 } }

const car = {
  env: 'MountainCarContinuous-v0',
  learner: { kind: 'a2c', envs: 1, steps: 5, gradientHistory: 3 },
  envSteps: 20_000,
  schedules: ['learningRate'],
  checkpointEvery: 1000,
}

const carFigure: StudyArena = {
  ...car,
  name: 'mountain-car',
  title: 'MountainCarContinuous',
  seeds: 10,
  reduced: { share: 1, seeds: 10 },
  arms: [
    fixedRate('fixed 7e-4', 7e-4),
    ...hyperAgents(carRates),
    epgtArm('EPGT', carRates),
    epgtArm('EPGT, released rules', carRates, released),
    fixedRate('fixed 4.4e-5', 4.375e-5),
    fixedRate('fixed 1.1e-2', 0.0112),
    { label: 'EPGT, brief exploration', outer: (envSteps) => ({ kind: 'epgt', grid: carRates, epsilon: { envSteps: envSteps / 20 } }) },
    epgtArm('EPGT, n = 20', carRates, { phases: 20 }),
    epgtArm('EPGT, returns of episodes', carRates, { reward: 'episodes' }),
  ],
  claims: [
    claim('EPGT', 'fixed 7e-4', 'EPGT helps A2C to the best performance'),
    claim('EPGT', 'random', 'EPGT is better than random choices'),
    claim('EPGT', 'DQN', 'EPGT is better than a DQN hyper-agent'),
    claim('fixed 7e-4', 'random', 'random choices are far below fixed rates'),
    claim('EPGT', 'EPGT, released rules', '(not of the paper) its rules are better than those of the released code'),
    claim('EPGT', 'bandit', '(not of the paper) the memory is better than a bandit that is blind to the state of training'),
    claim('EPGT, brief exploration', 'EPGT', '(not of the paper) exploring over a twentieth of the run is better than over half of it'),
    claim('EPGT, brief exploration', 'fixed 7e-4', '(not of the paper) and better than the fixed rate'),
    claim('EPGT, n = 20', 'EPGT', '(not of the paper) learning episodes of twenty rollouts are better than of one'),
    claim('EPGT, returns of episodes', 'EPGT', '(not of the paper) returns of whole episodes judge better than those of rollouts of five steps'),
    claim('EPGT, returns of episodes', 'fixed 7e-4', '(not of the paper) and are better than the fixed rate'),
  ],
}

const walkerRates: JsonRecord = { learningRate: { kind: 'around', base: 7e-4, levels: 4, scale: 2 } }

const walkerFigure: StudyArena = {
  name: 'bipedal-walker',
  title: 'BipedalWalker',
  env: 'BipedalWalker-v3',
  learner: { kind: 'a2c', envs: 128, steps: 5, gradientHistory: 3, returnWindow: 100 },
  envSteps: 4_000_000,
  seeds: 10,
  reduced: { share: 0.1, seeds: 3 },
  schedules: ['learningRate'],
  checkpointEvery: 250,
  arms: [
    fixedRate('fixed 7e-4', 7e-4),
    epgtArm('EPGT', walkerRates),
    ...hyperAgents(walkerRates),
    fixedRate('fixed 2.8e-4', 2.8e-4),
    fixedRate('fixed 1.75e-3', 1.75e-3),
  ],
  claims: [
    claim('EPGT', 'fixed 7e-4', 'EPGT outperforms the best fixed rate by a significant margin'),
    claim('EPGT', 'random', 'random choices underperform'),
    claim('EPGT', 'DQN', 'a DQN hyper-agent underperforms'),
  ],
}

export const epgtFigure2: Study = {
  name: 'epgt-fig2',
  title: 'The learning rate of A2C',
  paper: `${paper}, Fig. 2`,
  arenas: [carFigure, walkerFigure],
  outOfReach: [],
}

const robotRates: JsonRecord = { learningRate: { kind: 'around', base: 7e-4, levels: 2, scale: 1 } }

/** A robot of Table 1: A2C with 40 environments for 5 million env steps. */
const sequential = (env: string): StudyArena => ({
  name: env,
  title: env,
  env,
  learner: { kind: 'a2c', envs: 40, steps: 5, returnWindow: 100 },
  envSteps: 5_000_000,
  seeds: 10,
  reduced: { share: 0.02, seeds: 3 },
  schedules: ['learningRate'],
  checkpointEvery: 500,
  arms: [
    fixedRate('fixed 7e-4', 7e-4),
    { label: 'HOOF', outer: () => ({ kind: 'hoof' }) },
    { label: 'TMG', outer: () => ({ kind: 'tmg' }) },
    epgtArm('EPGT', robotRates),
  ],
  claims: [claim('EPGT', 'HOOF', 'EPGT is better than HOOF'), claim('EPGT', 'TMG', 'EPGT is better than tuned meta-gradients')],
})

export const epgtTable1: Study = {
  name: 'epgt-table1',
  title: 'EPGT and sequential search, A2C',
  paper: `${paper}, Table 1`,
  arenas: ['HalfCheetah-v2', 'Hopper-v2', 'Ant-v2', 'Walker2d-v2'].map(sequential),
  outOfReach: [],
}

const jointGrid: JsonRecord = {
  learningRate: { kind: 'around', base: 3e-4, levels: 2, scale: 1 },
  clipEps: { kind: 'declared' },
  gaeLambda: { kind: 'declared' },
  minibatches: { kind: 'around', base: 32, levels: 2, scale: 1 },
}

const jointEpgt = epgtArm('EPGT', jointGrid, { memory: { capacity: 10_000 }, writeInterval: 20 })

const ppoArena = {
  learner: { kind: 'ppo' },
  envSteps: 1_000_000,
  seeds: 10,
  reduced: { share: 0.05, seeds: 3 },
  schedules: ['learningRate', 'clipEps', 'gaeLambda', 'minibatches'],
  checkpointEvery: 20,
}

const defaultPpo: StudyArm = { label: 'PPO', outer: () => ({ kind: 'fixed' }) }
const randomPpo: StudyArm = { label: 'random', outer: () => ({ kind: 'random-grid', grid: jointGrid }) }

/** Ranges of PB2's paper, and the minibatches of EPGT's grid. */
const ranges: JsonRecord = {
  learningRate: { low: 1e-5, high: 1e-3 },
  clipEps: { low: 0.1, high: 0.5 },
  gaeLambda: { low: 0.9, high: 1 },
  minibatches: { low: 16, high: 64 },
}
const MEMBERS = 4
/** Four members that have twenty turns in a run, as PB2's 50,000 of a million env steps. */
const population = (envSteps: number): JsonRecord => ({ tune: ranges, members: MEMBERS, readyEvery: envSteps / 20 })
const pbt: StudyArm = { label: 'PBT, 4 members', members: MEMBERS, outer: (envSteps) => ({ kind: 'pbt', ...population(envSteps) }) }
const pb2: StudyArm = { label: 'PB2, 4 members', members: MEMBERS, outer: (envSteps) => ({ kind: 'pb2', ...population(envSteps), integers: 'round' }) }

const parallel = (env: string): StudyArena => ({
  ...ppoArena,
  name: env,
  title: env,
  env,
  arms: [jointEpgt, defaultPpo, pb2, pbt],
  claims: [
    claim('EPGT', 'PB2, 4 members', 'EPGT is better than PB2, with a quarter of its env steps'),
    claim('EPGT', 'PBT, 4 members', 'EPGT is better than PBT, with a quarter of its env steps'),
    claim('EPGT', 'PPO', '(not of the paper) EPGT is better than PPO as it is'),
  ],
})

export const epgtTable2: Study = {
  name: 'epgt-table2',
  title: 'EPGT and parallel search, PPO',
  paper: `${paper}, Table 2`,
  arenas: ['BipedalWalker-v3', 'LunarLanderContinuous-v3', 'Hopper-v2', 'InvertedDoublePendulum-v2'].map(parallel),
  outOfReach: [],
}

export const epgtFigure3: Study = {
  name: 'epgt-fig3',
  title: 'Four hyperparameters of PPO on HalfCheetah',
  paper: `${paper}, Fig. 3`,
  arenas: [
    {
      ...ppoArena,
      name: 'half-cheetah',
      title: 'HalfCheetah',
      env: 'HalfCheetah-v2',
      arms: [defaultPpo, randomPpo, jointEpgt, pb2],
      claims: [
        claim('EPGT', 'PPO', 'EPGT improves the tuned PPO'),
        claim('EPGT', 'random', 'random choices end lower'),
        claim('EPGT', 'PB2, 4 members', 'PB2 ends lower'),
      ],
    },
  ],
  outOfReach: [],
}

const kWrite = (k: number): StudyArm => epgtArm(`K_w ${k}`, carRates, { memory: { kWrite: k } })
const orders = (n: number): StudyArm => epgtArm(`N_order ${n}`, carRates, { orders: n })

export const epgtFigure4: Study = {
  name: 'epgt-fig4',
  title: 'Ablations of EPGT',
  paper: `${paper}, Fig. 4`,
  arenas: [
    {
      ...car,
      name: 'mountain-car',
      title: 'MountainCarContinuous',
      learner: { ...car.learner, gradientHistory: 4 },
      seeds: 5,
      reduced: { share: 1, seeds: 5 },
      arms: [
        fixedRate('fixed 7e-4', 7e-4),
        epgtArm('EPGT', carRates),
        epgtArm('random mapping', carRates, { embedding: { kind: 'random' } }),
        kWrite(1),
        kWrite(5),
        orders(0),
        orders(4),
      ],
      claims: [
        claim('EPGT', 'random mapping', 'learned embeddings are better than a random mapping'),
        claim('EPGT', 'fixed 7e-4', 'EPGT is better than the original A2C'),
        claim('EPGT', 'K_w 1', 'writing to three neighbours is better than to one'),
        claim('EPGT', 'K_w 5', 'writing to more neighbours than three is not helpful'),
        claim('EPGT', 'N_order 0', 'gradients in the hyper-state help'),
        claim('EPGT', 'N_order 4', 'with four orders performance drops'),
      ],
    },
  ],
  outOfReach: ['Fig. 4b (K_w on Alien) and 4c (N_order on MsPacman): Atari games are not among the environments; their ablations are on MountainCarContinuous here'],
}

/** Figures of EPGT by name. */
export const epgtStudies: readonly Study[] = [epgtFigure2, epgtTable1, epgtTable2, epgtFigure3, epgtFigure4]
