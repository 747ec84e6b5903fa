/**
 * The directory of a run: making it, opening it, and reading what is in it.
 *
 * ```
 * manifest.json            what decides the result
 * events.jsonl             what happened, deterministic, chained by digests
 * telemetry.jsonl          time and memory, never compared
 * checkpoints/step-*.ckpt  the last few states
 * schedule.json, film.json (an episode of the policy), report.html, report/figures/ (SVG and PNG)
 * compare/<label>/         further runs, directories of the same kind
 * ```
 * A directory is made exclusively (one `mkdir` decides between two processes) and never overwritten.
 *
 * *Source:* house contract 4 (run record). *Deviations:* none.
 */
import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { left, mapLeft, right, type Either } from 'fp-ts/lib/Either.js'
import { decodeCheckpoint, type Checkpoint, type CheckpointFault } from '../run/checkpoint.ts'
import { parseEvents, type EventLog, type EventsFault } from '../run/events.ts'
import type { Fault } from '../run/fault.ts'
import { decodeManifest, encodeManifest, type Manifest, type ManifestFault } from '../run/manifest.ts'
import { attempt, readBytes, readText, writeAtomically, type FileFault } from './atomic-file.ts'
import type { LockFault } from './run-lock.ts'

export type RunDirectory = Readonly<{ path: string; manifest: Manifest }>

export type RunFault = Fault<'RunExists' | 'NotARun'> | FileFault | LockFault | ManifestFault | EventsFault | CheckpointFault

/** Names of the parts of a run directory. */
export const runFiles = {
  manifest: 'manifest.json',
  events: 'events.jsonl',
  telemetry: 'telemetry.jsonl',
  checkpoints: 'checkpoints',
  schedule: 'schedule.json',
  film: 'film.json',
  report: 'report.html',
  lock: 'lock',
  compare: 'compare',
} as const

/** `fault` with the place put in front of its path. */
const inFile = <F extends Fault>(file: string, fault: F): F => ({ ...fault, path: fault.path === '' ? file : `${file}: ${fault.path}` })

const makeExclusively = (path: string): Either<RunFault, void> => {
  const parent = attempt(dirname(path), () => mkdirSync(dirname(path), { recursive: true }))
  if (parent._tag === 'Left') return parent
  try {
    mkdirSync(path)
    return right(undefined)
  } catch (error) {
    if ((error as { readonly code?: unknown }).code === 'EEXIST') {
      return left({
        _tag: 'RunExists',
        path,
        expected: 'a directory that does not exist yet',
        received: 'an existing one',
        hint: `continue it with 'bilevel resume ${path}', or choose another place with --out, another name with --set name=…, or another --seed`,
      })
    }
    return attempt(path, () => {
      throw error
    })
  }
}

/** Makes the directory of a new run; refused where something of that name exists, and nothing is left where it fails. */
export const createRun = (path: string, manifest: Manifest): Either<RunFault, RunDirectory> => {
  const root = resolve(path)
  const made = makeExclusively(root)
  if (made._tag === 'Left') return made
  const filled = attempt(root, () => mkdirSync(join(root, runFiles.checkpoints)))
  const written = [
    filled,
    ...(filled._tag === 'Left' ? [] : [runFiles.events, runFiles.telemetry].map((name) => writeAtomically(join(root, name), ''))),
    ...(filled._tag === 'Left' ? [] : [writeAtomically(join(root, runFiles.manifest), encodeManifest(manifest))]),
  ]
  const failed = written.find((result) => result._tag === 'Left')
  if (failed === undefined) return right({ path: root, manifest })
  rmSync(root, { recursive: true, force: true })
  return failed as Either<RunFault, never>
}

