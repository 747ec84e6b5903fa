/**
 * Matrix products over packed panels: the inner loops of every kernel that multiplies.
 *
 * The right factor B [k, columns] is packed into panels of four columns, [k][4] each, the last one filled with zeros. A tile of four rows
 * and four columns of C is held in eight registers while k runs in index order, so each entry of C is one sum in index order, begun from
 * what C held. Sums are cut at 256 terms to stay in the first-level cache; storing and loading a double between two parts changes nothing.
 * For one row, sixteen columns are held in eight registers.
 *
 * *Source:* K. Goto and R. A. van de Geijn 2008, "Anatomy of high-performance matrix multiplication", ACM TOMS 34 (blocking and packing).
 * *Deviations:* 1. no reordering of sums, so no blocking that would need one.
 */
import { add, mul, sub } from './maths'

/** Terms summed at a time, rows taken at a time. */
const DEPTH: i32 = 256
const ROWS: i32 = 64

// @ts-ignore: decorator
@inline
function gained(sum: v128, a: v128, b: v128, minus: bool): v128 {
  return minus ? sub(sum, mul(a, b)) : add(sum, mul(a, b))
}

/** Packs B [depth, columns] stored by rows (`rowBytes` apart) into panels of [depth][4] doubles. */
export function packRows(panels: usize, b: usize, rowBytes: usize, depth: i32, columns: i32): void {
  const panelBytes = <usize>depth << 5
  let column = 0
  for (; column + 3 < columns; column += 4) {
    let from = b + (<usize>column << 3)
    for (let to = panels, end = panels + panelBytes; to < end; to += 32) {
      v128.store(to, v128.load(from))
      v128.store(to, v128.load(from, 16), 16)
      from += rowBytes
    }
    panels += panelBytes
  }
  if (column < columns) {
    let from = b + (<usize>column << 3)
    const left = columns - column
    for (let to = panels, end = panels + panelBytes; to < end; to += 32) {
      store<f64>(to, load<f64>(from))
      store<f64>(to, left > 1 ? load<f64>(from, 8) : 0, 8)
      store<f64>(to, left > 2 ? load<f64>(from, 16) : 0, 16)
      store<f64>(to, 0, 24)
      from += rowBytes
    }
  }
}

