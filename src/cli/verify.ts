/**
 * `verify`: runs a run again in memory and compares event by event with what it recorded.
 *
 * The chain of digests makes the comparison complete: equal lines up to n mean an equal chain up to n, and the last event
 * holds the digest of the final policy.
 *
 * *Source:* house contract 4 (run record). *Deviations:* none.
 */
import * as E from 'fp-ts/lib/Either.js'
import { rootKey } from '../core/rng.ts'
import type { ExperimentEvent } from '../experiment/experiment.ts'
import { returnOf } from '../run/curve.ts'
import { eventLines, firstDifference, startMark } from '../run/events.ts'
import type { EventLog } from '../run/events.ts'
import { drive } from '../shell/drive.ts'
import type { RunRecorder } from '../shell/drive.ts'
import { progress } from '../shell/progress.ts'
import { openRun, readEvents } from '../shell/run-directory.ts'
import type { RunDirectory } from '../shell/run-directory.ts'
import { interruption } from '../shell/signals.ts'
import type { Interruption } from '../shell/signals.ts'
import { stopwatch } from '../shell/telemetry.ts'
import type { Context } from './context.ts'
import { driveFailed, EXIT, failure, refused } from './failure.ts'
import type { Command, ExitCode, Failure } from './failure.ts'
import { comparisonDirectories } from './report.ts'
import { codeVersion } from './versions.ts'
import { openWorkplace } from './workplace.ts'
import type { Workplace } from './workplace.ts'

const seconds = (): number => performance.now() / 1000

/** What a comparison with the record came to: null where all agreed. */
type Verdict = Readonly<{ difference: string | null; interrupted: boolean }>

/** The first difference between some events and those recorded in their place, which begin behind `before` others. */
const describe = (before: number, recorded: readonly ExperimentEvent[], again: readonly ExperimentEvent[]): string | null => {
  const found = firstDifference(recorded, again)
  if (found === null) return null
  const { index, field, left, right } = found
  const event = again[index] ?? recorded[index]
  return `event ${before + index + 1} (${event.type}, step ${event.step})${field === '' ? '' : `, ${field}`}: recorded ${left}, computed ${right}`
}

/** Computes the events of `log` again. */
const recompute = async (context: Context, workplace: Workplace, run: RunDirectory, log: EventLog, stop: Interruption): Promise<E.Either<Failure, Verdict>> => {
  const { config } = run.manifest
  const experiment = workplace.compose(config)
  const shown = progress(context.terminal.progress, seconds)
  let difference: string | null = null
  let mark = startMark
  const recorder: RunRecorder = {
    append: (events) => async () => {
      const recorded = log.events.slice(mark.count, mark.count + events.length)
      difference ??= describe(mark.count, recorded, events.slice(0, recorded.length))
      mark = eventLines(mark, events.slice(0, recorded.length)).mark
      return E.right(mark)
    },
    telemetry: () => async () => E.right(undefined),
    checkpoint: () => async () => E.right(''),
  }
  context.position.seed = config.seed
  const ended = await drive({
    experiment,
    state: experiment.init(rootKey(config.seed)),
    host: workplace.host,
    recorder,
    checkpointEvery: Infinity,
    interruption: stop,
    watch: stopwatch(0, seconds, () => process.memoryUsage.rss()),
    onRound: (state, events) => {
      const { step, envSteps } = experiment.progress(state)
      context.position.step = step
      const last = events.findLast((event) => event.type === 'step')
      const fraction = mark.count / Math.max(1, log.events.length)
      shown.show({ label: 'verify', step, fraction, envSteps: envSteps.total, meanReturn: last === undefined ? Number.NaN : returnOf(last), values: {} })
      return difference === null && mark.count < log.events.length
    },
  })()
  shown.end()
  if (E.isLeft(ended)) return E.left(driveFailed(ended.left, config.seed))
  if (stop.requested()) return E.right({ difference: null, interrupted: true })
  if (difference === null && mark.count < log.events.length) {
    difference = `event ${mark.count + 1}: recorded ${log.events[mark.count].type}, but the run ended before it`
  }
  if (difference === null && mark.chain !== log.mark.chain) difference = `chain of ${mark.count} events: recorded ${log.mark.chain}, computed ${mark.chain}`
  return E.right({ difference, interrupted: false })
}

const verifyOne = async (context: Context, workplace: Workplace, run: RunDirectory, stop: Interruption): Promise<E.Either<Failure, ExitCode>> => {
  const path = context.show(run.path)
  const log = readEvents(run)
  if (E.isLeft(log)) return E.left(log.left._tag === 'EventsAltered' ? failure(EXIT.differs, `${path} differs from its record\n${refused(log.left).message}`) : refused(log.left))
  const verdict = await recompute(context, workplace, run, log.right, stop)
  if (E.isLeft(verdict)) return verdict
  if (verdict.right.interrupted) return E.right(EXIT.interrupted)
  if (verdict.right.difference !== null) return E.left(failure(EXIT.differs, `${path} differs from its record\n${verdict.right.difference}`))
  context.terminal.print(`${path}: ${log.right.events.length} events agree, digest ${log.right.mark.chain}`)
  return E.right(EXIT.ok)
}

export type VerifyOptions = Readonly<{ directory: string; workers: number }>

/** Verifies a run and its comparisons; the first event that differs is named. An unfinished run is verified as far as it went. */
export const verify = (context: Context, { directory, workers }: VerifyOptions): Command => async () => {
  const main = openRun(directory)
  if (E.isLeft(main)) return E.left(refused(main.left))
  const { manifest } = main.right
  if (manifest.codeVersion !== codeVersion) context.terminal.note(`the run was made by version ${manifest.codeVersion}, this is ${codeVersion}: its numbers may differ for that reason`)
  if (!manifest.backend.exact) context.terminal.note(`the run was made on ${manifest.backend.name}, which is not exact: another machine or driver may give other numbers`)
  const opened = await openWorkplace(manifest.config, workers)
  if (E.isLeft(opened)) return opened
  const stop = interruption(() => {})
  try {
    const paths = [main.right.path, ...comparisonDirectories(main.right).map(({ path }) => path)]
    for (const path of paths) {
      const run = openRun(path)
      if (E.isLeft(run)) return E.left(refused(run.left))
      const code = await verifyOne(context, opened.right, run.right, stop)
      if (E.isLeft(code) || code.right !== EXIT.ok) return code
    }
    return E.right(EXIT.ok)
  } finally {
    stop.dispose()
    await opened.right.close()
  }
}
