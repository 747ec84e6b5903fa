/**
 * The two losses of deterministic policy gradients, and the slow targets that one of them looks at.
 *
 *     y = r + γ (1 − terminated) Q′(s′, μ′(s′)),   L_critic = mean (Q(s, a) − y)²,   L_actor = −mean Q(s, μ(s))
 *     θ′ ← (1 − τ) θ′ + τ θ
 *
 * The target y is a constant for the gradient. A transition that a time limit cut off is valued like any other: only `terminated` ends a return.
 *
 * *Source:* Lillicrap et al. 2015, Continuous control with deep reinforcement learning, arXiv 1509.02971, Algorithm 1; Silver et al. 2014,
 * Deterministic policy gradient algorithms, ICML. *Deviations:* none.
 */
import { invariant } from '../core/invariant.ts'
import { mean } from '../core/stats.ts'
import type { ActionCritic } from '../nn/action-critic.ts'
import type { Mlp } from '../nn/mlp.ts'

/** B transitions: observations [B, O], actions [B, A], rewards [B], what followed [B, O], 1 where the episode terminated [B]. */
export type ReplayBatch = Readonly<{ obs: Float64Array; actions: Float64Array; rewards: Float64Array; nextObs: Float64Array; terminated: Uint8Array }>

/** The networks: an actor [O] → [A], whose last activation bounds its actions, and a critic. */
export type DdpgNets = Readonly<{ actor: Mlp; critic: ActionCritic }>

/** A loss with its gradient by the flat vector that it trains. */
export type DdpgLoss = Readonly<{ loss: number; gradient: Float64Array }>

/** The targets y [B] by the slow networks `targetActor` and `targetCritic`. */
export const ddpgTargets = (
  { actor, critic }: DdpgNets,
  targetActor: Float64Array,
  targetCritic: Float64Array,
  { rewards, nextObs, terminated }: ReplayBatch,
  gamma: number,
): Float64Array => {
  const following = critic.values(targetCritic, nextObs, actor.forward(targetActor, nextObs, rewards.length))
  return rewards.map((reward, i) => reward + (terminated[i] === 1 ? 0 : gamma * following[i]))
}

/** mean (Q − y)² with its gradient by the critic, and the values Q [B]. */
export const ddpgCriticLoss = (
  { critic }: DdpgNets,
  parameters: Float64Array,
  { obs, actions }: ReplayBatch,
  targets: Float64Array,
): DdpgLoss & Readonly<{ values: Float64Array }> => {
  const { values, pullback } = critic.valuesWithPullback(parameters, obs, actions)
  invariant(values.length === targets.length, `${values.length} values for ${targets.length} targets`)
  const slopes = new Float64Array(values.length)
  let squares = 0
  for (let i = 0; i < slopes.length; i++) {
    const gap = values[i] - targets[i]
    squares += gap * gap
    slopes[i] = (2 * gap) / slopes.length
  }
  return { loss: squares / slopes.length, gradient: pullback(slopes).parameters, values }
}

/** −mean Q(s, μ(s)) with its gradient by the actor, and the actions μ(s) [B, A]. */
export const ddpgActorLoss = (
  { actor, critic }: DdpgNets,
  parameters: Float64Array,
  criticParameters: Float64Array,
  obs: Float64Array,
  batch: number,
): DdpgLoss & Readonly<{ actions: Float64Array }> => {
  const { y: actions, parameterPullback } = actor.forwardWithPullback(parameters, obs, batch)
  const { values, pullback } = critic.valuesWithPullback(criticParameters, obs, actions)
  const byActions = pullback(new Float64Array(batch).fill(-1 / batch)).actions
  return { loss: -mean(values), gradient: parameterPullback(byActions), actions }
}

/** (1 − τ) slow + τ fast, entry by entry. */
export const softUpdate = (slow: Float64Array, fast: Float64Array, tau: number): Float64Array => {
  const next = new Float64Array(slow.length)
  for (let i = 0; i < next.length; i++) next[i] = (1 - tau) * slow[i] + tau * fast[i]
  return next
}
