import { describe, expect, it } from 'vitest'
import { reference } from '../../backends/reference/index.ts'
import type { Backend } from '../../src/core/backend.ts'
import type { HyperRecord } from '../../src/core/hyper.ts'
import { fromUnit } from '../../src/core/hyper.ts'
import { foldIn, normals, rootKey } from '../../src/core/rng.ts'
import { shape } from '../../src/es/shaping.ts'
import type { BierlPmOptions, BierlPmSettings, BierlPmState } from '../../src/outer/bierl-pm.ts'
import { bierlPm, bierlPmCode, bierlPmDefaults, bierlPmPaper } from '../../src/outer/bierl-pm.ts'
import { metaModel } from '../../src/outer/meta-model.ts'
import type { Trial } from '../../src/outer/scheduler.ts'
import { tuningOf } from './tunings.ts'

const { tuning } = tuningOf('sigma')
const n = 8
const root = rootKey('bierl-pm')
const small = { hidden: 6, readout: 5, metaPopsize: 10, popsize: n, tuning, initialParameters: null }
const paper: BierlPmOptions = { ...bierlPmPaper, ...small }
const code: BierlPmOptions = { ...bierlPmCode, ...small }

type Trials = readonly Trial<HyperRecord>[]
type Score = (hyper: HyperRecord, index: number) => number

/** Plays `steps` steps in which generation t has fitness `fitness(t)`; tells before which steps it asked, and what it used. */
const play = (options: BierlPmOptions, steps: number, score: Score, backend: Backend = reference) => {
  const scheduler = bierlPm(options, backend)
  const asked: Readonly<{ step: number; before: BierlPmState; trials: Trials; after: BierlPmState }>[] = []
  const used: HyperRecord[] = []
  let state = scheduler.init(foldIn(root, 0))
  let calls = 1
  for (let step = 0; step < steps; ) {
    const before = state
    const [proposal, next] = scheduler.propose(foldIn(root, calls++), state, step, [null])
    if (proposal.kind === 'probe') {
      const scores = proposal.trials.map(({ hyper }, j) => ({ repeats: [score(hyper, j)], mean: score(hyper, j), envSteps: 3 }))
      state = scheduler.observe(foldIn(root, calls++), next, { kind: 'probe', scores })
      asked.push({ step, before, trials: proposal.trials, after: state })
    } else if (proposal.kind === 'use') {
      used.push(proposal.hyper)
      const context = { populationFitness: normals(foldIn(rootKey('fitness'), step), n), policyReturn: 0, generation: step }
      const members = [{ applied: proposal.hyper, metrics: {}, context, envSteps: n }]
      state = scheduler.observe(foldIn(root, calls++), next, { kind: 'step', step, members })
      step++
    }
  }
  return { scheduler, asked, used, last: state }
}

describe('the calendar', () => {
  it('acts at t = 0, k, 2k … as Algorithm 2 does', () => {
    expect(play(paper, 25, () => 1).asked.map(({ step }) => step)).toEqual([0, 10, 20])
  })
  it("acts after generations 10, 20, … as the authors' program does", () => {
    expect(play(code, 31, () => 1).asked.map(({ step }) => step)).toEqual([10, 20, 30])
  })
})

describe('the trials', () => {
  it('look one full step ahead and evaluate the new policy, l times (paper)', () => {
    const [{ trials }] = play(paper, 1, () => 1).asked
    expect(trials.length).toBe(paper.metaPopsize)
    trials.forEach((trial) => expect(trial).toMatchObject({ innerSteps: 1, repeats: 10, probe: { kind: 'policy', episodes: 1 } }))
  })
  it('evaluate l fresh perturbed policies without a step (code)', () => {
    const [{ trials }] = play(code, 11, () => 1).asked
    const probe = { kind: 'population', episodes: 10, mirrored: false }
    trials.forEach((trial) => expect(trial).toMatchObject({ innerSteps: 0, repeats: 1, probe }))
  })
  it.each([
    ['paper', paper, (j: number) => j, () => 1],
    ['code', code, (j: number) => j % 5, (j: number) => (j < 5 ? 1 : -1)],
  ] as const)('carry what the perturbed networks answer to the history (%s)', (_name, options, noiseOf, signOf) => {
    const { scheduler } = play(options, 0, () => 1)
    const model = metaModel({ ...options, outputs: 1 }, reference)
    const { asked } = play(options, 12, (_hyper, j) => j)
    const { step, before, trials, after } = asked[asked.length - 1]
    const [, pending] = scheduler.propose(foldIn(root, 99), before, step, [null])
    if (pending.asked === null) throw new Error('asked for no trials')
    const keyNoise = pending.asked.key
    const [proposal] = scheduler.propose(foldIn(root, 99), before, step, [null])
    if (proposal.kind !== 'probe') throw new Error('asked for no trials')
    expect(proposal.trials.length).toBe(trials.length)
    const noise = (j: number): Float64Array => normals(foldIn(keyNoise, noiseOf(j)), model.size)
    proposal.trials.forEach(({ hyper }, j) => {
      const perturbed = noise(j).map((epsilon, i) => before.parameters[i] + signOf(j) * options.metaSigma * epsilon)
      const sigma = fromUnit(tuning.dimensions[0], model.point(perturbed, before.input)[0])
      // relative 1e-12: the network is the same, the perturbation may be rounded in another order
      expect(Math.abs(hyper.sigma / sigma - 1)).toBeLessThan(1e-12)
    })
    expect(after.updates).toBe(asked.length)
  })
})