/** Packs B [depth, columns] stored by columns (`columnBytes` apart) into panels of [depth][4] doubles, `panelBytes` apart. */
export function packColumns(panels: usize, panelBytes: usize, b: usize, columnBytes: usize, depth: i32, columns: i32): void {
  let column = 0
  for (; column + 3 < columns; column += 4) {
    let b0 = b + <usize>column * columnBytes
    let to = panels
    let k = depth
    for (; k > 1; k -= 2) {
      const v0 = v128.load(b0)
      const v1 = v128.load(b0 + columnBytes)
      const v2 = v128.load(b0 + 2 * columnBytes)
      const v3 = v128.load(b0 + 3 * columnBytes)
      v128.store(to, i64x2.shuffle(v0, v1, 0, 2))
      v128.store(to, i64x2.shuffle(v2, v3, 0, 2), 16)
      v128.store(to, i64x2.shuffle(v0, v1, 1, 3), 32)
      v128.store(to, i64x2.shuffle(v2, v3, 1, 3), 48)
      to += 64
      b0 += 16
    }
    if (k > 0) {
      store<f64>(to, load<f64>(b0))
      store<f64>(to, load<f64>(b0 + columnBytes), 8)
      store<f64>(to, load<f64>(b0 + 2 * columnBytes), 16)
      store<f64>(to, load<f64>(b0 + 3 * columnBytes), 24)
    }
    panels += panelBytes
  }
  if (column < columns) {
    const left = columns - column
    let b0 = b + <usize>column * columnBytes
    for (let to = panels, end = panels + (<usize>depth << 5); to < end; to += 32) {
      store<f64>(to, load<f64>(b0))
      store<f64>(to, left > 1 ? load<f64>(b0 + columnBytes) : 0, 8)
      store<f64>(to, left > 2 ? load<f64>(b0 + 2 * columnBytes) : 0, 16)
      store<f64>(to, 0, 24)
      b0 += 8
    }
  }
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
  let k = depth
  for (; k > 1; k -= 2) {
    let b0 = v128.load(b)
    let b1 = v128.load(b, 16)
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
    b0 = v128.load(b, 32)
    b1 = v128.load(b, 48)
    x = v128.load64_splat(a0, 8)
    s00 = gained(s00, b0, x, minus)
    s01 = gained(s01, b1, x, minus)
    x = v128.load64_splat(a1, 8)
    s10 = gained(s10, b0, x, minus)
    s11 = gained(s11, b1, x, minus)
    x = v128.load64_splat(a2, 8)
    s20 = gained(s20, b0, x, minus)
    s21 = gained(s21, b1, x, minus)
    x = v128.load64_splat(a3, 8)
    s30 = gained(s30, b0, x, minus)
    s31 = gained(s31, b1, x, minus)
    a0 += 16
    a1 += 16
    a2 += 16
    a3 += 16
    b += 64
  }
  if (k > 0) {
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

/** C [4, 4] gains Aᵀ [4, depth] · B, where four neighbouring columns of A start at `a`, its rows `rowBytes` apart. */
function tileOfColumns(c: usize, cRow: usize, a: usize, rowBytes: usize, b: usize, depth: i32): void {
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
    s00 = gained(s00, b0, x, false)
    s01 = gained(s01, b1, x, false)
    x = v128.load64_splat(a, 8)
    s10 = gained(s10, b0, x, false)
    s11 = gained(s11, b1, x, false)
    x = v128.load64_splat(a, 16)
    s20 = gained(s20, b0, x, false)
    s21 = gained(s21, b1, x, false)
    x = v128.load64_splat(a, 24)
    s30 = gained(s30, b0, x, false)
    s31 = gained(s31, b1, x, false)
    a += rowBytes
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

/** y [1, 4 · panels] gains x [1, depth] · B for panels of B that follow one another. */
export function addRow(y: usize, x: usize, b: usize, panels: i32, depth: i32): void {
  rowOfPanels(y, 32, x, 8, b, <usize>depth << 5, panels, depth, false)
}

/** As `addRow`, subtracting, with panels of y and of B at distances of their own. */
export function subtractRow(y: usize, yPanel: usize, x: usize, b: usize, bPanel: usize, panels: i32, depth: i32): void {
  rowOfPanels(y, yPanel, x, 8, b, bPanel, panels, depth, true)
}

/**
 * C [rows, 4 · panels] gains A [rows, depth] · B, A by rows `aRow` bytes apart. Rows of C are `cRow` bytes apart, its panels `cPanel`,
 * the panels of B `bPanel`.
 */
// @ts-ignore: decorator
@inline
function product(
  c: usize, cRow: usize, cPanel: usize, a: usize, aRow: usize, b: usize, bPanel: usize, rows: i32, panels: i32, depth: i32, minus: bool,
): void {
  for (let k = 0; k < depth; k += DEPTH) {
    const part = min(DEPTH, depth - k)
    const aPart = a + (<usize>k << 3)
    const bPart = b + (<usize>k << 5)
    for (let top = 0; top < rows; top += ROWS) {
      const bottom = min(top + ROWS, rows)
      const quads = top + ((bottom - top) & ~3)
      for (let panel = 0; panel < panels; panel++) {
        const cAt = c + <usize>panel * cPanel
        const bAt = bPart + <usize>panel * bPanel
        for (let row = top; row < quads; row += 4) tileOfRows(cAt + <usize>row * cRow, cRow, aPart + <usize>row * aRow, aRow, bAt, part, minus)
      }
      for (let row = quads; row < bottom; row++) {
        rowOfPanels(c + <usize>row * cRow, cPanel, aPart + <usize>row * aRow, 8, bPart, bPanel, panels, part, minus)
      }
    }
  }
}

/** C gains A · B. */
export function addProduct(
  c: usize, cRow: usize, cPanel: usize, a: usize, aRow: usize, b: usize, bPanel: usize, rows: i32, panels: i32, depth: i32,
): void {
  product(c, cRow, cPanel, a, aRow, b, bPanel, rows, panels, depth, false)
}

/** C loses A · B. */
export function subtractProduct(
  c: usize, cRow: usize, cPanel: usize, a: usize, aRow: usize, b: usize, bPanel: usize, rows: i32, panels: i32, depth: i32,
): void {
  product(c, cRow, cPanel, a, aRow, b, bPanel, rows, panels, depth, true)
}

/** C [rows, 4 · panels] gains Aᵀ · B, A [depth, rows] by rows `aRow` bytes apart; rows of C are `cRow` bytes apart, its panels 32. */
export function addTransposedProduct(c: usize, cRow: usize, a: usize, aRow: usize, b: usize, rows: i32, panels: i32, depth: i32): void {
  const bPanel = <usize>depth << 5
  for (let k = 0; k < depth; k += DEPTH) {
    const part = min(DEPTH, depth - k)
    const aPart = a + <usize>k * aRow
    const bPart = b + (<usize>k << 5)
    const quads = rows & ~3
    for (let row = 0; row < quads; row += 4) {
      const cAt = c + <usize>row * cRow
      const aAt = aPart + (<usize>row << 3)
      for (let panel = 0; panel < panels; panel++) {
        tileOfColumns(cAt + (<usize>panel << 5), cRow, aAt, aRow, bPart + <usize>panel * bPanel, part)
      }
    }
    for (let row = quads; row < rows; row++) {
      rowOfPanels(c + <usize>row * cRow, 32, aPart + (<usize>row << 3), aRow, bPart, bPanel, panels, part, false)
    }
  }
}

/** Copies [rows, columns] from rows `fromBytes` apart to rows `toBytes` apart. */
export function copyRows(to: usize, toBytes: usize, from: usize, fromBytes: usize, rows: i32, columns: i32): void {
  for (let row = 0; row < rows; row++) {
    memory.copy(to, from, <usize>columns << 3)
    to += toBytes
    from += fromBytes
  }
}

/** Copies one row of `width` doubles (a multiple of 4) to each of `rows` rows that follow one another. */
export function repeatRow(to: usize, from: usize, width: i32, rows: i32): void {
  const bytes = <usize>width << 3
  for (let row = 0; row < rows; row++) {
    for (let at: usize = 0; at < bytes; at += 32) {
      v128.store(to + at, v128.load(from + at))
      v128.store(to + at, v128.load(from + at, 16), 16)
    }
    to += bytes
  }
}
