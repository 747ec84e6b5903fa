/**
 * Look-aheads: trials of hyperparameters on copies of a learner.
 *
 * Each repeat of a trial is one copy with its own key. A copy takes `innerSteps` steps with the trial's values and is then
 * evaluated by the trial's probe; the mean fitness of that evaluation is the repeat's score, and the mean over repeats
 * the trial's: F ≈ (1/l) Σᵢ f(θ̂ⁱ), where θ̂ⁱ is the policy after one step of repeat i. All copies move in lockstep.
 *
 * *Source:* Wang et al. 2023, BiERL, arXiv 2308.01207, Eq. 4, 5 and 7.
 * *Deviations:* 1. any number of inner steps; 0 scores the learner as it stands.
 */
import { mean } from '../core/stats.ts'
import type { HyperRecord } from '../core/hyper.ts'
import { invariant } from '../core/invariant.ts'
import type { Job, Outcome } from '../core/job.ts'
import { envStepsOf } from '../core/job.ts'
import type { Learner } from '../core/learner.ts'
import { foldIn } from '../core/rng.ts'
import type { Trial, TrialScore } from '../outer/scheduler.ts'

/** One repeat of trial `trial`; `score` is null until it has been evaluated. */
type Copy<S> = Readonly<{ trial: number; repeat: number; learner: S; score: number | null; envSteps: number }>

/** All copies of a round of trials; `stage` counts the lockstep rounds done. */
export type LookAhead<S> = Readonly<{ trials: readonly Trial<HyperRecord>[]; copies: readonly Copy<S>[]; stage: number; episodes: number }>

/** Copies of the learner's `state`, one per repeat of each trial, in trial order; waits for jobs unless all is scored. */
export const startLookAhead = <S, H extends HyperRecord, C>(
  learner: Learner<S, H, C>,
  state: S,
  trials: readonly Trial<HyperRecord>[],
): LookAhead<S> =>
  settleLookAhead(learner, {
    trials,
    copies: trials.flatMap((trial, i) =>
      Array.from({ length: trial.repeats }, (_, repeat) => ({ trial: i, repeat, learner: state, score: null, envSteps: 0 })),
    ),
    stage: 0,
    episodes: 0,
  })

/** Whether every copy has its score. */
export const isScored = <S>(lookAhead: LookAhead<S>): boolean => lookAhead.copies.every(({ score }) => score !== null)

/** Takes stages that need no jobs (gradient phases) until jobs are wanted or every copy has its score. */
const settleLookAhead = <S, H extends HyperRecord, C>(learner: Learner<S, H, C>, lookAhead: LookAhead<S>): LookAhead<S> => {
  let current = lookAhead
  while (!isScored(current) && lookAheadJobs(learner, current).length === 0) current = nextStage(learner, current, [])
  return current
}

const jobsOfCopy = <S, H extends HyperRecord, C>(learner: Learner<S, H, C>, lookAhead: LookAhead<S>, copy: Copy<S>): readonly Job[] => {
  const trial = lookAhead.trials[copy.trial]
  const keyStage = foldIn(foldIn(trial.key, copy.repeat), lookAhead.stage)
  if (lookAhead.stage < trial.innerSteps) return learner.jobs(keyStage, copy.learner, trial.hyper as H)
  return copy.score === null ? learner.probe(keyStage, copy.learner, trial.hyper as H, trial.probe) : []
}

/** Jobs of the current lockstep round, copy by copy; empty when every copy has its score. */
export const lookAheadJobs = <S, H extends HyperRecord, C>(learner: Learner<S, H, C>, lookAhead: LookAhead<S>): readonly Job[] =>
  lookAhead.copies.flatMap((copy) => jobsOfCopy(learner, lookAhead, copy))

/** Moves every copy by one stage with the outcomes of `lookAheadJobs`, in order, and on to the next that needs jobs. */
export const absorbLookAhead = <S, H extends HyperRecord, C>(
  learner: Learner<S, H, C>,
  lookAhead: LookAhead<S>,
  outcomes: readonly Outcome[],
): LookAhead<S> => settleLookAhead(learner, nextStage(learner, lookAhead, outcomes))

const nextStage = <S, H extends HyperRecord, C>(
  learner: Learner<S, H, C>,
  lookAhead: LookAhead<S>,
  outcomes: readonly Outcome[],
): LookAhead<S> => {
  let from = 0
  const copies = lookAhead.copies.map((copy): Copy<S> => {
    const count = jobsOfCopy(learner, lookAhead, copy).length
    const answers = outcomes.slice(from, from + count)
    from += count
    const trial = lookAhead.trials[copy.trial]
    const envSteps = copy.envSteps + envStepsOf(answers)
    if (lookAhead.stage < trial.innerSteps) {
      const keyStage = foldIn(foldIn(trial.key, copy.repeat), lookAhead.stage)
      return { ...copy, envSteps, learner: learner.advance(keyStage, copy.learner, answers, trial.hyper as H)[0] }
    }
    return copy.score === null ? { ...copy, envSteps, score: mean(answers.map(({ fitness }) => fitness)) } : copy
  })
  invariant(from === outcomes.length, `${outcomes.length} outcomes for ${from} jobs of a look-ahead`)
  return { ...lookAhead, copies, stage: lookAhead.stage + 1, episodes: lookAhead.episodes + outcomes.length }
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
