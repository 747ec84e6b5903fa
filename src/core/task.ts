/**
 * A task with the facts that a learner needs of it, and the one place where fitness jobs are built.
 *
 * *Source:* house contract 4. *Deviations:* none.
 */
import type { EnvSpec } from './env.ts'
import { invariant } from './invariant.ts'
import type { EpisodeJob, Job, LockstepJob, Parcel, Perturbation, Task } from './job.ts'
import type { Key } from './key.ts'
import type { TaskFamily } from './task-family.ts'

/**
 * `parameters` is the length of the policy's vector; `obsSize` is 0 and `spec` null for an analytic problem. `family` is the distribution of tasks that the
 * environment belongs to, null for none.
 */
export type TaskInfo = Readonly<{
  task: Task
  parameters: number
  obsSize: number
  spec: EnvSpec | null
  family: TaskFamily | null
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

const isEpisode = (job: Job): job is EpisodeJob => job.kind === 'episode'

/** The episodes of `jobs`, which differ in noise and keys alone, as at most `groups` lockstep evaluations of about the same size, in order. */
export const lockstepJobs = (jobs: readonly Job[], groups: number): readonly LockstepJob[] => {
  const episodes = jobs.filter(isEpisode)
  invariant(episodes.length === jobs.length, 'lockstep is for episodes')
  const count = Math.min(groups, episodes.length)
  return Array.from({ length: count }, (_, g): LockstepJob => {
    const part = episodes.slice(Math.floor((g * episodes.length) / count), Math.floor(((g + 1) * episodes.length) / count))
    const { env, policy, base, normaliser, scaling } = part[0]
    const candidates = part.map(({ noise, key, collectMoments }) => ({ noise, key, collectMoments }))
    return { kind: 'compute', work: 'lockstep', env, policy, base, normaliser, scaling, candidates }
  })
}
