/**
 * Layers and networks on a device: affine maps with their pullbacks, whole networks, one network per candidate.
 *
 * A layer's map and activation are one program; what a layer gave stays on the device for the next one. Slopes go through activations on the
 * host, between two programs.
 *
 * *Source:* `backends/reference/network.ts`, `backends/reference/mlp.ts`. *Deviations:* 1. 32-bit floats.
 */
import type { Activation, Compute, Kernels, MlpSpec, ResidentPopulation } from '../../src/core/backend.ts'
import type { Later, Work } from '../../src/core/later.ts'
import { inTime, wait } from '../../src/core/later.ts'
import { reference } from '../reference/index.ts'
import type { GpuDevice, Matrix } from './device.ts'
import { narrow, packAffine, padded, readInto } from './packing.ts'
import { affineProgram, productProgram, transposedProductProgram } from './programs.ts'

type LaterKernel<K extends keyof Kernels> = (...args: Parameters<Kernels[K]>) => Later<void>
type LayerKernels = Readonly<{ [K in 'affine' | 'affineInputPullback' | 'affineParameterPullback' | 'mlpForward' | 'mlpPullback' | 'populationForward']: LaterKernel<K> }> &
  Pick<Compute, 'residentPopulation'>

type Layer = Readonly<{ inputs: number; outputs: number; offset: number; activation: Activation }>

const layersOf = ({ sizes, activation, outputActivation }: MlpSpec): readonly Layer[] => {
  let offset = 0
  return sizes.slice(1).map((outputs, l) => {
    const layer = { inputs: sizes[l], outputs, offset, activation: l === sizes.length - 2 ? outputActivation : activation }
    offset += outputs * (sizes[l] + 1)
    return layer
  })
}

const plain = reference.kernels

