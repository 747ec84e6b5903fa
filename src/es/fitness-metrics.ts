/**
 * The fitness of a population in numbers, as they stand in the record and as reports draw them.
 *
 * *Source:* none. *Deviations:* none.
 */
import type { Metrics } from '../core/learner.ts'
import { mean, quantile, std } from '../core/stats.ts'

/** A statistic of the finite values; NaN where there is none. */
export const overFinite = (values: Float64Array, statistic: (finite: Float64Array) => number): number => {
  const finite = values.filter((value) => Number.isFinite(value))
  return finite.length === 0 ? Number.NaN : statistic(finite)
}

/**
 * `fitnessMean`, `fitnessStd` (population deviation), `fitnessMin`, `fitnessQ25`, `fitnessMedian`, `fitnessQ75`, `fitnessMax`, in this order, over the finite
 * values of `fitness` [N]; NaN where there is none.
 */
export const fitnessMetrics = (fitness: Float64Array): Metrics => ({
  fitnessMean: overFinite(fitness, mean),
  fitnessStd: overFinite(fitness, (values) => std(values, 0)),
  fitnessMin: overFinite(fitness, (values) => quantile(values, 0)),
  fitnessQ25: overFinite(fitness, (values) => quantile(values, 0.25)),
  fitnessMedian: overFinite(fitness, (values) => quantile(values, 0.5)),
  fitnessQ75: overFinite(fitness, (values) => quantile(values, 0.75)),
  fitnessMax: overFinite(fitness, (values) => quantile(values, 1)),
})
