/**
 * Tensors at public seams: row-major `ndarray`s with a readonly type, and the few constructors that make them.
 *
 * Hot kernels take the underlying `Float64Array`; a tensor is how a matrix is handed from one room to another.
 *
 * *Source:* the `ndarray` and `ndarray-ops` packages (M. Lysenko). *Deviations:* none.
 */
import ndarray from 'ndarray'
import ops from 'ndarray-ops'
import { invariant } from './invariant.ts'

/** A view of doubles: `shape`, element access by `get`, and the array behind it. */
export type Tensor = Readonly<{
  data: Readonly<Float64Array>
  shape: readonly number[]
  stride: readonly number[]
  offset: number
  size: number
  get(...index: number[]): number
}>

const view = (tensor: Tensor): ndarray.NdArray<Float64Array> =>
  ndarray(tensor.data as Float64Array, [...tensor.shape], [...tensor.stride], tensor.offset)

/** A vector [n] over a copy of `values`. */
export const vector = (values: ArrayLike<number>): Tensor => ndarray(Float64Array.from(values), [values.length])

/** A matrix [rows, columns] over a copy of row-major `values`; a wrong length throws an `InvariantError`. */
export const matrix = (values: ArrayLike<number>, rows: number, columns: number): Tensor => {
  invariant(values.length === rows * columns, `matrix: ${values.length} values for ${rows} x ${columns}`)
  return ndarray(Float64Array.from(values), [rows, columns])
}

/** A matrix from its rows, which must have equal length. */
export const fromRows = (lines: readonly ArrayLike<number>[]): Tensor => {
  const columns = lines.length === 0 ? 0 : lines[0].length
  const data = new Float64Array(lines.length * columns)
  lines.forEach((line, i) => {
    invariant(line.length === columns, `fromRows: row ${i} has ${line.length} entries, row 0 has ${columns}`)
    data.set(Array.from(line), i * columns)
  })
  return ndarray(data, [lines.length, columns])
}

/** The rows of a matrix, each a new array. */
export const rows = (tensor: Tensor): readonly Float64Array[] => {
  invariant(tensor.shape.length === 2, `rows: expected a matrix, received ${tensor.shape.length} dimensions`)
  const whole = packed(tensor)
  const [count, columns] = tensor.shape
  return Array.from({ length: count }, (_, i) => whole.slice(i * columns, (i + 1) * columns))
}

/** The entries in row-major order as a new array, whatever the strides of the view. */
export const packed = (tensor: Tensor): Float64Array => {
  const out = ndarray(new Float64Array(tensor.size), [...tensor.shape])
  ops.assign(out, view(tensor))
  return out.data
}

/** The transpose of a matrix, as a view of the same data. */
export const transposed = (tensor: Tensor): Tensor => view(tensor).transpose(...tensor.shape.map((_, i) => tensor.shape.length - 1 - i))

/** a + b, entry by entry; shapes must agree. */
export const add = (a: Tensor, b: Tensor): Tensor => {
  sameShape(a, b)
  const out = ndarray(new Float64Array(a.size), [...a.shape])
  ops.add(out, view(a), view(b))
  return out
}

/** a − b, entry by entry; shapes must agree. */
export const subtract = (a: Tensor, b: Tensor): Tensor => {
  sameShape(a, b)
  const out = ndarray(new Float64Array(a.size), [...a.shape])
  ops.sub(out, view(a), view(b))
  return out
}

/** factor · a. */
export const scale = (a: Tensor, factor: number): Tensor => {
  const out = ndarray(new Float64Array(a.size), [...a.shape])
  ops.muls(out, view(a), factor)
  return out
}

const sameShape = (a: Tensor, b: Tensor): void => {
  invariant(a.shape.length === b.shape.length && a.shape.every((n, i) => n === b.shape[i]), `shapes [${a.shape}] and [${b.shape}] differ`)
}
