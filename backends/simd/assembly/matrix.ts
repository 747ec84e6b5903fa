/**
 * Matrix products over packed panels (`pack.ts`): the inner loops of every kernel that multiplies.
 *
 * A tile of four rows and four columns of C is held in eight registers while k runs in index order, so each entry of C is one sum in index
 * order, begun from what C held. Sums are cut at 256 terms to stay in the first-level cache; storing and loading a double between two
 * parts changes nothing. Rows that fill no tile go one by one, over four panels at once.
 *
 * *Source:* K. Goto and R. A. van de Geijn 2008, "Anatomy of high-performance matrix multiplication", ACM TOMS 34 (blocking and packing).
 * *Deviations:* 1. no reordering of sums, so no blocking that would need one.
 */
import { add, mul, sub } from './maths'
import { packColumns, packRows } from './pack'

/** Terms summed at a time, rows taken at a time. */
const DEPTH: i32 = 256
const ROWS: i32 = 64

// @ts-ignore: decorator
@inline
function gained(sum: v128, a: v128, b: v128, minus: bool): v128 {
  return minus ? sub(sum, mul(a, b)) : add(sum, mul(a, b))
}

/** C [4, 4] gains A [4, depth] · B; rows of A `rowBytes` apart. */
// @ts-ignore: decorator
@inline
function tileOfRows(c: usize, cRow: usize, a: usize, rowBytes: usize, b: usize, depth: i32, minus: bool): void {
  const c1 = c + cRow
  const c2 = c1 + cRow
  const c3 = c2 + cRow
  let s00 = v128.load(c)
  let s01 = v128.load(c, 16)
  let s10 = v128.load(c1)
  let s11 = v128.load(c1, 16)
  let s20 = v128.load(c2)
  let s21 = v128.load(c2, 16)
  let s30 = v128.load(c3)
  let s31 = v128.load(c3, 16)
  let a0 = a
  let a1 = a0 + rowBytes
  let a2 = a1 + rowBytes
  let a3 = a2 + rowBytes
  for (let k = depth; k > 0; k--) {
    const b0 = v128.load(b)
    const b1 = v128.load(b, 16)
    let x = v128.load64_splat(a0)
    s00 = gained(s00, b0, x, minus)
    s01 = gained(s01, b1, x, minus)
    x = v128.load64_splat(a1)
    s10 = gained(s10, b0, x, minus)
    s11 = gained(s11, b1, x, minus)
    x = v128.load64_splat(a2)
    s20 = gained(s20, b0, x, minus)
    s21 = gained(s21, b1, x, minus)
    x = v128.load64_splat(a3)
    s30 = gained(s30, b0, x, minus)
    s31 = gained(s31, b1, x, minus)
    a0 += 8
    a1 += 8
    a2 += 8
    a3 += 8
    b += 32
  }
  v128.store(c, s00)
  v128.store(c, s01, 16)
  v128.store(c1, s10)
  v128.store(c1, s11, 16)
  v128.store(c2, s20)
  v128.store(c2, s21, 16)
  v128.store(c3, s30)
  v128.store(c3, s31, 16)
}

/** C [4, 4] gains A [4, depth] · B with both factors packed: [depth][4] each. */
// @ts-ignore: decorator
@inline
function tile(c: usize, cRow: usize, a: usize, b: usize, depth: i32, minus: bool): void {
  const c1 = c + cRow
  const c2 = c1 + cRow
  const c3 = c2 + cRow
  let s00 = v128.load(c)
  let s01 = v128.load(c, 16)
  let s10 = v128.load(c1)
  let s11 = v128.load(c1, 16)
  let s20 = v128.load(c2)
  let s21 = v128.load(c2, 16)
  let s30 = v128.load(c3)
  let s31 = v128.load(c3, 16)
  for (let k = depth; k > 0; k--) {
    const b0 = v128.load(b)
    const b1 = v128.load(b, 16)
    let x = v128.load64_splat(a)
    s00 = gained(s00, b0, x, minus)
    s01 = gained(s01, b1, x, minus)
    x = v128.load64_splat(a, 8)
    s10 = gained(s10, b0, x, minus)
    s11 = gained(s11, b1, x, minus)
    x = v128.load64_splat(a, 16)
    s20 = gained(s20, b0, x, minus)
    s21 = gained(s21, b1, x, minus)
    x = v128.load64_splat(a, 24)
    s30 = gained(s30, b0, x, minus)
    s31 = gained(s31, b1, x, minus)
    a += 32
    b += 32
  }
  v128.store(c, s00)
  v128.store(c, s01, 16)
  v128.store(c1, s10)
  v128.store(c1, s11, 16)
  v128.store(c2, s20)
  v128.store(c2, s21, 16)
  v128.store(c3, s30)
  v128.store(c3, s31, 16)
}

