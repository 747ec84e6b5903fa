/** Pictures as SVG: sound figures whatever is drawn, cut at the window, the same bytes twice. */
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Film } from '../../src/core/film.ts'
import { extentOf, isWithin, windowAround } from '../../src/core/picture-frame.ts'
import type { Bounds, Picture, Point, Shape, Tone } from '../../src/core/picture.ts'
import { clipped } from '../../src/plot/clip.ts'
import { filmStrip } from '../../src/plot/film-strip.ts'
import { pictureSheet, pictureSvg } from '../../src/plot/picture-svg.ts'
import { coordinate } from '../../src/plot/xml-text.ts'
import { openRasteriser } from '../../src/shell/rasteriser.ts'
import { figureComplaints } from '../laws/figure.ts'

beforeAll(async () => {
  await openRasteriser()
})

const tones: readonly Tone[] = ['ground', 'structure', 'body', 'limb', 'farLimb', 'joint', 'goal', 'object', 'thrust', 'sense']
const tone = fc.constantFrom(...tones)
/** Hundredths, so that what fails can be read. */
const hundredths = (low: number, high: number): fc.Arbitrary<number> => fc.integer({ min: 100 * low, max: 100 * high }).map((n) => n / 100)
const place = hundredths(-20, 20)
const point: fc.Arbitrary<Point> = fc.tuple(place, place)
const radius = hundredths(0, 5)
const shape: fc.Arbitrary<Shape> = fc.oneof(
  fc.record({ kind: fc.constant('polygon' as const), points: fc.array(point, { minLength: 1, maxLength: 9 }), tone }),
  fc.record({ kind: fc.constant('circle' as const), centre: point, radius, tone }),
  fc.record({ kind: fc.constant('capsule' as const), from: point, to: point, radius, tone }),
  fc.record({ kind: fc.constant('line' as const), points: fc.array(point, { minLength: 1, maxLength: 9 }), tone }),
)
const bounds: fc.Arbitrary<Bounds> = fc
  .tuple(place, place, hundredths(0.1, 30), hundredths(0.1, 30))
  .map(([left, bottom, width, height]) => ({ left, right: left + width, bottom, top: bottom + height }))

const nasty = fc.oneof(fc.constantFrom('<script>alert(1)</script>', '"&\'', ']]>', '\u0000', 'a'.repeat(300), ''), fc.string({ unit: 'binary', maxLength: 20 }))
const nowhere: fc.Arbitrary<Shape> = fc.constantFrom<Shape>(
  { kind: 'circle', centre: [NaN, 0], radius: 1, tone: 'body' },
  { kind: 'line', points: [[0, 0], [Infinity, 1]], tone: 'goal' },
  { kind: 'capsule', from: [0, 0], to: [0, 1], radius: NaN, tone: 'limb' },
  { kind: 'polygon', points: [], tone: 'ground' },
)
const every = hundredths(0.01, 5)
const ruler = fc.option(
  fc.oneof(
    fc.record({ kind: fc.constant('ground' as const), height: place, every, unit: nasty }),
    fc.record({ kind: fc.constant('floor' as const), every, unit: nasty }),
  ),
)
const shapes = fc.array(fc.oneof({ weight: 9, arbitrary: shape }, { weight: 1, arbitrary: nowhere }), { maxLength: 8 })
const shut: Bounds = { left: 1, right: 1, bottom: 0, top: NaN }
const window = fc.oneof({ weight: 9, arbitrary: bounds }, { weight: 1, arbitrary: fc.constant(shut) })
const view = fc.record({ title: nasty, bounds: window, ruler, scenery: shapes, shapes })
const picture: fc.Arbitrary<Picture> = fc.record({ views: fc.array(view, { minLength: 1, maxLength: 3 }) })

/** Rounding of a cut: some ulps of coordinates below 100. */
const slack = 1e-12

const widened = ({ left, right, bottom, top }: Bounds, by: number): Bounds => ({ left: left - by, right: right + by, bottom: bottom - by, top: top + by })

const areaOf = (points: readonly Point[]): number =>
  Math.abs(points.reduce((sum, [x, y], i) => sum + x * points[(i + 1) % points.length][1] - points[(i + 1) % points.length][0] * y, 0)) / 2

