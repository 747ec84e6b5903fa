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
import type { Backend } from '../core/backend.ts'
import { tanh } from '../core/dmath.ts'
import { invariant } from '../core/invariant.ts'
import { accumulateAffineGradient, affineInputGradient } from './layers.ts'
import { layoutOf, layoutSize, type Layout } from './layout.ts'

export type LstmSpec = Readonly<{ inputs: number; hidden: number }>

/** Hidden and cell state, [B, H] each. */
export type LstmState = Readonly<{ h: Float64Array; c: Float64Array }>

/** Everything that a sequence went through: hidden and cell states [T, B, H], gates after activation [T, B, 4H] (i, f, g, o). */
export type LstmTrace = Readonly<{ h: Float64Array; c: Float64Array; gates: Float64Array }>

/** Gradients of a scalar by parameters, inputs [T, B, I] and the starting state [B, H]. */
export type LstmGradients = Readonly<{ parameters: Float64Array; x: Float64Array; h0: Float64Array; c0: Float64Array }>

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

/** What one step left for its pullback: gates after activation [B, 4H], cell states before and after it [B, H]. */
type StepTrace = Readonly<{ gates: Float64Array; cBefore: Float64Array; cAfter: Float64Array; hidden: number }>

/** What one pass over a sequence keeps for its pullback. */
type Pass = Readonly<{ state: LstmState; x: Float64Array; batch: number; steps: number; trace: LstmTrace }>

/**
 * The gradient by the gates before activation, [B, 4H], from the gradients by h′ and c′ [B, H]; turns `gradC` in place
 * into the gradient by c.
 */
const gatePullback = ({ gates, cBefore, cAfter, hidden }: StepTrace, gradH: Float64Array, gradC: Float64Array): Float64Array => {
  const slopes = new Float64Array(gates.length)
  for (let k = 0; k < cAfter.length; k++) {
    const at = 4 * hidden * Math.floor(k / hidden) + (k % hidden)
    const i = gates[at]
    const f = gates[at + hidden]
    const g = gates[at + 2 * hidden]
    const o = gates[at + 3 * hidden]
    const squashed = tanh(cAfter[k])
    const slopeC = gradC[k] + gradH[k] * o * (1 - squashed * squashed)
    slopes[at] = slopeC * g * i * (1 - i)
    slopes[at + hidden] = slopeC * cBefore[k] * f * (1 - f)
    slopes[at + 2 * hidden] = slopeC * i * (1 - g * g)
    slopes[at + 3 * hidden] = gradH[k] * squashed * o * (1 - o)
    gradC[k] = slopeC * f
  }
  return slopes
}

/** Binds a layer to a backend. Arrays of a wrong length break an invariant. */
export const lstm = (spec: LstmSpec, backend: Backend): Lstm => {
  const { inputs, hidden } = spec
  const layout = lstmLayout(spec)
  const size = layoutSize(layout)
  const gateCount = 4 * hidden
  const [weightIh, weightHh, biasIh, biasHh] = layout.map((entry) => entry.offset)
  const { lstmStep } = backend.kernels

  const stepsOf = (parameters: Float64Array, state: LstmState, x: Float64Array, batch: number): number => {
    const steps = x.length / (batch * inputs)
    invariant(parameters.length >= size, `an LSTM of ${size} parameters received ${parameters.length}`)
    invariant(Number.isInteger(steps), `${x.length} numbers are not a sequence of [${batch}, ${inputs}] inputs`)
    invariant(state.h.length === batch * hidden && state.c.length === batch * hidden, `the state must be [${batch}, ${hidden}]`)
    return steps
  }

  const sequence = (parameters: Float64Array, state: LstmState, x: Float64Array, batch: number): LstmState => {
    const steps = stepsOf(parameters, state, x, batch)
    const h = Float64Array.from(state.h)
    const c = Float64Array.from(state.c)
    const scratch = new Float64Array(batch * gateCount)
    for (let t = 0; t < steps; t++) {
      lstmStep(h, c, parameters, 0, x.subarray(t * batch * inputs, (t + 1) * batch * inputs), scratch, batch, inputs, hidden)
    }
    return { h, c }
  }

  const traceOf = (parameters: Float64Array, state: LstmState, x: Float64Array, batch: number, steps: number): LstmTrace => {
    const width = batch * hidden
    const h = new Float64Array(steps * width)
    const c = new Float64Array(steps * width)
    const gates = new Float64Array(steps * batch * gateCount)
    for (let t = 0; t < steps; t++) {
      const hNow = h.subarray(t * width, (t + 1) * width)
      const cNow = c.subarray(t * width, (t + 1) * width)
      hNow.set(t === 0 ? state.h : h.subarray((t - 1) * width, t * width))
      cNow.set(t === 0 ? state.c : c.subarray((t - 1) * width, t * width))
      const gatesNow = gates.subarray(t * batch * gateCount, (t + 1) * batch * gateCount)
      lstmStep(hNow, cNow, parameters, 0, x.subarray(t * batch * inputs, (t + 1) * batch * inputs), gatesNow, batch, inputs, hidden)
    }
    return { h, c, gates }
  }

  const fromInput = { offset: weightIh, biasAt: biasIh, inputs, outputs: gateCount }
  const fromHidden = { offset: weightHh, biasAt: biasHh, inputs: hidden, outputs: gateCount }

  const pull = (parameters: Float64Array, pass: Pass, gradHs: Float64Array, gradCLast: Float64Array): LstmGradients => {
    const { state, x, batch, steps, trace } = pass
    const width = batch * hidden
    const gradParameters = new Float64Array(size)
    const gradX = new Float64Array(x.length)
    const gradC = Float64Array.from(gradCLast)
    let gradH: Float64Array = new Float64Array(width)
    for (let t = steps - 1; t >= 0; t--) {
      const at = t * width
      for (let k = 0; k < width; k++) gradH[k] += gradHs[at + k]
      const cBefore = t === 0 ? state.c : trace.c.subarray(at - width, at)
      const hBefore = t === 0 ? state.h : trace.h.subarray(at - width, at)
      const xNow = x.subarray(t * batch * inputs, (t + 1) * batch * inputs)
      const gates = trace.gates.subarray(4 * at, 4 * (at + width))
      const slopes = gatePullback({ gates, cBefore, cAfter: trace.c.subarray(at, at + width), hidden }, gradH, gradC)
      accumulateAffineGradient(gradParameters, fromInput, xNow, slopes)
      accumulateAffineGradient(gradParameters, fromHidden, hBefore, slopes)
      gradX.set(affineInputGradient(parameters, fromInput, slopes), t * batch * inputs)
      gradH = affineInputGradient(parameters, fromHidden, slopes)
    }
    return { parameters: gradParameters, x: gradX, h0: gradH, c0: gradC }
  }

  return {
    layout,
    size,
    step: (parameters, state, x, batch) => {
      invariant(x.length === batch * inputs, `one step takes [${batch}, ${inputs}] inputs, received ${x.length} numbers`)
      return sequence(parameters, state, x, batch)
    },
    sequence,
    sequenceWithPullback: (parameters, state, x, batch) => {
      const steps = stepsOf(parameters, state, x, batch)
      const trace = traceOf(parameters, state, x, batch, steps)
      const pass = { state, x, batch, steps, trace }
      return { trace, pullback: (gradH, gradCLast) => pull(parameters, pass, gradH, gradCLast) }
    },
  }
}
