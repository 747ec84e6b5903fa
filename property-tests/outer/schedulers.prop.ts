import { describe, it } from 'vitest'
import { reference } from '../../backends/reference/index.ts'
import type { HyperRecord } from '../../src/core/hyper.ts'
import type { EsContext } from '../../src/es/context.ts'
import { bierlNpm, bierlNpmCode, bierlNpmDefaults, bierlNpmPaper } from '../../src/outer/bierl-npm.ts'
import type { BierlNpmSettings } from '../../src/outer/bierl-npm.ts'
import { bierlPm, bierlPmCode, bierlPmDefaults, bierlPmPaper } from '../../src/outer/bierl-pm.ts'
import type { BierlPmSettings } from '../../src/outer/bierl-pm.ts'
import { fixed } from '../../src/outer/fixed.ts'
import { random } from '../../src/outer/random.ts'
import { schedule } from '../../src/outer/schedule.ts'
import type { Scheduler } from '../../src/outer/scheduler.ts'
import { schedulerLaws } from '../laws/scheduler.ts'
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

const sigma = tuningOf('sigma')
const both = tuningOf('sigma and learningRate')
const mixed = tuningOf('logarithmic and integer')

type AnyScheduler = Scheduler<unknown, EsContext, HyperRecord>
type Case = readonly [name: string, space: typeof both.space, make: () => AnyScheduler, maxRounds: number]

const hidden = <S>(scheduler: Scheduler<S, EsContext, HyperRecord>): AnyScheduler => scheduler as AnyScheduler
const pm = (settings: BierlPmSettings, { tuning, space }: typeof both, name: string): Case => [
  name,
  space,
  () => hidden(bierlPm({ ...smallPm(settings), tuning, popsize, initialParameters: null }, reference)),
  1,
]
const npm = (settings: BierlNpmSettings, { tuning, space }: typeof both, name: string): Case => [
  name,
  space,
  () => hidden(bierlNpm({ ...smallNpm(settings), tuning }, reference)),
  3,
]

const rows = [
  { step: 0, hyper: { sigma: 0.02, learningRate: 0.016 } },
  { step: 4, hyper: { sigma: 0.08, learningRate: 0.024 } },
  { step: 6, hyper: { sigma: 0.03, learningRate: 0.02 } },
]

const cases: readonly Case[] = [
  ['fixed', both.space, () => hidden(fixed({ hyper: { sigma: 0.05, learningRate: 0.02 } })), 0],
  ['schedule, held', both.space, () => hidden(schedule({ rows, space: both.space })), 0],
  ['schedule, linear', both.space, () => hidden(schedule({ rows, interpolation: 'linear', space: both.space })), 0],
  ['random', mixed.space, () => hidden(random({ tuning: mixed.tuning, interval: 2 })), 0],
  pm(bierlPmPaper, both, 'BiERL-PM, paper'),
  pm(bierlPmCode, sigma, 'BiERL-PM, code'),
  pm(bierlPmDefaults, mixed, 'BiERL-PM, defaults'),
  pm({ ...bierlPmDefaults, encoder: 'none' }, both, 'BiERL-PM without encoder'),
  npm(bierlNpmPaper, both, 'BiERL-NPM, paper'),
  npm(bierlNpmCode, sigma, 'BiERL-NPM, code'),
  npm(bierlNpmDefaults, mixed, 'BiERL-NPM, defaults'),
]

describe.each(cases)('%s', (_name, space, make, maxRounds) => {
  it.each(schedulerLaws)('$name', ({ check }) => check({ make, space, population: popsize, steps, maxRounds }))
})
