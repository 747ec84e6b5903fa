/**
 * The inside of a Web Worker of a pool: opens its executor when it is told what for, then answers chunks of jobs.
 *
 * *Source:* house contract 4 (Evaluator). *Deviations:* none.
 */
import type { Executor } from './evaluator.ts'
import { answerChunks, refusal } from './job-desk.ts'
import type { Greeting, Opening } from './web-workers.ts'
import type { Chunk, WorkerMessage } from './wire.ts'

/** Serves the page that started this worker, from now on. To be called once, in the module that the worker runs. */
export const serveWebWorker = (openExecutor: (setup: unknown) => Promise<Executor>): void => {
  const say = (message: WorkerMessage | Greeting): void => postMessage(message)
  const early: Chunk[] = []
  let answer: (chunk: Chunk) => void = (chunk) => early.push(chunk)
  const open = async (setup: unknown): Promise<void> => {
    try {
      answer = answerChunks(await openExecutor(setup), { say, note: () => undefined })
      say({ kind: 'ready' })
      early.forEach(answer)
    } catch (error) {
      say(refusal(error))
    }
  }
  addEventListener('message', ({ data }: MessageEvent<Opening | Chunk>) => {
    if ('kind' in data) void open(data.setup)
    else answer(data)
  })
  say({ kind: 'listening' })
}
