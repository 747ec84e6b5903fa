/**
 * What `train` prints at the end: what was learned, against what, where it lies, and how to make it again.
 *
 * *Source:* none. *Deviations:* none.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import type { ExperimentEvent, Spent, StepEvent } from '../experiment/experiment.ts'
import { shortCount, shortNumber, terminalChart } from '../shell/progress.ts'
import { openRun, readEvents, runFiles } from '../shell/run-directory.ts'
import type { RunDirectory } from '../shell/run-directory.ts'
import { refused } from './failure.ts'
import type { Failure } from './failure.ts'
import { returnOf } from './run-one.ts'
import type { Terminal } from './terminal.ts'

/** A run in one row: mean return of the first and of the last tenth of its steps, and the best step. */
type Row = Readonly<{ label: string; steps: number; spent: Spent; first: number; last: number; best: number; returns: readonly number[]; chain: string }>

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

const rowOf = (label: string, events: readonly ExperimentEvent[], chain: string): Row => {
  const steps = events.filter((event): event is StepEvent => event.type === 'step' && event.member === 0)
  const returns = steps.map(returnOf)
  const tenth = Math.max(1, Math.floor(returns.length / 10))
  return {
    label,
    steps: steps.length,
    spent: events.at(-1)?.type === 'members' || events.length === 0 ? { learner: 0, outer: 0, total: 0 } : (events.at(-1) as StepEvent).envSteps,
    first: mean(returns.slice(0, tenth)),
    last: mean(returns.slice(-tenth)),
    best: Math.max(...returns.filter((value) => !Number.isNaN(value))),
    returns,
    chain,
  }
}

/** Columns as wide as their widest cell; the first is aligned to the left, the others to the right. */
export const table = (rows: readonly (readonly string[])[]): string => {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)))
  return rows.map((row) => row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]))).join('   ').trimEnd()).join('\n')
}

const readRow = (label: string, run: RunDirectory): E.Either<Failure, Row> =>
  E.bimap(refused, ({ events, mark }: Readonly<{ events: readonly ExperimentEvent[]; mark: Readonly<{ chain: string }> }>) => rowOf(label, events, mark.chain))(readEvents(run))

/** The summary of a finished run and its comparisons; `report` is the path of its report. */
export const summary = (main: RunDirectory, report: string, terminal: Terminal, show: (path: string) => string): E.Either<Failure, string> => {
  const { config } = main.manifest
  const rows: Row[] = []
  const own = readRow(config.outer.kind, main)
  if (E.isLeft(own)) return own
  rows.push(own.right)
  for (const { label } of config.compare) {
    const path = join(main.path, runFiles.compare, label)
    if (!existsSync(path)) continue
    const run = openRun(path)
    const row = E.isLeft(run) ? E.left(refused(run.left)) : readRow(label, run.right)
    if (E.isLeft(row)) return row
    rows.push(row.right)
  }
  const { bold, dim } = terminal.colors
  const chart = terminalChart(own.right.returns, terminal.columns)
  const cells = table([
    ['outer level', 'steps', 'env steps', 'of these outer', 'first 10%', 'last 10%', 'best'],
    ...rows.map(({ label, steps, spent, first, last, best }) => [
      label,
      String(steps),
      shortCount(spent.total),
      shortCount(spent.outer),
      shortNumber(first),
      shortNumber(last),
      shortNumber(best),
    ]),
  ])
  const path = show(main.path)
  return E.right(
    [
      '',
      ...(chart === '' ? [] : [bold('return of the policy'), chart, '']),
      bold('mean return'),
      cells,
      ...(rows.length > 1 ? [dim('one seed shows nothing about methods: compare several with bilevel report DIR...')] : []),
      '',
      `run        ${path}`,
      `report     ${show(report)}`,
      `digest     ${own.right.chain}`,
      `reproduce  npx bilevel train ${join(path, runFiles.manifest)}`,
      `verify     npx bilevel verify ${path}`,
    ].join('\n'),
  )
}
