/**
 * Whole networks of the reference backend: forward, pullback, resident parameters, one network per candidate.
 *
 *     x₀ = x,   x_l = a_l(W_l x_{l−1} + b_l),   y = x_L
 *
 * *Source:* house contract 4; perturbed parameters after T. Salimans et al. 2017, arXiv 1703.03864, section 2.1.
 * *Deviations:* none.
 */
import type { Activation, Kernels, MlpSpec } from '../../src/core/backend.ts'
import { activate, activatePullback, affine, affineInputPullback, affineParameterPullback } from './network.ts'
import { perturb } from './noise.ts'

/** The activation behind layer `layer`. */
const activationOf = ({ sizes, activation, outputActivation }: MlpSpec, layer: number): Activation =>
  layer === sizes.length - 2 ? outputActivation : activation

/** Length of the flat parameters. */
const parameterCount = ({ sizes }: MlpSpec): number => sizes.slice(1).reduce((sum, outputs, layer) => sum + outputs * (sizes[layer] + 1), 0)

/** Outputs of all layers, one behind the other. */
export const mlpForward: Kernels['mlpForward'] = (values, spec, parameters, x, batch) => {
  const { sizes } = spec
  let input = x
  let offset = 0
  let at = 0
  for (let layer = 0; layer + 1 < sizes.length; layer++) {
    const inputs = sizes[layer]
    const outputs = sizes[layer + 1]
    const y = values.subarray(at, at + batch * outputs)
    affine(y, parameters, offset, input, batch, inputs, outputs)
    activate(y, activationOf(spec, layer), y.length)
    input = y
    offset += outputs * (inputs + 1)
    at += y.length
  }
}

/** Gradients by parameters and input, from the last layer to the first. */
export const mlpPullback: Kernels['mlpPullback'] = (gradParameters, gradX, spec, parameters, x, values, gradY, batch) => {
  const { sizes } = spec
  const layers = sizes.length - 1
  const count = parameterCount(spec)
  gradParameters.fill(0, 0, count)
  let slope: Float64Array = gradY.slice()
  let offset = count
  let at = batch * sizes.slice(1).reduce((sum, width) => sum + width, 0)
  for (let layer = layers - 1; layer >= 0; layer--) {
    const inputs = sizes[layer]
    const outputs = sizes[layer + 1]
    offset -= outputs * (inputs + 1)
    at -= batch * outputs
    activatePullback(slope, activationOf(spec, layer), values.subarray(at, at + batch * outputs), batch * outputs)
    const input = layer === 0 ? x : values.subarray(at - batch * inputs, at)
    affineParameterPullback(gradParameters, offset, offset + outputs * inputs, input, slope, batch, inputs, outputs)
    if (layer === 0 && gradX === null) return
    const next = layer === 0 && gradX !== null ? gradX : new Float64Array(batch * inputs)
    affineInputPullback(next, parameters, offset, slope, batch, inputs, outputs)
    slope = next
  }
}

/** A copy of the parameters, and scratch for the outputs of the layers of the largest batch so far. */
export const residentMlp: Kernels['residentMlp'] = (spec) => {
  const { sizes } = spec
  const layers = sizes.length - 1
  const held = new Float64Array(parameterCount(spec))
  let values: readonly Float64Array[] = []
  let rows = 0
  return {
    load: (parameters) => held.set(parameters.length === held.length ? parameters : parameters.subarray(0, held.length)),
    forward: (out, x, batch) => {
      if (batch > rows) {
        values = sizes.slice(1, -1).map((width) => new Float64Array(batch * width))
        rows = batch
      }
      let input = x
      let offset = 0
      for (let layer = 0; layer < layers; layer++) {
        const inputs = sizes[layer]
        const outputs = sizes[layer + 1]
        const y = layer === layers - 1 ? out : values[layer]
        affine(y, held, offset, input, batch, inputs, outputs)
        activate(y, activationOf(spec, layer), batch * outputs)
        input = y
        offset += outputs * (inputs + 1)
      }
    },
  }
}

/** One parameter vector and one observation per candidate. */
export const populationForward: Kernels['populationForward'] = (out, spec, parameters, x, population) => {
  const [inputs, outputs] = [spec.sizes[0], spec.sizes[spec.sizes.length - 1]]
  const stride = parameters.length / population
  const net = residentMlp(spec)
  for (let n = 0; n < population; n++) {
    net.load(parameters.subarray(n * stride, (n + 1) * stride))
    net.forward(out.subarray(n * outputs, (n + 1) * outputs), x.subarray(n * inputs, (n + 1) * inputs), 1)
  }
}

/** As `populationForward`, each vector rebuilt from its key when it is its turn. */
export const perturbedForward: Kernels['perturbedForward'] = (out, spec, base, keys, scales, x) => {
  const [inputs, outputs] = [spec.sizes[0], spec.sizes[spec.sizes.length - 1]]
  const net = residentMlp(spec)
  const parameters = new Float64Array(parameterCount(spec))
  keys.forEach((key, n) => {
    perturb(parameters, base, key, scales[n])
    net.load(parameters)
    net.forward(out.subarray(n * outputs, (n + 1) * outputs), x.subarray(n * inputs, (n + 1) * inputs), 1)
  })
}
