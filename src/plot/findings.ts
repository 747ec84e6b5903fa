/**
 * What the runs on one task show, in words and rows: the headline, what to be careful about, comparisons, and one row per run.
 *
 * *Source:* Agarwal et al. 2021, arXiv 2108.13264 (interquartile means and intervals over seeds). *Deviations:* none.
 */
import { foldIn, rootKey } from '../core/rng.ts'
import { finalInterval, LEAST_SEEDS, verdictOf } from '../run/aggregate.ts'
import { FINAL_RETURNS, finalReturn, stepsTaken } from '../run/curve.ts'
import { extentOf } from './axis.ts'
import { counted, countText, NOTHING, numberText, percentText, secondsText } from './number-text.ts'
import type { OrderedRuns, Run, RunGroup, TaskRuns } from './run-groups.ts'

/** Columns and rows of text; the first `words` columns are words, the others numbers. */
export type Table = Readonly<{ words: number; columns: readonly string[]; rows: readonly (readonly string[])[] }>

const key = () => rootKey('findings')

type Ending = Readonly<{ label: string; value: number; words: string; steps: number; outer: number }>

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

const endingOf = ({ label, runs }: RunGroup, index: number): Ending => {
  const curves = runs.map(({ curve }) => curve)
  const { estimate, low, high } = finalInterval(foldIn(foldIn(key(), 0), index), curves)
  const words = runs.length > 1 ? `${numberText(estimate)} [${numberText(low)}, ${numberText(high)}]` : numberText(estimate)
  return { label, value: estimate, words, steps: mean(curves.map(({ spent }) => spent.total)), outer: mean(curves.map(({ spent }) => spent.outer)) }
}

/** The greatest number of things of which the headline tells all. */
const MOST_TOLD = 3

const clause = ({ label, words, steps, outer }: Ending, first: boolean): string => {
  const spent =
    outer > 0
      ? `${countText(steps)} env steps, ${countText(outer)} of them spent by the outer level`
      : `${countText(steps)}${first ? ' env steps' : ''}`
  return words === NOTHING ? `${label} has no return yet` : `${label} reached ${first ? 'a return of ' : ''}${words} after ${spent}`
}

/** One sentence: what was reached, after how many env steps. */
export const headlineOf = ({ task, groups }: TaskRuns): string => {
  const endings = groups.map(endingOf)
  const seeds = groups.flatMap(({ runs }) => runs).length > groups.length
  const measure = seeds ? `interquartile mean over seeds of the final return, 95 % interval in brackets` : `mean of the last ${FINAL_RETURNS} returns`
  const finite = endings.filter(({ value }) => Number.isFinite(value))
  if (endings.length <= MOST_TOLD || finite.length === 0) {
    return `On ${task}, ${endings
      .slice(0, MOST_TOLD)
      .map((ending, i) => clause(ending, i === 0))
      .join('; ')} (${measure}).`
  }
  const best = finite.reduce((a, b) => (b.value > a.value ? b : a))
  const rest = endings[0] === best ? '' : `; ${clause(endings[0], false)}`
  return `On ${task}, ${clause(best, true)}, the most of ${endings.length}${rest} (${measure}).`
}

const budgetShare = ({ curve, record }: Run): number => {
  const { envSteps, steps } = record.manifest.config.budget
  return Math.min(1, Math.max(envSteps === null ? 0 : curve.spent.total / envSteps, steps === null ? 0 : stepsTaken(curve) / steps))
}

const stateOf = (run: Run): string =>
  run.curve.done ? 'done' : run.curve.step.length === 0 ? 'not begun' : `stopped at ${percentText(budgetShare(run))}`

