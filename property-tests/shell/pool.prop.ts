/**
 * The pool keeps the order of the jobs, survives its workers, and sends parcels once.
 *
 * *Source:* the contract in `src/shell/evaluator.ts`. *Deviations:* none.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Parcel } from '../../src/core/job.ts'
import type { EvaluatorHost, Executor } from '../../src/shell/evaluator.ts'
import { inProcess } from '../../src/shell/in-process.ts'
import { defaultWorkerUrl, threadPool } from '../../src/shell/node-threads.ts'
import { chunkSize, fromWire, pack, toWire } from '../../src/shell/wire.ts'
import type { Ledger } from '../../src/shell/wire.ts'
import { evaluatorLaws, expectedOf, fitnesses, jobsOf, outcomesOf, parcelOf, problemJob } from '../laws/evaluator.ts'
import type { EvaluatorSubject, Quirks } from '../laws/evaluator.ts'

const entry = new URL('./modules/quirky-executor.mjs', import.meta.url).href
const hosts: EvaluatorHost[] = []

const poolOf = (workers: number, quirks: Quirks, cacheValues?: number): EvaluatorHost => {
  const host = threadPool({ workers, entry, setup: quirks, ...(cacheValues === undefined ? {} : { cacheValues }) })
  hosts.push(host)
  return host
}

beforeAll(() => {
  if (!existsSync(defaultWorkerUrl())) throw new Error('dist is missing: run `npm run build` before the tests')
})

afterEach(async () => {
  await Promise.all(hosts.splice(0).map((host) => host.close()))
})

describe('laws', async () => {
  const { openExecutor } = (await import(entry)) as { openExecutor(setup: unknown): Promise<Executor> }
  const subjects: readonly (readonly [string, EvaluatorSubject])[] = [
    ['this thread', (quirks) => inProcess(() => openExecutor(quirks))],
    ['this thread, answered later', (quirks) => inProcess(() => openExecutor({ ...quirks, later: true }))],
    ...[1, 2, 5].map((workers) => [`${workers} workers`, (quirks: Quirks) => poolOf(workers, quirks)] as const),
    ['2 workers, answered later', (quirks) => poolOf(2, { ...quirks, later: true })],
  ]
  describe.each(subjects)('%s', (_name, subject) => {
    test.each(evaluatorLaws)('$name', ({ check }) => check(subject))
  })
})

describe('chunks', () => {
  test('chunks shrink with what remains and cover every job', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 1, max: 64 }), (jobs, workers) => {
        let remaining = jobs
        let previous = Infinity
        while (remaining > 0) {
          const size = chunkSize(remaining, workers)
          expect(size).toBeGreaterThanOrEqual(1)
          expect(size).toBeLessThanOrEqual(Math.min(previous, remaining))
          previous = size
          remaining -= size
        }
        expect(remaining).toBe(0)
      }),
      { seed: 42, numRuns: 100 },
    )
  })
})

describe('crashes', () => {
  test('a worker that exits is replaced and its jobs run again; the next evaluation is as any other', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'bilevel-pool-'))
    const host = poolOf(2, { how: 'exit', dieAt: 17, marker: join(folder, 'marker'), napMs: 1 })
    const jobs = jobsOf(40, 2)
    for (const _ of [1, 2]) expect(fitnesses(await outcomesOf(host, jobs))).toEqual(expectedOf(jobs))
    expect(host.crashes()).toBe(1)
    rmSync(folder, { recursive: true })
  })

  test('a job of which two workers died is named, although neither could say so', async () => {
    const host = poolOf(2, { how: 'exit', dieAt: 17 })
    expect(await host.evaluate(jobsOf(40))()).toMatchObject({ _tag: 'Left', left: { _tag: 'JobFailed', index: 17, attempts: 2, job: { time: 17 } } })
    expect(host.crashes()).toBe(2)
  })

  test('workers that die before they are ready end the evaluation', async () => {
    expect(await poolOf(2, { how: 'exit-start' }).evaluate(jobsOf(4))()).toMatchObject({ _tag: 'Left', left: { _tag: 'SiteDidNotOpen' } })
  })
})

describe('parcels', () => {
  test('the values of a parcel reach a worker once, however many jobs and evaluations name it', async () => {
    const host = poolOf(2, { countTransfers: true, napMs: 1 })
    const jobs = jobsOf(80, 4)
    const received = fitnesses([...(await outcomesOf(host, jobs)), ...(await outcomesOf(host, jobs))]).reduce((a, b) => a + b, 0)
    expect(received).toBeGreaterThanOrEqual(4)
    expect(received).toBeLessThanOrEqual(2 * 4) // at most once per worker
  })

  test('a cache too small for the parcels costs transfers, never results', async () => {
    const jobs = jobsOf(60, 7)
    expect(fitnesses(await outcomesOf(poolOf(2, {}, 4), jobs))).toEqual(expectedOf(jobs))
  })

  test('both sides of the ledger agree: a worker that follows the chunks can always rebuild its jobs', () => {
    const scene = fc.array(fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 6 }), { maxLength: 20 })
    fc.assert(
      fc.property(scene, fc.integer({ min: 0, max: 12 }), (chunks, capacity) => {
        let ledger: Ledger = new Map()
        const held = new Map<string, Parcel>()
        for (const ids of chunks) {
          const jobs = ids.map((id) => problemJob(id, parcelOf(id)))
          const packed = pack(ledger, jobs, capacity)
          for (const digest of packed.forget) held.delete(digest)
          for (const parcel of packed.parcels) {
            expect(held.has(parcel.digest)).toBe(false)
            held.set(parcel.digest, parcel)
          }
          ledger = packed.ledger
          expect(new Set(ledger.keys())).toEqual(new Set(held.keys()))
          expect(jobs.map((job) => fromWire(toWire(job), held))).toEqual(jobs)
          const kept = [...held.values()].reduce((sum, { values }) => sum + values.length, 0)
          expect(kept).toBeLessThanOrEqual(Math.max(capacity, 3 * new Set(ids).size))
        }
      }),
      { seed: 42, numRuns: 200 },
    )
  })

  test('a view travels without what lies around it', () => {
    const large = new Float64Array(1000)
    const base: Parcel = { digest: 'view', values: large.subarray(10, 13) }
    expect(pack(new Map(), [problemJob(0, base)], 100).parcels[0].values.buffer.byteLength).toBe(3 * 8)
  })
})
