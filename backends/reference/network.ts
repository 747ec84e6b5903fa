/**
 * Layer kernels of the reference backend: affine map and activations, each with its pullback.
 *
 *     y = W x + b:   ∂/∂W = Σ_b ȳ_b x_bᵀ    ∂/∂b = Σ_b ȳ_b    x̄_b = Wᵀ ȳ_b
 *     y = a(x):      x̄ = ȳ ∘ a′(x), with a′ written in terms of y
 *
 * Four terms share one pass: four outputs of the affine map, four outputs or rows of a batch in its pullbacks. That changes the order
 * of nothing: each sum has its own accumulator and takes its terms one after the other.
 *
 * *Source:* Rumelhart, Hinton and Williams 1986, "Learning representations by back-propagating errors". *Deviations:* none.
 */
import type { Kernels } from '../../src/core/backend.ts'
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

/** out[b, i] = Σ_o gradY[b, o] · weights[o, i]. */
export const affineInputPullback: Kernels['affineInputPullback'] = (out, parameters, offset, gradY, batch, inputs, outputs) => {
  for (let b = 0; b < batch; b++) {
    const outAt = b * inputs
    const yAt = b * outputs
    for (let i = 0; i < inputs; i++) out[outAt + i] = 0
    let o = 0
    for (; o + 3 < outputs; o += 4) {
      const row0 = offset + o * inputs
      const row1 = row0 + inputs
      const row2 = row1 + inputs
      const row3 = row2 + inputs
      const slope0 = gradY[yAt + o]
      const slope1 = gradY[yAt + o + 1]
      const slope2 = gradY[yAt + o + 2]
      const slope3 = gradY[yAt + o + 3]
      for (let i = 0; i < inputs; i++) {
        const sum = out[outAt + i] + slope0 * parameters[row0 + i] + slope1 * parameters[row1 + i]
        out[outAt + i] = sum + slope2 * parameters[row2 + i] + slope3 * parameters[row3 + i]
      }
    }
    for (; o < outputs; o++) {
      const slope = gradY[yAt + o]
      const row = offset + o * inputs
      for (let i = 0; i < inputs; i++) out[outAt + i] += slope * parameters[row + i]
    }
  }
}

/** out[weightAt + o·inputs + i] += gradY[b, o] · x[b, i] and out[biasAt + o] += gradY[b, o], b after b. */
export const affineParameterPullback: Kernels['affineParameterPullback'] = (out, weightAt, biasAt, x, gradY, batch, inputs, outputs) => {
  let b = 0
  for (; b + 3 < batch; b += 4) {
    const x0 = b * inputs
    const x1 = x0 + inputs
    const x2 = x1 + inputs
    const x3 = x2 + inputs
    for (let o = 0; o < outputs; o++) {
      const slope0 = gradY[b * outputs + o]
      const slope1 = gradY[(b + 1) * outputs + o]
      const slope2 = gradY[(b + 2) * outputs + o]
      const slope3 = gradY[(b + 3) * outputs + o]
      const row = weightAt + o * inputs
      for (let i = 0; i < inputs; i++) {
        const sum = out[row + i] + slope0 * x[x0 + i] + slope1 * x[x1 + i]
        out[row + i] = sum + slope2 * x[x2 + i] + slope3 * x[x3 + i]
      }
      out[biasAt + o] = out[biasAt + o] + slope0 + slope1 + slope2 + slope3
    }
  }
  for (; b < batch; b++) {
    for (let o = 0; o < outputs; o++) {
      const slope = gradY[b * outputs + o]
      const row = weightAt + o * inputs
      for (let i = 0; i < inputs; i++) out[row + i] += slope * x[b * inputs + i]
      out[biasAt + o] += slope
    }
  }
}

/** Activation of the first n entries, in place; NaN stays NaN. */
export const activate: Kernels['activate'] = (out, activation, n) => {
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

/** Gradient by the activation's output to that by its input, in place. */
export const activatePullback: Kernels['activatePullback'] = (out, activation, y, n) => {
  switch (activation) {
    case 'linear':
      return
    case 'tanh':
      for (let i = 0; i < n; i++) out[i] *= 1 - y[i] * y[i]
      return
    case 'relu':
      for (let i = 0; i < n; i++) out[i] = y[i] > 0 ? out[i] : 0
      return
    case 'sigmoid':
      for (let i = 0; i < n; i++) out[i] *= y[i] * (1 - y[i])
  }
}
