/**
 * The evaluator of several worker threads of Node (or Bun).
 *
 * Before each job a worker writes its index to memory that it shares with the main thread, which therefore knows what a worker
 * that was killed died of.
 *
 * *Source:* house contract 4 (Evaluator). *Deviations:* none.
 */
import { Worker } from 'node:worker_threads'
import type { EvaluatorHost } from './evaluator.ts'
import { pool } from './pool.ts'
import { IDLE } from './wire.ts'
import type { WorkerMessage } from './wire.ts'

/** What a worker is started with. `entry` is the URL of a module that exports `openExecutor(setup)`. */
export type WorkerSetup = Readonly<{ entry: string; setup: unknown; position: SharedArrayBuffer }>

/**
 * `entry` is the URL of a module that exports `openExecutor(setup)`; `setup` is plain data. `workerUrl` is the compiled
 * worker entry. `cacheValues` bounds the numbers that one worker keeps in parcels.
 */
export type ThreadPoolOptions = Readonly<{ workers: number; entry: string; setup: unknown; workerUrl?: URL; cacheValues?: number }>

/** Executing jobs leaves little garbage; a large nursery per thread would only cost memory. */
const YOUNG_GENERATION_MB = 16

/** The compiled worker entry: beside this file, or in `dist` where this file runs from its source. */
export const defaultWorkerUrl = (): URL =>
  import.meta.url.endsWith('.ts') ? new URL('../../dist/src/shell/worker-main.js', import.meta.url) : new URL('./worker-main.js', import.meta.url)

/** An evaluator on `workers` threads (at least 1), started at the first evaluation. One evaluation at a time. */
export const threadPool = ({ workers, entry, setup, workerUrl = defaultWorkerUrl(), ...bounds }: ThreadPoolOptions): EvaluatorHost =>
  pool({
    workers,
    ...bounds,
    start: (name, hear, died) => {
      const position = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)
      const current = new Int32Array(position)
      current[0] = IDLE
      const workerData: WorkerSetup = { entry, setup, position }
      const worker = new Worker(workerUrl, { workerData, execArgv: [], name, resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB } })
      worker.on('message', (message: WorkerMessage) => hear(message))
      worker.on('error', (error) => died(`failed: ${error.message}`))
      worker.on('exit', (code) => died(`exited with code ${code}`))
      return { send: (chunk) => worker.postMessage(chunk), running: () => Atomics.load(current, 0), end: () => worker.terminate() }
    },
  })