/** Whether a point lies in a convex polygon; null where it lies on an edge, or too near to tell. */
const holds = (points: readonly Point[], [px, py]: Point): boolean | null => {
  const sides = points.map(([x, y], i) => {
    const [nx, ny] = points[(i + 1) % points.length]
    return (nx - x) * (py - y) - (ny - y) * (px - x)
  })
  if (sides.some((side) => Math.abs(side) < 1e-6)) return null
  return sides.every((side) => side > 0) || sides.every((side) => side < 0)
}

const cornersOf = ({ left, right, bottom, top }: Bounds): readonly Point[] => [[left, bottom], [right, bottom], [right, top], [left, top]]

describe('cutting at a window', () => {
  test('nothing that is left lies outside', () => {
    fc.assert(
      fc.property(shape, bounds, (drawn, window) => {
        for (const part of clipped(drawn, window)) expect(isWithin(extentOf(part), widened(window, slack))).toBe(true)
      }),
      { seed: 42, numRuns: 500 },
    )
  })

  test('a shape inside stays what it is', () => {
    fc.assert(
      fc.property(shape, (drawn) => {
        expect(clipped(drawn, { left: -100, right: 100, bottom: -100, top: 100 })).toEqual([drawn])
      }),
      { seed: 42, numRuns: 100 },
    )
  })

  test('of a triangle exactly the points inside both are left', () => {
    const triangle = fc.tuple(point, point, point).filter((corners) => areaOf(corners) > 1)
    fc.assert(
      fc.property(triangle, bounds, fc.array(point, { minLength: 20, maxLength: 20 }), (corners, window, places) => {
        const parts = clipped({ kind: 'polygon', points: corners, tone: 'body' }, window)
        for (const at of places) {
          const both = [holds(corners, at), holds(cornersOf(window), at)]
          const left = parts.map((part) => part.kind === 'polygon' && holds(part.points, at))
          if (![...both, ...left].includes(null)) expect(left.includes(true)).toBe(both.every((each) => each === true))
        }
      }),
      { seed: 42, numRuns: 300 },
    )
  })

  test('half of a circle over the edge is half of its area', () => {
    const [half] = clipped({ kind: 'circle', centre: [0, 0], radius: 2, tone: 'body' }, { left: -9, right: 9, bottom: 0, top: 9 })
    // a polygon of 32 sides has 0.64 % less area than its circle
    expect(half.kind === 'polygon' ? areaOf(half.points) : 0).toBeCloseTo(2 * Math.PI * 0.9936, 2)
  })

  test('a line is parted where it leaves and comes back', () => {
    const zigzag: Shape = { kind: 'line', points: [[0, 0], [1, 4], [2, 0], [3, 4], [4, 0]], tone: 'goal' }
    const parts = clipped(zigzag, { left: -1, right: 5, bottom: -1, top: 2 })
    expect(parts).toEqual([
      { kind: 'line', points: [[0, 0], [0.5, 2]], tone: 'goal' },
      { kind: 'line', points: [[1.5, 2], [2, 0], [2.5, 2]], tone: 'goal' },
      { kind: 'line', points: [[3.5, 2], [4, 0]], tone: 'goal' },
    ])
  })
})

describe('windows', () => {
  test('hold what they are asked to, keep their form, and move no more than they must', () => {
    fc.assert(
      fc.property(bounds, fc.array(shape, { maxLength: 5 }), (window, drawn) => {
        const around = windowAround(window, drawn)
        for (const each of drawn) expect(isWithin(extentOf(each), around)).toBe(true)
        expect(isWithin(window, widened(around, slack * 100))).toBe(true)
        const form = ({ left, right, bottom, top }: Bounds): number => (right - left) / (top - bottom)
        expect(form(around) / form(window)).toBeCloseTo(1, 9)
        if (drawn.every((each) => isWithin(extentOf(each), window))) expect(around).toBe(window)
      }),
      { seed: 42, numRuns: 500 },
    )
  })
})

