/**
 * Entry of a worker thread of Node: opens its executor, then answers chunks of jobs.
 *
 * Before each job it writes the index to shared memory, so that the main thread knows which job a dead worker died of.
 *
 * *Source:* house contract 4 (Evaluator). *Deviations:* none.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { invariant } from '../core/invariant.ts'
import type { Executor } from './evaluator.ts'
import { answerChunks, refusal } from './job-desk.ts'
import type { WorkerSetup } from './node-threads.ts'
import type { WorkerMessage } from './wire.ts'

/** What the entry module of a pool exports. */
type EntryModule = Readonly<{ openExecutor(setup: unknown): Promise<Executor> }>

const port = parentPort
invariant(port !== null, 'worker-main runs in a worker thread only')
const { entry, setup, position } = workerData as WorkerSetup
const current = new Int32Array(position)
const say = (message: WorkerMessage): void => port.postMessage(message)

try {
  const { openExecutor } = (await import(entry)) as EntryModule
  port.on('message', answerChunks(await openExecutor(setup), { say, note: (index) => Atomics.store(current, 0, index) }))
  say({ kind: 'ready' })
} catch (error) {
  say(refusal(error))
}
