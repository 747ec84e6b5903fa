/**
 * Statistics of samples and of score matrices: moments, quantiles, robust aggregates over runs and tasks, bootstrap intervals.
 *
 * A score matrix is `scores[run][task]`; runs (seeds) are the unit of resampling. All sums run in index order.
 *
 * *Source:* R. Agarwal, M. Schwarzer, P. S. Castro, A. Courville, M. G. Bellemare 2021, "Deep reinforcement learning at the edge of the
 * statistical precipice", arXiv 2108.13264, section 4 (IQM, optimality gap, performance profiles, probability of improvement, stratified
 * bootstrap); R. J. Hyndman and Y. Fan 1996, definition 7 (quantiles); J. Cohen 1988 (effect size).
 * *Deviations:* none.
 */
import { invariant } from './invariant.ts'
import type { Key } from './key.ts'
import { foldIn, integer } from './rng.ts'

/** Scores by run, then task; every run has all tasks. */
export type Scores = readonly (readonly number[])[]

const sumOf = (values: ArrayLike<number>): number => {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += values[i]
  return sum
}

const checkNotEmpty = (values: ArrayLike<number>, what: string): void => invariant(values.length > 0, `${what} of no values`)

/** Arithmetic mean of at least one value. */
export const mean = (values: ArrayLike<number>): number => {
  checkNotEmpty(values, 'mean')
  return sumOf(values) / values.length
}

/** Σ (x − mean)² / (n − ddof), in two passes; needs n > ddof. `ddof` is 0 for a population, 1 for a sample. */
export const variance = (values: ArrayLike<number>, ddof: number): number => {
  invariant(values.length > ddof, `variance of ${values.length} values with ddof ${ddof}`)
  const centre = mean(values)
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += (values[i] - centre) * (values[i] - centre)
  return sum / (values.length - ddof)
}

/** Square root of `variance`. */
export const std = (values: ArrayLike<number>, ddof: number): number => Math.sqrt(variance(values, ddof))

/** Values in ascending order, as a new array; NaN is rejected because it has no place in an order. */
export const sorted = (values: ArrayLike<number>): Float64Array => {
  const out = new Float64Array(values).sort()
  // Typed arrays sort NaN to the end.
  invariant(out.length === 0 || !Number.isNaN(out[out.length - 1]), 'NaN among values to be ordered')
  return out
}

/** Quantile of values that are in ascending order: linear between order statistics, position q (n − 1); 0 ≤ q ≤ 1. */
export const quantileOfSorted = (ascending: ArrayLike<number>, q: number): number => {
  checkNotEmpty(ascending, 'quantile')
  invariant(q >= 0 && q <= 1, `quantile ${q} lies outside [0, 1]`)
  const position = q * (ascending.length - 1)
  const below = Math.floor(position)
  const low = ascending[below]
  const high = ascending[Math.min(below + 1, ascending.length - 1)]
  const weight = position - below
  if (weight === 0 || low === high) return low // also keeps ∞ − ∞ out
  return low + weight * (high - low)
}

/** Quantile of values in any order: linear between order statistics; 0 ≤ q ≤ 1. `quantile([4, 1, 2, 3], 0.5)` is 2.5. */
export const quantile = (values: ArrayLike<number>, q: number): number => quantileOfSorted(sorted(values), q)

/** Middle value, or the mean of the two middle ones. */
export const median = (values: ArrayLike<number>): number => quantile(values, 0.5)

/** Mean without the ⌊proportion · n⌋ smallest and as many largest values; 0 ≤ proportion < ½. */
export const trimmedMean = (values: ArrayLike<number>, proportion: number): number => {
  invariant(proportion >= 0 && proportion < 0.5, `trimmed proportion ${proportion} lies outside [0, 0.5)`)
  const ascending = sorted(values)
  const cut = Math.floor(proportion * ascending.length)
  return mean(ascending.subarray(cut, ascending.length - cut))
}

/** Interquartile mean: the mean of the middle half, a quarter (rounded down) of the values being dropped at each end. */
export const iqm = (values: ArrayLike<number>): number => trimmedMean(values, 0.25)

/** Mean shortfall below the target γ: γ − mean min(x, γ); lower is better. */
export const optimalityGap = (values: ArrayLike<number>, gamma: number): number =>
  gamma - mean(Float64Array.from(values, (value) => Math.min(value, gamma)))

/** Share of values above each threshold τ: the run-score distribution of a performance profile, non-increasing in τ. */
export const performanceProfile = (values: ArrayLike<number>, thresholds: readonly number[]): readonly number[] =>
  thresholds.map((tau) => mean(Float64Array.from(values, (value) => (value > tau ? 1 : 0))))

