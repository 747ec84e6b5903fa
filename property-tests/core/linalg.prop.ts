import { describe, expect, it } from 'vitest'
import {
  choleskyWithJitter,
  identity,
  inverseFromFactor,
  logDeterminant,
  solveFactored,
  solveLower,
  solveLowerTransposed,
  trace,
} from '../../src/core/linalg.ts'
import type { LinalgSubject } from '../laws/maths.ts'
import { linalgLaws } from '../laws/maths.ts'
import { withPlatformMathForbidden } from '../platform-math.ts'

const subject: LinalgSubject = { choleskyWithJitter, inverseFromFactor, logDeterminant, solveFactored, solveLower, solveLowerTransposed }

describe('linear algebra', () => {
  it.each(linalgLaws)('$name', ({ check }) => {
    check(subject)
  })

  it('uses no mathematics, randomness or clock of the platform', () => {
    expect(withPlatformMathForbidden(() => linalgLaws.map(({ check }) => check(subject)))).toHaveLength(linalgLaws.length)
  })

  it('has small conveniences', () => {
    expect([...identity(2)]).toEqual([1, 0, 0, 1])
    expect(trace(Float64Array.of(1, 2, 3, 4), 2)).toBe(5)
  })
})
