/**
 * Training in memory: the record is that of an uninterrupted run however it was stopped, saved and continued, and what is wrong is said.
 *
 * *Source:* the contract in `src/browser/training.ts`. *Deviations:* none.
 */
import { readFileSync } from 'node:fs'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import { openTraining } from '../../src/browser/training.ts'
import type { OnRound, Training, TrainingFault, TrainingOptions } from '../../src/browser/training.ts'
import { openExecutor } from '../../src/cli/registry.ts'
import { codeVersion } from '../../src/run/code-version.ts'
import { parseEvents } from '../../src/run/events.ts'
import { inProcess } from '../../src/shell/in-process.ts'
import type { MemoryRecord } from '../../src/shell/memory-recorder.ts'

const config = {
  seed: 'in memory',
  task: { kind: 'problem', problem: { id: 'rosenbrock' } },
  learner: { kind: 'vanilla-es', popsize: 4, learningRate: 0.01 },
  outer: { kind: 'random' },
  budget: { steps: 9 },
}

type More = Omit<TrainingOptions, 'openHost'>

const open = (input: unknown, more: More = {}): Promise<E.Either<TrainingFault, Training>> =>
  openTraining(input, { ...more, openHost: (setup) => inProcess(() => openExecutor(setup)) })

const opened = async (input: unknown, more: More = {}): Promise<Training> => {
  const result = await open(input, more)
  if (E.isLeft(result)) throw new Error(JSON.stringify(result.left))
  return result.right
}

const faultOf = async (input: unknown, more: More = {}): Promise<TrainingFault> => {
  const result = await open(input, more)
  if (E.isRight(result)) throw new Error('the training was opened')
  return result.left
}

const trained = async (training: Training, onRound?: OnRound): Promise<MemoryRecord> => {
  expect(E.isRight(await training.train(onRound))).toBe(true)
  return training.record()
}

const whole = trained(await opened(config))

describe('a training in memory', () => {
  test('tells where it stands, round by round, and ends with its budget', async () => {
    const training = await opened(config)
    expect(training.standing()).toEqual({ step: 0, envSteps: 0, fraction: 0, done: false })
    const steps: number[] = []
    const record = await trained(training, (standing, events) => {
      steps.push(standing.step)
      expect(events.length).toBeGreaterThan(0)
      return true
    })
    expect(steps).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect(training.standing()).toMatchObject({ step: 9, fraction: 1, done: true })
    expect(record).toEqual(await whole)
    expect(E.isRight(parseEvents(new TextEncoder().encode(record.events)))).toBe(true)
    expect(training.policy().parameters.length).toBeGreaterThan(0)
  })

  test.each([1, 4, 8])('that is stopped after round %i and continued gives the same record', async (rounds) => {
    const training = await opened(config)
    let left = rounds
    expect(await training.train(() => --left > 0)).toEqual(E.right('interrupted'))
    expect(training.standing().step).toBe(rounds)
    expect(await trained(training)).toEqual(await whole)
  })

  test.each([1, 4, 8])('that is stopped after round %i, saved and opened elsewhere gives the same record', async (rounds) => {
    const first = await opened(config)
    let left = rounds
    const { events, checkpoint } = await trained(first, () => --left > 0)
    const saved = { events, checkpoint: checkpoint?.slice() ?? null }
    const second = await opened(first.config, { from: saved })
    expect(second.standing()).toEqual(first.standing())
    expect(second.record()).toEqual(saved)
    expect(await trained(second)).toEqual(await whole)
  })

  test('that is stopped from outside throws the round in progress away and goes on as if nothing had been', async () => {
    const training = await opened(config)
    const ending = training.train(({ step }) => {
      if (step === 3) queueMicrotask(() => training.stop())
      return true
    })
    expect(await ending).toEqual(E.right('interrupted'))
    expect(training.standing().step).toBeLessThan(9)
    expect(await trained(training)).toEqual(await whole)
    training.stop() // nothing runs
    expect(training.standing().done).toBe(true)
  })

  test('that has spent its budget stays as it is', async () => {
    const training = await opened(config, { from: await whole })
    expect(training.standing().done).toBe(true)
    expect((await trained(training)).events).toBe((await whole).events)
  })

  test('continues behind events that were recorded after the checkpoint', async () => {
    const first = await opened(config)
    const { checkpoint } = await trained(first, ({ step }) => step < 4)
    const { events } = await whole
    expect(await trained(await opened(config, { from: { events, checkpoint } }))).toEqual(await whole)
  })

  test('reads the files that its config names from what is given with it', async () => {
    const rows = [{ step: 0, hyper: { sigma: 0.02, learningRate: 0.01 } }]
    const scheduled = { ...config, outer: { kind: 'schedule', file: 'mine.json' } }
    const files = new Map([['mine.json', new TextEncoder().encode(JSON.stringify({ rows }))]])
    const inline = { ...config, outer: { kind: 'schedule', rows } }
    expect((await trained(await opened(scheduled, { files }))).events).toBe((await trained(await opened(inline))).events)
    expect(await faultOf(scheduled)).toMatchObject({ _tag: 'BadConfig', problems: [{ received: 'mine.json' }] })
  })
})

describe('what is wrong is said', () => {
  test('of a config: all of it at once', async () => {
    const fault = await faultOf({ ...config, outer: { kind: 'fixd' }, budget: {} })
    expect(fault._tag === 'BadConfig' && fault.problems.map(({ path }) => path)).toEqual(['outer.kind', 'budget'])
  })

  test('of a module that cannot be loaded', async () => {
    expect(await faultOf({ ...config, modules: [new URL('./nowhere.mjs', import.meta.url).href] })).toMatchObject({ _tag: 'NotOpened' })
  })

  test('of a record: of another config, cut, or with other events', async () => {
    const record = await whole
    const { checkpoint } = record
    expect(await faultOf({ ...config, seed: 'another' }, { from: record })).toMatchObject({ _tag: 'BadRecord', fault: { _tag: 'OtherConfig' } })
    expect(await faultOf(config, { from: { ...record, checkpoint: checkpoint?.slice(0, -1) ?? null } })).toMatchObject({ fault: { _tag: 'Truncated' } })
    const edited = record.events.replace('"step":2', '"step":3')
    expect(await faultOf(config, { from: { ...record, events: edited } })).toMatchObject({ _tag: 'BadRecord', fault: { _tag: 'EventsAltered' } })
  })
})

test('the version that records name is that of the package', () => {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as Readonly<{ version: string }>
  expect(codeVersion).toBe(version)
})
