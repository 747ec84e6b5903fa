/**
 * The meta network: an LSTM that reads a history of population fitness and a readout that turns its last hidden state
 * into values inside given ranges.
 *
 *     h = LSTM(history), from zero state, `passes` times in a row with the state carried on
 *     z = W₂ · between(W₁ h + b₁) + b₂,   y = low + (high − low) ∘ σ(z)
 *
 * One flat vector: LSTM (w_ih, w_hh, b_ih, b_hh), then weight and bias of both linear layers.
 *
 * *Source:* Wang et al. 2023, BiERL, arXiv 2308.01207, section 3.3 (LSTM encoder, MLP generator); sizes of the released
 * program are hidden 1024, readout 32, `between` linear, two passes.
 * *Deviations:* 1. sizes are free. 2. the state starts at zero; the released program starts it at N(0, 1) and
 * keeps it between calls, which makes the answer depend on the number of calls.
 */
import type { Backend } from '../core/backend.ts'
import { sigmoid } from '../core/dmath.ts'
import { invariant } from '../core/invariant.ts'
import type { Key } from '../core/key.ts'
import { foldIn } from '../core/rng.ts'
import { initLinear, initLstm, type LinearInit } from './init.ts'
import { joinLayouts, layoutSize, type Layout } from './layout.ts'
import { lstm, lstmLayout, zeroLstmState } from './lstm.ts'
import { mlp, mlpLayout } from './mlp.ts'

/** Sizes and ranges; `low` and `high` [outputs] bound the answers (open interval up to rounding). */
export type MetaNetworkSpec = Readonly<{
  inputs: number
  hidden: number
  readout: number
  outputs: number
  between: 'tanh' | 'linear'
  passes: number
  low: readonly number[]
  high: readonly number[]
}>

/** Last hidden state [H], answers before squashing and in their ranges [outputs]. */
export type MetaAnswer = Readonly<{ hLast: Float64Array; z: Float64Array; y: Float64Array }>

/** The network as pure functions over its flat vector; `history` is [T, inputs], oldest row first, T ≥ 1. */
export type MetaNetwork = Readonly<{
  layout: Layout
  /** Length of the flat vector. */
  size: number
  forward(parameters: Float64Array, history: Float64Array): MetaAnswer
  /** The answer and the pullback of the gradient by y [outputs]. */
  forwardWithPullback(
    parameters: Float64Array,
    history: Float64Array,
  ): Readonly<{ answer: MetaAnswer; pullback(gradY: Float64Array): Readonly<{ parameters: Float64Array; history: Float64Array }> }>
}>

/** The layout `lstm.weight_ih, …, readout.0.weight, …, readout.1.bias`. */
export const metaNetworkLayout = (spec: MetaNetworkSpec): Layout =>
  joinLayouts([
    ['lstm', lstmLayout(spec)],
    ['readout', mlpLayout([spec.hidden, spec.readout, spec.outputs])],
  ])

/** Initial flat parameters: PyTorch's LSTM initialisation, readout by `init` (the authors' is `xavier-normal`). */
export const initMetaNetwork = (key: Key, spec: MetaNetworkSpec, init: LinearInit = 'xavier-normal'): Float64Array => {
  const parts = [
    initLstm(foldIn(key, 0), spec.inputs, spec.hidden),
    initLinear(foldIn(key, 1), init, spec.hidden, spec.readout),
    initLinear(foldIn(key, 2), init, spec.readout, spec.outputs),
  ]
  const parameters = new Float64Array(layoutSize(metaNetworkLayout(spec)))
  let offset = 0
  for (const part of parts) {
    parameters.set(part, offset)
    offset += part.length
  }
  return parameters
}

/** Binds a network to a backend. Wrong lengths, fewer than one pass or ranges of another length break an invariant. */
export const metaNetwork = (spec: MetaNetworkSpec, backend: Backend): MetaNetwork => {
  const { inputs, hidden, outputs, passes, low, high } = spec
  invariant(Number.isInteger(passes) && passes >= 1, `passes must be a positive integer, received ${passes}`)
  invariant(low.length === outputs && high.length === outputs, `${outputs} outputs with ${low.length} lower and ${high.length} upper bounds`)
  const encoder = lstm({ inputs, hidden }, backend)
  const generator = mlp({ sizes: [hidden, spec.readout, outputs], activation: spec.between, outputActivation: 'linear' }, backend)
  const size = encoder.size + generator.size

  const check = (parameters: Float64Array, history: Float64Array): void => {
    invariant(parameters.length === size, `a meta network of ${size} parameters received ${parameters.length}`)
    invariant(history.length > 0 && history.length % inputs === 0, `a history of rows of ${inputs} received ${history.length} numbers`)
  }
  const readoutOf = (parameters: Float64Array): Float64Array => parameters.subarray(encoder.size)
  const squash = (z: Float64Array): Float64Array => z.map((value, k) => low[k] + (high[k] - low[k]) * sigmoid(value))

  return {
    layout: metaNetworkLayout(spec),
    size,
    forward: (parameters, history) => {
      check(parameters, history)
      let state = zeroLstmState(hidden, 1)
      for (let pass = 0; pass < passes; pass++) state = encoder.sequence(parameters, state, history, 1)
      const z = generator.forward(readoutOf(parameters), state.h, 1)
      return { hLast: state.h, z, y: squash(z) }
    },
    forwardWithPullback: (parameters, history) => {
      check(parameters, history)
      const repeated = new Float64Array(passes * history.length)
      for (let pass = 0; pass < passes; pass++) repeated.set(history, pass * history.length)
      const encoded = encoder.sequenceWithPullback(parameters, zeroLstmState(hidden, 1), repeated, 1)
      const hLast = encoded.trace.h.slice(-hidden)
      const generated = generator.forwardWithPullback(readoutOf(parameters), hLast, 1)
      const pullback = (gradY: Float64Array): Readonly<{ parameters: Float64Array; history: Float64Array }> => {
        const gradZ = gradY.map((slope, k) => {
          const s = sigmoid(generated.y[k])
          return slope * (high[k] - low[k]) * s * (1 - s)
        })
        const byReadout = generated.pullback(gradZ)
        const gradH = new Float64Array(encoded.trace.h.length)
        gradH.set(byReadout.x, gradH.length - hidden)
        const byEncoder = encoded.pullback(gradH, new Float64Array(hidden))
        const gradParameters = new Float64Array(size)
        gradParameters.set(byEncoder.parameters)
        gradParameters.set(byReadout.parameters, encoder.size)
        const gradHistory = new Float64Array(history.length)
        byEncoder.x.forEach((slope, at) => {
          gradHistory[at % history.length] += slope
        })
        return { parameters: gradParameters, history: gradHistory }
      }
      return { answer: { hLast, z: generated.y, y: squash(generated.y) }, pullback }
    },
  }
}
