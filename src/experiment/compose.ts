/**
 * Composes a learner, an outer level and a budget into one experiment: the pure state machine of a whole run.
 *
 * Before every finest step the scheduler is asked. If it wants trials, copies of the learner are stepped and scored in
 * lockstep rounds (stage s of every copy together), so that a round is one batch of jobs for the evaluator; the copies
 * are thrown away and their env steps are booked on the outer level. Learner steps that need no jobs (gradient phases)
 * are taken inside `absorb`, so "no jobs" always means "done".
 *
 * Members of a population take their steps together. Where some still update on a rollout and others would collect the next one (phases of different
 * length), the others wait: all members collect in the same round, and none runs ahead in env steps. Env steps of all members count.
 *
 * *Source:* house contract 4; the look-ahead is Wang et al. 2023, BiERL, arXiv 2308.01207, Eq. 4-5 and 7, Algorithm 2.
 * *Deviations:* none.
 */
import type { HyperRecord } from '../core/hyper.ts'
import { outside } from '../core/hyper.ts'
import { invariant } from '../core/invariant.ts'
import type { Job, Outcome } from '../core/job.ts'
import { envStepsOf } from '../core/job.ts'
import type { Key } from '../core/key.ts'
import type { Learner, StepReport } from '../core/learner.ts'
import { foldIn } from '../core/rng.ts'
import { holdsRollout } from '../outer/run-clock.ts'
import type { MemberFeedback, Proposal, Scheduler } from '../outer/scheduler.ts'
import { isSpent, usedShare, type Budget } from './budget.ts'
import type { Experiment, ExperimentEvent, Spent } from './experiment.ts'
import { isUnseen, stepEvent, type Shown } from './step-line.ts'
import { absorbLookAhead, isScored, lookAheadJobs, scoresOf, startLookAhead, type LookAhead } from './look-ahead.ts'

/**
 * One learner of the population (a population of one, except for population methods) with the values in force.
 * `shown` are the values of its last line in the record.
 */
export type Member<S> = Readonly<{ learner: S; hyper: HyperRecord; lastReturn: number; shown: Shown | null }>

export type Phase<S> = Readonly<{ kind: 'step' }> | Readonly<{ kind: 'probe'; lookAhead: LookAhead<S> }> | Readonly<{ kind: 'done' }>

/**
 * Everything that a run is, as plain data. `decisions` and `observations` count calls of the scheduler; they index its keys.
 * `pending` holds what happened before the first round of jobs; the first `absorb` reports it.
 */
export type ExperimentState<S, U> = Readonly<{
  key: Key
  step: number
  members: readonly Member<S>[]
  scheduler: U
  phase: Phase<S>
  spent: Spent
  decisions: number
  observations: number
  pending: readonly ExperimentEvent[]
}>

export type ExperimentOptions<S, H extends HyperRecord, C, U> = Readonly<{
  learner: Learner<S, H, C>
  scheduler: Scheduler<U, C, H>
  budget: Budget
}>

/** What a step of member `index` did; `spent` is what was spent when it was done. */
type Stepped<S, H extends HyperRecord> = Readonly<{ index: number; member: Member<S>; next: S; report: StepReport<H>; spent: Spent }>

// Uses of the root key, one index each.
const KEY_LEARNER = 0
const KEY_SCHEDULER = 1
const KEY_STEP = 2
const KEY_PROPOSE = 3
const KEY_OBSERVE = 4

const subkey = (key: Key, use: number, index: number): Key => foldIn(foldIn(key, use), index)

const book = (spent: Spent, side: 'learner' | 'outer', envSteps: number): Spent => ({
  ...spent,
  [side]: spent[side] + envSteps,
  total: spent.total + envSteps,
})

/**
 * The experiment of `learner` under `scheduler` until `budget` is spent.
 *
 * Throws an `InvariantError` if the scheduler proposes values outside the learner's declared space, asks for a probe that
 * the learner does not offer, or if a value that takes effect at once was not the one applied.
 */
