/**
 * What a run has come to: the newest checkpoint that can be read, and a workplace for jobs on it.
 *
 * *Source:* none. *Deviations:* none.
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Job, Outcome } from '../core/job.ts'
import type { Key } from '../core/key.ts'
import { foldIn, rootKey } from '../core/rng.ts'
import type { Experiment } from '../experiment/experiment.ts'
import type { Checkpoint } from '../run/checkpoint.ts'
import type { RunConfig } from '../run/config.ts'
import { latestCheckpoint, openRun } from '../shell/run-directory.ts'
import { interruption } from '../shell/signals.ts'
import type { Context } from './context.ts'
import { EXIT, evaluationFailed, failure, refused } from './failure.ts'
import type { Command, Failure } from './failure.ts'
import { seedOf } from './source.ts'
import { codeVersion } from './versions.ts'
import { openWorkplace } from './workplace.ts'

/** `seed` null: the run's own. */
export type TrainedOptions = Readonly<{ directory: string; seed: string | null; workers: number }>

export type Trained = Readonly<{
  path: string
  config: RunConfig
  experiment: Experiment<unknown>
  checkpoint: Checkpoint<unknown>
  /** A root that training never used, and no other command with another `use`. */
  key: Key
  /** The outcomes in job order; left where the evaluation failed, or was interrupted (an exit code). */
  execute(jobs: readonly Job[]): Promise<E.Either<Failure | typeof EXIT.interrupted, readonly Outcome[]>>
}>

/** Gives `work` what the run in `directory` has come to. `use` is the index of the command's keys under the root; a training run folds in small indices only. */
export const withTrained =
  (context: Context, { directory, seed, workers }: TrainedOptions, use: number, work: (trained: Trained) => Promise<E.Either<Failure | typeof EXIT.interrupted, typeof EXIT.ok>>): Command =>
  async () => {
    const run = openRun(directory)
    if (E.isLeft(run)) return E.left(refused(run.left))
    const { config } = run.right.manifest
    const latest = latestCheckpoint<unknown>(run.right, codeVersion)
    if (E.isLeft(latest)) return E.left(refused(latest.left))
    const { checkpoint, refused: damaged } = latest.right
    for (const fault of damaged) context.terminal.note(refused(fault).message)
    if (checkpoint === null) return E.left(failure(EXIT.refused, `${context.show(run.right.path)} has no checkpoint that can be read`))
    const opened = await openWorkplace(config, workers)
    if (E.isLeft(opened)) return opened
    const { host, compose, close } = opened.right
    const stop = interruption(() => {})
    stop.onRequest(host.abandon)
    try {
      const ended = await work({
        path: run.right.path,
        config,
        experiment: compose(config),
        checkpoint,
        key: foldIn(rootKey(seed === null ? config.seed : seedOf(seed)), use),
        execute: async (jobs) => {
          const outcomes = await host.evaluate(jobs)()
          if (E.isRight(outcomes)) return outcomes
          return E.left(outcomes.left._tag === 'Abandoned' ? EXIT.interrupted : evaluationFailed(outcomes.left, config.seed, checkpoint.step))
        },
      })
      if (E.isRight(ended)) return ended
      return typeof ended.left === 'number' ? E.right(ended.left) : E.left(ended.left)
    } finally {
      stop.dispose()
      await close()
    }
  }
