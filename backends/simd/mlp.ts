/**
 * Whole networks: forward, pullback, resident parameters, one network per candidate.
 *
 * Outputs of a layer are kept in rows of a width rounded up to a multiple of four; what lies in the padding is never read as a number of
 * the network. Only the arrays of the caller are without padding.
 *
 * *Source:* `backends/reference/mlp.ts`. *Deviations:* none.
 */
import type { Kernels, MlpSpec } from '../../src/core/backend.ts'
import { reference } from '../reference/index.ts'
import { copy } from './copies.ts'
import { ACTIVATIONS } from './layers.ts'
import { BYTES, grouped, line, padded, type Place } from './place.ts'

type MlpKernels = Pick<Kernels, 'mlpForward' | 'mlpPullback' | 'residentMlp' | 'populationForward' | 'perturbedForward'>

/** Multiplications of a whole batch from which a call pays. */
const FORWARD = 40000
const PULLBACK = 20000
/** Rows of a batch below which packing the weights does not pay. */
const FEW_ROWS = 2
/** Candidates of a population that are moved at a time. */
const GROUP = 16
/** Words of one layer in the tables of `assembly/network.ts`. */
const PACKED_LAYER = 7
const PLAIN_LAYER = 3
/** Positions that the noise kernels list at most, in doubles. */
export const LIST = 264

type Layer = Readonly<{ inputs: number; outputs: number; width: number; offset: number; activation: number }>

const layersOf = ({ sizes, activation, outputActivation }: MlpSpec): readonly Layer[] => {
  let offset = 0
  return sizes.slice(1).map((outputs, layer) => {
    const inputs = sizes[layer]
    const entry = { inputs, outputs, width: padded(outputs), offset, activation: ACTIVATIONS[layer === sizes.length - 2 ? outputActivation : activation] }
    offset += outputs * (inputs + 1)
    return entry
  })
}

const sizeOf = (layers: readonly Layer[]): number => layers.reduce((sum, { inputs, outputs }) => sum + outputs * (inputs + 1), 0)

/** Numbers that one row of a batch has, inputs and outputs of all layers, and multiplications that it costs. */
const rowOf = (layers: readonly Layer[]): Readonly<{ numbers: number; work: number }> => ({
  numbers: layers.reduce((sum, { width }) => sum + width, layers[0].inputs),
  work: layers.reduce((sum, { inputs, outputs }) => sum + inputs * outputs, 0),
})

