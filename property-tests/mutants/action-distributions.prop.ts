import { describe, expect, it } from 'vitest'
import { actionDistributionLaws } from '../laws/action-distribution.ts'
import { actionDistributionMutants } from './action-distributions.ts'

const fisher = 'Fisher information is the curvature of the divergence, and the mean outer product of scores over all discrete actions'
const killedBy: readonly (readonly [flaw: string, law: string])[] = [
  ['forgets the log-std in its density', 'probabilities add up to one: densities over a fine grid, discrete ones exactly'],
  ['measures the divergence backwards', 'a divergence is 0 from itself, positive otherwise, and the mean log ratio over all discrete actions'],
  ['writes gradients instead of adding them', 'gradients are added to what is there, and inputs are left unchanged'],
  ['takes the mean entropy of the dimensions', 'a divergence is 0 from itself, positive otherwise, and the mean log ratio over all discrete actions'],
  ['lets an entropy shrink where it should grow', 'gradients agree with central differences'],
  ['forgets that probabilities add up to one in its Fisher information', fisher],
  ['takes 1 for the Fisher information of a log-std', fisher],
  ['samples with the variance for the deviation', 'samples are those of the compiled policy, bit for bit'],
]

describe('the laws of distributions catch one that', () => {
  it.each(killedBy)('%s, by: %s', (flaw, name) => {
    const law = actionDistributionLaws.find((candidate) => candidate.name === name)
    expect(law).toBeDefined()
    expect(() => law?.check(actionDistributionMutants[flaw])).toThrow()
  })
})
