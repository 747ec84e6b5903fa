/**
 * The one loop at the rim: jobs to the evaluator, outcomes to the state machine, events to the record, now and then a checkpoint.
 *
 * The experiment is pure, so stopping is simple: an abandoned generation leaves the state from before it, which is what
 * the checkpoint keeps, and a resumed run asks for the same jobs again.
 *
 * *Source:* house contract 4 (Experiment, Evaluator). *Deviations:* none.
 */
import * as E from 'fp-ts/lib/Either.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import type { Launches } from '../core/backend.ts'
import { evaluates } from '../core/job.ts'
import type { Experiment, ExperimentEvent } from '../experiment/experiment.ts'
import type { Fault } from '../run/fault.ts'
import type { EvalError, EvaluatorHost } from './evaluator.ts'
import type { Recorder } from './recorder.ts'
import type { Interruption } from './signals.ts'
import type { Stopwatch } from './telemetry.ts'

/** Where a run is recorded: files, or memory. `checkpoint` is called after the events up to its state were appended. */
export type RunRecorder = Pick<Recorder, 'append' | 'telemetry' | 'checkpoint'>

export type DriveOptions<S> = Readonly<{
  experiment: Experiment<S>
  /** The state to continue from. */
  state: S
  host: EvaluatorHost
  recorder: RunRecorder
  /**
   * Rounds of evaluations that moved the learner (generations, rollouts with their gradient steps) between two checkpoints; trials of the
   * outer level that take as many jobs count as much.
   */
  checkpointEvery: number
  interruption: Pick<Interruption, 'requested' | 'onRequest'>
  watch: Stopwatch
  /** What ran on devices so far; those of the evaluator where nothing is said. */
  launches?(): Launches
  /** Called after each round with what was recorded. Returning false ends the run as an interruption does. */
  onRound(state: S, events: readonly ExperimentEvent[]): boolean
}>

/** How a drive ended; in both cases the state was checkpointed. */
export type DriveEnd<S> = Readonly<{ kind: 'done' | 'interrupted'; state: S }>

export type DriveFault = Readonly<{ _tag: 'Record'; fault: Fault }> | Readonly<{ _tag: 'Evaluation'; error: EvalError; step: number }>

/**
 * Runs `experiment` from `state` until it is done or the user interrupts it.
 *
 * A failed evaluation ends it with the step that was being made; the state before that step is checkpointed first.
 * An `InvariantError` is passed on.
 */
export const drive = <S>(options: DriveOptions<S>): TaskEither<DriveFault, DriveEnd<S>> => async () => {
  const { experiment, host, recorder, checkpointEvery, interruption, watch, launches = host.launches, onRound } = options
  let { state } = options
  let lastStep = experiment.progress(state).step
  let rounds = 0
  let jobsSince = 0
  let jobsPerStep = 0
  let stopped = false
  interruption.onRequest(() => {
    stopped = true
    host.abandon()
  })

  const recorded = async (write: TaskEither<Fault, unknown>): Promise<E.Either<DriveFault, unknown>> =>
    E.mapLeft((fault: Fault): DriveFault => ({ _tag: 'Record', fault }))(await watch.timeAsync('record', write))

  const checkpoint = (): Promise<E.Either<DriveFault, unknown>> => recorded(recorder.checkpoint(experiment.progress(state).step, state))

  const end = async (kind: DriveEnd<S>['kind']): Promise<E.Either<DriveFault, DriveEnd<S>>> => {
    const written = await checkpoint()
    return E.isLeft(written) ? written : E.right({ kind, state })
  }

  for (;;) {
    const jobs = watch.time('absorb', () => experiment.jobs(state))
    if (jobs.length === 0) return end('done')
    if (stopped) return end('interrupted')
    const evaluated = await watch.timeAsync('evaluation', host.evaluate(jobs))
    if (E.isLeft(evaluated)) {
      if (evaluated.left._tag === 'Abandoned') return end('interrupted')
      const written = await checkpoint()
      return E.isLeft(written) ? written : E.left({ _tag: 'Evaluation', error: evaluated.left, step: experiment.progress(state).step })
    }
    const [next, events] = watch.time('absorb', () => experiment.absorb(state, evaluated.right))
    const appended = await recorded(recorder.append(events))
    if (E.isLeft(appended)) return appended
    state = next
    const { step, envSteps, done } = experiment.progress(state)
    const evaluating = jobs.some(evaluates) // a gradient alone is a part of the round before it
    if (evaluating) jobsSince += jobs.length
    if (evaluating && step > lastStep) {
      jobsPerStep = jobs.length
      rounds++
    }
    const isDue = rounds >= checkpointEvery || (jobsPerStep > 0 && jobsSince >= checkpointEvery * jobsPerStep)
    if (isDue && !done) {
      const written = await checkpoint()
      if (E.isLeft(written)) return written
      rounds = 0
      jobsSince = 0
    }
    if ((evaluating || done) && step > lastStep) {
      lastStep = step
      const noted = await recorded(recorder.telemetry(watch.lap(step, envSteps.total, host.crashes(), launches())))
      if (E.isLeft(noted)) return noted
    }
    if (!onRound(state, events)) stopped = true
  }
}
