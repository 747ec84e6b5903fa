import { describe, expect, it } from 'vitest'
import { foldIn, rootKey } from '../../src/core/rng.ts'
import { initLinear, initLstm, type LinearInit } from '../../src/nn/init.ts'
import { arrayOf, joinLayouts, layoutOf, layoutSize } from '../../src/nn/layout.ts'
import { initMetaNetwork, metaNetworkLayout, type MetaNetworkSpec } from '../../src/nn/meta-network.ts'
import { initMlp, mlpLayout } from '../../src/nn/mlp.ts'

const key = rootKey('init')
const [inputs, outputs] = [60, 80]
const weights = outputs * inputs

const moments = (values: Float64Array): Readonly<{ mean: number; variance: number; largest: number }> => {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const variance = values.reduce((sum, value) => sum + (value - mean) * (value - mean), 0) / values.length
  return { mean, variance, largest: values.reduce((most, value) => Math.max(most, Math.abs(value)), 0) }
}

/** Variance and bound of each initialisation's weights; a uniform on ±b has variance b²/3. */
const expected: readonly (readonly [LinearInit, number, number])[] = [
  ['torch', 1 / (3 * inputs), 1 / Math.sqrt(inputs)],
  ['xavier-normal', 2 / (inputs + outputs), Infinity],
  ['xavier-uniform', 2 / (inputs + outputs), Math.sqrt(6 / (inputs + outputs))],
]

describe('initialisation of a linear layer', () => {
  it.each(expected)('%s has its mean, variance and bound', (init, variance, bound) => {
    const found = moments(initLinear(key, init, inputs, outputs).subarray(0, weights))
    // 4800 draws: standard errors are √(v/4800) for the mean and below 2.1 % for the variance; five of each
    expect(Math.abs(found.mean)).toBeLessThan(5 * Math.sqrt(variance / weights))
    expect(Math.abs(found.variance / variance - 1)).toBeLessThan(0.105)
    expect(found.largest).toBeLessThanOrEqual(bound)
  })

  it('gives torch a bias inside ±1/√in and the others none', () => {
    const bias = (init: LinearInit) => moments(initLinear(key, init, inputs, outputs).subarray(weights))
    expect(bias('torch').largest).toBeLessThanOrEqual(1 / Math.sqrt(inputs))
    expect(bias('torch').largest).toBeGreaterThan(0.8 / Math.sqrt(inputs))
    for (const init of ['xavier-normal', 'xavier-uniform', 'orthogonal', 'zeros'] as const) expect(bias(init).largest).toBe(0)
    expect(moments(initLinear(key, 'zeros', inputs, outputs)).largest).toBe(0)
  })

  it.each([
    [3, 3],
    [5, 40],
    [40, 5],
    [1, 7],
  ])('makes an orthonormal set of the shorter side of a [%i, %i] weight', (rows, columns) => {
    const w = initLinear(key, 'orthogonal', columns, rows)
    const count = Math.min(rows, columns)
    const at = (k: number, i: number): number => (rows <= columns ? w[k * columns + i] : w[i * columns + k])
    for (let a = 0; a < count; a++) {
      for (let b = 0; b <= a; b++) {
        let dot = 0
        for (let i = 0; i < Math.max(rows, columns); i++) dot += at(a, i) * at(b, i)
        expect(Math.abs(dot - (a === b ? 1 : 0))).toBeLessThan(1e-14) // rounding of 40 products of order 1/40
      }
    }
  })

  it('is a function of the key', () => {
    expect(initLinear(key, 'torch', 4, 3)).toEqual(initLinear(key, 'torch', 4, 3))
    expect(initLinear(foldIn(key, 1), 'torch', 4, 3)).not.toEqual(initLinear(key, 'torch', 4, 3))
  })
})

describe('initialisation of whole networks', () => {
  it('fills every array of an LSTM inside ±1/√H', () => {
    const values = initLstm(key, 10, 16)
    expect(values.length).toBe(4 * 16 * (10 + 16 + 2))
    expect(moments(values).largest).toBeLessThanOrEqual(1 / 4)
    expect(values.every((value) => value !== 0)).toBe(true)
  })

  it('gives every layer its own draw and its own fan-in', () => {
    const sizes = [17, 64, 64, 6]
    const layout = mlpLayout(sizes)
    const values = initMlp(key, sizes, 'torch')
    expect(values.length).toBe(5702)
    expect(moments(arrayOf(layout, values, '0.weight')).largest).toBeGreaterThan(1 / Math.sqrt(64))
    expect(moments(arrayOf(layout, values, '1.weight')).largest).toBeLessThanOrEqual(1 / Math.sqrt(64))
    expect(arrayOf(layout, values, '1.weight').slice(0, 64)).not.toEqual(arrayOf(layout, values, '2.weight').slice(0, 64))
  })

  it('has the published sizes of the meta network', () => {
    const spec = (inputs: number, hidden: number): MetaNetworkSpec => ({
      inputs,
      hidden,
      readout: 32,
      outputs: 1,
      between: 'linear',
      passes: 2,
      low: [0.02],
      high: [0.08],
    })
    const size = (inputs: number, hidden: number): number => layoutSize(metaNetworkLayout(spec(inputs, hidden)))
    // counts of the released program with 200 and with 40 inputs
    expect([size(200, 1024), size(40, 1024)]).toEqual([5_054_529, 4_399_169])
    const parameters = initMetaNetwork(key, spec(40, 8))
    expect(parameters.length).toBe(size(40, 8))
    const layout = metaNetworkLayout(spec(40, 8))
    expect(moments(arrayOf(layout, parameters, 'lstm.bias_hh')).largest).toBeGreaterThan(0)
    expect(moments(arrayOf(layout, parameters, 'readout.1.bias')).largest).toBe(0)
    expect(moments(arrayOf(layout, parameters, 'readout.1.weight')).largest).toBeGreaterThan(0)
  })
})

describe('a layout', () => {
  it('lists arrays without gaps, joins under prefixes and gives views', () => {
    const layout = joinLayouts([
      ['a', layoutOf([['w', [2, 3]], ['b', [2]]])],
      ['c', layoutOf([['w', [1]]])],
    ])
    expect(layout.map(({ name, offset }) => [name, offset])).toEqual([['a.w', 0], ['a.b', 6], ['c.w', 8]])
    expect(layoutSize(layout)).toBe(9)
    const values = Float64Array.from({ length: 9 }, (_, i) => i)
    expect([...arrayOf(layout, values, 'a.b')]).toEqual([6, 7])
    expect(() => arrayOf(layout, values, 'd')).toThrow(/no array 'd'/)
    expect(() => arrayOf(layout, values.subarray(0, 8), 'c.w')).toThrow(/ends at 9/)
  })
})
