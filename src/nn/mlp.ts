/**
 * The fully connected network: affine maps with an activation behind each.
 *
 *     x₀ = x,   x_l = a_l(W_l x_{l−1} + b_l),   y = x_L
 *     ẋ₀ = 0,   ẋ_l = a_l′ ∘ (W_l ẋ_{l−1} + Ẇ_l x_{l−1} + ḃ_l)   along a direction (Ẇ, ḃ) of the parameters
 *
 * The flat vector holds, per layer, the weight [out, in] row by row and then the bias [out] (PyTorch's convention). A
 * longer vector is accepted: the network reads its front, so that a policy can keep its log-std behind it.
 *
 * *Source:* PyTorch `nn.Linear`; Pearlmutter 1994, "Fast exact multiplication by the Hessian" (the forward pass of a direction).
 * *Deviations:* none.
 */
import type { Backend, MlpSpec } from '../core/backend.ts'
import { invariant } from '../core/invariant.ts'
import type { Key } from '../core/key.ts'
import { foldIn } from '../core/rng.ts'
import { initLinear, type LinearInit } from './init.ts'
import { layoutOf, layoutSize, type Layout } from './layout.ts'

export type { MlpSpec } from '../core/backend.ts'

/** Gradients of a scalar by the flat parameters and by the input [B, inputs]. */
export type MlpGradients = Readonly<{ parameters: Float64Array; x: Float64Array }>

/** The output of a batch [B, outputs] and the way back; the pullbacks take the gradient by the output and may be called any number of times. */
export type MlpPass = Readonly<{
  y: Float64Array
  pullback(gradY: Float64Array): MlpGradients
  /** The gradient by the parameters alone, which saves a matrix product. */
  parameterPullback(gradY: Float64Array): Float64Array
  /** The way forward of a direction [P] of the parameters: the slope of every output along it [B, outputs], inputs held. */
  pushforward(direction: Float64Array): Float64Array
}>

/** The network as pure functions over its flat vector; `x` is [B, inputs] row-major, outputs are [B, outputs]. */
export type Mlp = Readonly<{
  layout: Layout
  /** Length of the flat vector. */
  size: number
  forward(parameters: Float64Array, x: Float64Array, batch: number): Float64Array
  forwardWithPullback(parameters: Float64Array, x: Float64Array, batch: number): MlpPass
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

/** Binds a network to a backend. Vectors of a wrong length break an invariant. */
export const mlp = (spec: MlpSpec, backend: Backend): Mlp => {
  const { sizes, activation, outputActivation } = spec
  invariant(sizes.length >= 2, `a network needs an input and an output size, received ${sizes.length} sizes`)
  const layout = mlpLayout(sizes)
  const size = layoutSize(layout)
  const outputs = sizes[sizes.length - 1]
  const width = sizes.slice(1).reduce((sum, units) => sum + units, 0)
  const { mlpForward, mlpPullback, affine, activatePullback, product } = backend.kernels

  /** The outputs of all layers, one behind the other. */
  const run = (parameters: Float64Array, x: Float64Array, batch: number): Float64Array => {
    invariant(parameters.length >= size, `a network of ${size} parameters received ${parameters.length}`)
    invariant(x.length === batch * sizes[0], `a batch of ${batch} inputs of ${sizes[0]} received ${x.length} numbers`)
    const values = new Float64Array(batch * width)
    mlpForward(values, spec, parameters, x, batch)
    return values
  }
  /** ẋ_L by kernels of the way forward; an activation's slope is a factor per entry, so that its pullback serves here too. */
  const slopesAlong = (direction: Float64Array, parameters: Float64Array, x: Float64Array, values: Float64Array, batch: number): Float64Array => {
    invariant(direction.length >= size, `a direction of ${direction.length} entries for a network of ${size} parameters`)
    let [slopes, input, end]: [Float64Array, Float64Array, number] = [new Float64Array(0), x, 0]
    for (let layer = 0; layer + 1 < sizes.length; layer++) {
      const [inputs, units] = [sizes[layer], sizes[layer + 1]]
      const [{ offset }, from] = [layout[2 * layer], end]
      end += batch * units
      const next = new Float64Array(batch * units)
      affine(next, direction, offset, input, batch, inputs, units)
      if (layer > 0) {
        const through = new Float64Array(batch * units)
        product(through, slopes, parameters.subarray(offset, offset + units * inputs), 'nt', batch, inputs, units)
        for (let i = 0; i < next.length; i++) next[i] += through[i]
      }
      input = values.subarray(from, end)
      activatePullback(next, layer + 2 === sizes.length ? outputActivation : activation, input, next.length)
      slopes = next
    }
    return slopes
  }
  const outputOf = (values: Float64Array, batch: number): Float64Array => values.slice(values.length - batch * outputs)

  return {
    layout,
    size,
    forward: (parameters, x, batch) => outputOf(run(parameters, x, batch), batch),
    forwardWithPullback: (parameters, x, batch) => {
      const values = run(parameters, x, batch)
      const pull = (gradX: Float64Array | null, gradY: Float64Array): Float64Array => {
        invariant(gradY.length === batch * outputs, `a gradient by [${batch}, ${outputs}] outputs received ${gradY.length} numbers`)
        const gradParameters = new Float64Array(size)
        mlpPullback(gradParameters, gradX, spec, parameters, x, values, gradY, batch)
        return gradParameters
      }
      return {
        y: outputOf(values, batch),
        pullback: (gradY) => {
          const gradX = new Float64Array(x.length)
          return { parameters: pull(gradX, gradY), x: gradX }
        },
        parameterPullback: (gradY) => pull(null, gradY),
        pushforward: (direction) => slopesAlong(direction, parameters, x, values, batch),
      }
    },
  }
}
