/**
 * Vanilla evolution strategies: a search gradient from a Gaussian population, ascended by an optimiser.
 *
 *     θ ← θ + α/(n·sigma) Σᵢ u(f(θ + sigma·εᵢ)) εᵢ
 *
 * The paper's update is `shaping` raw, `divisor` popsize, plain SGD; sampler, shaping, divisor, optimiser and weight decay
 * are options. Optimisers descend, so they are given the negated gradient of fitness; weight decay then shrinks the mean.
 * The consequence of the divisor: with NES utilities, which are already divided by their sum, `popsize` makes a step n times smaller
 * than with other shapings; 40 is what the program of the BiERL authors divides by, for every population size.
 *
 * *Source:* Wang et al. 2023, BiERL, arXiv 2308.01207, Eq. 2-3; Salimans et al. 2017, arXiv 1703.03864, Algorithm 1.
 * *Deviations:* 1. a generation whose gradient is not finite leaves mean and optimiser as they were, and is reported.
 */
import type { Backend } from '../core/backend.ts'
import { parcel } from '../core/digest.ts'
import { outside } from '../core/hyper.ts'
import { invariant } from '../core/invariant.ts'
import type { Parcel } from '../core/job.ts'
import type { Learner } from '../core/learner.ts'
import type { TaskInfo } from '../core/task.ts'
import type { OptimiserChoice } from '../optim/choice.ts'
import { optimiserOf } from '../optim/choice.ts'
import { norm } from '../optim/clip.ts'
import type { OptimiserState } from '../optim/optimiser.ts'
import { sgdDefaults } from '../optim/sgd.ts'
import type { EsTrainingContext } from './context.ts'
import type { EsLearnerOptions, EsLearnerState } from './es-learner.ts'
import { esLearner } from './es-learner.ts'
import type { Divisor, Sampler } from './sampling.ts'
import { candidateOf, checkPopsize, perturbationOf, searchGradient } from './sampling.ts'
import type { Shaping } from './shaping.ts'
import { countNotFinite, isRankBased, shape } from './shaping.ts'
import type { Batch, EsHyper, Evaluation, Strategy, StrategyClaims, UpdateReport } from './strategy.ts'
import { esHyperSpace } from './strategy.ts'

/**
 * How the strategy samples, shapes and steps. `weightDecay` λ ≥ 0; the optimiser's learning rate is a hyperparameter.
 * `gradientHistory` gradients are kept for the outer level.
 */
export type VanillaEsStrategyOptions = Readonly<{
  popsize: number
  sampler: Sampler
  shaping: Shaping
  divisor: Divisor
  optimiser: OptimiserChoice
  weightDecay: number
  gradientHistory: number
}>

/** Everything that a config says of vanilla ES; `sigma` and `learningRate` are the values an outer level starts from. */
export type VanillaEsOptions = VanillaEsStrategyOptions & EsLearnerOptions & EsHyper

const plainSgd: OptimiserChoice = { kind: 'sgd', momentum: sgdDefaults.momentum, dampening: sgdDefaults.dampening, nesterov: sgdDefaults.nesterov }

/** Mirrored sampling and centred ranks, in the paper's scaling; α is the middle of the range that its section 4.2 tunes. */
export const vanillaEsDefaults: VanillaEsOptions = {
  popsize: 40,
  sampler: { kind: 'antithetic' },
  shaping: { kind: 'centred-ranks' },
  divisor: 'popsize',
  optimiser: plainSgd,
  weightDecay: 0,
  gradientHistory: 0,
  evaluationEpisodes: 1,
  commonRandomNumbers: false,
  momentsEvery: 1,
  evaluation: { kind: 'episodes' },
  sigma: 0.05,
  learningRate: 0.02,
}

/** What the program of the BiERL authors does for "Vanilla ES" (repository `chriswang98sz/BiERL`, its defaults). */
export const bierlCodeVanillaEs: VanillaEsOptions = {
  popsize: 200,
  sampler: { kind: 'independent' },
  shaping: { kind: 'nes-full' },
  divisor: 40,
  optimiser: plainSgd,
  weightDecay: 0,
  gradientHistory: 0,
  evaluationEpisodes: 1,
  commonRandomNumbers: true,
  momentsEvery: 1,
  evaluation: { kind: 'episodes' },
  sigma: 0.05,
  learningRate: 0.05,
}

/** State: the mean with its digest, the optimiser's moments, what the last update did, and the gradients of the last updates, the newest first. */
export type VanillaEsState = Readonly<{
  generation: number
  mean: Parcel
  optimiser: OptimiserState
  lastUpdate: UpdateReport<EsHyper> | null
  gradients: readonly Float64Array[]
}>

