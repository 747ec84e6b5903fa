/**
 * A learner made of an evolution strategy: one step is one generation.
 *
 * Episodes of a step, in this order: candidates 0 … N − 1, one each, then `evaluationEpisodes` episodes of the unperturbed
 * policy as it is before the update. Subkeys of the step key: `foldIn(key, 0)` is the root of the noise keys,
 * `foldIn(key, 1)` of the candidates' episode keys, `foldIn(key, 2)` of the evaluation episodes' keys.
 * `advance` rebuilds the same population from the same key; no noise is kept between the two. Evaluated in lockstep, the same episodes
 * are asked for in a few jobs, and come out the same.
 *
 * Metrics of a step, always in this order: `policyReturn` (mean over the evaluation episodes, NaN without any), those of `fitness-metrics.ts` over the
 * population, `gradientNorm`, `updateNorm`, `parameterNorm`, `notFinite` (candidates whose fitness was not a finite number), `skipped` (1 where the gradient
 * was not finite and the mean was left).
 *
 * Probes: `policy` evaluates the mean, `population` fresh candidates θ ± sigma·ε (mirrored pairs share ε) from keys of the probe
 * alone, each with its own episode key whatever `commonRandomNumbers` says.
 *
 * *Source:* Wang et al. 2023, BiERL, arXiv 2308.01207, section 3.2; Salimans et al. 2017, arXiv 1703.03864, Algorithm 2.
 * *Deviations:* none.
 */
import { parcel } from '../core/digest.ts'
import type { HyperRecord } from '../core/hyper.ts'
import { invariant } from '../core/invariant.ts'
import type { Job, Outcome, Parcel, Perturbation } from '../core/job.ts'
import { envStepsOf, evaluationsOf } from '../core/job.ts'
import type { Key } from '../core/key.ts'
import type { Learner, Metrics, Probe } from '../core/learner.ts'
import { emptyMoments, mergeMoments } from '../core/moments.ts'
import { foldIn } from '../core/rng.ts'
import { mean } from '../core/stats.ts'
import type { TaskInfo } from '../core/task.ts'
import { fitnessJob, lockstepJobs } from '../core/task.ts'
import { layoutOf, type Layout } from '../nn/layout.ts'
import { policyLayout } from '../nn/policy.ts'
import type { EsTrainingContext } from './context.ts'
import { fitnessMetrics, overFinite } from './fitness-metrics.ts'
import type { Sampler } from './sampling.ts'
import { perturbationOf } from './sampling.ts'
import type { Strategy, UpdateReport } from './strategy.ts'

/**
 * `evaluationEpisodes` ≥ 0 episodes of the unperturbed policy per step. `commonRandomNumbers`: all candidates of a generation get
 * the same episode key (same reset, same action noise), as the forked processes of the BiERL authors do in effect; otherwise
 * each has its own. `momentsEvery` ≥ 1: where the task normalises observations, episodes 0, m, 2m, … of a step collect their statistics.
 */
export type EsLearnerOptions = Readonly<{ evaluationEpisodes: number; commonRandomNumbers: boolean; momentsEvery: number; evaluation: Evaluating }>

/**
 * How the episodes of a step are evaluated: each as a job of its own, or all of them step by step together, in `groups` ≥ 1 compute jobs.
 * On an exact backend the outcomes are the same; the networks of a lockstep evaluation alone are computed by a backend on a device.
 */
export type Evaluating = Readonly<{ kind: 'episodes' }> | Readonly<{ kind: 'lockstep'; groups: number }>

/** `populationFitness` [N] is null before the first step; `normaliser` is null where the task does not normalise. */
export type EsLearnerState<S> = Readonly<{
  strategy: S
  normaliser: Parcel | null
  populationFitness: Float64Array | null
  policyReturn: number
}>

/** The arrays in the mean: the policy's, or all of an analytic problem's point as one. */
const layoutOfMean = ({ task, obsSize, spec, parameters }: TaskInfo): Layout =>
  task.kind === 'env' && spec !== null ? policyLayout(task.policy, obsSize, spec.actionSpace) : layoutOf([['parameters', [parameters]]])

type PopulationProbe = Extract<Probe, { kind: 'population' }>

const checkCount = (name: string, value: number, least: number): void => {
  if (!Number.isInteger(value) || value < least) throw new RangeError(`${name} must be an integer of at least ${least}, received ${value}`)
}

const momentsOf = (outcome: Outcome): readonly Float64Array[] => (outcome.kind === 'episode' && outcome.moments !== null ? [outcome.moments] : [])

const metricsOf = <H extends HyperRecord>(fitness: Float64Array, policyReturn: number, update: UpdateReport<H>): Metrics => ({
  policyReturn,
  ...fitnessMetrics(fitness),
  gradientNorm: update.gradientNorm,
  updateNorm: update.updateNorm,
  parameterNorm: update.parameterNorm,
  notFinite: update.notFinite,
  skipped: update.skipped ? 1 : 0,
})

/**
 * The learner that improves the policy of `taskInfo` by `strategy`; throws a `RangeError` for counts outside their ranges, and for
 * lockstep evaluation of an analytic problem.
 */
