/**
 * A search over where learning starts: evolution of distributions of actors and of critics, which some updates on a task adapt to it.
 *
 *     tasks T_1 … T_t ~ p(T);  worker i: θ_i1 … θ_iK ~ N(μ_a, σ_a²), φ_i ~ N(μ_c, σ_c²);  adaptation to every task  →  F_actor, F_critic
 *     (μ_a, σ_a) and (μ_c, σ_c) step along the gradients of the expected fitness of the adapted networks                      (Algorithm 1, Eq. 6-10)
 *
 * All workers of a step meet the same tasks, and a worker takes the same draws to each of them. Advantages are made of the fitness of all workers at one
 * task, since returns of different goals differ in level, and a worker's advantage is their mean over tasks.
 *
 * The jobs of a step are the adaptations, worker by worker, each to task 0, 1, …. Subkeys of the step key: `foldIn(key, 0)` is the root of the tasks,
 * `foldIn(key, 1)` of the workers' draws (worker i: n = foldIn(root, i), actor j folds in j to foldIn(n, 0), the critic has foldIn(n, 1)), `foldIn(key, 2)` of
 * the adaptations. Antithetic workers i + M/2 mirror the draws of worker i.
 *
 * Metrics of a step, in this order: `policyReturn` (mean return of the adapted actors), `exploredReturn` (of the episodes that were trained on), those of
 * `fitness-metrics.ts` over workers, `criticFitness`, `criticLoss`, `actorLoss` (means over adaptations), `actorSigma`, `criticSigma` (mean σ after the step),
 * `gradientNorm` (by both means), `updateNorm`, `notFinite` (adaptations without a fitness). Means are over finite values, NaN where there is none.
 *
 * Both probes adapt draws of the distribution to tasks of their own, and so score the learner by what its adapted actors return; probe episode e has its
 * task from `foldIn(foldIn(key, 0), e)`, and so on as above.
 *
 * *Source:* Shen et al. 2018, Meta reinforcement learning with distribution of exploration parameters learned by evolution strategies, arXiv 1812.11314,
 * Algorithm 1. *Deviations:* 1. log σ instead of σ. 2. normalised steps by default, as the paper names no rates. 3. fitness is standardised over workers by
 * default, on which the paper is silent: raw returns of about −150 would drown the gradient in noise.
 */
import type { Backend } from '../core/backend.ts'
import { parcel } from '../core/digest.ts'
import { log } from '../core/dmath.ts'
import { outside } from '../core/hyper.ts'
import { invariant } from '../core/invariant.ts'
import type { AdaptationJob, AdaptationOutcome, Outcome, Parcel, WorkerDraws } from '../core/job.ts'
import { envStepsOf } from '../core/job.ts'
import type { Key } from '../core/key.ts'
import type { Learner, Metrics } from '../core/learner.ts'
import { foldIn } from '../core/rng.ts'
import { mean } from '../core/stats.ts'
import type { TaskInfo } from '../core/task.ts'
import { joinLayouts, joinVectors, type Layout } from '../nn/layout.ts'
import { policyLayout } from '../nn/policy.ts'
import { norm } from '../optim/clip.ts'
import type { EsTrainingContext } from './context.ts'
import { steppedDistribution } from './distribution-step.ts'
import type { MetaSearchHyper, MetaSearchSettings, MetaSearchState } from './meta-search-state.ts'
import { metaSearchHyperSpace } from './meta-search-state.ts'
import { fitnessMetrics, overFinite } from './fitness-metrics.ts'
import { checkPopsize } from './sampling.ts'
import { countNotFinite } from './shaping.ts'
import { advantagesOf, distributionGradient, sigmaOf, type Baseline, type WeightDistribution } from './weight-distribution.ts'

const counts: readonly (keyof MetaSearchSettings)[] = ['draws', 'tasks']

/** Advantages [M] from the fitness of M workers at some tasks [M, T], worker by worker: made for each task by itself, then averaged. */
export const advantagesOverTasks = (baseline: Baseline, fitness: Float64Array, tasks: number): Float64Array => {
  const workers = fitness.length / tasks
  const advantages = new Float64Array(workers)
  for (let t = 0; t < tasks; t++) {
    const atTask = advantagesOf(baseline, Float64Array.from(advantages, (_, i) => fitness[i * tasks + t]))
    for (let i = 0; i < workers; i++) advantages[i] += atTask[i] / tasks
  }
  return advantages
}

const isAdaptation = (outcome: Outcome): outcome is AdaptationOutcome => outcome.kind === 'adaptation'

const start = (values: Float64Array, sigma: number): WeightDistribution => ({ mean: values, logSigma: new Float64Array(values.length).fill(log(sigma)) })

