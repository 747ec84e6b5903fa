/** Options of an environment are completed by the defaults, or rejected with every problem named. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { resolveOptions } from '../../src/core/env-options.ts'
import { nearest } from '../../src/core/nearest.ts'

const defaults = { frameSkip: 5, weight: 0.1, hidden: true, mode: 'fast', range: [0.7, null] as const }

describe('resolveOptions', () => {
  test('given values replace defaults, in the order of the defaults', () => {
    const resolved = resolveOptions('X', defaults, { range: [null, 3], frameSkip: 1 })
    expect(resolved).toEqual({ frameSkip: 1, weight: 0.1, hidden: true, mode: 'fast', range: [null, 3] })
    expect(Object.keys(resolved)).toEqual(Object.keys(defaults))
    expect(resolveOptions('X', defaults, {})).toEqual(defaults)
  })

  test('defaults given back are accepted and change nothing', () => {
    fc.assert(
      fc.property(fc.subarray(Object.entries(defaults)), (some) => {
        expect(resolveOptions('X', defaults, Object.fromEntries(some))).toEqual(defaults)
      }),
      { seed: 42, numRuns: 50 },
    )
  })

  test('every problem is named at once', () => {
    expect(() => resolveOptions('X', defaults, { frameskip: 3, weight: 'heavy', range: [1], hidden: 0 })).toThrow(
      new RangeError(
        'X: unknown option "frameskip"; did you mean "frameSkip"?; option "weight" must be a number, received "heavy"; ' +
          'option "range" must be a list of 2 numbers (null for no bound), received [1]; option "hidden" must be a boolean, received 0',
      ),
    )
  })

  test.each([{ weight: NaN }, { weight: Infinity }, { weight: null }, { range: ['a', 1] }, { range: 1 }, { mode: 1 }])('%j is rejected', (given) => {
    expect(() => resolveOptions('X', defaults, given)).toThrow(RangeError)
  })

  test('an environment without options says so', () => {
    expect(() => resolveOptions('X', {}, { a: 1 })).toThrow('unknown option "a" (there are no options)')
  })
})

describe('nearest', () => {
  test('a name is nearest to itself, whatever its letter case, and one edit away stays recognisable', () => {
    const names = ['HalfCheetah-v5', 'Hopper-v5', 'Swimmer-v5', 'Walker2d-v5']
    names.forEach((name) => {
      expect(nearest(name.toUpperCase(), names)).toBe(name)
      expect(nearest(name.slice(1), names)).toBe(name)
      expect(nearest(`${name}x`, names)).toBe(name)
    })
  })

  test('the first wins a tie, and nothing is nearest among none', () => {
    expect(nearest('ab', ['ac', 'ad'])).toBe('ac')
    expect(nearest('ab', [])).toBeNull()
  })
})
