/**
 * The batch that a policy-gradient learner holds between a rollout and the end of its updates.
 *
 * Rows are the T · N transitions of the rollout, steps first, environments inside a step. Values are those of the critic at the time of the
 * rollout; advantages and value targets are computed once, with the gamma and lambda then in force.
 *
 * *Source:* Schulman et al. 2017, arXiv 1707.06347, Algorithm 1. *Deviations:* none.
 */
import { invariant } from '../core/invariant.ts'
import type { RolloutOutcome } from '../core/job.ts'
import type { ActorCritic } from '../nn/actor-critic.ts'
import type { AdvantageScaling, Minibatch } from './minibatch.ts'
import { normaliseAdvantages } from './minibatch.ts'
import { gae } from './returns.ts'

/** B = T · N rows of a minibatch, and what else the rollout told [B]; `finalValues` [N] are V of the states after the last step. */
export type Batch = Minibatch &
  Readonly<{ envs: number; rewards: Float64Array; terminated: Uint8Array; truncated: Uint8Array; finalValues: Float64Array }>

/**
 * How a batch is made of rollouts. `timeLimits`: `bootstrap` values the state that a time limit cut off, `terminate` takes it for an end
 * (as the authors' scripts for classic control and MuJoCo do). `advantageScaling` scales the advantages of the whole batch, or null.
 */
export type BatchSettings = Readonly<{ timeLimits: 'bootstrap' | 'terminate'; advantageScaling: AdvantageScaling | null }>

/** Rows of several rollouts of equal length T side by side: [T, N₁ + N₂ + …, width]. */
const sideBySide = <A extends Float64Array | Uint8Array>(parts: readonly A[], counts: readonly number[], steps: number, width: number, make: (n: number) => A): A => {
  if (parts.length === 1) return parts[0]
  const all = counts.reduce((sum, n) => sum + n, 0)
  const joined = make(steps * all * width)
  let from = 0
  parts.forEach((part, p) => {
    const row = counts[p] * width
    for (let t = 0; t < steps; t++) joined.set(part.subarray(t * row, (t + 1) * row), (t * all + from) * width)
    from += counts[p]
  })
  return joined
}

/** V of the state that each step led to [T · N]: the next row's value, the cut-off state's where time was up, the last rows' `finalValues`. */
const nextValuesOf = (values: Float64Array, finalValues: Float64Array, ends: readonly Readonly<{ at: number; value: number }>[]): Float64Array => {
  const envs = finalValues.length
  const next = new Float64Array(values.length)
  next.set(values.subarray(envs))
  next.set(finalValues, values.length - envs)
  for (const { at, value } of ends) next[at] = value
  return next
}

/** The batch of some rollouts of equal length under the critic in `parameters` [P]; `gamma` and `gaeLambda` lie in [0, 1]. */
export const batchOf = (
  net: ActorCritic,
  parameters: Float64Array,
  rollouts: readonly RolloutOutcome[],
  { gamma, gaeLambda }: Readonly<{ gamma: number; gaeLambda: number }>,
  { timeLimits, advantageScaling }: BatchSettings,
): Batch => {
  const { obsSize, distribution } = net
  const counts = rollouts.map(({ slots }) => slots.length)
  const envs = counts.reduce((sum, n) => sum + n, 0)
  const steps = rollouts[0].rewards.length / counts[0]
  invariant(rollouts.every(({ rewards }, p) => rewards.length === steps * counts[p]), 'rollouts of different lengths make no batch')
  const numbers = (n: number): Float64Array => new Float64Array(n)
  const flags = (n: number): Uint8Array => new Uint8Array(n)
  const obs = sideBySide(rollouts.map((one) => one.obs), counts, steps, obsSize, numbers)
  const actions = sideBySide(rollouts.map((one) => one.actions), counts, steps, distribution.actionSize, numbers)
  const rewards = sideBySide(rollouts.map((one) => one.rewards), counts, steps, 1, numbers)
  const terminatedAlone = sideBySide(rollouts.map((one) => one.terminated), counts, steps, 1, flags)
  const truncated = sideBySide(rollouts.map((one) => one.truncated), counts, steps, 1, flags)
  const terminated = timeLimits === 'bootstrap' ? terminatedAlone : terminatedAlone.map((flag, at) => (flag | truncated[at]) as 0 | 1)
  const finalObs = sideBySide(rollouts.map((one) => one.finalObs), counts, 1, obsSize, numbers)

  const size = steps * envs
  const values = net.values(parameters, obs, size)
  const finalValues = net.values(parameters, finalObs, envs)
  let from = 0
  const ends = rollouts.flatMap(({ truncatedEnds }, p) => {
    const first = from
    from += counts[p]
    return truncatedEnds.map(({ step, slot, obs: cutOff }) => ({ at: step * envs + first + slot, value: net.values(parameters, cutOff, 1)[0] }))
  })
  const nextValues = nextValuesOf(values, finalValues, ends)
  const { advantages, returns } = gae({ envs, rewards, terminated, truncated, nextValues }, values, gamma, gaeLambda)
  const oldLogProb = new Float64Array(size)
  distribution.logProb(oldLogProb, net.heads(parameters, obs, size), actions, size)
  return {
    envs,
    obs,
    actions,
    advantages: advantageScaling === null ? advantages : normaliseAdvantages(advantages, advantageScaling),
    returns,
    oldLogProb,
    oldValues: values,
    rewards,
    terminated,
    truncated,
    finalValues,
  }
}

/** Number of rows. */
export const batchSize = (batch: Batch): number => batch.rewards.length
