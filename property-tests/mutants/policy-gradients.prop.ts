import { describe, expect, it } from 'vitest'
import { policyGradientLaws } from '../laws/policy-gradient.ts'
import { policyGradientMutants } from './policy-gradients.ts'

const differences = 'gradients of both losses agree with central differences'
const killedBy: readonly (readonly [flaw: string, law: string])[] = [
  ['clips the wrong side', 'a step that goes further the way it already went too far has no slope, one that comes back has'],
  ['does not clip values', 'a value that has moved too far towards its target has no slope, one that has moved away has'],
  ['does not clip values', differences],
  ['pays for entropy instead of rewarding it', differences],
  ['drops the factor ½ of the value loss', 'at the policy that collected the data PPO has the gradient of A2C, bit for bit'],
  ['normalises the advantages once more', 'at the policy that collected the data PPO has the gradient of A2C, bit for bit'],
  ['adds to the gradient of the call before', 'rows may come in any order, inputs stay as they are, and nothing is kept from one call to the next'],
  ['has no gradient by the log-std', differences],
  ['lets values through the trunk without a slope', differences],
  ['puts the critic in front of the policy', 'the front of the vector is the policy that acts, and starts as it was asked to'],
  ['forgets the gain of the head', 'initial weights are orthogonal times their gain, biases 0'],
]

describe('the laws of policy gradients catch a method that', () => {
  it.each(killedBy)('%s, by: %s', (flaw, name) => {
    const law = policyGradientLaws.find((candidate) => candidate.name === name)
    expect(law).toBeDefined()
    expect(() => law?.check(policyGradientMutants[flaw])).toThrow()
  })
})
