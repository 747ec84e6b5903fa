import { describe, expect, it } from 'vitest'
import { eigenLaws } from '../laws/eigen.ts'
import { fisherLaws, kfacLaws, type Law } from '../laws/kfac.ts'
import { eigenMutants, fisherMutants, kfacMutants } from './natural-gradients.ts'

const lawNamed = <S>(laws: readonly Law<S>[], name: string): Law<S> => {
  const law = laws.find((candidate) => candidate.name === name)
  if (law === undefined) throw new Error(`no law '${name}'`)
  return law
}
type Kills = readonly (readonly [flaw: string, law: string])[]

const definition = 'the rows are orthonormal and give the matrix back with the values, which ascend'
const eigenKilledBy: Kills = [
  ['puts vectors into columns', definition],
  ['lists values as they come', definition],
  ['stops when values are good to six digits', definition],
  ['takes values for positive', 'values add up to the trace, move with a shift, and do not see the order of rows'],
  ['works in the matrix it was given', 'the input is left unchanged, scaling by a power of two changes no bit, what is not a number ends'],
]
const back = 'multiplied back by the damped factors, a direction is the gradient'
const factors = 'factors are means of products over the batch, averaged over batches'
const momentum = 'momentum starts as the first scaled direction and then decays, weight decay pulls towards zero'
const kfacKilledBy: Kills = [
  ['has no damping', back],
  ['swaps the factors', back],
  ['has no trust region', 'a step stays inside its trust region, and reaches its edge where ν is not at its largest'],
  ['divides slopes by the batch', factors],
  ['forgets the factors of earlier batches', factors],
  ['climbs', momentum],
  ['starts momentum at a tenth', momentum],
]
const samples = 'the signals of one sample are the slopes of its log likelihood, parameter by parameter'
const fisherKilledBy: Kills = [
  ['forgets the log-std', samples],
  ['takes noise of variance ½ for the critic', samples],
  ['answers mean slopes', 'rows have the signals that they would have alone, and inputs are left unchanged'],
]

describe('the laws catch', () => {
  it.each(eigenKilledBy)('an eigen-decomposition that %s', (flaw, law) => expect(() => lawNamed(eigenLaws, law).check(eigenMutants[flaw])).toThrow())
  it.each(kfacKilledBy)('a K-FAC that %s', (flaw, law) => expect(() => lawNamed(kfacLaws, law).check(kfacMutants[flaw])).toThrow())
  it.each(fisherKilledBy)('Fisher signals where one %s', (flaw, law) => expect(() => lawNamed(fisherLaws, law).check(fisherMutants[flaw])).toThrow())
})
