/**
 * Matrix kernels: products, Cholesky factor, triangular solves.
 *
 * *Source:* `backends/reference/matrix.ts`. *Deviations:* none.
 */
import type { Kernels } from '../../src/core/backend.ts'
import { reference } from '../reference/index.ts'
import { copy } from './copies.ts'
import { BYTES, padded, type Place } from './place.ts'

type MatrixKernels = Pick<Kernels, 'product' | 'cholesky' | 'solveLower' | 'solveLowerTransposed'>

/** Multiplications of a product from which a call pays. */
const PRODUCT = 64
/** Rows from which a factor pays. */
const CHOLESKY = 8
/** Multiplications from which a solve pays; rows of a factor from which transposing it for a few right-hand sides does not. */
const SOLVE = 400
const SOLVE_TRANSPOSED = 4000
const FEW_SIDES = 4
const FAR_ROWS = 512
/** Columns of a factor taken at a time, as in `assembly/triangular.ts`. */
const BLOCK = 64

export const matrixKernels = ({ arena, pays }: Place): MatrixKernels => {
  const { kernels } = arena
  const plain = reference.kernels

  /** An n × n matrix at rows of `width`; by way of `staging` where the rows are wider. */
  const enter = (to: number, width: number, from: Float64Array, n: number, staging: number): void => {
    copy(arena.numbers(), width === n ? to : staging, from, 0, n * n)
    if (width !== n) kernels.copyRows(BYTES * to, BYTES * width, BYTES * staging, BYTES * n, n, n)
  }

  /** Right-hand sides [n, m] in panels of four columns, solved by `solve`, and back. */
  const solved = (out: Float64Array, n: number, m: number, solve: (x: number, panelBytes: number, panels: number) => void): void => {
    const panels = padded(m) / 4
    const sides = arena.take(n * m)
    const x = arena.take(4 * panels * n)
    const wide = arena.take(n * 4 * panels)
    const numbers = arena.numbers()
    copy(numbers, sides, out, 0, n * m)
    kernels.packRows(BYTES * x, BYTES * sides, BYTES * m, n, m)
    solve(BYTES * x, 32 * n, panels)
    for (let panel = 0; panel < panels; panel++) {
      kernels.copyRows(BYTES * (wide + 4 * panel), BYTES * 4 * panels, BYTES * (x + 4 * panel * n), 32, n, 4)
    }
    if (4 * panels !== m) kernels.copyRows(BYTES * wide, BYTES * m, BYTES * wide, BYTES * 4 * panels, n, m)
    copy(out, 0, numbers, wide, n * m)
  }

  return {
    product: (out, a, b, form, m, k, n) => {
      const width = padded(n)
      if (!pays(m * k * n, PRODUCT, m * k + 2 * k * width + m * width)) return plain.product(out, a, b, form, m, k, n)
      arena.open()
      const first = arena.take(m * k)
      const second = arena.take(k * n)
      const panels = arena.take(k * width)
      const values = arena.take(m * width)
      const numbers = arena.numbers()
      copy(numbers, first, a, 0, m * k)
      copy(numbers, second, b, 0, k * n)
      numbers.fill(0, values, values + m * width)
      if (form === 'nt') kernels.packColumns(BYTES * panels, 32 * k, BYTES * second, BYTES * k, k, n)
      else kernels.packRows(BYTES * panels, BYTES * second, BYTES * n, k, n)
      if (form === 'tn') kernels.addTransposedProduct(BYTES * values, BYTES * width, BYTES * first, BYTES * m, BYTES * panels, m, width / 4, k)
      else kernels.addProduct(BYTES * values, BYTES * width, 32, BYTES * first, BYTES * k, BYTES * panels, 32 * k, m, width / 4, k)
      if (width !== n) kernels.copyRows(BYTES * values, BYTES * n, BYTES * values, BYTES * width, m, n)
      copy(out, 0, numbers, values, m * n)
    },

    cholesky: (out, n) => {
      const width = padded(n)
      if (!pays(n, CHOLESKY, 2 * (n + BLOCK) * (width + BLOCK))) return plain.cholesky(out, n)
      arena.open()
      const matrix = arena.take((n + 4) * width)
      const panels = arena.take(width === n ? n * BLOCK : Math.max(n * BLOCK, n * n))
      enter(matrix, width, out, n, panels)
      if (kernels.cholesky(BYTES * matrix, BYTES * width, n, BYTES * panels) === 0) return false
      if (width !== n) kernels.copyRows(BYTES * matrix, BYTES * n, BYTES * matrix, BYTES * width, n, n)
      copy(out, 0, arena.numbers(), matrix, n * n)
      return true
    },

    solveLower: (out, lower, n, m) => {
      if (!pays(n * n * m, SOLVE, n * n + 3 * n * padded(m))) return plain.solveLower(out, lower, n, m)
      arena.open()
      const factor = arena.take(n * n)
      solved(out, n, m, (x, panelBytes, panels) => {
        copy(arena.numbers(), factor, lower, 0, n * n)
        kernels.solveLower(x, panelBytes, panels, BYTES * factor, BYTES * n, n)
      })
    },

    solveLowerTransposed: (out, lower, n, m) => {
      const work = m < FEW_SIDES && n > FAR_ROWS ? 0 : n * n * m
      if (!pays(work, SOLVE_TRANSPOSED, 2 * n * n + 3 * n * padded(m))) return plain.solveLowerTransposed(out, lower, n, m)
      arena.open()
      const factor = arena.take(n * n)
      const upper = arena.take(n * n)
      solved(out, n, m, (x, panelBytes, panels) => {
        copy(arena.numbers(), factor, lower, 0, n * n)
        kernels.transpose(BYTES * upper, BYTES * n, BYTES * factor, BYTES * n, n)
        kernels.solveUpper(x, panelBytes, panels, BYTES * upper, BYTES * n, n)
      })
    },
  }
}
