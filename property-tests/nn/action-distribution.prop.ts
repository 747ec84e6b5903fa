import { describe, it } from 'vitest'
import { actionDistribution } from '../../src/nn/action-distribution.ts'
import { actionDistributionLaws } from '../laws/action-distribution.ts'

describe('distributions of actions', () => {
  it.each(actionDistributionLaws)('$name', ({ check }) => check(actionDistribution))
})
