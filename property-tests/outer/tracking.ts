/**
 * How well an outer level follows a best sigma that is known and moves: mean |log(sigma/sigma*)| over all generations.
 *
 * The two problems are those of `envs/analytic` whose best sigma is known: the ring for scores by smoothed return, the rippled
 * slope for scores after one step. sigma* swings between 0.025 and 0.07 once in 200 generations. The yardstick is the
 * best constant, chosen with hindsight from the true sigma*.
 */
import type { EnvOptions } from '../../src/core/env-options.ts'
import { log } from '../../src/core/dmath.ts'
import type { HyperRecord, Tuning } from '../../src/core/hyper.ts'
import type { Problem } from '../../src/core/problem.ts'
import type { EsContext } from '../../src/es/context.ts'
import type { VanillaEsOptions } from '../../src/es/vanilla-es.ts'
import { vanillaEsDefaults } from '../../src/es/vanilla-es.ts'
import type { Scheduler } from '../../src/outer/scheduler.ts'
import { movingRing, movingRingBestSigma, movingRingDefaults } from '../../envs/analytic/moving-ring.ts'
import { rippledSlope, rippledSlopeBestSigma, rippledSlopeDefaults } from '../../envs/analytic/rippled-slope.ts'
import { runProblem } from './run-problem.ts'

const STEPS = 200
export const POPSIZE = 16

/** A problem whose best sigma is `bestSigma(t)`, with a learner for which that holds, and what an outer level may move. */
export type TrackedProblem = Readonly<{ problem: Problem; bestSigma: (time: number) => number; learner: VanillaEsOptions; tuning: Tuning }>

const tracked = (problem: Problem, bestSigma: (time: number) => number, learningRate: number): TrackedProblem => ({
  problem,
  bestSigma,
  learner: { ...vanillaEsDefaults, popsize: POPSIZE, shaping: { kind: 'raw' }, evaluationEpisodes: 0 },
  tuning: { dimensions: [{ name: 'sigma', low: 0.02, high: 0.08, scale: 'linear', kind: 'continuous' }], fixed: { learningRate } },
})

const swinging = { low: 0.025, high: 0.07, period: STEPS }
const ringOptions = { ...movingRingDefaults, ...swinging } satisfies EnvOptions
const slopeOptions = { ...rippledSlopeDefaults, ...swinging } satisfies EnvOptions

/** The mean must stay at the origin, so the learner does not learn. */
export const ring = tracked(movingRing.open(ringOptions), (time) => movingRingBestSigma(ringOptions, time), 0)

/** Steps so small that the mean moves by less than a fifth of the wavelength in the whole run. */
export const slope = tracked(rippledSlope.open(slopeOptions), (time) => rippledSlopeBestSigma(slopeOptions, time), 0.2 / (0.7 * STEPS))

const errorOf = (sigmaAt: (time: number) => number, { bestSigma }: TrackedProblem): number =>
  Array.from({ length: STEPS }, (_, t) => Math.abs(log(sigmaAt(t) / bestSigma(t)))).reduce((sum, error) => sum + error, 0) / STEPS

/** The error of the best constant of the tuned range, on a grid of 121. */
export const bestFixedError = (subject: TrackedProblem): number =>
  Math.min(...Array.from({ length: 121 }, (_, i) => errorOf(() => 0.02 + (0.06 * i) / 120, subject)))

/** The errors of `make()` over `seeds` runs. */
export const trackingErrors = async <S>(
  subject: TrackedProblem,
  make: () => Scheduler<S, EsContext, HyperRecord>,
  seeds: number,
): Promise<readonly number[]> => {
  const { problem, learner } = subject
  const errors: number[] = []
  for (let seed = 0; seed < seeds; seed++) {
    const { steps } = await runProblem({ problem, learner, scheduler: make(), steps: STEPS, seed: `tracking ${seed}` })
    errors.push(errorOf((t) => steps[t].applied.sigma, subject))
  }
  return errors
}

/** Probability that all of `seeds` fair coins fall on the same named side: the one-sided level of the sign test. */
export const signTestLevel = (seeds: number): number => 1 / 2 ** seeds
