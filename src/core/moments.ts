/**
 * Running statistics of vectors: how many, their mean, and the sum of squared deviations from it.
 *
 * Statistics are one vector `[count, mean (O), M₂ (O)]`. One observation is added by Welford's rule, two sets are merged by Chan's;
 * merges fold in list order, so that any worker count gives the same bits.
 *
 *     δ = mean_b − mean_a,  n = n_a + n_b,  mean = mean_a + δ n_b/n,  M₂ = M₂a + M₂b + δ² n_a n_b/n
 *
 * *Source:* Welford 1962; Chan, Golub and LeVeque 1983, Eq. 2.1.
 * *Deviations:* 1. empty statistics are all zero, without the pseudo-count from which the programs of the papers start.
 */
import { invariant } from './invariant.ts'

/** Statistics of no observation of length `obsSize`: zeros [1 + 2·O]. */
export const emptyMoments = (obsSize: number): Float64Array => new Float64Array(1 + 2 * obsSize)

/** Adds one observation to `moments` in place. For the rollout loop, on statistics that it allocated itself. */
export const addObservation = (moments: Float64Array, obs: Float64Array): void => {
  const size = obs.length
  const count = moments[0] + 1
  moments[0] = count
  for (let i = 0; i < size; i++) {
    const delta = obs[i] - moments[1 + i]
    const mean = moments[1 + i] + delta / count
    moments[1 + i] = mean
    moments[1 + size + i] += delta * (obs[i] - mean)
  }
}

const mergeTwo = (a: Float64Array, b: Float64Array): Float64Array => {
  invariant(a.length === b.length, `statistics of ${a.length} and of ${b.length} numbers cannot be merged`)
  if (b[0] === 0) return a
  if (a[0] === 0) return b
  const size = (a.length - 1) / 2
  const merged = new Float64Array(a.length)
  const count = a[0] + b[0]
  merged[0] = count
  for (let i = 1; i <= size; i++) {
    const delta = b[i] - a[i]
    merged[i] = a[i] + (delta * b[0]) / count
    merged[size + i] = a[size + i] + b[size + i] + (delta * delta * a[0] * b[0]) / count
  }
  return merged
}

/** The statistics of all observations behind `base` and `parts`, merged in list order; a new vector. */
export const mergeMoments = (base: Float64Array, parts: readonly Float64Array[]): Float64Array => Float64Array.from(parts.reduce(mergeTwo, base))
