/**
 * LSTM kernels of the reference backend: one step, a sequence with its trace, the pullback through it, a cell with resident parameters.
 *
 *     i, f, o = σ(W_i· x + U h + b + b′),  g = tanh(…),  c′ = f ∘ c + i ∘ g,  h′ = o ∘ tanh(c′)
 *
 * A sum starts with both biases added, then runs over the input, then over the hidden state. Four gate rows are computed in one pass,
 * which changes the order of nothing: each has its own accumulator.
 *
 * *Source:* S. Hochreiter and J. Schmidhuber 1997, with the forget gate of F. A. Gers et al. 2000 (gates i, f, g, o).
 * *Deviations:* none.
 */
import type { Kernels } from '../../src/core/backend.ts'
import { sigmoid, tanh } from '../../src/core/dmath.ts'
import { affineInputPullback, affineParameterPullback } from './network.ts'

/** The gates of all units are computed before the first entry of h changes. */
export const lstmStep: Kernels['lstmStep'] = (h, c, parameters, offset, x, scratch, batch, inputs, hidden) => {
  const gates = 4 * hidden
  const recurrentAt = offset + gates * inputs
  const inputBiasAt = recurrentAt + gates * hidden
  const recurrentBiasAt = inputBiasAt + gates
  for (let b = 0; b < batch; b++) {
    const xAt = b * inputs
    const hAt = b * hidden
    const zAt = b * gates
    for (let gate = 0; gate < gates; gate += 4) {
      const inputRow = offset + gate * inputs
      const recurrentRow = recurrentAt + gate * hidden
      let sum0 = parameters[inputBiasAt + gate] + parameters[recurrentBiasAt + gate]
      let sum1 = parameters[inputBiasAt + gate + 1] + parameters[recurrentBiasAt + gate + 1]
      let sum2 = parameters[inputBiasAt + gate + 2] + parameters[recurrentBiasAt + gate + 2]
      let sum3 = parameters[inputBiasAt + gate + 3] + parameters[recurrentBiasAt + gate + 3]
      for (let i = 0; i < inputs; i++) {
        const value = x[xAt + i]
        const at = inputRow + i
        sum0 += parameters[at] * value
        sum1 += parameters[at + inputs] * value
        sum2 += parameters[at + 2 * inputs] * value
        sum3 += parameters[at + 3 * inputs] * value
      }
      for (let j = 0; j < hidden; j++) {
        const value = h[hAt + j]
        const at = recurrentRow + j
        sum0 += parameters[at] * value
        sum1 += parameters[at + hidden] * value
        sum2 += parameters[at + 2 * hidden] * value
        sum3 += parameters[at + 3 * hidden] * value
      }
      scratch[zAt + gate] = sum0
      scratch[zAt + gate + 1] = sum1
      scratch[zAt + gate + 2] = sum2
      scratch[zAt + gate + 3] = sum3
    }
    for (let j = 0; j < hidden; j++) {
      const input = sigmoid(scratch[zAt + j])
      const forget = sigmoid(scratch[zAt + hidden + j])
      const cell = tanh(scratch[zAt + 2 * hidden + j])
      const output = sigmoid(scratch[zAt + 3 * hidden + j])
      scratch[zAt + j] = input
      scratch[zAt + hidden + j] = forget
      scratch[zAt + 2 * hidden + j] = cell
      scratch[zAt + 3 * hidden + j] = output
      const next = forget * c[hAt + j] + input * cell
      c[hAt + j] = next
      h[hAt + j] = output * tanh(next)
    }
  }
}

/** Step after step, each writing its part of the trace. */
export const lstmForward: Kernels['lstmForward'] = (trace, { parameters, x, start, shape }) => {
  const { steps, batch, inputs, hidden } = shape
  const width = batch * hidden
  for (let t = 0; t < steps; t++) {
    const h = trace.h.subarray(t * width, (t + 1) * width)
    const c = trace.c.subarray(t * width, (t + 1) * width)
    h.set(t === 0 ? start.h : trace.h.subarray((t - 1) * width, t * width))
    c.set(t === 0 ? start.c : trace.c.subarray((t - 1) * width, t * width))
    const gates = trace.gates.subarray(4 * t * width, 4 * (t + 1) * width)
    lstmStep(h, c, parameters, 0, x.subarray(t * batch * inputs, (t + 1) * batch * inputs), gates, batch, inputs, hidden)
  }
}

/** What one step left for its pullback: gates after activation [B, 4H], cell states before and after it [B, H]. */
type StepTrace = Readonly<{ gates: Float64Array; cBefore: Float64Array; cAfter: Float64Array; hidden: number }>

/** Writes the gradient by the gates before activation to `slopes` [B, 4H], from those by h′ and c′; turns `gradC` into the gradient by c. */
const gatePullback = (slopes: Float64Array, gradC: Float64Array, gradH: Float64Array, { gates, cBefore, cAfter, hidden }: StepTrace): void => {
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
}

/** Back through time: at each step the gradient by its hidden state from later steps and from outside are added. */
export const lstmPullback: Kernels['lstmPullback'] = (gradients, { parameters, x, start, shape }, trace, gradH, gradCLast) => {
  const { steps, batch, inputs, hidden } = shape
  const width = batch * hidden
  const rows = 4 * hidden
  const recurrentAt = rows * inputs
  const inputBiasAt = recurrentAt + rows * hidden
  const recurrentBiasAt = inputBiasAt + rows
  const gradC = gradients.c0
  const gradHNow = gradients.h0
  const slopes = new Float64Array(4 * width)
  gradients.parameters.fill(0, 0, recurrentBiasAt + rows)
  gradC.set(gradCLast)
  gradHNow.fill(0, 0, width)
  for (let t = steps - 1; t >= 0; t--) {
    const at = t * width
    for (let k = 0; k < width; k++) gradHNow[k] += gradH[at + k]
    const cBefore = t === 0 ? start.c : trace.c.subarray(at - width, at)
    const hBefore = t === 0 ? start.h : trace.h.subarray(at - width, at)
    const xAt = t * batch * inputs
    const gates = trace.gates.subarray(4 * at, 4 * (at + width))
    gatePullback(slopes, gradC, gradHNow, { gates, cBefore, cAfter: trace.c.subarray(at, at + width), hidden })
    affineParameterPullback(gradients.parameters, 0, inputBiasAt, x.subarray(xAt, xAt + batch * inputs), slopes, batch, inputs, rows)
    affineParameterPullback(gradients.parameters, recurrentAt, recurrentBiasAt, hBefore, slopes, batch, hidden, rows)
    affineInputPullback(gradients.x.subarray(xAt, xAt + batch * inputs), parameters, 0, slopes, batch, inputs, rows)
    affineInputPullback(gradHNow, parameters, recurrentAt, slopes, batch, hidden, rows)
  }
}

/** A copy of the parameters and scratch for the gates of one step. */
export const residentLstm: Kernels['residentLstm'] = (inputs, hidden) => {
  const held = new Float64Array(4 * hidden * (inputs + hidden + 2))
  const scratch = new Float64Array(4 * hidden)
  return {
    load: (parameters) => held.set(parameters.length === held.length ? parameters : parameters.subarray(0, held.length)),
    step: (h, c, x) => lstmStep(h, c, held, 0, x, scratch, 1, inputs, hidden),
  }
}
