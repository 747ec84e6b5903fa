/**
 * Whole networks: forward, pullback, resident parameters, one network per candidate.
 *
 * Outputs of a layer are kept in rows of a width rounded up to a multiple of four; what lies in the padding is never read as a number of
 * the network. Only the arrays of the caller are without padding.
 *
 * *Source:* `backends/reference/mlp.ts`. *Deviations:* none.
 */
import type { Kernels } from '../../src/core/backend.ts'
import { reference } from '../reference/index.ts'
import { copy } from './copies.ts'
import { ACTIVATIONS } from './layers.ts'
import { planOf, type Layer, type Plan } from './mlp-plan.ts'
import { BYTES, grouped, line, padded, type Place } from './place.ts'

type MlpKernels = Pick<Kernels, 'mlpForward' | 'mlpPullback' | 'residentMlp' | 'populationForward' | 'perturbedForward'>

/** Multiplications of a whole batch from which a call pays, and parameters from which a single row does not: they do not stay near. */
const FORWARD = 256
const PULLBACK = 128
const FAR_PARAMETERS = 262144
/** Rows from which a resident network packs its parameters anew, for products with all rows at once. */
const MANY_ROWS = 16
/** Parameters of a population that are moved at a time, so that they stay near. */
const GROUP = 131072
/** Words of one layer in the tables of `assembly/network.ts`. */
const PACKED_LAYER = 7
const PLAIN_LAYER = 3
/** Positions that the noise kernels list at most, in doubles. */
export const LIST = 264

