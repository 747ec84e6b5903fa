/**
 * A persistent queue of equally long rows: an immutable spine of equal-length chunks that share what did not change.
 *
 * Adding a row copies one chunk and the spine, changing one copies its chunk, dropping the oldest copies nothing but the spine, and
 * only when a chunk has run empty. Versions share all other chunks, so that a memory of 10,000 rows may change at every step and every
 * version of it may be kept. It is plain data: a checkpoint holds it as it is.
 *
 * *Source:* house rule "buffers and memories are persistent"; the two-level vector is the shallow form of C. Okasaki 1998, Purely
 * functional data structures. *Deviations:* none.
 */
import { invariant } from '../core/invariant.ts'

/**
 * Rows of `width` numbers, oldest first; row i lies at place `start + i` of the chunks, each of which holds `CHUNK_ROWS` rows. Places
 * outside `start … start + length − 1` hold what was there before, or 0.
 */
export type ChunkedRows = Readonly<{ width: number; start: number; length: number; chunks: readonly Float64Array[] }>

/** Rows of one chunk: few enough to be copied in about a microsecond at 5 dimensions, many enough that a search is not spent on finding chunks. */
export const CHUNK_ROWS = 256

/** No rows of `width` numbers each; `width` is a positive integer, otherwise an invariant breaks. */
export const emptyRows = (width: number): ChunkedRows => {
  invariant(Number.isInteger(width) && width >= 1, `rows need a positive width, received ${width}`)
  return { width, start: 0, length: 0, chunks: [] }
}

const checkRow = ({ width }: ChunkedRows, row: ArrayLike<number>): void =>
  invariant(row.length === width, `a row of ${row.length} numbers among rows of ${width}`)

const checkIndex = ({ length }: ChunkedRows, index: number): void =>
  invariant(Number.isInteger(index) && index >= 0 && index < length, `no row ${index} among ${length}`)

/** `chunks` with `row` written at `place`, which may begin one new chunk; one chunk is copied. */
const written = (chunks: readonly Float64Array[], width: number, place: number, row: ArrayLike<number>): readonly Float64Array[] => {
  const at = Math.floor(place / CHUNK_ROWS)
  const chunk = at < chunks.length ? chunks[at].slice() : new Float64Array(CHUNK_ROWS * width)
  chunk.set(row, (place % CHUNK_ROWS) * width)
  return at < chunks.length ? chunks.map((old, i) => (i === at ? chunk : old)) : [...chunks, chunk]
}

/** The rows and, behind them, `row` [width]. */
export const appendRow = (rows: ChunkedRows, row: ArrayLike<number>): ChunkedRows => {
  checkRow(rows, row)
  const { width, start, length, chunks } = rows
  return { width, start, length: length + 1, chunks: written(chunks, width, start + length, row) }
}

/** The rows and, behind them, those of `block` [n, width], n ≥ 0: the same as one after the other, for one copy of the spine. */
export const appendRows = (rows: ChunkedRows, block: Float64Array): ChunkedRows => {
  const { width, start, length, chunks } = rows
  const count = block.length / width
  invariant(Number.isInteger(count), `${block.length} numbers are no rows of ${width}`)
  const next = chunks.slice()
  for (let i = 0; i < count;) {
    const place = start + length + i
    const inside = place % CHUNK_ROWS
    const at = Math.floor(place / CHUNK_ROWS)
    const taken = Math.min(CHUNK_ROWS - inside, count - i)
    const chunk = inside === 0 || at >= chunks.length ? new Float64Array(CHUNK_ROWS * width) : chunks[at].slice()
    chunk.set(block.subarray(i * width, (i + taken) * width), inside * width)
    next[at] = chunk
    i += taken
  }
  return { width, start, length: length + count, chunks: next }
}

/** The rows with row `index` replaced by `row` [width]. */
export const setRow = (rows: ChunkedRows, index: number, row: ArrayLike<number>): ChunkedRows => {
  checkRow(rows, row)
  checkIndex(rows, index)
  return { ...rows, chunks: written(rows.chunks, rows.width, rows.start + index, row) }
}

/** The rows without the oldest; at least one must be there. */
export const dropOldest = (rows: ChunkedRows): ChunkedRows => {
  checkIndex(rows, 0)
  const { width, start, length, chunks } = rows
  if (length === 1) return emptyRows(width)
  return start + 1 < CHUNK_ROWS
    ? { width, start: start + 1, length: length - 1, chunks }
    : { width, start: 0, length: length - 1, chunks: chunks.slice(1) }
}

/** The last `kept` rows, or all where there are no more. */
export const keepNewest = (rows: ChunkedRows, kept: number): ChunkedRows => {
  const { width, start, length, chunks } = rows
  if (length <= kept) return rows
  if (kept === 0) return emptyRows(width)
  const first = start + length - kept
  return { width, start: first % CHUNK_ROWS, length: kept, chunks: chunks.slice(Math.floor(first / CHUNK_ROWS)) }
}

/** Row `index` as a new array [width]. */
export const rowAt = (rows: ChunkedRows, index: number): Float64Array => {
  checkIndex(rows, index)
  const place = rows.start + index
  const at = (place % CHUNK_ROWS) * rows.width
  return rows.chunks[Math.floor(place / CHUNK_ROWS)].slice(at, at + rows.width)
}

/** Number `column` of row `index`. */
export const entryAt = (rows: ChunkedRows, index: number, column: number): number => {
  const place = rows.start + index
  return rows.chunks[Math.floor(place / CHUNK_ROWS)][(place % CHUNK_ROWS) * rows.width + column]
}

/** All rows as a new array [M, width], oldest first. */
export const flatRows = ({ width, start, length, chunks }: ChunkedRows): Float64Array => {
  const out = new Float64Array(length * width)
  for (let i = 0; i < length;) {
    const place = start + i
    const inside = place % CHUNK_ROWS
    const count = Math.min(CHUNK_ROWS - inside, length - i)
    out.set(chunks[Math.floor(place / CHUNK_ROWS)].subarray(inside * width, (inside + count) * width), i * width)
    i += count
  }
  return out
}