describe('pictures as SVG', () => {
  test('obey the laws of figures, whatever is drawn and whatever it is called', () => {
    fc.assert(
      fc.property(picture, nasty, (drawn, title) => {
        const svg = pictureSvg(drawn, { title })
        expect(figureComplaints(svg)).toEqual([])
        expect(pictureSvg(drawn, { title })).toBe(svg)
        expect(svg).not.toMatch(/[ ",MLHV]-0[ ",MLHVZ]/)
      }),
      { seed: 42, numRuns: 150 },
    )
  })

  test('on a sheet, too', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ picture, lines: fc.array(nasty, { maxLength: 3 }) }), { minLength: 1, maxLength: 5 }), nasty, (cells, title) => {
        expect(figureComplaints(pictureSheet({ cells, columns: 3, cellWidth: 120, gap: 8 }, title))).toEqual([])
      }),
      { seed: 42, numRuns: 50 },
    )
  })

  test('put a place where it belongs: the window fills the width, and up is up', () => {
    const dot = (x: number, y: number): Shape => ({ kind: 'circle', centre: [x, y], radius: 1, tone: 'body' })
    const drawn: Picture = {
      views: [{ title: '', bounds: { left: -2, right: 6, bottom: 0, top: 4 }, ruler: null, scenery: [], shapes: [dot(0, 1), dot(4, 3)] }],
    }
    // 400 pixels for 8 units
    const circles = [...pictureSvg(drawn, { width: 400 }).matchAll(/<circle cx="([\d.]+)" cy="([\d.]+)" r="([\d.]+)"/g)].map((found) => found.slice(1).map(Number))
    expect(circles).toEqual([[100, 150, 50], [300, 50, 50]])
  })

  test('number the ground at multiples of the ruler, wherever the window is', () => {
    const at = (left: number): string =>
      pictureSvg({
        views: [
          {
            title: '',
            bounds: { left, right: left + 4, bottom: -1, top: 1 },
            ruler: { kind: 'ground', height: 0, every: 1, unit: 'm' },
            scenery: [],
            shapes: [],
          },
        ],
      })
    const numbers = (svg: string): readonly string[] => [...svg.matchAll(/>([^<]* m)<\/text>/g)].map(([, text]) => text)
    expect(numbers(at(-1.5))).toEqual(['−1 m', '0 m', '1 m', '2 m'])
    expect(numbers(at(99.5))).toEqual(['100 m', '101 m', '102 m', '103 m'])
  })

  test('write a coordinate to a hundredth, without a negative zero', () => {
    expect([0, -0, -0.001, 1.005, 2.5, -3.14159, 1e6].map(coordinate)).toEqual(['0', '0', '0', '1', '2.5', '-3.14', '1000000'])
  })
})

describe('film strips', () => {
  const number = fc.oneof(fc.double(), fc.integer())
  const film: fc.Arbitrary<Film> = fc.record({
    frames: fc.array(fc.record({ step: fc.nat(1e6), returnSoFar: number, picture }), { minLength: 1, maxLength: 9 }),
    envSteps: fc.nat(1e6),
    episodeReturn: number,
    terminated: fc.boolean(),
    truncated: fc.boolean(),
    unstable: fc.boolean(),
  })

  test('obey the laws of figures, whatever is drawn and whatever it is called', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ label: nasty, film }), { minLength: 1, maxLength: 4 }), nasty, (runs, title) => {
        expect(figureComplaints(filmStrip(runs, { title }))).toEqual([])
      }),
      { seed: 42, numRuns: 40 },
    )
  })

  const stillLife: Picture = { views: [{ title: '', bounds: { left: 0, right: 2, bottom: 0, top: 1 }, ruler: null, scenery: [], shapes: [] }] }
  const made = (frames: number): Film => ({
    frames: Array.from({ length: frames }, (_, i) => ({ step: 10 * i, returnSoFar: -0.5 * i, picture: stillLife })),
    envSteps: 10 * (frames - 1),
    episodeReturn: -0.5 * (frames - 1),
    terminated: true,
    truncated: false,
    unstable: false,
  })
  const textsOf = (svg: string): readonly string[] => [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text)

  test('say step and return under each frame, and how the episode went over them', () => {
    expect(textsOf(filmStrip([{ label: 'alone', film: made(3) }], { title: 'One' }))).toEqual([
      'One',
      'return −1 in 20 env steps, terminated by the environment',
      'step 0',
      'return 0',
      'step 10',
      'return −0.5',
      'step 20',
      'return −1',
    ])
  })

  test('name several runs, and show a row of each where they are many', () => {
    const texts = textsOf(filmStrip(['a', 'b', 'c'].map((label) => ({ label, film: made(8) })), { title: 'Three' }))
    expect(texts.filter((text) => /^[abc]$/.test(text))).toEqual(['a', 'b', 'c'])
    expect(texts.filter((text) => text.startsWith('step'))).toEqual(['a', 'b', 'c'].flatMap(() => ['step 0', 'step 20', 'step 50', 'step 70']))
  })
})
