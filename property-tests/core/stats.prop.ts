import { describe, expect, it } from 'vitest'
import { rootKey } from '../../src/core/rng.ts'
import * as stats from '../../src/core/stats.ts'
import { statsLaws } from '../laws/maths.ts'
import { withPlatformMathForbidden } from '../platform-math.ts'

describe('statistics', () => {
  it.each(statsLaws)('$name', ({ check }) => {
    check(stats)
  })

  it('use no mathematics, randomness or clock of the platform', () => {
    expect(withPlatformMathForbidden(() => statsLaws.map(({ check }) => check(stats)))).toHaveLength(statsLaws.length)
  })

  it('reject a ragged matrix and a bad level', () => {
    expect(() => stats.pooled([[1, 2], [3]])).toThrow('run 1 has 1 tasks')
    expect(() => stats.pooled([])).toThrow('at least one run')
    expect(() => stats.stratifiedBootstrap(rootKey(1), [[1]], () => 0, { level: 1, resamples: 10 })).toThrow('level')
  })

  it('the interval of a single run has no width', () => {
    const interval = stats.stratifiedBootstrap(rootKey(1), [[3, 5]], (scores) => stats.mean(stats.pooled(scores)), { level: 0.95, resamples: 20 })
    expect(interval).toEqual({ estimate: 4, low: 4, high: 4 })
  })
})
