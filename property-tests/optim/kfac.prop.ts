import { describe, it } from 'vitest'
import { kfac } from '../../src/optim/kfac.ts'
import * as fisher from '../../src/rl/fisher.ts'
import { fisherLaws, kfacLaws } from '../laws/kfac.ts'

describe('K-FAC', () => {
  it.each(kfacLaws)('$name', ({ check }) => check({ kfac }))
})

describe('the Fisher signals of an actor-critic', () => {
  it.each(fisherLaws)('$name', ({ check }) => check(fisher))
})
