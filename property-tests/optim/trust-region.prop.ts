import { describe, it } from 'vitest'
import { conjugateGradient } from '../../src/optim/conjugate-gradient.ts'
import { trustRegionStep } from '../../src/optim/trust-region.ts'
import { trustRegionLaws } from '../laws/trust-region.ts'

describe('conjugate gradients and steps inside a trust region', () => {
  it.each(trustRegionLaws)('$name', ({ check }) => check({ conjugateGradient, trustRegionStep }))
})
