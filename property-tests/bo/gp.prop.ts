import { describe, it } from 'vitest'
import { reference } from '../../backends/reference/index.ts'
import { expectedImprovement, improvementProbability, logExpectedImprovement } from '../../src/bo/acquisition.ts'
import { gaussianProcess } from '../../src/bo/gp.ts'
import { gpLaws, improvementLaws } from '../laws/gp.ts'

describe.each(['matern12', 'matern32', 'matern52', 'rbf'] as const)('regression with %s', (kernel) => {
  it.each(gpLaws)('$name', ({ check }) => check({ gp: gaussianProcess(kernel, reference), smooth: kernel !== 'matern12' }))
})

describe('improvement', () => {
  const subject = { ei: expectedImprovement, logEi: logExpectedImprovement, probability: improvementProbability }
  it.each(improvementLaws)('$name', ({ check }) => check(subject))
})
