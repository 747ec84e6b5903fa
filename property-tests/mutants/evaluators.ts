/**
 * Evaluators with one flaw each, on the quirky executor in this thread.
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Outcome } from '../../src/core/job.ts'
import type { EvaluatorHost, Executor } from '../../src/shell/evaluator.ts'
import { inProcess } from '../../src/shell/in-process.ts'
import type { EvaluatorSubject, Quirks } from '../laws/evaluator.ts'

export type EvaluatorFlaw =
  | 'answers in order of completion'
  | 'remembers the evaluation before'
  | 'writes into the parcels of its jobs'
  | 'drops a job that failed'
  | 'runs a failing job once more than allowed'
  | 'does not count failures'
  | 'counts what ran in one evaluation only'
  | 'hides that nothing could be opened'
  | 'finishes what was abandoned'

type Open = (quirks: Quirks) => Promise<Executor>

const sound = (open: Open, quirks: Quirks): EvaluatorHost => inProcess(() => open(quirks))

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

const mutants: Readonly<Record<EvaluatorFlaw, (open: Open, quirks: Quirks) => EvaluatorHost>> = {
  'answers in order of completion': (open, quirks) => ({
    ...sound(open, quirks),
    evaluate: (jobs) => async () => {
      const site = await open({ ...quirks, napMs: 0 })
      const outcomes: Outcome[] = []
      await Promise.all(jobs.map((job, i) => pause((i * 7) % 5).then(async () => outcomes.push(await site.execute(job)))))
      return E.right(outcomes)
    },
  }),
  'remembers the evaluation before': (open, quirks) => {
    const host = sound(open, quirks)
    let before: readonly Outcome[] = []
    return {
      ...host,
      evaluate: (jobs) => async () => {
        const result = await host.evaluate(jobs)()
        if (E.isLeft(result)) return result
        const outcomes = result.right.map((outcome, i) => (i === 0 && before.length > 0 ? before[before.length - 1] : outcome))
        before = result.right
        return E.right(outcomes)
      },
    }
  },
  'writes into the parcels of its jobs': (open, quirks) => {
    const host = sound(open, quirks)
    return {
      ...host,
      evaluate: (jobs) => async () => {
        const result = await host.evaluate(jobs)()
        for (const job of jobs) if ('base' in job) job.base.values[0] += 1
        return result
      },
    }
  },
  'drops a job that failed': (open, quirks) => ({
    ...sound(open, quirks),
    evaluate: (jobs) => async () => {
      const site = await open(quirks)
      const outcomes: Outcome[] = []
      for (const job of jobs) {
        try {
          outcomes.push(await site.execute(job))
        } catch {
          // the flaw
        }
      }
      return E.right(outcomes)
    },
  }),
  'runs a failing job once more than allowed': (open, quirks) => {
    const host = sound(open, quirks)
    return {
      ...host,
      evaluate: (jobs) => async () => {
        const result = await host.evaluate(jobs)()
        return E.isLeft(result) && result.left._tag === 'JobFailed' ? E.left({ ...result.left, attempts: result.left.attempts + 1 }) : result
      },
    }
  },
  'counts what ran in one evaluation only': (open, quirks) => {
    const host = sound(open, quirks)
    let before = 0
    return {
      ...host,
      evaluate: (jobs) => async () => {
        before = host.launches().quirk ?? 0
        return host.evaluate(jobs)()
      },
      launches: () => (host.launches().quirk === undefined ? {} : { quirk: host.launches().quirk - before }),
    }
  },
  'does not count failures': (open, quirks) => ({ ...sound(open, quirks), crashes: () => 0 }),
  'hides that nothing could be opened': (open, quirks) => {
    const host = sound(open, quirks)
    return {
      ...host,
      evaluate: (jobs) => async () => {
        const result = await host.evaluate(jobs)()
        return E.isLeft(result) && result.left._tag === 'SiteDidNotOpen' ? E.right([]) : result
      },
    }
  },
  'finishes what was abandoned': (open, quirks) => ({ ...sound(open, { ...quirks, napMs: 0 }), abandon: () => {} }),
}

/** The evaluator with this flaw. */
export const evaluatorMutant = (flaw: EvaluatorFlaw, open: Open): EvaluatorSubject => (quirks) => mutants[flaw](open, quirks)
