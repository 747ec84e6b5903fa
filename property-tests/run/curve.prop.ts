import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { rootKey } from '../../src/core/rng.ts'
import type { ExperimentEvent } from '../../src/experiment/experiment.ts'
import { aggregateCurves, finalInterval, LEAST_META_UPDATES, LEAST_SEEDS, verdictOf } from '../../src/run/aggregate.ts'
import { commonGrid, curveOf, finalReturn, resample, stepsTaken, type Curve } from '../../src/run/curve.ts'
import { stepAt } from './event-samples.ts'

const key = rootKey('curves')
const options = { level: 0.95, resamples: 400 }

/** A run of `steps` steps of 100 env steps with these returns. */
const runOf = (returnAt: (step: number) => number, steps = 20, metaUpdates: number | null = null): Curve =>
  curveOf(Array.from({ length: steps }, (_, step) => stepAt(step, { metrics: { policyReturn: returnAt(step) }, outer: metaUpdates === null ? {} : { metaUpdates } })))

describe('curves', () => {
  test('say what the events say', () => {
    const spent = { learner: 300, outer: 70, total: 370 }
    const events: ExperimentEvent[] = [
      stepAt(0, { outer: { metaUpdates: 0 } }),
      { type: 'probe', step: 1, trials: [], envSteps: spent, episodes: 7 },
      stepAt(1, { outer: { metaUpdates: 1 }, applied: { sigma: 0.08, learningRate: 0.02 }, envSteps: spent }),
      stepAt(1, { member: 1, metrics: { policyReturn: 1e9 } }),
      { type: 'done', step: 2, envSteps: spent, policyDigest: '' },
    ]
    const curve = curveOf(events)
    expect([...curve.step]).toEqual([0, 1])
    expect([...curve.envSteps]).toEqual([100, 370])
    expect([...curve.meanReturn]).toEqual([0, 10])
    expect([...curve.hyper.sigma]).toEqual([0.05, 0.08])
    expect([...curve.fitness.q75]).toEqual([0, 11])
    expect(curve).toMatchObject({ spent, metaUpdates: 1, done: true })
    expect(curveOf(events.slice(0, 3)).done).toBe(false)
  })

  test('a policy that was not evaluated is shown by the mean of its population', () => {
    expect([...curveOf([stepAt(0, { metrics: { policyReturn: NaN, fitnessMean: 4 } })]).meanReturn]).toEqual([4])
  })

  test('no events make an empty curve', () => {
    expect(curveOf([])).toMatchObject({ spent: { total: 0 }, metaUpdates: null, done: false, step: new Float64Array(0) })
    expect(finalReturn(curveOf([]))).toBeNaN()
    expect(stepsTaken(curveOf([]))).toBe(0)
  })

  test('steps that have no line are counted as taken', () => {
    expect(stepsTaken(curveOf([stepAt(0), stepAt(7), stepAt(9, { member: 1 })]))).toBe(8)
  })

  test('the final return is the mean of the last returns that are numbers', () => {
    expect(
      finalReturn(
        runOf((step) => (step === 19 ? NaN : step)),
        3,
      ),
    ).toBe((16 + 17 + 18) / 3)
  })
})

describe('resampling', () => {
  test('is exact at measurements, linear between them, and nothing outside', () => {
    const x = Float64Array.of(10, 20, 40)
    const y = Float64Array.of(1, 3, -1)
    expect([...resample(x, y, Float64Array.of(5, 10, 15, 20, 30, 40, 41))]).toEqual([NaN, 1, 2, 3, 1, -1, NaN])
  })

  test('of a straight line is the line, on the stretch that runs of unequal length share', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 2, max: 40 }), { minLength: 1, maxLength: 4 }), fc.integer({ min: 2, max: 60 }), (lengths, points) => {
        const curves = lengths.map((steps) => runOf((step) => 3 * step, steps))
        const grid = commonGrid(curves, points)
        expect(grid).toHaveLength(points)
        expect(grid[0]).toBe(100)
        expect(grid.at(-1)).toBe(100 * Math.min(...lengths))
        for (const curve of curves) {
          resample(curve.envSteps, curve.meanReturn, grid).forEach((value, i) => {
            expect(Math.abs(value - (3 * (grid[i] - 100)) / 100)).toBeLessThan(1e-9) // a few roundings at values up to 120
          })
        }
      }),
      { seed: 42, numRuns: 100 },
    )
  })

  test('curves that share nothing have no grid', () => {
    expect(commonGrid([runOf(() => 0), curveOf([])], 10)).toHaveLength(0)
  })
})

describe('several runs', () => {
  test('the aggregate is the IQM at every point, inside its interval, whatever the order of runs', () => {
    const curves = [0, 1, 2, 3, 100].map((shift) => runOf((step) => step + shift))
    const all = aggregateCurves(key, curves, 5, options)
    expect([...all.envSteps]).toEqual([100, 575, 1050, 1525, 2000])
    all.iqm.forEach((value, i) => {
      expect(Math.abs(value - ((all.envSteps[i] - 100) / 100 + 2))).toBeLessThan(1e-9) // the outlier and the lowest are trimmed; a few roundings
      expect(all.low[i]).toBeLessThanOrEqual(value)
      expect(all.high[i]).toBeGreaterThanOrEqual(value)
    })
    expect(aggregateCurves(key, curves, 5, options)).toStrictEqual(all)
  })

  test('one run has an interval without width', () => {
    const one = aggregateCurves(key, [runOf((step) => step)], 3, options)
    expect(one.low).toStrictEqual(one.iqm)
    expect(one.high).toStrictEqual(one.iqm)
    expect(finalInterval(key, [runOf(() => 7)], options)).toEqual({ estimate: 7, low: 7, high: 7 })
    expect(finalInterval(key, [], options).estimate).toBeNaN()
  })
})

describe('verdict', () => {
  const seeds = (count: number, level: number, metaUpdates: number | null = null) => Array.from({ length: count }, (_, i) => runOf(() => level + i, 20, metaUpdates))

  test('clear differences are told, in both directions', () => {
    expect(verdictOf(key, seeds(5, 100, 20), seeds(5, 0), options)).toMatchObject({ verdict: 'better', improvement: { estimate: 1, low: 1 } })
    expect(verdictOf(key, seeds(5, 0), seeds(5, 100, 20), options)).toMatchObject({ verdict: 'worse', improvement: { estimate: 0, high: 0 } })
  })

  test('no difference is undecided', () => {
    expect(verdictOf(key, seeds(8, 0), seeds(8, 0), options)).toMatchObject({ verdict: 'undecided', improvement: { estimate: 0.5 }, reason: expect.stringContaining('1/2') })
  })

  test('too few seeds or meta updates are undecided by themselves, however clear the numbers', () => {
    expect(LEAST_SEEDS).toBe(5)
    expect(LEAST_META_UPDATES).toBe(20)
    expect(verdictOf(key, seeds(4, 100), seeds(9, 0), options)).toMatchObject({ verdict: 'undecided', reason: '4 seeds, at least 5 are needed' })
    expect(verdictOf(key, seeds(5, 100, 19), seeds(5, 0), options)).toMatchObject({ verdict: 'undecided', reason: '19 meta updates in a run, at least 20 are needed' })
    expect(verdictOf(key, [], seeds(5, 0), options).verdict).toBe('undecided')
    expect(verdictOf(key, [...seeds(5, 100), curveOf([])], seeds(5, 0), options)).toMatchObject({ verdict: 'undecided', reason: 'a run without a return' })
  })
})
