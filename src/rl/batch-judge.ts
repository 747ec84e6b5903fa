/**
 * What a held batch says of policies near the one that collected it, without any env step.
 *
 * *Source:* Paul et al. 2019, HOOF, arXiv 1902.06583, section 3; Mnih et al. 2016, arXiv 1602.01783 (the policy gradient).
 * *Deviations:* none.
 */
import type { ActorCritic } from '../nn/actor-critic.ts'
import type { HeldBatch } from './context.ts'
import type { Batch } from './held-batch.ts'
import { batchSize } from './held-batch.ts'
import { offPolicyValues } from './off-policy-value.ts'

/** Judges candidates by `batch`, which is still to be learnt from at `parameters` [P]. */
export const batchJudge = (net: ActorCritic, parameters: Float64Array, batch: Batch): Pick<HeldBatch, 'offPolicyValue' | 'policyGradient'> => {
  let judge: ReturnType<typeof offPolicyValues> | null = null // what candidates share is computed when the first is judged
  return {
    offPolicyValue: (candidate) => {
      judge ??= offPolicyValues(net, parameters, batch)
      return judge(candidate)
    },
    policyGradient: (at) => {
      const size = batchSize(batch)
      const work = net.workspace(size)
      net.forward(work, at, batch.obs)
      net.distribution.addLogProbGradient(work.gradient, work.p, batch.actions, batch.advantages.map((a) => a / size), size)
      work.gradValues.fill(0)
      const gradient = new Float64Array(net.size)
      net.pullback(gradient, work, at, batch.obs)
      return gradient
    },
  }
}
