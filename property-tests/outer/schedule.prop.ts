import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { HyperRecord } from '../../src/core/hyper.ts'
import { foldIn, rootKey } from '../../src/core/rng.ts'
import { fixed } from '../../src/outer/fixed.ts'
import { random } from '../../src/outer/random.ts'
import type { ScheduleOptions } from '../../src/outer/schedule.ts'
import { schedule } from '../../src/outer/schedule.ts'
import type { Scheduler } from '../../src/outer/scheduler.ts'
import { tuningOf } from './tunings.ts'

const key = rootKey('schedule')

const play = <S>(scheduler: Scheduler<S, unknown, HyperRecord>, steps: number): readonly HyperRecord[] => {
  let state = scheduler.init(key)
  return Array.from({ length: steps }, (_, step) => {
    const [proposal, next] = scheduler.propose(foldIn(key, step), state, step, [null])
    state = next
    if (proposal.kind !== 'use') throw new Error('asked for trials')
    return proposal.hyper
  })
}

const sigmas = (options: ScheduleOptions, steps: number): readonly number[] => play(schedule(options), steps).map(({ sigma }) => sigma)

describe('fixed', () => {
  it('never changes its values', () => {
    const hyper = { sigma: 0.05, learningRate: 0.02 }
    expect(play(fixed({ hyper }), 5)).toEqual(new Array(5).fill(hyper))
  })
})

describe('schedule', () => {
  const rows = [
    { step: 1, hyper: { sigma: 0.1, levels: 1 } },
    { step: 3, hyper: { sigma: 0.3, levels: 4 } },
    { step: 7, hyper: { sigma: 0.2, levels: 2 } },
  ]

  it('holds a row until the next, the first one before its step and the last one for ever', () => {
    expect(sigmas({ rows }, 10)).toEqual([0.1, 0.1, 0.1, 0.3, 0.3, 0.3, 0.3, 0.2, 0.2, 0.2])
  })

  it('moves linearly between rows where asked, and meets every row exactly', () => {
    const moved = sigmas({ rows, interpolation: 'linear' }, 9)
    // absolute 1e-15: two roundings of values below 1
    ;[0.1, 0.1, 0.2, 0.3, 0.275, 0.25, 0.225, 0.2, 0.2].forEach((value, i) => expect(Math.abs(moved[i] - value)).toBeLessThan(1e-15))
    expect([moved[1], moved[3], moved[7]]).toEqual([0.1, 0.3, 0.2])
  })

  it('rounds integers that it interpolates', () => {
    const space = {
      sigma: { kind: 'continuous', low: 0, high: 1, scale: 'linear', takesEffect: 'step' },
      levels: { kind: 'integer', low: 1, high: 5, scale: 'linear', takesEffect: 'step' },
    } as const
    expect(play(schedule({ rows, interpolation: 'linear', space }), 8).map(({ levels }) => levels)).toEqual([1, 1, 3, 4, 4, 3, 3, 2])
  })

  it('plays back what was recorded, whatever it was', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0.02, max: 0.08, noNaN: true }), { minLength: 1, maxLength: 20 }), (recorded) => {
        const table = recorded.map((sigma, step) => ({ step, hyper: { sigma } }))
        expect(sigmas({ rows: table }, recorded.length)).toEqual(recorded)
        expect(sigmas({ rows: table, interpolation: 'linear' }, recorded.length)).toEqual(recorded)
      }),
      { seed: 42, numRuns: 50 },
    )
  })

  it.each([
    ['no rows', [], /no rows/],
    ['rows out of order', [rows[1], rows[0]], /row 1: step 1 does not come after step 3/],
    ['two rows for one step', [rows[0], rows[0]], /does not come after/],
    ['a step that is not an integer', [{ step: 0.5, hyper: { sigma: 1 } }], /not a non-negative integer/],
    ['rows that name different things', [rows[0], { step: 2, hyper: { sigma: 1 } }], /row 1 names sigma where row 0 names levels, sigma/],
    ['a value that is not finite', [{ step: 0, hyper: { sigma: Number.NaN } }], /sigma = NaN/],
  ])('refuses %s', (_what, bad, message) => {
    expect(() => schedule({ rows: bad })).toThrow(message)
    expect(() => schedule({ rows: bad })).toThrow(RangeError)
  })

  it('refuses values outside the space of the learner, all problems at once', () => {
    const { space } = tuningOf('sigma and learningRate')
    const bad = [
      { step: 0, hyper: { sigma: 1, learningRate: 0.02 } },
      { step: 1, hyper: { sigma: 0.05, learningRate: 1 } },
    ]
    expect(() => schedule({ rows: bad, space })).toThrow(/row 0: sigma = 1 .*row 1: learningRate = 1 /)
  })
})

describe('random', () => {
  const { tuning } = tuningOf('sigma and learningRate')

  it('keeps its values for the interval and then draws new ones', () => {
    const drawn = play(random({ tuning, interval: 3 }), 12)
    drawn.forEach((hyper, step) => expect(hyper).toEqual(drawn[step - (step % 3)]))
    expect(new Set(drawn.map(({ sigma }) => sigma)).size).toBe(4)
  })

  it('is uniform over the range: the mean of 4000 draws lies within 4 standard errors', () => {
    const drawn = play(random({ tuning }), 4000)
    const units = drawn.map(({ sigma }) => (sigma - 0.02) / 0.06)
    const mean = units.reduce((sum, u) => sum + u, 0) / units.length
    // standard error of a uniform mean: sqrt(1/12/4000) = 0.0046; a false alarm is decided by the seed, which is fixed
    expect(Math.abs(mean - 0.5)).toBeLessThan(4 * 0.0046)
  })

  it('refuses an interval that is not a positive integer', () => {
    expect(() => random({ tuning, interval: 0 })).toThrow(RangeError)
    expect(() => random({ tuning, interval: 1.5 })).toThrow(RangeError)
  })
})
