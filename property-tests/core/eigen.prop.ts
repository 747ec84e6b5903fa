import { describe, it } from 'vitest'
import * as eigen from '../../src/core/eigen.ts'
import { eigenLaws } from '../laws/eigen.ts'

describe('the symmetric eigen-decomposition', () => {
  it.each(eigenLaws)('$name', ({ check }) => check(eigen))
})
