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
const AFFINE = 512
const PULLBACK = 512
const PARAMETER_PULLBACK = 1024
/** Rows of a batch below which packing the weights does not pay, and weights from which a single row does not pay at all: they do not stay near. */
const FEW_ROWS = 3
const FAR_WEIGHTS = 65536
/** Numbers from which a call pays. */
const ACTIVATE = 8
const ACTIVATE_PULLBACK = 192

/** Multiplications of an affine map, 0 where moving the weights for a single row costs more than it gains. */
const usefulWork = (batch: number, inputs: number, outputs: number): number =>
  batch === 1 && inputs * outputs > FAR_WEIGHTS ? 0 : batch * inputs * outputs

export const layerKernels = ({ arena, pays }: Place): LayerKernels => {
  const { kernels } = arena
  const plain = reference.kernels

  return {
    affine: (out, parameters, offset, x, batch, inputs, outputs) => {
      if (!pays(usefulWork(batch, inputs, outputs), AFFINE, 2 * (batch + outputs) * (inputs + outputs))) {
        return plain.affine(out, parameters, offset, x, batch, inputs, outputs)
      }
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
      if (batch < FEW_ROWS) {
        for (let b = 0; b < batch; b++) {
          kernels.affineRow(BYTES * (y + b * width), BYTES * weights, BYTES * bias, BYTES * (rows + b * inputs), inputs, outputs)
          copy(out, b * outputs, numbers, y + b * width, outputs)
        }
        return
      }
      kernels.packColumns(BYTES * panels, 32 * inputs, BYTES * weights, BYTES * inputs, inputs, outputs)
      kernels.repeatRow(BYTES * y, BYTES * bias, width, batch)
      kernels.addProduct(BYTES * y, BYTES * width, 32, BYTES * rows, BYTES * inputs, BYTES * panels, 32 * inputs, batch, width / 4, inputs)
      if (width !== outputs) kernels.copyRows(BYTES * y, BYTES * outputs, BYTES * y, BYTES * width, batch, outputs)
      copy(out, 0, numbers, y, batch * outputs)
    },

    affineInputPullback: (out, parameters, offset, gradY, batch, inputs, outputs) => {
      if (!pays(usefulWork(batch, inputs, outputs), PULLBACK, 2 * (batch + outputs) * (inputs + outputs))) {
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
      if (!pays(usefulWork(batch, inputs, outputs), PARAMETER_PULLBACK, 3 * (batch + outputs) * (inputs + outputs))) {
        return plain.affineParameterPullback(out, weightAt, biasAt, x, gradY, batch, inputs, outputs)
      }
      const width = padded(inputs)
      arena.open()
      const rows = arena.take(batch * inputs)
      const panels = arena.take(batch * width)
      const slopes = arena.take(batch * outputs)
      const gradWeights = arena.take(outputs * width)
      const staging = arena.take(outputs * inputs)
      const gradBias = arena.take(outputs)
      const numbers = arena.numbers()
      copy(numbers, rows, x, 0, batch * inputs)
      copy(numbers, slopes, gradY, 0, batch * outputs)
      copy(numbers, width === inputs ? gradWeights : staging, out, weightAt, outputs * inputs)
      if (width !== inputs) kernels.copyRows(BYTES * gradWeights, BYTES * width, BYTES * staging, BYTES * inputs, outputs, inputs)
      kernels.packRows(BYTES * panels, BYTES * rows, BYTES * inputs, batch, inputs)
      kernels.addTransposedProduct(BYTES * gradWeights, BYTES * width, BYTES * slopes, BYTES * outputs, BYTES * panels, outputs, width / 4, batch)
      if (width !== inputs) kernels.copyRows(BYTES * gradWeights, BYTES * inputs, BYTES * gradWeights, BYTES * width, outputs, inputs)
      copy(out, weightAt, numbers, gradWeights, outputs * inputs)
      copy(numbers, gradBias, out, biasAt, outputs)
      kernels.addColumns(BYTES * gradBias, BYTES * slopes, batch, outputs)
      copy(out, biasAt, numbers, gradBias, outputs)
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