export const mlpKernels = ({ arena, pays }: Place): MlpKernels => {
  const { kernels } = arena
  const plain = reference.kernels

  /** Packs the weights of a layer for products with rows of inputs; bias [width] and panels lie where the caller has room. */
  const packLayer = ({ inputs, outputs }: Layer, panels: number, weights: number): void =>
    kernels.packColumns(BYTES * panels, 32 * inputs, BYTES * weights, BYTES * inputs, inputs, outputs)

  /** y [B, width] = activation(bias + panels · x) for rows of x that are `stride` numbers apart. */
  const runLayer = ({ inputs, width, activation }: Layer, y: number, bias: number, panels: number, x: number, stride: number, batch: number): void => {
    kernels.repeatRow(BYTES * y, BYTES * bias, width, batch)
    kernels.addProduct(BYTES * y, BYTES * width, 32, BYTES * x, BYTES * stride, BYTES * panels, 32 * inputs, batch, width / 4, inputs)
    kernels.activate(BYTES * y, activation, batch * width)
  }

  const mlpForward: Kernels['mlpForward'] = (values, spec, parameters, x, batch) => {
    const layers = layersOf(spec)
    const size = sizeOf(layers)
    const row = rowOf(layers)
    if (!pays(batch < FEW_ROWS ? 0 : batch * row.work, FORWARD, 3 * size + batch * row.numbers)) return plain.mlpForward(values, spec, parameters, x, batch)
    arena.open()
    const flat = arena.take(size)
    const rows = arena.take(batch * layers[0].inputs)
    const places = layers.map(({ inputs, width }) => ({ bias: arena.take(width), panels: arena.take(width * inputs), y: arena.take(batch * width) }))
    const numbers = arena.numbers()
    copy(numbers, flat, parameters, 0, size)
    copy(numbers, rows, x, 0, batch * layers[0].inputs)
    let input = rows
    let stride = layers[0].inputs
    let at = 0
    layers.forEach((layer, l) => {
      const { bias, panels, y } = places[l]
      const { inputs, outputs, width, offset } = layer
      packLayer(layer, panels, flat + offset)
      copy(numbers, bias, parameters, offset + outputs * inputs, outputs)
      runLayer(layer, y, bias, panels, input, stride, batch)
      input = y
      stride = width
      at += batch * outputs
    })
    // rows without padding: the last layer first, since the padded rows of a layer are no longer needed then
    for (let l = layers.length - 1; l >= 0; l--) {
      const { outputs, width } = layers[l]
      const { y } = places[l]
      at -= batch * outputs
      if (width !== outputs) kernels.copyRows(BYTES * y, BYTES * outputs, BYTES * y, BYTES * width, batch, outputs)
      copy(values, at, numbers, y, batch * outputs)
    }
  }

  const mlpPullback: Kernels['mlpPullback'] = (gradParameters, gradX, spec, parameters, x, values, gradY, batch) => {
    const layers = layersOf(spec)
    const size = sizeOf(layers)
    const row = rowOf(layers)
    if (!pays(batch < FEW_ROWS ? 0 : batch * row.work, PULLBACK, 4 * size + 4 * batch * row.numbers)) {
      return plain.mlpPullback(gradParameters, gradX, spec, parameters, x, values, gradY, batch)
    }
    const widest = layers.reduce((most, { inputs, width }) => Math.max(most, padded(inputs), width), 0)
    arena.open()
    const flat = arena.take(size)
    const gradFlat = arena.take(size)
    const rows = arena.take(batch * widest)
    const panels = arena.take(Math.max(batch, widest) * widest)
    const gradWeights = arena.take(widest * widest)
    const outputsNow = arena.take(batch * widest)
    let slope = arena.take(batch * widest)
    let next = arena.take(batch * widest)
    const numbers = arena.numbers()
    copy(numbers, flat, parameters, 0, size)

    /** The numbers [B, columns] of the caller from `at` on, at `to` in rows of `width`; by way of `panels` where the rows are wider. */
    const spread = (to: number, from: Float64Array, at: number, columns: number, width: number): void => {
      const first = width === columns ? to : panels
      copy(numbers, first, from, at, batch * columns)
      if (width !== columns) kernels.copyRows(BYTES * to, BYTES * width, BYTES * first, BYTES * columns, batch, columns)
    }

    const last = layers[layers.length - 1]
    spread(slope, gradY, 0, last.outputs, last.width)
    let at = values.length
    for (let l = layers.length - 1; l >= 0; l--) {
      const { inputs, outputs, width, offset, activation } = layers[l]
      const inputWidth = padded(inputs)
      at -= batch * outputs
      if (activation !== ACTIVATIONS.linear) {
        spread(outputsNow, values, at, outputs, width)
        kernels.activatePullback(BYTES * slope, activation, BYTES * outputsNow, batch * width)
      }
      const biasAt = gradFlat + offset + outputs * inputs
      numbers.fill(0, gradWeights, gradWeights + outputs * inputWidth)
      copy(numbers, rows, l === 0 ? x : values, l === 0 ? 0 : at - batch * inputs, batch * inputs)
      kernels.packRows(BYTES * panels, BYTES * rows, BYTES * inputs, batch, inputs)
      kernels.addTransposedProduct(BYTES * gradWeights, BYTES * inputWidth, BYTES * slope, BYTES * width, BYTES * panels, outputs, inputWidth / 4, batch)
      kernels.copyRows(BYTES * (gradFlat + offset), BYTES * inputs, BYTES * gradWeights, BYTES * inputWidth, outputs, inputs)
      numbers.fill(0, gradWeights, gradWeights + width)
      kernels.addColumns(BYTES * gradWeights, BYTES * slope, batch, width)
      numbers.copyWithin(biasAt, gradWeights, gradWeights + outputs)
      if (l === 0 && gradX === null) break
      numbers.fill(0, next, next + batch * inputWidth)
      kernels.packRows(BYTES * panels, BYTES * (flat + offset), BYTES * inputs, outputs, inputs)
      kernels.addProduct(BYTES * next, BYTES * inputWidth, 32, BYTES * slope, BYTES * width, BYTES * panels, 32 * outputs, batch, inputWidth / 4, outputs)
      const done = slope
      slope = next
      next = done
    }
    copy(gradParameters, 0, numbers, gradFlat, size)
    if (gradX === null) return
    const { inputs } = layers[0]
    if (padded(inputs) !== inputs) kernels.copyRows(BYTES * slope, BYTES * inputs, BYTES * slope, BYTES * padded(inputs), batch, inputs)
    copy(gradX, 0, numbers, slope, batch * inputs)
  }

  const residentMlp: Kernels['residentMlp'] = (spec) => {
    const layers = layersOf(spec)
    const size = sizeOf(layers)
    const { inputs } = layers[0]
    const last = layers[layers.length - 1]
    // one block: the observation, then per layer bias, output and panels, then the table
    let end = line(inputs)
    const parts = layers.map(({ inputs: ins, outputs }) => {
      const width = line(grouped(outputs))
      const part = { bias: end, y: end + width, groups: end + 2 * width }
      end += 2 * width + line(grouped(outputs) * ins)
      return part
    })
    const tableAt = end
    const block = arena.keep(end + layers.length * PACKED_LAYER)
    const words = arena.words()
    layers.forEach(({ inputs: ins, outputs, activation }, l) => {
      const { at } = block
      const { bias, groups, y } = parts[l]
      const input = l === 0 ? at : at + parts[l - 1].y
      const addresses = [at + y, at + bias, input, at + groups].map((position) => BYTES * position)
      words.set([...addresses, ins, outputs, activation], 2 * (at + tableAt) + l * PACKED_LAYER)
    })
    const resultAt = parts[layers.length - 1].y
    return {
      load: (parameters) => {
        const { at } = block
        arena.open()
        const flat = arena.take(size)
        const numbers = arena.numbers()
        copy(numbers, flat, parameters, 0, size)
        layers.forEach(({ inputs: ins, outputs, offset }, l) => {
          const weights = flat + offset
          kernels.packWide(BYTES * (at + parts[l].groups), BYTES * weights, BYTES * ins, 0, ins, ins, outputs)
          copy(numbers, at + parts[l].bias, parameters, offset + outputs * ins, outputs)
        })
      },
      forward: (out, x, batch) => {
        const { at } = block
        const numbers = arena.numbers()
        for (let b = 0; b < batch; b++) {
          for (let i = 0; i < inputs; i++) numbers[at + i] = x[b * inputs + i]
          kernels.forwardRow(BYTES * (at + tableAt), layers.length)
          for (let o = 0; o < last.outputs; o++) out[b * last.outputs + o] = numbers[at + resultAt + o]
        }
      },
    }
  }

  /** Room for one row of every layer and the table of `forwardPlain`. */
  const takePlain = (layers: readonly Layer[]): Readonly<{ even: number; odd: number; table: number }> => {
    const widest = layers.reduce((most, { width }) => Math.max(most, width), 0)
    const room = { even: arena.take(widest), odd: arena.take(widest), table: arena.take(layers.length * PLAIN_LAYER) }
    const words = arena.words()
    layers.forEach(({ inputs, outputs, activation }, l) => words.set([inputs, outputs, activation], 2 * room.table + l * PLAIN_LAYER))
    return room
  }

  const populationForward: Kernels['populationForward'] = (out, spec, parameters, x, population) => {
    const layers = layersOf(spec)
    const size = sizeOf(layers)
    if (!pays(size, 256, GROUP * size)) return plain.populationForward(out, spec, parameters, x, population)
    const stride = parameters.length / population
    const { inputs } = layers[0]
    const { outputs } = layers[layers.length - 1]
    arena.open()
    const flat = arena.take(GROUP * size)
    const rows = arena.take(population * inputs)
    const y = arena.take(population * outputs)
    const { even, odd, table } = takePlain(layers)
    const numbers = arena.numbers()
    copy(numbers, rows, x, 0, population * inputs)
    for (let first = 0; first < population; first += GROUP) {
      const end = Math.min(first + GROUP, population)
      if (stride === size) copy(numbers, flat, parameters, first * stride, (end - first) * size)
      else for (let n = first; n < end; n++) copy(numbers, flat + (n - first) * size, parameters, n * stride, size)
      for (let n = first; n < end; n++) {
        const own = flat + (n - first) * size
        kernels.forwardPlain(BYTES * (y + n * outputs), BYTES * own, BYTES * (rows + n * inputs), BYTES * even, BYTES * odd, BYTES * table, layers.length)
      }
    }
    copy(out, 0, numbers, y, population * outputs)
  }

  const perturbedForward: Kernels['perturbedForward'] = (out, spec, base, keys, scales, x) => {
    const layers = layersOf(spec)
    const size = sizeOf(layers)
    if (!pays(size, 0, 2 * size)) return plain.perturbedForward(out, spec, base, keys, scales, x)
    const { inputs } = layers[0]
    const { outputs } = layers[layers.length - 1]
    arena.open()
    const held = arena.take(size)
    const flat = arena.take(size)
    const list = arena.take(LIST)
    const rows = arena.take(keys.length * inputs)
    const y = arena.take(keys.length * outputs)
    const { even, odd, table } = takePlain(layers)
    const numbers = arena.numbers()
    copy(numbers, held, base, 0, size)
    copy(numbers, rows, x, 0, keys.length * inputs)
    keys.forEach(({ hi, lo }, n) => {
      kernels.perturb(BYTES * flat, BYTES * list, BYTES * held, hi, lo, scales[n], size)
      kernels.forwardPlain(BYTES * (y + n * outputs), BYTES * flat, BYTES * (rows + n * inputs), BYTES * even, BYTES * odd, BYTES * table, layers.length)
    })
    copy(out, 0, numbers, y, keys.length * outputs)
  }

  return { mlpForward, mlpPullback, residentMlp, populationForward, perturbedForward }
}
