/**
 * A task with the facts that a learner needs of it, and the one place where fitness jobs are built.
 *
 * *Source:* house contract 4. *Deviations:* none.
 */
import type { EnvSpec } from './env.ts'
import type { Job, Parcel, Perturbation, Task } from './job.ts'
import type { Key } from './key.ts'

/** `parameters` is the length of the policy's vector; `obsSize` is 0 and `spec` null for an analytic problem. */
export type TaskInfo = Readonly<{
  task: Task
  parameters: number
  obsSize: number
  spec: EnvSpec | null
  initial(key: Key): Float64Array
}>

/** What one fitness evaluation needs besides the task. `time` is the generation; only analytic problems read it. */
export type FitnessRequest = Readonly<{
  base: Parcel
  noise: Perturbation | null
  normaliser: Parcel | null
  key: Key
  time: number
  collectMoments: boolean
}>

/** The job that evaluates one candidate of `task` once. */
export const fitnessJob = (task: Task, request: FitnessRequest): Job =>
  task.kind === 'problem'
    ? { kind: 'problem', problem: task.problem, base: request.base, noise: request.noise, key: request.key, time: request.time }
    : {
        kind: 'episode',
        env: task.env,
        policy: task.policy,
        base: request.base,
        noise: request.noise,
        normaliser: request.normaliser,
        scaling: task.obsScaling,
        key: request.key,
        collectMoments: request.collectMoments,
      }
