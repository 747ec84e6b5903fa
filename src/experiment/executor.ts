/**
 * Executes jobs: opens what a task names once, then answers each job from its own keys alone.
 *
 * A site lives in one thread. It keeps live simulators and one compiled policy per environment and policy of its
 * tasks, and one scratch vector for the candidate; nothing that a job answers depends on the jobs before it.
 *
 * *Source:* house contract 4. *Deviations:* none.
 */
import type { Backend } from '../core/backend.ts'
import type { Env, EnvEntry, LiveEnv } from '../core/env.ts'
import type { Film } from '../core/film.ts'
import { invariant } from '../core/invariant.ts'
import type { EpisodeJob, EpisodeOutcome, Job, Outcome, Parcel, Perturbation, PolicySpec, ProblemJob, ProblemRef, RolloutJob, Task } from '../core/job.ts'
import type { Problem, ProblemEntry } from '../core/problem.ts'
import { sizeOf } from '../core/space.ts'
import type { WrapperEntry } from '../core/wrapper.ts'
import { openEnv } from '../core/wrapper.ts'
import type { CompiledPolicy } from '../nn/policy.ts'
import { compilePolicy } from '../nn/policy.ts'
import { runEpisode } from '../rl/episode.ts'
import { filmEpisode } from '../rl/film.ts'
import { runRollout } from '../rl/rollout.ts'
import { livePool } from './live-pool.ts'
import type { LivePool } from './live-pool.ts'
import type { Opened } from './task.ts'

/** `wrappers`: those that tasks may name; none where nothing is said. */
export type SiteSources = Readonly<{ envs: readonly EnvEntry[]; wrappers?: readonly WrapperEntry[]; problems: readonly ProblemEntry[]; backend: Backend }>

/** One thread's means to execute the jobs of some tasks. `close` frees simulators; nothing may be executed afterwards. */
export interface Site {
  execute(job: Job): Outcome
  /** What was opened for a task that was named at opening. */
  opened(task: Task): Opened
  /** The episode of a job as a film of `frames` frames (at least 2); null where its environment has no pictures. */
  film(job: EpisodeJob, frames: number): Film | null
  close(): void
}

type Stage = Readonly<{ env: Env; live: LiveEnv; rolling: LivePool; policies: Map<string, CompiledPolicy> }>

const nameOf = (ref: Readonly<{ id: string; options: unknown; wrappers?: unknown }>): string => JSON.stringify([ref.id, ref.options, ref.wrappers ?? []])

const openProblem = (entries: readonly ProblemEntry[], { id, options }: ProblemRef): Problem => {
  const entry = entries.find((candidate) => candidate.id === id)
  invariant(entry !== undefined, `'${id}' is not in the registry`)
  return entry.open(options)
}

/** Opens everything that `tasks` name. Rejects where an environment cannot be opened (WebAssembly, model, options). */
export const openSite = async (sources: SiteSources, tasks: readonly Task[]): Promise<Site> => {
  const stages = new Map<string, Stage>()
  const problems = new Map<string, Problem>()
  for (const task of tasks) {
    if (task.kind === 'problem') {
      if (!problems.has(nameOf(task.problem))) problems.set(nameOf(task.problem), openProblem(sources.problems, task.problem))
    } else if (!stages.has(nameOf(task.env))) {
      const env = await openEnv({ envs: sources.envs, wrappers: sources.wrappers ?? [] }, task.env)
      stages.set(nameOf(task.env), { env, live: env.live(), rolling: livePool(() => env.live()), policies: new Map() })
    }
  }
  const { kernels } = sources.backend
  let scratch = new Float64Array(0)

  /** The candidate's parameters; valid until the next call. */
  const candidate = (base: Parcel, noise: Perturbation | null): Float64Array => {
    if (noise === null) return base.values
    if (scratch.length !== base.values.length) scratch = new Float64Array(base.values.length)
    kernels.perturb(scratch, base.values, noise.key, noise.scale)
    return scratch
  }

  const stageOf = (name: string): Stage => {
    const stage = stages.get(name)
    invariant(stage !== undefined, `environment ${name} was not opened`)
    return stage
  }

  const problemOf = (name: string): Problem => {
    const problem = problems.get(name)
    invariant(problem !== undefined, `problem ${name} was not opened`)
    return problem
  }

  const policyOf = (stage: Stage, spec: PolicySpec): CompiledPolicy => {
    const name = JSON.stringify(spec)
    const known = stage.policies.get(name)
    if (known !== undefined) return known
    const { observationSpace, actionSpace } = stage.env.spec
    const policy = compilePolicy(spec, sizeOf(observationSpace), actionSpace, sources.backend)
    stage.policies.set(name, policy)
    return policy
  }

  const episodeOn = (stage: Stage, live: LiveEnv, job: EpisodeJob): EpisodeOutcome =>
    runEpisode(live, policyOf(stage, job.policy), candidate(job.base, job.noise), job.normaliser?.values ?? null, job.key, {
      scaling: job.scaling,
      collectMoments: job.collectMoments,
    })

  const executeEpisode = (job: EpisodeJob): Outcome => {
    const stage = stageOf(nameOf(job.env))
    return episodeOn(stage, stage.live, job)
  }

  const executeRollout = (job: RolloutJob): Outcome => {
    const stage = stageOf(nameOf(job.env))
    const lives = job.slots.map(({ env }) => stage.rolling.take(env))
    const outcome = runRollout(lives, policyOf(stage, job.policy), job.base.values, job)
    outcome.slots.forEach(({ env }, i) => {
      invariant(env !== null, 'a rollout ends in the middle of an episode')
      stage.rolling.give(lives[i], env)
    })
    return outcome
  }

  const executeProblem = (job: ProblemJob): Outcome => ({
    kind: 'problem',
    fitness: problemOf(nameOf(job.problem)).value(job.key, candidate(job.base, job.noise), job.time),
    envSteps: 1,
  })

  return {
    execute: (job) => {
      switch (job.kind) {
        case 'episode':
          return executeEpisode(job)
        case 'rollout':
          return executeRollout(job)
        case 'problem':
          return executeProblem(job)
      }
    },
    opened: (task) =>
      task.kind === 'problem'
        ? { kind: 'problem', problem: problemOf(nameOf(task.problem)) }
        : { kind: 'env', spec: stageOf(nameOf(task.env)).env.spec },
    film: (job, frames) => {
      const stage = stageOf(nameOf(job.env))
      return filmEpisode(stage.env, (live) => episodeOn(stage, live, job), frames)
    },
    close: () => {
      stages.forEach(({ env }) => env.close())
      stages.clear()
      problems.clear()
    },
  }
}
