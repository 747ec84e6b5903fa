/**
 * The k nearest rows of a persistent queue, by brute force: exact and deterministic.
 *
 * d(q, x) = Σ_i (q_i − x_i)², nearest first, ties by the lower index (the row added first). Candidates are kept in a list sorted by
 * distance, of at most k: a row enters behind all that are as near, so that order of index decides. Rows may carry a group (an
 * action); then every group has its own list, and one pass over the rows serves all groups.
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

/** Enters row `index` at `distance` into the sorted list from `from` that holds `filled` of at most `k`; answers how many it holds now. */
const enter = (indices: Uint32Array, distances: Float64Array, from: number, filled: number, k: number, index: number, distance: number): number => {
  if (filled === k && !(distance < distances[from + k - 1])) return k
  let at = filled < k ? filled : k - 1
  for (; at > 0 && distances[from + at - 1] > distance; at--) {
    distances[from + at] = distances[from + at - 1]
    indices[from + at] = indices[from + at - 1]
  }
  distances[from + at] = distance
  indices[from + at] = index
  return filled < k ? filled + 1 : k
}

/**
 * The nearest rows of every group in one pass. `groups`, kept in step with `rows`, are rows of one number: the
 * group 0 … groupCount − 1 of the row with the same index; null puts all rows into group 0.
 */
export const nearestByGroup = (
  rows: ChunkedRows,
  groups: ChunkedRows | null,
  groupCount: number,
  query: Float64Array,
  k: number,
): GroupedNeighbours => {
  const { width, start, length, chunks } = rows
  invariant(query.length === width, `a query of ${query.length} numbers among rows of ${width}`)
  invariant(Number.isInteger(k) && k >= 1, `k must be a positive integer, received ${k}`)
  const inStep = groups === null || (groups.width === 1 && groups.length === length && groups.start === start)
  invariant(inStep, `${length} rows do not go with their groups`)
  const counts = new Uint32Array(groupCount)
  const indices = new Uint32Array(groupCount * k)
  const squaredDistances = new Float64Array(groupCount * k)
  for (let i = 0; i < length;) {
    const inside = (start + i) % CHUNK_ROWS
    const count = Math.min(CHUNK_ROWS - inside, length - i)
    const place = Math.floor((start + i) / CHUNK_ROWS)
    const chunk = chunks[place]
    const groupChunk = groups === null ? null : groups.chunks[place]
    for (let row = inside, at = inside * width; row < inside + count; row++, i++) {
      let sum = 0
      for (let d = 0; d < width; d++, at++) {
        const difference = query[d] - chunk[at]
        sum += difference * difference
      }
      const group = groupChunk === null ? 0 : groupChunk[row]
      counts[group] = enter(indices, squaredDistances, group * k, counts[group], k, i, sum <= Infinity ? sum : Infinity)
    }
  }
  return { k, counts, indices, squaredDistances }
}

/** The list of one group. */
export const neighboursOf = ({ k, counts, indices, squaredDistances }: GroupedNeighbours, group: number): Neighbours => ({
  indices: indices.slice(group * k, group * k + counts[group]),
  squaredDistances: squaredDistances.slice(group * k, group * k + counts[group]),
})

/** The k rows nearest to `query` [width], fewer if there are fewer. k ≥ 1 and the width of the query break an invariant if they do not fit. */
export const nearest = (rows: ChunkedRows, query: Float64Array, k: number): Neighbours => neighboursOf(nearestByGroup(rows, null, 1, query, k), 0)
