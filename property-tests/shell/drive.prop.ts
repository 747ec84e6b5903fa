/**
 * The loop at the rim: what it records, when it checkpoints, and how it stops.
 *
 * *Source:* the contract in `src/shell/drive.ts`. *Deviations:* none.
 */
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import type { Job } from '../../src/core/job.ts'
import type { Experiment, ExperimentEvent, Spent } from '../../src/experiment/experiment.ts'
import { startMark } from '../../src/run/events.ts'
import { drive } from '../../src/shell/drive.ts'
import type { RunRecorder } from '../../src/shell/drive.ts'
import { inProcess } from '../../src/shell/in-process.ts'
import type { Executor } from '../../src/shell/evaluator.ts'
import { stopwatch } from '../../src/shell/telemetry.ts'

type Count = Readonly<{ step: number; total: number }>

const LENGTH = 10
const spentOf = (total: number): Spent => ({ learner: total, outer: 0, total })

const jobOf = (step: number): Job => ({
  kind: 'problem',
  problem: { id: 'count', options: {} },
  base: { digest: 'base', values: Float64Array.of(1) },
  noise: null,
  key: { hi: 0, lo: step },
  time: step,
})

/** Ten steps of three jobs; the state is the sum of all fitness. */
const counting: Experiment<Count> = {
  init: () => ({ step: 0, total: 0 }),
  jobs: ({ step }) => (step === LENGTH ? [] : [jobOf(step), jobOf(step), jobOf(step)]),
  absorb: ({ step, total }, outcomes) => {
    const next = { step: step + 1, total: total + outcomes.reduce((sum, { fitness }) => sum + fitness, 0) }
    return [next, [{ type: 'members', step, changes: [] }]]
  },
  progress: ({ step }) => ({ step, envSteps: spentOf(step * 3), fraction: step / LENGTH, done: step === LENGTH }),
  policy: () => ({ parameters: Float64Array.of(0), normaliser: null }),
  adaptations: () => null,
}

const numberOf = (job: Job): number => (job.kind === 'problem' ? job.key.lo : Number.NaN)
const sound: Executor = { execute: (job) => ({ kind: 'problem', fitness: numberOf(job), envSteps: 1 }), close: () => {} }

type Trace = Readonly<{ recorder: RunRecorder; events: ExperimentEvent[]; checkpoints: Count[]; telemetry: object[] }>

const memory = (): Trace => {
  const trace = { events: [] as ExperimentEvent[], checkpoints: [] as Count[], telemetry: [] as object[] }
  return {
    ...trace,
    recorder: {
      append: (events) => async () => {
        trace.events.push(...events)
        return E.right(startMark)
      },
      telemetry: (line) => async () => {
        trace.telemetry.push(line)
        return E.right(undefined)
      },
      checkpoint: (_step, state) => async () => {
        trace.checkpoints.push(state as Count)
        return E.right('')
      },
    },
  }
}

const run = (trace: Trace, state: Count, executor: Executor, interruptAt = Infinity) => {
  const listeners: (() => void)[] = []
  let clock = 0
  return drive({
    experiment: counting,
    state,
    host: inProcess(async () => executor),
    recorder: trace.recorder,
    checkpointEvery: 3,
    interruption: { requested: () => false, onRequest: (listener) => listeners.push(listener) },
    watch: stopwatch(0, () => (clock += 0.5), () => 2 ** 20),
    onRound: ({ step }) => {
      if (step === interruptAt) listeners.forEach((listener) => listener())
      return true
    },
  })()
}

describe('drive', () => {
  test('runs to the end, checkpoints every third step and at the end, and notes every step', async () => {
    const trace = memory()
    expect(await run(trace, { step: 0, total: 0 }, sound)).toEqual(E.right({ kind: 'done', state: { step: 10, total: 135 } }))
    expect(trace.events.map(({ step }) => step)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect(trace.checkpoints.map(({ step }) => step)).toEqual([3, 6, 9, 10])
    expect(trace.telemetry).toHaveLength(10)
    expect(trace.telemetry[0]).toMatchObject({ type: 'step', step: 1, envSteps: 3, rssMiB: 1, crashes: 0 })
  })

  test('an interruption checkpoints the last finished step, and what follows is the uninterrupted run', async () => {
    const first = memory()
    const interrupted = await run(first, { step: 0, total: 0 }, sound, 4)
    expect(interrupted).toEqual(E.right({ kind: 'interrupted', state: { step: 4, total: 18 } }))
    expect(first.checkpoints.at(-1)).toEqual({ step: 4, total: 18 })
    const second = memory()
    expect(await run(second, { step: 4, total: 18 }, sound)).toEqual(E.right({ kind: 'done', state: { step: 10, total: 135 } }))
    expect([...first.events, ...second.events].map(({ step }) => step)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  })

  test('a failing job checkpoints the state before its step and names the step', async () => {
    const trace = memory()
    const failing: Executor = {
      execute: (job) => {
        if (numberOf(job) === 7) throw new Error('blew up')
        return sound.execute(job)
      },
      close: () => {},
    }
    expect(await run(trace, { step: 0, total: 0 }, failing)).toMatchObject({
      _tag: 'Left',
      left: { _tag: 'Evaluation', step: 7, error: { _tag: 'JobFailed', index: 0, reason: 'blew up' } },
    })
    expect(trace.checkpoints.at(-1)).toEqual({ step: 7, total: 63 })
  })

  test('a record that cannot be written ends the run with its fault', async () => {
    const trace = memory()
    const full = { _tag: 'DiskFull', path: 'events.jsonl', expected: 'room to write', received: 'ENOSPC', hint: '' } as const
    const recorder: RunRecorder = { ...trace.recorder, append: () => async () => E.left(full) }
    expect(await run({ ...trace, recorder }, { step: 0, total: 0 }, sound)).toEqual(E.left({ _tag: 'Record', fault: full }))
  })
})
