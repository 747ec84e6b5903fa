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

/** y [16] = bias + x [depth] · B for B packed as [depth][16] and an even depth. */
// @ts-ignore: decorator
@inline
function row16(y: usize, bias: usize, x: usize, b: usize, depth: i32): void {
  let s0 = v128.load(bias)
  let s1 = v128.load(bias, 16)
  let s2 = v128.load(bias, 32)
  let s3 = v128.load(bias, 48)
  let s4 = v128.load(bias, 64)
  let s5 = v128.load(bias, 80)
  let s6 = v128.load(bias, 96)
  let s7 = v128.load(bias, 112)
  for (let k = depth; k > 0; k -= 2) {
    const x0 = v128.load64_splat(x)
    s0 = add(s0, mul(v128.load(b, 0), x0))
    s1 = add(s1, mul(v128.load(b, 16), x0))
    s2 = add(s2, mul(v128.load(b, 32), x0))
    s3 = add(s3, mul(v128.load(b, 48), x0))
    s4 = add(s4, mul(v128.load(b, 64), x0))
    s5 = add(s5, mul(v128.load(b, 80), x0))
    s6 = add(s6, mul(v128.load(b, 96), x0))
    s7 = add(s7, mul(v128.load(b, 112), x0))
    const x1 = v128.load64_splat(x, 8)
    s0 = add(s0, mul(v128.load(b, 128), x1))
    s1 = add(s1, mul(v128.load(b, 144), x1))
    s2 = add(s2, mul(v128.load(b, 160), x1))
    s3 = add(s3, mul(v128.load(b, 176), x1))
    s4 = add(s4, mul(v128.load(b, 192), x1))
    s5 = add(s5, mul(v128.load(b, 208), x1))
    s6 = add(s6, mul(v128.load(b, 224), x1))
    s7 = add(s7, mul(v128.load(b, 240), x1))
    x += 16
    b += 256
  }
  v128.store(y, s0)
  v128.store(y, s1, 16)
  v128.store(y, s2, 32)
  v128.store(y, s3, 48)
  v128.store(y, s4, 64)
  v128.store(y, s5, 80)
  v128.store(y, s6, 96)
  v128.store(y, s7, 112)
}

/** y [8] = bias + x [depth] · B for B packed as [depth][8] and an even depth. */
// @ts-ignore: decorator
@inline
function row8(y: usize, bias: usize, x: usize, b: usize, depth: i32): void {
  let s0 = v128.load(bias)
  let s1 = v128.load(bias, 16)
  let s2 = v128.load(bias, 32)
  let s3 = v128.load(bias, 48)
  for (let k = depth; k > 0; k -= 2) {
    const x0 = v128.load64_splat(x)
    s0 = add(s0, mul(v128.load(b, 0), x0))
    s1 = add(s1, mul(v128.load(b, 16), x0))
    s2 = add(s2, mul(v128.load(b, 32), x0))
    s3 = add(s3, mul(v128.load(b, 48), x0))
    const x1 = v128.load64_splat(x, 8)
    s0 = add(s0, mul(v128.load(b, 64), x1))
    s1 = add(s1, mul(v128.load(b, 80), x1))
    s2 = add(s2, mul(v128.load(b, 96), x1))
    s3 = add(s3, mul(v128.load(b, 112), x1))
    x += 16
    b += 128
  }
  v128.store(y, s0)
  v128.store(y, s1, 16)
  v128.store(y, s2, 32)
  v128.store(y, s3, 48)
}

/** y [4] = bias + x [depth] · B for B packed as [depth][4] and an even depth. */
// @ts-ignore: decorator
@inline
function row4(y: usize, bias: usize, x: usize, b: usize, depth: i32): void {
  let s0 = v128.load(bias)
  let s1 = v128.load(bias, 16)
  for (let k = depth; k > 0; k -= 2) {
    const x0 = v128.load64_splat(x)
    s0 = add(s0, mul(v128.load(b, 0), x0))
    s1 = add(s1, mul(v128.load(b, 16), x0))
    const x1 = v128.load64_splat(x, 8)
    s0 = add(s0, mul(v128.load(b, 32), x1))
    s1 = add(s1, mul(v128.load(b, 48), x1))
    x += 16
    b += 64
  }
  v128.store(y, s0)
  v128.store(y, s1, 16)
}

/** y [width] = bias + x · B for one row of B: the first term of a sum of an odd number, so that the rest can go in twos. */
// @ts-ignore: decorator
@inline
function firstTerm(y: usize, bias: usize, x: usize, b: usize, width: i32): void {
  const factor = v128.load64_splat(x)
  for (let at: usize = 0; at < <usize>width << 3; at += 16) v128.store(y + at, add(v128.load(bias + at), mul(v128.load(b + at), factor)))
}

/**
 * Packs the right factor for single rows: B [depth, columns] stored by columns (`columnBytes` apart) in groups of sixteen columns,
 * [depth][16] each, the last group of 16, 8 or 4. `first` … is the part of the depth that is written.
 */
export function packWide(groups: usize, b: usize, columnBytes: usize, first: i32, count: i32, depth: i32, columns: i32): void {
  for (let column = 0; column < columns; column += 16) {
    const left = columns - column
    const width = left > 8 ? 16 : left > 4 ? 8 : 4
    const rowBytes = <usize>width << 3
    for (let j = 0; j < width; j++) {
      let to = groups + <usize>first * rowBytes + (<usize>j << 3)
      let from = b + <usize>(column + j) * columnBytes
      for (let k = 0; k < count; k++) {
        store<f64>(to, j < left ? load<f64>(from) : 0)
        to += rowBytes
        from += 8
      }
    }
    groups += <usize>depth * rowBytes
  }
}

/** y = bias + x [depth] · B for B packed by `packWide`; room for `columns` rounded up to a multiple of 16 in y and bias. */
export function affineWide(y: usize, bias: usize, x: usize, groups: usize, depth: i32, columns: i32): void {
  const odd = depth & 1
  const even = depth - odd
  const rest = x + (<usize>odd << 3)
  for (; columns > 0; columns -= 16) {
    const width = columns > 8 ? 16 : columns > 4 ? 8 : 4
    const rowBytes = <usize>width << 3
    let start = bias
    let b = groups
    if (odd != 0) {
      firstTerm(y, bias, x, b, width)
      start = y
      b += rowBytes
    }
    if (width == 16) row16(y, start, rest, b, even)
    else if (width == 8) row8(y, start, rest, b, even)
    else row4(y, start, rest, b, even)
    y += 128
    bias += 128
    groups += <usize>depth * rowBytes
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
