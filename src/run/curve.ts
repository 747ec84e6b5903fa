/**
 * A run as curves: what its event log says at each learner step, over the env steps spent.
 *
 * The x-axis counts every env step, those of the outer level included. `policyReturn` of a step is what its learner says it is (an evolution strategy measures
 * the policy before its update), and is drawn at the env steps after the step.
 *
 * *Source:* house contract 4 (run record). *Deviations:* 1. the curves are those of one member, the first unless another is asked for.
 */
import type { ExperimentEvent, Spent, StepEvent } from '../experiment/experiment.ts'

/** Quantiles of the population's fitness; NaN where a learner does not report them. */
export type FitnessBand = Readonly<{ min: Float64Array; q25: Float64Array; median: Float64Array; q75: Float64Array; max: Float64Array }>

/** All arrays have one entry per learner step that has a line in the record [T]. `metaUpdates` is null for an outer level that learns nothing. */
export type Curve = Readonly<{
  step: Float64Array
  envSteps: Float64Array
  meanReturn: Float64Array
  fitness: FitnessBand
  hyper: Readonly<Record<string, Float64Array>>
  spent: Spent
  metaUpdates: number | null
  done: boolean
}>

/** Learner steps that a run took, those without a line of their own included. */
export const stepsTaken = ({ step }: Curve): number => (step.at(-1) ?? -1) + 1

/** The return of a step: the policy's, or the mean of its population where the policy was not evaluated. */
export const returnOf = ({ metrics }: StepEvent): number => {
  const { policyReturn = Number.NaN, fitnessMean = Number.NaN } = metrics
  return Number.isNaN(policyReturn) ? fitnessMean : policyReturn
}

const nothing: Spent = { learner: 0, outer: 0, total: 0 }

/** The curves of an event log, of `member` of a population. */
export const curveOf = (events: readonly ExperimentEvent[], member = 0): Curve => {
  const steps = events.filter((event): event is StepEvent => event.type === 'step' && event.member === member)
  const column = (value: (event: StepEvent) => number | undefined): Float64Array => Float64Array.from(steps, (event) => value(event) ?? Number.NaN)
  const last = steps.at(-1)
  return {
    step: column(({ step }) => step),
    envSteps: column(({ envSteps }) => envSteps.total),
    meanReturn: column(returnOf),
    fitness: {
      min: column(({ metrics }) => metrics.fitnessMin),
      q25: column(({ metrics }) => metrics.fitnessQ25),
      median: column(({ metrics }) => metrics.fitnessMedian),
      q75: column(({ metrics }) => metrics.fitnessQ75),
      max: column(({ metrics }) => metrics.fitnessMax),
    },
    hyper: Object.fromEntries(Object.keys(last?.applied ?? {}).map((name) => [name, column(({ applied }) => applied[name])])),
    spent: events.findLast((event) => event.type !== 'members')?.envSteps ?? nothing,
    metaUpdates: last?.outer.metaUpdates ?? null,
    done: events.at(-1)?.type === 'done',
  }
}

/** The return over env steps: what it takes to draw and compare runs. */
export type ReturnCurve = Pick<Curve, 'envSteps' | 'meanReturn'>

/** How many of the last returns make the final one. */
export const FINAL_RETURNS = 10

/** Mean of the last `count` returns that are numbers; NaN where there is none. */
export const finalReturn = ({ meanReturn }: Pick<Curve, 'meanReturn'>, count = FINAL_RETURNS): number => {
  const last = meanReturn.filter((value) => Number.isFinite(value)).slice(-count)
  return last.length === 0 ? Number.NaN : last.reduce((sum, value) => sum + value, 0) / last.length
}

/** The curves of the member that ended highest, the first of equals; env steps are those of all members. */
export const curveOfBest = (events: readonly ExperimentEvent[]): Curve => {
  const members = new Set(events.flatMap((event) => (event.type === 'step' ? [event.member] : [])))
  const curves = [...members].sort((a, b) => a - b).map((member) => curveOf(events, member))
  return curves.reduce((best, curve) => (finalReturn(curve) > finalReturn(best) || Number.isNaN(finalReturn(best)) ? curve : best), curves[0] ?? curveOf(events))
}

/**
 * The values of a curve (x ascending [T], y [T]) at the points of `grid`, linear between measurements; NaN outside of them
 * and beside measurements that are no numbers.
 */
export const resample = (x: Float64Array, y: Float64Array, grid: Float64Array): Float64Array => {
  let right = 0
  return grid.map((at) => {
    while (right < x.length && x[right] < at) right++
    if (right < x.length && x[right] === at) return y[right]
    if (right === 0 || right === x.length) return Number.NaN
    const share = (at - x[right - 1]) / (x[right] - x[right - 1])
    return y[right - 1] + (y[right] - y[right - 1]) * share
  })
}

/** `points` evenly spaced env steps over the stretch that all `curves` cover; empty where they share none. */
export const commonGrid = (curves: readonly Pick<Curve, 'envSteps'>[], points: number): Float64Array => {
  const from = Math.max(...curves.map(({ envSteps }) => envSteps[0] ?? Infinity))
  const to = Math.min(...curves.map(({ envSteps }) => envSteps.at(-1) ?? -Infinity))
  if (!(from <= to)) return new Float64Array(0)
  if (from === to) return Float64Array.of(from)
  return Float64Array.from({ length: points }, (_, i) => (i === points - 1 ? to : from + ((to - from) * i) / (points - 1)))
}
