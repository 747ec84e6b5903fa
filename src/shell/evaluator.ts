/**
 * The evaluator contract: who runs jobs, and what can go wrong with that.
 *
 * An evaluator answers a list of jobs with their outcomes in job order, whatever the order in which they finished.
 * Behind it stand a site in this thread (`in-process.ts`) or in worker threads (`pool.ts`); nobody above can tell which.
 *
 * *Source:* house contract 4 (Evaluator). *Deviations:* none.
 */
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import type { Launches } from '../core/backend.ts'
import type { Job, Outcome } from '../core/job.ts'
import type { Later } from '../core/later.ts'
import { encodeKey } from '../core/rng.ts'

/**
 * What an evaluation can end with instead of outcomes.
 * - `SiteDidNotOpen`: a module, environment or backend could not be loaded, so that no job was run.
 * - `JobFailed`: the job with this index failed `attempts` times, each time on a fresh site.
 * - `Abandoned`: `abandon` was called; the outcomes so far are thrown away.
 */
export type EvalError =
  | Readonly<{ _tag: 'SiteDidNotOpen'; reason: string; hint: string }>
  | Readonly<{ _tag: 'JobFailed'; index: number; job: Job; attempts: number; reason: string }>
  | Readonly<{ _tag: 'Abandoned' }>

/** Runs jobs; the outcomes are in job order. */
export type Evaluator = (jobs: readonly Job[]) => TaskEither<EvalError, readonly Outcome[]>

/**
 * What executes one job after another in one thread; some are answered later, and the next one waits. A thrown error means that the site
 * must be opened afresh. `launches` counts what ran on the device of its backend; absent where there is none.
 */
export type Executor = Readonly<{ execute(job: Job): Later<Outcome>; launches?(): Launches; close(): void }>

/** An evaluator with the resources that it holds. */
export type EvaluatorHost = Readonly<{
  /** Worker threads in use; 0 for this thread. */
  workers: number
  evaluate: Evaluator
  /** Ends the running evaluation, if any, with `Abandoned`. The host can be closed afterwards, not used. */
  abandon(): void
  /** Sites that failed and were replaced so far. */
  crashes(): number
  /** What ran on the devices of the sites' backends so far; what a site that failed had not told is lost. */
  launches(): Launches
  close(): Promise<void>
}>

/** How often a job may fail before the run ends: a second failure on a fresh site is no accident. */
export const MAX_ATTEMPTS = 2

/** The name of a job for messages: what was evaluated, and the key that reproduces it. */
export const describeJob = (job: Job): string => {
  if (job.kind === 'compute') return job.work === 'lockstep' ? `lockstep of ${job.candidates.length} episodes of '${job.env.id}', base ${job.base.digest.slice(0, 12)}` : job.work
  const subject = job.kind === 'problem' ? `problem '${job.problem.id}'` : `${job.kind} of '${job.env.id}'`
  return `${subject} with key ${encodeKey(job.key)}, base ${job.base.digest.slice(0, 12)}`
}

/** The text of anything that was thrown. */
export const reasonOf = (error: unknown): string => (error instanceof Error ? error.message || error.name : String(error))
