/**
 * Run records made up for tests: a run of any length, with or without an outer level, gaps, telemetry and an end.
 *
 * *Source:* none. *Deviations:* none.
 */
import { normal, foldIn, rootKey } from '../../src/core/rng.ts'
import type { RunConfig, Tagged } from '../../src/run/config.ts'
import type { FilmFile } from '../../src/run/film-file.ts'
import { eventLines, parseEvents, startMark, type EventLog } from '../../src/run/events.ts'
import { manifestOf } from '../../src/run/manifest.ts'
import type { MemoryMap } from '../../src/run/memory-map.ts'
import type { RunRecord } from '../../src/run/record.ts'

export type MadeUp = Readonly<{
  label: string
  place?: string
  name?: string
  seed?: string | number
  steps?: number
  /** Env steps that the run was to spend; more than it spent leaves it open. */
  done?: boolean
  outer?: Tagged
  sigma?: number
  env?: string
  /** Hyperparameters at each step. */
  hyper?: (step: number) => Readonly<Record<string, number>>
  /** Steps of which the return is NaN. */
  gap?: readonly [number, number]
  telemetry?: boolean
  level?: number
  metaUpdates?: number | null
  codeVersion?: string
  exact?: boolean
  film?: FilmFile | null
  memory?: MemoryMap | null
}>

const TUNE = { sigma: { low: 0.02, high: 0.08, scale: 'linear' }, learningRate: { low: 0.001, high: 0.1, scale: 'log' } }

/** The settings of an outer level that moves two hyperparameters. */
export const tuning: Tagged = { kind: 'bierl-pm', tune: TUNE }

const configOf = ({ name = 'made-up', seed = 1, outer = { kind: 'fixed', hyper: {} }, sigma = 0.05, env = 'Swimmer-v5' }: MadeUp): RunConfig => ({
  name,
  seed,
  task: {
    kind: 'env',
    env: { id: env, options: {} },
    policy: { kind: 'gaussian', hidden: [8], activation: 'tanh', outputActivation: 'linear', initialLogStd: -1, init: 'torch', action: 'clip' },
    normaliseObs: false,
    obsScaling: { clip: 5, varianceFloor: 0.01 },
  },
  learner: { kind: 'vanilla-es', sigma, learningRate: 0.02 },
  outer,
  budget: { envSteps: null, steps: 40 },
  backend: 'reference',
  checkpoint: { every: 10, keep: 3 },
  compare: [],
  modules: [],
})

type Event = EventLog['events'][number]

/** A record of what was made up. */
export const madeUp = (options: MadeUp): RunRecord => {
  const {
    label,
    place = '.',
    seed = 1,
    steps = 40,
    done = true,
    hyper,
    sigma = 0.05,
    gap = [0, 0],
    telemetry = true,
    level = 100,
    metaUpdates = null,
    codeVersion = '1.0.0',
    exact = true,
    film = null,
    memory = null,
  } = options
  const config = configOf(options)
  const key = rootKey(`${label} ${seed}`)
  const perStep = 1000
  const outerPerStep = config.outer.kind === 'fixed' ? 0 : 250
  const spentAt = (step: number) => ({ learner: perStep * step, outer: outerPerStep * step, total: (perStep + outerPerStep) * step })
  const events = Array.from({ length: steps }, (_, step): readonly Event[] => {
    const middle = level * (step / 40) + normal(foldIn(key, step))
    const values = hyper?.(step) ?? { sigma, learningRate: 0.02 }
    const hidden = step >= gap[0] && step < gap[1]
    const trials: readonly Event[] =
      outerPerStep > 0 && step % 10 === 9
        ? [{ type: 'probe', step: step + 1, trials: [{ hyper: values, mean: middle }], envSteps: spentAt(step + 1), episodes: 1 }]
        : []
    return [
      {
        type: 'step',
        step,
        member: 0,
        proposed: values,
        applied: values,
        metrics: {
          policyReturn: hidden ? Number.NaN : middle,
          fitnessMean: hidden ? Number.NaN : middle,
          fitnessMin: middle - 5,
          fitnessQ25: middle - 2,
          fitnessMedian: middle - 1,
          fitnessQ75: middle + 1,
          fitnessMax: middle + 4,
        },
        outer: metaUpdates === null ? {} : { metaUpdates },
        envSteps: spentAt(step + 1),
        episodes: 9,
        unstable: 0,
      },
      ...trials,
    ]
  }).flat()
  const all: readonly Event[] = done ? [...events, { type: 'done', step: steps, envSteps: spentAt(steps), policyDigest: 'ab'.repeat(32) }] : events
  const log = parseEvents(new TextEncoder().encode(eventLines(startMark, all).text))
  if (log._tag === 'Left') throw new Error(log.left.received)
  const lines = Array.from({ length: steps }, (_, step) => ({
    type: 'step',
    step: step + 1,
    elapsed: 2 * (step + 1),
    seconds: 2,
    share: { evaluation: 0.9, absorb: 0.05, record: 0.01 },
    envSteps: perStep,
    envStepsPerSecond: 500 + (step % 3),
    rssMiB: 200,
    crashes: 0,
  }))
  return {
    label,
    place,
    manifest: manifestOf({
      config,
      codeVersion,
      versions: { bilevel: codeVersion, node: '20.20.0' },
      backend: { name: 'reference', exact },
      createdBy: ['train', 'made up.yaml', '--seed', String(seed)],
    }),
    log: log.right,
    telemetry: telemetry ? [{ type: 'session', startedAt: '', node: '20.20.0', platform: 'any', workers: 2, step: 0 }, ...lines] : [],
    film,
    memory,
  }
}
