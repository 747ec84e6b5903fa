/**
 * Networks against PyTorch: values and gradients of the families mlp and lstm, at the tolerances that the files state.
 */
import { describe, expect, it } from 'vitest'
import { reference } from '../../backends/reference/index.ts'
import { openSimd } from '../../backends/simd/index.ts'
import type { Activation } from '../../src/core/backend.ts'
import { lstm } from '../../src/nn/lstm.ts'
import { metaNetwork } from '../../src/nn/meta-network.ts'
import { mlp } from '../../src/nn/mlp.ts'
import { mismatches, oracleCases, oracleFamily } from '../fixtures/oracle.ts'

type Rows = readonly (readonly number[])[]
const flat = (values: readonly unknown[]): Float64Array => Float64Array.from(values.flat(3) as readonly number[])

type MlpInput = Readonly<{
  sizes: readonly number[]
  activation: Activation
  output_activation: Activation
  parameters: readonly number[]
  x: Rows
  grad_y: Rows
}>
type LstmInput = Readonly<{
  input_size: number
  hidden_size: number
  parameters: readonly number[]
  x: readonly Rows[]
  h0: Rows
  c0: Rows
  grad_h: readonly Rows[]
  grad_c_last: Rows
}>
type MetaInput = Readonly<{
  input_size: number
  hidden_size: number
  readout_size: number
  output_size: number
  between: 'tanh' | 'linear'
  passes: number
  low: readonly number[]
  high: readonly number[]
  parameters: readonly number[]
  x: Rows
  grad_y: readonly number[]
}>

const backends = [reference, await openSimd({ always: true })]

const mlpFamily = oracleFamily('mlp')
const lstmFamily = oracleFamily('lstm')

describe.each(backends)('the fully connected net on $name gives the oracle\'s values and gradients', (backend) => {
  it.each(oracleCases<MlpInput, unknown>(mlpFamily, 'mlp'))('$name', (each) => {
    const { sizes, activation, output_activation: outputActivation, parameters, x, grad_y: gradY } = each.input
    const net = mlp({ sizes, activation, outputActivation }, backend)
    const { y, pullback } = net.forwardWithPullback(Float64Array.from(parameters), flat(x), x.length)
    const gradients = pullback(flat(gradY))
    expect(mismatches(mlpFamily, each, { y, grad_parameters: gradients.parameters, grad_x: gradients.x })).toEqual([])
  })
})

describe.each(backends)('the LSTM layer on $name gives the oracle\'s states, gates and gradients', (backend) => {
  it.each(oracleCases<LstmInput, unknown>(lstmFamily, 'lstm'))('$name', (each) => {
    const { input_size: inputs, hidden_size: hidden, parameters, x, h0, c0, grad_h: gradH, grad_c_last: gradC } = each.input
    const state = { h: flat(h0), c: flat(c0) }
    const { trace, pullback } = lstm({ inputs, hidden }, backend).sequenceWithPullback(Float64Array.from(parameters), state, flat(x), h0.length)
    const gradients = pullback(flat(gradH), flat(gradC))
    expect(
      mismatches(lstmFamily, each, {
        h: trace.h,
        c: trace.c,
        gates: trace.gates,
        grad_parameters: gradients.parameters,
        grad_x: gradients.x,
        grad_h0: gradients.h0,
        grad_c0: gradients.c0,
      }),
    ).toEqual([])
  })
})

describe.each(backends)('the meta network on $name gives the oracle\'s answers and gradients', (backend) => {
  it.each(oracleCases<MetaInput, unknown>(lstmFamily, 'meta-network'))('$name', (each) => {
    const { input_size: inputs, hidden_size: hidden, readout_size: readout, output_size: outputs, parameters, x, grad_y: gradY, ...rest } = each.input
    const { between, passes, low, high } = rest
    const net = metaNetwork({ inputs, hidden, readout, outputs, between, passes, low, high }, backend)
    const { answer, pullback } = net.forwardWithPullback(Float64Array.from(parameters), flat(x))
    const gradients = pullback(Float64Array.from(gradY))
    expect(net.forward(Float64Array.from(parameters), flat(x))).toEqual(answer)
    const actual = { h_last: answer.hLast, z: answer.z, y: answer.y, grad_parameters: gradients.parameters, grad_x: gradients.history }
    expect(mismatches(lstmFamily, each, actual)).toEqual([])
  })
})
