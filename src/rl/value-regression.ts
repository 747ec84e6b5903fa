/**
 * The critic's regression on value targets, with the policy left alone.
 *
 *     loss = mean (V − R)²,   V = critic(s),   or critic(trunk(s)) where the trunk is shared
 *
 * The gradient is by the critic's own parameters. A shared trunk belongs to the policy: it is read, not moved.
 *
 * *Source:* Mnih et al. 2016, arXiv 1602.01783, section 4.3; no factor ½, as in OpenAI baselines.
 * *Deviations:* 1. a shared trunk learns nothing from values, unlike that of A2C and PPO.
 */
import type { Backend } from '../core/backend.ts'
import { invariant } from '../core/invariant.ts'
import type { ActorCritic } from '../nn/actor-critic.ts'
import { mlp } from '../nn/mlp.ts'
import type { Minibatch } from './minibatch.ts'

/** The loss, and its gradient [P − policySize] by what stands behind the policy in the vector. */
export type ValueRegression = Readonly<{ loss: number; gradient: Float64Array }>

/** The regression of one network at `parameters` [P]. Arrays of lengths that do not fit together break an invariant. */
export const valueRegression = (
  { networks, size, policySize }: Pick<ActorCritic, 'networks' | 'size' | 'policySize'>,
  backend: Backend,
): ((parameters: Float64Array, batch: Pick<Minibatch, 'obs' | 'returns'>) => ValueRegression) => {
  const critic = mlp(networks.critic, backend)
  const trunk = networks.trunk === null ? null : mlp(networks.trunk, backend)
  return (parameters, { obs, returns }) => {
    const batch = returns.length
    invariant(batch > 0 && parameters.length === size, `${batch} value targets for an actor-critic of ${size} parameters, received ${parameters.length}`)
    const read = trunk === null ? obs : trunk.forward(parameters, obs, batch)
    const pass = critic.forwardWithPullback(parameters.subarray(policySize), read, batch)
    let loss = 0
    const slopes = new Float64Array(batch)
    for (let b = 0; b < batch; b++) {
      const gap = pass.y[b] - returns[b]
      loss += gap * gap
      slopes[b] = (2 * gap) / batch
    }
    return { loss: loss / batch, gradient: pass.parameterPullback(slopes) }
  }
}
