/**
 * The facts of a task that a learner needs: size and start of the parameter vector, size of an observation.
 *
 * *Source:* house contract 4. *Deviations:* none.
 */
import type { EnvSpec } from '../core/env.ts'
import { invariant } from '../core/invariant.ts'
import type { Task } from '../core/job.ts'
import type { Problem } from '../core/problem.ts'
import { sizeOf } from '../core/space.ts'
import type { TaskInfo } from '../core/task.ts'
import type { TaskFamily } from '../core/task-family.ts'
import { initPolicy, policyParameterCount } from '../nn/policy.ts'

/** What was opened for a task: the environment's description, or the problem itself. */
export type Opened = Readonly<{ kind: 'env'; spec: EnvSpec }> | Readonly<{ kind: 'problem'; problem: Problem }>

/** `task` with its facts; `opened` must be what the task names. Its family, if it has one, is the first of `families` with the name of its environment. */
export const taskInfo = (task: Task, opened: Opened, families: readonly TaskFamily[] = []): TaskInfo => {
  if (task.kind === 'problem') {
    invariant(opened.kind === 'problem', `task '${task.problem.id}' is a problem`)
    const { problem } = opened
    return { task, parameters: problem.dimension, obsSize: 0, spec: null, family: null, initial: (key) => problem.initial(key) }
  }
  invariant(opened.kind === 'env', `task '${task.env.id}' is an environment`)
  const obsSize = sizeOf(opened.spec.observationSpace)
  const { actionSpace } = opened.spec
  return {
    task,
    parameters: policyParameterCount(task.policy, obsSize, actionSpace),
    obsSize,
    spec: opened.spec,
    family: families.find(({ id }) => id === task.env.id) ?? null,
    initial: (key) => initPolicy(key, task.policy, obsSize, actionSpace),
  }
}
