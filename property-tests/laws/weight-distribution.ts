/**
 * Laws of the evolved distribution of parameters: gradients are those of expected fitness, whatever the draws, shaping or order.
 *
 * Each law is a named function that throws on violation, so that it serves tests of good subjects and of broken ones.
 */
import { deepStrictEqual, ok } from 'node:assert/strict'
import { reference } from '../../backends/reference/index.ts'
import type { WorkerDraws } from '../../src/core/job.ts'
import { foldIn, normals, rootKey } from '../../src/core/rng.ts'
import type * as distributions from '../../src/es/weight-distribution.ts'

export type WeightDistributionSubject = typeof distributions
export type WeightDistributionLaw = Readonly<{ name: string; check: (subject: WeightDistributionSubject) => void }>

type Distribution = distributions.WeightDistribution

const root = rootKey('weight distribution laws')

const distribution: Distribution = { mean: Float64Array.of(0.3, -1, 0.7), logSigma: Float64Array.of(-1, -0.3, 0.2) }

/** M workers of K draws; `label` tells draws apart. */
const workersOf = (label: number, workers: number, each: number): readonly WorkerDraws[] =>
  Array.from({ length: workers }, (_, i) => ({
    keys: Array.from({ length: each }, (_draw, j) => foldIn(foldIn(foldIn(root, label), i), j)),
    mirrored: false,
  }))

const near = (what: string, actual: Float64Array, expected: Float64Array | readonly number[], tolerance: number): void =>
  actual.forEach((value, p) => ok(Math.abs(value - expected[p]) <= tolerance, `${what}[${p}]: ${value} instead of ${expected[p]}`))

const meanOf = (rows: readonly Float64Array[]): Float64Array => rows[0].map((_, p) => rows.reduce((sum, row) => sum + row[p], 0) / rows.length)

/** Gradients from `batches` independent batches: their means and standard errors. */
const estimated = (subject: WeightDistributionSubject, fitnessOf: (draws: readonly Float64Array[]) => number, each: number, batches = 400, workers = 20) => {
  const gradients = Array.from({ length: batches }, (_, b) => {
    const draws = workersOf(1000 + b, workers, each)
    const fitness = Float64Array.from(draws, (worker) => fitnessOf(subject.drawsOf(reference, distribution, worker)))
    return subject.distributionGradient(reference, distribution, draws, subject.advantagesOf({ kind: 'leave-one-out' }, fitness))
  })
  const summary = (rows: readonly Float64Array[]) => {
    const mean = meanOf(rows)
    return { mean, error: mean.map((value, p) => Math.sqrt(rows.reduce((sum, row) => sum + (row[p] - value) ** 2, 0)) / rows.length) }
  }
  return { byMean: summary(gradients.map(({ byMean }) => byMean)), bySigma: summary(gradients.map(({ bySigma }) => bySigma)) }
}

/** Within five standard errors: 6 comparisons of seeded draws, a chance of 4e-6 for a right estimator. */
const agrees = (what: string, { mean, error }: Readonly<{ mean: Float64Array; error: Float64Array }>, expected: readonly number[]): void =>
  mean.forEach((value, p) => ok(Math.abs(value - expected[p]) < 5 * error[p], `${what}[${p}]: ${value} ± ${error[p]} instead of ${expected[p]}`))

const curvature = 0.8
const centre = [0, 0.5, 1]
const bowl = (point: Float64Array): number => point.reduce((sum, x, p) => sum - 0.5 * curvature * (x - centre[p]) ** 2, 0)
const sigmas = [...distribution.logSigma].map((s) => Math.exp(s))

