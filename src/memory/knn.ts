/**
 * The k nearest rows of a persistent queue, by brute force: exact and deterministic.
 *
 * d(q, x) = Σ_i (q_i − x_i)², nearest first, ties by the lower index (the row added first). Candidates are kept in a list sorted by
 * distance, of at most k: a row enters behind all that are as near, so that order of index decides. Rows may carry a group (an
 * action): a search may look at one group, or at all in one pass, every group with its own list.
 *
 * *Source:* E. Fix and J. Hodges 1951, "Discriminatory analysis" (nearest neighbours); exhaustive search needs no other.
 * *Deviations:* 1. a distance that is NaN ranks as, and reads, ∞.
 */
import { invariant } from '../core/invariant.ts'
import { CHUNK_ROWS, type ChunkedRows } from './chunked-rows.ts'

/** Nearest first; `length` is min(k, rows). */
export type Neighbours = Readonly<{ indices: Uint32Array; squaredDistances: Float64Array }>

/** The lists of several groups: group g owns the entries g·k … g·k + counts[g] − 1. */
export type GroupedNeighbours = Readonly<{ k: number; counts: Uint32Array; indices: Uint32Array; squaredDistances: Float64Array }>

/**
 * Enters row `index` at `distance` into the sorted list from `from` that holds `filled` of at most `k`, if it is near enough; answers how
 * many the list holds now.
 */
const enter = (indices: Uint32Array, distances: Float64Array, from: number, filled: number, k: number, index: number, distance: number): number => {
  let at = from + (filled < k ? filled : k - 1)
  if (filled === k && !(distance < distances[at])) return k
  for (; at > from && distances[at - 1] > distance; at--) {
    distances[at] = distances[at - 1]
    indices[at] = indices[at - 1]
  }
  distances[at] = distance
  indices[at] = index
  return filled < k ? filled + 1 : k
}

/** Dimensions that are written out: a loop over so few costs more than what it does. */
const WRITTEN_OUT = 4

/** Σ_d (query_d − chunk_{at + d})², in the order of d, or ∞ where it is NaN. */
const squaredDistance = (query: Float64Array, chunk: Float64Array, at: number): number => {
  let sum = 0
  let d = 0
  if (query.length >= WRITTEN_OUT) {
    const x = query[0] - chunk[at]
    const y = query[1] - chunk[at + 1]
    const z = query[2] - chunk[at + 2]
    const w = query[3] - chunk[at + 3]
    sum = x * x + y * y + z * z + w * w
    d = WRITTEN_OUT
  }
  for (; d < query.length; d++) {
    const difference = query[d] - chunk[at + d]
    sum += difference * difference
  }
  return sum <= Infinity ? sum : Infinity
}

const checkSearch = ({ width, start, length }: ChunkedRows, groups: ChunkedRows | null, query: Float64Array, k: number): void => {
  invariant(query.length === width, `a query of ${query.length} numbers among rows of ${width}`)
  invariant(Number.isInteger(k) && k >= 1, `k must be a positive integer, received ${k}`)
  const inStep = groups === null || (groups.width === 1 && groups.length === length && groups.start === start)
  invariant(inStep, `${length} rows do not go with their groups`)
}

/**
 * The nearest rows of every wanted group in one pass; groups that are not wanted have none. `groups`, kept in step with `rows`, are rows of one
 * number: the group of the row with the same index, an index of `wanted`, which is 1 for a group that is wanted and 0 for others.
 */
export const nearestByGroup = (rows: ChunkedRows, groups: ChunkedRows, wanted: Uint8Array, query: Float64Array, k: number): GroupedNeighbours => {
  checkSearch(rows, groups, query, k)
  const groupCount = wanted.length
  const { width, start, length, chunks } = rows
  const counts = new Uint32Array(groupCount)
  const indices = new Uint32Array(groupCount * k)
  const squaredDistances = new Float64Array(groupCount * k)
  const bounds = new Float64Array(groupCount).fill(Number.NaN) // the farthest in a full list, which a row must be nearer than
  for (let i = 0; i < length;) {
    const inside = (start + i) % CHUNK_ROWS
    const end = inside + Math.min(CHUNK_ROWS - inside, length - i)
    const place = Math.floor((start + i) / CHUNK_ROWS)
    const chunk = chunks[place]
    const groupChunk = groups.chunks[place]
    for (let row = inside; row < end; row++, i++) {
      const group = groupChunk[row]
      if (wanted[group] === 0) continue
      const distance = squaredDistance(query, chunk, row * width)
      if (distance >= bounds[group]) continue
      counts[group] = enter(indices, squaredDistances, group * k, counts[group], k, i, distance)
      if (counts[group] === k) bounds[group] = squaredDistances[group * k + k - 1]
    }
  }
  return { k, counts, indices, squaredDistances }
}

/** The k rows of one group that are nearest to `query` [width], fewer if there are fewer; `groups` as in `nearestByGroup`. */
export const nearestInGroup = (rows: ChunkedRows, groups: ChunkedRows | null, group: number, query: Float64Array, k: number): Neighbours => {
  checkSearch(rows, groups, query, k)
  const { width, start, length, chunks } = rows
  const indices = new Uint32Array(Math.min(k, length))
  const squaredDistances = new Float64Array(indices.length)
  let filled = 0
  for (let i = 0; i < length;) {
    const inside = (start + i) % CHUNK_ROWS
    const end = inside + Math.min(CHUNK_ROWS - inside, length - i)
    const place = Math.floor((start + i) / CHUNK_ROWS)
    const chunk = chunks[place]
    const groupChunk = groups === null ? null : groups.chunks[place]
    for (let row = inside; row < end; row++, i++) {
      if (groupChunk !== null && groupChunk[row] !== group) continue
      filled = enter(indices, squaredDistances, 0, filled, indices.length, i, squaredDistance(query, chunk, row * width))
    }
  }
  return { indices: indices.subarray(0, filled), squaredDistances: squaredDistances.subarray(0, filled) }
}

/** The k rows nearest to `query` [width], fewer if there are fewer. k ≥ 1 and the width of the query break an invariant if they do not fit. */
export const nearest = (rows: ChunkedRows, query: Float64Array, k: number): Neighbours => nearestInGroup(rows, null, 0, query, k)
