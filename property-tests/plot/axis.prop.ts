import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { countAxis, extentOf, fractionOf, linearTicks, spreadApart, valueAxis } from '../../src/plot/axis.ts'
import { countText, countTick, numberText, percentText, secondsText } from '../../src/plot/number-text.ts'
import { thinned } from '../../src/plot/series.ts'
import { fitted, inkOf, textWidth } from '../../src/plot/style.ts'

const runs = { seed: 42, numRuns: 300 }
const value = fc.double({ min: -1e9, max: 1e9, noNaN: true })

describe('ticks', () => {
  it('lie inside the range, evenly, and are neither too few nor too many', () => {
    fc.assert(
      fc.property(value, fc.double({ min: 1e-6, max: 1e9, noNaN: true }), fc.integer({ min: 3, max: 8 }), (low, span, count) => {
        fc.pre(span > Math.abs(low) * 1e-6)
        const ticks = linearTicks(low, low + span, count)
        expect(ticks.length).toBeGreaterThanOrEqual(1)
        expect(ticks.length).toBeLessThanOrEqual(2 * count + 1)
        const slack = span * 1e-6 // a tick is rounded to twelve digits
        ticks.forEach((tick, i) => {
          expect(tick).toBeGreaterThanOrEqual(low - slack)
          expect(tick).toBeLessThanOrEqual(low + span + slack)
          if (i > 1) expect(Math.abs(tick - 2 * ticks[i - 1] + ticks[i - 2])).toBeLessThanOrEqual(slack)
        })
      }),
      runs,
    )
  })

  it('of a value axis show every value, and no infinite one', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(value, fc.constantFrom(Number.NaN, Infinity, -Infinity)), { maxLength: 20 }),
        fc.constantFrom('linear' as const, 'log' as const),
        (values, scale) => {
          const axis = valueAxis(values, 'v', scale)
          expect(axis.low).toBeLessThan(axis.high)
          expect(axis.ticks.every(Number.isFinite)).toBe(true)
          for (const v of values) {
            if (!Number.isFinite(v)) continue
            expect(fractionOf(axis, v)).toBeGreaterThanOrEqual(0)
            expect(fractionOf(axis, v)).toBeLessThanOrEqual(1)
          }
        },
      ),
      runs,
    )
  })

  it('are 0.001, 0.01 … over decades, and 1-2-5 inside few', () => {
    expect(valueAxis([1e-4, 1], 'v', 'log').ticks).toEqual([1e-4, 1e-3, 1e-2, 0.1, 1])
    expect(valueAxis([0.02, 0.5], 'v', 'log').ticks).toEqual([0.02, 0.05, 0.1, 0.2, 0.5])
  })

  it('of env steps share their prefix', () => {
    const axis = countAxis(1.9e6, 'env steps')
    expect(axis.ticks.map(axis.format)).toEqual(['0', '0.5\u00A0M', '1\u00A0M', '1.5\u00A0M'])
    expect(extentOf([Number.NaN])).toBeNull()
  })
})

describe('labels', () => {
  it('keep their order and a gap, move no more than needed, and stay inside while there is room', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 300, noNaN: true }), { minLength: 1, maxLength: 15 }), (wanted) => {
        const places = spreadApart(wanted, 14, 4, 296)
        const order = wanted.map((_, i) => i).sort((a, b) => wanted[a] - wanted[b] || a - b)
        for (let i = 1; i < order.length; i++) expect(places[order[i]] - places[order[i - 1]]).toBeGreaterThanOrEqual(14 - 1e-9) // sums of tenths round
        for (const place of places) {
          expect(place).toBeGreaterThanOrEqual(4 - 1e-9)
          expect(place).toBeLessThanOrEqual(296 + 1e-9)
        }
        const apart = order.every((index, i) => wanted[index] >= 4 && wanted[index] <= 296 && (i === 0 || wanted[index] - wanted[order[i - 1]] >= 14))
        if (apart) expect(places).toEqual(wanted)
      }),
      runs,
    )
  })

  it('are cut to their width', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 80 }), (text) => {
        const short = fitted(text, 120)
        if (textWidth(text) <= 120) expect(short).toBe(text)
        else expect(textWidth(short)).toBeLessThanOrEqual(120)
      }),
      runs,
    )
  })

  it('have colours that differ for at least 32 series', () => {
    expect(new Set(Array.from({ length: 32 }, (_, i) => `${inkOf(i).line} ${inkOf(i).dash}`)).size).toBe(32)
  })

  it('can be read: the colour of text has a contrast of at least 4.5 on white', () => {
    const channel = (c: number): number => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
    for (let i = 0; i < 8; i++) {
      const [r, g, b] = [1, 3, 5].map((at) => channel(Number.parseInt(inkOf(i).text.slice(at, at + 2), 16) / 255))
      expect(1.05 / (0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05)).toBeGreaterThanOrEqual(4.5) // WCAG 2.1, relative luminance
    }
  })
})

describe('thinning', () => {
  const points = fc.array(
    fc.oneof({ weight: 5, arbitrary: fc.double({ min: -9, max: 9, noNaN: true }) }, { weight: 1, arbitrary: fc.constant(Number.NaN) }),
    { minLength: 1, maxLength: 400 },
  )

  it('keeps the ends, the least and the greatest, the order, and no more than allowed', () => {
    fc.assert(
      fc.property(points, fc.integer({ min: 6, max: 100 }), (values, most) => {
        const series = values.map((v, i) => ({ envSteps: i, value: v }))
        const kept = thinned(series, most)
        expect(kept.length).toBeLessThanOrEqual(Math.max(most, series.length <= most ? series.length : 0))
        expect(kept[0]).toEqual(series[0])
        expect(kept.at(-1)).toEqual(series.at(-1))
        expect(kept.every(({ envSteps }, i) => i === 0 || envSteps > kept[i - 1].envSteps)).toBe(true)
        expect(extentOf(kept.map((point) => point.value))).toEqual(extentOf(values))
      }),
      runs,
    )
  })

  it('keeps a gap that is wider than a stretch', () => {
    const series = Array.from({ length: 1000 }, (_, i) => ({ envSteps: i, value: i >= 400 && i < 600 ? Number.NaN : i }))
    expect(thinned(series, 100).some(({ value: v }) => Number.isNaN(v))).toBe(true)
  })
})

describe('numbers in words', () => {
  it.each([
    [numberText(39.984), '39.98'],
    [numberText(-0.5), '\u22120.5'],
    [numberText(Number.NaN), '\u2013'],
    [numberText(-Infinity), '\u2212∞'],
    [numberText(1234567), '1.235e+6'],
    [countText(303_000), '303\u00A0k'],
    [countText(1_234_567), '1.23\u00A0M'],
    [countText(950), '950'],
    [countTick(2e5)(50_000), '50\u00A0k'],
    [secondsText(0.4), '0.4\u00A0s'],
    [secondsText(725), '12\u00A0min 5\u00A0s'],
    [secondsText(3723), '1\u00A0h 2\u00A0min'],
    [percentText(0.9891), '98.9\u00A0%'],
    [percentText(0.000379), '0.038\u00A0%'],
  ])('%s', (text, expected) => expect(text).toBe(expected))
})
