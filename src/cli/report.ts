/**
 * `report`: the records of runs, read from their directories and handed to the figures.
 *
 * *Source:* house layout (plot takes run records, pure). *Deviations:* none.
 */
import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { renderReport } from '../plot/report.ts'
import type { RunRecord } from '../run/record.ts'
import { attempt, writeAtomically } from '../shell/atomic-file.ts'
import { openRun, readEvents, readTelemetry, runFiles } from '../shell/run-directory.ts'
import type { RunDirectory, RunFault } from '../shell/run-directory.ts'
import type { Context } from './context.ts'
import { EXIT, refused } from './failure.ts'
import type { Command, Failure } from './failure.ts'

const recordOf = (run: RunDirectory, label: string): E.Either<RunFault, RunRecord> => {
  const log = readEvents(run)
  if (E.isLeft(log)) return log
  const telemetry = readTelemetry(run)
  return E.isLeft(telemetry) ? telemetry : E.right({ label, manifest: run.manifest, log: log.right, telemetry: telemetry.right })
}

/** The directories of the comparisons of a run that exist, by label. */
export const comparisonDirectories = (run: RunDirectory): readonly Readonly<{ label: string; path: string }>[] => {
  const folder = join(run.path, runFiles.compare)
  const present = existsSync(folder) ? readdirSync(folder) : []
  return run.manifest.config.compare.filter(({ label }) => present.includes(label)).map(({ label }) => ({ label, path: join(folder, label) }))
}

/** The record of a run, then those of its comparisons. */
const recordsOf = (run: RunDirectory): E.Either<RunFault, readonly RunRecord[]> => {
  const records: RunRecord[] = []
  const own = recordOf(run, run.manifest.config.outer.kind)
  if (E.isLeft(own)) return own
  records.push(own.right)
  for (const { label, path } of comparisonDirectories(run)) {
    const opened = openRun(path)
    if (E.isLeft(opened)) return opened
    const record = recordOf(opened.right, label)
    if (E.isLeft(record)) return record
    records.push(record.right)
  }
  return E.right(records)
}

/** Draws `runs` with their comparisons and writes the report to `path`, its figures beside it; answers `path`. */
export const writeReport = async (runs: readonly RunDirectory[], path: string): Promise<E.Either<Failure, string>> => {
  const records: RunRecord[] = []
  for (const run of runs) {
    const read = recordsOf(run)
    if (E.isLeft(read)) return E.left(refused(read.left))
    records.push(...read.right)
  }
  const { html, figures } = await renderReport(records)
  const folder = join(dirname(path), 'figures')
  const made = attempt(folder, () => mkdirSync(folder, { recursive: true }))
  if (E.isLeft(made)) return E.left(refused(made.left))
  for (const [file, content] of [...figures.map(({ name, content }) => [join(folder, name), content] as const), [path, html] as const]) {
    const written = writeAtomically(file, content)
    if (E.isLeft(written)) return E.left(refused(written.left))
  }
  return E.right(path)
}

export type ReportOptions = Readonly<{ directories: readonly string[]; out: string | null }>

/** The report of one run, in its directory, or of several runs together. */
export const report = (context: Context, { directories, out }: ReportOptions): Command => async () => {
  const runs: RunDirectory[] = []
  for (const directory of directories) {
    const run = openRun(directory)
    if (E.isLeft(run)) return E.left(refused(run.left))
    runs.push(run.right)
  }
  const path = out ?? (runs.length === 1 ? join(runs[0].path, runFiles.report) : runFiles.report)
  const written = await writeReport(runs, path)
  if (E.isLeft(written)) return written
  context.terminal.print(context.show(written.right))
  return E.right(EXIT.ok)
}
