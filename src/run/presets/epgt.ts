/**
 * EPGT on the tasks of its paper: A2C on two of them, PPO on a robot.
 *
 * The paper's form has the small autoencoder of `epgtDefaults`; its appendix, which would give sizes, K and grids, is not public, so
 * numbers come from the released scripts: grids, capacities, and the half of the env steps over which ε falls. On MountainCarContinuous the
 * grid is that of the base 7e-4 whose ends come closest to the published range, [4e-5, 1e-2].
 *
 * *Source:* Le et al. 2021, EPGT, arXiv 2112.01853, Fig. 2 and 3, Table 2; its released scripts. *Deviations:* 1. the learning rate does
 * not decay by itself, except in the code's form, where its base falls to the least admissible value instead of 0.
 */
import { epgtCode } from '../../outer/epgt-settings.ts'
import type { Preset } from '../preset.ts'

const paper = 'Le et al. 2021, arXiv 2112.01853'

const mccSteps = 20_000
/** Learning rates from 4.4e-5 to 1.1e-2: 7e-4 times 1, 6, 11, 16 and their inverses. */
const mccGrid = { kind: 'around', levels: 4, scale: 0.2 }
const mcc = {
  task: { kind: 'env', env: { id: 'MountainCarContinuous-v0' } },
  budget: { envSteps: mccSteps },
  checkpoint: { every: 500 },
}

export const epgtMcc: Preset = {
  name: 'epgt-mcc',
  title: 'EPGT on MountainCarContinuous',
  paper: `${paper}, Fig. 2a`,
  line: 'the learning rate of A2C, one of seven, chosen before every update: 4000 of them',
  config: {
    name: 'epgt-mcc',
    ...mcc,
    learner: { kind: 'a2c', envs: 1, steps: 5 },
    outer: { kind: 'epgt', grid: { learningRate: mccGrid }, epsilon: { envSteps: mccSteps / 2 } },
  },
}

export const epgtMccCode: Preset = {
  name: 'epgt-mcc-code',
  title: 'EPGT on MountainCarContinuous, as released',
  paper: `${paper}, Fig. 2a; its released code`,
  line: "the same with the released code's rules, and its autoencoder of five million parameters, which makes it many times slower",
  config: {
    name: 'epgt-mcc-code',
    ...mcc,
    learner: { kind: 'a2c', envs: 1, steps: 5, timeLimits: 'terminate', entropyReduction: 'mean', gradientHistory: 3 },
    outer: {
      kind: 'epgt',
      ...epgtCode,
      // sixteenths of the base stay above the least admissible learning rate
      grid: { learningRate: { ...mccGrid, ramp: { to: 2e-6, length: mccSteps } } },
      epsilon: { ...epgtCode.epsilon, envSteps: mccSteps / 2 },
    },
  },
}

const walkerSteps = 4_000_000

export const epgtWalker: Preset = {
  name: 'epgt-walker',
  title: 'EPGT on BipedalWalker',
  paper: `${paper}, Fig. 2b`,
  line: 'the learning rate of A2C between 2.8e-4 and 1.75e-3, 128 environments: 6250 updates',
  config: {
    name: 'epgt-walker',
    task: { kind: 'env', env: { id: 'BipedalWalker-v3' } },
    learner: { kind: 'a2c', envs: 128, groups: 4, steps: 5, returnWindow: 100 },
    outer: { kind: 'epgt', grid: { learningRate: { kind: 'around', levels: 4, scale: 2 } }, epsilon: { envSteps: walkerSteps / 2 } },
    budget: { envSteps: walkerSteps },
    checkpoint: { every: 250 },
  },
}

const mujocoSteps = 1_000_000

export const epgtMujoco: Preset = {
  name: 'epgt-mujoco',
  title: 'EPGT on HalfCheetah',
  paper: `${paper}, Fig. 3, Table 2`,
  line: 'learning rate, clip, GAE lambda and minibatches of PPO together: 225 joint actions',
  config: {
    name: 'epgt-mujoco',
    task: { kind: 'env', env: { id: 'HalfCheetah-v2' } },
    learner: { kind: 'ppo' },
    outer: {
      kind: 'epgt',
      grid: {
        learningRate: { kind: 'around', levels: 2, scale: 1 },
        clipEps: { kind: 'declared' },
        gaeLambda: { kind: 'declared' },
        minibatches: { kind: 'around', levels: 2, scale: 1 },
      },
      epsilon: { envSteps: mujocoSteps / 2 },
      memory: { capacity: 10_000 },
      writeInterval: 20,
    },
    budget: { envSteps: mujocoSteps },
  },
}
