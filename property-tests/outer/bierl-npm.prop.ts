import { describe, expect, it } from 'vitest'
import { reference } from '../../backends/reference/index.ts'
import type { HyperRecord } from '../../src/core/hyper.ts'
import { foldIn, rootKey } from '../../src/core/rng.ts'
import type { BierlNpmOptions } from '../../src/outer/bierl-npm.ts'
import { bierlNpm, bierlNpmCode, bierlNpmDefaults, bierlNpmPaper } from '../../src/outer/bierl-npm.ts'
import type { Trial } from '../../src/outer/scheduler.ts'
import { tuningOf } from './tunings.ts'

const { tuning } = tuningOf('sigma')
const paper: BierlNpmOptions = { ...bierlNpmPaper, tuning }
const code: BierlNpmOptions = { ...bierlNpmCode, tuning }
const defaults: BierlNpmOptions = { ...bierlNpmDefaults, tuning }

type Round = Readonly<{ step: number; trials: readonly Trial<HyperRecord>[] }>

const play = (options: BierlNpmOptions, steps: number, score: (trial: Trial<HyperRecord>) => number, seed = 'bierl-npm') => {
  const root = rootKey(seed)
  const scheduler = bierlNpm(options, reference)
  const rounds: Round[] = []
  const used: HyperRecord[] = []
  let state = scheduler.init(foldIn(root, 0))
  let calls = 1
  for (let step = 0; step < steps; ) {
    const [proposal, next] = scheduler.propose(foldIn(root, calls++), state, step, [null])
    if (proposal.kind === 'probe') {
      rounds.push({ step, trials: proposal.trials })
      const scores = proposal.trials.map((trial) => ({ repeats: [score(trial)], mean: score(trial), envSteps: 2 }))
      state = scheduler.observe(foldIn(root, calls++), next, { kind: 'probe', scores })
    } else if (proposal.kind === 'use') {
      used.push(proposal.hyper)
      state = next
      step++
    }
  }
  return { rounds, used, metrics: scheduler.describe(state) }
}

const parabola = (target: number) => ({ hyper }: Trial<HyperRecord>): number => -(hyper.sigma - target) * (hyper.sigma - target)
/** Searches of a fast kind, where only the calendar matters. */
const quick = (options: BierlNpmOptions): BierlNpmOptions => ({
  ...options,
  guidedPoints: 1,
  search: {
    ...options.search,
    fit: { ...options.search.fit, starts: 1, maxIterations: 5 },
    search: { candidates: 10, refinements: 1, maxIterations: 5 },
  },
})

describe('the calendar', () => {
  it('searches at t = 0, k, 2k … as Algorithm 2 does, and holds what it found', () => {
    const { rounds, used } = play(quick(paper), 21, parabola(0.04))
    expect([...new Set(rounds.map(({ step }) => step))]).toEqual([0, 10, 20])
    expect(new Set(used.slice(0, 10).map(({ sigma }) => sigma)).size).toBe(1)
    expect(used[10].sigma).not.toBe(used[9].sigma)
  })
  it("searches after generations 10, 20, … as the authors' program does, from sigma 0.05", () => {
    const { rounds, used } = play(quick(code), 21, parabola(0.04))
    expect([...new Set(rounds.map(({ step }) => step))]).toEqual([10, 20])
    // absolute 1e-17: the middle of [0.02, 0.08] is 0.05 up to one rounding
    used.slice(0, 10).forEach(({ sigma }) => expect(Math.abs(sigma - 0.05)).toBeLessThan(1e-16))
  })
})

