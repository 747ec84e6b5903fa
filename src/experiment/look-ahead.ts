/**
 * Look-aheads: trials of hyperparameters on copies of a learner.
 *
 * Each repeat of a trial is one copy with its own key. A copy takes `innerSteps` rounds with the trial's values and is then
 * evaluated by the trial's probe; the mean fitness of that evaluation is the repeat's score, and the mean over repeats
 * the trial's: F ≈ (1/l) Σᵢ f(θ̂ⁱ), where θ̂ⁱ is the policy after one round of repeat i.
 *
 * A round goes on until the learner wants something evaluated again: a generation of an evolution strategy, or a rollout with all updates
 * on it. A copy that holds a rollout at the start is in its first round. All copies move in lockstep: those that need no jobs step until
 * every copy wants some, so that they are one batch for the evaluator.
 *
 * *Source:* Wang et al. 2023, BiERL, arXiv 2308.01207, Eq. 4, 5 and 7.
 * *Deviations:* 1. any number of inner steps; 0 scores the learner as it stands. 2. learners with rollouts.
 */
import { mean } from '../core/stats.ts'
import type { HyperRecord } from '../core/hyper.ts'
import { invariant } from '../core/invariant.ts'
import type { Job, Outcome } from '../core/job.ts'
import { envStepsOf, evaluates, evaluationsOf } from '../core/job.ts'
import type { Learner } from '../core/learner.ts'
import { foldIn } from '../core/rng.ts'
import type { Trial, TrialScore } from '../outer/scheduler.ts'

/** One repeat of trial `trial`: `stage` counts its steps, `rounds` those begun; `score` is null until it has been evaluated. */
type Copy<S> = Readonly<{ trial: number; repeat: number; learner: S; stage: number; rounds: number; score: number | null; envSteps: number }>

/** All copies of a round of trials. */
export type LookAhead<S> = Readonly<{ trials: readonly Trial<HyperRecord>[]; copies: readonly Copy<S>[]; episodes: number }>

/** Copies of the learner's `state`, one per repeat of each trial, in trial order; waits for jobs unless all is scored. */
export const startLookAhead = <S, H extends HyperRecord, C>(
  learner: Learner<S, H, C>,
  state: S,
  trials: readonly Trial<HyperRecord>[],
): LookAhead<S> =>
  settled(learner, {
    trials,
    copies: trials.flatMap((trial, i) =>
      Array.from({ length: trial.repeats }, (_, repeat): Copy<S> => {
        const copy = { trial: i, repeat, learner: state, stage: 0, rounds: 0, score: null, envSteps: 0 }
        return { ...copy, rounds: stepJobs(learner, trial, copy).some(evaluates) ? 0 : 1 }
      }),
    ),
    episodes: 0,
  })

/** Whether every copy has its score. */
export const isScored = <S>(lookAhead: LookAhead<S>): boolean => lookAhead.copies.every(({ score }) => score !== null)

const keyOf = (trial: Trial<HyperRecord>, { repeat, stage }: Readonly<{ repeat: number; stage: number }>) => foldIn(foldIn(trial.key, repeat), stage)

/** Jobs of the next step of a copy, whether or not it has to take one. */
const stepJobs = <S, H extends HyperRecord, C>(learner: Learner<S, H, C>, trial: Trial<HyperRecord>, copy: Copy<S>): readonly Job[] =>
  learner.jobs(keyOf(trial, copy), copy.learner, trial.hyper as H)

/** What a copy does next, and the jobs that it takes. */
const turnOf = <S, H extends HyperRecord, C>(
  learner: Learner<S, H, C>,
  trials: LookAhead<S>['trials'],
  copy: Copy<S>,
): Readonly<{ kind: 'rest' | 'step' | 'probe'; jobs: readonly Job[] }> => {
  if (copy.score !== null) return { kind: 'rest', jobs: [] }
  const trial = trials[copy.trial]
  const jobs = trial.innerSteps === 0 ? [] : stepJobs(learner, trial, copy)
  const done = trial.innerSteps === 0 || (jobs.some(evaluates) && copy.rounds === trial.innerSteps)
  return done ? { kind: 'probe', jobs: learner.probe(keyOf(trial, copy), copy.learner, trial.hyper as H, trial.probe) } : { kind: 'step', jobs }
}

/** Takes steps that need no jobs (gradient phases) until every copy wants jobs or has its score. */
const settled = <S, H extends HyperRecord, C>(learner: Learner<S, H, C>, lookAhead: LookAhead<S>): LookAhead<S> => {
  const { trials } = lookAhead
  const run = (start: Copy<S>): Copy<S> => {
    let copy = start
    for (let turn = turnOf(learner, trials, copy); turn.kind === 'step' && turn.jobs.length === 0; turn = turnOf(learner, trials, copy)) {
      copy = stepped(learner, trials[copy.trial], copy, [])
    }
    return copy
  }
  return { ...lookAhead, copies: lookAhead.copies.map(run) }
}

const stepped = <S, H extends HyperRecord, C>(learner: Learner<S, H, C>, trial: Trial<HyperRecord>, copy: Copy<S>, answers: readonly Outcome[]): Copy<S> => ({
  ...copy,
  learner: learner.advance(keyOf(trial, copy), copy.learner, answers, trial.hyper as H)[0],
  stage: copy.stage + 1,
  rounds: copy.rounds + (evaluationsOf(answers).length > 0 ? 1 : 0),
  envSteps: copy.envSteps + envStepsOf(answers),
})

/** Jobs of the current lockstep round, copy by copy; empty when every copy has its score. */
export const lookAheadJobs = <S, H extends HyperRecord, C>(learner: Learner<S, H, C>, lookAhead: LookAhead<S>): readonly Job[] =>
  lookAhead.copies.flatMap((copy) => turnOf(learner, lookAhead.trials, copy).jobs)

/** Moves every copy by one step with the outcomes of `lookAheadJobs`, in order, and on to the next that needs jobs. */
export const absorbLookAhead = <S, H extends HyperRecord, C>(
  learner: Learner<S, H, C>,
  lookAhead: LookAhead<S>,
  outcomes: readonly Outcome[],
): LookAhead<S> => {
  let from = 0
  const copies = lookAhead.copies.map((copy): Copy<S> => {
    const { kind, jobs } = turnOf(learner, lookAhead.trials, copy)
    const answers = outcomes.slice(from, from + jobs.length)
    from += jobs.length
    switch (kind) {
      case 'rest':
        return copy
      case 'step':
        return stepped(learner, lookAhead.trials[copy.trial], copy, answers)
      case 'probe':
        return { ...copy, envSteps: copy.envSteps + envStepsOf(answers), score: mean(answers.map(({ fitness }) => fitness)) }
    }
  })
  invariant(from === outcomes.length, `${outcomes.length} outcomes for ${from} jobs of a look-ahead`)
  return settled(learner, { ...lookAhead, copies, episodes: lookAhead.episodes + evaluationsOf(outcomes).length })
}

/** Score of each trial, in order; every copy must have been evaluated. */
export const scoresOf = <S>(lookAhead: LookAhead<S>): readonly TrialScore[] =>
  lookAhead.trials.map((_, i) => {
    const copies = lookAhead.copies.filter((copy) => copy.trial === i)
    const repeats = copies.map(({ score }) => {
      invariant(score !== null, 'a trial is scored before its copies are')
      return score
    })
    return { repeats, mean: mean(repeats), envSteps: copies.reduce((sum, copy) => sum + copy.envSteps, 0) }
  })
