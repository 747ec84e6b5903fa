import { describe, expect, it } from 'vitest'
import * as linalg from '../../src/core/linalg.ts'
import { linalgLaws } from '../laws/maths.ts'
import { withPlatformMathForbidden } from '../platform-math.ts'

describe('linear algebra', () => {
  it.each(linalgLaws)('$name', ({ check }) => {
    check(linalg)
  })

  it('uses no mathematics, randomness or clock of the platform', () => {
    expect(withPlatformMathForbidden(() => linalgLaws.map(({ check }) => check(linalg)))).toHaveLength(linalgLaws.length)
  })

  it('has small conveniences', () => {
    expect([...linalg.identity(2)]).toEqual([1, 0, 0, 1])
    expect(linalg.trace(Float64Array.of(1, 2, 3, 4), 2)).toBe(5)
  })
})
