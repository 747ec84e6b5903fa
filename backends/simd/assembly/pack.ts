/**
 * Packing: the right factor B [k, columns] of a product in the order in which the inner loops read it, and copies of rows.
 *
 * For products with several rows: panels of four columns, [k][4] each, the last one filled with zeros. For single rows: groups of sixteen
 * columns, [k][16] each, the last one of 16, 8 or 4.
 *
 * *Source:* K. Goto and R. A. van de Geijn 2008, "Anatomy of high-performance matrix multiplication", ACM TOMS 34.
 * *Deviations:* none.
 */

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
