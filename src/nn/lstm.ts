/**
 * The LSTM layer, one step or a sequence, with its pullback.
 *
 *     i, f, o = σ(W_i· x + b + U h + b′),  g = tanh(…),  c′ = f ∘ c + i ∘ g,  h′ = o ∘ tanh(c′)
 *
 * Gates in the order i, f, g, o; the flat vector is w_ih [4H, I], w_hh [4H, H], b_ih [4H], b_hh [4H], both biases added.
 * A longer vector is accepted: the layer reads its front.
 *
 * *Source:* Hochreiter and Schmidhuber 1997, "Long short-term memory"; gate order and layout of PyTorch `nn.LSTM`.
 * *Deviations:* none.
 */
import type { Backend, LstmGradients, LstmState, LstmTrace } from '../core/backend.ts'
import { invariant } from '../core/invariant.ts'
import { layoutOf, layoutSize, type Layout } from './layout.ts'

export type LstmSpec = Readonly<{ inputs: number; hidden: number }>

export type { LstmGradients, LstmState, LstmTrace } from '../core/backend.ts'

/** The layer as pure functions over its flat vector; sequences `x` are [T, B, I]. */
export type Lstm = Readonly<{
  layout: Layout
  /** Length of the flat vector. */
  size: number
  /** The state after one input `x` [B, I]. */
  step(parameters: Float64Array, state: LstmState, x: Float64Array, batch: number): LstmState
  /** The state after all inputs. */
  sequence(parameters: Float64Array, state: LstmState, x: Float64Array, batch: number): LstmState
  /** The whole trace, and the pullback of the gradients by all hidden states [T, B, H] and by the last cell state [B, H]. */
  sequenceWithPullback(
    parameters: Float64Array,
    state: LstmState,
    x: Float64Array,
    batch: number,
  ): Readonly<{ trace: LstmTrace; pullback(gradH: Float64Array, gradCLast: Float64Array): LstmGradients }>
}>

/** The layout `weight_ih, weight_hh, bias_ih, bias_hh`. */
export const lstmLayout = ({ inputs, hidden }: LstmSpec): Layout =>
  layoutOf([
    ['weight_ih', [4 * hidden, inputs]],
    ['weight_hh', [4 * hidden, hidden]],
    ['bias_ih', [4 * hidden]],
    ['bias_hh', [4 * hidden]],
  ])

/** The state in which a sequence usually starts: zeros. */
export const zeroLstmState = (hidden: number, batch: number): LstmState => ({
  h: new Float64Array(batch * hidden),
  c: new Float64Array(batch * hidden),
})

/** Binds a layer to a backend. Arrays of a wrong length break an invariant. */
export const lstm = (spec: LstmSpec, backend: Backend): Lstm => {
  const { inputs, hidden } = spec
  const layout = lstmLayout(spec)
  const size = layoutSize(layout)
  const { lstmStep, lstmForward, lstmPullback } = backend.kernels

  const stepsOf = (parameters: Float64Array, state: LstmState, x: Float64Array, batch: number): number => {
    const steps = x.length / (batch * inputs)
    invariant(parameters.length >= size, `an LSTM of ${size} parameters received ${parameters.length}`)
    invariant(Number.isInteger(steps), `${x.length} numbers are not a sequence of [${batch}, ${inputs}] inputs`)
    invariant(state.h.length === batch * hidden && state.c.length === batch * hidden, `the state must be [${batch}, ${hidden}]`)
    return steps
  }

  /** What a sequence starts from, and its whole trace. */
  const traceOf = (parameters: Float64Array, start: LstmState, x: Float64Array, batch: number) => {
    const steps = stepsOf(parameters, start, x, batch)
    const width = batch * hidden
    const trace: LstmTrace = {
      h: new Float64Array(steps * width),
      c: new Float64Array(steps * width),
      gates: new Float64Array(4 * steps * width),
    }
    const run = { parameters, x, start, shape: { steps, batch, inputs, hidden } }
    lstmForward(trace, run)
    return { run, trace }
  }

  return {
    layout,
    size,
    step: (parameters, state, x, batch) => {
      invariant(x.length === batch * inputs, `one step takes [${batch}, ${inputs}] inputs, received ${x.length} numbers`)
      stepsOf(parameters, state, x, batch)
      const h = Float64Array.from(state.h)
      const c = Float64Array.from(state.c)
      lstmStep(h, c, parameters, 0, x, new Float64Array(4 * batch * hidden), batch, inputs, hidden)
      return { h, c }
    },
    sequence: (parameters, state, x, batch) => {
      const { trace } = traceOf(parameters, state, x, batch)
      if (trace.h.length === 0) return { h: state.h.slice(), c: state.c.slice() }
      return { h: trace.h.slice(-batch * hidden), c: trace.c.slice(-batch * hidden) }
    },
    sequenceWithPullback: (parameters, state, x, batch) => {
      const { run, trace } = traceOf(parameters, state, x, batch)
      const pullback = (gradH: Float64Array, gradCLast: Float64Array): LstmGradients => {
        const gradients: LstmGradients = {
          parameters: new Float64Array(size),
          x: new Float64Array(x.length),
          h0: new Float64Array(batch * hidden),
          c0: new Float64Array(batch * hidden),
        }
        lstmPullback(gradients, run, trace, gradH, gradCLast)
        return gradients
      }
      return { trace, pullback }
    },
  }
}
