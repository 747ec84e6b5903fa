/**
 * Laws that the record tells the truth: the value that a run's record gives for a step is the one that the step used, from the moment that its
 * `takesEffect` says; also from restored states, and after a member took over another one.
 *
 * A run is watched: every step of the learner is kept with its key, the states around it, and what it was told. What the step must have made
 * of recorded values is computed again, from the state before it, by the test (`remade`).
 */
import { deepStrictEqual, notDeepStrictEqual, ok } from 'node:assert/strict'
import type { HyperParameter, HyperRecord } from '../../src/core/hyper.ts'
import { outside } from '../../src/core/hyper.ts'
import type { Job, Outcome } from '../../src/core/job.ts'
import type { Key } from '../../src/core/key.ts'
import type { Learner } from '../../src/core/learner.ts'
import { encodeKey, foldIn, rootKey } from '../../src/core/rng.ts'
import { experiment } from '../../src/experiment/compose.ts'
import type { ExperimentEvent, MembersEvent, StepEvent } from '../../src/experiment/experiment.ts'
import type { Scheduler } from '../../src/outer/scheduler.ts'
import { runToEnd } from './experiment.ts'

/** One step of a member, as it was asked for and done. */
export type Call<S> = Readonly<{ step: number; member: number; key: Key; before: S; after: S; jobs: readonly Job[]; outcomes: readonly Outcome[]; hyper: HyperRecord }>

/** What must hold of a learner's steps. */
export type Subject<S> = Readonly<{
  learner: Learner<S, HyperRecord, unknown>
  scheduler: () => Scheduler<unknown, unknown, HyperRecord>
  execute: (job: Job) => Outcome
  steps: number
  /** What a checkpoint does to a state. */
  copy: (state: unknown) => unknown
  /** Which values the step can take over from what is proposed. */
  changeable: (before: S) => readonly HyperParameter['takesEffect'][]
  /** What the step made that depends on hyperparameters. */
  made: (call: Call<S>) => ArrayLike<number>
  /** The same, computed from the state before the step with `values`. */
  remade: (call: Call<S>, values: HyperRecord) => ArrayLike<number>
  /** The parameters of a learner [P]. */
  parameters: (state: S) => Float64Array
}>

type Watched<S> = Readonly<{ calls: readonly Call<S>[]; events: readonly ExperimentEvent[] }>

const SEED = 11
const MOST_MEMBERS = 8

/** Runs the subject; `restored` sends the state through a checkpoint after every round. */
export const watch = <S>(subject: Subject<S>, restored: boolean): Watched<S> => {
  const { learner, scheduler, execute, steps, copy } = subject
  const calls: Call<S>[] = []
  const asked = new Map<string, readonly Job[]>()
  // the keys that the experiment gives to a step of a member: use 2 of the root
  const places = new Map<string, Readonly<{ step: number; member: number }>>()
  for (let step = 0; step < steps; step++) {
    for (let member = 0; member < MOST_MEMBERS; member++) places.set(encodeKey(foldIn(foldIn(foldIn(rootKey(SEED), 2), step), member)), { step, member })
  }
  const watched: Learner<S, HyperRecord, unknown> = {
    ...learner,
    jobs: (key, state, hyper) => {
      const jobs = learner.jobs(key, state, hyper)
      asked.set(encodeKey(key), jobs)
      return jobs
    },
    advance: (key, before, outcomes, hyper) => {
      const result = learner.advance(key, before, outcomes, hyper)
      const place = places.get(encodeKey(key))
      ok(place !== undefined, 'a step with an unknown key')
      calls.push({ ...place, key, before, after: result[0], jobs: asked.get(encodeKey(key)) ?? [], outcomes, hyper })
      return result
    },
  }
  const run = experiment({ learner: watched, scheduler: scheduler(), budget: { envSteps: null, steps } })
  const { events } = runToEnd({ experiment: run, execute }, SEED, (state) => (restored ? (copy(state) as typeof state) : state))
  return { calls, events }
}

