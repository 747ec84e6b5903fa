import { describe, expect, it } from 'vitest'
import { weightDistributionLaws } from '../laws/weight-distribution.ts'
import { weightDistributionMutants } from './weight-distributions.ts'

const ofMean = 'of the fitness of the mean draw in a bowl, gradients are −a(μ − c) and −aσ/K'
const ofAll = 'of the mean fitness of the draws in a bowl, gradients are −a(μ − c) and −aσ'
const mirrored = 'a mirrored worker has the draws on the other side, the opposite gradient by μ and the same by σ'
const information = 'by log σ it is σ times that by σ, a shift changes nothing, a stretch by s divides by s, and natural steps are those of the information'

const killedBy: readonly (readonly [flaw: string, law: string])[] = [
  ['takes the mean over the draws of a worker', ofMean],
  ['divides noise by σ²', ofMean],
  ['turns the sign of the gradient by σ', ofAll],
  ['forgets to turn the noise of a mirrored worker', mirrored],
  ['takes no baseline', 'equal fitness moves nothing, to the bit, and a constant added to fitness changes nothing that is shaped'],
  ['takes the mean of all for the mean of the others', 'the batch mean shrinks advantages by 1 − 1/M against the mean of the others'],
  ['lets a fitness that is no number through', 'a fitness that is no number counts as the worst, and where none is one nothing moves'],
  ['takes the gradient by log σ for that by σ', information],
  ['sees only the first draw of a worker', 'the gradient by μ sees the mean draw alone: Σ_j ε_j/σ = K(θ̄ − μ)/σ²'],
  ['forgets the draws in the natural gradient', information],
]

describe('the laws catch an evolved distribution that', () => {
  it.each(killedBy)('%s', (flaw, name) => {
    const law = weightDistributionLaws.find((candidate) => candidate.name === name)
    expect(law).toBeDefined()
    expect(() => law?.check(weightDistributionMutants[flaw])).toThrow()
  })

  it('has a law for each flaw', () => expect(killedBy.map(([flaw]) => flaw)).toEqual(Object.keys(weightDistributionMutants)))
})