describe('the meta update', () => {
  const updated = (options: BierlPmOptions, score: (j: number) => number) => {
    const scheduler = bierlPm(options, reference)
    const before = scheduler.init(foldIn(root, 0))
    const [, pending] = scheduler.propose(foldIn(root, 1), before, options.interval, [null])
    if (pending.asked === null) throw new Error('asked for no trials')
    const fitness = Float64Array.from({ length: options.metaPopsize }, (_, j) => score(j))
    const scores = Array.from(fitness, (mean) => ({ repeats: [mean], mean, envSteps: 1 }))
    return { before, fitness, keyNoise: pending.asked.key, after: scheduler.observe(foldIn(root, 2), pending, { kind: 'probe', scores }) }
  }
  const bumpy = (j: number): number => 100 + ((7 * j) % 10) - 0.1 * j

  it('is Eq. 6 with raw F and 1/(mω) (paper)', () => {
    const { before, after, fitness, keyNoise } = updated(paper, bumpy)
    const { metaPopsize: m, metaSigma: omega, metaLearningRate: beta } = paper
    const expected = Float64Array.from(before.parameters)
    const scale = beta / (m * omega)
    fitness.forEach((F, j) => normals(foldIn(keyNoise, j), expected.length).forEach((epsilon, i) => (expected[i] += scale * F * epsilon)))
    // absolute 1e-11: ten terms of size 60 are summed in another order
    after.parameters.forEach((value, i) => expect(Math.abs(value - expected[i])).toBeLessThan(1e-11))
  })

  it('is β/(40ω) Σ u ε over mirrored pairs with utilities of half breadth (code)', () => {
    const { before, after, fitness, keyNoise } = updated(code, bumpy)
    const { metaPopsize: m, metaSigma: omega, metaLearningRate: beta } = code
    const u = shape({ kind: 'nes-half' }, fitness)
    const expected = Float64Array.from(before.parameters)
    for (let j = 0; j < m; j++) {
      const sign = j < m / 2 ? 1 : -1
      normals(foldIn(keyNoise, j % (m / 2)), expected.length).forEach((epsilon, i) => (expected[i] += (beta / (40 * omega)) * sign * u[j] * epsilon))
    }
    // absolute 1e-14: utilities below 1, summed in another order
    after.parameters.forEach((value, i) => expect(Math.abs(value - expected[i])).toBeLessThan(1e-14))
  })

  it('moves sigma towards the better candidates, up and down', () => {
    const options: BierlPmOptions = { ...bierlPmDefaults, ...small, metaPopsize: 40, interval: 1 }
    const towards = (target: number): number => {
      const { used } = play(options, 60, ({ sigma }) => -(sigma - target) * (sigma - target))
      return used.slice(-10).reduce((sum, { sigma }) => sum + sigma, 0) / 10
    }
    // 0.006 is a tenth of the range; sigma starts near 0.05
    expect(Math.abs(towards(0.03) - 0.03)).toBeLessThan(0.006)
    expect(Math.abs(towards(0.07) - 0.07)).toBeLessThan(0.006)
  })

  it('leaves the network where no candidate is better than another, and where none has a score', () => {
    for (const settings of [bierlPmCode, bierlPmDefaults]) {
      for (const score of [() => 5, () => Number.NaN]) {
        const { before, after } = updated({ ...settings, ...small }, score)
        expect(after.parameters).toEqual(before.parameters)
        expect(after.updates).toBe(1)
      }
    }
  })

  it('lets a candidate without a finite score count as the worst, and counts it', () => {
    const worst = Math.min(...Array.from({ length: 10 }, (_, i) => (i === 3 ? 1000 : bumpy(i))))
    const { after, before } = updated(paper, (j) => (j === 3 ? Number.NaN : bumpy(j)))
    const { after: same } = updated(paper, (j) => (j === 3 ? worst : bumpy(j)))
    expect(after.parameters).toEqual(same.parameters)
    const scheduler = bierlPm(paper, reference)
    expect(scheduler.describe(after).metaNotFinite).toBe(1)
    expect(scheduler.describe(before).metaUpdates).toBe(0)
  })

  it('skips an update that is not finite, and says so', () => {
    const { after, before } = updated(paper, (j) => (j % 2 === 0 ? 1.7e308 : -1.7e308))
    expect(after.parameters).toEqual(before.parameters)
    expect(bierlPm(paper, reference).describe(after).metaSkipped).toBe(1)
  })
})

