/**
 * A learner's whole minibatch update as a job: both networks forward, the slopes of the loss, both networks back.
 *
 * The networks may be computed later; slopes and sums are made where the job is executed.
 *
 * *Source:* `ppo-loss.ts`, `a2c-loss.ts`. *Deviations:* none.
 */
import type { Backend } from '../core/backend.ts'
import { invariant } from '../core/invariant.ts'
import type { GradientJob, GradientOutcome, Task } from '../core/job.ts'
import type { Work } from '../core/later.ts'
import type { Minibatch, PolicyLoss, Trunk } from '../core/policy-loss.ts'
import type { EnvSpec } from '../core/env.ts'
import { sizeOf } from '../core/space.ts'
import { compileActorCritic } from '../nn/actor-critic.ts'
import { a2cLossWork } from './a2c-loss.ts'
import { actorCriticShape } from './actor-critic-task.ts'
import { ppoLossWork } from './ppo-loss.ts'

/** The job of one update. What else a batch tells stays at home. */
export const gradientJob = (task: Task, trunk: Trunk, parameters: Float64Array, minibatch: Minibatch, loss: PolicyLoss): GradientJob => {
  invariant(task.kind === 'env', 'a policy gradient is of steps of an environment')
  const { obs, actions, advantages, returns, oldLogProb, oldValues } = minibatch
  const { env, policy } = task
  return { kind: 'compute', work: 'gradient', env, policy, trunk, parameters, minibatch: { obs, actions, advantages, returns, oldLogProb, oldValues }, loss }
}

/** Answers jobs of one policy and trunk in one environment, one after another. */
export type GradientWorker = (job: GradientJob) => Work<GradientOutcome>

/** The worker of such jobs. What `actorCriticProblems` lists breaks an invariant. */
export const gradientWorker = ({ policy, trunk }: Pick<GradientJob, 'policy' | 'trunk'>, { observationSpace, actionSpace }: EnvSpec, backend: Backend): GradientWorker => {
  const net = compileActorCritic(actorCriticShape(policy, trunk), sizeOf(observationSpace), actionSpace, backend)
  const losses = { ppo: ppoLossWork(net, net.passLater), a2c: a2cLossWork(net, net.passLater) }
  return function* ({ parameters, minibatch, loss }) {
    const values = new Float64Array(parameters.length)
    const parts = yield* loss.kind === 'ppo' ? losses.ppo(values, parameters, minibatch, loss.settings) : losses.a2c(values, parameters, minibatch, loss.settings)
    return { kind: 'compute', work: 'gradient', fitness: Number.NaN, envSteps: 0, values, parts }
  }
}
