/**
 * Linear algebra and statistics with one flaw each, for the laws to catch.
 */
import * as linalg from '../../src/core/linalg.ts'
import * as stats from '../../src/core/stats.ts'
import type { LinalgSubject, StatsSubject } from '../laws/maths.ts'

const algebra: LinalgSubject = linalg
const statistics: StatsSubject = stats

export const linalgMutants = {
  'always adds jitter': {
    ...algebra,
    choleskyWithJitter: (backend, matrix, n, policy = [1e-9]) => algebra.choleskyWithJitter(backend, matrix, n, policy),
  },
  'returns the upper factor': {
    ...algebra,
    choleskyWithJitter: (backend, matrix, n, policy) => {
      const factor = algebra.choleskyWithJitter(backend, matrix, n, policy)
      if (factor._tag !== 'factor') return factor
      return { ...factor, lower: factor.lower.map((_, at) => factor.lower[(at % n) * n + Math.floor(at / n)]) }
    },
  },
  'hides the jitter': {
    ...algebra,
    choleskyWithJitter: (backend, matrix, n, policy) => ({ ...algebra.choleskyWithJitter(backend, matrix, n, policy), jitter: 0 }),
  },
  'repairs what it was not allowed to': {
    ...algebra,
    choleskyWithJitter: (backend, matrix, n, policy = linalg.defaultJitter) => algebra.choleskyWithJitter(backend, matrix, n, [...policy, 0.1, 1, 10]),
  },
  'factorises in place': {
    ...algebra,
    choleskyWithJitter: (backend, matrix, n, policy) => {
      const factor = algebra.choleskyWithJitter(backend, matrix, n, policy)
      if (factor._tag === 'factor') matrix.set(factor.lower)
      return factor
    },
  },
  'solves with L twice': {
    ...algebra,
    solveFactored: (backend, lower, right, n, m) => algebra.solveLower(backend, lower, algebra.solveLower(backend, lower, right, n, m), n, m),
  },
  'forgets that the determinant is that of a square': { ...algebra, logDeterminant: (lower, n) => 0.5 * algebra.logDeterminant(lower, n) },
  'favours the first row': {
    ...algebra,
    solveFactored: (backend, lower, right, n, m) => {
      const out = algebra.solveFactored(backend, lower, right, n, m)
      out[0] *= 1 + 1e-9
      return out
    },
  },
} satisfies Record<string, LinalgSubject>

export const statsMutants = {
  'divides by n whatever ddof says': { ...statistics, variance: (values) => statistics.variance(values, 0) },
  'sorts numbers as text': { ...statistics, median: (values) => Array.from(values).sort()[Math.floor(values.length / 2)] },
  'sorts in place': { ...statistics, quantile: (values, q) => statistics.quantile((values as Float64Array).sort(), q) },
  'takes the nearest order statistic': {
    ...statistics,
    quantile: (values, q) => stats.sorted(values)[Math.round(q * (values.length - 1))],
  },
  'trims one side': {
    ...statistics,
    iqm: (values) => stats.mean(stats.sorted(values).subarray(Math.floor(values.length / 2))),
  },
  'counts scores at the threshold': {
    ...statistics,
    performanceProfile: (values, thresholds) => thresholds.map((tau) => stats.mean(Array.from(values, (value) => (value >= tau ? 1 : 0)))),
  },
  'lets a tie win': {
    ...statistics,
    improvement: (x, y) => stats.mean(Array.from(x, (a) => stats.mean(Array.from(y, (b) => (a >= b ? 1 : 0))))),
  },
  'draws whole runs': {
    ...statistics,
    drawRunIndices: (key, runs, tasks, resamples) =>
      statistics.drawRunIndices(key, runs, 1, resamples).map((resample) => resample.map(([index]) => new Array<number>(tasks).fill(index))),
  },
  'halves its intervals': {
    ...statistics,
    stratifiedBootstrap: (key, scores, statistic, options) => {
      const { estimate, low, high } = statistics.stratifiedBootstrap(key, scores, statistic, options)
      return { estimate, low: (estimate + low) / 2, high: (estimate + high) / 2 }
    },
  },
} satisfies Record<string, StatsSubject>

export type LinalgFlaw = keyof typeof linalgMutants
export type StatsFlaw = keyof typeof statsMutants