/** What a search must know of the way in which its workers adapt: the critic beside the policy of the task, and how a job says it. */
export type Adapting = Readonly<{
  name: string
  criticHidden: readonly number[]
  criticLayout: Layout
  initCritic(key: Key): Float64Array
  adaptation(hyper: MetaSearchHyper): AdaptationJob['adaptation']
}>

/** The search over the start of `adapting` on the family of tasks of `info`. Throws a `RangeError` for settings out of range and for a task without a family. */
export const metaSearch = (
  { name: kind, criticHidden, criticLayout, initCritic, adaptation: adaptationOf }: Adapting,
  settings: MetaSearchSettings,
  info: TaskInfo,
  backend: Backend,
): Learner<MetaSearchState, MetaSearchHyper, EsTrainingContext> => {
  const { task, spec: envSpec, family, obsSize } = info
  const { workers, draws, tasks, sampler, initialSigma, criticInitialSigma, sigmaLow, sigmaHigh, baseline, step, gradientHistory } = settings
  if (task.kind !== 'env' || envSpec === null || family === null) throw new RangeError(`${kind} adapts to tasks of a family, and this task has none`)
  counts.forEach((name) => {
    const value = settings[name]
    if (!Number.isInteger(value) || (value as number) < 1) throw new RangeError(`${kind}: ${name} must be a positive integer, received ${String(value)}`)
  })
  checkPopsize(sampler, workers)
  if (!(sigmaLow > 0 && sigmaLow <= sigmaHigh)) throw new RangeError(`${kind}: sigmaLow must be positive and at most sigmaHigh, received ${sigmaLow} and ${sigmaHigh}`)
  if (task.normaliseObs) throw new RangeError(`task.normaliseObs: ${kind} adapts on observations as they are; false`)

  const layout = joinLayouts([['actor', policyLayout(task.policy, obsSize, envSpec.actionSpace)], ['critic', criticLayout]])
  const searched = { workers, step, sigmaLow, sigmaHigh }

  /** The means of actors and critics behind one another. */
  const meansOf = ({ actor, critic: critics }: Pick<MetaSearchState, 'actor' | 'critic'>): Float64Array => joinVectors([actor.mean, critics.mean])

  const baseOf = (state: MetaSearchState): Parcel => parcel(joinVectors([state.actor.mean, state.actor.logSigma, state.critic.mean, state.critic.logSigma]))

  /** The draws of worker `index` of `among`. */
  const drawsAt = (root: Key, index: number, among: number, antithetic: boolean): Readonly<{ actors: WorkerDraws; critic: WorkerDraws }> => {
    const half = among / 2
    const mirrored = antithetic && index >= half
    const key = foldIn(root, mirrored ? index - half : index)
    const keyActors = foldIn(key, 0)
    return { actors: { keys: Array.from({ length: draws }, (_, j) => foldIn(keyActors, j)), mirrored }, critic: { keys: [foldIn(key, 1)], mirrored } }
  }
  const drawsOfWorker = (key: Key, index: number) => drawsAt(foldIn(key, 1), index, workers, sampler.kind === 'antithetic')

  const adaptation = (base: Parcel, hyper: MetaSearchHyper, drawn: ReturnType<typeof drawsAt>, keyTask: Key, key: Key, returns: AdaptationJob['returns'] = 'last'): AdaptationJob => {
    const bad = outside(metaSearchHyperSpace, hyper)
    if (bad.length > 0) throw new RangeError(`${kind}: ${bad.map((name) => `${name} = ${String(hyper[name as keyof MetaSearchHyper])}`).join(', ')} out of range`)
    return {
      kind: 'adaptation',
      env: { ...task.env, options: { ...task.env.options, ...family.ref(family.sample(keyTask)).options } },
      policy: task.policy,
      criticHidden,
      base,
      ...drawn,
      adaptation: adaptationOf(hyper),
      returns,
      key,
    }
  }

  /** Adaptations of fresh draws, each to a task of its own. */
  const trials = (key: Key, state: MetaSearchState, hyper: MetaSearchHyper, count: number, mirrored: boolean, returns: AdaptationJob['returns']): readonly AdaptationJob[] => {
    const base = baseOf(state)
    const [keyTasks, keyDraws, keyAdaptations] = [0, 1, 2].map((use) => foldIn(key, use))
    return Array.from({ length: count }, (_, e) => adaptation(base, hyper, drawsAt(keyDraws, e, count, mirrored), foldIn(keyTasks, e), foldIn(keyAdaptations, e), returns))
  }

  const advance: Learner<MetaSearchState, MetaSearchHyper, EsTrainingContext>['advance'] = (key, state, answers, hyper) => {
    const outcomes = answers.filter(isAdaptation)
    invariant(outcomes.length === workers * tasks && answers.length === outcomes.length, `${answers.length} outcomes for ${workers * tasks} adaptations`)
    const drawn = Array.from({ length: workers }, (_, i) => drawsOfWorker(key, i))
    const fitness = Float64Array.from(outcomes, (outcome) => outcome.fitness)
    const criticFitness = Float64Array.from(outcomes, (outcome) => outcome.criticFitness)
    const gradients = {
      actor: distributionGradient(backend, state.actor, drawn.map(({ actors }) => actors), advantagesOverTasks(baseline, fitness, tasks)),
      critic: distributionGradient(backend, state.critic, drawn.map((worker) => worker.critic), advantagesOverTasks(baseline, criticFitness, tasks)),
    }
    const ofWorkers = Float64Array.from({ length: workers }, (_, i) => overFinite(fitness.subarray(i * tasks, (i + 1) * tasks), mean))
    const next: MetaSearchState = {
      actor: steppedDistribution(state.actor, gradients.actor, { mean: hyper.meanRate, sigma: hyper.sigmaRate }, { ...searched, draws }),
      critic: steppedDistribution(state.critic, gradients.critic, { mean: hyper.criticMeanRate, sigma: hyper.criticSigmaRate }, { ...searched, draws: 1 }),
      generation: state.generation + 1,
      fitness: ofWorkers,
      gradients: [],
    }
    const ascent = joinVectors([gradients.actor.byMean, gradients.critic.byMean])
    const before = meansOf(state)
    const moved = meansOf(next).map((value, p) => value - before[p])
    const metrics: Metrics = {
      policyReturn: overFinite(fitness, mean),
      exploredReturn: overFinite(joinVectors(outcomes.map(({ explored }) => explored)), mean),
      ...fitnessMetrics(ofWorkers),
      criticFitness: overFinite(criticFitness, mean),
      criticLoss: overFinite(Float64Array.from(outcomes, ({ criticLoss }) => criticLoss), mean),
      actorLoss: overFinite(Float64Array.from(outcomes, ({ actorLoss }) => actorLoss), mean),
      actorSigma: mean(sigmaOf(next.actor)),
      criticSigma: mean(sigmaOf(next.critic)),
      gradientNorm: norm(ascent),
      updateNorm: norm(moved),
      notFinite: countNotFinite(fitness),
    }
    return [
      { ...next, gradients: gradientHistory === 0 ? [] : [ascent.map((g) => -g), ...state.gradients.slice(0, gradientHistory - 1)] },
      {
        metrics,
        applied: hyper,
        envSteps: envStepsOf(outcomes),
        episodes: outcomes.reduce((sum, { episodes }) => sum + episodes, 0),
        unstable: outcomes.reduce((sum, { unstable }) => sum + unstable, 0),
      },
    ]
  }

  return {
    name: kind,
    space: metaSearchHyperSpace,
    provides: ['population-fitness', 'training'],
    probes: ['policy', 'population'],
    init: (key) => ({
      actor: start(info.initial(foldIn(key, 0)), initialSigma),
      critic: start(initCritic(foldIn(key, 1)), criticInitialSigma),
      generation: 0,
      fitness: null,
      gradients: [],
    }),
    jobs: (key, state, hyper) => {
      const base = baseOf(state)
      const [keyTasks, keyAdaptations] = [foldIn(key, 0), foldIn(key, 2)]
      return Array.from({ length: workers * tasks }, (_, job) => {
        const [i, t] = [Math.floor(job / tasks), job % tasks]
        return adaptation(base, hyper, drawsOfWorker(key, i), foldIn(keyTasks, t), foldIn(keyAdaptations, job))
      })
    },
    advance,
    probe: (key, state, hyper, probe) => {
      const { episodes } = probe
      const mirrored = probe.kind === 'population' && probe.mirrored
      if (mirrored && episodes % 2 !== 0) throw new RangeError(`a mirrored probe needs an even number of episodes, received ${episodes}`)
      return trials(key, state, hyper, episodes, mirrored, 'last')
    },
    adaptations: (key, state, hyper, { tasks: count, updates }) => trials(key, state, updates === null ? hyper : { ...hyper, updates }, count, false, 'every'),
    context: (state) => {
      const { generation, fitness, gradients } = state
      if (fitness === null) return null
      const policyReturn = overFinite(fitness, mean)
      return {
        populationFitness: fitness,
        policyReturn,
        generation,
        next: 'generation',
        changeable: ['step', 'epoch', 'rollout'],
        phaseUpdates: 0,
        rollouts: generation,
        parameters: meansOf(state),
        layout,
        gradients,
        lastRollout: { discountedReturn: policyReturn, targetMean: policyReturn },
      }
    },
    policy: (state) => ({ parameters: parcel(state.actor.mean), normaliser: null }),
  }
}
