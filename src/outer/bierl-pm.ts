/**
 * BiERL-PM: a network reads how the population evolved and answers hyperparameters; an evolution strategy trains the network.
 *
 * Before every `interval`-th step m perturbed networks ϑ_j = ϑ + ω ε_j map the same history S_t to hyperparameters H_j, each is
 * scored by trials on copies of the learner (`lookAhead`), and
 *
 *     ϑ ← ϑ + β/(divisor · ω) Σ_j u(F_j) ε_j                                                            (Eq. 6)
 *
 * The hyperparameters are read from the network after every generation and after every meta update. Noise is rebuilt from
 * keys: one perturbed network exists at a time. Every env step of the trials is counted (as `outer` in the record):
 * one meta update costs m · episodes with `smoothed`, m · repeats · (a generation + episodes) with `one-step`.
 *
 * Where the paper and the authors' program differ, each difference is an option; D numbers each one:
 *
 * | option (difference)               | `bierlPmPaper`                  | `bierlPmCode`                   | `bierlPmDefaults`       |
 * |-----------------------------------|---------------------------------|---------------------------------|-------------------------|
 * | lookAhead (D1)                    | one step, l = 10, mean policy   | smoothed, l = 10 fresh policies | as the program, l = 2   |
 * | hidden, readout (D3)              | 32, 32 ("small")                | 1024, 32                        | 32, 32                  |
 * | between (D4)                      | tanh (an MLP)                   | linear                          | tanh                    |
 * | passes over the history           | 1                               | 2                               | 1                       |
 * | rowOrder, rowScale (D5)           | as f_t comes, raw               | ascending, z-score              | ascending, z-score      |
 * | shaping, divisor (D6)             | raw F, m                        | NES utilities (half), 40        | z-score, m              |
 * | sampler                           | independent                     | antithetic                      | antithetic              |
 * | initialParameters (D7)            | a saved network, or null        | null here: see below            | null                    |
 * | tuning (D8)                       | sigma, or sigma and α           | sigma                           | free                    |
 * | metaFirst (D11)                   | true                            | false                           | false                   |
 * | popsize, metaPopsize (D14)        | n and m independent             | the program needs n = m         | independent, m = 40     |
 * | interval, history, ω, β, m        | symbols only: the program's     | 10, 10, 0.05, 0.03, 200         | 5, 10, 0.1, 0.03, 40    |
 *
 * Raw F makes the step grow with the scale of the returns, and the mean of F is pure noise in it: at returns of a thousand
 * one update with the program's β moves every weight by tens and saturates the outputs, at returns of a thousandth nothing
 * moves. `shaping` z-score keeps Eq. 6 and removes both. Raw rows f_t of that scale saturate the LSTM likewise.
 * The program's warm start (a fresh pretraining in every launch) is a run on a simple task whose network is passed on in
 * `initialParameters`.
 *
 * *Source:* Wang et al. 2023, BiERL, arXiv 2308.01207, Eq. 4-6, Algorithms 1 and 2; the authors' program
 * `chriswang98sz/BiERL` (`bierlPmCode`).
 * *Deviations:* 1. the LSTM starts each reading from zero state (the program: from noise, kept between calls). 2. after a
 * meta update the hyperparameters are read anew at once, as the program does; Algorithm 2 leaves that open. 3. an update
 * that is not finite is skipped and reported. 4. a non-finite F_j counts as the worst finite one. 5. α is held in its
 * range by a sigmoid, like sigma; the paper only says that it is clipped.
 */
import type { Backend } from '../core/backend.ts'
import type { HyperRecord, Tuning } from '../core/hyper.ts'
import { fromUnit, hyperAt } from '../core/hyper.ts'
import { invariant } from '../core/invariant.ts'
import type { Key } from '../core/key.ts'
import type { Metrics } from '../core/learner.ts'
import { foldIn, split } from '../core/rng.ts'
import { std } from '../core/stats.ts'
import type { EsContext } from '../es/context.ts'
import type { Divisor, Sampler } from '../es/sampling.ts'
import { checkPopsize, perturbationOf, searchGradient } from '../es/sampling.ts'
import type { Shaping } from '../es/shaping.ts'
import { shape } from '../es/shaping.ts'
import { norm } from '../optim/clip.ts'
import type { MetaCalendar } from './meta-calendar.ts'
import { isDue, roundOf } from './meta-calendar.ts'
import type { MetaFitness } from './meta-fitness.ts'
import { metaFitnessProblems, probeOf, trialOf } from './meta-fitness.ts'
import type { MetaModelOptions } from './meta-model.ts'
import { metaModel } from './meta-model.ts'
import type { ScoreSummary } from './score-summary.ts'
import { noScores, summarise } from './score-summary.ts'
import type { Scheduler } from './scheduler.ts'

/** Everything but the learner's side; see the table above. */
export type BierlPmSettings = MetaCalendar &
  Omit<MetaModelOptions, 'popsize' | 'outputs'> &
  Readonly<{
    lookAhead: MetaFitness
    /** m, the number of perturbed networks. */
    metaPopsize: number
    sampler: Sampler
    shaping: Shaping
    divisor: Divisor
    /** ω, the standard deviation of the network's noise. */
    metaSigma: number
    /** β. */
    metaLearningRate: number
  }>

