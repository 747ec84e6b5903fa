/**
 * The pullback through LSTM sequences.
 *
 * The gradients by gates of all steps are kept in the order in which they arise, last step first: so the gradient by the parameters is one
 * product in which each entry is summed in that order.
 *
 * *Source:* `backends/reference/lstm.ts`. *Deviations:* none.
 */
import type { Kernels } from '../../src/core/backend.ts'
import { reference } from '../reference/index.ts'
import { copy } from './copies.ts'
import { cellSize, usefulWork } from './lstm.ts'
import { paddedRows } from './padded-rows.ts'
import { BYTES, padded, type Place } from './place.ts'

/** Multiplications from which a call pays. */
const PULLBACK = 256

export const lstmPullbackOf = ({ arena, pays }: Place): Kernels['lstmPullback'] => {
  const { kernels } = arena
  const { enter, leave } = paddedRows(arena)

  return (gradients, run, trace, gradH, gradCLast) => {
    const { parameters, x, start, shape } = run
    const { steps, batch, inputs, hidden } = shape
    const size = cellSize(inputs, hidden)
    const count = steps * batch
    if (!pays(usefulWork(count, size), PULLBACK, 6 * size + 20 * count * (padded(inputs) + padded(hidden)))) {
      return reference.kernels.lstmPullback(gradients, run, trace, gradH, gradCLast)
    }
    const width = padded(hidden)
    const inputWidth = padded(inputs)
    const rowsOfGates = 4 * hidden
    const state = batch * width
    arena.open()
    const flat = arena.take(size)
    const gradFlat = arena.take(size)
    const staging = arena.take(Math.max(4 * count * width, count * inputWidth))
    const gates = arena.take(4 * count * width)
    const c = arena.take((steps + 1) * state)
    const outside = arena.take(count * width)
    const gradC = arena.take(state)
    const gradHNow = arena.take(state)
    // gradients by gates before activation, last step first: in rows with padding per gate, and without
    const wide = arena.take(4 * state)
    const slopes = arena.take(count * rowsOfGates)
    const recurrentPanels = arena.take(rowsOfGates * width)
    const inputPanels = arena.take(rowsOfGates * inputWidth)
    const dataPanels = arena.take(count * Math.max(width, inputWidth))
    const gradWeights = arena.take(rowsOfGates * Math.max(width, inputWidth))
    const data = arena.take(count * Math.max(inputs, hidden))
    const gradX = arena.take(count * inputWidth)
    const sums = arena.take(rowsOfGates)
    const squashed = arena.take(width)
    const numbers = arena.numbers()
    copy(numbers, flat, parameters, 0, size)
    enter(gates, trace.gates, 4 * count, hidden, staging)
    enter(c, start.c, batch, hidden, staging)
    enter(c + state, trace.c, count, hidden, staging)
    enter(outside, gradH, count, hidden, staging)
    enter(gradC, gradCLast, batch, hidden, staging)
    const recurrent = flat + rowsOfGates * inputs
    kernels.packRows(BYTES * recurrentPanels, BYTES * recurrent, BYTES * hidden, rowsOfGates, hidden)
    kernels.packRows(BYTES * inputPanels, BYTES * flat, BYTES * inputs, rowsOfGates, inputs)
    numbers.fill(0, gradHNow, gradHNow + state)
    for (let t = steps - 1; t >= 0; t--) {
      for (let k = 0; k < state; k++) numbers[gradHNow + k] += numbers[outside + t * state + k]
      for (let b = 0; b < batch; b++) {
        const row = b * width
        kernels.lstmCellPullback(
          BYTES * (wide + 4 * row), BYTES * (gradC + row), BYTES * (gradHNow + row), BYTES * (gates + 4 * (t * state + row)),
          BYTES * (c + t * state + row), BYTES * (c + (t + 1) * state + row), BYTES * squashed, width,
        )
      }
      const own = slopes + (steps - 1 - t) * batch * rowsOfGates
      kernels.copyRows(BYTES * own, BYTES * hidden, BYTES * wide, BYTES * width, 4 * batch, hidden)
      numbers.fill(0, gradHNow, gradHNow + state)
      kernels.addProduct(
        BYTES * gradHNow, BYTES * width, 32, BYTES * own, BYTES * rowsOfGates, BYTES * recurrentPanels, 32 * rowsOfGates, batch, width / 4, rowsOfGates,
      )
    }

    /** Rows of a sequence [T, B, columns] to `data`, last step first. */
    const reversed = (before: Float64Array | null, values: Float64Array, columns: number): void => {
      const part = batch * columns
      for (let t = 0; t < steps; t++) {
        const to = data + (steps - 1 - t) * part
        if (before === null) copy(numbers, to, values, t * part, part)
        else if (t === 0) copy(numbers, to, before, 0, part)
        else copy(numbers, to, values, (t - 1) * part, part)
      }
    }
    /** The gradient by weights [4H, columns] at `to`: slopesᵀ · data. */
    const byWeights = (to: number, columns: number): void => {
      const wideColumns = padded(columns)
      numbers.fill(0, gradWeights, gradWeights + rowsOfGates * wideColumns)
      kernels.packRows(BYTES * dataPanels, BYTES * data, BYTES * columns, count, columns)
      kernels.addTransposedProduct(
        BYTES * gradWeights, BYTES * wideColumns, BYTES * slopes, BYTES * rowsOfGates, BYTES * dataPanels, rowsOfGates, wideColumns / 4, count,
      )
      kernels.copyRows(BYTES * to, BYTES * columns, BYTES * gradWeights, BYTES * wideColumns, rowsOfGates, columns)
    }
    reversed(null, x, inputs)
    byWeights(gradFlat, inputs)
    reversed(start.h, trace.h, hidden)
    byWeights(gradFlat + rowsOfGates * inputs, hidden)
    numbers.fill(0, sums, sums + rowsOfGates)
    kernels.addColumns(BYTES * sums, BYTES * slopes, count, rowsOfGates)
    const biases = gradFlat + rowsOfGates * (inputs + hidden)
    numbers.copyWithin(biases, sums, sums + rowsOfGates)
    numbers.copyWithin(biases + rowsOfGates, sums, sums + rowsOfGates)
    numbers.fill(0, gradX, gradX + count * inputWidth)
    kernels.addProduct(
      BYTES * gradX, BYTES * inputWidth, 32, BYTES * slopes, BYTES * rowsOfGates, BYTES * inputPanels, 32 * rowsOfGates, count, inputWidth / 4, rowsOfGates,
    )
    if (inputWidth !== inputs) kernels.copyRows(BYTES * gradX, BYTES * inputs, BYTES * gradX, BYTES * inputWidth, count, inputs)
    copy(gradients.parameters, 0, numbers, gradFlat, size)
    const part = batch * inputs
    for (let t = 0; t < steps; t++) copy(gradients.x, t * part, numbers, gradX + (steps - 1 - t) * part, part)
    leave(gradients.h0, gradHNow, batch, hidden, staging)
    leave(gradients.c0, gradC, batch, hidden, staging)
  }
}
