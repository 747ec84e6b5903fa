import { describe, expect, it } from 'vitest'
import { reference } from '../../backends/reference/index.ts'
import { lstmLaws, metaNetworkLaws, mlpLaws, type Law } from '../laws/network.ts'
import { lstmMutants, metaNetworkMutants, mlpMutants } from './networks.ts'

const lawNamed = <S>(laws: readonly Law<S>[], name: string): Law<S> => {
  const law = laws.find((candidate) => candidate.name === name)
  if (law === undefined) throw new Error(`no law '${name}'`)
  return law
}

const mlpKilledBy: readonly (readonly [keyof typeof mlpMutants, string])[] = [
  ['drops the bias', 'the output is that of the backend kernels, layer by layer, bit for bit'],
  ['takes 1 for the derivative of tanh', 'gradients agree with central differences'],
  ['has no gradient by the last bias', 'gradients agree with central differences'],
  ['has another gradient by the parameters where that by the input is not wanted', 'the gradient by the parameters alone is that of the whole pullback, bit for bit'],
  ['pushes a direction past the layers above the one that it moves', 'a direction pushed forward is the slope of the output along it, and the adjoint of the pullback'],
  ['lets the first row of a batch leak into the others', 'rows of a batch do not see each other'],
  ['scales the gradient it was given', 'inputs are left unchanged and a pullback may be called again'],
]

const lstmKilledBy: readonly (readonly [keyof typeof lstmMutants, string])[] = [
  ['swaps input and forget gate', 'one step is the formula, gates in the order i, f, g, o'],
  ['forgets the state between steps', 'a sequence is its steps one after the other, and the trace tells of each, bit for bit'],
  ['has no gradient by the second bias', 'gradients agree with central differences'],
  ['cuts the gradient at the start', 'gradients agree with central differences'],
  ['writes into the state it was given', 'inputs are left unchanged and a pullback may be called again'],
]

const metaKilledBy: readonly (readonly [keyof typeof metaNetworkMutants, string])[] = [
  ['reads the history once, whatever the passes', 'two passes are one pass over the history written twice'],
  ['answers beyond its range', 'answers lie in their ranges, whatever the parameters'],
  ['sees the last row only', 'every row of the history and every parameter matters'],
  ['forgets the width of the range in its gradient', 'gradients agree with central differences'],
]

describe('the network laws catch', () => {
  it.each(mlpKilledBy)('a net that %s', (flaw, law) => {
    expect(() => lawNamed(mlpLaws, law).check({ make: mlpMutants[flaw](reference), backend: reference })).toThrow()
  })
  it.each(lstmKilledBy)('an LSTM that %s', (flaw, law) => {
    expect(() => lawNamed(lstmLaws, law).check({ make: lstmMutants[flaw](reference) })).toThrow()
  })
  it.each(metaKilledBy)('a meta network that %s', (flaw, law) => {
    expect(() => lawNamed(metaNetworkLaws, law).check({ make: metaNetworkMutants[flaw](reference) })).toThrow()
  })
})
