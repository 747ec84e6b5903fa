/**
 * K-FAC against NumPy (dense Kronecker products behind it) at the tolerances that the file states.
 */
import { describe, expect, it } from 'vitest'
import { reference } from '../../backends/reference/index.ts'
import type { MlpSpec } from '../../src/core/backend.ts'
import { affineLayers, layerSignals, type LayerSignal } from '../../src/nn/layer-signals.ts'
import { kfac } from '../../src/optim/kfac.ts'
import { mismatches, oracleCases, oracleFamily } from '../fixtures/oracle.ts'

type Rows = readonly (readonly number[])[]
type KfacInput = Readonly<{
  sizes: readonly number[]
  bias: 'joint' | 'separate'
  inverse: 'exact' | 'factored'
  parameters: readonly number[]
  obs: Rows
  output_slopes: Rows
  later_obs: Rows
  later_output_slopes: Rows
  gradient: readonly number[]
  stat_decay: number
  damping: number
  kl_clip: number
  max_nu: number
  learning_rate: number
  momentum: number
}>

const family = oracleFamily('kfac')
const flat = (rows: Rows): Float64Array => Float64Array.from(rows.flat())

describe('oracle: K-FAC', () => {
  it.each(oracleCases<KfacInput, unknown>(family, 'kfac'))('$name', (each) => {
    const { sizes, bias, inverse, damping, stat_decay: statDecay, ...rest } = each.input
    const spec: MlpSpec = { sizes, activation: 'tanh', outputActivation: 'linear' }
    const parameters = Float64Array.from(rest.parameters)
    const signalsOf = (obs: Rows, slopes: Rows): readonly LayerSignal[] => {
      const batch = obs.length
      const values = new Float64Array(batch * sizes.slice(1).reduce((sum, width) => sum + width, 0))
      reference.kernels.mlpForward(values, spec, parameters, flat(obs), batch)
      return layerSignals(reference, spec, parameters, flat(obs), values, flat(slopes), batch)
    }
    const signals = signalsOf(rest.obs, rest.output_slopes)
    const method = kfac({ layers: affineLayers(sizes, 0), bias, inverse }, reference)
    const first = method.observe(method.init(), signals, statDecay)
    const state = method.renew(method.observe(first, signalsOf(rest.later_obs, rest.later_output_slopes), statDecay), damping)
    const gradient = Float64Array.from(rest.gradient)
    const { learning_rate: learningRate, kl_clip: klClip, max_nu: maxNu, momentum } = rest
    const hyper = { learningRate, trustRate: learningRate, damping, klClip, maxNu, momentum, weightDecay: 0 }
    const step = method.step(state, gradient, parameters, hyper)
    expect(
      mismatches(family, each, {
        hidden: signals[1].x,
        hidden_slopes: signals[0].slopes,
        blocks: state.factors.map(({ a, g }, i) => ({ A_first: first.factors[i].a, G_first: first.factors[i].g, A: a, G: g })),
        direction: method.direction(state, gradient, damping),
        inner_product: step.innerProduct,
        nu: step.nu,
        parameters_after_step: step.parameters,
      }),
    ).toEqual([])
  })
})
