/**
 * Layer kernels: affine map, activations, and their pullbacks.
 *
 * *Source:* K. Goto and R. A. van de Geijn 2008, "Anatomy of high-performance matrix multiplication". *Deviations:* none.
 */
import type { Activation, Kernels } from '../../src/core/backend.ts'
import { reference } from '../reference/index.ts'
import { copy } from './copies.ts'
import { BYTES, padded, type Place } from './place.ts'

/** The numbers of the activations in the module. */
export const ACTIVATIONS: Readonly<Record<Activation, number>> = { linear: 0, tanh: 1, relu: 2, sigmoid: 3 }

type LayerKernels = Pick<Kernels, 'affine' | 'affineInputPullback' | 'affineParameterPullback' | 'activate' | 'activatePullback'>

/** Multiplications from which a call pays. */
const AFFINE = 8192
/** Rows of a batch below which packing the weights does not pay. */
const FEW_ROWS = 4
/** Numbers from which a call pays. */
const ACTIVATE = 64
const ACTIVATE_PULLBACK = 4096

export const layerKernels = ({ arena, pays }: Place): LayerKernels => {
  const { kernels } = arena
  const plain = reference.kernels

  return {
    affine: (out, parameters, offset, x, batch, inputs, outputs) => {
      const work = batch < FEW_ROWS ? 0 : batch * inputs * outputs
      if (!pays(work, AFFINE, (batch + outputs) * (inputs + outputs))) return plain.affine(out, parameters, offset, x, batch, inputs, outputs)
      const width = padded(outputs)
      arena.open()
      const weights = arena.take(outputs * inputs)
      const bias = arena.take(width)
      const panels = arena.take(width * inputs)
      const rows = arena.take(batch * inputs)
      const y = arena.take(batch * width)
      const numbers = arena.numbers()
      copy(numbers, weights, parameters, offset, outputs * inputs)
      copy(numbers, bias, parameters, offset + outputs * inputs, outputs)
      copy(numbers, rows, x, 0, batch * inputs)
      kernels.packColumns(BYTES * panels, 32 * inputs, BYTES * weights, BYTES * inputs, inputs, outputs)
      kernels.repeatRow(BYTES * y, BYTES * bias, width, batch)
      kernels.addProduct(BYTES * y, BYTES * width, 32, BYTES * rows, BYTES * inputs, BYTES * panels, 32 * inputs, batch, width / 4, inputs)
      if (width !== outputs) kernels.copyRows(BYTES * y, BYTES * outputs, BYTES * y, BYTES * width, batch, outputs)
      copy(out, 0, numbers, y, batch * outputs)
    },

    affineInputPullback: (out, parameters, offset, gradY, batch, inputs, outputs) => {
      const work = batch < FEW_ROWS ? 0 : batch * inputs * outputs
      if (!pays(work, AFFINE, (batch + outputs) * (inputs + outputs))) {
        return plain.affineInputPullback(out, parameters, offset, gradY, batch, inputs, outputs)
      }
      const width = padded(inputs)
      arena.open()
      const weights = arena.take(outputs * inputs)
      const panels = arena.take(outputs * width)
      const slopes = arena.take(batch * outputs)
      const gradX = arena.take(batch * width)
      const numbers = arena.numbers()
      copy(numbers, weights, parameters, offset, outputs * inputs)
      copy(numbers, slopes, gradY, 0, batch * outputs)
      numbers.fill(0, gradX, gradX + batch * width)
      kernels.packRows(BYTES * panels, BYTES * weights, BYTES * inputs, outputs, inputs)
      kernels.addProduct(BYTES * gradX, BYTES * width, 32, BYTES * slopes, BYTES * outputs, BYTES * panels, 32 * outputs, batch, width / 4, outputs)
      if (width !== inputs) kernels.copyRows(BYTES * gradX, BYTES * inputs, BYTES * gradX, BYTES * width, batch, inputs)
      copy(out, 0, numbers, gradX, batch * inputs)
    },

    affineParameterPullback: (out, weightAt, biasAt, x, gradY, batch, inputs, outputs) => {
      const work = batch < FEW_ROWS ? 0 : batch * inputs * outputs
      if (!pays(work, AFFINE, (batch + outputs) * (inputs + outputs))) {
        return plain.affineParameterPullback(out, weightAt, biasAt, x, gradY, batch, inputs, outputs)
      }
      const width = padded(inputs)
      arena.open()
      const rows = arena.take(batch * inputs)
      const panels = arena.take(batch * width)
      const slopes = arena.take(batch * outputs)
      const gradWeights = arena.take(outputs * width)
      const numbers = arena.numbers()
      copy(numbers, rows, x, 0, batch * inputs)
      copy(numbers, slopes, gradY, 0, batch * outputs)
      if (width === inputs) copy(numbers, gradWeights, out, weightAt, outputs * inputs)
      else for (let o = 0; o < outputs; o++) copy(numbers, gradWeights + o * width, out, weightAt + o * inputs, inputs)
      kernels.packRows(BYTES * panels, BYTES * rows, BYTES * inputs, batch, inputs)
      kernels.addTransposedProduct(BYTES * gradWeights, BYTES * width, BYTES * slopes, BYTES * outputs, BYTES * panels, outputs, width / 4, batch)
      if (width !== inputs) kernels.copyRows(BYTES * gradWeights, BYTES * inputs, BYTES * gradWeights, BYTES * width, outputs, inputs)
      copy(out, weightAt, numbers, gradWeights, outputs * inputs)
      for (let b = 0; b < batch; b++) for (let o = 0; o < outputs; o++) out[biasAt + o] += gradY[b * outputs + o]
    },

    activate: (out, activation, n) => {
      if (activation === 'linear') return
      if (activation === 'relu' || !pays(n, ACTIVATE, n)) return plain.activate(out, activation, n)
      arena.open()
      const values = arena.take(n)
      const numbers = arena.numbers()
      copy(numbers, values, out, 0, n)
      kernels.activate(BYTES * values, ACTIVATIONS[activation], n)
      copy(out, 0, numbers, values, n)
    },

    activatePullback: (out, activation, y, n) => {
      if (activation === 'linear') return
      if (!pays(n, ACTIVATE_PULLBACK, 2 * n)) return plain.activatePullback(out, activation, y, n)
      arena.open()
      const slopes = arena.take(n)
      const values = arena.take(n)
      const numbers = arena.numbers()
      copy(numbers, slopes, out, 0, n)
      copy(numbers, values, y, 0, n)
      kernels.activatePullback(BYTES * slopes, ACTIVATIONS[activation], BYTES * values, n)
      copy(out, 0, numbers, slopes, n)
    },
  }
}