/** Multiplications of a batch, 0 where moving the parameters for a single row costs more than it gains. */
const usefulWork = ({ size, rowWork }: Plan, batch: number): number => (batch === 1 && size > FAR_PARAMETERS ? 0 : batch * rowWork)

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

  /** Packs the parameters at `flat` and computes all layers for the batch at `rows`; the outputs of each stand where the caller is told. */
  const runAll = (layers: readonly Layer[], flat: number, rows: number, batch: number): readonly number[] => {
    const places = layers.map(({ inputs, width }) => ({ bias: arena.take(width), panels: arena.take(width * inputs), y: arena.take(batch * width) }))
    const numbers = arena.numbers()
    let input = rows
    let stride = layers[0].inputs
    layers.forEach((layer, l) => {
      const { bias, panels, y } = places[l]
      const { inputs, outputs, width, offset } = layer
      const biasAt = flat + offset + outputs * inputs
      packLayer(layer, panels, flat + offset)
      numbers.copyWithin(bias, biasAt, biasAt + outputs)
      runLayer(layer, y, bias, panels, input, stride, batch)
      input = y
      stride = width
    })
    return places.map(({ y }) => y)
  }

  /** Copies the outputs of a layer from rows with padding at `y`, which it overwrites, to the caller's. */
  const leave = (to: Float64Array, toAt: number, { outputs, width }: Layer, y: number, batch: number): void => {
    if (width !== outputs) kernels.copyRows(BYTES * y, BYTES * outputs, BYTES * y, BYTES * width, batch, outputs)
    copy(to, toAt, arena.numbers(), y, batch * outputs)
  }

  const mlpForward: Kernels['mlpForward'] = (values, spec, parameters, x, batch) => {
    const plan = planOf(spec)
    const { layers, size } = plan
    if (!pays(usefulWork(plan, batch), FORWARD, 3 * size + batch * (layers[0].inputs + 2 * plan.units))) {
      return plain.mlpForward(values, spec, parameters, x, batch)
    }
    arena.open()
    const flat = arena.take(size)
    const rows = arena.take(batch * layers[0].inputs)
    copy(arena.numbers(), flat, parameters, 0, size)
    copy(arena.numbers(), rows, x, 0, batch * layers[0].inputs)
    const outputs = runAll(layers, flat, rows, batch)
    let at = 0
    layers.forEach((layer, l) => {
      leave(values, at, layer, outputs[l], batch)
      at += batch * layer.outputs
    })
  }

  const mlpPullback: Kernels['mlpPullback'] = (gradParameters, gradX, spec, parameters, x, values, gradY, batch) => {
    const plan = planOf(spec)
    const { layers, last, size, widest, largest } = plan
    if (!pays(usefulWork(plan, batch), PULLBACK, 2 * size + 2 * largest + 5 * batch * widest)) {
      return plain.mlpPullback(gradParameters, gradX, spec, parameters, x, values, gradY, batch)
    }
    arena.open()
    const flat = arena.take(size)
    const gradFlat = arena.take(size)
    const rows = arena.take(batch * widest)
    const panels = arena.take(Math.max(batch * widest, largest))
    const gradWeights = arena.take(largest)
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

    spread(slope, gradY, 0, last.outputs, last.width)
    let at = batch * plan.units
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
    const { layers, last, size } = planOf(spec)
    const { inputs } = layers[0]
    // one block: the parameters as they are, the observation, then per layer bias, output and groups of columns, then the table
    const obsAt = line(size)
    let end = obsAt + line(inputs)
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
      const input = at + (l === 0 ? obsAt : parts[l - 1].y)
      const addresses = [at + y, at + bias, input, at + groups].map((position) => BYTES * position)
      words.set([...addresses, ins, outputs, activation], 2 * (at + tableAt) + l * PACKED_LAYER)
    })
    const resultAt = parts[layers.length - 1].y
    return {
      load: (parameters) => {
        const { at } = block
        const numbers = arena.numbers()
        copy(numbers, at, parameters, 0, size)
        layers.forEach(({ inputs: ins, outputs, offset }, l) => {
          const weights = at + offset
          kernels.packWide(BYTES * (at + parts[l].groups), BYTES * weights, BYTES * ins, 0, ins, ins, outputs)
          copy(numbers, at + parts[l].bias, parameters, offset + outputs * ins, outputs)
        })
      },
      forward: (out, x, batch) => {
        const { at } = block
        if (batch >= MANY_ROWS) {
          arena.open()
          const rows = arena.take(batch * inputs)
          copy(arena.numbers(), rows, x, 0, batch * inputs)
          leave(out, 0, last, runAll(layers, at, rows, batch)[layers.length - 1], batch)
          return
        }
        const numbers = arena.numbers()
        for (let b = 0; b < batch; b++) {
          for (let i = 0; i < inputs; i++) numbers[at + obsAt + i] = x[b * inputs + i]
          kernels.forwardRow(BYTES * (at + tableAt), layers.length)
          for (let o = 0; o < last.outputs; o++) out[b * last.outputs + o] = numbers[at + resultAt + o]
        }
      },
    }
  }

  /** Room for one row of every layer and the table of `forwardPlain`. */
  const takePlain = ({ layers, widest }: Plan): Readonly<{ even: number; odd: number; table: number }> => {
    const room = { even: arena.take(widest), odd: arena.take(widest), table: arena.take(layers.length * PLAIN_LAYER) }
    const words = arena.words()
    layers.forEach(({ inputs, outputs, activation }, l) => words.set([inputs, outputs, activation], 2 * room.table + l * PLAIN_LAYER))
    return room
  }

  const populationForward: Kernels['populationForward'] = (out, spec, parameters, x, population) => {
    const plan = planOf(spec)
    const { layers, size } = plan
    const { inputs } = layers[0]
    const { outputs } = plan.last
    const group = Math.min(population, Math.ceil(GROUP / size))
    if (!pays(size, 0, group * size + population * (inputs + outputs))) return plain.populationForward(out, spec, parameters, x, population)
    const stride = parameters.length / population
    arena.open()
    const flat = arena.take(group * size)
    const rows = arena.take(population * inputs)
    const y = arena.take(population * outputs)
    const { even, odd, table } = takePlain(plan)
    const numbers = arena.numbers()
    copy(numbers, rows, x, 0, population * inputs)
    for (let first = 0; first < population; first += group) {
      const end = Math.min(first + group, population)
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
    const plan = planOf(spec)
    const { layers, size } = plan
    if (!pays(size, 0, 2 * size)) return plain.perturbedForward(out, spec, base, keys, scales, x)
    const { inputs } = layers[0]
    const { outputs } = plan.last
    arena.open()
    const held = arena.take(size)
    const flat = arena.take(size)
    const list = arena.take(LIST)
    const rows = arena.take(keys.length * inputs)
    const y = arena.take(keys.length * outputs)
    const { even, odd, table } = takePlain(plan)
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
