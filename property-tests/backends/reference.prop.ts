import { describe, expect, it } from 'vitest'
import { reference } from '../../backends/reference/index.ts'
import { backendCalls, backendLaws } from '../laws/backend.ts'
import { withPlatformMathForbidden } from '../platform-math.ts'

describe('the reference backend', () => {
  it.each(backendLaws)('$name', ({ check }) => {
    check(reference)
  })

  it('uses no mathematics, randomness or clock of the platform', () => {
    const results = withPlatformMathForbidden(() => backendCalls.map(({ run }) => run(reference.kernels, 0)))
    expect(results).toHaveLength(backendCalls.length)
  })
})
