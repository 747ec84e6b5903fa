/** Windows of values: what is cut, what stays, and when there is none. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { learningCurves } from '../../src/plot/learning-curves.ts'
import type { Point, SeedGroup } from '../../src/plot/series.ts'
import { bandWithin, linesWithin, windowOf } from '../../src/plot/value-window.ts'

const window = { low: -1, high: 2 }
const values = fc.array(fc.oneof(fc.double({ min: -5, max: 5, noNaN: true }), fc.constantFrom(-1, 2, Number.NaN, Infinity)), { maxLength: 30 })
const pointsOf = (all: readonly number[]): readonly Point[] => all.map((value, i) => ({ envSteps: i + 1, value }))
const isInside = ({ value }: Point): boolean => value >= window.low && value <= window.high

/** The value of the polyline at `envSteps`; NaN in its gaps. */
const lineAt = (points: readonly Point[], envSteps: number): number => {
  const i = points.findIndex((point) => point.envSteps >= envSteps)
  if (i < 0) return Number.NaN
  if (points[i].envSteps === envSteps) return points[i].value
  const [a, b] = [points[i - 1], points[i]]
  return a.value + ((envSteps - a.envSteps) / (b.envSteps - a.envSteps)) * (b.value - a.value)
}

describe('a cut line', () => {
  it('keeps every point inside, adds only points of the line on the edges, and is never outside', () => {
    fc.assert(
      fc.property(values, (all) => {
        const points = pointsOf(all)
        const cut = linesWithin(points, window)
        expect(points.filter(isInside).every((point) => cut.includes(point))).toBe(true)
        cut.filter(({ value }) => !Number.isNaN(value)).forEach((point) => {
          expect(isInside(point)).toBe(true)
          if (!points.includes(point)) expect([window.low, window.high]).toContain(point.value)
          expect(lineAt(points, point.envSteps)).toBeCloseTo(point.value, 8)
        })
      }),
      { seed: 7, numRuns: 300 },
    )
  })

  it('ends at the edge, and begins there again', () => {
    const cut = linesWithin(pointsOf([0, 4, 4, 0]), window)
    expect(cut.map(({ envSteps, value }) => [envSteps, value])).toEqual([[1, 0], [1.5, 2], [2, Number.NaN], [3, Number.NaN], [3.5, 2], [4, 0]])
  })

  it('crosses the whole window between two points outside', () => {
    const cut = linesWithin(pointsOf([-4, 5]), window)
    expect(cut.map(({ value }) => value)).toEqual([Number.NaN, -1, 2, Number.NaN])
  })
})

it('a band is cut at the edges, and gone where all of it is outside', () => {
  const cut = bandWithin([{ envSteps: 1, low: -3, high: 1 }, { envSteps: 2, low: 3, high: 4 }], window)
  expect(cut).toEqual([{ envSteps: 1, low: -1, high: 1 }, { envSteps: 2, low: Number.NaN, high: Number.NaN }])
})

describe('a window', () => {
  it('reaches from the ordinary groups, with room below, to the greatest value', () =>
    expect(windowOf([[1, 2], [2, 3], [3, 11], [-1000, -900]], [-1000, 12])).toEqual({ low: -2, high: 12 }))

  it('is none for few groups, for groups that are close, for one far above, and where it gains little', () => {
    expect(windowOf([[1, 2], [2, 3], [-1000, -900]], [-1000, 3])).toBeNull()
    expect(windowOf([[1, 2], [2, 3], [3, 4], [5, 6]], [1, 6])).toBeNull()
    expect(windowOf([[1, 2], [2, 3], [3, 4], [900, 1000]], [1, 1000])).toBeNull()
    expect(windowOf([[0, 10], [1, 11], [2, 12], [14, 15]], [0, 15])).toBeNull()
  })
})

describe('a figure with one group far from the others', () => {
  const line = (label: string, level: number): SeedGroup => ({
    label,
    runs: [0, 1, 2].map((seed) => ({ seed, points: Array.from({ length: 20 }, (_, t) => ({ envSteps: 1000 * (t + 1), value: level * (t / 19) + seed })) })),
  })
  const texts = (svg: string): readonly string[] => [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text)
  const fast = { points: 11, bootstrap: { level: 0.95, resamples: 50 } }

  it('shows the others large, and says where it went', () => {
    const shown = texts(learningCurves([line('a', 10), line('b', 20), line('c', 30), line('far', -5000)], fast))
    expect(shown).toContain('far (3 seeds): −5000')
    expect(shown.join('\n')).toContain('far lines are cut')
    expect(shown).toContain('30')
    expect(shown.filter((text) => text.startsWith('−'))).toEqual([])
  })

  it('is as it was without it', () => {
    const shown = texts(learningCurves([line('a', 10), line('b', 20), line('c', 30)], fast)).join('\n')
    expect(shown).not.toContain('far lines')
    expect(shown).not.toContain('): ')
  })
})
