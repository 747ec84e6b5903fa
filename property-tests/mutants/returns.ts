/**
 * Estimators of advantages and returns with one flaw each, for the laws to catch.
 */
import * as sound from '../../src/rl/returns.ts'
import type { ReturnsSubject } from '../laws/returns.ts'

type Transitions = sound.Transitions

/** One flag for both ends, the oldest error of the trade: a time limit then counts as a death. */
const withDone = (transitions: Transitions): Transitions => ({
  ...transitions,
  terminated: transitions.terminated.map((flag, at) => flag | transitions.truncated[at]),
})
/** No step ends anything. */
const endless = (transitions: Transitions): Transitions => ({ ...transitions, truncated: transitions.truncated.map(() => 0) })

export const returnsMutants: Readonly<Record<string, ReturnsSubject>> = {
  'cuts bootstrapping at time limits too': {
    gae: (transitions, values, gamma, gaeLambda) => sound.gae(withDone(transitions), values, gamma, gaeLambda),
    discountedReturns: (transitions, gamma) => sound.discountedReturns(withDone(transitions), gamma),
    nStepReturns: (transitions, gamma, n) => sound.nStepReturns(withDone(transitions), gamma, n),
  },
  'lets advantages leak through time limits': {
    ...sound,
    gae: (transitions, values, gamma, gaeLambda) => sound.gae(endless(transitions), values, gamma, gaeLambda),
  },
  'multiplies by 1 − terminated instead of choosing': {
    ...sound,
    gae: (transitions, values, gamma, gaeLambda) => {
      const answer = sound.gae(transitions, values, gamma, gaeLambda)
      const alive = transitions.terminated.map((flag) => 1 - flag)
      // bootstrap · alive differs from the choice where the bootstrap is not a number
      const advantages = answer.advantages.map((advantage, at) => (Number.isNaN(transitions.nextValues[at] * alive[at]) ? NaN : advantage))
      return { ...answer, advantages }
    },
  },
  'takes one reward too many': { ...sound, nStepReturns: (transitions, gamma, n) => sound.nStepReturns(transitions, gamma, n + 1) },
  'reads the rollout as one environment': {
    ...sound,
    discountedReturns: (transitions, gamma) => sound.discountedReturns({ ...transitions, envs: 1 }, gamma),
  },
  'normalises advantages in the values it was given': {
    ...sound,
    gae: (transitions, values, gamma, gaeLambda) => {
      const answer = sound.gae(transitions, values, gamma, gaeLambda)
      values.set(answer.returns)
      return answer
    },
  },
}
