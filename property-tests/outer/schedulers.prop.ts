import { describe, it } from 'vitest'
import { reference } from '../../backends/reference/index.ts'
import type { HyperGrid } from '../../src/outer/hyper-grid.ts'
import type { Cadence } from '../../src/outer/hyper-steps.ts'
import type { HyperRecord } from '../../src/core/hyper.ts'
import { anneal } from '../../src/outer/anneal.ts'
import { bandit, banditDefaults } from '../../src/outer/bandit.ts'
import { bierlNpm, bierlNpmCode, bierlNpmDefaults, bierlNpmPaper } from '../../src/outer/bierl-npm.ts'
import type { BierlNpmSettings } from '../../src/outer/bierl-npm.ts'
import { bierlPm, bierlPmCode, bierlPmDefaults, bierlPmPaper } from '../../src/outer/bierl-pm.ts'
import type { BierlPmSettings } from '../../src/outer/bierl-pm.ts'
import { dqn, dqnDefaults } from '../../src/outer/dqn.ts'
import { fixed } from '../../src/outer/fixed.ts'
import { hoof, hoofDefaults } from '../../src/outer/hoof.ts'
import { pb2, pb2Defaults } from '../../src/outer/pb2.ts'
import type { Mutable } from '../../src/outer/pbt.ts'
import { pbt, pbtDefaults } from '../../src/outer/pbt.ts'
import { random } from '../../src/outer/random.ts'
import { randomGrid } from '../../src/outer/random-grid.ts'
import { schedule } from '../../src/outer/schedule.ts'
import type { Scheduler } from '../../src/outer/scheduler.ts'
import { tmg, tmgDefaults } from '../../src/outer/tmg.ts'
import { schedulerLaws } from '../laws/scheduler.ts'
import type { SchedulerSubject, SeenContext } from '../laws/scheduler.ts'
import * as grids from './grids.ts'
import { tuningOf } from './tunings.ts'

const popsize = 7 // not the number of candidate networks: n and m are independent
const steps = 9

/** A preset with few small networks and short intervals, so that the laws see several meta updates. */
const smallPm = (settings: BierlPmSettings): BierlPmSettings => ({
  ...settings,
  interval: 3,
  history: 4,
  hidden: 5,
  readout: 4,
  metaPopsize: 6,
  metaSigma: 0.5,
})
const smallNpm = (settings: BierlNpmSettings): BierlNpmSettings => ({
  ...settings,
  interval: 4,
  guidedPoints: 2,
  search: {
    ...settings.search,
    initialPoints: 3,
    fit: { ...settings.search.fit, starts: 2, maxIterations: 10 },
    search: { candidates: 20, refinements: 1, maxIterations: 10 },
  },
})

/** Sizes at which the network learns within the laws, and chooses by what it learnt. */
const smallDqn = { readout: 3, hidden: [4], batch: 2, capacity: 5, targetEvery: 2, epsilon: { from: 1, to: 0, envSteps: 14 } }

const smallPopulation = { members: 3, readyEvery: 2 * popsize, quantile: 0.5 }
const mutablesOf = ({ tuning }: typeof both): readonly Mutable[] => tuning.dimensions.map((dimension) => ({ kind: 'range', dimension }))

const sigma = tuningOf('sigma')
const both = tuningOf('sigma and learningRate')
const mixed = tuningOf('logarithmic and integer')

type AnyScheduler = Scheduler<unknown, SeenContext, HyperRecord>
type Play = Pick<SchedulerSubject<unknown>, 'learner' | 'updates'>
const generations: Play = {}
const rollouts: Play = { learner: 'rollouts' }
type Case = readonly [name: string, space: typeof both.space, make: () => AnyScheduler, maxRounds: number, play: Play]

const hidden = <S>(scheduler: Scheduler<S, SeenContext, HyperRecord>): AnyScheduler => scheduler as AnyScheduler
const pm = (settings: BierlPmSettings, { tuning, space }: typeof both, name: string): Case => [
  name,
  space,
  () => hidden(bierlPm({ ...smallPm(settings), tuning, popsize, initialParameters: null }, reference)),
  1,
  generations,
]
const npm = (settings: BierlNpmSettings, { tuning, space }: typeof both, name: string): Case => [
  name,
  space,
  () => hidden(bierlNpm({ ...smallNpm(settings), tuning }, reference)),
  3,
  generations,
]

const rows = [
  { step: 0, hyper: { sigma: 0.02, learningRate: 0.016 } },
  { step: 4, hyper: { sigma: 0.08, learningRate: 0.024 } },
  { step: 6, hyper: { sigma: 0.03, learningRate: 0.02 } },
]

