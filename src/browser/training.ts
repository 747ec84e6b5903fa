/**
 * Training in memory: a config becomes a run without files, which can be stopped, saved as bytes, and continued anywhere.
 *
 * Where the jobs are executed is the caller's choice; the record does not depend on it, and is bit for bit the one that the command
 * line writes for the same config.
 *
 * *Source:* house contract 4 (run record). *Deviations:* none.
 */
import * as E from 'fp-ts/lib/Either.js'
import { backendOf, loadRegistry, openExecutor } from '../cli/registry.ts'
import type { SiteSetup } from '../cli/registry.ts'
import { InvariantError } from '../core/invariant.ts'
import { rootKey } from '../core/rng.ts'
import type { Experiment, ExperimentEvent } from '../experiment/experiment.ts'
import { decodeCheckpoint } from '../run/checkpoint.ts'
import type { CheckpointFault } from '../run/checkpoint.ts'
import { codeVersion } from '../run/code-version.ts'
import { composeRun } from '../run/compose-run.ts'
import { embedFiles, filesOf, resolveConfig } from '../run/config.ts'
import type { RunConfig } from '../run/config.ts'
import { eventsUpTo } from '../run/events.ts'
import type { EventsFault } from '../run/events.ts'
import { configProblem } from '../run/fault.ts'
import type { ConfigProblem } from '../run/fault.ts'
import { configDigest, runIdOf } from '../run/manifest.ts'
import type { Registry } from '../run/registry.ts'
import { drive } from '../shell/drive.ts'
import type { DriveFault } from '../shell/drive.ts'
import { reasonOf } from '../shell/evaluator.ts'
import type { EvaluatorHost } from '../shell/evaluator.ts'
import { memoryRecorder } from '../shell/memory-recorder.ts'
import type { MemoryRecord, MemoryRecorder, RunNames } from '../shell/memory-recorder.ts'
import { stopwatch } from '../shell/telemetry.ts'

/** Where a training stands. `fraction` of the budget is spent; `envSteps` counts those of the outer level as well. */
export type Standing = Readonly<{ step: number; envSteps: number; fraction: number; done: boolean }>

/** Told after each round of jobs, with the events that it brought; answering false ends the training as `stop` does. */
export type OnRound = (standing: Standing, events: readonly ExperimentEvent[]) => boolean

export type Training = Readonly<{
  /** Every default is in it. */
  config: RunConfig
  standing(): Standing
  /** Trains until the budget is spent or the training is stopped; called again it goes on. */
  train(onRound?: OnRound): Promise<E.Either<DriveFault, 'done' | 'interrupted'>>
  /** Ends a running `train` soon; outcomes of the round in progress are thrown away. */
  stop(): void
  /** The events so far, and the checkpoint of the last end of `train`. */
  record(): MemoryRecord
  /** Flat parameters of the current policy, with the statistics of observations where the task normalises them. */
  policy(): Readonly<{ parameters: Float64Array; normaliser: Float64Array | null }>
}>

/**
 * Why there is no training: problems of the config, a module or environment that cannot be opened, or a record that is
 * damaged or belongs to another config or version.
 */
export type TrainingFault =
  | Readonly<{ _tag: 'BadConfig'; problems: readonly ConfigProblem[] }>
  | Readonly<{ _tag: 'NotOpened'; reason: string }>
  | Readonly<{ _tag: 'BadRecord'; fault: CheckpointFault | EventsFault }>

export type TrainingOptions = Readonly<{
  /** Opens the evaluator of one call of `train`, which closes it. */
  openHost(setup: SiteSetup): EvaluatorHost
  /** A record to continue from; null (the default) for a new run. */
  from?: MemoryRecord | null
  /** Content of the files that the config names (schedules). */
  files?: ReadonlyMap<string, Uint8Array>
}>

const modulesOf = (input: unknown): readonly string[] => {
  const modules = typeof input === 'object' && input !== null ? (input as Readonly<{ modules?: unknown }>).modules : undefined
  return Array.isArray(modules) ? modules.filter((name) => typeof name === 'string') : []
}

