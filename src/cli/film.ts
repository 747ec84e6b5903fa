/**
 * Films of what runs have come to: one episode of the policy of the newest checkpoint, with a key that training never used.
 *
 * A film is kept in the run's directory and made anew when the run has gone on. It is an extra: where it cannot be made, the report does
 * without it and the reason is noted.
 *
 * *Source:* none. *Deviations:* none.
 */
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { parcel } from '../core/digest.ts'
import type { Film } from '../core/film.ts'
import type { Key } from '../core/key.ts'
import { foldIn, rootKey } from '../core/rng.ts'
import { fitnessJob } from '../core/task.ts'
import { composeRun } from '../run/compose-run.ts'
import type { RunConfig } from '../run/config.ts'
import { decodeFilm, encodeFilm, type FilmFile } from '../run/film-file.ts'
import { readText } from '../shell/atomic-file.ts'
import { reasonOf } from '../shell/evaluator.ts'
import { latestCheckpoint, listCheckpoints, runFiles, writeRunFile, type RunDirectory } from '../shell/run-directory.ts'
import type { Context } from './context.ts'
import { EXIT, failure, refused } from './failure.ts'
import type { Failure } from './failure.ts'
import { backendOf, openExecutor } from './registry.ts'
import { loadModules } from './source.ts'
import { codeVersion } from './versions.ts'

/** Frames of a film: two rows of four in a report. */
const FRAMES = 8

/** Index of the film's key under the root key; a training run folds in small indices only. */
const KEY_FILM = 0xf11f

/** The policy of a state of `config`, as an episode under `key`; null where the task has no pictures. Frees what it opens. */
export const filmPolicy = async (config: RunConfig, state: unknown, step: number, key: Key): Promise<E.Either<Failure, Film | null>> => {
  const { task } = config
  if (task.kind !== 'env') return E.right(null)
  const loaded = await loadModules(config.modules)
  if (E.isLeft(loaded)) return loaded
  const { registry, urls } = loaded.right
  try {
    const site = await openExecutor({ modules: urls, tasks: [task], backend: config.backend })
    const backend = await backendOf(registry, config.backend).open()
    try {
      const { parameters, normaliser } = composeRun(registry, backend, site.opened(task), config).policy(state)
      const statistics = normaliser === null ? null : parcel(normaliser)
      const job = fitnessJob(task, { base: parcel(parameters), noise: null, normaliser: statistics, key, time: step, collectMoments: false })
      return E.right(job.kind === 'episode' ? site.film(job, FRAMES) : null)
    } finally {
      site.close()
      await backend.device?.close()
    }
  } catch (error) {
    return E.left(failure(EXIT.evaluation, reasonOf(error)))
  }
}

/** The film in the run's directory if it is one of `step` by this code. */
const filmOnDisk = (run: RunDirectory, step: number): FilmFile | null => {
  const text = readText(join(run.path, runFiles.film))
  const read = E.isLeft(text) ? text : decodeFilm(text.right)
  return E.isRight(read) && read.right.step === step && read.right.codeVersion === codeVersion ? read.right : null
}

const makeFilm = async (run: RunDirectory): Promise<E.Either<Failure, FilmFile | null>> => {
  const { config } = run.manifest
  const latest = latestCheckpoint<unknown>(run, codeVersion)
  if (E.isLeft(latest)) return E.left(refused(latest.left))
  const { checkpoint } = latest.right
  if (checkpoint === null) return E.right(null)
  const { state, step } = checkpoint
  const film = await filmPolicy(config, state, step, foldIn(rootKey(config.seed), KEY_FILM))
  if (E.isLeft(film) || film.right === null) return film as E.Either<Failure, null>
  const file: FilmFile = { step, codeVersion, film: film.right }
  const written = writeRunFile(run, runFiles.film, encodeFilm(file))
  return E.isLeft(written) ? E.left(refused(written.left)) : E.right(file)
}

/** The film of what `run` has come to, made where it is missing; null where there is nothing to see. */
export const filmOf = async ({ terminal, show }: Context, run: RunDirectory): Promise<FilmFile | null> => {
  if (run.manifest.config.task.kind !== 'env') return null
  const files = listCheckpoints(run)
  const newest = E.isRight(files) ? files.right[0] : undefined
  if (newest === undefined) return null
  const known = filmOnDisk(run, newest.step)
  if (known !== null) return known
  const made = await makeFilm(run)
  if (E.isRight(made)) return made.right
  terminal.note(`no pictures of the policy of ${show(run.path)}: ${made.left.message}`)
  return null
}
