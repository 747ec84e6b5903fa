import { describe, expect, it } from 'vitest'
import { returnsLaws } from '../laws/returns.ts'
import { returnsMutants } from './returns.ts'

const killedBy: readonly (readonly [flaw: string, law: string])[] = [
  ['cuts bootstrapping at time limits too', 'advantages are their O(T²) definition, and returns are advantages plus values'],
  ['cuts bootstrapping at time limits too', 'discounted and n-step returns are sums of rewards up to the end of the episode'],
  ['lets advantages leak through time limits', 'advantages are their O(T²) definition, and returns are advantages plus values'],
  ['multiplies by 1 − terminated instead of choosing', 'what lies behind a termination is never looked at, environments do not see each other'],
  ['takes one reward too many', 'discounted and n-step returns are sums of rewards up to the end of the episode'],
  ['reads the rollout as one environment', 'what lies behind a termination is never looked at, environments do not see each other'],
  ['normalises advantages in the values it was given', 'inputs are left unchanged and arrays of another length are rejected'],
]

describe('the laws of returns catch an estimator that', () => {
  it.each(killedBy)('%s, by: %s', (flaw, name) => {
    const law = returnsLaws.find((candidate) => candidate.name === name)
    expect(law).toBeDefined()
    expect(() => law?.check(returnsMutants[flaw])).toThrow()
  })
})