const resolve = (input: unknown, registry: Registry, files: ReadonlyMap<string, Uint8Array>): E.Either<readonly ConfigProblem[], RunConfig> => {
  const resolved = resolveConfig(input, registry)
  if (E.isLeft(resolved)) return resolved
  const missing = filesOf(resolved.right, registry).filter((name) => !files.has(name))
  if (missing.length > 0) return E.left(missing.map((name) => configProblem('', 'files that are given with the config', name)))
  return embedFiles(resolved.right, registry, files)
}

/** A state and the recorder that goes on from it. */
type Start = Readonly<{ state: unknown; recorder: MemoryRecorder }>

const startOf = (experiment: Experiment<unknown>, config: RunConfig, names: RunNames, from: MemoryRecord | null): E.Either<CheckpointFault | EventsFault, Start> => {
  if (from === null || from.checkpoint === null) return E.right({ state: experiment.init(rootKey(config.seed)), recorder: memoryRecorder(names) })
  const checkpoint = decodeCheckpoint<unknown>(from.checkpoint, names)
  if (E.isLeft(checkpoint)) return checkpoint
  const { events, state } = checkpoint.right
  const bytes = new TextEncoder().encode(from.events)
  const log = eventsUpTo(bytes, events)
  if (E.isLeft(log)) return log
  const record = { events: new TextDecoder().decode(bytes.subarray(0, events.bytes)), checkpoint: from.checkpoint }
  return E.right({ state, recorder: memoryRecorder(names, { record, mark: events }) })
}

/** Opens a training of `input` (a config as a user writes it, or a manifest). */
export const openTraining = async (input: unknown, options: TrainingOptions): Promise<E.Either<TrainingFault, Training>> => {
  const { openHost, from = null, files = new Map<string, Uint8Array>() } = options
  try {
    const modules = modulesOf(input)
    const registry = await loadRegistry(modules)
    const resolved = resolve(input, registry, files)
    if (E.isLeft(resolved)) return E.left({ _tag: 'BadConfig', problems: resolved.left })
    const config = resolved.right
    const setup: SiteSetup = { modules, tasks: [config.task], backend: config.backend }
    const site = await openExecutor(setup)
    const opened = site.opened(config.task)
    site.close() // an environment was only asked for its description; a problem holds nothing
    const experiment = composeRun(registry, await backendOf(registry, config.backend).open(), opened, config)
    const start = startOf(experiment, config, { runId: runIdOf(config, codeVersion), configDigest: configDigest(config), codeVersion }, from)
    return E.isLeft(start) ? E.left({ _tag: 'BadRecord', fault: start.left }) : E.right(trainingOf(experiment, config, start.right, () => openHost(setup)))
  } catch (error) {
    if (error instanceof InvariantError) throw error
    return E.left({ _tag: 'NotOpened', reason: reasonOf(error) })
  }
}

const seconds = (): number => performance.now() / 1000

const trainingOf = (experiment: Experiment<unknown>, config: RunConfig, start: Start, openHost: () => EvaluatorHost): Training => {
  const { recorder } = start
  let { state } = start
  let stop: () => void = () => undefined
  const standing = (): Standing => {
    const { step, envSteps, fraction, done } = experiment.progress(state)
    return { step, envSteps: envSteps.total, fraction, done }
  }
  return {
    config,
    standing,
    stop: () => stop(),
    record: recorder.record,
    policy: () => experiment.policy(state),
    train: async (onRound = () => true) => {
      const host = openHost()
      let requested = false
      try {
        const ended = await drive({
          experiment,
          state,
          host,
          recorder,
          checkpointEvery: config.checkpoint.every,
          interruption: {
            requested: () => requested,
            onRequest: (listener) => {
              stop = () => {
                requested = true
                listener()
              }
            },
          },
          watch: stopwatch(standing().envSteps, seconds, () => 0),
          onRound: (next, events) => {
            state = next
            return onRound(standing(), events)
          },
        })()
        return E.map(({ kind }: Readonly<{ kind: 'done' | 'interrupted' }>) => kind)(ended)
      } finally {
        stop = () => undefined
        await host.close()
      }
    },
  }
}
