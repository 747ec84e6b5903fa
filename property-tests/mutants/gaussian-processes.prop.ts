import { describe, expect, it } from 'vitest'
import { reference } from '../../backends/reference/index.ts'
import { gaussianProcess } from '../../src/bo/gp.ts'
import { gpLaws, improvementLaws } from '../laws/gp.ts'
import { gpMutants, improvementMutants } from './gaussian-processes.ts'

const killedBy: readonly (readonly [keyof typeof gpMutants, string])[] = [
  ['adds what the data explain to the variance', 'variance is never negative and never above the prior variance, at data points and far away'],
  ['takes a little off every covariance', 'variance is never negative and never above the prior variance, at data points and far away'],
  ['weights the first datum twice', 'the order of the data does not matter'],
  ['conditions on targets without their mean', 'with next to no noise the posterior passes through the data'],
  ['predicts noise with the function', 'far from the data the posterior is the prior'],
  ['ignores every datum but the first', 'the order of the data does not matter'],
  ['forgets all but the first of more than eight data', 'a datum more never widens the posterior'],
  ['returns to zero instead of its mean', 'far from the data the posterior is the prior'],
  ['predicts noise with the function', 'one datum gives the closed form'],
  ['turns the lengthscale gradient around', 'the likelihood gradient agrees with central differences'],
  ['takes the noise gradient by the variance, not its logarithm', 'the likelihood gradient agrees with central differences'],
  ['halves the slope of the variance', 'the slopes of the posterior agree with central differences'],
  ['writes into its targets', 'inputs are left unchanged and models are plain data'],
]

const improvementsKilledBy: readonly (readonly [string, string])[] = [
  ['takes the logarithm of an underflown EI', 'log-EI keeps falling where EI has underflown'],
  ['forgets xi in log-EI', 'log-EI is the logarithm of EI where EI is a normal number'],
  ['gives up far below the incumbent', 'log-EI is the logarithm of EI where EI is a normal number'],
  ['has the slope of EI by std at the wrong sign', 'derivatives by mean and std agree with central differences'],
  ['has the slope of EI by std at the wrong sign', 'EI is at least the plain improvement, and grows with mean and with std'],
  ['counts a loss as an improvement', 'without deviation EI is the gap, or nothing'],
]

describe('the laws of Gaussian processes catch one that', () => {
  it.each(killedBy)('%s: %s', (flaw, name) => {
    const law = gpLaws.find((candidate) => candidate.name === name)
    expect(law).toBeDefined()
    expect(() => law?.check({ gp: gpMutants[flaw](gaussianProcess('matern52', reference)), smooth: true })).toThrow()
  })
})

describe('the laws of improvement catch one that', () => {
  it.each(improvementsKilledBy)('%s: %s', (flaw, name) => {
    const law = improvementLaws.find((candidate) => candidate.name === name)
    expect(law).toBeDefined()
    expect(() => law?.check(improvementMutants[flaw])).toThrow()
  })
})
