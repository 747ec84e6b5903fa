/**
 * PB2's search: which point to try next, from rewards of points that age.
 *
 * A row is (time, score before, point, gain per env step). Gains are standardised and clipped to ±2, times and scores brought to [0, 1] by the least and the
 * greatest of the rows; points lie in the unit cube already. A process over score and point, which forgets with time, is fitted to
 * them by its likelihood. The next point has the greatest batch UCB at a time and score that are given: points chosen in the same turn are pending, so that
 * the next choice looks elsewhere.
 *
 * At most `maxRows` of the newest rows count. Of more than `minRows` only the suffix (`minRows`, then `rowStep` more each) with the greatest fitted likelihood
 * is used.
 *
 * *Source:* Parker-Holder, Nguyen and Roberts 2020, PB2, arXiv 2002.02518, Algorithm 2 and section 4; clipping, start of the fit, bounds of ε and ℓ and the
 * choice of rows are those of the authors' program and Ray Tune.
 * *Deviations:* 1. pending points narrow the variance of the process of the data, which the program fits once more. 2. the likelihood of a suffix is that of a
 * short fit. 3. by default 400 rows and suffixes that differ by 50: the program's 1,000 and 10 ask for eighty fits of minutes each.
 */
import type { Backend } from '../core/backend.ts'
import { exp, log } from '../core/dmath.ts'
import type { Key } from '../core/key.ts'
import { foldIn, uniforms } from '../core/rng.ts'
import { mean, std } from '../core/stats.ts'
import { minimiseInBox } from './box-minimiser.ts'
import type { TimedPoints, TimeHyper, TimeModel, TimeProcess, UcbConstants } from './time-kernel.ts'
import { timeProcess } from './time-kernel.ts'

/** One observation: `time` and `score` before it, the `point` [D] of the unit cube that was in force, and what it gained per env step. */
export type TimedRow = Readonly<{ time: number; score: number; point: Float64Array; gain: number }>

/** `starts` and `iterations` of the search for the best point; `fitIterations` of a fit, `suffixIterations` of one that only compares. */
export type TimeSearchSettings = Readonly<{
  constants: UcbConstants
  starts: number
  iterations: number
  fitIterations: number
  suffixIterations: number
  minRows: number
  rowStep: number
  maxRows: number
}>

export const timeSearchDefaults: TimeSearchSettings = {
  constants: { c1: 0.2, c2: 0.4 },
  starts: 10,
  iterations: 200,
  fitIterations: 50,
  suffixIterations: 15,
  minRows: 200,
  rowStep: 50,
  maxRows: 400,
}

/** Where a point is sought: the time and score of the learner that will use it, and the points [D] already chosen in this turn with theirs. */
export type Sought = Readonly<{ time: number; score: number; pending: readonly Readonly<{ point: Float64Array; score: number }>[] }>

/** The point [D] with the greatest acquisition, the acquisition, and the fitted process; null where no process could be fitted. */
export type TimeSuggestion = Readonly<{ point: Float64Array; ucb: number; hyper: TimeHyper; rows: number }>

export interface TimeSearch {
  /** The next point; `rows` (at least one) are in order of time. */
  suggest(key: Key, rows: readonly TimedRow[], sought: Sought): TimeSuggestion | null
}

const START: TimeHyper = { outputscale: 1, lengthscale: 1, epsilon: 0.1, noiseVariance: 1 }
const MOST_EPSILON = 0.5
const LENGTHSCALES = [1e-5, 1] as const
/** Largest slope of the log likelihood at which a fit ends: far below what a handful of rows can tell. */
const FIT_TOLERANCE = 1e-3
/** Wide enough that no fit of standardised gains ends there but for lack of data. */
const BOUNDS = {
  low: Float64Array.of(log(1e-4), log(1e-5), 0, log(1e-6)),
  high: Float64Array.of(log(1e4), log(1e3), MOST_EPSILON, log(1e2)),
}

const decoded = (theta: Float64Array): TimeHyper => ({
  outputscale: exp(theta[0]),
  lengthscale: exp(theta[1]),
  epsilon: theta[2],
  noiseVariance: exp(theta[3]),
})

/** (y − mean)/deviation clipped to ±2; zeros where nothing varies. */
const standardised = (gains: Float64Array): Float64Array => {
  const [centre, spread] = [mean(gains), std(gains, 0)]
  return gains.map((gain) => (spread > 0 ? Math.max(-2, Math.min(2, (gain - centre) / spread)) : 0))
}

type Scale = (value: number) => number

/** x ↦ (x − least)/(greatest − least); 0 where all are equal. */
const scaleOf = (values: readonly number[]): Scale => {
  const [least, greatest] = values.reduce(([low, high], value) => [Math.min(low, value), Math.max(high, value)], [Infinity, -Infinity])
  return (value) => (greatest > least ? (value - least) / (greatest - least) : 0)
}

