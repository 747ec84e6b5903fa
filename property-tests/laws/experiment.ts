/**
 * Laws of an experiment, as a suite that takes any experiment and a way to execute its jobs.
 *
 * *Source:* house rule 9 (experiment laws). *Deviations:* none.
 */
import { describe, expect, test } from 'vitest'
import type { Job, Outcome } from '../../src/core/job.ts'
import { envStepsOf } from '../../src/core/job.ts'
import { rootKey } from '../../src/core/rng.ts'
import type { Experiment, ExperimentEvent } from '../../src/experiment/experiment.ts'

/** `quietSteps`: its learner leaves steps out of the record while nothing changes, so numbers of steps may be skipped. */
export type ExperimentSubject<S> = Readonly<{ experiment: Experiment<S>; execute: (job: Job) => Outcome; quietSteps?: boolean }>

export type Trace<S> = Readonly<{ events: readonly ExperimentEvent[]; state: S; rounds: number; envSteps: number }>

/** Runs to the end; `between` may replace the state after each round (a resume), `order` the order of execution. */
export const runToEnd = <S>(
  { experiment, execute }: ExperimentSubject<S>,
  seed: number,
  between: (state: S, round: number) => S = (state) => state,
  order: (n: number) => readonly number[] = (n) => Array.from({ length: n }, (_, i) => i),
): Trace<S> => {
  let state = experiment.init(rootKey(seed))
  const events: ExperimentEvent[] = []
  let envSteps = 0
  for (let round = 0; ; round += 1) {
    const jobs = experiment.jobs(state)
    if (jobs.length === 0) return { events, state, rounds: round, envSteps }
    const outcomes: Outcome[] = []
    order(jobs.length).forEach((i) => {
      outcomes[i] = execute(jobs[i])
    })
    envSteps += envStepsOf(outcomes)
    const [next, more] = experiment.absorb(state, outcomes)
    events.push(...more)
    state = between(next, round)
  }
}

/** The violations of the laws by one subject, by name; empty when all hold. `copy` is the checkpoint's round trip. */
export const experimentFindings = <S>(subject: ExperimentSubject<S>, copy: (state: S) => S): readonly string[] => {
  const findings: string[] = []
  const judge = (law: string, holds: boolean): void => {
    if (!holds) findings.push(law)
  }
  const same = (a: unknown, b: unknown): boolean => {
    try {
      expect(a).toStrictEqual(b)
      return true
    } catch {
      return false
    }
  }
  const whole = runToEnd(subject, 7)
  judge('a run repeats itself', same(runToEnd(subject, 7), whole))
  judge('another seed is another run', !same(runToEnd(subject, 8).events, whole.events))
  judge('resuming after every round continues bit for bit', same(runToEnd(subject, 7, copy), whole))
  judge('order of execution does not matter', same(runToEnd(subject, 7, undefined, (n) => Array.from({ length: n }, (_, i) => n - 1 - i)), whole))
  const last = whole.events.at(-1)
  judge('a run ends with its done event', last?.type === 'done')
  judge('every env step is booked', last?.type === 'done' && last.envSteps.total === whole.envSteps)
  judge(
    'learner and outer level add up',
    whole.events.every((event) => event.type === 'members' || event.envSteps.total === event.envSteps.learner + event.envSteps.outer),
  )
  judge(
    'proposed equals applied',
    whole.events.every((event) => event.type !== 'step' || same(event.applied, event.proposed)),
  )
  judge(
    'steps count up by one',
    whole.events
      .filter((event) => event.type === 'step' && event.member === 0)
      .every((event, i, all) => (subject.quietSteps === true ? i === 0 || event.step > all[i - 1].step : event.step === i)),
  )
  judge('a finished run asks for nothing', subject.experiment.jobs(whole.state).length === 0 && subject.experiment.progress(whole.state).done)
  return findings
}

/** The suite. */
export const experimentLaws = <S>(name: string, make: () => ExperimentSubject<S>, copy: (state: S) => S): void => {
  describe(`${name} obeys the laws of an experiment`, () => {
    test('no law is broken', () => {
      expect(experimentFindings(make(), copy)).toEqual([])
    })
  })
}