const claimsOf = (options: VanillaEsStrategyOptions): StrategyClaims => {
  const { sampler, shaping, divisor, optimiser, weightDecay, popsize } = options
  const plain = optimiser.kind === 'sgd' && optimiser.momentum === 0 && weightDecay === 0
  return {
    mirrored: sampler.kind === 'antithetic',
    constantFitnessKeepsMean: weightDecay === 0 && (shaping.kind !== 'raw' || sampler.kind === 'antithetic'),
    monotoneInvariant: isRankBased(shaping),
    shiftEquivariant: weightDecay === 0,
    unbiasedUpdate: plain && shaping.kind === 'raw' && (divisor === 'popsize' || divisor === popsize),
  }
}

const checkOptions = ({ sampler, popsize, divisor, weightDecay, gradientHistory }: VanillaEsStrategyOptions): void => {
  checkPopsize(sampler, popsize)
  if (divisor !== 'popsize' && !(divisor > 0 && divisor < Infinity)) throw new RangeError(`divisor must be positive and finite, received ${divisor}`)
  if (!(weightDecay >= 0 && weightDecay < Infinity)) throw new RangeError(`weightDecay must be finite and not negative, received ${weightDecay}`)
  if (!Number.isInteger(gradientHistory) || gradientHistory < 0)
    throw new RangeError(`gradientHistory must be an integer of at least 0, received ${gradientHistory}`)
}

/** The strategy alone. Throws a `RangeError` for an odd popsize with antithetic sampling, or options outside their ranges. */
export const vanillaEsStrategy = (options: VanillaEsStrategyOptions, backend: Backend): Strategy<VanillaEsState, EsHyper> => {
  checkOptions(options)
  const { popsize, sampler, shaping, divisor, gradientHistory } = options
  const optimiser = optimiserOf(options.optimiser, options.weightDecay, backend)

  const ask: Strategy<VanillaEsState, EsHyper>['ask'] = (key, state, hyper): Batch => {
    const wrong = outside(esHyperSpace, hyper)
    if (wrong.length > 0) throw new RangeError(`vanilla ES: ${wrong.join(' and ')} outside the declared range in ${JSON.stringify(hyper)}`)
    return { generation: state.generation, key, sigma: hyper.sigma, popsize }
  }

  const tell = (state: VanillaEsState, batch: Batch, evaluations: readonly Evaluation[], hyper: EsHyper): VanillaEsState => {
    invariant(batch.generation === state.generation, `a batch of generation ${batch.generation} told in generation ${state.generation}`)
    invariant(evaluations.length === batch.popsize, `${evaluations.length} evaluations for a population of ${batch.popsize}`)
    const mean = state.mean.values
    const fitness = Float64Array.from(evaluations, (evaluation) => evaluation.fitness)
    const gradient = searchGradient(backend, batch, shape(shaping, fitness), { sampler, divisor, parameters: mean.length })
    const gradientNorm = norm(gradient)
    const { learningRate } = hyper
    const skipped = !Number.isFinite(gradientNorm)
    const descent = gradient.map((g) => -g)
    const [next, moments] = skipped ? [mean, state.optimiser] : optimiser.update(state.optimiser, descent, mean, learningRate)
    return {
      generation: state.generation + 1,
      mean: skipped ? state.mean : parcel(next),
      optimiser: moments,
      lastUpdate: {
        applied: { sigma: batch.sigma, learningRate },
        gradientNorm,
        updateNorm: norm(next.map((value, i) => value - mean[i])),
        parameterNorm: norm(next),
        notFinite: countNotFinite(fitness),
        skipped,
      },
      gradients: skipped || gradientHistory === 0 ? state.gradients : [descent, ...state.gradients.slice(0, gradientHistory - 1)],
    }
  }

  return {
    name: 'vanilla-es',
    popsize,
    space: esHyperSpace,
    claims: claimsOf(options),
    init: (mean) => ({ generation: 0, mean: parcel(mean.slice()), optimiser: optimiser.init(mean.length), lastUpdate: null, gradients: [] }),
    ask,
    perturbation: (batch, index) => perturbationOf(sampler, batch, index),
    candidate: (state, batch, index) => candidateOf(backend, state.mean.values, perturbationOf(sampler, batch, index)),
    tell,
    mean: (state) => state.mean,
    generation: (state) => state.generation,
    lastUpdate: (state) => state.lastUpdate,
    gradients: (state) => state.gradients,
  }
}

/** The hyperparameters that `options` start from. */
export const startHyper = ({ sigma, learningRate }: EsHyper): EsHyper => ({ sigma, learningRate })

/** Vanilla ES as a learner of the task of `taskInfo`; throws as `vanillaEsStrategy` and `esLearner` do. */
export const vanillaEs = (
  options: VanillaEsOptions,
  taskInfo: TaskInfo,
  backend: Backend,
): Learner<EsLearnerState<VanillaEsState>, EsHyper, EsTrainingContext> => esLearner(vanillaEsStrategy(options, backend), options, taskInfo)
