import { describe, expect, it } from 'vitest'
import { reference } from '../../backends/reference/index.ts'
import { openSimd } from '../../backends/simd/index.ts'
import type { Activation } from '../../src/core/backend.ts'
import { mismatches, oracleCases, oracleFamily } from '../fixtures/oracle.ts'

const backends = [reference, await openSimd({ always: true })]

type Rows = readonly (readonly number[])[]

type NetInput = Readonly<{
  sizes: readonly number[]
  activation: Activation
  output_activation: Activation
  parameters: readonly number[]
  x: Rows
}>
const nets = oracleFamily('mlp')

describe.each(backends)('affine maps and activations of $name against PyTorch', ({ kernels: { affine, activate } }) => {
  it.each(oracleCases<NetInput, unknown>(nets, 'mlp'))('$name', (each) => {
    const { sizes, activation, output_activation, parameters, x } = each.input
    const flat = Float64Array.from(parameters)
    let offset = 0
    let values = Float64Array.from(x.flat())
    sizes.slice(1).forEach((outputs, layer) => {
      const next = new Float64Array(x.length * outputs)
      affine(next, flat, offset, values, x.length, sizes[layer], outputs)
      activate(next, layer === sizes.length - 2 ? output_activation : activation, next.length)
      offset += outputs * (sizes[layer] + 1)
      values = next
    })
    expect(mismatches(nets, each, { y: values })).toEqual([])
  })
})

type LstmInput = Readonly<{ parameters: readonly number[]; x: readonly Rows[]; h0: Rows; c0: Rows }>
const lstms = oracleFamily('lstm')

describe.each(backends)('LSTM steps of $name against PyTorch', ({ kernels: { lstmStep } }) => {
  it.each(oracleCases<LstmInput, unknown>(lstms, 'lstm'))('$name', (each) => {
    const { parameters, x, h0, c0 } = each.input
    const [batch, inputs, hidden] = [x[0].length, x[0][0].length, h0[0].length]
    const [h, c] = [Float64Array.from(h0.flat()), Float64Array.from(c0.flat())]
    const scratch = new Float64Array(4 * batch * hidden)
    const states = x.map((rows) => {
      lstmStep(h, c, Float64Array.from(parameters), 0, Float64Array.from(rows.flat()), scratch, batch, inputs, hidden)
      return [h.slice(), c.slice()]
    })
    expect(mismatches(lstms, each, { h: states.map(([each]) => each), c: states.map(([, each]) => each) })).toEqual([])
  })
})
