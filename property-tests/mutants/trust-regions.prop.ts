import { describe, expect, it } from 'vitest'
import { policySurrogateLaws } from '../laws/policy-surrogate.ts'
import { trustRegionLaws } from '../laws/trust-region.ts'
import { policySurrogateMutants, trustRegionMutants } from './trust-regions.ts'

type Kills = readonly (readonly [flaw: string, law: string])[]

const cholesky = 'as many iterations as unknowns solve a system as Cholesky does, fewer come ever closer in the norm of the matrix'
const ends = 'it ends at its tolerance, at once for zeros, and where the matrix is not positive, with inputs unchanged'
const edge = 'the full step is the damped natural gradient, as long as the quadratic bound allows'
const first = 'what is accepted is the first candidate that gains within the limit, and its own gain and KL are told'
const stays = 'where no candidate will do the parameters stay bit for bit, after as many candidates as allowed'
const stepKilledBy: Kills = [
  ['descends along the gradient alone', cholesky],
  ['stops at an absolute tolerance', 'a multiple of the right-hand side has the same multiple of the solution, bit for bit for powers of two'],
  ['never stops early', ends],
  ['takes the sign of the curvature for given', ends],
  ['forgets the damping', edge],
  ['makes its step for δ instead of 2 δ', edge],
  ['takes the last candidate as it is', stays],
  ['does not look at KL', first],
  ['does not look at KL', stays],
  ['accepts what gains nothing', first],
  ['accepts what gains nothing', stays],
  ['halves its candidates', first],
  ['scales its step with the gain', 'the step does not see the unit of the gain'],
]

const values = 'surrogate, gain and KL are those of the network, and the gradient agrees with central differences'
const curvature = 'a Fisher product is the curvature of KL by central differences, symmetric, and never negative along its vector'
const scores = 'a Fisher product is the mean over states and actions of the score times its part along the vector, exactly where actions are discrete'
const surrogateKilledBy: Kills = [
  ['takes the curvature of the surrogate for that of KL', curvature],
  ['takes the curvature of the surrogate for that of KL', scores],
  ['averages scores over the actions that were taken', scores],
  ['forgets the last parameters in its products', curvature],
  ['pulls back without the factor of the mean', curvature],
  ['measures KL backwards', values],
  ['tells what a candidate is worth, not what it gains', values],
  ['takes the policy that collected the data for the one at hand', values],
  ['rounds where it is not the reference that computes', 'backends give the same bits, and inputs stay as they are'],
  ['halves the slope of the value loss', 'the regression of the critic has the gradient of its loss by its own parameters, and no other'],
]

describe('the laws catch', () => {
  it.each(stepKilledBy)('a step that %s, by: %s', (flaw, name) => {
    const law = trustRegionLaws.find((candidate) => candidate.name === name)
    expect(law).toBeDefined()
    expect(() => law?.check(trustRegionMutants[flaw])).toThrow()
  })
  it.each(surrogateKilledBy)('a surrogate that %s, by: %s', (flaw, name) => {
    const law = policySurrogateLaws.find((candidate) => candidate.name === name)
    expect(law).toBeDefined()
    expect(() => law?.check(policySurrogateMutants[flaw])).toThrow()
  })
})
