/**
 * Adaptation by advantage actor-critic: before each update some episodes of the policy as it stands, then one step of policy and critic on them.
 *
 *     θ ← step along mean (∇ log π_θ(a|s) Â),   φ ← step against ∇ mean (V_φ(s) − G)²,   Â = (G − V_φ(s)) standardised over all steps
 *
 * G are discounted returns to go; where a time limit cut an episode off, the critic's value stands for the rest. It starts from the mean of the drawn actors,
 * as a rule of one. With a search over the start this is learning that evolution helps, the Baldwin effect.
 *
 * *Source:* Mnih et al. 2016, arXiv 1602.01783, section 4.3; Fernando et al. 2018, Meta-learning by the Baldwin effect, arXiv 1806.07917, as the baseline of
 * Shen et al. 2018, arXiv 1812.11314, Fig. 1. *Deviations:* 1. no entropy term. 2. advantages are standardised.
 */
import type { Backend, MlpSpec } from '../core/backend.ts'
import type { EnvSpec } from '../core/env.ts'
import { invariant } from '../core/invariant.ts'
import type { A2cAdaptation, AdaptationJob } from '../core/job.ts'
import { foldIn } from '../core/rng.ts'
import { sizeOf } from '../core/space.ts'
import { mean } from '../core/stats.ts'
import { actionDistribution } from '../nn/action-distribution.ts'
import { joinVectors } from '../nn/layout.ts'
import { mlp } from '../nn/mlp.ts'
import { policyNet } from '../nn/policy.ts'
import { meanVector, optimiserNamed, type Adapter } from './adapter.ts'
import { normaliseAdvantages } from './minibatch.ts'
import { policySurrogate } from './policy-surrogate.ts'
import { gae } from './returns.ts'
import { isUsable, joinSteps, runTrajectory, type Trajectory } from './trajectory.ts'
import { valueRegression } from './value-regression.ts'

const scaling = { ddof: 0, epsilon: 1e-8 } as const

/** A2C for jobs with this policy and critic. A policy without probabilities breaks an invariant. */
export const a2cAdapter = ({ policy, criticHidden }: Pick<AdaptationJob, 'policy' | 'criticHidden'>, spec: EnvSpec, backend: Backend): Adapter<A2cAdaptation> => {
  invariant(policy.kind !== 'deterministic', 'adaptation by A2C needs a policy with probabilities')
  const obsSize = sizeOf(spec.observationSpace)
  const distribution = actionDistribution(spec.actionSpace)
  const network = policyNet(policy, obsSize, spec.actionSpace)
  const net = mlp(network, backend)
  const surrogateAt = policySurrogate({ network, distribution }, backend)
  const criticSpec: MlpSpec = { sizes: [obsSize, ...criticHidden, 1], activation: policy.activation, outputActivation: 'linear' }
  const criticNet = mlp(criticSpec, backend)
  const regression = valueRegression({ networks: { policy: network, critic: criticSpec, trunk: null }, size: criticNet.size, policySize: 0 }, backend)
  const actorSize = net.size + distribution.logStdSize

  /** Advantages and returns of one trajectory. */
  const judged = (critic: Float64Array, { outcome, steps }: Trajectory, gamma: number) => {
    const count = steps.rewards.length
    const truncated = new Uint8Array(count)
    truncated[count - 1] = outcome.truncated ? 1 : 0
    const transitions = { envs: 1, rewards: steps.rewards, terminated: steps.terminated, truncated, nextValues: criticNet.forward(critic, steps.nextObs, count) }
    return gae(transitions, criticNet.forward(critic, steps.obs, count), gamma, 1)
  }

  return {
    actorSize,
    criticSize: criticNet.size,
    values: (critic, { obs, rewards }) => criticNet.forward(critic, obs, rewards.length),
    *path(start, { updates, episodes, optimiser, learningRate, criticLearningRate, gamma }) {
      const keyExplore = foldIn(start.key, 0)
      const rule = optimiserNamed(optimiser, backend)
      let actor = meanVector(start.actors)
      let { critic } = start
      let actorState = rule.init(actor.length)
      let criticState = rule.init(critic.length)
      yield { actor, critic, criticLoss: Number.NaN, actorLoss: Number.NaN }
      for (let u = 0; u < updates; u++) {
        const keyUpdate = foldIn(keyExplore, u)
        const trajectories = Array.from({ length: episodes }, (_, e) => runTrajectory(start.live, start.policy, actor, foldIn(keyUpdate, e)))
        trajectories.forEach(({ outcome }) => start.explored(outcome))
        const usable = trajectories.filter(isUsable)
        if (usable.length === 0) return
        const { obs, actions, rewards } = joinSteps(usable.map(({ steps }) => steps))
        const batch = rewards.length
        const estimates = usable.map((trajectory) => judged(critic, trajectory, gamma))
        const returns = joinVectors(estimates.map((estimate) => estimate.returns))
        const advantages = normaliseAdvantages(joinVectors(estimates.map((estimate) => estimate.advantages)), scaling)
        const logProb = new Float64Array(batch)
        distribution.logProb(logProb, { head: net.forward(actor, obs, batch), logStd: actor.subarray(net.size) }, actions, batch)
        const ascent = surrogateAt(actor, { obs, actions, advantages, oldLogProb: logProb }).gradient
        const ofCritic = regression(critic, { obs, returns })
        ;[critic, criticState] = rule.update(criticState, ofCritic.gradient, critic, criticLearningRate)
        ;[actor, actorState] = rule.update(actorState, ascent.map((g) => -g), actor, learningRate)
        yield { actor, critic, criticLoss: ofCritic.loss, actorLoss: -mean(logProb.map((value, b) => value * advantages[b])) }
      }
    },
  }
}
