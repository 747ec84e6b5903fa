/**
 * The actor-critic of a task: the task's policy with a critic of the same shape beside it, or on its trunk.
 *
 * *Source:* Schulman et al. 2017, arXiv 1707.06347, section 6.1. *Deviations:* none.
 */
import type { Backend } from '../core/backend.ts'
import type { Key } from '../core/key.ts'
import type { PolicySpec } from '../core/job.ts'
import type { Trunk } from '../core/policy-loss.ts'
import type { TaskInfo } from '../core/task.ts'
import { actorCriticProblems, compileActorCritic, initActorCritic, releasedGains } from '../nn/actor-critic.ts'
import type { ActorCritic, ActorCriticSpec } from '../nn/actor-critic.ts'

/** `trunk`: the critic is a network of its own, or reads the policy's last hidden layer. */
export type NetworkSettings = Readonly<{ trunk: Trunk }>

/** The policy with its critic. Weights that are orthogonal have the gains of the program of EPGT, others none. */
export const actorCriticShape = (policy: PolicySpec, trunk: Trunk): ActorCriticSpec => {
  const critic = trunk === 'shared' ? ({ kind: 'shared' } as const) : ({ kind: 'separate', hidden: policy.hidden, activation: policy.activation } as const)
  const gains = policy.init === 'orthogonal' ? releasedGains(policy.kind, critic.kind) : { hidden: 1, head: 1, value: 1 }
  return { policy, critic, gains }
}

/**
 * The network of learner `name` on `task`, and its start. Throws a `RangeError` where the task's policy has no probabilities or does
 * not fit its action space.
 */
export const actorCriticOf = (
  name: string,
  { trunk }: NetworkSettings,
  { task, obsSize, spec }: TaskInfo,
  backend: Backend,
): Readonly<{ net: ActorCritic; initial: (key: Key) => Float64Array }> => {
  if (task.kind !== 'env' || spec === null) throw new RangeError(`${name} learns from steps of an environment, not from an analytic problem`)
  const shape = actorCriticShape(task.policy, trunk)
  const problems = actorCriticProblems(shape, spec.actionSpace)
  if (problems.length > 0) throw new RangeError(`task.policy: ${problems.join('; ')}`)
  return {
    net: compileActorCritic(shape, obsSize, spec.actionSpace, backend),
    initial: (key) => initActorCritic(key, shape, obsSize, spec.actionSpace),
  }
}
