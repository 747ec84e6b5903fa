/**
 * How arrays of 64-bit floats travel to the device and back: narrowed to 32 bits, rows as wide as the device likes them.
 *
 * *Source:* none. *Deviations:* none.
 */
import type { Work } from '../../src/core/later.ts'
import { wait } from '../../src/core/later.ts'
import type { Matrix } from './device.ts'

/** WebAssembly computes four columns at a time, and only where the width of a result divides by four; columns are filled up with zeros. */
export const padded = (columns: number): number => (columns + 3) & -4

/** The first rows · columns numbers of `values` from `at` on, in rows of `width`. */
export const narrow = (values: Float64Array, at: number, rows: number, columns: number, width = columns): Float32Array => {
  if (width === columns) return Float32Array.from(values.subarray(at, at + rows * columns))
  const out = new Float32Array(rows * width)
  for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) out[r * width + c] = values[at + r * columns + c]
  return out
}

/** As `narrow` with rows and columns exchanged: `rows` columns of `columns` numbers, `width` numbers to a row. */
export const narrowTransposed = (values: Float64Array, at: number, rows: number, columns: number, width: number): Float32Array => {
  const out = new Float32Array(columns * width)
  for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) out[c * width + r] = values[at + r * columns + c]
  return out
}

/** Weights [outputs, inputs] and bias [outputs] of an affine map at `at`, written as a program reads them: one row per input, the bias last. */
export const packAffine = (out: Float32Array, outAt: number, parameters: Float64Array, at: number, inputs: number, outputs: number): void => {
  const width = padded(outputs)
  for (let o = 0; o < outputs; o++) {
    for (let i = 0; i < inputs; i++) out[outAt + i * width + o] = parameters[at + o * inputs + i]
    out[outAt + inputs * width + o] = parameters[at + outputs * inputs + o]
  }
}

/** Writes the first `columns` of every row of `matrix` to `out` from `at` on, and frees the matrix if `last`. */
export function* readInto(out: Float64Array, at: number, matrix: Matrix, columns: number, last = true): Work<void> {
  const rows = yield* wait(matrix.read())
  for (let r = 0; r < matrix.rows; r++) {
    const row = rows[r]
    for (let c = 0; c < columns; c++) out[at + r * columns + c] = row[c]
  }
  if (last) matrix.free()
}
