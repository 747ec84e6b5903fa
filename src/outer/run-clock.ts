/**
 * Where a run stands, as far as an outer level can tell, and values that move linearly with it.
 *
 *     value(n) = from + (to − from) · min(1, n/length),   n = env steps or learner steps
 *
 * While a learner updates on a rollout, the env steps are those before the rollout: all updates of the j-th rollout of S steps (j from 0)
 * see j · S. That is when published programs compute what decays: once per rollout, from the number of rollouts done.
 *
 * *Source:* Schulman et al. 2017, arXiv 1707.06347, section 6.1 (annealed step sizes); the program that Le et al. 2021, EPGT, arXiv
 * 2112.01853, build on, for the moment. *Deviations:* none.
 */
import type { Feedback } from './scheduler.ts'

/** Finished learner steps, and env steps that the learner (its first member) has spent. */
export type Moment = Readonly<{ steps: number; envSteps: number }>

/** Env steps of the learner so far, and those before its newest rollout; trials of the outer level are not among them. */
export type RunClock = Readonly<{ envSteps: number; beforeRollout: number }>

/** The clock before the first step. */
export const startClock: RunClock = { envSteps: 0, beforeRollout: 0 }

/** Whether a learner holds a rollout, so that its next step updates on it; a learner without rollouts never does. */
export const holdsRollout = (context: unknown): boolean =>
  typeof context === 'object' && context !== null && 'next' in context && context.next === 'update'

/** The clock after a step (of the first member); answers to trials do not move it. */
export const tick = <C, H extends Readonly<Record<string, number>>>(clock: RunClock, feedback: Feedback<C, H>): RunClock => {
  if (feedback.kind === 'probe') return clock
  const { envSteps } = feedback.members[0]
  return envSteps === 0 ? clock : { envSteps: clock.envSteps + envSteps, beforeRollout: clock.envSteps }
}

/** The moment before learner step `steps`, at which the learner shows `context`. */
export const momentOf = (clock: RunClock, steps: number, context: unknown): Moment => ({
  steps,
  envSteps: holdsRollout(context) ? clock.beforeRollout : clock.envSteps,
})

/** A linear move to `to`, which is reached after `length` > 0 env steps or learner steps. */
export type Ramp = Readonly<{ to: number; over: 'env-steps' | 'steps'; length: number }>

/** The value at `moment` of what starts at `from`; `to` exactly from `length` on. */
export const rampAt = (from: number, { to, over, length }: Ramp, moment: Moment): number => {
  const share = (over === 'steps' ? moment.steps : moment.envSteps) / length
  return share >= 1 ? to : from + (to - from) * share
}
