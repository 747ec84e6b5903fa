/**
 * Where a learner stands in its passes over a batch, and what its updates on it add up to.
 *
 * *Source:* Schulman et al. 2017, arXiv 1707.06347, Algorithm 1 (epochs and minibatches). *Deviations:* none.
 */
import type { Metrics } from '../core/learner.ts'
import type { Batch } from './held-batch.ts'
import { batchSize } from './held-batch.ts'
import type { Minibatch } from './minibatch.ts'
import { takeRows } from './minibatch.ts'

/** What the updates on one rollout add up to. */
export type PhaseSums = Readonly<{ updates: number; names: readonly string[]; sums: Float64Array }>

/** Where the learner stands in its passes over the batch. `order` is null where an epoch is one whole batch. */
export type Cursor = Readonly<{ epoch: number; minibatch: number; minibatches: number; order: Uint32Array | null; sums: PhaseSums }>

/** No updates yet. */
export const emptySums: PhaseSums = { updates: 0, names: [], sums: new Float64Array(0) }

/** The sums with one more update, whose metrics have the same names each time. */
export const addMetrics = ({ updates, names, sums }: PhaseSums, metrics: Metrics): PhaseSums => {
  const values = Float64Array.from(Object.values(metrics))
  return { updates: updates + 1, names: names.length === 0 ? Object.keys(metrics) : names, sums: sums.length === 0 ? values : values.map((value, i) => value + sums[i]) }
}

/** Means over the updates. */
export const meansOf = ({ updates, names, sums }: PhaseSums): Metrics => Object.fromEntries(names.map((name, i) => [name, sums[i] / updates]))

/** The rows that the cursor points at; those that do not fill a last minibatch are left out. */
export const minibatchAt = (batch: Batch, { order, minibatch, minibatches }: Cursor): Minibatch => {
  if (order === null) return batch
  const size = Math.floor(batchSize(batch) / minibatches)
  return takeRows(batch, order.subarray(minibatch * size, (minibatch + 1) * size))
}