describe('the hyperparameters', () => {
  it('are read anew after every generation', () => {
    const { used } = play({ ...paper, metaSigma: 1 }, 9, (_hyper, j) => j)
    expect(new Set(used.map(({ sigma }) => sigma)).size).toBe(9)
  })

  it('come several at once, each from its own output', () => {
    const both = tuningOf('sigma and learningRate').tuning
    const options: BierlPmOptions = { ...bierlPmDefaults, ...small, tuning: both, metaPopsize: 40, interval: 1 }
    const { used } = play(options, 80, ({ sigma, learningRate }) => -Math.abs(sigma - 0.03) / 0.06 - Math.abs(learningRate - 0.022) / 0.008)
    const mean = (of: (hyper: HyperRecord) => number): number => used.slice(-20).reduce((sum, hyper) => sum + of(hyper), 0) / 20
    // a sixth of each range: two hyperparameters share the signal of one score
    expect(Math.abs(mean(({ sigma }) => sigma) - 0.03)).toBeLessThan(0.01)
    expect(Math.abs(mean(({ learningRate }) => learningRate) - 0.022)).toBeLessThan(0.00134)
  })
})

describe('the network', () => {
  it('starts from the parameters that it is given', () => {
    const trained = play(code, 31, (_hyper, j) => j).last.parameters
    const state = bierlPm({ ...code, initialParameters: trained }, reference).init(rootKey('another run'))
    expect(state.parameters).toEqual(trained)
    expect(state.parameters).not.toBe(trained)
  })

  it('is refused at construction where it was trained for another population', () => {
    const trained = bierlPm({ ...code, popsize: 20 }, reference).init(root).parameters
    expect(() => bierlPm({ ...code, initialParameters: trained }, reference)).toThrow(/for populations of 8 .* received/)
    expect(() => bierlPm({ ...code, initialParameters: trained }, reference)).toThrow(RangeError)
  })

  it('is perturbed one candidate at a time: no noise and no candidate is stored', () => {
    const vectors = new Set<Float64Array>()
    const kernels = {
      ...reference.kernels,
      perturb: (...args: Parameters<Backend['kernels']['perturb']>) => {
        vectors.add(args[0])
        reference.kernels.perturb(...args)
      },
    }
    const { asked, last } = play(code, 11, (_hyper, j) => j, { ...reference, kernels })
    expect(asked.length).toBe(1)
    expect(vectors.size).toBe(1)
    const model = metaModel({ ...code, outputs: 1 }, reference)
    const numbers = JSON.stringify(last, (_name, value: unknown) => (ArrayBuffer.isView(value) ? value.byteLength / 8 : value))
    const lengths = [...numbers.matchAll(/":(\d+)/g)].map(([, digits]) => Number(digits))
    expect(Math.max(...lengths.filter((length) => length < 1e6))).toBe(model.size)
  })
})

describe('settings that cannot work', () => {
  it.each<readonly [string, Partial<BierlPmOptions>, RegExp]>([
    ['an interval of 0', { interval: 0 }, /interval/],
    ['no noise', { metaSigma: 0 }, /metaSigma/],
    ['an odd population of mirrored networks', { metaPopsize: 7 }, /even/],
    ['mirrored trials without pairs', { lookAhead: { kind: 'smoothed', episodes: 3, mirrored: true } }, /pairs/],
    ['nothing to tune', { tuning: { dimensions: [], fixed: {} } }, /at least one/],
    ['a history of no rows', { history: 0 }, /history/],
  ])('%s is refused at construction', (_what, change, message) => {
    expect(() => bierlPm({ ...code, ...change }, reference)).toThrow(message)
    expect(() => bierlPm({ ...code, ...change }, reference)).toThrow(RangeError)
  })
})

describe('the presets', () => {
  const textOf = (settings: BierlPmSettings, name: string): string => JSON.stringify(Reflect.get(settings, name))
  it('differ in the options that the header lists, and in no other', () => {
    const differing = Object.keys(bierlPmPaper).filter((name) => textOf(bierlPmPaper, name) !== textOf(bierlPmCode, name))
    const listed = ['between', 'divisor', 'hidden', 'lookAhead', 'metaFirst', 'passes', 'rowOrder', 'rowScale', 'sampler', 'shaping']
    expect(differing.sort()).toEqual(listed)
  })
})