/** `popsize` is the learner's n. `initialParameters` is a network trained elsewhere with the same sizes, or null for a fresh one. */
export type BierlPmOptions = BierlPmSettings & Readonly<{ tuning: Tuning; popsize: number; initialParameters: Float64Array | null }>

export const bierlPmPaper: BierlPmSettings = {
  interval: 10,
  metaFirst: true,
  encoder: 'lstm',
  history: 10,
  rowOrder: 'candidates',
  rowScale: 'raw',
  hidden: 32,
  readout: 32,
  between: 'tanh',
  passes: 1,
  lookAhead: { kind: 'one-step', repeats: 10, episodes: 1 },
  metaPopsize: 200,
  sampler: { kind: 'independent' },
  shaping: { kind: 'raw' },
  divisor: 'popsize',
  metaSigma: 0.05,
  metaLearningRate: 0.03,
}

export const bierlPmCode: BierlPmSettings = {
  interval: 10,
  metaFirst: false,
  encoder: 'lstm',
  history: 10,
  rowOrder: 'ascending',
  rowScale: 'z-score',
  hidden: 1024,
  readout: 32,
  between: 'linear',
  passes: 2,
  lookAhead: { kind: 'smoothed', episodes: 10, mirrored: false },
  metaPopsize: 200,
  sampler: { kind: 'antithetic' },
  shaping: { kind: 'nes-half' },
  divisor: 40,
  metaSigma: 0.05,
  metaLearningRate: 0.03,
}

/**
 * Sound settings where nothing is copied from a source. With standardised F a perfect signal moves an output by βω⁻² = 3
 * deviations of the candidates' outputs, and pure noise by 3/√m of one; that tracks an optimum which crosses the range in
 * twenty meta updates (tests of tracking). A meta update costs 80 episodes.
 */
export const bierlPmDefaults: BierlPmSettings = {
  interval: 5,
  metaFirst: false,
  encoder: 'lstm',
  history: 10,
  rowOrder: 'ascending',
  rowScale: 'z-score',
  hidden: 32,
  readout: 32,
  between: 'tanh',
  passes: 1,
  lookAhead: { kind: 'smoothed', episodes: 2, mirrored: false },
  metaPopsize: 40,
  sampler: { kind: 'antithetic' },
  shaping: { kind: 'z-score', epsilon: 1e-8 },
  divisor: 'popsize',
  metaSigma: 0.1,
  metaLearningRate: 0.03,
}

/** What the last meta update did; NaN before the first. `spread` [D] is the deviation of the candidates' values. */
type MetaUpdate = Readonly<{ scores: ScoreSummary; spread: Float64Array; gradientNorm: number }>

/** `input` is what the network reads, `point` what it answers to it; `asked` is the root of the noise of trials under way. */
export type BierlPmState = Readonly<{
  parameters: Float64Array
  input: Float64Array
  point: Float64Array
  asked: Readonly<{ key: Key; spread: Float64Array }> | null
  lastActed: number
  updates: number
  skipped: number
  last: MetaUpdate
}>

const problemsOf = ({ interval, lookAhead, metaSigma, metaLearningRate, divisor, tuning }: BierlPmOptions): readonly string[] => [
  ...(Number.isInteger(interval) && interval >= 1 ? [] : [`interval must be a positive integer, received ${interval}`]),
  ...(metaSigma > 0 && Number.isFinite(metaSigma) ? [] : [`metaSigma must be positive, received ${metaSigma}`]),
  ...(metaLearningRate >= 0 && Number.isFinite(metaLearningRate) ? [] : [`metaLearningRate must not be negative, received ${metaLearningRate}`]),
  ...(divisor === 'popsize' || divisor > 0 ? [] : [`divisor must be positive, received ${divisor}`]),
  ...(tuning.dimensions.length > 0 ? [] : ['at least one hyperparameter must be tuned']),
  ...metaFitnessProblems(lookAhead),
]

/** Population deviation [D] of the values that `points` [m · D] stand for. */
const spreadOf = ({ dimensions }: Tuning, points: Float64Array): Float64Array =>
  Float64Array.from(dimensions, (dimension, d) => std(points.filter((_, i) => i % dimensions.length === d).map((u) => fromUnit(dimension, u)), 0))

/**
 * `metaUpdates` so far and `metaSkipped` of them, scores of the last round of trials (`metaFitness…`, `metaNotFinite`), norms, then
 * per tuned hyperparameter the value in force for the next step and the spread of the last candidates.
 */
const numbersOf = (tuning: Tuning, state: BierlPmState): Metrics => ({
  metaUpdates: state.updates,
  metaSkipped: state.skipped,
  metaFitnessMean: state.last.scores.mean,
  metaFitnessStd: state.last.scores.std,
  metaFitnessBest: state.last.scores.best,
  metaNotFinite: state.last.scores.notFinite,
  metaGradientNorm: state.last.gradientNorm,
  metaParameterNorm: norm(state.parameters),
  ...Object.fromEntries(
    tuning.dimensions.flatMap((dimension, d) => [
      [`${dimension.name}.next`, fromUnit(dimension, state.point[d])],
      [`${dimension.name}.spread`, state.last.spread[d]],
    ]),
  ),
})

