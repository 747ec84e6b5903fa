/**
 * Several runs of the same thing as one curve with an interval, and a careful word on which of two things is better.
 *
 * Seeds are the unit: every resample draws whole runs. A verdict needs at least five seeds on both sides, at least twenty
 * meta updates in every run whose outer level learns, and an interval of the probability of improvement without 1/2;
 * otherwise it is 'undecided' and says why.
 *
 * *Source:* Agarwal et al. 2021, arXiv 2108.13264, sections 3-4 (IQM, stratified bootstrap, probability of improvement).
 * *Deviations:* none.
 */
import type { Key } from '../core/key.ts'
import { foldIn } from '../core/rng.ts'
import {
  defaultBootstrap,
  drawRunIndices,
  improvement,
  iqm,
  pooled,
  quantile,
  stratifiedBootstrap,
  type BootstrapOptions,
  type Interval,
  type RunIndices,
  type Scores,
} from '../core/stats.ts'
import { commonGrid, finalReturn, resample, type Curve, type ReturnCurve } from './curve.ts'

/** IQM over runs at each point of `envSteps`, with the ends of its interval [points]. */
export type AggregateCurve = Readonly<{ envSteps: Float64Array; iqm: Float64Array; low: Float64Array; high: Float64Array }>

const iqmOfRuns = (scores: Scores): number => iqm(pooled(scores))

const valuesAt = (runs: readonly Float64Array[], point: number): Float64Array => Float64Array.from(runs, (run) => run[point]).filter((value) => Number.isFinite(value))

/** What `bootstrapSamples` gives for the IQM of runs with one value each, without an array per run. */
const resampledIqms = (values: Float64Array, resamples: RunIndices): Float64Array => {
  const sample = new Float64Array(values.length)
  const iqms = new Float64Array(resamples.length)
  for (let r = 0; r < resamples.length; r++) {
    const indices = resamples[r]
    for (let i = 0; i < indices.length; i++) sample[i] = values[indices[i][0]]
    iqms[r] = iqm(sample)
  }
  return iqms
}

/** One curve of `curves` (at least one) on their common stretch of env steps; runs are resampled whole. */
export const aggregateCurves = (key: Key, curves: readonly ReturnCurve[], points: number, options: BootstrapOptions = defaultBootstrap): AggregateCurve => {
  const envSteps = commonGrid(curves, points)
  const runs = curves.map((curve) => resample(curve.envSteps, curve.meanReturn, envSteps))
  const outside = (1 - options.level) / 2
  const drawn = new Map<number, RunIndices>() // by the number of runs: the same runs at every point where as many have a value
  const indicesFor = (count: number): RunIndices => {
    const indices = drawn.get(count) ?? drawRunIndices(key, count, 1, options.resamples)
    drawn.set(count, indices)
    return indices
  }
  const intervals = Array.from(envSteps, (_, point): Interval => {
    const values = valuesAt(runs, point)
    if (values.length === 0) return { estimate: Number.NaN, low: Number.NaN, high: Number.NaN }
    const samples = resampledIqms(values, indicesFor(values.length))
    return { estimate: iqm(values), low: quantile(samples, outside), high: quantile(samples, 1 - outside) }
  })
  const column = (pick: (interval: Interval) => number): Float64Array => Float64Array.from(intervals, pick)
  return { envSteps, iqm: column(({ estimate }) => estimate), low: column(({ low }) => low), high: column(({ high }) => high) }
}

/** IQM of the final returns of `curves` with its interval; NaNs where no run has a return. */
export const finalInterval = (key: Key, curves: readonly ReturnCurve[], options: BootstrapOptions = defaultBootstrap): Interval => {
  const scores = curves.map((curve) => [finalReturn(curve)]).filter(([value]) => Number.isFinite(value))
  return scores.length === 0 ? { estimate: Number.NaN, low: Number.NaN, high: Number.NaN } : stratifiedBootstrap(key, scores, iqmOfRuns, options)
}

/** The least evidence from which a verdict is given. */
export const LEAST_SEEDS = 5
export const LEAST_META_UPDATES = 20

/** `improvement` is the probability that a run of the first kind ends higher than one of the second; `reason` explains an undecided verdict. */
export type Verdict = Readonly<{ verdict: 'better' | 'worse' | 'undecided'; improvement: Interval; reason: string }>

const improvementInterval = (key: Key, first: readonly number[], second: readonly number[], { level, resamples }: BootstrapOptions): Interval => {
  const draws = (use: number, values: readonly number[]) =>
    drawRunIndices(foldIn(key, use), values.length, 1, resamples).map((resampled) => resampled.map(([index]) => values[index]))
  const [left, right] = [draws(0, first), draws(1, second)]
  const samples = Float64Array.from(left, (values, r) => improvement(values, right[r]))
  const outside = (1 - level) / 2
  return { estimate: improvement(first, second), low: quantile(samples, outside), high: quantile(samples, 1 - outside) }
}

const lacking = (first: readonly Curve[], second: readonly Curve[]): string | null => {
  const seeds = Math.min(first.length, second.length)
  if (seeds < LEAST_SEEDS) return `${seeds} seed${seeds === 1 ? '' : 's'}, at least ${LEAST_SEEDS} are needed`
  const updates = Math.min(...[...first, ...second].map(({ metaUpdates }) => metaUpdates ?? Infinity))
  if (updates < LEAST_META_UPDATES) return `${updates} meta updates in a run, at least ${LEAST_META_UPDATES} are needed`
  return [...first, ...second].some((curve) => !Number.isFinite(finalReturn(curve))) ? 'a run without a return' : null
}

/** Whether runs of the `first` kind end higher than runs of the `second`, by their final returns. */
export const verdictOf = (key: Key, first: readonly Curve[], second: readonly Curve[], options: BootstrapOptions = defaultBootstrap): Verdict => {
  const [a, b] = [first, second].map((curves) => curves.map((curve) => finalReturn(curve)).filter(Number.isFinite))
  const none = { estimate: Number.NaN, low: Number.NaN, high: Number.NaN }
  const chance = a.length === 0 || b.length === 0 ? none : improvementInterval(key, a, b, options)
  const reason = lacking(first, second)
  if (reason !== null) return { verdict: 'undecided', improvement: chance, reason }
  if (chance.low > 0.5) return { verdict: 'better', improvement: chance, reason: '' }
  if (chance.high < 0.5) return { verdict: 'worse', improvement: chance, reason: '' }
  return { verdict: 'undecided', improvement: chance, reason: 'the interval of the probability of improvement holds 1/2' }
}
