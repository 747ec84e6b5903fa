/**
 * `train`, `resume` and `replay`: make a run (or continue it), then the runs that it is compared with, then report.
 *
 * Everything that can be wrong with a config is found before the directory is made.
 *
 * *Source:* house contract 4 (run record). *Deviations:* none.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { comparisonConfig } from '../run/config.ts'
import type { RunConfig } from '../run/config.ts'
import { manifestOf } from '../run/manifest.ts'
import { encodeSchedule, replayConfig, scheduleOf, stepsIn } from '../run/schedule-file.ts'
import { createRun, openRun, readEvents, runFiles, writeRunFile } from '../shell/run-directory.ts'
import type { RunDirectory } from '../shell/run-directory.ts'
import { interruption } from '../shell/signals.ts'
import type { Context } from './context.ts'
import { EXIT, failure, refused } from './failure.ts'
import type { Command, ExitCode, Failure } from './failure.ts'
import { backendOf } from './registry.ts'
import { writeReport } from './report.ts'
import { runOne } from './run-one.ts'
import type { RunEnd } from './run-one.ts'
import { resolveSource, seedOf } from './source.ts'
import type { Changes } from './source.ts'
import { summary } from './summary.ts'
import { codeVersion, versions } from './versions.ts'
import { openWorkplace } from './workplace.ts'
import type { Workplace } from './workplace.ts'

/** Where runs go unless the user says so. */
const RUNS = 'runs'

/** A directory name that is free: the run's name and seed, numbered from the second on. */
const freeDirectory = (config: RunConfig): string => {
  const base = join(RUNS, `${config.name}-seed${String(config.seed).replaceAll(/[^\p{L}\p{N}_.-]/gu, '_')}`)
  for (let count = 1; ; count++) {
    const path = count === 1 ? base : `${base}-${count}`
    if (!existsSync(path)) return path
  }
}

const makeRun = (context: Context, path: string, config: RunConfig, workplace: Workplace): E.Either<Failure, RunDirectory> => {
  const backend = backendOf(workplace.registry, config.backend)
  const manifest = manifestOf({ config, codeVersion, versions: versions(backend.packages), backend, createdBy: context.commandLine })
  return E.mapLeft(refused)(createRun(path, manifest))
}

/** The directory of a comparison, made when it is its turn. */
const comparisonRun = (context: Context, main: RunDirectory, index: number, workplace: Workplace): E.Either<Failure, RunDirectory> => {
  const { config } = main.manifest
  const path = join(main.path, runFiles.compare, config.compare[index].label)
  return existsSync(path) ? E.mapLeft(refused)(openRun(path)) : makeRun(context, path, comparisonConfig(config, index), workplace)
}

const writeSchedule = (run: RunDirectory): E.Either<Failure, unknown> => {
  const log = readEvents(run)
  if (E.isLeft(log)) return E.left(refused(log.left))
  return E.mapLeft(refused)(writeRunFile(run, runFiles.schedule, encodeSchedule(scheduleOf(log.right.events))))
}

/** Runs `main` and its comparisons as far as they are not done yet. */
const runAll = async (context: Context, workplace: Workplace, main: RunDirectory, acceptPrevious: boolean): Promise<E.Either<Failure, RunEnd>> => {
  const { terminal, position } = context
  const { compare } = main.manifest.config
  const stop = interruption((signal) => terminal.note(`\n${signal}: writing a checkpoint (again: stop at once)`))
  try {
    for (let i = -1; i < compare.length; i++) {
      const run = i < 0 ? E.right(main) : comparisonRun(context, main, i, workplace)
      if (E.isLeft(run)) return run
      const label = compare.length === 0 ? '' : i < 0 ? main.manifest.config.outer.kind : compare[i].label
      const ended = await runOne({ workplace, run: run.right, label, acceptPrevious, interruption: stop, terminal, position })
      if (E.isLeft(ended) || ended.right === 'interrupted') return ended
      const written = writeSchedule(run.right)
      if (E.isLeft(written)) return written
    }
    return E.right('done')
  } finally {
    stop.dispose()
  }
}

/** As `runAll`, and gives workers and simulators back: the report that follows needs memory and none of them. */
const runAndClose: typeof runAll = async (context, workplace, main, acceptPrevious) => {
  try {
    return await runAll(context, workplace, main, acceptPrevious)
  } finally {
    await workplace.close()
  }
}

const conclude = async (context: Context, workplace: Workplace, main: RunDirectory, acceptPrevious: boolean): Promise<E.Either<Failure, ExitCode>> => {
  const { terminal } = context
  const ended = await runAndClose(context, workplace, main, acceptPrevious)
  if (E.isLeft(ended)) return ended
  if (ended.right === 'interrupted') {
    terminal.note(`interrupted; continue with: ${context.program} resume ${context.show(main.path)}`)
    return E.right(EXIT.interrupted)
  }
  const report = await writeReport(context, [main], join(main.path, runFiles.report))
  if (E.isLeft(report)) return report
  const text = summary(context, main, report.right)
  if (E.isLeft(text)) return text
  terminal.print(text.right)
  return E.right(EXIT.ok)
}

const trainConfig = async (context: Context, config: RunConfig, out: string | null, workers: number): Promise<E.Either<Failure, ExitCode>> => {
  const path = out ?? freeDirectory(config)
  if (existsSync(path)) {
    return E.left(failure(EXIT.refused, `${path} exists and is not overwritten\n  continue it with 'bilevel resume ${path}', or name another directory with --out`))
  }
  const opened = await openWorkplace(config, workers)
  if (E.isLeft(opened)) return opened
  const main = makeRun(context, path, config, opened.right)
  if (E.isLeft(main)) {
    await opened.right.close()
    return main
  }
  context.terminal.note(`run ${context.show(main.right.path)}`)
  return conclude(context, opened.right, main.right, false)
}

export type TrainOptions = Readonly<{ source: string; changes: Changes; out: string | null; workers: number }>

/** Trains what `source` describes, in a new directory. */
export const train = (context: Context, options: TrainOptions): Command => async () => {
  const resolved = await resolveSource(options.source, options.changes)
  return E.isLeft(resolved) ? resolved : trainConfig(context, resolved.right.config, options.out, options.workers)
}

export type ResumeOptions = Readonly<{ directory: string; previous: boolean; workers: number }>

/** Continues a run and its comparisons from their last checkpoints. */
export const resume = (context: Context, options: ResumeOptions): Command => async () => {
  const main = openRun(options.directory)
  if (E.isLeft(main)) return E.left(refused(main.left))
  const opened = await openWorkplace(main.right.manifest.config, options.workers)
  return E.isLeft(opened) ? opened : conclude(context, opened.right, main.right, options.previous)
}

export type ReplayOptions = Readonly<{ directory: string; seed: string | null; out: string | null; workers: number }>

/** Trains anew with the schedule that a run recorded in place of its outer level, for as many steps as were recorded. */
export const replay = (context: Context, options: ReplayOptions): Command => async () => {
  const original = openRun(options.directory)
  if (E.isLeft(original)) return E.left(refused(original.left))
  const log = readEvents(original.right)
  if (E.isLeft(log)) return E.left(refused(log.left))
  const steps = stepsIn(log.right.events)
  if (steps === 0) return E.left(failure(EXIT.refused, `${options.directory} has recorded no step yet`))
  const { config } = original.right.manifest
  const replayed = replayConfig(config, scheduleOf(log.right.events).rows, steps)
  return trainConfig(context, options.seed === null ? replayed : { ...replayed, seed: seedOf(options.seed) }, options.out, options.workers)
}
