/**
 * What each layer of a network reads and how a scalar answers to what it says: the inputs and the slopes before the activation, row by row.
 *
 * A gradient by a weight is Σ_b slopes_b x_bᵀ; methods that need more than this sum (Kronecker factors) take the two apart.
 *
 * *Source:* Rumelhart, Hinton and Williams 1986, "Learning representations by back-propagating errors" (δ of each unit). *Deviations:* none.
 */
import type { Backend, MlpSpec } from '../core/backend.ts'
import { mlpLayout } from './mlp.ts'

/** Where a linear layer lies in a flat vector: weight [outputs, inputs] at `weightAt`, bias [outputs] at `biasAt`. */
export type AffineLayer = Readonly<{ weightAt: number; biasAt: number; inputs: number; outputs: number }>

/** `x` [B, inputs], and the slopes [B, outputs] by the layer's output before its activation. */
export type LayerSignal = Readonly<{ x: Float64Array; slopes: Float64Array }>

/** The layers of a network with these sizes whose flat vector starts at `offset` of a longer one. */
export const affineLayers = (sizes: readonly number[], offset: number): readonly AffineLayer[] => {
  const arrays = mlpLayout(sizes)
  return sizes.slice(1).map((outputs, layer) => ({
    weightAt: offset + arrays[2 * layer].offset,
    biasAt: offset + arrays[2 * layer + 1].offset,
    inputs: sizes[layer],
    outputs,
  }))
}

/**
 * The signals of all layers, first layer first: `values` as the kernel `mlpForward` left them for `parameters` (the network's own, at the
 * front) and `x` [B, inputs], `gradY` [B, outputs] the gradient by the output. All arrays are new or views of `values` and `x`.
 */
export const layerSignals = (
  backend: Backend,
  spec: MlpSpec,
  parameters: Float64Array,
  x: Float64Array,
  values: Float64Array,
  gradY: Float64Array,
  batch: number,
): readonly LayerSignal[] => {
  const { activatePullback, affineInputPullback } = backend.kernels
  const layers = affineLayers(spec.sizes, 0)
  const signals: LayerSignal[] = []
  let slopes: Float64Array = gradY.slice()
  let end = batch * spec.sizes.slice(1).reduce((sum, width) => sum + width, 0)
  for (let layer = layers.length - 1; layer >= 0; layer--) {
    const { weightAt, inputs, outputs } = layers[layer]
    const at = end - batch * outputs
    const activation = layer === layers.length - 1 ? spec.outputActivation : spec.activation
    activatePullback(slopes, activation, values.subarray(at, end), batch * outputs)
    signals.unshift({ x: layer === 0 ? x : values.subarray(at - batch * inputs, at), slopes })
    if (layer === 0) break
    const below = new Float64Array(batch * inputs)
    affineInputPullback(below, parameters, weightAt, slopes, batch, inputs, outputs)
    slopes = below
    end = at
  }
  return signals
}
