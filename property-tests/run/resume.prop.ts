import { isRight } from 'fp-ts/lib/Either.js'
import { beforeAll, describe, expect, test } from 'vitest'
import { reference } from '../../backends/reference/index.ts'
import { analyticEntries } from '../../envs/analytic/index.ts'
import type { Outcome } from '../../src/core/job.ts'
import { rootKey } from '../../src/core/rng.ts'
import { experiment } from '../../src/experiment/compose.ts'
import { openSite, type Site } from '../../src/experiment/executor.ts'
import type { Experiment, ExperimentEvent } from '../../src/experiment/experiment.ts'
import { taskInfo } from '../../src/experiment/task.ts'
import { decodeCheckpoint, encodeCheckpoint } from '../../src/run/checkpoint.ts'
import { learnerOf, outerOf, resolveConfig, type RunConfig } from '../../src/run/config.ts'
import { eventLines, eventsUpTo, firstDifference, parseEvents, startMark } from '../../src/run/events.ts'
import type { Registry } from '../../src/run/registry.ts'
import { replayConfig, scheduleOf } from '../../src/run/schedule-file.ts'
import { registry as samples } from './config-samples.ts'

const registry: Registry = { ...samples, problems: analyticEntries }
const small = { kind: 'smoothed', episodes: 2 }

const configOf = (outer: object, learner: object): RunConfig => {
  const config = resolveConfig(
    { task: { kind: 'problem', problem: { id: analyticEntries[0].id } }, learner: { kind: 'vanilla-es', popsize: 6, ...learner }, outer, budget: { steps: 8 } },
    registry,
  )
  if (config._tag === 'Left') throw new Error(JSON.stringify(config.left))
  return config.right
}

const composed = async (config: RunConfig): Promise<Readonly<{ run: Experiment<unknown>; site: Site }>> => {
  const site = await openSite({ envs: [], problems: analyticEntries, backend: reference }, [config.task])
  const learner = learnerOf(registry, config.learner)
  const outer = outerOf(registry, config.outer)
  const run = experiment({
    learner: learner.entry.build({ settings: learner.settings, task: taskInfo(config.task, site.opened(config.task)), backend: reference }),
    scheduler: outer.entry.build({ settings: outer.settings, learner: learner.entry.facts(learner.settings), backend: reference }),
    budget: config.budget,
  })
  return { run, site }
}

const owner = { configDigest: 'c', codeVersion: 'v' }

/** One file of a checkpoint, and the log up to it. */
type Saved = Readonly<{ file: Uint8Array; log: string }>

/** Runs from a saved moment (or the start) to the end; `save` is given every moment on the way. */
const runFrom = ({ run, site }: Readonly<{ run: Experiment<unknown>; site: Site }>, saved: Saved | null, save: (saved: Saved) => void): string => {
  let state = run.init(rootKey('resume'))
  let log = ''
  let mark = startMark
  if (saved !== null) {
    const checkpoint = decodeCheckpoint<unknown>(saved.file, owner)
    if (!isRight(checkpoint)) throw new Error(JSON.stringify(checkpoint.left))
    const verified = eventsUpTo(new TextEncoder().encode(`${saved.log}{"torn`), checkpoint.right.events)
    expect(isRight(verified)).toBe(true)
    state = checkpoint.right.state
    mark = checkpoint.right.events
    log = saved.log
  }
  for (;;) {
    const jobs = run.jobs(state)
    if (jobs.length === 0) return log
    const outcomes: readonly Outcome[] = jobs.map((job) => site.execute(job))
    const [next, events] = run.absorb(state, outcomes)
    const lines = eventLines(mark, events)
    state = next
    mark = lines.mark
    log += lines.text
    save({ file: encodeCheckpoint({ ...owner, runId: 'r', step: run.progress(state).step, events: mark, state }), log })
  }
}

const eventsOf = (log: string): readonly ExperimentEvent[] => {
  const parsed = parseEvents(new TextEncoder().encode(log))
  return isRight(parsed) ? parsed.right.events : []
}

const subjects: readonly (readonly [name: string, outer: object, learner: object])[] = [
  ['fixed', { kind: 'fixed' }, {}],
  ['random', { kind: 'random', tune: { sigma: { low: 0.01, high: 1, scale: 'log' }, learningRate: { low: 0.01, high: 0.1 } } }, { optimiser: { kind: 'adam' } }],
  [
    'schedule',
    {
      kind: 'schedule',
      interpolation: 'linear',
      rows: [
        { step: 0, hyper: { sigma: 0.1 } },
        { step: 6, hyper: { sigma: 0.01 } },
      ],
    },
    { optimiser: { kind: 'sgd', momentum: 0.9 } },
  ],
  ['bierl-pm', { kind: 'bierl-pm', interval: 2, metaPopsize: 4, hidden: 4, readout: 4, history: 3, lookAhead: { kind: 'one-step', repeats: 2 } }, {}],
  ['bierl-npm', { kind: 'bierl-npm', interval: 3, guidedPoints: 2, lookAhead: small, search: { initialPoints: 3 } }, { sampler: { kind: 'independent' } }],
]

describe.each(subjects)('a run under %s', (_, outer, learner) => {
  const config = configOf(outer, learner)
  let parts: Readonly<{ run: Experiment<unknown>; site: Site }>
  beforeAll(async () => {
    parts = await composed(config)
  })

  test('continues bit for bit from the file of every round, those inside a search of the outer level too', () => {
    const moments: Saved[] = []
    const whole = runFrom(parts, null, (saved) => moments.push(saved))
    expect(eventsOf(whole).at(-1)?.type).toBe('done')
    expect(moments.length).toBeGreaterThanOrEqual(8)
    for (const moment of moments) expect(runFrom(parts, moment, () => undefined)).toBe(whole)
  })

  test('its recorded schedule, played back, trains the same policy', async () => {
    const recorded = eventsOf(runFrom(parts, null, () => undefined))
    const steps = recorded.filter(({ type }) => type === 'step')
    const replay = replayConfig(config, scheduleOf(recorded).rows, steps.length)
    const replayed = eventsOf(runFrom(await composed(replay), null, () => undefined))
    const learned = (events: readonly ExperimentEvent[]): readonly ExperimentEvent[] =>
      events.flatMap((event) => (event.type === 'step' ? [{ ...event, outer: {}, envSteps: { learner: event.envSteps.learner, outer: 0, total: event.envSteps.learner } }] : []))
    expect(firstDifference(learned(recorded), learned(replayed))).toBeNull()
    expect(replayed.at(-1)).toMatchObject({ type: 'done', policyDigest: (recorded.at(-1) as { policyDigest: string }).policyDigest })
  })
})