/** Opens an existing run by its manifest. */
export const openRun = (path: string): Either<RunFault, RunDirectory> => {
  const root = resolve(path)
  const file = join(root, runFiles.manifest)
  const text = readText(file)
  if (text._tag === 'Left') {
    return text.left._tag === 'NoSuchFile'
      ? left({
          _tag: 'NotARun',
          path,
          expected: 'the directory of a run',
          received: `no ${runFiles.manifest} in it`,
          hint: 'name the directory that train printed',
        })
      : text
  }
  const manifest = decodeManifest(text.right)
  return manifest._tag === 'Left' ? left(inFile(file, manifest.left)) : right({ path: root, manifest: manifest.right })
}

/** The events of a run, their chain verified. */
export const readEvents = (run: RunDirectory): Either<RunFault, EventLog> => {
  const file = join(run.path, runFiles.events)
  const bytes = readBytes(file)
  return bytes._tag === 'Left' ? bytes : mapLeft((fault: EventsFault) => inFile(file, fault))(parseEvents(bytes.right))
}

/** The records of `telemetry.jsonl`; lines that cannot be read (torn by a kill) are left out. */
export const readTelemetry = (run: RunDirectory): Either<RunFault, readonly unknown[]> => {
  const text = readText(join(run.path, runFiles.telemetry))
  if (text._tag === 'Left') return text
  return right(
    text.right.split('\n').flatMap((line): readonly unknown[] => {
      try {
        return line === '' ? [] : [JSON.parse(line)]
      } catch {
        return []
      }
    }),
  )
}

/** Writes a file of the run (`schedule.json`, `report.html` …) atomically and answers its path. */
export const writeRunFile = (run: RunDirectory, name: string, content: Uint8Array | string): Either<RunFault, string> => {
  const path = join(run.path, name)
  const written = writeAtomically(path, content)
  return written._tag === 'Left' ? written : right(path)
}

const CHECKPOINT_NAME = /^step-(\d{8,})\.ckpt$/

/** The file name of the checkpoint after `step` finished steps. */
export const checkpointName = (step: number): string => `step-${String(step).padStart(8, '0')}.ckpt`

/** A checkpoint file by its name, and the step in it. */
export type CheckpointFile = Readonly<{ name: string; path: string; step: number }>

/** The checkpoint files of a run, newest first. */
export const listCheckpoints = (run: RunDirectory): Either<RunFault, readonly CheckpointFile[]> => {
  const folder = join(run.path, runFiles.checkpoints)
  return attempt(folder, () =>
    readdirSync(folder)
      .flatMap((name): CheckpointFile[] => {
        const match = CHECKPOINT_NAME.exec(name)
        return match === null ? [] : [{ name, path: join(folder, name), step: Number(match[1]) }]
      })
      .sort((a, b) => b.step - a.step),
  )
}

/** Reads one checkpoint of the run as `codeVersion` would continue it; a fault names the file. */
export const readCheckpoint = <S>(run: RunDirectory, file: string, codeVersion: string): Either<RunFault, Checkpoint<S>> => {
  const bytes = readBytes(file)
  if (bytes._tag === 'Left') return bytes
  const checkpoint = decodeCheckpoint<S>(bytes.right, { configDigest: run.manifest.configDigest, codeVersion })
  return mapLeft((fault: CheckpointFault) => inFile(file, fault))(checkpoint)
}

/** The newest usable checkpoint (null where there is none), and the newer ones that were refused, each by its fault. */
export type Latest<S> = Readonly<{ checkpoint: Checkpoint<S> | null; file: CheckpointFile | null; refused: readonly RunFault[] }>

/**
 * Looks for the newest checkpoint that can be continued. Truncated or altered ones are refused by name and the one before
 * them is offered; whether to take it is the caller's decision. Right with `checkpoint: null` means that the run starts from its first step.
 */
export const latestCheckpoint = <S>(run: RunDirectory, codeVersion: string): Either<RunFault, Latest<S>> => {
  const files = listCheckpoints(run)
  if (files._tag === 'Left') return files
  const refused: RunFault[] = []
  for (const file of files.right) {
    const read = readCheckpoint<S>(run, file.path, codeVersion)
    if (read._tag === 'Right') return right({ checkpoint: read.right, file, refused })
    refused.push(read.left)
  }
  return right({ checkpoint: null, file: null, refused })
}
