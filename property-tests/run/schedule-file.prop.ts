import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { StepEvent } from '../../src/experiment/experiment.ts'
import { replayConfig, decodeSchedule, encodeSchedule, scheduleOf, stepsIn } from '../../src/run/schedule-file.ts'
import { outerOf } from '../../src/run/config.ts'
import { bestMember, lineageOf, membersOf } from '../../src/run/lineage.ts'
import { reference } from '../../backends/reference/index.ts'
import { traceOf } from '../outer/learner-runs.ts'
import { least, registry, resolved } from './config-samples.ts'
import { stepAt } from './event-samples.ts'

const eventsOf = (sigmas: readonly number[]): readonly StepEvent[] => sigmas.map((sigma, step) => stepAt(step, { applied: { sigma, learningRate: 0.02 } }))
const sigmas = fc.array(fc.constantFrom(0.02, 0.05, 0.08, 0.1 + 0.2), { minLength: 1, maxLength: 30 })

describe('schedule', () => {
  test('played back, it proposes before every step what was applied in it, bit for bit', () => {
    const { hyper, ...facts } = registry.learners[0].facts(resolved(least).learner as never)
    fc.assert(
      fc.property(sigmas, (values) => {
        const file = decodeSchedule(encodeSchedule(scheduleOf(eventsOf(values))))
        if (file._tag === 'Left') throw new Error(JSON.stringify(file.left))
        const config = replayConfig(resolved({ ...least, outer: { kind: 'bierl-pm' } }), file.right.rows, values.length)
        expect(resolved(config)).toStrictEqual(config)
        expect(config.budget).toEqual({ envSteps: null, steps: values.length })
        const { entry, settings } = outerOf(registry, config.outer)
        const scheduler = entry.build({ settings, learner: { ...facts, hyper }, backend: reference })
        const key = { hi: 1, lo: 2 }
        values.forEach((sigma, step) => {
          expect(scheduler.propose(key, scheduler.init(key), step, [null])[0]).toEqual({ kind: 'use', hyper: { sigma, learningRate: 0.02 } })
        })
      }),
      { seed: 42, numRuns: 30 },
    )
  })

  test('a value that was held is written once', () => {
    const events = eventsOf([0.05, 0.05, 0.08, 0.08, 0.05])
    expect(scheduleOf(events).rows.map(({ step, hyper }) => [step, hyper.sigma])).toEqual([
      [0, 0.05],
      [2, 0.08],
      [4, 0.05],
    ])
  })

  test('of a population it is the schedule of the lineage that ends best', () => {
    const at = (step: number, member: number, sigma: number, policyReturn: number) => stepAt(step, { member, applied: { sigma, learningRate: 0.02 }, metrics: { policyReturn } })
    const taken = (step: number, member: number, copyFrom: number, sigma: number) =>
      ({ type: 'members', step, changes: [{ member, copyFrom, hyper: { sigma, learningRate: 0.02 } }] }) as const
    const events = [
      at(0, 0, 0.1, 1), at(0, 1, 0.2, 5), at(0, 2, 0.3, 2),
      taken(1, 0, 1, 0.4), // 0 goes on from 1
      at(1, 0, 0.4, 6), at(1, 1, 0.2, 4), at(1, 2, 0.3, 2),
      taken(2, 2, 0, 0.5), // 2 goes on from 0
      at(2, 0, 0.4, 6), at(2, 1, 0.2, 4), at(2, 2, 0.5, 9),
    ]
    expect(bestMember(events)).toBe(2)
    expect(lineageOf(events, 2)).toEqual([{ member: 1, from: 0, to: 1 }, { member: 0, from: 1, to: 2 }, { member: 2, from: 2, to: Infinity }])
    expect(lineageOf(events, 1)).toEqual([{ member: 1, from: 0, to: Infinity }])
    expect(scheduleOf(events).rows.map(({ step, hyper }) => [step, hyper.sigma])).toEqual([[0, 0.2], [1, 0.4], [2, 0.5]])
    expect([membersOf(events), membersOf([]), bestMember([])]).toEqual([[0, 1, 2], [], 0])
  })

  test('played back, a policy gradient learns the same policy, though most of its steps have no line', async () => {
    const tune = { learningRate: { low: 1e-4, high: 1e-2 }, gamma: { low: 0.9, high: 1 }, minibatches: { low: 1, high: 4 } }
    const learner = { kind: 'ppo', steps: 16, epochs: 3, minibatches: 2 }
    const { events } = await traceOf({ learner, outer: { kind: 'random', tune, interval: 5 }, budget: { steps: 41 } })
    expect(stepsIn(events)).toBe(41)
    expect(events.filter(({ type }) => type === 'step').length).toBeLessThan(30)
    const again = await traceOf({ learner, outer: { kind: 'schedule', rows: scheduleOf(events).rows }, budget: { steps: stepsIn(events) } })
    const policyOf = (log: typeof events): string => (log[log.length - 1] as { policyDigest: string }).policyDigest
    expect(policyOf(again.events)).toBe(policyOf(events))
    expect(stepsIn([])).toBe(0)
  })

  test('one written by hand needs only its rows', () => {
    const text = 'rows:\n  - { step: 0, hyper: { sigma: 0.1 } }\n  - { step: 50, hyper: { sigma: 2e-2 } }\n'
    const rows = [
      { step: 0, hyper: { sigma: 0.1 } },
      { step: 50, hyper: { sigma: 0.02 } },
    ]
    expect(decodeSchedule(text)).toEqual({ _tag: 'Right', right: { format: 'bilevel-schedule', version: 1, rows } })
  })

  test.each([
    ['nonsense', ''],
    ['rows: [', 'line 1'],
    ['{"rows":[{"step":0,"hyper":{"__proto__":{"sigma":1}}}]}', 'rows.0.hyper.__proto__'],
    ['{"format":"other","version":1,"rows":[{"step":0,"hyper":{}}]}', 'format'],
    ['{"format":"bilevel-schedule","version":2,"rows":[{"step":0,"hyper":{}}]}', 'version'],
    ['{"format":"bilevel-schedule","version":1,"rows":[]}', 'rows'],
    ['{"format":"bilevel-schedule","version":1,"rows":[{"step":-1,"hyper":{}}]}', 'rows.0.step'],
    ['{"format":"bilevel-schedule","version":1,"rows":[{"step":0,"hyper":{"sigma":"a"}}]}', 'rows.0.hyper.sigma'],
  ])('%s is refused', (text, path) => {
    expect(decodeSchedule(text)).toMatchObject({ _tag: 'Left', left: [{ path }] })
  })
})
