/** Orders of numbers are those of their definition, NaN and signed zeros included. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ascendingOrder, descendingOrder } from '../../src/core/order.ts'

const number = fc.oneof(fc.double(), fc.constantFrom(NaN, Infinity, -Infinity, 0, -0, 1, 1))
const settings = { seed: 42, numRuns: 300 }

describe.each([
  ['ascending', ascendingOrder, (a: number, b: number) => a < b],
  ['descending', descendingOrder, (a: number, b: number) => a > b],
] as const)('%s', (_name, order, before) => {
  test('is a permutation, in which no later value comes before an earlier one, and equal ones keep their place', () => {
    fc.assert(
      fc.property(fc.array(number, { maxLength: 40 }), (values) => {
        const found = order(values)
        expect([...found].toSorted((a, b) => a - b)).toEqual(values.map((_, i) => i))
        for (let k = 1; k < found.length; k++) {
          const [a, b] = [values[found[k - 1]], values[found[k]]]
          expect(before(b, a)).toBe(false)
          if (a === b || Number.isNaN(a)) expect(Number.isNaN(a) ? Number.isNaN(b) && found[k - 1] < found[k] : found[k - 1] < found[k]).toBe(true) // nothing but NaN follows NaN
        }
      }),
      settings,
    )
  })

  test('does not depend on what the values were before', () => {
    expect(order([2, NaN, 1, NaN, 3]).slice(3)).toEqual([1, 3])
    expect(order([0, -0, 0])).toEqual([0, 1, 2])
  })
})
