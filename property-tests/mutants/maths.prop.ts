import { describe, expect, it } from 'vitest'
import { linalgLaws, statsLaws } from '../laws/maths.ts'
import type { LinalgFlaw, StatsFlaw } from './maths.ts'
import { linalgMutants, statsMutants } from './maths.ts'

/** The law that must catch each flaw. */
const linalgKilledBy: readonly (readonly [LinalgFlaw, string])[] = [
  ['always adds jitter', 'a factor is lower triangular and gives the matrix back, without jitter where none is needed'],
  ['returns the upper factor', 'a factor is lower triangular and gives the matrix back, without jitter where none is needed'],
  ['hides the jitter', 'the jitter that was needed is reported, and belongs to the factor'],
  ['repairs what it was not allowed to', 'what no jitter of the policy repairs is a tagged failure'],
  ['factorises in place', 'inputs are left unchanged, and wrong sizes are rejected'],
  ['solves with L twice', 'solutions solve, for any number of right-hand sides'],
  ['forgets that the determinant is that of a square', 'log determinants are those of diagonal matrices, and scale'],
  ['favours the first row', 'the order of rows and columns does not matter'],
]

const statsKilledBy: readonly (readonly [StatsFlaw, string])[] = [
  ['divides by n whatever ddof says', 'location moves and stretches with the sample, spread only stretches'],
  ['sorts numbers as text', 'order statistics do not see the order, and inputs stay as they are'],
  ['sorts in place', 'order statistics do not see the order, and inputs stay as they are'],
  ['takes the nearest order statistic', 'quantiles rise from the smallest to the largest value, linearly between neighbours'],
  ['trims one side', 'trimming forgets outliers, and trimming nothing is the mean'],
  ['counts scores at the threshold', 'the optimality gap is the mean shortfall, and a profile falls from 1 to 0'],
  ['lets a tie win', 'improvement and effect size change sides with the sides'],
  ['draws whole runs', 'resamples keep every score in its task, and a key gives one interval'],
  ['halves its intervals', 'intervals of the mean cover about as often as they say'],
]

const lawOf = <L extends Readonly<{ name: string }>>(laws: readonly L[], name: string): L => {
  const law = laws.find((candidate) => candidate.name === name)
  if (law === undefined) throw new Error(`no law '${name}'`)
  return law
}

describe('the laws of linear algebra and statistics catch every flaw', () => {
  it('and every law catches one, and every flaw is caught', () => {
    expect([...new Set(linalgKilledBy.map(([, law]) => law))].sort()).toEqual(linalgLaws.map(({ name }) => name).sort())
    expect([...new Set(statsKilledBy.map(([, law]) => law))].sort()).toEqual(statsLaws.map(({ name }) => name).sort())
    expect(linalgKilledBy.map(([flaw]) => flaw).sort()).toEqual(Object.keys(linalgMutants).sort())
    expect(statsKilledBy.map(([flaw]) => flaw).sort()).toEqual(Object.keys(statsMutants).sort())
  })
  it.each(linalgKilledBy.map(([flaw, law]) => ({ flaw, law })))('linear algebra that $flaw breaks: $law', ({ flaw, law }) => {
    expect(() => lawOf(linalgLaws, law).check(linalgMutants[flaw])).toThrow()
  })
  it.each(statsKilledBy.map(([flaw, law]) => ({ flaw, law })))('statistics that $flaw breaks: $law', ({ flaw, law }) => {
    expect(() => lawOf(statsLaws, law).check(statsMutants[flaw])).toThrow()
  })
})
