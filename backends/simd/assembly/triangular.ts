/**
 * Cholesky factor and triangular solves, blocked so that nearly all of the work is matrix products of packed panels.
 *
 * Every entry loses its terms in the order of the index, as in the reference: blocks of columns (or rows) are taken in order, what lies
 * before a block is subtracted first, then what lies inside. The solve with Lᵀ has no such blocks: its sums begin with the row solved
 * last, so it goes row by row and is blocked over right-hand sides only.
 *
 * *Source:* G. H. Golub and C. F. Van Loan 2013, Matrix Computations, 4th ed., algorithms 4.2.2 and 3.1.3 (block forms); reference
 * order from `backends/reference/matrix.ts`. *Deviations:* none.
 */
import { mul, sub } from './maths'
import { subtractProduct, subtractRow } from './matrix'
import { packColumns } from './pack'

/** Columns of a factor, rows of a solve, taken at a time. */
const BLOCK: i32 = 64

/** x − l · y of single numbers. */
// @ts-ignore: decorator
@inline
function less(x: f64, l: f64, y: f64): f64 {
  return x - l * y
}

/**
 * Columns `left` … `left` + 3 of the rows from `left` on: first the factor of the four by four at the diagonal, then the rows below it.
 * All terms before `left` have been subtracted. Columns from `n` on are padding: a pivot of 1, zeros below.
 */
function factorFour(a: usize, ld: usize, left: i32, n: i32): bool {
  const width = min(4, n - left)
  const diagonal = a + <usize>left * ld + (<usize>left << 3)
  for (let i = 0; i < width; i++) {
    const row = diagonal + <usize>i * ld
    for (let j = 0; j < i; j++) {
      const other = diagonal + <usize>j * ld
      let rest = load<f64>(row + (<usize>j << 3))
      for (let k = 0; k < j; k++) rest = less(rest, load<f64>(row + (<usize>k << 3)), load<f64>(other + (<usize>k << 3)))
      store<f64>(row + (<usize>j << 3), rest / load<f64>(other + (<usize>j << 3)))
    }
    let rest = load<f64>(row + (<usize>i << 3))
    for (let k = 0; k < i; k++) {
      const value = load<f64>(row + (<usize>k << 3))
      rest = less(rest, value, value)
    }
    if (!(rest > 0 && rest < Infinity)) return false
    store<f64>(row + (<usize>i << 3), sqrt(rest))
  }
  if (width < 4) return true
  const row1 = diagonal + ld
  const row2 = row1 + ld
  const row3 = row2 + ld
  const d0 = v128.load64_splat(diagonal)
  const l10 = v128.load64_splat(row1)
  const d1 = v128.load64_splat(row1, 8)
  const l20 = v128.load64_splat(row2)
  const l21 = v128.load64_splat(row2, 8)
  const d2 = v128.load64_splat(row2, 16)
  const l30 = v128.load64_splat(row3)
  const l31 = v128.load64_splat(row3, 8)
  const l32 = v128.load64_splat(row3, 16)
  const d3 = v128.load64_splat(row3, 24)
  // two rows at a time; behind the last row there is room for one more
  let upper = row3 + ld
  for (let i = left + 4; i < n; i += 2) {
    const lower = upper + ld
    const a0 = v128.load(upper)
    const a1 = v128.load(upper, 16)
    const b0 = v128.load(lower)
    const b1 = v128.load(lower, 16)
    const x0 = f64x2.div(i64x2.shuffle(a0, b0, 0, 2), d0)
    const x1 = f64x2.div(sub(i64x2.shuffle(a0, b0, 1, 3), mul(x0, l10)), d1)
    const x2 = f64x2.div(sub(sub(i64x2.shuffle(a1, b1, 0, 2), mul(x0, l20)), mul(x1, l21)), d2)
    const x3 = f64x2.div(sub(sub(sub(i64x2.shuffle(a1, b1, 1, 3), mul(x0, l30)), mul(x1, l31)), mul(x2, l32)), d3)
    v128.store(upper, i64x2.shuffle(x0, x1, 0, 2))
    v128.store(upper, i64x2.shuffle(x2, x3, 0, 2), 16)
    v128.store(lower, i64x2.shuffle(x0, x1, 1, 3))
    v128.store(lower, i64x2.shuffle(x2, x3, 1, 3), 16)
    upper = lower + ld
  }
  return true
}

/**
 * The lower factor of the n × n matrix at `a`, rows `ld` bytes apart (n rounded up to a multiple of 4, and rows up to n + 4), in place,
 * the upper triangle zeroed; false where a pivot is not positive. `panels` has room for n + 4 rows of 64 columns.
 */
