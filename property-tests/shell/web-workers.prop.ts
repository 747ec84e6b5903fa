/**
 * A pool of Web Workers obeys the laws of evaluators. The workers are threads of Node that look like Web Workers from both sides; those of
 * browsers are compared by whole runs in `property-tests/engines`.
 *
 * *Source:* the contract in `src/shell/evaluator.ts`. *Deviations:* none.
 */
import { Worker as Thread } from 'node:worker_threads'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { EvaluatorHost } from '../../src/shell/evaluator.ts'
import { webWorkerPool } from '../../src/shell/web-workers.ts'
import { requireBuild } from '../cli/program.ts'
import { evaluatorLaws, expectedOf, fitnesses, jobsOf, outcomesOf } from '../laws/evaluator.ts'
import type { Quirks } from '../laws/evaluator.ts'

const entry = new URL('./modules/quirky-executor.mjs', import.meta.url).href
const module = new URL('./modules/web-worker.mjs', import.meta.url)
const hosts: EvaluatorHost[] = []

/** A thread as a page sees a Web Worker. */
const webWorker = (url: URL): Worker => {
  const thread = new Thread(url)
  const listen = (type: string, listener: (event: unknown) => void): void => {
    if (type === 'message') thread.on('message', (data) => listener({ data }))
    if (type === 'error') thread.on('error', ({ message }) => listener({ message }))
  }
  const face = { addEventListener: listen, postMessage: (message: unknown) => thread.postMessage(message), terminate: () => void thread.terminate() }
  return face as unknown as Worker
}

const poolOf = (workers: number, quirks: Quirks, url = module): EvaluatorHost => {
  const host = webWorkerPool({ workers, setup: { entry, quirks }, createWorker: () => webWorker(url) })
  hosts.push(host)
  return host
}

beforeAll(requireBuild)

afterEach(async () => {
  await Promise.all(hosts.splice(0).map((host) => host.close()))
})

describe.each([1, 2, 5])('%i Web Workers', (workers) => {
  test.each(evaluatorLaws)('$name', ({ check }) => check((quirks) => poolOf(workers, quirks)))
})

test('chunks that are sent while a worker still loads wait for it', async () => {
  const host = poolOf(2, {})
  const jobs = jobsOf(40, 3)
  expect(fitnesses(await outcomesOf(host, jobs))).toEqual(expectedOf(jobs)) // the first chunks are on their way before any module is loaded
})

test('a worker whose module cannot be loaded ends the evaluation', async () => {
  const host = poolOf(2, {}, new URL('./modules/no-such-module.mjs', import.meta.url))
  expect(await host.evaluate(jobsOf(4))()).toMatchObject({ _tag: 'Left', left: { _tag: 'SiteDidNotOpen' } })
})
