/**
 * `report`: the records of runs, read from their directories and handed to the figures.
 *
 * *Source:* house layout (plot takes run records, pure). *Deviations:* none.
 */
import { existsSync, readdirSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { orderRuns } from '../plot/run-groups.ts'
import type { RunRecord } from '../run/record.ts'
import { openRun, readEvents, readTelemetry, runFiles } from '../shell/run-directory.ts'
import type { RunDirectory, RunFault } from '../shell/run-directory.ts'
import type { Context } from './context.ts'
import { EXIT, refused } from './failure.ts'
import type { Command, Failure } from './failure.ts'
import { filmOf } from './film.ts'
import { memoryMapOfRun } from './memory-map.ts'

/** A record, and the run that it is of. */
type Read = Readonly<{ run: RunDirectory; record: RunRecord }>

/** The record of a run as seen from `folder`. Without telemetry a run is as good as with it. */
const recordOf = (run: RunDirectory, label: string, folder: string): E.Either<RunFault, Read> => {
  const log = readEvents(run)
  if (E.isLeft(log)) return log
  const telemetry = readTelemetry(run)
  if (E.isLeft(telemetry) && telemetry.left._tag !== 'NoSuchFile') return telemetry
  const place = relative(folder, run.path).replaceAll(sep, '/')
  const { manifest } = run
  const lines = E.isLeft(telemetry) ? [] : telemetry.right
  return E.right({ run, record: { label, place: place === '' ? '.' : place, manifest, log: log.right, telemetry: lines, film: null, memory: null } })
}

/** The directories of the comparisons of a run that exist, by label. */
export const comparisonDirectories = (run: RunDirectory): readonly Readonly<{ label: string; path: string }>[] => {
  const folder = join(run.path, runFiles.compare)
  const present = existsSync(folder) ? readdirSync(folder) : []
  return run.manifest.config.compare.filter(({ label }) => present.includes(label)).map(({ label }) => ({ label, path: join(folder, label) }))
}

/** The record of a run, then those of its comparisons. */
const recordsOf = (run: RunDirectory, folder: string): E.Either<RunFault, readonly Read[]> => {
  const records: Read[] = []
  const own = recordOf(run, run.manifest.config.outer.kind, folder)
  if (E.isLeft(own)) return own
  records.push(own.right)
  for (const { label, path } of comparisonDirectories(run)) {
    const opened = openRun(path)
    if (E.isLeft(opened)) return opened
    const record = recordOf(opened.right, label, folder)
    if (E.isLeft(record)) return record
    records.push(record.right)
  }
  return E.right(records)
}

/** The records, the first seed of each thing that is compared with a film and a map of its memory. */
const illustrated = async (context: Context, reads: readonly Read[]): Promise<readonly RunRecord[]> => {
  const shown = new Set(orderRuns(reads.map(({ record }) => record)).tasks.flatMap(({ groups }) => groups.map(({ runs: [first] }) => first.record)))
  const records: RunRecord[] = []
  for (const { run, record } of reads) {
    records.push(shown.has(record) ? { ...record, film: await filmOf(context, run), memory: await memoryMapOfRun(run) } : record)
  }
  return records
}

/**
 * Draws `runs` with their comparisons and writes the report to `path`, its figures in a folder beside it; answers `path`. Films of their
 * policies that are missing are made first.
 */
export const writeReport = async (context: Context, runs: readonly RunDirectory[], path: string): Promise<E.Either<Failure, string>> => {
  const reads: Read[] = []
  for (const run of runs) {
    const read = recordsOf(run, dirname(resolve(path)))
    if (E.isLeft(read)) return E.left(refused(read.left))
    reads.push(...read.right)
  }
  const records = await illustrated(context, reads)
  // Loaded here because drawing takes longer to load than everything else together.
  const [{ renderReport }, { writeReportFiles }, { openRasteriser }] = await Promise.all([
    import('../plot/report.ts'),
    import('../shell/report-files.ts'),
    import('../shell/rasteriser.ts'),
  ])
  return E.mapLeft(refused)(writeReportFiles(path, renderReport(records), await openRasteriser()))
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
  const written = await writeReport(context, runs, path)
  if (E.isLeft(written)) return written
  context.terminal.print(context.show(written.right))
  return E.right(EXIT.ok)
}
