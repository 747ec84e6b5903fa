/**
 * The fully connected network: affine maps with an activation behind each.
 *
 *     x₀ = x,   x_l = a_l(W_l x_{l−1} + b_l),   y = x_L
 *
 * The flat vector holds, per layer, the weight [out, in] row by row and then the bias [out] (PyTorch's convention). A
 * longer vector is accepted: the network reads its front, so that a policy can keep its log-std behind it.
 *
 * *Source:* PyTorch `nn.Linear`; pullbacks in `layers.ts`. *Deviations:* none.
 */
import type { Activation, Backend } from '../core/backend.ts'
import { invariant } from '../core/invariant.ts'
import type { Key } from '../core/key.ts'
import { foldIn } from '../core/rng.ts'
import { initLinear, type LinearInit } from './init.ts'
import { accumulateAffineGradient, activationPullback, affineInputGradient, type AffineShape } from './layers.ts'
import { layoutOf, layoutSize, type Layout } from './layout.ts'

/** `sizes` = [inputs, hidden …, outputs], at least two; `activation` follows the hidden layers, `outputActivation` the last. */
export type MlpSpec = Readonly<{ sizes: readonly number[]; activation: Activation; outputActivation: Activation }>

/** Gradients of a scalar by the flat parameters and by the input [B, inputs]. */
export type MlpGradients = Readonly<{ parameters: Float64Array; x: Float64Array }>

/** The network as pure functions over its flat vector; `x` is [B, inputs] row-major, outputs are [B, outputs]. */
export type Mlp = Readonly<{
  layout: Layout
  /** Length of the flat vector. */
  size: number
  forward(parameters: Float64Array, x: Float64Array, batch: number): Float64Array
  /** The output, and the pullback that takes the gradient by it [B, outputs]; the pullback may be called any number of times. */
  forwardWithPullback(
    parameters: Float64Array,
    x: Float64Array,
    batch: number,
  ): Readonly<{ y: Float64Array; pullback(gradY: Float64Array): MlpGradients }>
}>

/** The layout `0.weight, 0.bias, 1.weight, …` of a network with these sizes. */
export const mlpLayout = (sizes: readonly number[]): Layout =>
  layoutOf(
    sizes.slice(1).flatMap((outputs, layer) => [
      [`${layer}.weight`, [outputs, sizes[layer]]] as const,
      [`${layer}.bias`, [outputs]] as const,
    ]),
  )

/** Initial flat parameters; layer l draws from `foldIn(key, l)`. */
export const initMlp = (key: Key, sizes: readonly number[], init: LinearInit): Float64Array => {
  const parameters = new Float64Array(layoutSize(mlpLayout(sizes)))
  let offset = 0
  for (let layer = 0; layer + 1 < sizes.length; layer++) {
    const values = initLinear(foldIn(key, layer), init, sizes[layer], sizes[layer + 1])
    parameters.set(values, offset)
    offset += values.length
  }
  return parameters
}

/** The affine maps of a network with these sizes, in order. */
export const affineShapes = (sizes: readonly number[]): readonly AffineShape[] => {
  let offset = 0
  return sizes.slice(1).map((outputs, layer) => {
    const inputs = sizes[layer]
    const shape = { offset, biasAt: offset + outputs * inputs, inputs, outputs }
    offset += outputs * (inputs + 1)
    return shape
  })
}

/** Binds a network to a backend. Vectors of a wrong length break an invariant. */
export const mlp = (spec: MlpSpec, backend: Backend): Mlp => {
  invariant(spec.sizes.length >= 2, `a network needs an input and an output size, received ${spec.sizes.length} sizes`)
  const layout = mlpLayout(spec.sizes)
  const size = layoutSize(layout)
  const shapes = affineShapes(spec.sizes)
  const { affine, activate } = backend.kernels
  const activationOf = (layer: number): Activation => (layer === shapes.length - 1 ? spec.outputActivation : spec.activation)

  /** The input and the output of every layer. */
  const run = (parameters: Float64Array, x: Float64Array, batch: number): readonly Float64Array[] => {
    invariant(parameters.length >= size, `a network of ${size} parameters received ${parameters.length}`)
    invariant(x.length === batch * spec.sizes[0], `a batch of ${batch} inputs of ${spec.sizes[0]} received ${x.length} numbers`)
    const values = [x]
    shapes.forEach(({ offset, inputs, outputs }, layer) => {
      const y = new Float64Array(batch * outputs)
      affine(y, parameters, offset, values[layer], batch, inputs, outputs)
      activate(y, activationOf(layer), y.length)
      values.push(y)
    })
    return values
  }

  return {
    layout,
    size,
    forward: (parameters, x, batch) => run(parameters, x, batch)[shapes.length],
    forwardWithPullback: (parameters, x, batch) => {
      const values = run(parameters, x, batch)
      const pullback = (gradY: Float64Array): MlpGradients => {
        const gradParameters = new Float64Array(size)
        let slope: Float64Array = Float64Array.from(gradY)
        for (let layer = shapes.length - 1; layer >= 0; layer--) {
          activationPullback(slope, activationOf(layer), values[layer + 1])
          accumulateAffineGradient(gradParameters, shapes[layer], values[layer], slope)
          slope = affineInputGradient(parameters, shapes[layer], slope)
        }
        return { parameters: gradParameters, x: slope }
      }
      return { y: values[shapes.length], pullback }
    },
  }
}