export const layerKernels = (device: GpuDevice): LayerKernels => {
  /** Weights and bias of one map as a matrix. */
  const weightsOf = (parameters: Float64Array, at: number, inputs: number, outputs: number): Matrix => {
    const packed = new Float32Array((inputs + 1) * padded(outputs))
    packAffine(packed, 0, parameters, at, inputs, outputs)
    return device.matrix(packed, inputs + 1, padded(outputs))
  }

  const layer = (weights: Matrix, x: Matrix, { inputs, outputs, activation }: Omit<Layer, 'offset'>, stride: number): Later<Matrix> =>
    device.run(affineProgram(activation), { inputs, stride }, x.rows, padded(outputs), [weights, x])

  function* affine(...[out, parameters, offset, x, batch, inputs, outputs]: Parameters<Kernels['affine']>): Work<void> {
    if (batch * inputs * outputs === 0) return plain.affine(out, parameters, offset, x, batch, inputs, outputs)
    const rows = device.matrix(narrow(x, 0, batch, inputs), batch, inputs)
    const y = yield* wait(layer(weightsOf(parameters, offset, inputs, outputs), rows, { inputs, outputs, activation: 'linear' }, 0))
    yield* readInto(out, 0, y, outputs)
  }

  function* affineInputPullback(...[out, parameters, offset, gradY, batch, inputs, outputs]: Parameters<Kernels['affineInputPullback']>): Work<void> {
    if (batch * inputs * outputs === 0) return plain.affineInputPullback(out, parameters, offset, gradY, batch, inputs, outputs)
    const slopes = device.matrix(narrow(gradY, 0, batch, outputs), batch, outputs)
    const weights = device.matrix(narrow(parameters, offset, outputs, inputs, padded(inputs)), outputs, padded(inputs))
    const gradX = yield* wait(device.run(productProgram, { terms: outputs }, batch, padded(inputs), [slopes, weights]))
    yield* readInto(out, 0, gradX, inputs)
  }

  /** The bias is one more weight, of an input that is always 1. */
  function* affineParameterPullback(...[out, weightAt, biasAt, x, gradY, batch, inputs, outputs]: Parameters<Kernels['affineParameterPullback']>): Work<void> {
    if (batch * outputs === 0) return
    const width = padded(inputs + 1)
    const withOnes = narrow(x, 0, batch, inputs, width)
    for (let b = 0; b < batch; b++) withOnes[b * width + inputs] = 1
    const slopes = device.matrix(narrow(gradY, 0, batch, outputs), batch, outputs)
    const sums = yield* wait(device.run(transposedProductProgram, { terms: batch }, outputs, width, [slopes, device.matrix(withOnes, batch, width)]))
    const rows = yield* wait(sums.read())
    for (let o = 0; o < outputs; o++) {
      for (let i = 0; i < inputs; i++) out[weightAt + o * inputs + i] += rows[o][i]
      out[biasAt + o] += rows[o][inputs]
    }
    sums.free()
  }

  function* mlpForward(...[values, spec, parameters, x, batch]: Parameters<Kernels['mlpForward']>): Work<void> {
    if (batch === 0) return
    let input = device.matrix(narrow(x, 0, batch, spec.sizes[0]), batch, spec.sizes[0])
    let at = 0
    for (const each of layersOf(spec)) {
      const y: Matrix = yield* wait(layer(weightsOf(parameters, each.offset, each.inputs, each.outputs), input, each, 0))
      yield* readInto(values, at, y, each.outputs, false)
      input.free()
      input = y
      at += batch * each.outputs
    }
    input.free()
  }

  function* mlpPullback(...[gradParameters, gradX, spec, parameters, x, values, gradY, batch]: Parameters<Kernels['mlpPullback']>): Work<void> {
    const layers = layersOf(spec)
    const last = layers[layers.length - 1]
    gradParameters.fill(0, 0, last.offset + last.outputs * (last.inputs + 1))
    let slope: Float64Array = gradY.slice(0, batch * last.outputs)
    let at = layers.reduce((sum, { outputs }) => sum + batch * outputs, 0)
    for (let l = layers.length - 1; l >= 0; l--) {
      const { inputs, outputs, offset, activation } = layers[l]
      at -= batch * outputs
      plain.activatePullback(slope, activation, values.subarray(at, at + batch * outputs), batch * outputs)
      const input = l === 0 ? x : values.subarray(at - batch * inputs, at)
      yield* affineParameterPullback(gradParameters, offset, offset + outputs * inputs, input, slope, batch, inputs, outputs)
      if (l === 0 && gradX === null) return
      const next = l === 0 && gradX !== null ? gradX : new Float64Array(batch * inputs)
      yield* affineInputPullback(next, parameters, offset, slope, batch, inputs, outputs)
      slope = next
    }
  }

  /** The weights of layer `each` of all networks, one network behind the other, where the device computes. */
  const weightsOfAll = ({ inputs, outputs, offset }: Layer, parameters: Float64Array, population: number): Later<Matrix> => {
    const [stride, size] = [parameters.length / population, (inputs + 1) * padded(outputs)]
    const packed = new Float32Array(population * size)
    for (let n = 0; n < population; n++) packAffine(packed, n * size, parameters, n * stride + offset, inputs, outputs)
    return device.keep(device.matrix(packed, population * (inputs + 1), padded(outputs)))
  }

  function* residentPopulation(spec: MlpSpec, parameters: Float64Array, population: number): Work<ResidentPopulation> {
    const layers = layersOf(spec)
    const weights: Matrix[] = []
    for (const each of layers) weights.push(yield* wait(weightsOfAll(each, parameters, population)))
    function* forward(out: Float64Array, x: Float64Array): Work<void> {
      let input = device.matrix(narrow(x, 0, population, spec.sizes[0]), population, spec.sizes[0])
      for (const [l, each] of layers.entries()) {
        const y: Matrix = yield* wait(layer(weights[l], input, each, each.inputs + 1))
        input.free()
        input = y
      }
      yield* readInto(out, 0, input, layers[layers.length - 1].outputs)
    }
    return { forward: (out, x) => inTime(forward(out, x)), release: () => weights.forEach((each) => each.free()) }
  }

  function* populationForward(...[out, spec, parameters, x, population]: Parameters<Kernels['populationForward']>): Work<void> {
    if (population === 0) return
    const networks = yield* residentPopulation(spec, parameters, population)
    yield* wait(networks.forward(out, x))
    networks.release()
  }

  return {
    affine: (...args) => inTime(affine(...args)),
    affineInputPullback: (...args) => inTime(affineInputPullback(...args)),
    affineParameterPullback: (...args) => inTime(affineParameterPullback(...args)),
    mlpForward: (...args) => inTime(mlpForward(...args)),
    mlpPullback: (...args) => inTime(mlpPullback(...args)),
    populationForward: (...args) => inTime(populationForward(...args)),
    residentPopulation: (...args) => inTime(residentPopulation(...args)),
  }
}
