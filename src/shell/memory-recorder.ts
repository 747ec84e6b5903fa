/**
 * The record of a run in memory: for a page, which has no files, and for whoever wants none.
 *
 * The events have the lines, the bytes and the chain of `events.jsonl`, and checkpoints are the bytes of a checkpoint file; so a record can
 * be saved as files and compared with any other.
 *
 * *Source:* house contract 4 (run record). *Deviations:* only the newest checkpoint is kept.
 */
import { right } from 'fp-ts/lib/Either.js'
import { encodeCheckpoint } from '../run/checkpoint.ts'
import { eventLines, startMark } from '../run/events.ts'
import type { EventsMark } from '../run/events.ts'
import type { RunRecorder } from './drive.ts'

/** `events` is the text of `events.jsonl`, `checkpoint` the bytes of the newest checkpoint file; null before the first. */
export type MemoryRecord = Readonly<{ events: string; checkpoint: Uint8Array | null }>

/** What names the run in its checkpoints. */
export type RunNames = Readonly<{ runId: string; configDigest: string; codeVersion: string }>

/** A recorder with what it holds. `mark` says where its events end. */
export type MemoryRecorder = RunRecorder & Readonly<{ record(): MemoryRecord; mark(): EventsMark }>

/** Where a recorder goes on: behind `record`, whose events end at `mark`. */
export type MemoryStart = Readonly<{ record: MemoryRecord; mark: EventsMark }>

/** The start of a run. */
const nothing: MemoryStart = { record: { events: '', checkpoint: null }, mark: startMark }

/** A recorder that goes on from `start`. */
export const memoryRecorder = (names: RunNames, { record, mark }: MemoryStart = nothing): MemoryRecorder => {
  const texts = [record.events]
  let place = mark
  let { checkpoint } = record
  return {
    record: () => ({ events: texts.join(''), checkpoint }),
    mark: () => place,
    append: (batch) => async () => {
      const lines = eventLines(place, batch)
      texts.push(lines.text)
      place = lines.mark
      return right(place)
    },
    telemetry: () => async () => right(undefined),
    checkpoint: (step, state) => async () => {
      checkpoint = encodeCheckpoint({ ...names, step, events: place, state })
      return right('memory')
    },
  }
}