/** C [1, 4] gains A [1, depth] · B, the entries of A `stepBytes` apart. */
// @ts-ignore: decorator
@inline
function rowOfPanel(c: usize, a: usize, stepBytes: usize, b: usize, depth: i32, minus: bool): void {
  let s0 = v128.load(c)
  let s1 = v128.load(c, 16)
  for (let k = depth; k > 0; k--) {
    const x = v128.load64_splat(a)
    s0 = gained(s0, v128.load(b), x, minus)
    s1 = gained(s1, v128.load(b, 16), x, minus)
    a += stepBytes
    b += 32
  }
  v128.store(c, s0)
  v128.store(c, s1, 16)
}

/** Four panels of one row at once: C [1, 16] gains A [1, depth] · B; panels of C `cPanel` and of B `bPanel` bytes apart. */
// @ts-ignore: decorator
@inline
function rowOfFourPanels(c: usize, cPanel: usize, a: usize, stepBytes: usize, b: usize, bPanel: usize, depth: i32, minus: bool): void {
  const c1 = c + cPanel
  const c2 = c1 + cPanel
  const c3 = c2 + cPanel
  let s00 = v128.load(c)
  let s01 = v128.load(c, 16)
  let s10 = v128.load(c1)
  let s11 = v128.load(c1, 16)
  let s20 = v128.load(c2)
  let s21 = v128.load(c2, 16)
  let s30 = v128.load(c3)
  let s31 = v128.load(c3, 16)
  let b1 = b + bPanel
  let b2 = b1 + bPanel
  let b3 = b2 + bPanel
  for (let k = depth; k > 0; k--) {
    const x = v128.load64_splat(a)
    s00 = gained(s00, v128.load(b), x, minus)
    s01 = gained(s01, v128.load(b, 16), x, minus)
    s10 = gained(s10, v128.load(b1), x, minus)
    s11 = gained(s11, v128.load(b1, 16), x, minus)
    s20 = gained(s20, v128.load(b2), x, minus)
    s21 = gained(s21, v128.load(b2, 16), x, minus)
    s30 = gained(s30, v128.load(b3), x, minus)
    s31 = gained(s31, v128.load(b3, 16), x, minus)
    a += stepBytes
    b += 32
    b1 += 32
    b2 += 32
    b3 += 32
  }
  v128.store(c, s00)
  v128.store(c, s01, 16)
  v128.store(c1, s10)
  v128.store(c1, s11, 16)
  v128.store(c2, s20)
  v128.store(c2, s21, 16)
  v128.store(c3, s30)
  v128.store(c3, s31, 16)
}

/** One row of C over `panels` panels gains A [1, depth] · B. */
// @ts-ignore: decorator
@inline
function rowOfPanels(c: usize, cPanel: usize, a: usize, stepBytes: usize, b: usize, bPanel: usize, panels: i32, depth: i32, minus: bool): void {
  for (; panels > 3; panels -= 4) {
    rowOfFourPanels(c, cPanel, a, stepBytes, b, bPanel, depth, minus)
    c += 4 * cPanel
    b += 4 * bPanel
  }
  for (; panels > 0; panels--) {
    rowOfPanel(c, a, stepBytes, b, depth, minus)
    c += cPanel
    b += bPanel
  }
}

