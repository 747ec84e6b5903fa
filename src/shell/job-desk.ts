/**
 * The worker's side of a pool: answers chunks of jobs, one job after another.
 *
 * It keeps nothing from one job to the next but the parcels that the main thread told it to keep.
 *
 * *Source:* house contract 4 (Evaluator). *Deviations:* none.
 */
import { InvariantError } from '../core/invariant.ts'
import type { Outcome, Parcel } from '../core/job.ts'
import { reasonOf } from './evaluator.ts'
import type { Executor } from './evaluator.ts'
import { fromWire, IDLE } from './wire.ts'
import type { Chunk, WorkerMessage } from './wire.ts'

/** A worker's voice, and where it notes which job it executes (`IDLE` for none). */
export type Desk = Readonly<{ say(message: WorkerMessage): void; note(index: number): void }>

/** What is to be done with each chunk that arrives. After a failure nothing more is answered: the worker waits for its end. */
export const answerChunks = (executor: Executor, { say, note }: Desk): ((chunk: Chunk) => void) => {
  const held = new Map<string, Parcel>()
  const waiting: Chunk[] = []
  let busy = false
  let broken = false

  /** Answers one chunk, without a pause where the executor makes none. */
  const answer = async ({ id, indices, jobs, parcels, forget }: Chunk): Promise<void> => {
    for (const digest of forget) held.delete(digest)
    for (const parcel of parcels) held.set(parcel.digest, parcel)
    const outcomes: Outcome[] = []
    for (let i = 0; i < jobs.length; i++) {
      note(indices[i])
      try {
        const outcome = executor.execute(fromWire(jobs[i], held))
        outcomes.push(outcome instanceof Promise ? await outcome : outcome)
      } catch (error) {
        broken = true
        say({ kind: 'failed', index: indices[i], reason: reasonOf(error), invariant: error instanceof InvariantError })
        return
      }
    }
    note(IDLE)
    say({ kind: 'done', id, outcomes, launches: executor.launches?.() ?? {} })
  }

  /** A chunk that comes while another one waits for the backend is answered behind it. */
  const answerWaiting = async (): Promise<void> => {
    busy = true
    for (let chunk = waiting.shift(); chunk !== undefined && !broken; chunk = waiting.shift()) await answer(chunk)
    busy = false
  }

  return (chunk) => {
    waiting.push(chunk)
    if (!busy) void answerWaiting()
  }
}

/** What a worker says when its executor could not be opened. */
export const refusal = (error: unknown): WorkerMessage => ({ kind: 'refused', reason: reasonOf(error), invariant: error instanceof InvariantError })
