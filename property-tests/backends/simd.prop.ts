import { beforeAll, describe, expect, it } from 'vitest'
import { openSimd } from '../../backends/simd/index.ts'
import type { Backend } from '../../src/core/backend.ts'
import { backendCalls, backendLaws } from '../laws/backend.ts'
import { withPlatformMathForbidden } from '../platform-math.ts'

describe.each([{ always: true }, { always: false }])('the simd backend, $always', (options) => {
  let backend: Backend
  beforeAll(async () => {
    backend = await openSimd(options)
  })
  it.each(backendLaws)('$name', ({ check }) => {
    check(backend)
  })

  it('uses no mathematics, randomness or clock of the platform', () => {
    const results = withPlatformMathForbidden(() => backendCalls.map(({ run }) => run(backend.kernels, 0)))
    expect(results).toHaveLength(backendCalls.length)
  })
})