export function cholesky(a: usize, ld: usize, n: i32, panels: usize): bool {
  for (let left = 0; left < n; left += BLOCK) {
    const right = min(left + BLOCK, n)
    const corner = a + <usize>left * ld
    if (left > 0) {
      packColumns(panels, <usize>left << 5, corner, ld, left, right - left)
      subtractProduct(corner + (<usize>left << 3), ld, 32, corner, ld, panels, <usize>left << 5, n - left, (right - left + 3) >> 2, left)
    }
    for (let column = left; column < right; column += 4) {
      const depth = column - left
      if (depth > 0) {
        const from = a + <usize>column * ld + (<usize>left << 3)
        packColumns(panels, <usize>depth << 5, from, ld, depth, min(4, n - column))
        subtractProduct(from + (<usize>depth << 3), ld, 32, from, ld, panels, <usize>depth << 5, n - column, 1, depth)
      }
      if (!factorFour(a, ld, column, n)) return false
    }
  }
  for (let i = 0; i < n; i++) {
    const row = a + <usize>i * ld
    memory.fill(row + (<usize>(i + 1) << 3), 0, <usize>(n - i - 1) << 3)
  }
  return true
}

/**
 * X with L X = B for right-hand sides in panels of four columns, [n][4] each, `panelBytes` apart, in place; L by rows `ld` bytes apart.
 */
export function solveLower(x: usize, panelBytes: usize, panels: i32, lower: usize, ld: usize, n: i32): void {
  for (let top = 0; top < n; top += BLOCK) {
    const bottom = min(top + BLOCK, n)
    if (top > 0) subtractProduct(x + (<usize>top << 5), 32, panelBytes, lower + <usize>top * ld, ld, x, panelBytes, bottom - top, panels, top)
    for (let panel = 0; panel < panels; panel++) {
      const at = x + <usize>panel * panelBytes
      const block = at + (<usize>top << 5)
      for (let quad = top; quad < bottom; quad += 4) {
        const depth = quad - top
        const rows = min(4, bottom - quad)
        const corner = lower + <usize>quad * ld + (<usize>top << 3)
        const target = at + (<usize>quad << 5)
        if (depth > 0) subtractProduct(target, 32, panelBytes, corner, ld, block, panelBytes, rows, 1, depth)
        for (let i = 0; i < rows; i++) {
          const l = corner + <usize>i * ld + (<usize>depth << 3)
          const row = target + (<usize>i << 5)
          let s0 = v128.load(row)
          let s1 = v128.load(row, 16)
          for (let k = 0; k < i; k++) {
            const factor = v128.load64_splat(l + (<usize>k << 3))
            const known = target + (<usize>k << 5)
            s0 = sub(s0, mul(factor, v128.load(known)))
            s1 = sub(s1, mul(factor, v128.load(known, 16)))
          }
          const pivot = v128.load64_splat(l + (<usize>i << 3))
          v128.store(row, f64x2.div(s0, pivot))
          v128.store(row, f64x2.div(s1, pivot), 16)
        }
      }
    }
  }
}

/** X with Lᵀ X = B as in `solveLower`; `upper` holds Lᵀ by rows `ld` bytes apart. */
export function solveUpper(x: usize, panelBytes: usize, panels: i32, upper: usize, ld: usize, n: i32): void {
  for (let first = 0; first < panels; first += 4) {
    const group = x + <usize>first * panelBytes
    const width = min(4, panels - first)
    for (let i = n - 1; i >= 0; i--) {
      const row = upper + <usize>i * ld + (<usize>i << 3)
      const target = group + (<usize>i << 5)
      subtractRow(target, panelBytes, row + 8, target + 32, panelBytes, width, n - 1 - i)
      const pivot = v128.load64_splat(row)
      for (let panel = 0; panel < width; panel++) {
        const at = target + <usize>panel * panelBytes
        v128.store(at, f64x2.div(v128.load(at), pivot))
        v128.store(at, f64x2.div(v128.load(at, 16), pivot), 16)
      }
    }
  }
}

/** to[j, i] = from[i, j] for n × n entries, rows `toBytes` and `fromBytes` apart. */
export function transpose(to: usize, toBytes: usize, from: usize, fromBytes: usize, n: i32): void {
  for (let top = 0; top < n; top += 8) {
    const bottom = min(top + 8, n)
    for (let j = 0; j < n; j++) {
      const at = to + <usize>j * toBytes
      for (let i = top; i < bottom; i++) store<f64>(at + (<usize>i << 3), load<f64>(from + <usize>i * fromBytes + (<usize>j << 3)))
    }
  }
}
