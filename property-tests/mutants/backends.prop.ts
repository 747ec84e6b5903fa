import { describe, expect, it } from 'vitest'
import { backendLaws } from '../laws/backend.ts'
import type { BackendFlaw } from './backends.ts'
import { backendMutants } from './backends.ts'

const agrees = 'every kernel agrees with reference within what the backend declares'
const defined = 'every kernel agrees with its definition, and writes nothing else'
const apart = 'rows of a batch and right-hand sides do not influence each other'
const stream = 'all noise comes from one stream per key'
const claims = 'exact means a tolerance of 0 for every kernel, in 64-bit floats'
const stale = 'results do not depend on what the result held before, nor on earlier calls'

/** The law that must catch each flaw. */
const killedBy: readonly (readonly [BackendFlaw, string])[] = [
  ['forgets the bias', defined],
  ['adds the bias last', agrees],
  ['reads parameters from the start', defined],
  ['touches parameters before the offset', 'parameters before the offset are not looked at'],
  ['adds to what was there', stale],
  ['activates everything', defined],
  ['turns NaN into 0', 'NaN is passed on'],
  ['exchanges two gates', defined],
  ['lets one row see the hidden state of the one before', apart],
  ['clips its inputs in place', 'inputs are left unchanged'],
  ['ignores where the noise starts', defined],
  ['perturbs with a later part of the stream', stream],
  ['perturbs with the absolute scale', defined],
  ['sums noise backwards', agrees],
  ['remembers its last noise', stale],
  ['forgets the lengthscales', defined],
  ['leaves the upper triangle', defined],
  ['factorises what has no factor', 'a matrix that is not positive definite is reported'],
  ['solves the transposed system', defined],
  ['shares the pivots of one right-hand side', apart],
  ['claims to be exact beside a tolerance', claims],
  ['claims to be exact in 32 bits', claims],
]

const lawOf = (name: string) => {
  const law = backendLaws.find((candidate) => candidate.name === name)
  if (law === undefined) throw new Error(`no law '${name}'`)
  return law
}

describe('the laws of a backend catch every flaw', () => {
  it('and every law catches one, and every flaw is caught', () => {
    expect([...new Set(killedBy.map(([, law]) => law))].sort()).toEqual(backendLaws.map(({ name }) => name).sort())
    expect(killedBy.map(([flaw]) => flaw).sort()).toEqual(Object.keys(backendMutants).sort())
  })
  it.each(killedBy.map(([flaw, law]) => ({ flaw, law })))('a backend that $flaw breaks: $law', ({ flaw, law }) => {
    expect(() => lawOf(law).check(backendMutants[flaw])).toThrow()
  })
})