/** Share of pairs in which x beats y, a tie counting one half: P(X > Y) + ½ P(X = Y). */
export const improvement = (x: ArrayLike<number>, y: ArrayLike<number>): number => {
  checkNotEmpty(x, 'improvement')
  checkNotEmpty(y, 'improvement')
  let wins = 0
  for (let i = 0; i < x.length; i++) for (let j = 0; j < y.length; j++) wins += x[i] > y[j] ? 1 : x[i] === y[j] ? 0.5 : 0
  return wins / (x.length * y.length)
}

/** Effect size (mean x − mean y)/√((s²ₓ + s²ᵧ)/2) with sample variances; needs two values on each side. */
export const cohensD = (x: ArrayLike<number>, y: ArrayLike<number>): number =>
  (mean(x) - mean(y)) / Math.sqrt((variance(x, 1) + variance(y, 1)) / 2)

const checkScores = (scores: Scores): void => {
  invariant(scores.length > 0 && scores[0].length > 0, 'a score matrix needs at least one run and one task')
  scores.forEach((run, i) => invariant(run.length === scores[0].length, `run ${i} has ${run.length} tasks, run 0 has ${scores[0].length}`))
}

/** All scores, run by run. */
export const pooled = (scores: Scores): Float64Array => {
  checkScores(scores)
  return Float64Array.from(scores.flat())
}

/** The scores of each task over the runs. */
export const byTask = (scores: Scores): readonly Float64Array[] => {
  checkScores(scores)
  return scores[0].map((_, task) => Float64Array.from(scores, (run) => run[task]))
}

/** Mean over runs, per task. */
export const taskMeans = (scores: Scores): Float64Array => Float64Array.from(byTask(scores), mean)

/** Mean over tasks of the share of pairs of runs in which x beats y on the task; x and y have the same tasks. */
export const probabilityOfImprovement = (x: Scores, y: Scores): number => {
  const [tasksX, tasksY] = [byTask(x), byTask(y)]
  invariant(tasksX.length === tasksY.length, `comparison of ${tasksX.length} with ${tasksY.length} tasks`)
  return mean(tasksX.map((task, i) => improvement(task, tasksY[i])))
}

/** A point estimate with the ends of its percentile interval. */
export type Interval = Readonly<{ estimate: number; low: number; high: number }>

/** For each resample, run and task, the index of the run drawn for it: [resample][run][task]. */
export type RunIndices = readonly (readonly (readonly number[])[])[]

/** The statistic of each given resample of the scores: runs are drawn within each task, so that every task keeps its weight. */
export const bootstrapSamples = (scores: Scores, statistic: (scores: Scores) => number, runIndices: RunIndices): Float64Array => {
  checkScores(scores)
  return Float64Array.from(runIndices, (resample) => statistic(resample.map((run) => run.map((index, task) => scores[index][task]))))
}

/** Run indices of `resamples` stratified resamples; resample r is drawn from `foldIn(key, r)`. */
export const drawRunIndices = (key: Key, runs: number, tasks: number, resamples: number): RunIndices =>
  Array.from({ length: resamples }, (_, r) => {
    const keyResample = foldIn(key, r)
    return Array.from({ length: runs }, (_run, i) => Array.from({ length: tasks }, (_task, t) => integer(foldIn(keyResample, i * tasks + t), runs)))
  })

/** Options of the bootstrap: two-sided confidence level, and the number of resamples. */
export type BootstrapOptions = Readonly<{ level: number; resamples: number }>

/** The usual report: 95 % intervals from 2000 resamples. */
export const defaultBootstrap: BootstrapOptions = { level: 0.95, resamples: 2000 }

/**
 * Percentile interval of a statistic of a score matrix by the stratified bootstrap; the same key gives the same interval.
 *
 * With one run the interval has no width: it says nothing about other seeds.
 */
export const stratifiedBootstrap = (
  key: Key,
  scores: Scores,
  statistic: (scores: Scores) => number,
  options: BootstrapOptions = defaultBootstrap,
): Interval => {
  checkScores(scores)
  const { level, resamples } = options
  invariant(level > 0 && level < 1 && resamples > 0, `bootstrap level ${level} with ${resamples} resamples`)
  const samples = sorted(bootstrapSamples(scores, statistic, drawRunIndices(key, scores.length, scores[0].length, resamples)))
  const outside = (1 - level) / 2
  return { estimate: statistic(scores), low: quantileOfSorted(samples, outside), high: quantileOfSorted(samples, 1 - outside) }
}
