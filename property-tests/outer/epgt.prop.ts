import { describe, expect, it } from 'vitest'
import { reference } from '../../backends/reference/index.ts'
import { foldIn, rootKey } from '../../src/core/rng.ts'
import { flatRows } from '../../src/memory/chunked-rows.ts'
import { epgt } from '../../src/outer/epgt.ts'
import { emptyEpisode, withSample } from '../../src/outer/epgt-episode.ts'
import type { EpgtSettings } from '../../src/outer/epgt-settings.ts'
import { epgtCode, epgtDefaults, epgtPaper, epgtProblems } from '../../src/outer/epgt-settings.ts'
import type { PolicyGradientContext } from '../../src/rl/context.ts'
import type { Play } from '../laws/epgt.ts'
import { epgtLaws, optionsOf, plainMemory, playThrough, rowsOf } from '../laws/epgt.ts'
import type { SchedulerSubject } from '../laws/scheduler.ts'
import { schedulerLaws } from '../laws/scheduler.ts'
import * as grids from './grids.ts'

describe('EPGT', () => {
  it.each(epgtLaws)('$name', ({ check }) => check((options) => epgt(options, reference)))
})

/** Small networks that learn in every other episode, and choices that are soon greedy. */
const small = (settings: EpgtSettings): EpgtSettings => ({
  ...settings,
  embedding: settings.embedding.kind === 'learned' ? { ...settings.embedding, probability: 0.5, batch: 3 } : settings.embedding,
  memory: { ...settings.memory, capacity: 6 },
  epsilon: { from: 1, to: 0.1, envSteps: 8 },
})

describe.each<[string, EpgtSettings]>([
  ['defaults', epgtDefaults],
  ['paper', epgtPaper],
  ['code', epgtCode],
  ['random embedding', { ...epgtDefaults, embedding: { kind: 'random', readout: 5 }, phases: 2, readInterval: 2 }],
])('EPGT, %s', (_name, settings) => {
  const subject: SchedulerSubject<unknown> = {
    make: () => epgt(optionsOf(small(settings), grids.mixed), reference) as ReturnType<SchedulerSubject<unknown>['make']>,
    space: grids.space,
    population: 7,
    steps: 15,
    maxRounds: 0,
    learner: 'rollouts',
    updates: 3,
  }
  it.each(schedulerLaws)('$name', ({ check }) => check(subject))
})

const play: Play = { phases: 12, epochs: 2, minibatches: 3, worth: (j) => 1 + j }
const played = (settings: EpgtSettings, alter?: (context: PolicyGradientContext) => PolicyGradientContext) =>
  playThrough(epgt(optionsOf(settings, grids.rates), reference), play, alter)
const lastOf = (settings: EpgtSettings) => played(settings).slice(-1)[0].state

describe('ε', () => {
  it('falls linearly with the env steps before the rollout, and stays', () => {
    const epsilons = played({ ...plainMemory, epsilon: { from: 1, to: 0.2, envSteps: 80 } })
      .filter(({ next, update }) => next === 'update' && update === 0)
      .map(({ chosen }) => chosen.tally.epsilon)
    // rollouts of ten env steps: before rollout j there were 10 j
    epsilons.forEach((epsilon, j) => expect(epsilon).toBeCloseTo(Math.max(0.2, 1 - (0.8 * j) / 8), 12)) // one rounded product
  })
  it('is the share of choices that are drawn at random', () => {
    const choices = (epsilon: number) => lastOf({ ...plainMemory, epsilon: { from: epsilon, to: epsilon, envSteps: 1 } }).tally
    expect(choices(1).greedy).toBe(0)
    // 72 choices, of which the six on the first rollout find an empty memory
    expect(choices(0)).toMatchObject({ decisions: 72, greedy: 66 })
    expect(choices(0.5).greedy).toBeGreaterThan(20)
    expect(choices(0.5).greedy).toBeLessThan(50)
  })
})

