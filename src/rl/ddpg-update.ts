/**
 * One update of DDPG: a step of the critic against its loss, then one of the actor along the values of the critic as it is then.
 *
 * *Source:* Lillicrap et al. 2015, Continuous control with deep reinforcement learning, arXiv 1509.02971, Algorithm 1. *Deviations:* none.
 */
import type { Optimiser, OptimiserState } from '../optim/optimiser.ts'
import { ddpgActorLoss, ddpgCriticLoss, type DdpgLoss, type DdpgNets, type ReplayBatch } from './ddpg-loss.ts'

/** What is trained: both vectors with the state of their optimisers. */
export type DdpgTrained = Readonly<{ actor: Float64Array; critic: Float64Array; actorOptimiser: OptimiserState; criticOptimiser: OptimiserState }>

/** What is trained after the update, and the two losses that it stepped against. */
export type DdpgUpdate = Readonly<{ trained: DdpgTrained; ofActor: DdpgLoss; ofCritic: DdpgLoss & Readonly<{ values: Float64Array }> }>

/** `from` after an update on `batch`, whose value targets are `targets` [B]. */
export const ddpgUpdate = (
  nets: DdpgNets,
  optimisers: Readonly<{ actor: Optimiser; critic: Optimiser }>,
  from: DdpgTrained,
  batch: ReplayBatch,
  targets: Float64Array,
  { learningRate, criticLearningRate }: Readonly<{ learningRate: number; criticLearningRate: number }>,
): DdpgUpdate => {
  const ofCritic = ddpgCriticLoss(nets, from.critic, batch, targets)
  const [critic, criticOptimiser] = optimisers.critic.update(from.criticOptimiser, ofCritic.gradient, from.critic, criticLearningRate)
  const ofActor = ddpgActorLoss(nets, from.actor, critic, batch.obs, targets.length)
  const [actor, actorOptimiser] = optimisers.actor.update(from.actorOptimiser, ofActor.gradient, from.actor, learningRate)
  return { trained: { actor, critic, actorOptimiser, criticOptimiser }, ofActor, ofCritic }
}