export const weightDistributionLaws: readonly WeightDistributionLaw[] = [
  {
    name: 'of the fitness of the mean draw in a bowl, gradients are −a(μ − c) and −aσ/K',
    check: (subject) => {
      const found = estimated(subject, (draws) => bowl(meanOf(draws)), 5)
      agrees('by μ', found.byMean, centre.map((c, p) => -curvature * (distribution.mean[p] - c)))
      agrees('by σ', found.bySigma, sigmas.map((sigma) => (-curvature * sigma) / 5))
    },
  },
  {
    name: 'of the mean fitness of the draws in a bowl, gradients are −a(μ − c) and −aσ',
    check: (subject) => {
      const found = estimated(subject, (draws) => draws.reduce((sum, draw) => sum + bowl(draw), 0) / draws.length, 5)
      agrees('by μ', found.byMean, centre.map((c, p) => -curvature * (distribution.mean[p] - c)))
      agrees('by σ', found.bySigma, sigmas.map((sigma) => -curvature * sigma))
    },
  },
  {
    name: 'equal fitness moves nothing, to the bit, and a constant added to fitness changes nothing that is shaped',
    check: (subject) => {
      const draws = workersOf(1, 6, 3)
      for (const kind of ['batch', 'leave-one-out', 'centred-ranks'] as const) {
        const still = subject.distributionGradient(reference, distribution, draws, subject.advantagesOf({ kind }, new Float64Array(6).fill(-150.3)))
        for (const gradient of [still.byMean, still.bySigma, still.byLogSigma]) deepStrictEqual([...gradient], [0, 0, 0])
      }
      const fitness = Float64Array.of(3, -1, 4, 1, -5, 9)
      for (const kind of ['batch', 'leave-one-out'] as const) {
        near(kind, subject.advantagesOf({ kind }, fitness.map((f) => f + 64)), subject.advantagesOf({ kind }, fitness), 1e-13) // rounding at 64
      }
      near('z-score', subject.advantagesOf({ kind: 'z-score', epsilon: 0 }, fitness.map((f) => 3 * f + 7)), subject.advantagesOf({ kind: 'z-score', epsilon: 0 }, fitness), 1e-14)
    },
  },
  {
    name: 'the batch mean shrinks advantages by 1 − 1/M against the mean of the others',
    check: (subject) => {
      const fitness = Float64Array.of(2, -7, 1, 0.5)
      const others = subject.advantagesOf({ kind: 'leave-one-out' }, fitness)
      near('batch', subject.advantagesOf({ kind: 'batch' }, fitness), others.map((a) => 0.75 * a), 1e-15)
    },
  },
  {
    name: 'the gradient by μ sees the mean draw alone: Σ_j ε_j/σ = K(θ̄ − μ)/σ²',
    check: (subject) => {
      const [worker] = workersOf(2, 1, 4)
      const middle = meanOf(subject.drawsOf(reference, distribution, worker))
      const { byMean } = subject.distributionGradient(reference, distribution, [worker], Float64Array.of(1.5))
      near('g_μ', byMean, middle.map((x, p) => (1.5 * 4 * (x - distribution.mean[p])) / sigmas[p] ** 2), 1e-13) // a few terms of order 10
    },
  },
  {
    name: 'a mirrored worker has the draws on the other side, the opposite gradient by μ and the same by σ',
    check: (subject) => {
      const [worker] = workersOf(3, 1, 2)
      const mirror = { ...worker, mirrored: true }
      const [draw, opposite] = [worker, mirror].map((each) => subject.drawsOf(reference, distribution, each)[1])
      near('draw', opposite, draw.map((x, p) => 2 * distribution.mean[p] - x), 1e-15)
      const [one, other] = [worker, mirror].map((each) => subject.distributionGradient(reference, distribution, [each], Float64Array.of(2)))
      deepStrictEqual(other.byMean, one.byMean.map((value) => -value))
      deepStrictEqual(other.bySigma, one.bySigma)
      const pair = subject.distributionGradient(reference, distribution, [worker, mirror], Float64Array.of(2, 2))
      near('an even fitness', pair.byMean, [0, 0, 0], 1e-15) // four terms of order 1, each once with either sign
    },
  },
  {
    name: 'workers and draws may come in any order, and every worker may come twice',
    check: (subject) => {
      const draws = workersOf(4, 5, 3)
      const advantages = Float64Array.of(1, -2, 0.5, 0.25, 3)
      const all = subject.distributionGradient(reference, distribution, draws, advantages)
      const turned = draws.map(({ keys, mirrored }) => ({ keys: keys.toReversed(), mirrored })).toReversed()
      const others = subject.distributionGradient(reference, distribution, turned, advantages.toReversed())
      const twice = subject.distributionGradient(reference, distribution, [...draws, ...draws], Float64Array.of(...advantages, ...advantages))
      for (const name of ['byMean', 'bySigma', 'byLogSigma'] as const) {
        near(`${name} in another order`, others[name], all[name], 1e-13) // fifteen terms of order 10 in another order
        near(`${name} twice`, twice[name], all[name], 1e-13)
      }
    },
  },
  {
    name: 'by log σ it is σ times that by σ, a shift changes nothing, a stretch by s divides by s, and natural steps are those of the information',
    check: (subject) => {
      const draws = workersOf(5, 4, 3)
      const advantages = Float64Array.of(1, -2, 0.5, 0.25)
      const found = subject.distributionGradient(reference, distribution, draws, advantages)
      near('by log σ', found.byLogSigma, found.bySigma.map((value, p) => value * sigmas[p]), 1e-14)
      const shifted = subject.distributionGradient(reference, { ...distribution, mean: normals(root, 3) }, draws, advantages)
      deepStrictEqual(shifted, found)
      const stretched = subject.distributionGradient(reference, { ...distribution, logSigma: distribution.logSigma.map((s) => s + Math.LN2) }, draws, advantages)
      near('stretched', stretched.byMean, found.byMean.map((value) => value / 2), 1e-13)
      const natural = subject.naturalGradient(distribution, found, 3)
      near('natural by μ', natural.byMean, found.byMean.map((value, p) => (sigmas[p] ** 2 / 3) * value), 1e-13)
      near('natural by σ', natural.bySigma, found.bySigma.map((value, p) => (sigmas[p] ** 2 / 6) * value), 1e-13)
    },
  },
  {
    name: 'a fitness that is no number counts as the worst, and where none is one nothing moves',
    check: (subject) => {
      deepStrictEqual(subject.advantagesOf({ kind: 'batch' }, Float64Array.of(Number.NaN, 1, 4)), subject.advantagesOf({ kind: 'batch' }, Float64Array.of(1, 1, 4)))
      deepStrictEqual([...subject.advantagesOf({ kind: 'leave-one-out' }, Float64Array.of(Number.NaN, Infinity))], [0, 0])
    },
  },
]
