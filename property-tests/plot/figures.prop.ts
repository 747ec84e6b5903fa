import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { learningCurves } from '../../src/plot/learning-curves.ts'
import { scheduleCurves } from '../../src/plot/schedules.ts'
import type { SeedGroup } from '../../src/plot/series.ts'
import { openRasteriser, type Rasteriser } from '../../src/shell/rasteriser.ts'
import { figureComplaints } from '../laws/figure.ts'

let rasterise: Rasteriser
beforeAll(async () => {
  rasterise = await openRasteriser()
})

const fast = { points: 21, bootstrap: { level: 0.95, resamples: 50 } }

const value = fc.oneof(
  { weight: 8, arbitrary: fc.double({ min: -1e5, max: 1e5, noNaN: true }) },
  { weight: 1, arbitrary: fc.constantFrom(Number.NaN, Infinity, -Infinity, 1e308, -1e308, 5e-324) },
)

const nasty = fc.oneof(
  fc.constantFrom('<script>alert(1)</script>', '"&\'', ']]>', '&lt;', '\u0000\u0007', 'ünïcödé 🚀', '<!--', 'a'.repeat(300), '', '\uD800'),
  fc.string({ unit: 'binary', maxLength: 30 }),
)

const groups: fc.Arbitrary<readonly SeedGroup[]> = fc.array(
  fc.record({
    label: nasty,
    runs: fc.array(
      fc.record({
        seed: fc.oneof(fc.integer(), nasty),
        points: fc.array(value, { maxLength: 40 }).map((values) => values.map((v, i) => ({ envSteps: (i + 1) * 1000, value: v }))),
      }),
      { maxLength: 4 },
    ),
  }),
  { maxLength: 6 },
)

const line = (label: string, seeds: number, points: number, at: (t: number) => number): SeedGroup => ({
  label,
  runs: Array.from({ length: seeds }, (_, seed) => ({
    seed,
    points: Array.from({ length: points }, (_p, t) => ({ envSteps: (t + 1) * 1000, value: at(t) + seed })),
  })),
})

const labelsOf = (svg: string): readonly string[] => [...svg.matchAll(/<path [^>]*aria-label="([^"]*)"/g)].map(([, label]) => label)
const textsOf = (svg: string): string => [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text).join('\n')

describe('learning curves', () => {
  it('obey the laws of figures, whatever is drawn and whatever it is called', () => {
    fc.assert(
      fc.property(groups, (drawn) => {
        expect(figureComplaints(learningCurves(drawn, fast))).toEqual([])
      }),
      { seed: 42, numRuns: 60 },
    )
  })

  it('show every seed, every mean, every interval and every name', () => {
    const svg = learningCurves([line('first', 5, 30, (t) => t), line('second', 1, 30, (t) => -t)], fast)
    expect(labelsOf(svg)).toEqual(
      expect.arrayContaining([
        ...[0, 1, 2, 3, 4].map((seed) => `first, seed ${seed}`),
        'interquartile mean of first',
        'interval of first',
        'second, seed 0',
      ]),
    )
    expect(textsOf(svg)).toContain('first (5 seeds)')
    expect(textsOf(svg)).toContain('second (1 seed)')
    expect(textsOf(svg)).not.toContain('not to be relied on')
    expect(labelsOf(svg)).not.toContain('interquartile mean of second')
  })

  it('warn of fewer than five seeds', () =>
    expect(textsOf(learningCurves([line('a', 3, 9, (t) => t)], fast))).toContain('fewer than 5: not to be relied on'))

  it('are the same bytes twice', () => {
    const drawn = [line('a', 3, 50, (t) => t % 7), line('b', 2, 50, (t) => t % 5)]
    const first = learningCurves(drawn, fast)
    learningCurves([line('something between', 1, 3, () => 0)], fast)
    expect(learningCurves(drawn, fast)).toBe(first)
  })

  it('leave a gap where a value is no number', () => {
    const svg = learningCurves([line('a', 1, 30, (t) => (t > 9 && t < 20 ? Number.NaN : t))])
    const [, path] = /<path d="([^"]*)" aria-label="a, seed 0"/.exec(svg) ?? []
    expect(path.match(/M/g)).toHaveLength(2)
  })

  it('stay small with 50 runs of 1000 points', () => {
    const svg = learningCurves([line('many', 50, 1000, (t) => (t * 7919) % 101)], { points: 21, bootstrap: { level: 0.95, resamples: 20 } })
    expect(svg.length).toBeLessThan(400_000) // about 15 000 points of 12 characters, twice that for the rest
    expect(labelsOf(svg).filter((label) => label.startsWith('many, seed'))).toHaveLength(50)
  })

  it('keep the names of 50 things apart', () => {
    const svg = learningCurves(Array.from({ length: 50 }, (_, i) => line(`thing ${i}`, 1, 3, () => 1)))
    const heights = [...svg.matchAll(/<text x="[\d.]+" y="([\d.]+)" fill="#[\da-f]+">thing/g)].map(([, y]) => Number(y)).sort((a, b) => a - b)
    expect(heights).toHaveLength(50)
    heights.slice(1).forEach((y, i) => expect(y - heights[i]).toBeGreaterThanOrEqual(13.8)) // 14 pixels, each height rounded to a tenth
  })

  it('are drawn as a PNG of twice their size', () => {
    const svg = learningCurves([line('a', 1, 5, (t) => t)])
    const [, width, height] = (/width="(\d+)" height="(\d+)"/.exec(svg) ?? []).map(Number)
    const png = rasterise(svg)
    const view = new DataView(png.buffer, png.byteOffset)
    expect([...png.subarray(0, 8)]).toEqual([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
    expect([view.getUint32(16), view.getUint32(20)]).toEqual([2 * width, 2 * height])
    expect(rasterise(svg)).toEqual(png)
  })
})

