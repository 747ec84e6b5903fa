/**
 * Entry of a worker thread: opens its executor, then answers chunks of jobs, one after another.
 *
 * It keeps nothing from one job to the next but the parcels that the main thread told it to keep. Before each job it
 * writes the index to shared memory, so that the main thread knows which job a dead worker died of.
 *
 * *Source:* house contract 4 (Evaluator). *Deviations:* none.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { InvariantError, invariant } from '../core/invariant.ts'
import type { Outcome, Parcel } from '../core/job.ts'
import { reasonOf } from './evaluator.ts'
import type { Executor } from './evaluator.ts'
import { fromWire, IDLE } from './wire.ts'
import type { Chunk, WorkerMessage, WorkerSetup } from './wire.ts'

/** What the entry module of a pool exports. */
type EntryModule = Readonly<{ openExecutor(setup: unknown): Promise<Executor> }>

const port = parentPort
invariant(port !== null, 'worker-main runs in a worker thread only')
const { entry, setup, position } = workerData as WorkerSetup
const say = (message: WorkerMessage): void => port.postMessage(message)

const serve = (executor: Executor): void => {
  const held = new Map<string, Parcel>()
  const current = new Int32Array(position)
  let broken = false
  port.on('message', ({ id, indices, jobs, parcels, forget }: Chunk) => {
    if (broken) return
    for (const digest of forget) held.delete(digest)
    for (const parcel of parcels) held.set(parcel.digest, parcel)
    const outcomes: Outcome[] = []
    for (let i = 0; i < jobs.length; i++) {
      Atomics.store(current, 0, indices[i])
      try {
        outcomes.push(executor.execute(fromWire(jobs[i], held)))
      } catch (error) {
        broken = true
        say({ kind: 'failed', index: indices[i], reason: reasonOf(error), invariant: error instanceof InvariantError })
        return
      }
    }
    Atomics.store(current, 0, IDLE)
    say({ kind: 'done', id, outcomes })
  })
}

try {
  const { openExecutor } = (await import(entry)) as EntryModule
  serve(await openExecutor(setup))
  say({ kind: 'ready' })
} catch (error) {
  say({ kind: 'refused', reason: reasonOf(error), invariant: error instanceof InvariantError })
}
