/**
 * Training in a browser tab: what `bilevel/browser` exports. Jobs run in Web Workers; the record is the one that the command line would
 * write for the same config, bit for bit.
 *
 * *Source:* house contract 4. *Deviations:* none.
 */
import type { Either } from 'fp-ts/lib/Either.js'
import { openExecutor } from '../cli/registry.ts'
import type { SiteSetup } from '../cli/registry.ts'
import type { EvaluatorHost } from '../shell/evaluator.ts'
import { inProcess } from '../shell/in-process.ts'
import { webWorkerPool } from '../shell/web-workers.ts'
import { openTraining } from './training.ts'
import type { Training, TrainingFault, TrainingOptions } from './training.ts'

export type { OnRound, Standing, Training, TrainingFault } from './training.ts'
export type { MemoryRecord } from '../shell/memory-recorder.ts'

/**
 * `workers` Web Workers execute the jobs; 0: this thread does, and the page hardly reacts meanwhile. `createWorker` starts one whose module
 * imports `bilevel/browser/worker`, for bundlers that do not find the worker of a package by themselves (Vite's development server).
 */
export type PageTrainingOptions = Omit<TrainingOptions, 'openHost'> & Readonly<{ workers?: number; createWorker?(): Worker }>

/** The worker of the package. Written as bundlers look for it: a literal URL and literal options. */
const createPackageWorker = (): Worker => new Worker(new URL('./worker.js', import.meta.url), { type: 'module' })

/** An evaluator on `workers` Web Workers of the package. */
export const packageWorkers = (workers: number, setup: SiteSetup): EvaluatorHost => webWorkerPool({ workers, setup, createWorker: createPackageWorker })

/** Opens a training of `input`, a config as for the command line, as data. Nothing is computed before `train` is called. */
export const openPageTraining = (input: unknown, options: PageTrainingOptions = {}): Promise<Either<TrainingFault, Training>> => {
  const { workers = Math.max(1, navigator.hardwareConcurrency - 1), createWorker = createPackageWorker, ...rest } = options
  return openTraining(input, {
    ...rest,
    openHost: (setup) => (workers === 0 ? inProcess(() => openExecutor(setup)) : webWorkerPool({ workers, setup, createWorker })),
  })
}
