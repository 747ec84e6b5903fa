/**
 * Runs one run directory to its end or to an interruption, from its start or from a checkpoint.
 *
 * *Source:* house contract 4 (run record). *Deviations:* none.
 */
import * as E from 'fp-ts/lib/Either.js'
import { rootKey } from '../core/rng.ts'
import { returnOf } from '../run/curve.ts'
import type { SessionTelemetry } from '../run/record.ts'
import { drive } from '../shell/drive.ts'
import { progress } from '../shell/progress.ts'
import type { Moment } from '../shell/progress.ts'
import { fromTheStart, openRecorder } from '../shell/recorder.ts'
import { latestCheckpoint } from '../shell/run-directory.ts'
import type { RunDirectory } from '../shell/run-directory.ts'
import type { Interruption } from '../shell/signals.ts'
import { stopwatch } from '../shell/telemetry.ts'
import type { Position } from './context.ts'
import { driveFailed, EXIT, failure, refused } from './failure.ts'
import type { Failure } from './failure.ts'
import type { Terminal } from './terminal.ts'
import { codeVersion } from './versions.ts'
import type { Workplace } from './workplace.ts'

export type RunOne = Readonly<{
  workplace: Workplace
  run: RunDirectory
  /** Shown before the progress; empty for the only run. */
  label: string
  /** Take the newest intact checkpoint where the newest one is damaged. */
  acceptPrevious: boolean
  interruption: Interruption
  terminal: Terminal
  position: Position
}>

const seconds = (): number => performance.now() / 1000

/** How a run ended. */
export type RunEnd = 'done' | 'interrupted'

const sessionLine = (workers: number, step: number): SessionTelemetry => ({
  type: 'session',
  startedAt: new Date().toISOString(),
  node: process.versions.node,
  platform: `${process.platform}-${process.arch}`,
  workers,
  step,
})

/** Continues `run` until its budget is spent or the user interrupts; a finished run is left as it is. */
export const runOne = async (options: RunOne): Promise<E.Either<Failure, RunEnd>> => {
  const { workplace, run, label, acceptPrevious, interruption, terminal, position } = options
  const { config } = run.manifest
  const latest = latestCheckpoint<unknown>(run, codeVersion)
  if (E.isLeft(latest)) return E.left(refused(latest.left))
  const { checkpoint, file, refused: damaged } = latest.right
  if (damaged.length > 0 && !(acceptPrevious && checkpoint !== null)) {
    const reasons = damaged.map((fault) => refused(fault).message).join('\n')
    const offer = file === null ? 'no other checkpoint is left' : `'bilevel resume ${run.path} --previous' continues from ${file.name}`
    return E.left(failure(EXIT.refused, `${reasons}\n  ${offer}`))
  }

  const experiment = workplace.compose(config)
  const state = checkpoint === null ? experiment.init(rootKey(config.seed)) : checkpoint.state
  const start = experiment.progress(state)
  position.seed = config.seed
  position.step = start.step
  if (start.done) return E.right('done')

  const recorder = openRecorder(run, checkpoint === null ? fromTheStart : { step: checkpoint.step, events: checkpoint.events })
  if (E.isLeft(recorder)) return E.left(refused(recorder.left))
  const noted = await recorder.right.telemetry(sessionLine(workplace.host.workers, start.step))()
  if (E.isLeft(noted)) return E.left(refused(noted.left))

  const shown = progress(terminal.progress, seconds)
  let moment: Moment = { label, step: start.step, fraction: start.fraction, envSteps: start.envSteps.total, meanReturn: Number.NaN, values: {} }
  const ended = await drive({
    experiment,
    state,
    host: workplace.host,
    recorder: recorder.right,
    checkpointEvery: config.checkpoint.every,
    interruption,
    watch: stopwatch(start.envSteps.total, seconds, () => process.memoryUsage.rss()),
    launches: workplace.launches,
    onRound: (next, events) => {
      const { step, envSteps, fraction } = experiment.progress(next)
      position.step = step
      const last = events.findLast((event) => event.type === 'step')
      moment = { ...moment, step, fraction, envSteps: envSteps.total, ...(last === undefined ? {} : { meanReturn: returnOf(last), values: last.applied }) }
      shown.show(moment)
      return true
    },
  })()
  shown.end()
  const closed = await recorder.right.close()()
  if (E.isLeft(ended)) return E.left(driveFailed(ended.left, config.seed))
  return E.isLeft(closed) ? E.left(refused(closed.left)) : E.right(ended.right.kind)
}