export const experiment = <S, H extends HyperRecord, C, U>(options: ExperimentOptions<S, H, C, U>): Experiment<ExperimentState<S, U>> => {
  const { learner, scheduler, budget } = options
  invariant(budget.envSteps !== null || budget.steps !== null, 'a budget needs a limit on env steps or on steps')
  type State = ExperimentState<S, U>

  const holding = (state: State): readonly boolean[] => state.members.map((member) => holdsRollout(learner.context(member.learner)))

  /** Jobs of each member's next step; null for a member that waits until the others have updated on their rollouts. */
  const stepJobs = (state: State): readonly (readonly Job[] | null)[] => {
    const keyStep = subkey(state.key, KEY_STEP, state.step)
    const holds = holding(state)
    return state.members.map((member, i) => (holds.includes(true) && !holds[i] ? null : learner.jobs(foldIn(keyStep, i), member.learner, member.hyper as H)))
  }

  const wantedJobs = (state: State): readonly Job[] => stepJobs(state).flatMap((jobs) => jobs ?? [])

  const checkHyper = (hyper: HyperRecord): void => {
    const bad = outside(learner.space, hyper)
    invariant(bad.length === 0, `${scheduler.name} proposed ${bad.map((name) => `${name} = ${hyper[name]}`).join(', ')} outside the space of ${learner.name}`)
  }

  /** Applies a proposal; the returned state waits for jobs of its phase. */
  const enter = (state: State, proposal: Proposal<H>): readonly [State, readonly ExperimentEvent[]] => {
    switch (proposal.kind) {
      case 'use':
        checkHyper(proposal.hyper)
        return [{ ...state, phase: { kind: 'step' }, members: state.members.map((member) => ({ ...member, hyper: proposal.hyper })) }, []]
      case 'members': {
        proposal.changes.forEach(({ hyper }) => checkHyper(hyper))
        const members = state.members.map((member, i) => {
          const change = proposal.changes.find((c) => c.member === i)
          if (change === undefined) return member
          // a copy has shown nothing yet: its next line is written whatever it says
          return change.copyFrom === null ? { ...member, hyper: change.hyper } : { ...state.members[change.copyFrom], hyper: change.hyper, shown: null }
        })
        const { changes } = proposal
        return [{ ...state, phase: { kind: 'step' }, members }, changes.length === 0 ? [] : [{ type: 'members', step: state.step, changes }]]
      }
      case 'probe':
        invariant(proposal.trials.length > 0, `${scheduler.name} asked for a probe without trials`)
        proposal.trials.forEach(({ hyper, probe }) => {
          checkHyper(hyper)
          invariant(learner.probes.includes(probe.kind), `${learner.name} offers no '${probe.kind}' probe`)
        })
        return [{ ...state, phase: { kind: 'probe', lookAhead: startLookAhead(learner, state.members[0].learner, proposal.trials) } }, []]
    }
  }

  const finish = (state: State): readonly [State, readonly ExperimentEvent[]] => [
    { ...state, phase: { kind: 'done' } },
    [{ type: 'done', step: state.step, envSteps: state.spent, policyDigest: learner.policy(best(state).learner).parameters.digest }],
  ]

  /** Asks the scheduler, and takes learner steps that need no jobs, until jobs are wanted or the budget is spent. */
  const settle = (start: State): readonly [State, readonly ExperimentEvent[]] => {
    let state = start
    const events: ExperimentEvent[] = []
    for (;;) {
      if (isSpent(budget, state.spent.total, state.step, () => holding(state).includes(true))) {
        const [done, last] = finish(state)
        return [done, [...events, ...last]]
      }
      const contexts = state.members.map((member) => learner.context(member.learner))
      const [proposal, schedulerState] = scheduler.propose(subkey(state.key, KEY_PROPOSE, state.decisions), state.scheduler, state.step, contexts)
      const [entered, entering] = enter({ ...state, scheduler: schedulerState, decisions: state.decisions + 1 }, proposal)
      state = entered
      events.push(...entering)
      if (state.phase.kind === 'probe' || wantedJobs(state).length > 0) return [state, events]
      const [stepped, stepping] = advanceMembers(state, [])
      state = stepped
      events.push(...stepping)
    }
  }

  const observe = (state: State, feedback: Parameters<typeof scheduler.observe>[2]): State => ({
    ...state,
    scheduler: scheduler.observe(subkey(state.key, KEY_OBSERVE, state.observations), state.scheduler, feedback),
    observations: state.observations + 1,
  })

  const checkApplied = (proposed: HyperRecord, applied: HyperRecord): void =>
    Object.entries(learner.space).forEach(([name, parameter]) => {
      invariant(
        parameter.takesEffect !== 'step' || Object.is(proposed[name], applied[name]),
        `${learner.name} applied ${name} = ${applied[name]} where ${proposed[name]} was proposed`,
      )
    })

  const feedbackOf = (member: Member<S>, stepped: Stepped<S, H> | null): MemberFeedback<C, H> => {
    const context = learner.context(member.learner)
    invariant(context !== null, `${learner.name} shows no context after a step`)
    if (stepped !== null) return { applied: stepped.report.applied, metrics: stepped.report.metrics, context, envSteps: stepped.report.envSteps }
    return { applied: (member.shown?.applied ?? member.hyper) as H, metrics: {}, context, envSteps: 0, waited: true }
  }

  const advanceMembers = (state: State, outcomes: readonly Outcome[]): readonly [State, readonly ExperimentEvent[]] => {
    const keyStep = subkey(state.key, KEY_STEP, state.step)
    let from = 0
    let spent = state.spent
    const stepped = stepJobs(state).map((jobs, i): Stepped<S, H> | null => {
      if (jobs === null) return null
      const answers = outcomes.slice(from, from + jobs.length)
      from += jobs.length
      const member = state.members[i]
      const [next, report] = learner.advance(foldIn(keyStep, i), member.learner, answers, member.hyper as H)
      checkApplied(member.hyper, report.applied)
      spent = book(spent, 'learner', report.envSteps)
      return { index: i, member, next, report, spent }
    })
    invariant(from === outcomes.length, `${outcomes.length} outcomes for ${from} jobs`)
    const seen = stepped.filter((step): step is Stepped<S, H> => step !== null && !isUnseen(step.report, step.member.hyper, step.member.shown))
    const members = stepped.map((step, i): Member<S> =>
      step === null
        ? state.members[i]
        : {
            ...step.member,
            learner: step.next,
            lastReturn: step.report.metrics.policyReturn ?? Number.NaN,
            shown: seen.includes(step) ? { proposed: step.member.hyper, applied: step.report.applied } : step.member.shown,
          },
    )
    const observed = observe({ ...state, members, spent }, { kind: 'step', step: state.step, members: members.map((member, i) => feedbackOf(member, stepped[i])) })
    const outer = scheduler.describe(observed.scheduler)
    const events = seen.map(
      (step): ExperimentEvent => stepEvent(state.step, step.index, step.member.hyper, step.report, outer, step.spent),
    )
    return [{ ...observed, step: state.step + 1 }, events]
  }

  const absorbProbe = (state: State, lookAhead: LookAhead<S>, outcomes: readonly Outcome[]): readonly [State, readonly ExperimentEvent[]] => {
    const envSteps = envStepsOf(outcomes)
    const next = absorbLookAhead(learner, lookAhead, outcomes)
    const booked: State = { ...state, spent: book(state.spent, 'outer', envSteps), phase: { kind: 'probe', lookAhead: next } }
    if (!isScored(next)) return [booked, []]
    const scores = scoresOf(next)
    const event: ExperimentEvent = {
      type: 'probe',
      step: state.step,
      trials: next.trials.map((trial, i) => ({ hyper: trial.hyper, mean: scores[i].mean })),
      envSteps: booked.spent,
      episodes: next.episodes,
    }
    const [settled, events] = settle(observe(booked, { kind: 'probe', scores }))
    return [settled, [event, ...events]]
  }

  const absorbPhase = (state: State, outcomes: readonly Outcome[]): readonly [State, readonly ExperimentEvent[]] => {
    switch (state.phase.kind) {
      case 'done':
        invariant(outcomes.length === 0, 'outcomes for an experiment that is done')
        return [state, []]
      case 'probe':
        return absorbProbe(state, state.phase.lookAhead, outcomes)
      case 'step': {
        const [stepped, events] = advanceMembers(state, outcomes)
        const [settled, more] = settle(stepped)
        return [settled, [...events, ...more]]
      }
    }
  }

  /** The member with the highest last return of its policy, the first of equals; member 0 before any step. */
  const best = (state: State): Member<S> =>
    state.members.reduce((leader, member) => (member.lastReturn > leader.lastReturn || Number.isNaN(leader.lastReturn) ? member : leader))

  return {
    init: (key) => {
      const members = Array.from({ length: scheduler.members }, (_, i): Member<S> => ({
        learner: learner.init(subkey(key, KEY_LEARNER, i)),
        hyper: {},
        lastReturn: Number.NaN,
        shown: null,
      }))
      const fresh: State = {
        key,
        step: 0,
        members,
        scheduler: scheduler.init(foldIn(key, KEY_SCHEDULER)),
        phase: { kind: 'step' },
        spent: { learner: 0, outer: 0, total: 0 },
        decisions: 0,
        observations: 0,
        pending: [],
      }
      const [state, pending] = settle(fresh)
      return { ...state, pending }
    },
    jobs: (state) => {
      switch (state.phase.kind) {
        case 'done':
          return []
        case 'step':
          return wantedJobs(state)
        case 'probe':
          return lookAheadJobs(learner, state.phase.lookAhead)
      }
    },
    absorb: (state, outcomes) => {
      const [next, events] = absorbPhase({ ...state, pending: [] }, outcomes)
      return [next, [...state.pending, ...events]]
    },
    progress: (state) => ({
      step: state.step,
      envSteps: state.spent,
      fraction: usedShare(budget, state.spent.total, state.step),
      done: state.phase.kind === 'done',
    }),
    policy: (state) => {
      const { parameters, normaliser } = learner.policy(best(state).learner)
      return { parameters: parameters.values, normaliser: normaliser === null ? null : normaliser.values }
    },
    adaptations: (key, state, request) => {
      const { learner: inner, hyper } = best(state)
      return learner.adaptations?.(key, inner, hyper as H, request) ?? null
    },
  }
}
