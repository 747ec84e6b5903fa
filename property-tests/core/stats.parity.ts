import { describe, expect, it } from 'vitest'
import type { RunIndices, Scores } from '../../src/core/stats.ts'
import {
  bootstrapSamples,
  byTask,
  cohensD,
  improvement,
  iqm,
  mean,
  median,
  optimalityGap,
  performanceProfile,
  pooled,
  probabilityOfImprovement,
  quantile,
  taskMeans,
  trimmedMean,
} from '../../src/core/stats.ts'
import { mismatches, oracleCases, oracleFamily } from '../fixtures/oracle.ts'

const family = oracleFamily('statistics')

type Aggregate = Readonly<{ scores: Scores; gamma: number; proportions: readonly number[]; thresholds: readonly number[] }>
type Comparison = Readonly<{ x: Scores; y: Scores }>
type Bootstrap = Readonly<{ scores: Scores; gamma: number; run_indices: RunIndices; percentiles: readonly number[] }>

const aggregates = (gamma: number): Readonly<Record<string, (scores: Scores) => number>> => ({
  mean: (scores) => mean(taskMeans(scores)),
  median: (scores) => median(taskMeans(scores)),
  iqm: (scores) => iqm(pooled(scores)),
  optimality_gap: (scores) => optimalityGap(pooled(scores), gamma),
})

const mapValues = <A, B>(record: Readonly<Record<string, A>>, f: (value: A) => B): Readonly<Record<string, B>> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, f(value)]))

describe('statistics of score matrices', () => {
  it.each(oracleCases<Aggregate, Readonly<Record<string, unknown>>>(family, 'aggregate'))('aggregate: $name', (each) => {
    const { scores, gamma, proportions, thresholds } = each.input
    const answer = {
      ...mapValues(aggregates(gamma), (aggregate) => aggregate(scores)),
      trimmed_means: proportions.map((proportion) => trimmedMean(pooled(scores), proportion)),
      iqm_per_task: byTask(scores).map(iqm),
      profile_runs: performanceProfile(pooled(scores), thresholds),
      profile_task_means: performanceProfile(taskMeans(scores), thresholds),
    }
    expect(Object.keys(answer).sort()).toEqual(Object.keys(each.output).sort())
    expect(mismatches(family, each, answer)).toEqual([])
  })

  it.each(oracleCases<Comparison, Readonly<Record<string, unknown>>>(family, 'comparison'))('comparison: $name', (each) => {
    const { x, y } = each.input
    const pairs = byTask(x).map((task, i) => [task, byTask(y)[i]] as const)
    const answer = {
      improvement_per_task: pairs.map(([a, b]) => improvement(a, b)),
      probability_of_improvement: probabilityOfImprovement(x, y),
      cohens_d_per_task: pairs.map(([a, b]) => cohensD(a, b)),
    }
    expect(Object.keys(answer).sort()).toEqual(Object.keys(each.output).sort())
    expect(mismatches(family, each, answer)).toEqual([])
  })

  it.each(oracleCases<Bootstrap, unknown>(family, 'bootstrap'))('bootstrap: $name', (each) => {
    const { scores, gamma, run_indices, percentiles } = each.input
    const samples = mapValues(aggregates(gamma), (aggregate) => bootstrapSamples(scores, aggregate, run_indices))
    const intervals = mapValues(samples, (values) => percentiles.map((percentile) => quantile(values, percentile / 100)))
    expect(mismatches(family, each, { samples, intervals })).toEqual([])
  })
})
