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
import type { Job, Outcome, Parcel } from '../../src/core/job.ts'
import type { EvaluatorHost } from '../../src/shell/evaluator.ts'
import { inProcess } from '../../src/shell/in-process.ts'
import { defaultWorkerUrl, pool } from '../../src/shell/pool.ts'
import { chunkSize, fromWire, pack, toWire } from '../../src/shell/wire.ts'
import type { Ledger } from '../../src/shell/wire.ts'

const entry = new URL('./modules/quirky-executor.mjs', import.meta.url).href

const parcelOf = (id: number, length = 3): Parcel => ({ digest: `parcel-${id}`, values: new Float64Array(length).fill(id) })

const problemJob = (time: number, base: Parcel): Job => ({
  kind: 'problem',
  problem: { id: 'quirky', options: {} },
  base,
  noise: null,
  key: { hi: 0, lo: time },
  time,
})

const jobsOf = (count: number, parcels = 1): readonly Job[] => Array.from({ length: count }, (_, i) => problemJob(i, parcelOf(i % parcels)))

const fitnesses = (outcomes: readonly Outcome[]): readonly number[] => outcomes.map(({ fitness }) => fitness)

const expected = (jobs: readonly Job[]): readonly number[] =>
  jobs.map((job) => job.base.values.reduce((total, value) => total + value, 0) + (job.kind === 'problem' ? job.time : 0))

const hosts: EvaluatorHost[] = []
const folders: string[] = []

/** Path of a file that does not exist yet. */
const newMarker = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'bilevel-pool-'))
  folders.push(folder)
  return join(folder, 'marker')
}

const open = (workers: number, setup: Readonly<Record<string, unknown>>, cacheValues?: number): EvaluatorHost => {
  const host = pool({ workers, entry, setup, ...(cacheValues === undefined ? {} : { cacheValues }) })
  hosts.push(host)
  return host
}

const outcomesOf = async (host: EvaluatorHost, jobs: readonly Job[]): Promise<readonly Outcome[]> => {
  const result = await host.evaluate(jobs)()
  if (result._tag === 'Left') throw new Error(`unexpected ${JSON.stringify(result.left)}`)
  return result.right
}

beforeAll(() => {
  if (!existsSync(defaultWorkerUrl())) throw new Error('dist is missing: run `npm run build` before the tests')
})

afterEach(async () => {
  await Promise.all(hosts.splice(0).map((host) => host.close()))
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

describe('order', () => {
  test('outcomes come in job order whatever the order of completion', async () => {
    const jobs = jobsOf(60, 3)
    for (const workers of [1, 2, 5]) {
      const host = open(workers, { napMs: 4 })
      expect(fitnesses(await outcomesOf(host, jobs))).toEqual(expected(jobs))
      expect(fitnesses(await outcomesOf(host, jobs.slice(0, 3)))).toEqual(expected(jobs.slice(0, 3)))
    }
  })

  test('no jobs, no outcomes, no workers needed', async () => {
    expect(await outcomesOf(open(2, {}), [])).toEqual([])
  })

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
  test.each(['exit', 'throw'])('a worker that ends by %s once is replaced and its jobs run again', async (how) => {
    const host = open(2, { how, dieAt: 17, marker: newMarker(), napMs: 1 })
    const jobs = jobsOf(40, 2)
    expect(fitnesses(await outcomesOf(host, jobs))).toEqual(expected(jobs))
    expect(host.crashes()).toBe(1)
    expect(fitnesses(await outcomesOf(host, jobs))).toEqual(expected(jobs))
  })

  test.each(['exit', 'throw'])('a job that fails by %s twice ends the evaluation and is named', async (how) => {
    const host = open(2, { how, dieAt: 17 })
    const result = await host.evaluate(jobsOf(40))()
    expect(result).toMatchObject({ _tag: 'Left', left: { _tag: 'JobFailed', index: 17, attempts: 2, job: { time: 17 } } })
    expect(host.crashes()).toBe(2)
  })

  test.each(['reject-start', 'exit-start'])('a site that cannot be opened (%s) is an error, not a hang', async (how) => {
    const host = open(2, { how })
    for (const _ of [1, 2]) expect(await host.evaluate(jobsOf(4))()).toMatchObject({ _tag: 'Left', left: { _tag: 'SiteDidNotOpen' } })
  })

  test('abandoning ends the evaluation at once', async () => {
    const host = open(2, { napMs: 50 })
    const pending = host.evaluate(jobsOf(2000))()
    setTimeout(() => host.abandon(), 30)
    expect(await pending).toEqual({ _tag: 'Left', left: { _tag: 'Abandoned' } })
  })
})

describe('parcels', () => {
  test('the values of a parcel reach a worker once, however many jobs and evaluations name it', async () => {
    const host = open(2, { countTransfers: true, napMs: 1 })
    const jobs = jobsOf(80, 4)
    const received = fitnesses([...(await outcomesOf(host, jobs)), ...(await outcomesOf(host, jobs))]).reduce((a, b) => a + b, 0)
    expect(received).toBeGreaterThanOrEqual(4)
    expect(received).toBeLessThanOrEqual(2 * 4) // at most once per worker
  })

  test('a cache too small for the parcels costs transfers, never results', async () => {
    const jobs = jobsOf(60, 7)
    expect(fitnesses(await outcomesOf(open(2, {}, 4), jobs))).toEqual(expected(jobs))
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

describe('in this thread', () => {
  test('answers in order, runs a failed job once more on a fresh site, then gives up and names it', async () => {
    const { openExecutor } = (await import(entry)) as { openExecutor(setup: unknown): Promise<{ execute(job: Job): Outcome; close(): void }> }
    const jobs = jobsOf(30, 2)
    const sound = inProcess(() => openExecutor({}))
    expect(fitnesses(await outcomesOf(sound, jobs))).toEqual(expected(jobs))
    const marker = newMarker()
    const shaken = inProcess(() => openExecutor({ how: 'throw', dieAt: 5, marker }))
    expect(fitnesses(await outcomesOf(shaken, jobs))).toEqual(expected(jobs))
    expect(shaken.crashes()).toBe(1)
    const broken = inProcess(() => openExecutor({ how: 'throw', dieAt: 5 }))
    expect(await broken.evaluate(jobs)()).toMatchObject({ _tag: 'Left', left: { _tag: 'JobFailed', index: 5, attempts: 2 } })
  })

  test('can be abandoned between two jobs', async () => {
    const { openExecutor } = (await import(entry)) as { openExecutor(setup: unknown): Promise<{ execute(job: Job): Outcome; close(): void }> }
    const host = inProcess(() => openExecutor({ napMs: 5 }))
    const pending = host.evaluate(jobsOf(1000))()
    setTimeout(() => host.abandon(), 30)
    expect(await pending).toEqual({ _tag: 'Left', left: { _tag: 'Abandoned' } })
  })
})
