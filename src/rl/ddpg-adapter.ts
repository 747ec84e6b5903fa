/**
 * Adaptation by DDPG: each drawn actor explores the task once, and their mean is trained on what all of them saw.
 *
 *     θ̄ = 1/K Σ_j θ_j,   (θ̄, φ) → updates of `ddpg-loss.ts` on the K trajectories → (θ̄′, φ′)
 *
 * The trajectories are all that DDPG sees. Its slow networks are the networks as they were at the start: a few updates would hardly move them. Episodes are
 * run without action noise; exploring is left to the spread of the actors.
 *
 * *Source:* Shen et al. 2018, arXiv 1812.11314, Algorithm 1; Lillicrap et al. 2015, arXiv 1509.02971, Algorithm 1.
 * *Deviations:* 1. trajectories of a simulator that diverged are not learnt from.
 */
import type { Backend } from '../core/backend.ts'
import type { EnvSpec } from '../core/env.ts'
import { invariant } from '../core/invariant.ts'
import type { AdaptationJob, DdpgAdaptation } from '../core/job.ts'
import { foldIn } from '../core/rng.ts'
import { sizeOf } from '../core/space.ts'
import { actionCritic } from '../nn/action-critic.ts'
import { mlp } from '../nn/mlp.ts'
import { policyNet } from '../nn/policy.ts'
import { meanVector, optimiserNamed, type Adapter } from './adapter.ts'
import { ddpgTargets, type DdpgNets, type ReplayBatch } from './ddpg-loss.ts'
import { ddpgUpdate, type DdpgTrained } from './ddpg-update.ts'
import { drawSteps, isUsable, joinSteps, runTrajectory } from './trajectory.ts'

/** DDPG for jobs with this policy and critic. A policy that is not deterministic, or actions that are discrete, break an invariant. */
export const ddpgAdapter = ({ policy, criticHidden }: Pick<AdaptationJob, 'policy' | 'criticHidden'>, spec: EnvSpec, backend: Backend): Adapter<DdpgAdaptation> => {
  const { actionSpace } = spec
  invariant(policy.kind === 'deterministic' && actionSpace.kind === 'box', 'adaptation by DDPG needs a deterministic policy and continuous actions')
  const obsSize = sizeOf(spec.observationSpace)
  const nets: DdpgNets = {
    actor: mlp(policyNet(policy, obsSize, actionSpace), backend),
    critic: actionCritic({ obsSize, actionSize: actionSpace.low.length, hidden: criticHidden, activation: policy.activation }, backend),
  }
  return {
    actorSize: nets.actor.size,
    criticSize: nets.critic.size,
    values: (critic, { obs, actions }) => nets.critic.values(critic, obs, actions),
    *path(start, { updates, batch, optimiser, learningRate, criticLearningRate, gamma }) {
      const [keyExplore, keyDraw] = [foldIn(start.key, 0), foldIn(start.key, 2)]
      const trajectories = start.actors.map((actor, k) => runTrajectory(start.live, start.policy, actor, foldIn(keyExplore, k)))
      trajectories.forEach(({ outcome }) => start.explored(outcome))
      const usable = trajectories.filter(isUsable)
      if (usable.length === 0) return
      const steps = joinSteps(usable.map((each) => each.steps))
      const rule = optimiserNamed(optimiser, backend)
      const first = { actor: meanVector(start.actors), critic: start.critic }
      const targetsOf = (seen: ReplayBatch): Float64Array => ddpgTargets(nets, first.actor, first.critic, seen, gamma)
      const all = batch === null && updates > 0 ? targetsOf(steps) : null
      let trained: DdpgTrained = { ...first, actorOptimiser: rule.init(first.actor.length), criticOptimiser: rule.init(first.critic.length) }
      yield { ...first, criticLoss: Number.NaN, actorLoss: Number.NaN }
      for (let u = 0; u < updates; u++) {
        const seen = batch === null ? steps : drawSteps(foldIn(keyDraw, u), steps, batch)
        const update = ddpgUpdate(nets, { actor: rule, critic: rule }, trained, seen, all ?? targetsOf(seen), { learningRate, criticLearningRate })
        trained = update.trained
        yield { actor: trained.actor, critic: trained.critic, criticLoss: update.ofCritic.loss, actorLoss: update.ofActor.loss }
      }
    },
  }
}
