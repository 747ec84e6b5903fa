import { describe, it } from 'vitest'
import { policySurrogate } from '../../src/rl/policy-surrogate.ts'
import { valueRegression } from '../../src/rl/value-regression.ts'
import { policySurrogateLaws } from '../laws/policy-surrogate.ts'

describe('a policy and a critic, seen from a batch', () => {
  it.each(policySurrogateLaws)('$name', ({ check }) => check({ policySurrogate, valueRegression }))
})
