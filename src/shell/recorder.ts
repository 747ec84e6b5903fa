/**
 * The writer of a running run: appends events and telemetry, writes checkpoints, keeps the last few.
 *
 * Before a checkpoint takes its name the events that it refers to are flushed, so that no checkpoint ever points past its log.
 * An append that fails half way (a full disk) is cut off again; what was written before stays readable.
 *
 * *Source:* house contract 4 (run record). *Deviations:* none.
 */
import { closeSync, fsyncSync, ftruncateSync, openSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { left, right, type Either } from 'fp-ts/lib/Either.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import { encodeCheckpoint } from '../run/checkpoint.ts'
import { eventLines, eventsUpTo, startMark, type EventsMark } from '../run/events.ts'
import type { ExperimentEvent } from '../experiment/experiment.ts'
import { attempt, fileFault, TEMPORARY, writeAll, writeAtomically } from './atomic-file.ts'
import { checkpointName, listCheckpoints, runFiles, type RunDirectory, type RunFault } from './run-directory.ts'
import { acquireLock } from './run-lock.ts'

/** Where a recorder starts: the start of the run, or a checkpoint. */
export type RecorderStart = Readonly<{ step: number; events: EventsMark }>

/** The start of a run that has no checkpoint. */
export const fromTheStart: RecorderStart = { step: 0, events: startMark }

export interface Recorder {
  /** Where the event log stands. */
  mark(): EventsMark
  /** Appends events to the log. */
  append(events: readonly ExperimentEvent[]): TaskEither<RunFault, EventsMark>
  /** Appends one record to the telemetry, which nothing depends on. */
  telemetry(record: object): TaskEither<RunFault, void>
  /** Writes the checkpoint after `step` finished steps and answers its path; older ones beyond `config.checkpoint.keep` are deleted. */
  checkpoint(step: number, state: unknown): TaskEither<RunFault, string>
  /** Flushes and releases everything; the recorder must not be used afterwards. */
  close(): TaskEither<RunFault, void>
}

/** An open file of which the first `length` bytes are good. */
type Log = { readonly fd: number; readonly path: string; length: number }

const appendTo = (log: Log, text: string): Either<RunFault, void> => {
  const bytes = new TextEncoder().encode(text)
  try {
    writeAll(log.fd, bytes)
    log.length += bytes.length
    return right(undefined)
  } catch (error) {
    attempt(log.path, () => ftruncateSync(log.fd, log.length)) // where even that fails, the reader drops the unfinished line
    return left(fileFault(error, log.path))
  }
}

/** Opens `path` for appending after its first `length` bytes; the rest is cut off. */
const openLog = (path: string, length: number): Log => {
  const fd = openSync(path, 'a')
  ftruncateSync(fd, length)
  return { fd, path, length }
}

/** Bytes up to the last complete line. */
const completeLines = (path: string): number => readFileSync(path).lastIndexOf(10) + 1

const removeFuture = (run: RunDirectory, step: number): void => {
  const folder = join(run.path, runFiles.checkpoints)
  readdirSync(folder)
    .filter((name) => name.endsWith(TEMPORARY))
    .forEach((name) => rmSync(join(folder, name), { force: true }))
  const files = listCheckpoints(run)
  if (files._tag === 'Right') files.right.filter((file) => file.step > step).forEach((file) => rmSync(file.path, { force: true }))
}

const prune = (run: RunDirectory, keep: number): void => {
  const files = listCheckpoints(run)
  if (files._tag === 'Right') files.right.slice(keep).forEach((file) => rmSync(file.path, { force: true }))
}

/**
 * Opens `run` for writing from `start` on. The event log is verified up to there and cut off behind it, and checkpoints of
 * later steps are deleted: they belong to a future that is now computed again.
 */
export const openRecorder = (run: RunDirectory, start: RecorderStart): Either<RunFault, Recorder> => {
  const lock = acquireLock(join(run.path, runFiles.lock))
  if (lock._tag === 'Left') return lock
  const release = lock.right
  const refuse = (fault: RunFault): Either<RunFault, never> => {
    release()
    return left(fault)
  }

  const eventsPath = join(run.path, runFiles.events)
  const bytes = attempt(eventsPath, () => readFileSync(eventsPath))
  if (bytes._tag === 'Left') return refuse(bytes.left)
  const verified = eventsUpTo(bytes.right, start.events)
  if (verified._tag === 'Left') return refuse({ ...verified.left, path: `${eventsPath}: ${verified.left.path}` })

  const telemetryPath = join(run.path, runFiles.telemetry)
  const opened = attempt(run.path, () => {
    removeFuture(run, start.step)
    return { events: openLog(eventsPath, start.events.bytes), telemetry: openLog(telemetryPath, completeLines(telemetryPath)) }
  })
  if (opened._tag === 'Left') return refuse(opened.left)
  const { events, telemetry } = opened.right
  let mark = start.events

  return right({
    mark: () => mark,
    append: (batch) => async () => {
      const { text, mark: next } = eventLines(mark, batch)
      const appended = appendTo(events, text)
      if (appended._tag === 'Left') return appended
      mark = next
      return right(mark)
    },
    telemetry: (record) => async () => appendTo(telemetry, `${JSON.stringify(record)}\n`),
    checkpoint: (step, state) => async () => {
      const flushed = attempt(eventsPath, () => fsyncSync(events.fd))
      if (flushed._tag === 'Left') return flushed
      const { runId, configDigest, codeVersion, config } = run.manifest
      const path = join(run.path, runFiles.checkpoints, checkpointName(step))
      const written = writeAtomically(path, encodeCheckpoint({ runId, configDigest, codeVersion, step, events: mark, state }))
      if (written._tag === 'Left') return written
      prune(run, config.checkpoint.keep)
      return right(path)
    },
    close: () => async () => {
      const flushed = attempt(eventsPath, () => fsyncSync(events.fd))
      closeSync(events.fd)
      closeSync(telemetry.fd)
      release()
      return flushed
    },
  })
}
