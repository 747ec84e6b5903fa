/**
 * How good another policy looks from a batch of this one: weighted importance sampling over the trajectories of the rollout.
 *
 *     w_i = Π_t π'(a_t|s_t)/π(a_t|s_t) over environment i,   value = Σ_i w_i R_i / Σ_i w_i
 *
 * R_i is the sum of the rewards of environment i in the rollout, the last one with the value of the state behind it, after all
 * rewards were brought to [0, 1] by their least and greatest. The distance is mean KL(π ‖ π') over the states of the batch.
 *
 * *Source:* Paul, Kurin and Whiteson 2019, HOOF, arXiv 1902.06583, Eq. 5 and section 3.2; rewards scaled to [0, 1] as in the authors' program.
 * *Deviations:* 1. weights are divided by the largest before summing, which cancels and keeps exp finite.
 */
import { exp } from '../core/dmath.ts'
import { mean } from '../core/stats.ts'
import type { ActorCritic } from '../nn/actor-critic.ts'
import type { OffPolicyValue } from './context.ts'
import type { Batch } from './held-batch.ts'
import { batchSize } from './held-batch.ts'

/** Sum of the scaled rewards of each environment [N]: its last one with the value of the state behind it. */
const scaledReturns = ({ envs, rewards, terminated, finalValues }: Batch): Float64Array => {
  const size = rewards.length
  const scored = rewards.slice()
  for (let i = 0; i < envs; i++) {
    const last = size - envs + i
    if (terminated[last] === 0) scored[last] += finalValues[i]
  }
  let least = Infinity
  let greatest = -Infinity
  for (let at = 0; at < size; at++) {
    least = Math.min(least, scored[at])
    greatest = Math.max(greatest, scored[at])
  }
  const span = greatest > least ? greatest - least : 1
  const returns = new Float64Array(envs)
  for (let at = 0; at < size; at++) returns[at % envs] += (scored[at] - least) / span
  return returns
}

/**
 * Value and distance of policies [P], seen from `batch`, which the policy in `parameters` [P] collected. What all candidates share
 * is computed once.
 */
export const offPolicyValues = (net: ActorCritic, parameters: Float64Array, batch: Batch): ((candidate: Float64Array) => OffPolicyValue) => {
  const size = batchSize(batch)
  const { envs } = batch
  const { distribution } = net
  const p = net.heads(parameters, batch.obs, size)
  const returns = scaledReturns(batch)
  return (candidate) => {
    const q = net.heads(candidate, batch.obs, size)
    const logProbs = new Float64Array(size)
    distribution.logProb(logProbs, q, batch.actions, size)
    const kl = new Float64Array(size)
    distribution.kl(kl, p, q, size)
    const logWeights = new Float64Array(envs)
    for (let at = 0; at < size; at++) logWeights[at % envs] += logProbs[at] - batch.oldLogProb[at]
    let top = -Infinity
    for (let i = 0; i < envs; i++) top = Math.max(top, logWeights[i])
    let weights = 0
    let weighted = 0
    for (let i = 0; i < envs; i++) {
      const weight = exp(logWeights[i] - top)
      weights += weight
      weighted += weight * returns[i]
    }
    return { estimate: weighted / weights, kl: mean(kl) }
  }
}
