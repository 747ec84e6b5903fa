/**
 * How a command ends: exit codes, and failures as one clear message.
 *
 * *Source:* house rule 8; codes documented in `--help` and the README. *Deviations:* none.
 */
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import { renderFault } from '../run/fault.ts'
import type { Fault } from '../run/fault.ts'
import type { DriveFault } from '../shell/drive.ts'
import { describeJob } from '../shell/evaluator.ts'
import type { EvalError } from '../shell/evaluator.ts'
import { EXIT_INTERRUPTED } from '../shell/signals.ts'

export const EXIT = { ok: 0, differs: 1, findings: 1, usage: 2, refused: 3, evaluation: 4, invariant: 5, interrupted: EXIT_INTERRUPTED } as const

export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

/** The exit codes as `--help` prints them. */
export const exitCodeHelp = `
Exit codes:
  0    done
  1    verify: the run differs from its record; check: an environment breaks a law; doctor: a backend breaks its promise
  2    bad usage or config (nothing was written)
  3    refused: the directory exists, is not a run, or its files were damaged
  4    an environment, module or worker failed
  5    a contradiction or an unexpected error inside bilevel itself (please report it)
  130  interrupted; 'bilevel resume' continues`

/** Why a command did not succeed; `message` may have several lines. */
export type Failure = Readonly<{ code: ExitCode; message: string }>

/** A command: prints what it has to say and answers its exit code. */
export type Command = TaskEither<Failure, ExitCode>

export const failure = (code: ExitCode, message: string): Failure => ({ code, message })

/** Files that cannot be read or written, or are not what they should be. */
export const refused = (fault: Fault): Failure => failure(EXIT.refused, renderFault(fault))

/** All problems of a config or command line at once. */
export const badConfig = (source: string, problems: readonly Fault[]): Failure =>
  failure(EXIT.usage, `${source}: ${problems.length} problem${problems.length === 1 ? '' : 's'}\n${problems.map((problem) => `- ${renderFault(problem)}`).join('\n')}`)

const evaluationText = (error: EvalError, place: string): string => {
  switch (error._tag) {
    case 'SiteDidNotOpen':
      return `nothing could be evaluated: ${error.reason}\n  ${error.hint}`
    case 'JobFailed':
      return `${place}: job ${error.index} failed ${error.attempts} times, each time on a fresh worker: ${error.reason}\n  ${describeJob(error.job)}`
    case 'Abandoned':
      return `${place}: the evaluation was abandoned`
  }
}

/** An environment or worker that failed while `seed` was at `step`. */
export const evaluationFailed = (error: EvalError, seed: string | number, step: number): Failure =>
  failure(EXIT.evaluation, evaluationText(error, `seed ${JSON.stringify(seed)}, step ${step}`))

/** A drive that failed. */
export const driveFailed = (fault: DriveFault, seed: string | number): Failure =>
  fault._tag === 'Record' ? refused(fault.fault) : evaluationFailed(fault.error, seed, fault.step)
