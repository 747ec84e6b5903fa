/**
 * The networks that an actor-critic is made of, and where each of them lies in its vector.
 *
 * *Source:* Mnih et al. 2016, arXiv 1602.01783, section 5.3 (shared trunk); Schulman et al. 2017, arXiv 1707.06347, section 6.1 (separate networks).
 * *Deviations:* none.
 */
import type { Activation, MlpSpec } from '../core/backend.ts'
import type { PolicySpec } from '../core/job.ts'
import type { Space } from '../core/space.ts'
import { policyNet } from './policy.ts'

/** Where values come from: a network of its own, or the policy's last hidden layer (which then must exist). */
export type CriticSpec = Readonly<{ kind: 'separate'; hidden: readonly number[]; activation: Activation }> | Readonly<{ kind: 'shared' }>

/**
 * `policy` lies at the front of the vector, `critic` behind all that is the policy's. The critic reads observations, or where the trunk is shared
 * what `trunk` answers, which is the policy's network without its head and lies at the front too.
 */
export type ActorCriticNetworks = Readonly<{ policy: MlpSpec; critic: MlpSpec; trunk: MlpSpec | null }>

/** Sizes of the critic's own layers: those of its network, or of the one map from the trunk. */
export const criticSizes = (policy: PolicySpec, critic: CriticSpec, obsSize: number): readonly number[] =>
  critic.kind === 'separate' ? [obsSize, ...critic.hidden, 1] : [policy.hidden[policy.hidden.length - 1], 1]

/** The networks of a policy and its critic for `obsSize` observed numbers and an action space. */
export const actorCriticNetworks = (policy: PolicySpec, critic: CriticSpec, obsSize: number, actionSpace: Space): ActorCriticNetworks => {
  const { hidden, activation } = policy
  const shared = critic.kind === 'shared'
  return {
    policy: policyNet(policy, obsSize, actionSpace),
    critic: { sizes: criticSizes(policy, critic, obsSize), activation: shared ? 'linear' : critic.activation, outputActivation: 'linear' },
    trunk: shared ? { sizes: [obsSize, ...hidden], activation, outputActivation: activation } : null,
  }
}
