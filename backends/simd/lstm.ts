/**
 * LSTM kernels: one step, sequences with their trace, a cell with resident parameters.
 *
 * The weights of input and hidden state are packed side by side, so that a gate is one sum over [x, h]. Each of the four gates has a width
 * rounded up to a multiple of four; what lies in the padding is never read as a number of the cell.
 *
 * *Source:* `backends/reference/lstm.ts`. *Deviations:* none.
 */
import type { Kernels } from '../../src/core/backend.ts'
import { reference } from '../reference/index.ts'
import { copy } from './copies.ts'
import { paddedRows } from './padded-rows.ts'
import { BYTES, line, padded, type Place } from './place.ts'

type LstmKernels = Pick<Kernels, 'lstmStep' | 'lstmForward' | 'residentLstm'>

/** Rows of a batch below which they are multiplied one by one; rows of all steps for which packing the weights does not pay. */
const FEW_ROWS = 4
const FEW_USES = 3
/** Parameters from which a single step of one row does not pay: they do not stay near. */
const FAR_PARAMETERS = 131072
/** Multiplications from which a call pays. */
const FORWARD = 256

/** Length of the flat parameters. */
export const cellSize = (inputs: number, hidden: number): number => 4 * hidden * (inputs + hidden + 2)

/** Multiplications of all rows, 0 where moving the parameters for a single one costs more than it gains. */
export const usefulWork = (rows: number, size: number): number => (rows === 1 && size > FAR_PARAMETERS ? 0 : rows * size)

