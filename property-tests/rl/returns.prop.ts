import { describe, it } from 'vitest'
import * as returns from '../../src/rl/returns.ts'
import { returnsLaws } from '../laws/returns.ts'

describe('advantages and returns', () => {
  it.each(returnsLaws)('$name', ({ check }) => check(returns))
})
