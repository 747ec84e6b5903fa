/**
 * The population representation of BiERL: the raw fitness of the last k generations, one row each.
 *
 * S_t = [f_{t−k+1}, …, f_t] with f_t = [f(θ_t + σ_t ε_1), …, f(θ_t + σ_t ε_n)]; rows of zeros stand for generations that have
 * not happened. A row can be kept as it came (candidate order, raw), or sorted and standardised so that only the shape
 * of the distribution is left: invariant to permutation, shift and scale of the fitness.
 *
 * Fitness that is not a finite number ranks worst: it takes the lowest finite value of its row. A row without finite
 * values, and a standardised row of equal values, is all zeros.
 *
 * *Source:* Wang et al. 2023, BiERL, arXiv 2308.01207, section 3.3 and Algorithm 2, lines 13-14; sorting and
 * standardising are the authors' program's.
 * *Deviations:* 1. the policy for fitness that is not finite and for equal rows, on which both sources are silent.
 */
import { invariant } from '../core/invariant.ts'
import { shape, zScore } from '../es/shaping.ts'

export type RowOrder = 'candidates' | 'ascending'
export type RowScale = 'raw' | 'z-score'

/** Added to a standard deviation before dividing by it (the authors' program). */
export const EPSILON = 1e-8

/** k rows of zeros for a population of n [k · n]. */
export const emptyHistory = (rows: number, popsize: number): Float64Array => new Float64Array(rows * popsize)

/** One row from the raw fitness of a population [n]: x_i = (f_i − mean)/(std + 1e-8) where standardised (population deviation). */
export const historyRow = (fitness: Float64Array, order: RowOrder, scale: RowScale): Float64Array => {
  const row = scale === 'z-score' ? zScore(fitness, EPSILON) : shape({ kind: 'raw' }, fitness)
  return order === 'ascending' ? row.sort() : row
}

/** The history [k · n] with its oldest row dropped and `row` [n] at its end. */
export const pushRow = (history: Float64Array, row: Float64Array): Float64Array => {
  invariant(row.length > 0 && history.length % row.length === 0, `a row of ${row.length} fitness values for a history of ${history.length}`)
  const next = new Float64Array(history.length)
  next.set(history.subarray(row.length))
  next.set(row, history.length - row.length)
  return next
}
