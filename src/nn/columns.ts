/**
 * Rows of numbers side by side, and columns of them.
 *
 * *Source:* none. *Deviations:* none.
 */

/** Rows [B, wa + wb] of those of `a` [B, wa] and `b` [B, wb] side by side. */
export const beside = (a: Float64Array, b: Float64Array, batch: number): Float64Array => {
  const [wa, wb] = [a.length / batch, b.length / batch]
  const out = new Float64Array(a.length + b.length)
  for (let row = 0; row < batch; row++) {
    for (let i = 0; i < wa; i++) out[row * (wa + wb) + i] = a[row * wa + i]
    for (let i = 0; i < wb; i++) out[row * (wa + wb) + wa + i] = b[row * wb + i]
  }
  return out
}

/** The columns `from` … `from + width − 1` of rows [B, whole]. */
export const columns = (rows: Float64Array, whole: number, from: number, width: number): Float64Array => {
  const batch = rows.length / whole
  const out = new Float64Array(batch * width)
  for (let row = 0; row < batch; row++) for (let i = 0; i < width; i++) out[row * width + i] = rows[row * whole + from + i]
  return out
}
