import { describe, expect, it } from 'vitest'
import * as rng from '../../src/core/rng.ts'
import { rngLaws } from '../laws/rng.ts'
import { withPlatformMathForbidden } from '../platform-math.ts'

describe('keyed random numbers', () => {
  it.each(rngLaws)('$name', ({ check }) => {
    check(rng)
  })

  it('use no mathematics, randomness or clock of the platform', () => {
    const draw = () => {
      const key = rng.foldIn(rng.rootKey('platform'), 1)
      return [rng.normals(key, 5000), rng.uniforms(key, 5000), rng.integer(key, 10), rng.permutation(key, 10), rng.split(key, 3)]
    }
    expect(withPlatformMathForbidden(draw)).toEqual(draw())
  })
})