/** y [1, 4 · panels] loses x [1, depth] · B; panels of y and of B at distances of their own. */
export function subtractRow(y: usize, yPanel: usize, x: usize, b: usize, bPanel: usize, panels: i32, depth: i32): void {
  rowOfPanels(y, yPanel, x, 8, b, bPanel, panels, depth, true)
}

/** Rows of A of one block, packed as B is: [depth][4] per four rows. */
const PACKED = memory.data(16384 * 8, 64)
/** Panels below which packing A does not pay. */
const FEW_PANELS: i32 = 3

/**
 * C [rows, 4 · panels] gains A · B. A is stored by rows [rows, depth] or, `transposed`, by columns [depth, rows], `aRow` bytes apart. Rows
 * of C are `cRow` bytes apart, its panels `cPanel`, the panels of B `bPanel`.
 */
// @ts-ignore: decorator
@inline
function product(
  c: usize, cRow: usize, cPanel: usize, a: usize, aRow: usize, transposed: bool, b: usize, bPanel: usize,
  rows: i32, panels: i32, depth: i32, minus: bool,
): void {
  for (let k = 0; k < depth; k += DEPTH) {
    const part = min(DEPTH, depth - k)
    const bPart = b + (<usize>k << 5)
    for (let top = 0; top < rows; top += ROWS) {
      const bottom = min(top + ROWS, rows)
      const quads = (bottom - top) & ~3
      const aPart = transposed ? a + <usize>k * aRow + (<usize>top << 3) : a + <usize>top * aRow + (<usize>k << 3)
      const cPart = c + <usize>top * cRow
      if (!transposed && panels < FEW_PANELS) {
        for (let panel = 0; panel < panels; panel++) {
          const cAt = cPart + <usize>panel * cPanel
          const bAt = bPart + <usize>panel * bPanel
          for (let row = 0; row < quads; row += 4) tileOfRows(cAt + <usize>row * cRow, cRow, aPart + <usize>row * aRow, aRow, bAt, part, minus)
        }
      } else {
        if (transposed) packRows(PACKED, aPart, aRow, part, quads)
        else packColumns(PACKED, <usize>part << 5, aPart, aRow, part, quads)
        for (let panel = 0; panel < panels; panel++) {
          const cAt = cPart + <usize>panel * cPanel
          const bAt = bPart + <usize>panel * bPanel
          for (let row = 0; row < quads; row += 4) tile(cAt + <usize>row * cRow, cRow, PACKED + (<usize>(row * part) << 3), bAt, part, minus)
        }
      }
      for (let row = quads; row < bottom - top; row++) {
        const aRowAt = transposed ? aPart + (<usize>row << 3) : aPart + <usize>row * aRow
        rowOfPanels(cPart + <usize>row * cRow, cPanel, aRowAt, transposed ? aRow : 8, bPart, bPanel, panels, part, minus)
      }
    }
  }
}

/** C gains A · B. */
export function addProduct(
  c: usize, cRow: usize, cPanel: usize, a: usize, aRow: usize, b: usize, bPanel: usize, rows: i32, panels: i32, depth: i32,
): void {
  product(c, cRow, cPanel, a, aRow, false, b, bPanel, rows, panels, depth, false)
}

/** C loses A · B. */
export function subtractProduct(
  c: usize, cRow: usize, cPanel: usize, a: usize, aRow: usize, b: usize, bPanel: usize, rows: i32, panels: i32, depth: i32,
): void {
  product(c, cRow, cPanel, a, aRow, false, b, bPanel, rows, panels, depth, true)
}

/** C [rows, 4 · panels] gains Aᵀ · B, A [depth, rows] by rows `aRow` bytes apart; rows of C are `cRow` bytes apart, its panels 32. */
export function addTransposedProduct(c: usize, cRow: usize, a: usize, aRow: usize, b: usize, rows: i32, panels: i32, depth: i32): void {
  product(c, cRow, 32, a, aRow, true, b, <usize>depth << 5, rows, panels, depth, false)
}