describe('a search', () => {
  it('asks for its design in one round and then for one point at a time', () => {
    const { rounds } = play(code, 11, parabola(0.04))
    expect(rounds.map(({ trials }) => trials.length)).toEqual([10, ...new Array<number>(20).fill(1)])
  })

  it('scores by one mirrored pair (code), or by one full step l times (paper)', () => {
    const trialOf = (options: BierlNpmOptions, steps: number) => play(quick(options), steps, parabola(0.04)).rounds[0].trials[0]
    expect(trialOf(code, 11)).toMatchObject({ innerSteps: 0, repeats: 1, probe: { kind: 'population', episodes: 2, mirrored: true } })
    expect(trialOf(paper, 1)).toMatchObject({ innerSteps: 1, repeats: 10, probe: { kind: 'policy', episodes: 1 } })
  })

  const designs = (options: BierlNpmOptions) =>
    play(quick(options), 31, parabola(0.04))
      .rounds.filter(({ trials }) => trials.length > 1)
      .map(({ trials }) => trials.map(({ hyper }) => hyper.sigma))
  it('starts from the same points every time (code)', () => {
    const [first, ...others] = designs(code)
    expect(others.length).toBe(2)
    others.forEach((design) => expect(design).toEqual(first))
  })
  it('starts from new points every time (paper)', () => {
    const [first, ...others] = designs(paper)
    expect(others.length).toBeGreaterThan(1)
    others.forEach((design) => expect(design).not.toEqual(first))
  })

  it.each([
    ['paper', paper],
    ['code', code],
    ['defaults', defaults],
  ])('finds the best sigma of a score without noise to a twentieth of the range (%s)', (_name, options) => {
    for (const target of [0.027, 0.071]) {
      const { used } = play({ ...options, interval: 1, metaFirst: true }, 1, parabola(target))
      expect(Math.abs(used[0].sigma - target)).toBeLessThan(0.003)
    }
  })

  it('moves both hyperparameters where two are tuned', () => {
    const both = tuningOf('sigma and learningRate').tuning
    const score = ({ hyper }: Trial<HyperRecord>): number => -Math.abs(hyper.sigma - 0.03) / 0.06 - Math.abs(hyper.learningRate - 0.022) / 0.008
    const { used } = play({ ...paper, tuning: both }, 1, score)
    // a tenth of each range after 30 points
    expect(Math.abs(used[0].sigma - 0.03)).toBeLessThan(0.006)
    expect(Math.abs(used[0].learningRate - 0.022)).toBeLessThan(0.0008)
  })

  it('ends at the luckiest observation (code), or where the scores around it agree (paper)', () => {
    const withLuck = (options: BierlNpmOptions) => {
      let lucky = Number.NaN
      const { used } = play({ ...options, metaFirst: true }, 1, (trial) => {
        // the first trial up there; its score is a whole range too high
        if (Number.isNaN(lucky) && trial.hyper.sigma > 0.055) lucky = trial.hyper.sigma
        return (trial.hyper.sigma === lucky ? 1 : 0) + parabola(0.04)(trial) / 0.04 / 0.04
      })
      return { lucky, chosen: used[0].sigma }
    }
    const authors = withLuck(code)
    expect(authors.chosen).toBe(authors.lucky)
    const sound = withLuck(paper)
    expect(Math.abs(sound.chosen - 0.04)).toBeLessThan(0.0075) // half of the least distance of the lucky point
  })

  it('survives scores that are not finite: the values stay where no score is, and all of it is counted', () => {
    const { used, metrics } = play(quick(code), 11, () => Number.NaN)
    expect(Math.abs(used[10].sigma - 0.05)).toBeLessThan(1e-16)
    expect(metrics).toMatchObject({ metaUpdates: 1, metaFailures: 1, metaNotFinite: 11 })
    const { used: cut } = play(quick(paper), 1, (trial) => (trial.hyper.sigma > 0.05 ? Number.POSITIVE_INFINITY : parabola(0.03)(trial)))
    expect(cut[0].sigma).toBeLessThan(0.055)
  })
})

describe('settings that cannot work', () => {
  it.each<readonly [string, Partial<BierlNpmOptions>, RegExp]>([
    ['an interval of 0', { interval: 0 }, /interval/],
    ['a negative number of guided points', { guidedPoints: -1 }, /guidedPoints/],
    ['an odd number of mirrored episodes', { lookAhead: { kind: 'smoothed', episodes: 1, mirrored: true } }, /pairs/],
    ['no episodes', { lookAhead: { kind: 'one-step', repeats: 1, episodes: 0 } }, /episodes/],
  ])('%s is refused at construction', (_what, change, message) => {
    expect(() => bierlNpm({ ...code, ...change }, reference)).toThrow(message)
    expect(() => bierlNpm({ ...code, ...change }, reference)).toThrow(RangeError)
  })
})
