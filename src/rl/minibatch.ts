/**
 * What a policy-gradient loss is taken over: rows of observations, actions, advantages, value targets, and what the policy and the
 * critic said when the data was collected.
 *
 * *Source:* Schulman et al. 2017, arXiv 1707.06347, Algorithm 1 (minibatches of a rollout); normalised advantages as in OpenAI
 * baselines (per minibatch) and in the code base of Kostrikov (per rollout, before it is cut into minibatches).
 * *Deviations:* none.
 */
import { invariant } from '../core/invariant.ts'
import type { AdvantageScaling, Minibatch } from '../core/policy-loss.ts'

export type { AdvantageScaling, Minibatch } from '../core/policy-loss.ts'

/**
 * The advantages [B] with mean 0 and deviation 1, a new array: (Â − mean)/(std + ε), std² = Σ(Â − mean)²/(B − ddof). At least
 * ddof + 1 of them, otherwise an invariant breaks.
 */
export const normaliseAdvantages = (advantages: Float64Array, { ddof, epsilon }: AdvantageScaling): Float64Array => {
  const size = advantages.length
  invariant(size > ddof, `${size} advantages have no deviation with ddof ${ddof}`)
  let sum = 0
  for (let b = 0; b < size; b++) sum += advantages[b]
  const mean = sum / size
  let squares = 0
  for (let b = 0; b < size; b++) squares += (advantages[b] - mean) * (advantages[b] - mean)
  const scale = Math.sqrt(squares / (size - ddof)) + epsilon
  return advantages.map((advantage) => (advantage - mean) / scale)
}

/** out row j = row indices[j] of `values`, rows of `width` numbers. */
const gather = (values: Float64Array, indices: Uint32Array, width: number): Float64Array => {
  const out = new Float64Array(indices.length * width)
  for (let j = 0, at = 0; j < indices.length; j++) {
    const from = indices[j] * width
    for (let i = 0; i < width; i++, at++) out[at] = values[from + i]
  }
  return out
}

/** The rows `indices` (each below B) of `data`, in that order: new arrays. */
export const takeRows = (data: Minibatch, indices: Uint32Array): Minibatch => {
  const rows = data.advantages.length
  return {
    obs: gather(data.obs, indices, data.obs.length / rows),
    actions: gather(data.actions, indices, data.actions.length / rows),
    advantages: gather(data.advantages, indices, 1),
    returns: gather(data.returns, indices, 1),
    oldLogProb: gather(data.oldLogProb, indices, 1),
    oldValues: gather(data.oldValues, indices, 1),
  }
}
