/** Sites with the classic environments, and the lockstep evaluations that they make. */
import { classicEntries } from '../../envs/classic/index.ts'
import type { Backend } from '../../src/core/backend.ts'
import { invariant } from '../../src/core/invariant.ts'
import type { EpisodeOutcome, Outcome, PolicySpec, Task } from '../../src/core/job.ts'
import type { Site } from '../../src/experiment/executor.ts'
import { openSite } from '../../src/experiment/executor.ts'
import { taskInfo } from '../../src/experiment/task.ts'
import type { LockstepSubject } from '../laws/lockstep.ts'

type EnvTask = Extract<Task, { kind: 'env' }>

/** A task with a small policy. */
export const taskOf = (id: string, kind: PolicySpec['kind']): EnvTask => ({
  kind: 'env',
  env: { id, options: {} },
  policy: { kind, hidden: [7, 5], activation: 'tanh', outputActivation: 'linear', initialLogStd: -1, init: 'torch', action: 'clip' },
  normaliseObs: false,
  obsScaling: { clip: 5, varianceFloor: 0.01 },
})

/** A site where all classic environments are open. */
export const siteOf = (backend: Backend): Promise<Site> =>
  openSite({ envs: classicEntries, problems: [], backend }, classicEntries.map(({ id }) => taskOf(id, 'deterministic')))

/** The episodes of the outcome of a lockstep job. */
export const episodesOf = (outcome: Outcome): readonly EpisodeOutcome[] => {
  invariant(outcome.kind === 'compute' && outcome.work === 'lockstep', 'a lockstep job is answered by episodes')
  return outcome.episodes
}

export const subjectOf = (site: Site): LockstepSubject => ({
  together: (job) => episodesOf(site.execute(job)),
  alone: (job) => {
    const outcome = site.execute(job)
    invariant(outcome.kind === 'episode', 'an episode job is answered by an episode')
    return outcome
  },
  parameters: (id, policy) => {
    const task: Task = { ...taskOf(id, policy.kind), policy }
    return taskInfo(task, site.opened(task)).parameters
  },
})
