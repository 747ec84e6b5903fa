/**
 * Laws that every evaluator obeys, in this thread or in others.
 *
 * Each law is a named function that throws on violation. The executor behind the evaluator is the quirky one of
 * `property-tests/shell/modules`: it naps for a random time, and fails where its setup says so.
 */
import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Job, Outcome, Parcel } from '../../src/core/job.ts'
import type { EvaluatorHost } from '../../src/shell/evaluator.ts'

/** `marker` is the path of a file: the failure happens only while it is missing, and makes it. `later`: jobs are answered by promises. */
export type Quirks = Readonly<{ later?: boolean; napMs?: number; dieAt?: number; how?: 'throw' | 'exit' | 'reject-start' | 'exit-start'; marker?: string; countTransfers?: boolean }>

/** Opens a fresh evaluator over executors with these quirks. */
export type EvaluatorSubject = (quirks: Quirks) => EvaluatorHost

export const parcelOf = (id: number, length = 3): Parcel => ({ digest: `parcel-${id}`, values: new Float64Array(length).fill(id) })

/** A job of the quirky executor: its fitness is the sum of the parcel plus `time`. */
export const problemJob = (time: number, base: Parcel): Job => ({
  kind: 'problem',
  problem: { id: 'quirky', options: {} },
  base,
  noise: null,
  key: { hi: 0, lo: time },
  time,
})

export const jobsOf = (count: number, parcels = 1): readonly Job[] => Array.from({ length: count }, (_, i) => problemJob(i, parcelOf(i % parcels)))

export const fitnesses = (outcomes: readonly Outcome[]): readonly number[] => outcomes.map(({ fitness }) => fitness)

export const expectedOf = (jobs: readonly Job[]): readonly number[] =>
  jobs.map((job) => (job.kind === 'problem' ? job.base.values.reduce((total, value) => total + value, 0) + job.time : Number.NaN))

/** The outcomes of `jobs`; throws where there are none. */
export const outcomesOf = async (host: EvaluatorHost, jobs: readonly Job[]): Promise<readonly Outcome[]> => {
  const result = await host.evaluate(jobs)()
  if (result._tag === 'Left') throw new Error(`unexpected ${JSON.stringify(result.left)}`)
  return result.right
}

const within = async (subject: EvaluatorSubject, quirks: Quirks, work: (host: EvaluatorHost) => Promise<void>): Promise<void> => {
  const host = subject(quirks)
  try {
    await work(host)
  } finally {
    await host.close()
  }
}

const withMarker = async (work: (marker: string) => Promise<void>): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'bilevel-evaluator-'))
  try {
    await work(join(folder, 'marker'))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

type Law = Readonly<{ name: string; check(subject: EvaluatorSubject): Promise<void> }>

export const evaluatorLaws: readonly Law[] = [
  {
    name: 'outcomes are in job order whatever the order of completion',
    check: (subject) =>
      within(subject, { napMs: 3 }, async (host) => {
        const jobs = jobsOf(50, 3)
        deepStrictEqual(fitnesses(await outcomesOf(host, jobs)), expectedOf(jobs))
      }),
  },
  {
    name: 'an evaluation does not depend on those before it',
    check: (subject) =>
      within(subject, {}, async (host) => {
        const jobs = jobsOf(30, 3)
        for (const part of [jobs, jobs.slice(0, 3), [], jobs.slice(7), jobs]) deepStrictEqual(fitnesses(await outcomesOf(host, part)), expectedOf(part))
      }),
  },
  {
    name: 'what ran on devices is counted over all evaluations and threads',
    check: (subject) =>
      within(subject, {}, async (host) => {
        deepStrictEqual(host.launches(), {})
        for (const count of [30, 12]) await outcomesOf(host, jobsOf(count, 3))
        deepStrictEqual(host.launches(), { quirk: 42 })
      }),
  },
  {
    name: 'jobs are left unchanged',
    check: (subject) =>
      within(subject, {}, async (host) => {
        const jobs = jobsOf(20, 2)
        await outcomesOf(host, jobs)
        deepStrictEqual(jobs, jobsOf(20, 2))
      }),
  },
  {
    name: 'a job that fails once is run again, and the failure is counted',
    check: (subject) =>
      withMarker((marker) =>
        within(subject, { how: 'throw', dieAt: 17, marker }, async (host) => {
          const jobs = jobsOf(40, 2)
          deepStrictEqual(fitnesses(await outcomesOf(host, jobs)), expectedOf(jobs))
          strictEqual(host.crashes(), 1)
        }),
      ),
  },
  {
    name: 'a job that fails twice ends the evaluation and is named',
    check: (subject) =>
      within(subject, { how: 'throw', dieAt: 17 }, async (host) => {
        const result = await host.evaluate(jobsOf(40))()
        ok(result._tag === 'Left' && result.left._tag === 'JobFailed', 'the evaluation has outcomes')
        const { index, attempts, reason } = result.left
        deepStrictEqual([index, attempts, reason], [17, 2, 'the simulator blew up'])
      }),
  },
  {
    name: 'a site that cannot be opened is told, each time',
    check: (subject) =>
      within(subject, { how: 'reject-start' }, async (host) => {
        for (const attempt of [1, 2]) {
          const result = await host.evaluate(jobsOf(4))()
          ok(result._tag === 'Left' && result.left._tag === 'SiteDidNotOpen', `attempt ${attempt} has outcomes`)
        }
      }),
  },
  {
    name: 'abandoning ends the running evaluation long before its jobs are done',
    check: (subject) =>
      within(subject, { napMs: 20 }, async (host) => {
        const pending = host.evaluate(jobsOf(300))()
        setTimeout(() => host.abandon(), 40)
        deepStrictEqual(await pending, { _tag: 'Left', left: { _tag: 'Abandoned' } })
      }),
  },
]
