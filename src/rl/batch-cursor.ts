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

/** What the updates on one rollout add up to: by name the sum, and how many updates told it. */
export type PhaseSums = Readonly<{ updates: number; names: readonly string[]; sums: Float64Array; counts: Float64Array }>

/** Where the learner stands in its passes over the batch. `order` is null where an epoch is one whole batch. */
export type Cursor = Readonly<{ epoch: number; minibatch: number; minibatches: number; order: Uint32Array | null; sums: PhaseSums }>

/** No updates yet. */
export const emptySums: PhaseSums = { updates: 0, names: [], sums: new Float64Array(0), counts: new Float64Array(0) }

/** The sums with one more update; names stand in the order in which they came first. */
export const addMetrics = ({ updates, names, sums, counts }: PhaseSums, metrics: Metrics): PhaseSums => {
  const all = [...names, ...Object.keys(metrics).filter((name) => !names.includes(name))]
  const told = all.map((name) => name in metrics)
  return {
    updates: updates + 1,
    names: all,
    sums: Float64Array.from(all, (name, i) => (i >= names.length ? metrics[name] : sums[i] + (told[i] ? metrics[name] : 0))),
    counts: Float64Array.from(all, (_, i) => (counts[i] ?? 0) + (told[i] ? 1 : 0)),
  }
}

/** Means over the updates that told each of them. */
export const meansOf = ({ names, sums, counts }: PhaseSums): Metrics => Object.fromEntries(names.map((name, i) => [name, sums[i] / counts[i]]))

/** The rows that the cursor points at; those that do not fill a last minibatch are left out. */
export const minibatchAt = (batch: Batch, { order, minibatch, minibatches }: Cursor): Minibatch => {
  if (order === null) return batch
  const size = Math.floor(batchSize(batch) / minibatches)
  return takeRows(batch, order.subarray(minibatch * size, (minibatch + 1) * size))
}
