/**
 * The evaluator of several Web Workers, for a page.
 *
 * A worker is sent its setup once it says that it listens, and its chunks behind that. Nothing is shared, so a page needs no
 * cross-origin isolation; what a worker died of is then not seen from outside, and the first job it had not answered is blamed.
 *
 * *Source:* house contract 4 (Evaluator); HTML standard, section 10.2 (Web workers). *Deviations:* none.
 */
import type { EvaluatorHost } from './evaluator.ts'
import { pool } from './pool.ts'
import { IDLE } from './wire.ts'
import type { Chunk, WorkerMessage } from './wire.ts'

/** The first word of a worker, and the answer to it. */
export type Greeting = Readonly<{ kind: 'listening' }>
export type Opening = Readonly<{ kind: 'open'; setup: unknown }>

/**
 * `createWorker` starts a worker of a module that calls `serveWebWorker`; `setup` is plain data for its executor. `cacheValues` bounds
 * the numbers that one worker keeps in parcels.
 */
export type WebWorkerPoolOptions = Readonly<{ workers: number; createWorker(): Worker; setup: unknown; cacheValues?: number }>

/** An evaluator on `workers` Web Workers (at least 1), started at the first evaluation. One evaluation at a time. */
export const webWorkerPool = ({ workers, createWorker, setup, ...bounds }: WebWorkerPoolOptions): EvaluatorHost =>
  pool({
    workers,
    ...bounds,
    start: (_name, hear, died) => {
      const worker = createWorker()
      const waiting: Chunk[] = []
      let listens = false
      worker.addEventListener('message', ({ data }: MessageEvent<WorkerMessage | Greeting>) => {
        if (data.kind !== 'listening') return hear(data)
        listens = true
        const opening: Opening = { kind: 'open', setup }
        worker.postMessage(opening)
        waiting.forEach((chunk) => worker.postMessage(chunk))
      })
      worker.addEventListener('error', (event) => died(`failed: ${event.message ?? 'its module cannot be loaded'}`))
      return {
        send: (chunk) => {
          if (listens) worker.postMessage(chunk)
          else waiting.push(chunk)
        },
        running: () => IDLE,
        end: () => worker.terminate(),
      }
    },
  })
