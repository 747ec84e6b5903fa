/**
 * The evaluator of this thread: jobs one after another, with a breath for signals now and then.
 *
 * *Source:* house contract 4 (Evaluator). *Deviations:* none.
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Launches } from '../core/backend.ts'
import { addLaunches } from '../core/compute.ts'
import { InvariantError } from '../core/invariant.ts'
import type { Job, Outcome } from '../core/job.ts'
import { MAX_ATTEMPTS, reasonOf } from './evaluator.ts'
import type { EvalError, EvaluatorHost, Executor } from './evaluator.ts'

/** Time after which the event loop gets a turn, so that Ctrl-C and the progress line live. */
const BREATH_MS = 25

/** Lets the event loop turn once. A page has no `setImmediate`, and its timers wait for some milliseconds. */
const breathe = (): Promise<void> =>
  new Promise((resolve) => {
    if (typeof setImmediate === 'function') setImmediate(resolve)
    else {
      const { port1, port2 } = new MessageChannel()
      port1.onmessage = () => {
        port1.close()
        resolve()
      }
      port2.postMessage(null)
    }
  })

/**
 * An evaluator in this thread on the site that `open` gives. A job that throws is run once more on a fresh site; an
 * `InvariantError` is passed on as it is.
 */
export const inProcess = (open: () => Promise<Executor>): EvaluatorHost => {
  let site: Executor | null = null
  let crashes = 0
  let abandoned = false
  let lastBreath = performance.now()
  let launchesBefore: Launches = {}

  /** Those of the sites before, and of the present one. */
  const launches = (): Launches => addLaunches(launchesBefore, site?.launches?.() ?? {})

  const siteOrError = async (): Promise<E.Either<EvalError, Executor>> => {
    try {
      site ??= await open()
      return E.right(site)
    } catch (error) {
      if (error instanceof InvariantError) throw error
      return E.left({ _tag: 'SiteDidNotOpen', reason: reasonOf(error), hint: 'check the modules, the environment and its options' })
    }
  }

  const attempt = async (job: Job, index: number): Promise<E.Either<EvalError, Outcome>> => {
    let reason = ''
    for (let attempts = 1; attempts <= MAX_ATTEMPTS; attempts++) {
      const opened = await siteOrError()
      if (E.isLeft(opened)) return opened
      try {
        const outcome = opened.right.execute(job)
        return E.right(outcome instanceof Promise ? await outcome : outcome)
      } catch (error) {
        if (error instanceof InvariantError) throw error
        reason = reasonOf(error)
        crashes++
        launchesBefore = launches()
        site = null // foreign memory may be broken: neither used nor closed again
      }
    }
    return E.left({ _tag: 'JobFailed', index, job, attempts: MAX_ATTEMPTS, reason })
  }

  return {
    workers: 0,
    evaluate: (jobs) => async () => {
      const outcomes: Outcome[] = []
      for (const [index, job] of jobs.entries()) {
        if (performance.now() - lastBreath > BREATH_MS) {
          await breathe()
          lastBreath = performance.now()
        }
        if (abandoned) return E.left({ _tag: 'Abandoned' })
        const outcome = await attempt(job, index)
        if (E.isLeft(outcome)) return outcome
        outcomes.push(outcome.right)
      }
      return E.right(outcomes)
    },
    abandon: () => {
      abandoned = true
    },
    crashes: () => crashes,
    launches,
    close: async () => {
      launchesBefore = launches()
      site?.close()
      site = null
    },
  }
}
