/** The record tells the truth for every learner, under every kind of change, from restored states too; and learners that do not are found out. */
import { describe, expect, test } from 'vitest'
import type { HyperRecord } from '../../src/core/hyper.ts'
import type { Learner } from '../../src/core/learner.ts'
import { appliedLaws, copiesIn, watch } from '../laws/applied.ts'
import { metaLearners } from './applied-meta-learner.ts'
import { appliedLearners } from './applied-subjects.ts'

const everyLearner = [...appliedLearners, ...metaLearners]

const runs = everyLearner.flatMap(({ name, subject }) =>
  (['random', 'pbt'] as const).flatMap((outer) => [true, false].map((restored) => [`${name} under ${outer}${restored ? ', restored after every round' : ''}`, subject(outer), restored] as const)),
)

describe.each(runs)('%s', (_, subject, restored) => {
  const watched = watch(subject, restored)
  test.each(appliedLaws)('$name', ({ check }) => check(subject, watched))
})

test('members take over one another in the runs with PBT', () => {
  everyLearner.forEach(({ subject }) => expect(copiesIn(watch(subject('pbt'), false))).toBeGreaterThan(1))
})

test('members whose updates are of different number collect together, and have spent the same env steps', () => {
  const [, , onPpo] = appliedLearners
  const { calls } = watch(onPpo.subject('pbt'), false)
  const collects = [0, 1, 2, 3].map((member) => calls.filter((call) => call.member === member && call.outcomes.length > 0).map(({ step }) => step))
  collects.forEach((steps) => expect(steps).toEqual(collects[0]))
  expect(collects[0].length).toBeGreaterThan(3)
  const updates = [0, 1, 2, 3].map((member) => calls.filter((call) => call.member === member && call.outcomes.length === 0).length)
  expect(new Set(updates).size).toBeGreaterThan(1) // the others waited
})

type Bend = <S>(learner: Learner<S, HyperRecord, unknown>) => Learner<S, HyperRecord, unknown>

/** Takes steps with other values than it was told, and records those that it was told. */
const lying = (values: (told: HyperRecord, before: HyperRecord) => HyperRecord): Bend => (learner) => {
  let last: HyperRecord | null = null
  return {
    ...learner,
    advance: (key, state, outcomes, told) => {
      const [after, report] = learner.advance(key, state, outcomes, values(told, last ?? told))
      last = told
      return [after, { ...report, applied: { ...report.applied, ...Object.fromEntries(Object.keys(told).filter((name) => learner.space[name].takesEffect === 'step').map((name) => [name, told[name]])) } }]
    },
  }
}

const flaws: readonly (readonly [string, 'random' | 'pbt', Bend, string])[] = [
  ['uses a learning rate one step late', 'random', lying((told, before) => ({ ...told, learningRate: before.learningRate })), 'the recorded values are those that the step used, bit for bit'],
  ['goes on with the values that its donor had', 'pbt', lying((_, before) => before), 'the recorded values are those that the step used, bit for bit'],
  ['ignores its learning rate', 'random', lying((told) => ({ ...told, learningRate: 0.003 })), 'the recorded values are those that the step used, bit for bit'],
  [
    'records what was proposed as what was in force',
    'random',
    (learner) => ({ ...learner, advance: (key, state, outcomes, told) => { const [after, report] = learner.advance(key, state, outcomes, told); return [after, { ...report, applied: told }] } }),
    'a proposed value is in force from the moment that it says, and until then the one before',
  ],
]

describe('a learner is found out that', () => {
  const [, , onPpo] = appliedLearners
  test.each(flaws)('%s', (_, outer, bend, name) => {
    const subject = onPpo.subject(outer, bend)
    const law = appliedLaws.find((each) => each.name === name)
    expect(() => law?.check(subject, watch(subject, false))).toThrow()
  })
  test('has a value without any influence', () => {
    const subject = onPpo.subject('random', (learner) => ({ ...learner, space: { ...learner.space, idle: { kind: 'continuous', low: 0, high: 1, scale: 'linear', takesEffect: 'step' } } }))
    const idle = appliedLaws[1]
    const watched = watch(onPpo.subject('random'), false)
    expect(() => idle.check(subject, watched)).toThrow(/idle has no influence/)
  })
})