/** What a reader should know before believing anything. */
export const cautionsOf = ({ tasks, repeated }: OrderedRuns): readonly string[] => {
  const groups = tasks.flatMap((task) => task.groups)
  const runs = groups.flatMap((group) => group.runs)
  const compared = tasks.filter((task) => task.groups.length > 1).flatMap((task) => task.groups)
  const few = Math.min(...compared.map((group) => group.runs.length))
  const several = groups.some((group) => group.runs.length > 1)
  const short = groups
    .filter((group) => group.runs.length < LEAST_SEEDS)
    .map(({ label, runs: { length } }) => `${label} has ${counted(length, 'seed')}`)
  const open = runs.filter(({ curve }) => !curve.done).length
  const inexact = [...new Set(runs.filter(({ record }) => !record.manifest.backend.exact).map(({ record }) => record.manifest.backend.name))]
  const versions = [...new Set(runs.map(({ record }) => record.manifest.codeVersion))]
  return [
    ...(several && short.length > 0
      ? [`Fewer than ${LEAST_SEEDS} seeds: ${short.join(', ')}. Intervals of so few runs are not to be relied on.`]
      : []),
    ...(!several && compared.length > 0 && few < 2 ? ['One seed shows nothing about methods: compare several seeds (bilevel report DIR...).'] : []),
    ...(open > 0
      ? [`${open} of ${counted(runs.length, 'run')} ${open === 1 ? 'is' : 'are'} not done${several ? '; curves of several seeds end where the shortest ends' : ''}.`]
      : []),
    ...(repeated.length > 0 ? [`Left out, because the same seed of the same config is there already: ${repeated.join(', ')}.`] : []),
    ...(versions.length > 1 ? [`Made by several versions of the program: ${versions.join(', ')}.`] : []),
    ...(inexact.length > 0 ? [`The backend ${inexact.join(', ')} is not exact: another machine may give other digits.`] : []),
  ]
}

/** How each thing compares with the first, where any has several seeds; no rows otherwise. */
export const comparisonTable = ({ groups }: TaskRuns): Table => {
  const [first, ...others] = groups
  const columns = [`${first.label} against`, 'final return, IQM', `P(${first.label} higher)`, 'verdict', 'why']
  if (others.length === 0 || !groups.some(({ runs }) => runs.length > 1)) return { words: 1, columns, rows: [] }
  const [, ...theirs] = groups.map(endingOf)
  const rows = others.map((group, i) => {
    const { verdict, improvement, reason } = verdictOf(
      foldIn(foldIn(key(), 1), i),
      first.runs.map(({ curve }) => curve),
      group.runs.map(({ curve }) => curve),
    )
    const chance = `${numberText(improvement.estimate, 3)} [${numberText(improvement.low, 3)}, ${numberText(improvement.high, 3)}]`
    return [group.label, theirs[i].words, chance, verdict, reason === '' ? NOTHING : reason]
  })
  return { words: 1, columns, rows }
}

/** One row per run. */
export const runTable = ({ groups }: TaskRuns): Table => ({
  words: 1,
  columns: [
    'run',
    'seed',
    'learner steps',
    'env steps',
    'of these outer level',
    `final return (last ${FINAL_RETURNS})`,
    'best return',
    'meta updates',
    'state',
  ],
  rows: groups.flatMap(({ label, runs }) =>
    runs.map((run) => {
      const { curve, record } = run
      const best = extentOf(curve.meanReturn)?.[1] ?? Number.NaN
      return [
        label,
        String(record.manifest.seed),
        countText(stepsTaken(curve)),
        countText(curve.spent.total),
        countText(curve.spent.outer),
        numberText(finalReturn(curve)),
        numberText(best),
        curve.metaUpdates === null ? NOTHING : String(curve.metaUpdates),
        stateOf(run),
      ]
    }),
  ),
})

/** One row per run with telemetry. */
export const timeTable = ({ groups }: TaskRuns): Table => ({
  words: 1,
  columns: ['run', 'seed', 'time', 'evaluation', 'state machine', 'record', 'other', 'env steps/s', 'workers', 'memory, peak', 'sessions', 'crashes'],
  rows: groups.flatMap(({ label, runs }) =>
    runs.flatMap(({ time, record }) =>
      time === null
        ? []
        : [
            [
              label,
              String(record.manifest.seed),
              secondsText(time.total),
              ...time.seconds.map((part) => percentText(part / time.total)),
              numberText(time.envSteps / time.total, 3),
              String(time.workers),
              `${numberText(time.peakMiB, 3)}\u00A0MiB`,
              String(time.sessions),
              String(time.crashes),
            ],
          ],
    ),
  ),
})
