import { describe, expect, it } from 'vitest'
import { backendLaws } from '../laws/backend.ts'
import type { BackendFlaw } from './backends.ts'
import { backendMutants } from './backends.ts'

const agrees = 'every kernel agrees with reference within what the backend declares'
const defined = 'every kernel agrees with its definition, and writes nothing else'
const apart = 'rows of a batch and right-hand sides do not influence each other'
const stream = 'all noise comes from one stream per key'
const claims = 'exact means a tolerance of 0 for every kernel, in 64-bit floats'
const resident = 'what is resident is what was loaded last, whatever is computed in between'
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
  ['sums a gradient by inputs backwards', agrees],
  ['replaces a gradient instead of adding to it', defined],
  ['sums a gradient by weights before it is added', agrees],
  ['lets a gradient through a closed ReLU', defined],
  ['takes a whole array for the entries to pull back', defined],
  ['applies the activation of the hidden layers to the last', defined],
  ['forgets the activation of the output on the way back', defined],
  ['adds a gradient to what was there', stale],
  ['keeps the array that it was told to load', defined],
  ['shares what is resident between networks', resident],
  ['gives every candidate the parameters of the first', defined],
  ['perturbs every candidate by the first scale', defined],
  ['starts every step of a sequence from the same state', defined],
  ['leaves the gradient by the last cell state out', defined],
  ['sums a gradient through time forwards', agrees],
  ['writes the cell state where the hidden state belongs', defined],
  ['corrects no bias of its moments', defined],
  ['puts epsilon outside the root in any case', defined],
  ['forgets the momentum', defined],
  ['gives ties to the higher index', defined],
  ['lets a NaN stand in the list', defined],
  ['forgets the rows that were overwritten', defined],
  ['keeps rows behind the last', defined],
  ['forgets the outputscale', defined],
  ['takes one covariance for another', defined],
  ['multiplies what is not transposed', defined],
  ['splits a long sum in two', agrees],
  ['gives uniforms from the start of the stream', defined],
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
