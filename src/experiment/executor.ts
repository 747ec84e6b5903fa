/**
 * Executes jobs: opens what a task names once, then answers each job from its own keys alone.
 *
 * A site lives in one thread and executes one job at a time. It keeps live simulators and one compiled policy per environment and policy
 * of its tasks, and one scratch vector for the candidate; nothing that a job answers depends on the jobs before it. Tasks that
 * a meta-learner draws are opened when their first job comes.
 *
 * *Source:* house contract 4. *Deviations:* none.
 */
import type { Backend, Launches } from '../core/backend.ts'
import { computeOf } from '../core/compute.ts'
import type { Env, EnvEntry, EnvRef, LiveEnv } from '../core/env.ts'
import type { Film } from '../core/film.ts'
import { invariant } from '../core/invariant.ts'
import type {
  AdaptationJob, ComputeJob, DistancesJob, EpisodeJob, EpisodeOutcome, GradientJob, Job, LockstepJob, LockstepOutcome, NumbersOutcome, Outcome, Parcel, Perturbation, PolicySpec, ProblemJob,
  ProblemRef, RolloutJob, Task,
} from '../core/job.ts'
import { envStepsOf } from '../core/job.ts'
import type { Later, Work } from '../core/later.ts'
import { atOnce, inTime, wait } from '../core/later.ts'
import type { Problem, ProblemEntry } from '../core/problem.ts'
import { sizeOf } from '../core/space.ts'
import { mean } from '../core/stats.ts'
import type { VectorEnv } from '../core/vector-env.ts'
import { vectorise } from '../core/vector-env.ts'
import type { WrapperEntry } from '../core/wrapper.ts'
import { openEnv } from '../core/wrapper.ts'
import type { CompiledPolicy } from '../nn/policy.ts'
import { compilePolicy, policyNet } from '../nn/policy.ts'
import { policyHead } from '../nn/policy-head.ts'
import { runEpisode } from '../rl/episode.ts'
import type { AdaptationWorker } from '../rl/adaptation.ts'
import { adaptationWorker } from '../rl/adaptation.ts'
import type { GradientWorker } from '../rl/gradient-work.ts'
import { gradientWorker } from '../rl/gradient-work.ts'
import { filmEpisode } from '../rl/film.ts'
import { lockstepEpisodes } from '../rl/lockstep.ts'
import { runRollout } from '../rl/rollout.ts'
import { livePool } from './live-pool.ts'
import type { LivePool } from './live-pool.ts'
import type { Opened } from './task.ts'

/** `wrappers`: those that tasks may name; none where nothing is said. */
export type SiteSources = Readonly<{ envs: readonly EnvEntry[]; wrappers?: readonly WrapperEntry[]; problems: readonly ProblemEntry[]; backend: Backend }>

/** One thread's means to execute the jobs of some tasks. `close` frees simulators; nothing may be executed afterwards. */
export interface Site {
  /** A job that has to wait breaks an invariant: a compute job on a backend that answers later, an adaptation to a task that is not open. */
  execute(job: Job): Outcome
  /** As `execute`, and waits for the backend where it must; the next job may follow when this one has been answered. */
  executeLater(job: Job): Later<Outcome>
  /** Programs that the site's backend has run on its device, since it was opened. */
  launches(): Launches
  /** What was opened for a task that was named at opening. */
  opened(task: Task): Opened
  /** The episode of a job as a film of `frames` frames (at least 2); null where its environment has no pictures. */
  film(job: EpisodeJob, frames: number): Film | null
  close(): void
}

type Stage = Readonly<{ env: Env; live: LiveEnv; rolling: LivePool; policies: Map<string, CompiledPolicy>; vectors: Map<number, VectorEnv>; gradients: Map<string, GradientWorker>; adaptations: Map<string, AdaptationWorker> }>

/** Tasks of a family that are kept open at a time, for the workers of a step that meet them one after the other. */
const MOST_DRAWN = 8

const nameOf = (ref: Readonly<{ id: string; options: unknown; wrappers?: unknown }>): string => JSON.stringify([ref.id, ref.options, ref.wrappers ?? []])

/** A distances job with its numbers of rows. */
const rowsOf = ({ a, b, inverseScale }: Omit<DistancesJob, 'work'>) => {
  const dimensions = inverseScale.length
  invariant(dimensions > 0 && a.length % dimensions === 0 && b.length % dimensions === 0, `${a.length} and ${b.length} numbers in rows of ${dimensions}`)
  return { a, b, inverseScale, rowsA: a.length / dimensions, rowsB: b.length / dimensions }
}

const openProblem = (entries: readonly ProblemEntry[], { id, options }: ProblemRef): Problem => {
  const entry = entries.find((candidate) => candidate.id === id)
  invariant(entry !== undefined, `'${id}' is not in the registry`)
  return entry.open(options)
}

