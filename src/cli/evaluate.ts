/**
 * `eval`: episodes of the policy that a run has come to, with keys that training never used.
 *
 * *Source:* none. *Deviations:* none.
 */
import * as E from 'fp-ts/lib/Either.js'
import { parcel } from '../core/digest.ts'
import type { Key } from '../core/key.ts'
import { foldIn } from '../core/rng.ts'
import { mean, quantile, std } from '../core/stats.ts'
import { fitnessJob } from '../core/task.ts'
import { filmStrip } from '../plot/film-strip.ts'
import type { Checkpoint } from '../run/checkpoint.ts'
import type { RunConfig } from '../run/config.ts'
import { writeAtomically } from '../shell/atomic-file.ts'
import { shortNumber } from '../shell/progress.ts'
import type { Context } from './context.ts'
import { EXIT, failure, refused } from './failure.ts'
import type { Command, Failure } from './failure.ts'
import { filmPolicy } from './film.ts'
import { withTrained, type TrainedOptions } from './trained.ts'

/** `pictures` names an SVG file for a strip of the first episode; null for none. */
export type EvalOptions = TrainedOptions & Readonly<{ episodes: number; pictures: string | null }>

/** Index of the evaluation keys under the root key; a training run folds in small indices only. */
const KEY_EVALUATION = 0xe7a1

/** Writes a strip of the policy's episode under `key` to `path`. */
const writePictures = async (config: RunConfig, { state, step }: Checkpoint<unknown>, key: Key, path: string): Promise<E.Either<Failure, string>> => {
  const film = await filmPolicy(config, state, step, key)
  if (E.isLeft(film)) return film
  if (film.right === null) return E.left(failure(EXIT.usage, 'the task of this run has no pictures'))
  const title = `${config.name}: the first episode of the evaluation, at step ${step}`
  const written = writeAtomically(path, filmStrip([{ label: config.name, film: film.right }], { title }))
  return E.isLeft(written) ? E.left(refused(written.left)) : E.right(path)
}

/** Evaluates the policy of the newest intact checkpoint and prints its return. */
export const evaluate = (context: Context, { episodes, pictures, ...options }: EvalOptions): Command =>
  withTrained(context, options, KEY_EVALUATION, async ({ path, config, experiment, checkpoint, key, execute }) => {
    const { terminal, show } = context
    const { parameters, normaliser } = experiment.policy(checkpoint.state)
    const base = parcel(parameters)
    const statistics = normaliser === null ? null : parcel(normaliser)
    const jobs = Array.from({ length: episodes }, (_, i) =>
      fitnessJob(config.task, { base, noise: null, normaliser: statistics, key: foldIn(key, i), time: checkpoint.step, collectMoments: false }),
    )
    const outcomes = await execute(jobs)
    if (E.isLeft(outcomes)) return outcomes
    const returns = Float64Array.from(outcomes.right, ({ fitness }) => fitness)
    const [low, middle, high] = [0, 0.5, 1].map((q) => shortNumber(quantile(returns, q)))
    const spread = episodes > 1 ? ` ± ${shortNumber(std(returns, 1))} (standard deviation)` : ''
    terminal.print(`${show(path)} at step ${checkpoint.step}: return ${shortNumber(mean(returns))}${spread}, median ${middle}, from ${low} to ${high}, ${episodes} episodes`)
    if (experiment.adaptations(key, checkpoint.state, { tasks: 1, updates: 0 }) !== null) terminal.note(`these are episodes of the mean actor without adaptation; 'bilevel adapt' adapts it to new tasks`)
    if (pictures === null) return E.right(EXIT.ok)
    const written = await writePictures(config, checkpoint, foldIn(key, 0), pictures)
    if (E.isLeft(written)) return written
    terminal.print(show(written.right))
    return E.right(EXIT.ok)
  })