/**
 * The parametric outer level over `options.tuning`.
 *
 * Throws a `RangeError` for settings outside their ranges, an odd m with antithetic sampling, and `initialParameters` whose
 * length does not fit a network for populations of `popsize`.
 */
export const bierlPm = (options: BierlPmOptions, backend: Backend): Scheduler<BierlPmState, EsContext, HyperRecord> => {
  const { tuning, popsize, metaPopsize, sampler, shaping, divisor, metaSigma, metaLearningRate, lookAhead, initialParameters } = options
  const problems = problemsOf(options)
  if (problems.length > 0) throw new RangeError(`BiERL-PM: ${problems.join('; ')}`)
  checkPopsize(sampler, metaPopsize)
  const D = tuning.dimensions.length
  const model = metaModel({ ...options, outputs: D }, backend)
  if (initialParameters !== null && initialParameters.length !== model.size) {
    throw new RangeError(
      `BiERL-PM: a network for populations of ${popsize} and ${D} hyperparameters has ${model.size} parameters, received ${initialParameters.length}`,
    )
  }
  const drawOf = (key: Key) => ({ key, sigma: metaSigma, popsize: metaPopsize })

  /** Answers [m · D] of the perturbed networks, one network at a time. */
  const candidatePoints = (keyNoise: Key, { parameters, input }: BierlPmState): Float64Array => {
    const draw = drawOf(keyNoise)
    const scratch = new Float64Array(model.size)
    const points = new Float64Array(metaPopsize * D)
    for (let j = 0; j < metaPopsize; j++) {
      const { key, scale } = perturbationOf(sampler, draw, j)
      backend.kernels.perturb(scratch, parameters, key, scale)
      points.set(model.point(scratch, input), j * D)
    }
    return points
  }

  const learn = (state: BierlPmState, keyNoise: Key, fitness: Float64Array): Readonly<{ parameters: Float64Array; gradientNorm: number }> => {
    const gradient = searchGradient(backend, drawOf(keyNoise), shape(shaping, fitness), { sampler, divisor, parameters: model.size })
    return { parameters: state.parameters.map((value, i) => value + metaLearningRate * gradient[i]), gradientNorm: norm(gradient) }
  }

  return {
    name: 'bierl-pm',
    members: 1,
    needs: ['population-fitness'],
    probes: [probeOf(lookAhead)],

    init: (key) => {
      const parameters = initialParameters === null ? model.init(key) : Float64Array.from(initialParameters)
      const input = Float64Array.from(model.blank)
      const last = { scores: noScores, spread: new Float64Array(D).fill(Number.NaN), gradientNorm: Number.NaN }
      return { parameters, input, point: model.point(parameters, input), asked: null, lastActed: -1, updates: 0, skipped: 0, last }
    },

    propose: (key, state, step, [context]) => {
      invariant(state.asked === null, 'BiERL-PM was asked again before its trials were answered')
      const round = roundOf(step, context)
      if (!isDue(options, round, state.lastActed)) return [{ kind: 'use', hyper: hyperAt(tuning, state.point) }, state]
      const [keyNoise, keyTrials] = split(key, 2)
      const points = candidatePoints(keyNoise, state)
      const hyperOf = (j: number): HyperRecord => hyperAt(tuning, points.subarray(j * D, (j + 1) * D))
      const trials = Array.from({ length: metaPopsize }, (_, j) => trialOf(lookAhead, hyperOf(j), foldIn(keyTrials, j)))
      return [
        { kind: 'probe', trials },
        { ...state, asked: { key: keyNoise, spread: spreadOf(tuning, points) }, lastActed: round },
      ]
    },

    observe: (_key, state, feedback) => {
      if (feedback.kind === 'step') {
        if (feedback.members[0].envSteps === 0) return state // an update on a rollout shows no new fitness
        const input = model.see(state.input, feedback.members[0].context)
        return { ...state, input, point: model.point(state.parameters, input) }
      }
      const asked = state.asked === null ? 0 : metaPopsize
      invariant(state.asked !== null && asked === feedback.scores.length, `${feedback.scores.length} scores for ${asked} trials`)
      const fitness = Float64Array.from(feedback.scores, (score) => score.mean)
      const learned = learn(state, state.asked.key, fitness)
      const skipped = Number.isFinite(learned.gradientNorm) ? 0 : 1
      const parameters = skipped === 1 ? state.parameters : learned.parameters
      return {
        ...state,
        parameters,
        point: model.point(parameters, state.input),
        asked: null,
        updates: state.updates + 1,
        skipped: state.skipped + skipped,
        last: { scores: summarise(feedback.scores), spread: state.asked.spread, gradientNorm: learned.gradientNorm },
      }
    },

    describe: (state) => numbersOf(tuning, state),
  }
}