/** Opens everything that `tasks` name. Rejects where an environment cannot be opened (WebAssembly, model, options). */
export const openSite = async (sources: SiteSources, tasks: readonly Task[]): Promise<Site> => {
  const { envs, wrappers = [] } = sources
  const openStage = async (ref: EnvRef): Promise<Stage> => {
    const env = await openEnv({ envs, wrappers }, ref)
    return { env, live: env.live(), rolling: livePool(() => env.live()), policies: new Map(), vectors: new Map(), gradients: new Map(), adaptations: new Map() }
  }
  const stages = new Map<string, Stage>()
  const drawn = new Map<string, Stage>()
  const problems = new Map<string, Problem>()
  for (const task of tasks) {
    if (task.kind === 'problem') {
      if (!problems.has(nameOf(task.problem))) problems.set(nameOf(task.problem), openProblem(sources.problems, task.problem))
    } else if (!stages.has(nameOf(task.env))) {
      stages.set(nameOf(task.env), await openStage(task.env))
    }
  }
  const { kernels, device } = sources.backend
  const compute = computeOf(sources.backend)
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

  /** The stage of a task that was drawn while learning; it is kept for others at the same task, and closed when newer ones have come. */
  function* drawnStage(ref: EnvRef): Work<Stage> {
    const name = nameOf(ref)
    const known = stages.get(name) ?? drawn.get(name)
    const stage = known ?? (yield* wait(openStage(ref)))
    if (stages.has(name)) return stage
    drawn.delete(name)
    drawn.set(name, stage)
    for (const [oldest, { env }] of drawn) {
      if (drawn.size <= MOST_DRAWN) break
      drawn.delete(oldest)
      env.close()
    }
    return stage
  }

  function* adaptation(job: AdaptationJob): Work<Outcome> {
    const { env, live, adaptations } = yield* drawnStage(job.env)
    const name = JSON.stringify([job.policy, job.criticHidden, job.adaptation.kind])
    const worker = adaptations.get(name) ?? adaptationWorker(job, env.spec, sources.backend)
    adaptations.set(name, worker)
    return worker(live, job)
  }

  const gradientOf = (job: GradientJob): GradientWorker => {
    const { env, gradients } = stageOf(nameOf(job.env))
    const name = JSON.stringify([job.policy, job.trunk])
    const worker = gradients.get(name) ?? gradientWorker(job, env.spec, sources.backend)
    gradients.set(name, worker)
    return worker
  }

  /** `size` copies of the environment; what they were used for before does not show. */
  const vectorOf = ({ env, vectors }: Stage, size: number): VectorEnv => {
    const known = vectors.get(size)
    if (known !== undefined) return known
    const made = vectorise(env, size)
    vectors.set(size, made)
    return made
  }

  function* lockstep({ env, policy, base, candidates, normaliser, scaling }: LockstepJob): Work<LockstepOutcome> {
    const stage = stageOf(nameOf(env))
    const { observationSpace, actionSpace } = stage.env.spec
    const width = base.values.length
    const parameters = new Float64Array(candidates.length * width)
    candidates.forEach(({ noise }, n) => parameters.set(candidate(base, noise), n * width))
    const episodes = yield* lockstepEpisodes(
      compute,
      vectorOf(stage, candidates.length),
      { net: policyNet(policy, sizeOf(observationSpace), actionSpace), head: policyHead(policy, actionSpace) },
      {
        parameters,
        keys: candidates.map(({ key }) => key),
        collects: candidates.map(({ collectMoments }) => collectMoments),
        normaliser: normaliser?.values ?? null,
        scaling,
      },
    )
    return { kind: 'compute', work: 'lockstep', fitness: mean(episodes.map(({ fitness }) => fitness)), envSteps: envStepsOf(episodes), episodes }
  }

  /** The numbers that `write` puts into an array of `size`. */
  function* numbers(size: number, write: (out: Float64Array) => Later<void>): Work<NumbersOutcome> {
    const values = new Float64Array(size)
    yield* wait(write(values))
    return { kind: 'compute', work: 'numbers', fitness: Number.NaN, envSteps: 0, values }
  }

  const computing = (job: ComputeJob): Work<Outcome> => {
    switch (job.work) {
      case 'lockstep':
        return lockstep(job)
      case 'gradient':
        return gradientOf(job)(job)
      case 'noise-sum':
        return numbers(job.size, (out) => compute.weightedNoise(out, job.keys, job.weights))
      case 'distances': {
        const { a, b, inverseScale, rowsA, rowsB } = rowsOf(job)
        return numbers(rowsA * rowsB, (out) => compute.squaredDistances(out, a, b, inverseScale, rowsA, rowsB, inverseScale.length))
      }
      case 'covariance': {
        const { a, b, inverseScale, rowsA, rowsB } = rowsOf(job)
        return numbers(rowsA * rowsB, (out) => compute.covariance(out, job.name, a, b, inverseScale, job.outputscale, rowsA, rowsB))
      }
    }
  }

  const execute = (job: Job): Outcome => {
    switch (job.kind) {
      case 'episode':
        return executeEpisode(job)
      case 'rollout':
        return executeRollout(job)
      case 'problem':
        return executeProblem(job)
      case 'adaptation':
        return atOnce(adaptation(job))
      case 'compute':
        return atOnce(computing(job))
    }
  }

  return {
    execute,
    executeLater: (job) => (job.kind === 'compute' ? inTime(computing(job)) : job.kind === 'adaptation' ? inTime(adaptation(job)) : execute(job)),
    launches: () => device?.launches() ?? {},
    opened: (task) =>
      task.kind === 'problem'
        ? { kind: 'problem', problem: problemOf(nameOf(task.problem)) }
        : { kind: 'env', spec: stageOf(nameOf(task.env)).env.spec },
    film: (job, frames) => {
      const stage = stageOf(nameOf(job.env))
      return filmEpisode(stage.env, (live) => episodeOn(stage, live, job), frames)
    },
    close: () => {
      for (const some of [stages, drawn]) {
        some.forEach(({ env }) => env.close())
        some.clear()
      }
      problems.clear()
    },
  }
}