export const esLearner = <S, H extends HyperRecord>(
  strategy: Strategy<S, H>,
  options: EsLearnerOptions,
  taskInfo: TaskInfo,
): Learner<EsLearnerState<S>, H, EsTrainingContext> => {
  const { evaluationEpisodes, commonRandomNumbers, momentsEvery, evaluation } = options
  checkCount('evaluationEpisodes', evaluationEpisodes, 0)
  checkCount('momentsEvery', momentsEvery, 1)
  const { task } = taskInfo
  if (evaluation.kind === 'lockstep') {
    checkCount('evaluation.groups', evaluation.groups, 1)
    if (task.kind !== 'env') throw new RangeError(`lockstep evaluation steps an environment, and task '${task.problem.id}' is an analytic problem`)
  }
  const normalises = task.kind === 'env' && task.normaliseObs
  const layout = layoutOfMean(taskInfo)

  const request = (state: EsLearnerState<S>, noise: Perturbation | null, key: Key, collectMoments: boolean): Job =>
    fitnessJob(task, {
      base: strategy.mean(state.strategy),
      noise,
      normaliser: state.normaliser,
      key,
      time: strategy.generation(state.strategy),
      collectMoments,
    })

  const populationOf = (key: Key, state: EsLearnerState<S>, hyper: H) => strategy.ask(foldIn(key, 0), state.strategy, hyper)

  const jobs = (key: Key, state: EsLearnerState<S>, hyper: H): readonly Job[] => {
    const batch = populationOf(key, state, hyper)
    const keyEpisodes = foldIn(key, 1)
    const keyEvaluation = foldIn(key, 2)
    const collects = (job: number): boolean => normalises && job % momentsEvery === 0
    const episodes = [
      ...Array.from({ length: batch.popsize }, (_, i) =>
        request(state, strategy.perturbation(batch, i), foldIn(keyEpisodes, commonRandomNumbers ? 0 : i), collects(i)),
      ),
      ...Array.from({ length: evaluationEpisodes }, (_, e) => request(state, null, foldIn(keyEvaluation, e), collects(batch.popsize + e))),
    ]
    return evaluation.kind === 'lockstep' ? lockstepJobs(episodes, evaluation.groups) : episodes
  }

  const advance: Learner<EsLearnerState<S>, H, EsTrainingContext>['advance'] = (key, state, answers, hyper) => {
    const batch = populationOf(key, state, hyper)
    const outcomes = evaluationsOf(answers)
    invariant(outcomes.length === batch.popsize + evaluationEpisodes, `${outcomes.length} outcomes for ${batch.popsize + evaluationEpisodes} episodes`)
    const candidates = outcomes.slice(0, batch.popsize)
    const evaluations = outcomes.slice(batch.popsize)
    const policyReturn = evaluationEpisodes === 0 ? NaN : mean(Float64Array.from(evaluations, (outcome) => outcome.fitness))
    const populationFitness = Float64Array.from(candidates, (outcome) => outcome.fitness)
    const told = strategy.tell(state.strategy, batch, candidates, hyper)
    const update = strategy.lastUpdate(told)
    invariant(update !== null, `${strategy.name} reports no update after tell`)
    const moments = outcomes.flatMap(momentsOf)
    const normaliser = state.normaliser === null || moments.length === 0 ? state.normaliser : parcel(mergeMoments(state.normaliser.values, moments))
    return [
      { strategy: told, normaliser, populationFitness, policyReturn },
      {
        metrics: metricsOf(populationFitness, policyReturn, update),
        applied: update.applied,
        envSteps: envStepsOf(outcomes),
        episodes: outcomes.length,
        unstable: outcomes.filter((outcome) => outcome.kind === 'episode' && outcome.unstable).length,
      },
    ]
  }

  /** Fresh members of the search distribution, from keys of the probe alone: `foldIn(key, 0)` noise, `foldIn(key, 1)` episodes. */
  const populationProbe = (key: Key, state: EsLearnerState<S>, hyper: H, { episodes, mirrored }: PopulationProbe): readonly Job[] => {
    if (mirrored && episodes % 2 !== 0) throw new RangeError(`a mirrored probe needs an even number of episodes, received ${episodes}`)
    const draw = { ...populationOf(key, state, hyper), popsize: episodes }
    const sampler: Sampler = { kind: mirrored ? 'antithetic' : 'independent' }
    const keyEpisodes = foldIn(key, 1)
    return Array.from({ length: episodes }, (_, i) => request(state, perturbationOf(sampler, draw, i), foldIn(keyEpisodes, i), false))
  }

  return {
    name: strategy.name,
    space: strategy.space,
    provides: ['population-fitness', 'training'],
    probes: ['policy', 'population'],
    init: (key) => {
      const first = taskInfo.initial(key)
      invariant(first.length === taskInfo.parameters, `the task starts from ${first.length} parameters but states ${taskInfo.parameters}`)
      const normaliser = normalises ? parcel(emptyMoments(taskInfo.obsSize)) : null
      return { strategy: strategy.init(first), normaliser, populationFitness: null, policyReturn: NaN }
    },
    jobs,
    advance,
    probe: (key, state, hyper, probe) => {
      checkCount('probe episodes', probe.episodes, 1)
      if (probe.kind === 'population') return populationProbe(key, state, hyper, probe)
      return Array.from({ length: probe.episodes }, (_, e) => request(state, null, foldIn(key, e), false))
    },
    context: ({ strategy: inner, populationFitness, policyReturn }) => {
      if (populationFitness === null) return null
      const fitness = overFinite(populationFitness, mean)
      return {
        populationFitness,
        policyReturn,
        generation: strategy.generation(inner),
        next: 'generation',
        changeable: ['step', 'epoch', 'rollout'],
        phaseUpdates: 0,
        rollouts: strategy.generation(inner),
        parameters: strategy.mean(inner).values,
        layout,
        gradients: strategy.gradients?.(inner) ?? [],
        lastRollout: { discountedReturn: fitness, targetMean: fitness },
      }
    },
    policy: (state) => ({ parameters: strategy.mean(state.strategy), normaliser: state.normaliser }),
  }
}