describe('schedules', () => {
  const range = { low: 0.01, high: 0.1, scale: 'log' as const }

  it('obey the laws of figures', () => {
    fc.assert(
      fc.property(groups, fc.boolean(), (drawn, ranged) => {
        const svg = scheduleCurves([
          { name: 'sigma', range: ranged ? range : null, groups: drawn, tried: [] },
          { name: '<&>', range: null, groups: drawn, tried: drawn.map(() => [{ envSteps: 1, value: Number.NaN }]) },
        ])
        expect(figureComplaints(svg)).toEqual([])
      }),
      { seed: 42, numRuns: 40 },
    )
  })

  it('draw each hyperparameter in a panel of its own, with its range, as values that hold', () => {
    const svg = scheduleCurves([
      { name: 'sigma', range, groups: [line('a', 1, 4, (t) => 0.02 + 0.01 * t)], tried: [[{ envSteps: 1000, value: 0.05 }]] },
      { name: 'learningRate', range: null, groups: [line('a', 1, 4, (t) => t)], tried: [] },
    ])
    expect(textsOf(svg)).toContain('sigma')
    expect(textsOf(svg)).toContain('learningRate')
    expect(textsOf(svg)).toContain('declared range')
    expect(svg.match(/aria-label="declared range"/g)).toHaveLength(1)
    expect(svg.match(/aria-label="tried"/g)).toHaveLength(1)
    const [, path] = /<path d="([^"]*)" aria-label="a, seed 0"/.exec(svg) ?? []
    const places = path
      .slice(1)
      .split('L')
      .map((place) => place.split(',').map(Number))
    places.slice(1).forEach(([x, y], i) => expect(x === places[i][0] || y === places[i][1]).toBe(true)) // only level and upright strokes
  })

  it('keep trials after the last step on the axis', () => {
    const svg = scheduleCurves([
      { name: 'sigma', range, groups: [line('a', 1, 4, () => 0.05)], tried: [[{ envSteps: 1000, value: 0.05 }, { envSteps: 5000, value: 0.06 }]] },
    ])
    // the declared range is as wide as the panel
    const [, width, left] = /<rect aria-label="declared range"[^>]* width="([\d.]+)"[^>]* x="([\d.]+)"/.exec(svg) ?? []
    const dots = [...svg.matchAll(/<circle aria-label="tried"[^>]* cx="([\d.]+)"/g)].map(([, x]) => Number(x))
    expect(dots).toEqual([Number(left) + Number(width) / 5, Number(left) + Number(width)])
  })

  it('give many moving groups a panel each, and name those that are not drawn', () => {
    const svg = scheduleCurves([
      {
        name: 'sigma',
        range,
        groups: [line('one', 3, 9, (t) => 0.02 + 0.001 * t), line('two', 3, 9, (t) => 0.03 + 0.001 * t), line('still', 1, 9, () => 0.05)],
        tried: [],
      },
    ])
    expect(textsOf(svg)).toContain('not drawn: still')
    expect(labelsOf(svg)).toEqual(expect.arrayContaining(['median of one', 'median of two']))
    expect(labelsOf(svg)).not.toContain('still, seed 0')
  })
})
