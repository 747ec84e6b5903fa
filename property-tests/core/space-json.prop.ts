/**
 * The JSON form of spaces: it gives every space back, infinities too, and says what is wrong with anything else.
 */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { spaceFromJson, spaceToJson } from '../../src/core/space-json.ts'
import { box, discrete } from '../../src/core/space.ts'

const bound = fc.oneof(fc.double({ noNaN: true }).map((x) => x + 0), fc.constantFrom(-Infinity, Infinity, 0))
const anyBox = fc
  .array(fc.tuple(bound, bound), { maxLength: 8 })
  .map((bounds) => box(bounds.map(([a, b]) => Math.min(a, b)), bounds.map(([a, b]) => Math.max(a, b))))
const anyDiscrete = fc.integer({ min: 1, max: 2 ** 31 - 1 }).map(discrete)

describe('the JSON form of a space', () => {
  test('gives the space back through text', () => {
    fc.assert(
      fc.property(fc.oneof(anyBox, anyDiscrete), (space) => {
        expect(spaceFromJson(JSON.parse(JSON.stringify(spaceToJson(space))))).toEqual(space)
      }),
      { seed: 42, numRuns: 500 },
    )
  })

  test('is what a reader would write', () => {
    expect(spaceToJson(box([-1, -Infinity], [1, Infinity]))).toEqual({ kind: 'box', low: [-1, '-Infinity'], high: [1, 'Infinity'] })
    expect(spaceToJson(discrete(4))).toEqual({ kind: 'discrete', n: 4 })
    expect(spaceToJson(box([-0], [0]))).toEqual({ kind: 'box', low: [0], high: [0] })
  })

  test.each<[string, unknown, string]>([
    ['nothing', undefined, 'space: expected a record with the field "kind", received nothing'],
    ['a list', [1], 'space: expected a record with the field "kind", received [1]'],
    ['a mistyped kind', { kind: 'Box', low: [], high: [] }, 'space.kind: expected "box" or "discrete", received "Box"; did you mean "box"?'],
    ['a mistyped field', { kind: 'discrete', n: 2, m: 1 }, 'space.m: expected one of the fields kind, n, received "m"; did you mean "n"?'],
    ['no number of elements', { kind: 'discrete', n: 0 }, 'space.n: expected a positive integer, received 0'],
    ['no bounds', { kind: 'box', low: [1] }, 'space.high: expected a list of bounds, received nothing'],
    ['a mistyped infinity', { kind: 'box', low: ['-Inf'], high: [1] }, 'space.low[0]: expected a number, "Infinity" or "-Infinity", received "-Inf"; did you mean "-Infinity"?'],
    ['no bound', { kind: 'box', low: [null], high: [1] }, 'space.low[0]: expected a number, "Infinity" or "-Infinity", received null'],
    ['lists of two lengths', { kind: 'box', low: [0, 0], high: [1] }, 'space.high: expected 2 bounds, as many as there are lower ones, received 1'],
    ['an empty interval', { kind: 'box', low: [0, 3], high: [1, 2] }, 'space.high[1]: expected at least the lower bound 3, received 2'],
  ])('refuses %s in words', (_, json, message) => {
    expect(() => spaceFromJson(json)).toThrow(new RangeError(message))
  })

  test('names everything that is wrong at once', () => {
    expect(() => spaceFromJson({ kind: 'box', low: ['x'], high: [NaN], size: 1 })).toThrow(/^space\.size: .*\nspace\.low\[0\]: .*\nspace\.high\[0\]: .*$/)
  })

  test('refuses whatever is no space', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        expect(() => spaceFromJson(value)).toThrow(RangeError)
      }),
      { seed: 42, numRuns: 300 },
    )
  })
})