describe('what is remembered', () => {
  const rowCount = (more: Partial<EpgtSettings>): number => rowsOf(lastOf({ ...plainMemory, ...more })).length
  it('is every writeInterval-th update of a phase, and always the last', () => {
    expect(rowCount({})).toBe(66) // the return of the twelfth phase is not in
    expect(rowCount({ writeInterval: 2 })).toBe(11 * 4) // updates 0, 2, 4 and 5 of six
    expect(rowCount({ writeInterval: 100 })).toBe(11 * 2)
  })
  it('is chosen at every readInterval-th update only', () => {
    expect(rowCount({ readInterval: 2 })).toBe(11 * 3)
    expect(rowCount({ readInterval: 4, writeInterval: 100 })).toBe(11 * 2) // updates 0 and 4: the first, and the last choice of the phase
    const held = played({ ...plainMemory, readInterval: 3 }).filter(({ next }) => next === 'update')
    held.forEach(({ chosen, update }, i) => update % 3 === 0 || expect(chosen.action).toBe(held[i - 1].chosen.action))
  })
  it('fits into the capacity, and the oldest make room', () => {
    const blind = { ...plainMemory, epsilon: { from: 1, to: 1, envSteps: 1 } } // so that choices do not depend on what is forgotten
    const rows = rowsOf(lastOf({ ...blind, memory: { ...plainMemory.memory, capacity: 10 } }))
    expect(rows).toEqual(rowsOf(lastOf(blind)).slice(-10))
  })
})

describe('the hyper-state', () => {
  const embeddings = (settings: EpgtSettings, alter?: (context: PolicyGradientContext) => PolicyGradientContext): Float64Array => {
    const [{ state }] = played(settings, alter).slice(-1)
    return flatRows(state.memory.embeddings)
  }
  const blurred = (index: number) => (context: PolicyGradientContext): PolicyGradientContext => ({
    ...context,
    gradients: context.gradients.map((gradient, i) => (i === index ? gradient.map((value) => value + 1) : gradient)),
  })
  it.each([
    [0, [0, 1]],
    [1, [1, 2]],
  ])('reads two gradients, those %i updates behind first', (gradientDelay, read) => {
    const settings = { ...plainMemory, gradientDelay }
    const own = embeddings(settings)
    ;[0, 1, 2].forEach((index) => expect(embeddings(settings, blurred(index)).some((value, i) => value !== own[i]), `gradient ${index}`).toBe(read.includes(index)))
  })
  it('is read with the number of its update and written with 0, or −1 for the last, where that is appended', () => {
    // the same parameters and gradients at every step, so that the appended number alone tells embeddings apart
    const still = (context: PolicyGradientContext): PolicyGradientContext => ({
      ...context,
      parameters: new Float64Array(9).fill(0.3),
      gradients: context.gradients.map(() => new Float64Array(9)),
    })
    const rows = embeddings({ ...plainMemory, stepFeature: true, memory: { ...plainMemory.memory, rows: 'joint' } }, still)
    expect(rows.length).toBe(2 * 3) // all updates of all phases share one embedding, their last ones another
  })
})

describe('the autoencoder', () => {
  const learning = (probability: number): EpgtSettings => ({ ...plainMemory, embedding: { ...epgtDefaults.embedding, kind: 'learned', probability, hidden: 4 } as EpgtSettings['embedding'] })
  it('is trained when an episode is over, with the probability asked for', () => {
    expect(lastOf(learning(1)).tally.vaeSteps).toBe(12)
    expect(lastOf(learning(0)).tally.vaeSteps).toBe(0)
    expect(lastOf(learning(0.5)).tally.vaeSteps).toBeGreaterThan(1)
    expect(lastOf(learning(0.5)).tally.vaeSteps).toBeLessThan(12)
    expect(lastOf(plainMemory).tally.vaeSteps).toBe(0)
  })
  it('learns nothing from a learner that diverged, and goes on when there is something to learn again', () => {
    const diverging = (context: PolicyGradientContext): PolicyGradientContext =>
      context.rollouts >= 3 && context.rollouts < 6 ? { ...context, parameters: new Float64Array(9).fill(context.rollouts === 4 ? NaN : 1e300) } : context
    const steps = played(learning(1), diverging)
    const [{ state }] = steps.slice(-1)
    expect(state.embedding?.parameters.trained.every(Number.isFinite)).toBe(true)
    expect(state.embedding?.optimiser?.steps).toBe(9) // of twelve phases three had nothing
    expect(steps.some(({ state: { tally } }) => Number.isNaN(tally.vaeLoss) && tally.vaeSteps > 0)).toBe(true)
    expect(Number.isFinite(state.tally.vaeLoss)).toBe(true)
  })
  it('keeps no hyper-state after that', () => {
    played(learning(1)).forEach(({ next, update, state }) => expect(state.episode.sample.length).toBe(next === 'update' && update < 5 ? 8 : 0))
  })
  it('draws its batch evenly from the updates of an episode', () => {
    const inputs = Array.from({ length: 5 }, (_, i) => ({ tensors: [], appended: [i] }))
    const counts = new Float64Array(5)
    for (let run = 0; run < 2000; run++) {
      const { sample } = inputs.reduce((episode, input, i) => withSample(foldIn(foldIn(rootKey('reservoir'), run), i), episode, input, 2), emptyEpisode)
      sample.forEach(({ appended: [i] }) => counts[i]++)
    }
    // 4000 draws over five: 800 each, standard deviation √(4000 · 0.2 · 0.8) = 25; five of them
    counts.forEach((count) => expect(Math.abs(count - 800)).toBeLessThan(125))
  })
})

