/**
 * Adaptation to one task: networks are drawn, trained on the task by an adapter, and judged by what the mean actor does afterwards.
 *
 *     θ_j ~ N(μ_a, σ_a²),  φ ~ N(μ_c, σ_c²),   (θ̄, φ) → adapter → (θ̄′, φ′)
 *     F_actor = Σ_t r_t of an episode of θ̄′,   F_critic = −1/T Σ_t (Q_φ′(s_t, a_t) − Σ_k γ^k r_{t+k})² on that episode
 *
 * A critic of states has V_φ′(s_t) in place of Q. All that was seen is forgotten afterwards.
 *
 * *Source:* Shen et al. 2018, Meta reinforcement learning with distribution of exploration parameters learned by evolution strategies,
 * arXiv 1812.11314, Algorithm 1.
 * *Deviations:* 1. the paper's "test set" of the critic is not described; here it is the episode of the adapted actor. 2. a return that a time limit cut
 * off is the target as it is.
 */
import type { Backend } from '../core/backend.ts'
import type { EnvSpec, LiveEnv } from '../core/env.ts'
import { invariant } from '../core/invariant.ts'
import type { AdaptationJob, AdaptationOutcome, EpisodeOutcome } from '../core/job.ts'
import { foldIn } from '../core/rng.ts'
import { sizeOf } from '../core/space.ts'
import { mean } from '../core/stats.ts'
import { drawsOf } from '../es/weight-distribution.ts'
import { compilePolicy } from '../nn/policy.ts'
import { a2cAdapter } from './a2c-adapter.ts'
import type { Adapted, Adapter } from './adapter.ts'
import { ddpgAdapter } from './ddpg-adapter.ts'
import { discountedReturns } from './returns.ts'
import { isUsable, runTrajectory, type Trajectory } from './trajectory.ts'

type Adaptation = AdaptationJob['adaptation']

/** Minus the mean squared error of the critic's values of an episode against its discounted returns to go; NaN where there is no such episode. */
const criticFitnessOf = <A>(adapter: Adapter<A>, critic: Float64Array, trajectory: Trajectory, gamma: number): number => {
  if (!isUsable(trajectory)) return Number.NaN
  const { rewards, terminated } = trajectory.steps
  const nothing = { truncated: new Uint8Array(rewards.length), nextValues: new Float64Array(rewards.length) }
  const targets = discountedReturns({ envs: 1, rewards, terminated, ...nothing }, gamma)
  return -mean(adapter.values(critic, trajectory.steps).map((value, t) => (value - targets[t]) * (value - targets[t])))
}

/** Executes adaptation jobs on one kind of environment, by one algorithm, with one shape of networks. */
export type AdaptationWorker = (live: LiveEnv, job: AdaptationJob) => AdaptationOutcome

const adapterOf = (job: Pick<AdaptationJob, 'policy' | 'criticHidden'>, kind: Adaptation['kind'], spec: EnvSpec, backend: Backend): Adapter<Adaptation> =>
  (kind === 'ddpg' ? ddpgAdapter(job, spec, backend) : a2cAdapter(job, spec, backend)) as Adapter<Adaptation> // it is given what its kind says

/** The worker for jobs with this policy, critic and kind of adaptation. A policy that does not fit the adaptation breaks an invariant. */
export const adaptationWorker = (
  of: Pick<AdaptationJob, 'policy' | 'criticHidden'> & Readonly<{ adaptation: Pick<Adaptation, 'kind'> }>,
  spec: EnvSpec,
  backend: Backend,
): AdaptationWorker => {
  const { kind } = of.adaptation
  const adapter = adapterOf(of, kind, spec, backend)
  const policy = compilePolicy(of.policy, sizeOf(spec.observationSpace), spec.actionSpace, backend)
  const { actorSize, criticSize } = adapter

  return (live, { base, actors, critic, adaptation, returns, key }) => {
    const { values } = base
    invariant(adaptation.kind === kind, `an adaptation by ${adaptation.kind} for a worker that adapts by ${kind}`)
    invariant(values.length === 2 * (actorSize + criticSize), `${values.length} numbers for two distributions of ${actorSize} and ${criticSize} parameters`)
    const part = (from: number, size: number) => ({ mean: values.subarray(from, from + size), logSigma: values.subarray(from + size, from + 2 * size) })
    const explored: EpisodeOutcome[] = []
    const path = adapter.path(
      {
        live,
        policy,
        actors: drawsOf(backend, part(0, actorSize), actors),
        critic: drawsOf(backend, part(2 * actorSize, criticSize), critic)[0],
        key,
        explored: (outcome) => explored.push(outcome),
      },
      adaptation,
    )
    const keyJudge = foldIn(key, 1)
    const judged: Trajectory[] = []
    let last: Adapted | null = null
    let done = 0
    for (last of path) {
      if (returns === 'every' || done === adaptation.updates) judged.push(runTrajectory(live, policy, last.actor, foldIn(keyJudge, done)))
      done++
    }
    const final = done === adaptation.updates + 1 ? (judged.at(-1) ?? null) : null
    const episodes = [...explored, ...judged.map(({ outcome }) => outcome)]
    return {
      kind: 'adaptation',
      fitness: final?.outcome.fitness ?? Number.NaN,
      criticFitness: last === null || final === null ? Number.NaN : criticFitnessOf(adapter, last.critic, final, adaptation.gamma),
      envSteps: episodes.reduce((sum, { envSteps }) => sum + envSteps, 0),
      episodes: episodes.length,
      unstable: episodes.filter(({ unstable }) => unstable).length,
      explored: Float64Array.from(explored, ({ fitness }) => fitness),
      returns: Float64Array.from(judged, ({ outcome }) => outcome.fitness),
      criticLoss: last?.criticLoss ?? Number.NaN,
      actorLoss: last?.actorLoss ?? Number.NaN,
    }
  }
}
