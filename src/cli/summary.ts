/**
 * What `train` prints at the end: what was learned, against what, where it lies, and how to make it again.
 *
 * *Source:* none. *Deviations:* none.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { curveOfBest, FINAL_RETURNS, finalReturn, stepsTaken } from '../run/curve.ts'
import type { Curve } from '../run/curve.ts'
import type { EventLog } from '../run/events.ts'
import { shortCount, shortNumber, terminalChart } from '../shell/progress.ts'
import { openRun, readEvents, runFiles } from '../shell/run-directory.ts'
import type { RunDirectory } from '../shell/run-directory.ts'
import type { Context } from './context.ts'
import { refused } from './failure.ts'
import type { Failure } from './failure.ts'

/** A run in one row: its first return, its final one (the mean of the last few steps), its best one. */
type Row = Readonly<{ label: string; curve: Curve; chain: string }>

/** Columns as wide as their widest cell; the first is aligned to the left, the others to the right. */
export const table = (rows: readonly (readonly string[])[]): string => {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)))
  return rows.map((row) => row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]))).join('   ').trimEnd()).join('\n')
}

const readRow = (label: string, run: RunDirectory): E.Either<Failure, Row> =>
  E.bimap(refused, ({ events, mark }: EventLog): Row => ({ label, curve: curveOfBest(events), chain: mark.chain }))(readEvents(run))

const cellsOf = ({ label, curve }: Row): readonly string[] => {
  const { meanReturn, spent } = curve
  const best = Math.max(...meanReturn.filter((value) => Number.isFinite(value)))
  return [label, shortCount(stepsTaken(curve)), shortCount(spent.total), shortCount(spent.outer), ...[meanReturn[0], finalReturn(curve), best].map(shortNumber)]
}

/** The summary of a finished run and its comparisons; `report` is the path of its report. */
export const summary = ({ terminal, show, program }: Context, main: RunDirectory, report: string): E.Either<Failure, string> => {
  const { config, backend } = main.manifest
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
  const chart = terminalChart([...own.right.curve.meanReturn], terminal.columns)
  const cells = table([['outer level', 'steps', 'env steps', 'of these outer', 'first return', `last ${FINAL_RETURNS}`, 'best'], ...rows.map(cellsOf)])
  const path = show(main.path)
  return E.right(
    [
      '',
      ...(chart === '' ? [] : [bold('return of the policy'), chart, '']),
      cells,
      ...(rows.length > 1 ? [dim("one seed shows nothing about methods: train several, then compare them with 'bilevel report DIR...'")] : []),
      '',
      `run        ${path}`,
      `report     ${show(report)}`,
      `digest     ${own.right.chain}`,
      ...(backend.exact ? [] : [`backend    ${backend.name}: not exact, so that another machine may give another digest`]),
      `reproduce  ${program} train ${join(path, runFiles.manifest)}`,
      `verify     ${program} verify ${path}`,
    ].join('\n'),
  )
}
