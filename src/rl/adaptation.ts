/**
 * Adaptation to one task: K actors explore it, their mean is trained on what they saw, and is judged by what it does afterwards.
 *
 *     θ_j ~ N(μ_a, σ_a²),  φ ~ N(μ_c, σ_c²),   θ̄ = 1/K Σ_j θ_j,   (θ̄, φ) → DDPG on the K trajectories → (θ̄′, φ′)
 *     F_actor = Σ_t r_t of an episode of θ̄′,   F_critic = −1/T Σ_t (Q_φ′(s_t, a_t) − Σ_k γ^k r_{t+k})² on that episode
 *
 * The trajectories are all that DDPG sees, and are forgotten afterwards. The slow networks of DDPG are the networks as they were at the start: a few
 * updates would hardly move them. All episodes are run without action noise; exploring is left to the spread of the actors.
 *
 * *Source:* Shen et al. 2018, Meta reinforcement learning with distribution of exploration parameters learned by evolution strategies,
 * arXiv 1812.11314, Algorithm 1; Lillicrap et al. 2015, arXiv 1509.02971, Algorithm 1.
 * *Deviations:* 1. the paper's "test set" of the critic is not described; here it is the episode of the adapted actor. 2. a return that a time limit cut
 * off is the target as it is. 3. trajectories of a simulator that diverged are not learnt from.
 */
import type { Backend } from '../core/backend.ts'
import type { EnvSpec, LiveEnv } from '../core/env.ts'
import { invariant } from '../core/invariant.ts'
import type { AdaptationJob, AdaptationOutcome, DdpgAdaptation } from '../core/job.ts'
import type { Key } from '../core/key.ts'
import { foldIn } from '../core/rng.ts'
import { sizeOf } from '../core/space.ts'
import { mean } from '../core/stats.ts'
import { drawsOf } from '../es/weight-distribution.ts'
import { actionCritic } from '../nn/action-critic.ts'
import { mlp } from '../nn/mlp.ts'
import { compilePolicy, policyNet, type CompiledPolicy } from '../nn/policy.ts'
import { adam, adamDefaults } from '../optim/adam.ts'
import { sgd, sgdDefaults } from '../optim/sgd.ts'
import { ddpgActorLoss, ddpgCriticLoss, ddpgTargets, type DdpgNets, type ReplayBatch } from './ddpg-loss.ts'
import { discountedReturns } from './returns.ts'
import { drawSteps, joinSteps, runTrajectory, type Trajectory } from './trajectory.ts'

/** An actor and a critic while they are trained, with the losses that led to them (NaN before the first update). */
export type Adapted = Readonly<{ actor: Float64Array; critic: Float64Array; criticLoss: number; actorLoss: number }>

/** Actor and critic as they are, then after each of `updates` updates on `steps`, of which an update sees all or draws some. */
export function* adaptedByDdpg(
  backend: Backend,
  nets: DdpgNets,
  first: Pick<Adapted, 'actor' | 'critic'>,
  steps: ReplayBatch,
  settings: DdpgAdaptation,
  key: Key,
): Generator<Adapted> {
  const { updates, batch, optimiser, learningRate, criticLearningRate, gamma } = settings
  const rule = optimiser === 'adam' ? adam(adamDefaults, backend) : sgd(sgdDefaults, backend)
  const targetsOf = (seen: ReplayBatch): Float64Array => ddpgTargets(nets, first.actor, first.critic, seen, gamma)
  const all = batch === null && updates > 0 ? targetsOf(steps) : null
  let { actor, critic } = first
  let actorState = rule.init(actor.length)
  let criticState = rule.init(critic.length)
  yield { actor, critic, criticLoss: Number.NaN, actorLoss: Number.NaN }
  for (let u = 0; u < updates; u++) {
    const seen = batch === null ? steps : drawSteps(foldIn(key, u), steps, batch)
    const ofCritic = ddpgCriticLoss(nets, critic, seen, all ?? targetsOf(seen))
    ;[critic, criticState] = rule.update(criticState, ofCritic.gradient, critic, criticLearningRate)
    const ofActor = ddpgActorLoss(nets, actor, critic, seen.obs, seen.rewards.length)
    ;[actor, actorState] = rule.update(actorState, ofActor.gradient, actor, learningRate)
    yield { actor, critic, criticLoss: ofCritic.loss, actorLoss: ofActor.loss }
  }
}