describe('the ten differences between paper and released code', () => {
  const joint = { ...plainMemory.memory, beta: 0.5, rows: 'joint' } as const
  const base: EpgtSettings = {
    ...plainMemory,
    embedding: { ...epgtDefaults.embedding, kind: 'learned', probability: 1, hidden: 4 } as EpgtSettings['embedding'],
    memory: joint,
    epsilon: { from: 0.3, to: 0.3, envSteps: 1 },
  }
  const squashed = { ...base.embedding, input: 'squashed', dropout: 0.5 } as EpgtSettings['embedding']
  const rules = (memory: Partial<EpgtSettings['memory']>): Partial<EpgtSettings> => ({ memory: { ...joint, ...memory } })
  it.each<[string, Partial<EpgtSettings>, Partial<EpgtSettings>]>([
    ['1 rows', {}, rules({ rows: 'per-action' })],
    ['2 untaken', rules({ untried: 'zero' }), rules({ untried: 'zero', untaken: 'decayed' })],
    ['3 untried', {}, rules({ untried: 'zero' })],
    ['4 credit', {}, { credit: 'preceding' }],
    ['5 gradientDelay', {}, { gradientDelay: 1 }],
    ['7 stepFeature', {}, { stepFeature: true }],
    ['8 input', {}, { embedding: squashed }],
    ['9 eviction', rules({ capacity: 8 }), rules({ capacity: 8, eviction: 'least-recent' })],
    ['10 K', {}, rules({ kRead: 5 })],
    ['reward', {}, { reward: 'value-target' }],
    ['max write', {}, rules({ write: 'max' })],
  ])('%s is a switch of its own', (_row, one, other) => {
    expect([epgtProblems({ ...base, ...one }), epgtProblems({ ...base, ...other })]).toEqual([[], []])
    expect(rowsOf(lastOf({ ...base, ...other }))).not.toEqual(rowsOf(lastOf({ ...base, ...one })))
  })
  it('are all set in the form of the code, and none in that of the paper', () => {
    expect(epgtProblems(epgtCode)).toEqual([])
    expect(epgtCode).toMatchObject({
      memory: { rows: 'joint', untaken: 'decayed', untried: 'zero', eviction: 'least-recent', kRead: 5, kWrite: 3 },
      credit: 'preceding',
      gradientDelay: 1,
      stepFeature: true,
      embedding: { input: 'squashed', dropout: 0.5 },
    })
    for (const paper of [epgtPaper, epgtDefaults]) {
      expect(paper).toMatchObject({
        memory: { rows: 'per-action', untaken: 'kept', untried: 'excluded', eviction: 'oldest', kRead: 3, kWrite: 3 },
        credit: 'following',
        gradientDelay: 0,
        stepFeature: false,
        embedding: { input: 'state', dropout: 0 },
      })
    }
  })
})

describe('settings', () => {
  it.each<[string, Partial<EpgtSettings>]>([
    ['orders', { orders: -1 }],
    ['features', { features: 0 }],
    ['phases', { phases: 0 }],
    ['writeInterval', { writeInterval: 0.5 }],
    ['epsilon.to', { epsilon: { from: 1, to: 2, envSteps: 1 } }],
    ['epsilon.envSteps', { epsilon: { from: 1, to: 0, envSteps: 0 } }],
    ['embedding.readout', { embedding: { kind: 'random', readout: 0 } }],
    ['memory', { memory: { ...epgtDefaults.memory, untried: 'zero' } }],
  ])('%s outside its range is refused by name', (path, change) => {
    expect(() => epgt(optionsOf({ ...epgtDefaults, ...change }, grids.rates), reference)).toThrow(`EPGT.${path}: expected`)
  })
})