export const lstmKernels = ({ arena, pays }: Place): LstmKernels => {
  const { kernels } = arena
  const { enter, leave } = paddedRows(arena)
  const plain = reference.kernels

  /** bias [4 · width] = both biases of the flat parameters at `flat`, added. */
  const addBiases = (bias: number, flat: number, inputs: number, hidden: number, width: number): void => {
    const numbers = arena.numbers()
    const biases = flat + 4 * hidden * (inputs + hidden)
    for (let gate = 0; gate < 4; gate++) {
      const from = biases + gate * hidden
      for (let j = 0; j < hidden; j++) numbers[bias + gate * width + j] = numbers[from + j] + numbers[from + 4 * hidden + j]
    }
  }

  /** Packs the weights for products with rows [x, h] of a batch: panels [4 · width / 4][inputs + hidden][4]. */
  const packForBatch = (panels: number, flat: number, inputs: number, hidden: number): void => {
    const depth = inputs + hidden
    const recurrent = flat + 4 * hidden * inputs
    for (let gate = 0; gate < 4; gate++) {
      const to = panels + gate * padded(hidden) * depth
      kernels.packColumns(BYTES * to, 32 * depth, BYTES * (flat + gate * hidden * inputs), BYTES * inputs, inputs, hidden)
      kernels.packColumns(BYTES * (to + 4 * inputs), 32 * depth, BYTES * (recurrent + gate * hidden * hidden), BYTES * hidden, hidden, hidden)
    }
  }

  /** Packs the weights for single rows [x, h]: groups of sixteen columns, a gate having `width`; `staging` has room for all of them. */
  const packForRows = (groups: number, flat: number, inputs: number, hidden: number, staging: number): void => {
    const width = padded(hidden)
    const recurrent = flat + 4 * hidden * inputs
    const pack = (from: number, first: number, count: number): void => {
      const source = width === hidden ? from : staging
      for (let gate = 0; width !== hidden && gate < 4; gate++) {
        arena.numbers().copyWithin(staging + gate * width * count, from + gate * hidden * count, from + (gate + 1) * hidden * count)
      }
      kernels.packWide(BYTES * groups, BYTES * source, BYTES * count, first, count, inputs + hidden, 4 * width)
    }
    pack(flat, 0, inputs)
    pack(recurrent, inputs, hidden)
  }

  /** Room of one pass over sequences; `xh` holds rows [x, h] of one step, states and gates of all steps lie in rows with padding. */
  const takePass = (steps: number, batch: number, inputs: number, hidden: number) => {
    const width = padded(hidden)
    return {
      flat: arena.take(cellSize(inputs, hidden)),
      bias: arena.take(4 * width),
      panels: arena.take(4 * width * (inputs + hidden)),
      rows: arena.take(steps * batch * inputs),
      xh: arena.take(batch * (inputs + hidden)),
      h: arena.take((steps + 1) * batch * width),
      c: arena.take((steps + 1) * batch * width),
      gates: arena.take(4 * steps * batch * width),
      staging: arena.take(4 * width * Math.max(steps * batch, inputs, hidden)),
    }
  }

  const roomOfPass = (steps: number, batch: number, inputs: number, hidden: number): number =>
    3 * cellSize(inputs, padded(hidden)) + (steps + 1) * batch * (inputs + 10 * padded(hidden))

  type Room = ReturnType<typeof takePass>

  /** The sums before activation of one step, for rows [x, h] of a batch; bound to how the weights of `room` are best read. */
  const gatesBy = (room: Room, steps: number, batch: number, inputs: number, hidden: number): ((gates: number) => void) => {
    const width = padded(hidden)
    const depth = inputs + hidden
    if (steps * batch < FEW_USES) {
      addBiases(room.bias, room.flat, inputs, hidden, hidden)
      const rows = 4 * hidden
      return (gates) => {
        for (let b = 0; b < batch; b++) {
          const own = gates + 4 * b * width
          const z = width === hidden ? own : room.staging
          const xh = room.xh + b * depth
          kernels.affineRow(BYTES * z, BYTES * room.flat, BYTES * room.bias, BYTES * xh, inputs, rows)
          kernels.affineRow(BYTES * z, BYTES * (room.flat + rows * inputs), BYTES * z, BYTES * (xh + inputs), hidden, rows)
          if (width !== hidden) kernels.copyRows(BYTES * own, BYTES * width, BYTES * z, BYTES * hidden, 4, hidden)
        }
      }
    }
    addBiases(room.bias, room.flat, inputs, hidden, width)
    if (batch < FEW_ROWS) {
      packForRows(room.panels, room.flat, inputs, hidden, room.staging)
      return (gates) => {
        for (let b = 0; b < batch; b++) {
          kernels.affineWide(BYTES * (gates + 4 * b * width), BYTES * room.bias, BYTES * (room.xh + b * depth), BYTES * room.panels, depth, 4 * width)
        }
      }
    }
    packForBatch(room.panels, room.flat, inputs, hidden)
    return (gates) => {
      kernels.repeatRow(BYTES * gates, BYTES * room.bias, 4 * width, batch)
      kernels.addProduct(BYTES * gates, BYTES * 4 * width, 32, BYTES * room.xh, BYTES * depth, BYTES * room.panels, 32 * depth, batch, width, depth)
    }
  }

  /** Takes all steps with the parameters at `flat`; the state before the first is the first of `h` and `c`. */
  const runSteps = (room: Room, steps: number, batch: number, inputs: number, hidden: number): void => {
    const width = padded(hidden)
    const depth = inputs + hidden
    const sumGates = gatesBy(room, steps, batch, inputs, hidden)
    for (let t = 0; t < steps; t++) {
      const h = room.h + t * batch * width
      const c = room.c + t * batch * width
      const gates = room.gates + 4 * t * batch * width
      kernels.copyRows(BYTES * room.xh, BYTES * depth, BYTES * (room.rows + t * batch * inputs), BYTES * inputs, batch, inputs)
      kernels.copyRows(BYTES * (room.xh + inputs), BYTES * depth, BYTES * h, BYTES * width, batch, hidden)
      sumGates(gates)
      const [nextH, nextC] = [h + batch * width, c + batch * width]
      arena.numbers().copyWithin(nextC, c, c + batch * width)
      for (let b = 0; b < batch; b++) {
        kernels.lstmCell(BYTES * (nextH + b * width), BYTES * (nextC + b * width), BYTES * (gates + 4 * b * width), width)
      }
    }
  }

  const lstmStep: Kernels['lstmStep'] = (h, c, parameters, offset, x, scratch, batch, inputs, hidden) => {
    const size = cellSize(inputs, hidden)
    if (!pays(usefulWork(batch, size), FORWARD, roomOfPass(1, batch, inputs, hidden))) {
      return plain.lstmStep(h, c, parameters, offset, x, scratch, batch, inputs, hidden)
    }
    arena.open()
    const room = takePass(1, batch, inputs, hidden)
    const numbers = arena.numbers()
    copy(numbers, room.flat, parameters, offset, size)
    copy(numbers, room.rows, x, 0, batch * inputs)
    enter(room.h, h, batch, hidden, room.staging)
    enter(room.c, c, batch, hidden, room.staging)
    runSteps(room, 1, batch, inputs, hidden)
    const width = padded(hidden)
    leave(h, room.h + batch * width, batch, hidden, room.staging)
    leave(c, room.c + batch * width, batch, hidden, room.staging)
    leave(scratch, room.gates, 4 * batch, hidden, room.staging)
  }

  const lstmForward: Kernels['lstmForward'] = (trace, run) => {
    const { parameters, x, start, shape } = run
    const { steps, batch, inputs, hidden } = shape
    const size = cellSize(inputs, hidden)
    const rows = steps * batch
    if (!pays(usefulWork(rows, size), FORWARD, roomOfPass(steps, batch, inputs, hidden))) return plain.lstmForward(trace, run)
    arena.open()
    const room = takePass(steps, batch, inputs, hidden)
    const numbers = arena.numbers()
    copy(numbers, room.flat, parameters, 0, size)
    copy(numbers, room.rows, x, 0, rows * inputs)
    enter(room.h, start.h, batch, hidden, room.staging)
    enter(room.c, start.c, batch, hidden, room.staging)
    runSteps(room, steps, batch, inputs, hidden)
    const width = padded(hidden)
    leave(trace.h, room.h + batch * width, rows, hidden, room.staging)
    leave(trace.c, room.c + batch * width, rows, hidden, room.staging)
    leave(trace.gates, room.gates, 4 * rows, hidden, room.staging)
  }

  const residentLstm: Kernels['residentLstm'] = (inputs, hidden) => {
    const width = padded(hidden)
    const depth = inputs + hidden
    const size = cellSize(inputs, hidden)
    // one block: [x, h], the next h, c, gates, bias, panels
    const nextAt = line(depth)
    const cAt = nextAt + line(width)
    const gatesAt = cAt + line(width)
    const biasAt = gatesAt + line(4 * width)
    const panelsAt = biasAt + line(4 * width)
    const block = arena.keep(panelsAt + 4 * width * depth)
    return {
      load: (parameters) => {
        const { at } = block
        arena.open()
        const flat = arena.take(size)
        const staging = arena.take(4 * width * Math.max(inputs, hidden))
        copy(arena.numbers(), flat, parameters, 0, size)
        addBiases(at + biasAt, flat, inputs, hidden, width)
        packForRows(at + panelsAt, flat, inputs, hidden, staging)
      },
      step: (h, c, x) => {
        const { at } = block
        const numbers = arena.numbers()
        copy(numbers, at, x, 0, inputs)
        copy(numbers, at + inputs, h, 0, hidden)
        copy(numbers, at + cAt, c, 0, hidden)
        kernels.affineWide(BYTES * (at + gatesAt), BYTES * (at + biasAt), BYTES * at, BYTES * (at + panelsAt), depth, 4 * width)
        kernels.lstmCell(BYTES * (at + nextAt), BYTES * (at + cAt), BYTES * (at + gatesAt), width)
        copy(h, 0, numbers, at + nextAt, hidden)
        copy(c, 0, numbers, at + cAt, hidden)
      },
    }
  }

  return { lstmStep, lstmForward, residentLstm }
}