/** Minus the mean squared error of the critic's values of an episode against its discounted returns to go; NaN where there is no such episode. */
const criticFitnessOf = (nets: DdpgNets, critic: Float64Array, { outcome, steps }: Trajectory, gamma: number): number => {
  const { obs, actions, rewards, terminated } = steps
  if (outcome.unstable || rewards.length === 0) return Number.NaN
  const nothing = { truncated: new Uint8Array(rewards.length), nextValues: new Float64Array(rewards.length) }
  const targets = discountedReturns({ envs: 1, rewards, terminated, ...nothing }, gamma)
  const values = nets.critic.values(critic, obs, actions)
  return -mean(values.map((value, t) => (value - targets[t]) * (value - targets[t])))
}

/** Means entry by entry of vectors of equal length. */
const meanVector = (vectors: readonly Float64Array[]): Float64Array => vectors[0].map((_, p) => vectors.reduce((sum, vector) => sum + vector[p], 0) / vectors.length)

/** Executes adaptation jobs on one kind of environment with one shape of networks. */
export type AdaptationWorker = (live: LiveEnv, job: AdaptationJob) => AdaptationOutcome

/** The worker for jobs with this policy and critic. A policy that is not deterministic, or actions that are discrete, break an invariant. */
export const adaptationWorker = ({ policy: policySpec, criticHidden }: Pick<AdaptationJob, 'policy' | 'criticHidden'>, spec: EnvSpec, backend: Backend): AdaptationWorker => {
  const { actionSpace } = spec
  invariant(policySpec.kind === 'deterministic' && actionSpace.kind === 'box', 'adaptation by DDPG needs a deterministic policy and continuous actions')
  const obsSize = sizeOf(spec.observationSpace)
  const actionSize = actionSpace.low.length
  const policy: CompiledPolicy = compilePolicy(policySpec, obsSize, actionSpace, backend)
  const nets: DdpgNets = {
    actor: mlp(policyNet(policySpec, obsSize, actionSpace), backend),
    critic: actionCritic({ obsSize, actionSize, hidden: criticHidden, activation: policySpec.activation }, backend),
  }
  const [actorSize, criticSize] = [nets.actor.size, nets.critic.size]

  return (live, { base, actors, critic, adaptation, returns, key }) => {
    const { values } = base
    invariant(values.length === 2 * (actorSize + criticSize), `${values.length} numbers for two distributions of ${actorSize} and ${criticSize} parameters`)
    const part = (from: number, size: number) => ({ mean: values.subarray(from, from + size), logSigma: values.subarray(from + size, from + 2 * size) })
    const drawn = drawsOf(backend, part(0, actorSize), actors)
    const [firstCritic] = drawsOf(backend, part(2 * actorSize, criticSize), critic)
    const [keyExplore, keyJudge, keyDraw] = [0, 1, 2].map((use) => foldIn(key, use))

    const explored = drawn.map((actor, k) => runTrajectory(live, policy, actor, foldIn(keyExplore, k)))
    const usable = explored.filter(({ outcome, steps }) => !outcome.unstable && steps.rewards.length > 0)
    const judged: Trajectory[] = []
    let last: Adapted | null = null
    if (usable.length > 0) {
      const start = { actor: meanVector(drawn), critic: firstCritic }
      let done = 0
      for (last of adaptedByDdpg(backend, nets, start, joinSteps(usable.map(({ steps }) => steps)), adaptation, keyDraw)) {
        if (returns === 'every' || done === adaptation.updates) judged.push(runTrajectory(live, policy, last.actor, foldIn(keyJudge, done)))
        done++
      }
    }
    const final = judged.at(-1) ?? null
    const episodes = [...explored, ...judged].map(({ outcome }) => outcome)
    return {
      kind: 'adaptation',
      fitness: final?.outcome.fitness ?? Number.NaN,
      criticFitness: last === null || final === null ? Number.NaN : criticFitnessOf(nets, last.critic, final, adaptation.gamma),
      envSteps: episodes.reduce((sum, { envSteps }) => sum + envSteps, 0),
      episodes: episodes.length,
      unstable: episodes.filter(({ unstable }) => unstable).length,
      explored: Float64Array.from(explored, ({ outcome }) => outcome.fitness),
      returns: Float64Array.from(judged, ({ outcome }) => outcome.fitness),
      criticLoss: last?.criticLoss ?? Number.NaN,
      actorLoss: last?.actorLoss ?? Number.NaN,
    }
  }
}