const linesOf = <S>({ events }: Watched<S>): readonly StepEvent[] => events.filter((event): event is StepEvent => event.type === 'step')
const changesOf = <S>({ events }: Watched<S>): readonly MembersEvent[] => events.filter((event): event is MembersEvent => event.type === 'members')

/** The record's line for a step: that of the step itself, or the last before it. */
const lineAt = (lines: readonly StepEvent[], { step, member }: Readonly<{ step: number; member: number }>): StepEvent => {
  const line = lines.findLast((each) => each.member === member && each.step <= step)
  ok(line !== undefined, `no line of member ${member} up to step ${step}`)
  return line
}

export type AppliedLaw = Readonly<{ name: string; check: <S>(subject: Subject<S>, watched: Watched<S>) => void }>

export const appliedLaws: readonly AppliedLaw[] = [
  {
    name: 'the recorded values are those that the step used, bit for bit',
    check: (subject, watched) => {
      const lines = linesOf(watched)
      watched.calls.forEach((call) => {
        deepStrictEqual(subject.remade(call, lineAt(lines, call).applied), subject.made(call), `step ${call.step} of member ${call.member}`)
      })
    },
  },
  {
    name: 'every value counts: with another one the steps would have come out otherwise',
    check: (subject, watched) => {
      const lines = linesOf(watched)
      for (const [name, { low, high, kind }] of Object.entries(subject.learner.space)) {
        const other = (value: number): number => (kind === 'integer' ? (value > low ? value - 1 : value + 1) : value + 0.5 * (value < (low + high) / 2 ? high - value : low - value))
        const counted = watched.calls.some((call) => {
          const { applied } = lineAt(lines, call)
          try {
            notDeepStrictEqual(subject.remade(call, { ...applied, [name]: other(applied[name]) }), subject.made(call))
            return true
          } catch {
            return false
          }
        })
        ok(counted, `${name} has no influence on any step`)
      }
    },
  },
  {
    name: 'a proposed value is in force from the moment that it says, and until then the one before',
    check: (subject, watched) => {
      const lines = linesOf(watched)
      const inForce = new Map<number, HyperRecord>()
      let from = 0
      const changes = changesOf(watched)
      watched.calls.forEach((call) => {
        for (; from < changes.length && changes[from].step <= call.step; from++) {
          const before = new Map(inForce)
          for (const { member, copyFrom } of changes[from].changes) if (copyFrom !== null) inForce.set(member, before.get(copyFrom) ?? {})
        }
        const old = inForce.get(call.member)
        const now = subject.changeable(call.before)
        const values = Object.fromEntries(
          Object.entries(subject.learner.space).map(([name, { takesEffect }]) => [name, old === undefined || now.includes(takesEffect) ? call.hyper[name] : old[name]]),
        )
        inForce.set(call.member, values)
        const line = lineAt(lines, call)
        deepStrictEqual({ ...line.applied }, values, `step ${call.step} of member ${call.member}`)
        deepStrictEqual({ ...line.proposed }, { ...call.hyper }, `step ${call.step} of member ${call.member}`)
      })
    },
  },
  {
    name: 'every proposed value lies inside its range',
    check: ({ learner }, { calls }) => calls.forEach(({ hyper }) => deepStrictEqual(outside(learner.space, hyper), [])),
  },
  {
    name: 'a member that takes over another one goes on from its parameters, with the values of the change',
    check: (subject, watched) => {
      changesOf(watched).forEach(({ step, changes }) =>
        changes.forEach(({ member, copyFrom, hyper }) => {
          const next = watched.calls.find((call) => call.member === member && call.step >= step)
          if (next === undefined) return // the run ended there
          deepStrictEqual({ ...next.hyper }, { ...hyper })
          if (copyFrom === null) return
          const donor = watched.calls.findLast((call) => call.member === copyFrom && call.step < step)
          ok(donor !== undefined)
          deepStrictEqual(subject.parameters(next.before), subject.parameters(donor.after))
        }),
      )
    },
  },
]

/** Copies that a run made. */
export const copiesIn = <S>(watched: Watched<S>): number => changesOf(watched).reduce((sum, { changes }) => sum + changes.filter(({ copyFrom }) => copyFrom !== null).length, 0)