/** An outer level over a grid: asked before every update, and once per rollout; with a value that counts from the rollout, and without; over generations. */
const onGrids = (name: string, make: (grid: HyperGrid, cadence: Cadence) => AnyScheduler): readonly Case[] => [
  [`${name} before every update`, grids.space, () => make(grids.mixed, 'update'), 0, { learner: 'rollouts', updates: 3 }],
  [`${name} before every rollout`, grids.space, () => make(grids.mixed, 'rollout'), 0, rollouts],
  [`${name} after every rollout`, grids.space, () => make(grids.rates, 'rollout'), 0, rollouts],
  [`${name} over generations`, grids.space, () => make(grids.rates, 'update'), 0, generations],
]

const cases: readonly Case[] = [
  ['fixed', both.space, () => hidden(fixed({ hyper: { sigma: 0.05, learningRate: 0.02 } })), 0, generations],
  ['anneal', grids.space, () => hidden(anneal({ hyper: grids.hyper, space: grids.space, ramps: { gamma: { to: 0.6, over: 'env-steps', length: 30 } } })), 0, rollouts],
  ['schedule, held', both.space, () => hidden(schedule({ rows, space: both.space })), 0, generations],
  ['schedule, linear', both.space, () => hidden(schedule({ rows, interpolation: 'linear', space: both.space })), 0, generations],
  ['random', mixed.space, () => hidden(random({ tuning: mixed.tuning, interval: 2 })), 0, generations],
  pm(bierlPmPaper, both, 'BiERL-PM, paper'),
  pm(bierlPmCode, sigma, 'BiERL-PM, code'),
  pm(bierlPmDefaults, mixed, 'BiERL-PM, defaults'),
  pm({ ...bierlPmDefaults, encoder: 'none' }, both, 'BiERL-PM without encoder'),
  npm(bierlNpmPaper, both, 'BiERL-NPM, paper'),
  npm(bierlNpmCode, sigma, 'BiERL-NPM, code'),
  npm(bierlNpmDefaults, mixed, 'BiERL-NPM, defaults'),
  ...onGrids('random-grid', (grid, cadence) => hidden(randomGrid({ grid, cadence, space: grids.space, hyper: grids.hyper }))),
  ['HOOF', grids.space, () => hidden(hoof({ ...hoofDefaults, samples: 5, space: grids.space, hyper: grids.hyper })), 0, rollouts],
  ['HOOF, one step for each candidate', grids.space, () => hidden(hoof({ ...hoofDefaults, samples: 5, candidates: 'exact', klBound: 1e-4, space: grids.space, hyper: grids.hyper })), 0, rollouts],
  ['tuned meta-gradient', grids.space, () => hidden(tmg({ ...tmgDefaults, low: 1e-3, high: 0.1, beta: 0.1, space: grids.space, hyper: grids.hyper })), 0, rollouts],
  ['PBT over generations', mixed.space, () => hidden(pbt({ ...pbtDefaults, ...smallPopulation, mutables: mutablesOf(mixed), fixed: mixed.tuning.fixed })), 0, generations],
  ['PBT over rollouts', mixed.space, () => hidden(pbt({ ...pbtDefaults, ...smallPopulation, mutables: mutablesOf(mixed), fixed: mixed.tuning.fixed })), 0, rollouts],
  ['PB2 over generations', both.space, () => hidden(pb2({ ...pb2Defaults, ...smallPopulation, tuning: both.tuning }, reference)), 0, generations],
  ['PB2 over rollouts, with an integer', mixed.space, () => hidden(pb2({ ...pb2Defaults, ...smallPopulation, integers: 'round', tuning: mixed.tuning }, reference)), 0, rollouts],
  ...onGrids('DQN', (grid, cadence) => hidden(dqn({ ...dqnDefaults, ...smallDqn, grid, cadence, space: grids.space, hyper: grids.hyper }, reference))),
  ...onGrids('bandit', (grid, cadence) => hidden(bandit({ ...banditDefaults, grid, cadence, window: 2, space: grids.space, hyper: grids.hyper }))),
  ...onGrids('bandit of joint arms', (grid, cadence) => hidden(bandit({ ...banditDefaults, arms: 'joint', grid, cadence, space: grids.space, hyper: grids.hyper }))),
]

describe.each(cases)('%s', (_name, space, make, maxRounds, play) => {
  it.each(schedulerLaws)('$name', ({ check }) => check({ make, space, population: popsize, steps, maxRounds, ...play }))
})
