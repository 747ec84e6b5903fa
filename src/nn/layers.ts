/**
 * Pullbacks (vector-Jacobian products) of the two layers that networks are made of: affine map and activation.
 *
 * A pullback takes the gradient of a scalar by a layer's output and gives it by the layer's input and parameters:
 *
 *     y = W x + b:   ∂/∂W = Σ_b ȳ_b x_bᵀ    ∂/∂b = Σ_b ȳ_b    x̄_b = Wᵀ ȳ_b
 *     y = a(x):      x̄ = ȳ ∘ a′(x), with a′ written in terms of y
 *
 * These are in-place kernels: they write only into the array that their caller has just allocated.
 *
 * *Source:* Rumelhart, Hinton and Williams 1986, "Learning representations by back-propagating errors". *Deviations:* none.
 */
import type { Activation } from '../core/backend.ts'

/** The affine map whose weight [outputs, inputs] starts at `offset` of a flat vector and whose bias [outputs] starts at `biasAt`. */
export type AffineShape = Readonly<{ offset: number; biasAt: number; inputs: number; outputs: number }>

/** Adds the gradient by weight and bias to `gradParameters` (same offsets as the parameters). `x` [B, inputs], `gradY` [B, outputs]. */
export const accumulateAffineGradient = (gradParameters: Float64Array, shape: AffineShape, x: Float64Array, gradY: Float64Array): void => {
  const { offset, biasAt, inputs, outputs } = shape
  const batch = gradY.length / outputs
  for (let b = 0; b < batch; b++) {
    for (let o = 0; o < outputs; o++) {
      const slope = gradY[b * outputs + o]
      const row = offset + o * inputs
      for (let i = 0; i < inputs; i++) gradParameters[row + i] += slope * x[b * inputs + i]
      gradParameters[biasAt + o] += slope
    }
  }
}

/** The gradient by the input of an affine map, [B, inputs], from `gradY` [B, outputs]. */
export const affineInputGradient = (parameters: Float64Array, shape: AffineShape, gradY: Float64Array): Float64Array => {
  const { offset, inputs, outputs } = shape
  const batch = gradY.length / outputs
  const gradX = new Float64Array(batch * inputs)
  for (let b = 0; b < batch; b++) {
    for (let o = 0; o < outputs; o++) {
      const slope = gradY[b * outputs + o]
      const row = offset + o * inputs
      for (let i = 0; i < inputs; i++) gradX[b * inputs + i] += slope * parameters[row + i]
    }
  }
  return gradX
}

/** Turns `gradY` into the gradient by the activation's input, in place; `y` holds the activation's output. ReLU has slope 0 at 0. */
export const activationPullback = (gradY: Float64Array, activation: Activation, y: Float64Array): void => {
  switch (activation) {
    case 'linear':
      return
    case 'tanh':
      for (let i = 0; i < gradY.length; i++) gradY[i] *= 1 - y[i] * y[i]
      return
    case 'relu':
      for (let i = 0; i < gradY.length; i++) gradY[i] = y[i] > 0 ? gradY[i] : 0
      return
    case 'sigmoid':
      for (let i = 0; i < gradY.length; i++) gradY[i] *= y[i] * (1 - y[i])
  }
}