type Scaled = Readonly<{ data: TimedPoints; y: Float64Array; ofTime: Scale; ofScore: Scale }>

const joined = (score: number, point: Float64Array): readonly number[] => [score, ...point]

const scaled = (rows: readonly TimedRow[]): Scaled => {
  const ofTime = scaleOf(rows.map(({ time }) => time))
  const ofScore = scaleOf(rows.map(({ score }) => score))
  return {
    data: { x: Float64Array.from(rows.flatMap(({ score, point }) => joined(ofScore(score), point))), t: Float64Array.from(rows, ({ time }) => ofTime(time)) },
    y: standardised(Float64Array.from(rows, ({ gain }) => gain)),
    ofTime,
    ofScore,
  }
}

const nothing: TimedPoints = { x: new Float64Array(0), t: new Float64Array(0) }

/** The hyperparameters of greatest likelihood, from the program's start; null where no process can be conditioned. */
const fitted = (process: TimeProcess, { data, y }: Scaled, maxIterations: number): Readonly<{ hyper: TimeHyper; likelihood: number }> | null => {
  const objective = (theta: Float64Array) => {
    const model = process.condition(decoded(theta), data, y, nothing)
    if (model._tag === 'gp-failure') return { value: Infinity, gradient: new Float64Array(4) }
    const slopes = process.likelihoodGradient(model)
    const gradient = Float64Array.of(-slopes.logOutputscale, -slopes.logLengthscale, -slopes.epsilon, -slopes.logNoiseVariance)
    return { value: -model.logMarginalLikelihood, gradient }
  }
  const start = Float64Array.of(log(START.outputscale), log(START.lengthscale), START.epsilon, log(START.noiseVariance))
  const best = minimiseInBox(objective, start, BOUNDS, { maxIterations, tolerance: FIT_TOLERANCE })
  return Number.isFinite(best.value) ? { hyper: decoded(best.x), likelihood: -best.value } : null
}

/** PB2's search over points of `dimensions` coordinates; `process` is the one over scores and points. */
export const timeSearchOver = (process: TimeProcess, dimensions: number, settings: TimeSearchSettings): TimeSearch => {
  const { constants, starts, iterations, fitIterations, suffixIterations, minRows, rowStep, maxRows } = settings

  /** The suffix of the rows whose short fit is the most likely. */
  const usedRows = (rows: readonly TimedRow[]): readonly TimedRow[] => {
    const newest = rows.slice(-maxRows)
    const counts = Array.from({ length: Math.floor((newest.length - minRows) / rowStep) + 1 }, (_, i) => minRows + i * rowStep)
    if (counts.length < 2) return newest
    const likelihoods = counts.map((count) => fitted(process, scaled(newest.slice(-count)), suffixIterations)?.likelihood ?? -Infinity)
    const best = likelihoods.reduce((leader, likelihood, i) => (likelihood > likelihoods[leader] ? i : leader), 0)
    return newest.slice(-counts[best])
  }

  const climb = (key: Key, model: TimeModel, t: number, score: number): Readonly<{ point: Float64Array; ucb: number }> => {
    const bounds = { low: Float64Array.of(score, ...new Float64Array(dimensions)), high: Float64Array.of(score, ...new Float64Array(dimensions).fill(1)) }
    const objective = (x: Float64Array) => {
      const { ucb, byX } = process.ucbSlopes(model, x, t, constants)
      return { value: -ucb, gradient: byX.map((slope) => -slope) }
    }
    const ends = Array.from({ length: starts }, (_, s) =>
      minimiseInBox(objective, Float64Array.of(score, ...uniforms(foldIn(key, s), dimensions)), bounds, { maxIterations: iterations, tolerance: 1e-8 }),
    )
    const best = ends.reduce((leader, end) => (end.value < leader.value ? end : leader))
    return { point: best.x.slice(1), ucb: -best.value }
  }

  return {
    suggest: (key, rows, { time, score, pending }) => {
      const used = usedRows(rows)
      const whole = scaled(used)
      const fit = fitted(process, whole, fitIterations)
      if (fit === null) return null
      const hyper = { ...fit.hyper, lengthscale: Math.max(LENGTHSCALES[0], Math.min(LENGTHSCALES[1], fit.hyper.lengthscale)) }
      const t = whole.ofTime(time)
      const waiting = {
        x: Float64Array.from(pending.flatMap((one) => joined(whole.ofScore(one.score), one.point))),
        t: new Float64Array(pending.length).fill(t),
      }
      const model = process.condition(hyper, whole.data, whole.y, waiting)
      if (model._tag === 'gp-failure') return null
      return { ...climb(key, model, t, whole.ofScore(score)), hyper, rows: used.length }
    },
  }
}

/** PB2's search over points of `dimensions` coordinates. */
export const timeSearch = (dimensions: number, settings: TimeSearchSettings, backend: Backend): TimeSearch =>
  timeSearchOver(timeProcess(dimensions + 1, backend), dimensions, settings)
