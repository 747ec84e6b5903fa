import { describe, expect, it } from 'vitest'
import { contextEncoderLaws, hyperStateLaws, vaeLaws, type Law } from '../laws/context-encoder.ts'
import { contextEncoderMutants, hyperStateMutants, vaeMutants } from './context-encoders.ts'

const lawNamed = <S>(laws: readonly Law<S>[], name: string): Law<S> => {
  const law = laws.find((candidate) => candidate.name === name)
  if (law === undefined) throw new Error(`no law '${name}'`)
  return law
}
type Kills = readonly (readonly [flaw: string, law: string])[]

const parts = 'the divergence is 0 for the standard normal code and positive otherwise, the error a mean over entries'
const vaeKilledBy: Kills = [
  ['turns the sign of the divergence', parts],
  ['has the right loss and the gradient of the wrong sign of its divergence', 'gradients agree with central differences'],
  ['takes the mean divergence of the rows', parts],
  ['decodes the mean, not the sample', parts],
  ['keeps what its resident encoder loaded first', 'a resident encoder has the bits of the encoder, from what was loaded last'],
  ['bounds every code', 'a code is that of its row alone, without noise, and bounded where it was asked to be'],
]
const definition = 'a state is Eq. 2, array by array and order by order, absent gradients being zero'
const stateKilledBy: Kills = [
  ['reads the oldest gradient first', definition],
  ['leaves out what is absent instead of taking it for zero', definition],
  ['writes its gradient', 'the pullback agrees with central differences, and is added'],
  ['starts without biases', 'maps start with biases of 0.01 and Xavier-uniform weights, each its own'],
]
const encoderKilledBy: Kills = [
  ['stops the gradient at the maps', 'the gradient agrees with central differences of the loss with its target held'],
  ['looks at parameters only', 'keys have their size, see parameters and gradients, and a fixed readout keeps them inside (−1, 1)'],
  ['forgets what comes with a state', 'keys have their size, see parameters and gradients, and a fixed readout keeps them inside (−1, 1)'],
  ['keeps the parameters that it saw first', 'a key is that of the parameters which are given, whichever were given before'],
  ['climbs its loss', 'steps down the gradient reconstruct better, and a random encoder has none'],
]

describe('the laws catch', () => {
  it.each(vaeKilledBy)('an autoencoder that %s', (flaw, law) => expect(() => lawNamed(vaeLaws, law).check(vaeMutants[flaw])).toThrow())
  it.each(stateKilledBy)('a hyper-state that %s', (flaw, law) => expect(() => lawNamed(hyperStateLaws, law).check(hyperStateMutants[flaw])).toThrow())
  it.each(encoderKilledBy)('a context encoder that %s', (flaw, law) =>
    expect(() => lawNamed(contextEncoderLaws, law).check(contextEncoderMutants[flaw])).toThrow())
})
