/** Experiments obey their laws, look-aheads cost what they cost, members are copied, and each flaw is caught. */
import { isLeft } from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import type { Scheduler } from '../../src/outer/scheduler.ts'
import type { EsContext } from '../../src/es/context.ts'
import type { HyperRecord } from '../../src/core/hyper.ts'
import { rootKey } from '../../src/core/rng.ts'
import { pack, unpack } from '../../src/run/plain-data.ts'
import { experimentFindings, experimentLaws, runToEnd } from '../laws/experiment.ts'
import { brokenExperiments } from '../mutants/experiments.ts'
import { withPlatformMathForbidden } from '../platform-math.ts'
import { copying, parametric, subjectOf } from './subjects.ts'

/** What a checkpoint does to a state. */
const copy = <S>(state: S): S => {
  const decoded = unpack(pack(state))
  if (isLeft(decoded)) throw new Error(decoded.left.expected)
  return decoded.right as S
}

experimentLaws('BiERL-PM over vanilla ES', parametric, copy)
experimentLaws('a population of three', () => subjectOf(copying(3)), copy)

describe('an experiment', () => {
  test('books one-step look-aheads on the outer level: m · l · (n + 1 + 1) evaluations each', () => {
    const { events } = runToEnd(parametric(), 3)
    const probes = events.filter((event) => event.type === 'probe')
    expect(probes.length).toBeGreaterThan(2)
    probes.forEach(({ episodes, trials }) => {
      expect(trials).toHaveLength(4)
      expect(episodes).toBe(4 * 2 * (6 + 1 + 1))
    })
    expect(events.at(-1)).toMatchObject({ type: 'done', envSteps: { outer: probes.length * 64 } })
  })

  test('gives members their own keys, and a copy its donor\'s learner', () => {
    const subject = subjectOf(copying(3))
    let state = subject.experiment.init(rootKey(1))
    let copies = 0
    for (;;) {
      const jobs = subject.experiment.jobs(state)
      if (jobs.length === 0) break
      expect(new Set(jobs.map((job) => ('key' in job ? `${job.key.hi} ${job.key.lo}` : job.work))).size).toBe(jobs.length)
      const [next, events] = subject.experiment.absorb(state, jobs.map(subject.execute))
      for (const event of events.filter(({ type }) => type === 'members')) {
        if (event.type !== 'members') continue
        for (const { member, copyFrom, hyper } of event.changes) {
          if (copyFrom === null) continue
          copies += 1
          expect(next.members[member].learner).toStrictEqual(next.members[copyFrom].learner)
          expect(next.members[member].hyper).toStrictEqual(hyper)
        }
      }
      state = next
    }
    expect(copies).toBeGreaterThan(2)
  })

  test('refuses values outside the space, trials of kinds that the learner lacks, and a budget without limits', () => {
    const proposing = (proposal: ReturnType<Scheduler<null, EsContext, HyperRecord>['propose']>[0]): Scheduler<null, EsContext, HyperRecord> => ({
      name: 'stubborn', members: 1, needs: [], probes: [], init: () => null, propose: () => [proposal, null], observe: () => null, describe: () => ({}),
    })
    expect(() => subjectOf(proposing({ kind: 'use', hyper: { sigma: -1, learningRate: 0.1 } })).experiment.init(rootKey(1))).toThrow(/sigma = -1 outside the space/)
    expect(() => subjectOf(proposing({ kind: 'use', hyper: { sigma: 1 } })).experiment.init(rootKey(1))).toThrow(/learningRate = undefined/)
    expect(() => subjectOf(proposing({ kind: 'probe', trials: [] })).experiment.init(rootKey(1))).toThrow(/without trials/)
  })

  test('uses no platform mathematics, randomness or clock', () => {
    expect(withPlatformMathForbidden(() => runToEnd(parametric(), 7).events.length)).toBeGreaterThan(10)
  })
})

describe('the laws of an experiment', () => {
  test.each(Object.entries(brokenExperiments))('catch one in which %s', (_, { make, law }) => {
    expect(experimentFindings(make(), copy)).toContain(law)
  })
})
