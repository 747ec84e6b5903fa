/**
 * A map of what an episodic memory remembers: every row at a place in the plane, with its value and its age.
 *
 * Places are the first two principal components of the embeddings, so near rows are rows that a read takes for similar training
 * states (as far as a plane can show that). A row of one action has that action's value; a joint row the mean over the actions that have one.
 *
 * *Source:* Le et al. 2021, EPGT, arXiv 2112.01853, visualisation of the memory. *Deviations:* 1. principal components in place of t-SNE: they are
 * deterministic, and distances in them are distances.
 */
import { flatRows } from '../memory/chunked-rows.ts'
import type { EpisodicMemoryState } from '../memory/episodic-memory.ts'
import { principalPlane } from '../memory/principal-plane.ts'

/**
 * Rows of a memory, the oldest first: `places` [M, 2], `shares` of the variance that the two axes show, `values` [M] (NaN where a row has
 * none), `ids` [M] (in the order in which rows were added), `actions` [M], null where a row belongs to all of them.
 */
export type MemoryMap = Readonly<{
  places: Float64Array
  shares: readonly [number, number]
  values: Float64Array
  ids: Float64Array
  actions: Float64Array | null
}>

/** Mean of the numbers among `row`; NaN where there is none. */
const meanOf = (row: Float64Array): number => {
  const known = row.filter((value) => !Number.isNaN(value))
  return known.length === 0 ? Number.NaN : known.reduce((sum, value) => sum + value, 0) / known.length
}

/** The map of a memory; null of an empty one. */
export const memoryMapOf = ({ embeddings, values, ids, actions }: EpisodicMemoryState): MemoryMap | null => {
  if (embeddings.length === 0) return null
  const flat = flatRows(values)
  return {
    ...principalPlane(flatRows(embeddings), embeddings.width),
    values: Float64Array.from({ length: embeddings.length }, (_, row) => meanOf(flat.subarray(row * values.width, (row + 1) * values.width))),
    ids: flatRows(ids),
    actions: actions === null ? null : flatRows(actions),
  }
}
