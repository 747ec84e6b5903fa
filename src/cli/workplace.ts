/**
 * Everything that a command needs to compute: the registry with the user's modules, the opened task, an evaluator.
 *
 * *Source:* house contract 4. *Deviations:* none.
 */
import { availableParallelism } from 'node:os'
import * as E from 'fp-ts/lib/Either.js'
import type { Backend, Launches } from '../core/backend.ts'
import { addLaunches } from '../core/compute.ts'
import { InvariantError } from '../core/invariant.ts'
import type { Experiment } from '../experiment/experiment.ts'
import { composeRun } from '../run/compose-run.ts'
import { comparisonConfig } from '../run/config.ts'
import type { RunConfig } from '../run/config.ts'
import type { Registry } from '../run/registry.ts'
import { reasonOf } from '../shell/evaluator.ts'
import type { EvaluatorHost } from '../shell/evaluator.ts'
import { inProcess } from '../shell/in-process.ts'
import { threadPool } from '../shell/node-threads.ts'
import { EXIT, evaluationFailed, failure } from './failure.ts'
import type { Failure } from './failure.ts'
import { backendOf, openExecutor } from './registry.ts'
import type { OpenedSite, SiteSetup } from './registry.ts'
import { loadModules } from './source.ts'

export type Workplace = Readonly<{
  registry: Registry
  host: EvaluatorHost
  /** The experiment of a config over the opened task. */
  compose(config: RunConfig): Experiment<unknown>
  /** What ran on the devices of the backends so far, in the experiment itself and in its jobs. */
  launches(): Launches
  close(): Promise<void>
}>

/** More workers than this bring little on one machine and cost memory; `--workers` overrides it. */
const MOST_WORKERS = 8

/** Worker threads where the user says nothing. */
export const defaultWorkers = (): number => Math.min(availableParallelism(), MOST_WORKERS)

/** The compiled composition root, which workers import. */
const workerEntry = (): string => new URL(import.meta.url.endsWith('.ts') ? '../../dist/src/cli/registry.js' : './registry.js', import.meta.url).href

/** What was thrown while a config was put together: arguments that are rejected are the user's, the rest is the environment's. */
const notOpened = (error: unknown, config: RunConfig): Failure => {
  if (error instanceof InvariantError) throw error
  if (error instanceof RangeError) return failure(EXIT.usage, error.message)
  return evaluationFailed({ _tag: 'SiteDidNotOpen', reason: reasonOf(error), hint: 'check the environment and its options' }, config.seed, 0)
}

/** The backend of the experiment itself; a host that lacks it, or a package that is missing, is told before anything is written. */
const openBackend = async (registry: Registry, name: string): Promise<E.Either<Failure, Backend>> => {
  try {
    return E.right(await backendOf(registry, name).open())
  } catch (error) {
    if (error instanceof InvariantError) throw error
    return E.left(failure(EXIT.usage, reasonOf(error)))
  }
}

/**
 * Opens modules, backend, task and evaluator of `config`; comparisons share them, as they share the task. 0 `workers` evaluate in this
 * thread. All experiments are put together once, so that a config that cannot be is refused before anything is written.
 */
export const openWorkplace = async (config: RunConfig, workers: number): Promise<E.Either<Failure, Workplace>> => {
  const loaded = await loadModules(config.modules)
  if (E.isLeft(loaded)) return loaded
  const { registry, urls } = loaded.right
  const setup: SiteSetup = { modules: urls, tasks: [config.task], backend: config.backend }
  const kernels = await openBackend(registry, config.backend)
  if (E.isLeft(kernels)) return kernels
  const backend = kernels.right
  let site: OpenedSite | null = null
  let compose: Workplace['compose']
  try {
    site = await openExecutor(setup)
    const opened = site.opened(config.task)
    compose = (chosen) => composeRun(registry, backend, opened, chosen)
    compose(config)
    config.compare.forEach((_, i) => compose(comparisonConfig(config, i)))
  } catch (error) {
    site?.close()
    await backend.device?.close()
    return E.left(notOpened(error, config))
  }
  const takeSite = async (): Promise<OpenedSite> => {
    const first = site
    site = null
    return first ?? openExecutor(setup)
  }
  if (workers > 0) {
    // a problem is used by the experiment itself and holds no foreign memory; a simulator only told its description
    site.close()
    site = null
  }
  const host = workers === 0 ? inProcess(takeSite) : threadPool({ workers, entry: workerEntry(), setup })
  return E.right({
    registry,
    host,
    compose,
    launches: () => addLaunches(host.launches(), backend.device?.launches() ?? {}),
    close: async () => {
      await host.close()
      site?.close()
      await backend.device?.close()
    },
  })
}
