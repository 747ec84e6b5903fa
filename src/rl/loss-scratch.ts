/**
 * Scratch of a policy-gradient loss, and the entropy term that all of them have.
 *
 * *Source:* R. J. Williams and J. Peng 1991, "Function optimization using connectionist reinforcement learning algorithms" (entropy).
 * *Deviations:* 1. scratch is kept from call to call, one set per batch size; a loss writes each entry before it reads it.
 */
import { invariant } from '../core/invariant.ts'
import type { EntropyReduction } from '../core/policy-loss.ts'
import type { ActorCritic, ActorCriticWorkspace } from '../nn/actor-critic.ts'
import type { Minibatch } from './minibatch.ts'

export type { EntropyReduction } from '../core/policy-loss.ts'

/** The network's workspace and three numbers per row. */
export type LossScratch = Readonly<{ work: ActorCriticWorkspace; logProb: Float64Array; entropy: Float64Array; rows: Float64Array }>

/** The scratch for a minibatch, made at its first use; arrays that do not fit together break an invariant. */
export const lossScratch = (net: ActorCritic): ((minibatch: Minibatch) => LossScratch) => {
  const sets = new Map<number, LossScratch>()
  const { obsSize, distribution } = net
  return ({ obs, actions, advantages, returns }) => {
    const batch = advantages.length
    invariant(
      batch > 0 && obs.length === batch * obsSize && actions.length === batch * distribution.actionSize && returns.length === batch,
      `${batch} advantages with ${obs.length} numbers of observations, ${actions.length} of actions and ${returns.length} returns`,
    )
    const known = sets.get(batch)
    if (known !== undefined) return known
    const made = { work: net.workspace(batch), logProb: new Float64Array(batch), entropy: new Float64Array(batch), rows: new Float64Array(batch) }
    sets.set(batch, made)
    return made
  }
}

/** The mean entropy of the batch; adds −`coef` times its gradient to the workspace. Uses up `rows`. */
export const entropyTerm = (net: ActorCritic, { work, entropy, rows }: LossScratch, coef: number, reduction: EntropyReduction): number => {
  const { distribution } = net
  const { batch, p, gradient } = work
  const share = 1 / (batch * (reduction === 'mean' ? distribution.actionSize : 1))
  distribution.entropy(entropy, p, batch)
  let sum = 0
  for (let b = 0; b < batch; b++) sum += entropy[b]
  if (coef !== 0) {
    rows.fill(-coef * share)
    distribution.addEntropyGradient(gradient, p, rows, batch)
  }
  return sum * share
}
