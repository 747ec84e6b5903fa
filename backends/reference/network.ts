/**
 * Network kernels of the reference backend: affine map, activations, one LSTM step.
 *
 * Every sum starts with the bias and runs in index order. Four outputs (or gate rows) are computed in one pass over the inputs, which changes
 * the order of nothing: each output has its own accumulator.
 *
 * *Source:* S. Hochreiter and J. Schmidhuber 1997, with the forget gate of F. A. Gers et al. 2000 (LSTM, gates i, f, g, o).
 * *Deviations:* none.
 */
import type { Activation, Kernels } from '../../src/core/backend.ts'
import { sigmoid, tanh } from '../../src/core/dmath.ts'

/** out[b, o] = bias[o] + Σ_i weights[o, i] · x[b, i]. */
export const affine: Kernels['affine'] = (out, parameters, offset, x, batch, inputs, outputs) => {
  const biasAt = offset + outputs * inputs
  for (let b = 0; b < batch; b++) {
    const xAt = b * inputs
    const outAt = b * outputs
    let o = 0
    for (; o + 3 < outputs; o += 4) {
      const row0 = offset + o * inputs
      const row1 = row0 + inputs
      const row2 = row1 + inputs
      const row3 = row2 + inputs
      let sum0 = parameters[biasAt + o]
      let sum1 = parameters[biasAt + o + 1]
      let sum2 = parameters[biasAt + o + 2]
      let sum3 = parameters[biasAt + o + 3]
      for (let i = 0; i < inputs; i++) {
        const value = x[xAt + i]
        sum0 += parameters[row0 + i] * value
        sum1 += parameters[row1 + i] * value
        sum2 += parameters[row2 + i] * value
        sum3 += parameters[row3 + i] * value
      }
      out[outAt + o] = sum0
      out[outAt + o + 1] = sum1
      out[outAt + o + 2] = sum2
      out[outAt + o + 3] = sum3
    }
    for (; o < outputs; o++) {
      const row = offset + o * inputs
      let sum = parameters[biasAt + o]
      for (let i = 0; i < inputs; i++) sum += parameters[row + i] * x[xAt + i]
      out[outAt + o] = sum
    }
  }
}

/** Activation of the first n entries, in place; NaN stays NaN. */
export const activate = (out: Float64Array, activation: Activation, n: number): void => {
  switch (activation) {
    case 'linear':
      return
    case 'tanh':
      for (let i = 0; i < n; i++) out[i] = tanh(out[i])
      return
    case 'relu':
      for (let i = 0; i < n; i++) if (out[i] < 0) out[i] = 0
      return
    case 'sigmoid':
      for (let i = 0; i < n; i++) out[i] = sigmoid(out[i])
  }
}

/**
 * z = (b_ih + b_hh) + W_ih x + W_hh h; c' = σ(z_f) c + σ(z_i) tanh(z_g); h' = σ(z_o) tanh(c').
 *
 * The gates of all units are computed before the first entry of h changes.
 */
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
