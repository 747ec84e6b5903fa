import { describe, it } from 'vitest'
import { reference } from '../../backends/reference/index.ts'
import { lstm } from '../../src/nn/lstm.ts'
import { metaNetwork } from '../../src/nn/meta-network.ts'
import { mlp } from '../../src/nn/mlp.ts'
import { lstmLaws, metaNetworkLaws, mlpLaws } from '../laws/network.ts'

describe('the fully connected net', () => {
  it.each(mlpLaws)('$name', ({ check }) => check({ make: (spec) => mlp(spec, reference), backend: reference }))
})

describe('the LSTM layer', () => {
  it.each(lstmLaws)('$name', ({ check }) => check({ make: (spec) => lstm(spec, reference) }))
})

describe('the meta network', () => {
  it.each(metaNetworkLaws)('$name', ({ check }) => check({ make: (spec) => metaNetwork(spec, reference) }))
})
