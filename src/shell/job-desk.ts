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
  let broken = false
  return ({ id, indices, jobs, parcels, forget }) => {
    if (broken) return
    for (const digest of forget) held.delete(digest)
    for (const parcel of parcels) held.set(parcel.digest, parcel)
    const outcomes: Outcome[] = []
    for (let i = 0; i < jobs.length; i++) {
      note(indices[i])
      try {
        outcomes.push(executor.execute(fromWire(jobs[i], held)))
      } catch (error) {
        broken = true
        say({ kind: 'failed', index: indices[i], reason: reasonOf(error), invariant: error instanceof InvariantError })
        return
      }
    }
    note(IDLE)
    say({ kind: 'done', id, outcomes })
  }
}

/** What a worker says when its executor could not be opened. */
export const refusal = (error: unknown): WorkerMessage => ({ kind: 'refused', reason: reasonOf(error), invariant: error instanceof InvariantError })
