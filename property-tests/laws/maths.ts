/**
 * Laws of linear algebra and statistics: what holds for every matrix and every sample, whatever the algorithm.
 *
 * Each law is a named function that throws on violation, so that it serves tests of good subjects and of broken ones.
 */
import { deepStrictEqual, ok, strictEqual, throws } from 'node:assert/strict'
import { reference } from '../../backends/reference/index.ts'
import { log } from '../../src/core/dmath.ts'
import type * as linalg from '../../src/core/linalg.ts'
import { foldIn, normals, permutation, rootKey, uniforms } from '../../src/core/rng.ts'
import type * as stats from '../../src/core/stats.ts'

export type LinalgSubject = Pick<
  typeof linalg,
  'choleskyWithJitter' | 'solveLower' | 'solveLowerTransposed' | 'solveFactored' | 'inverseFromFactor' | 'logDeterminant'
>
export type StatsSubject = Pick<
  typeof stats,
  | 'mean' | 'variance' | 'std' | 'quantile' | 'median' | 'trimmedMean' | 'iqm' | 'optimalityGap' | 'performanceProfile' | 'improvement'
  | 'probabilityOfImprovement' | 'cohensD' | 'pooled' | 'drawRunIndices' | 'bootstrapSamples' | 'stratifiedBootstrap'
>

export type LinalgLaw = Readonly<{ name: string; check: (subject: LinalgSubject) => void }>
export type StatsLaw = Readonly<{ name: string; check: (subject: StatsSubject) => void }>

const root = rootKey('maths laws')
const numbers = (label: number, n: number): Float64Array => normals(foldIn(root, label), n)
const build = (n: number, entry: (i: number) => number): Float64Array => Float64Array.from({ length: n }, (_, i) => entry(i))
const largest = (values: Float64Array): number => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
const near = (label: string, actual: number, expected: number, allowed: number): void =>
  ok(Math.abs(actual - expected) <= allowed, `${label}: ${actual} instead of ${expected}`)
const nearAll = (label: string, actual: Float64Array, expected: Float64Array, allowed: number): void => {
  strictEqual(actual.length, expected.length, label)
  expected.forEach((value, i) => near(`${label}, entry ${i}`, actual[i], value, allowed))
}

const product = (a: Float64Array, b: Float64Array, n: number, m: number): Float64Array =>
  build(n * m, (at) => build(n, (k) => a[Math.floor(at / m) * n + k] * b[k * m + (at % m)]).reduce((sum, term) => sum + term, 0))
const transpose = (a: Float64Array, n: number): Float64Array => build(n * n, (at) => a[(at % n) * n + Math.floor(at / n)])
const withDiagonal = (a: Float64Array, n: number, value: number): Float64Array => a.map((entry, at) => (at % (n + 1) === 0 ? entry + value : entry))

/** B Bᵀ + n I: condition number below 10 or so, so that rounding stays below 10⁻¹². */
const definite = (label: number, n: number): Float64Array => {
  const b = numbers(label, n * n)
  return withDiagonal(product(b, transpose(b, n), n, n), n, n)
}
const sizes = [1, 2, 5, 13]
const TIGHT = 1e-12

const factorOf = (subject: LinalgSubject, matrix: Float64Array, n: number, policy?: linalg.JitterPolicy): linalg.Factor => {
  const factor = subject.choleskyWithJitter(reference, matrix, n, policy)
  ok(factor._tag === 'factor', `a ${n} × ${n} matrix was not factorised`)
  return factor
}

export const linalgLaws: readonly LinalgLaw[] = [
  {
    name: 'a factor is lower triangular and gives the matrix back, without jitter where none is needed',
    check: (subject) => {
      for (const n of sizes) {
        const matrix = definite(n, n)
        const { lower, jitter } = factorOf(subject, matrix, n)
        strictEqual(jitter, 0)
        lower.forEach((value, at) => ok(at % n <= Math.floor(at / n) || value === 0, 'an entry above the diagonal'))
        nearAll('L Lᵀ', product(lower, transpose(lower, n), n, n), matrix, TIGHT * largest(matrix))
      }
    },
  },
  {
    name: 'the jitter that was needed is reported, and belongs to the factor',
    check: (subject) => {
      // v vᵀ is singular; a little jitter of the policy makes it definite.
      const v = numbers(100, 6)
      const singular = build(36, (at) => v[Math.floor(at / 6)] * v[at % 6])
      const unit = build(6, (i) => singular[7 * i]).reduce((sum, value) => sum + value, 0) / 6
      const { lower, jitter } = factorOf(subject, singular, 6, [0, 1e-4, 1e-2])
      near('jitter', jitter, 1e-4 * unit, 1e-15)
      nearAll('L Lᵀ', product(lower, transpose(lower, 6), 6, 6), withDiagonal(singular, 6, jitter), TIGHT * largest(singular))
      near('a policy may ask for more', factorOf(subject, singular, 6, [0, 1e-2]).jitter, 1e-2 * unit, 1e-15)
    },
  },
  {
    name: 'what no jitter of the policy repairs is a tagged failure',
    check: (subject) => {
      const indefinite = Float64Array.of(1, 2, 2, 1)
      for (const matrix of [indefinite, Float64Array.of(Number.NaN), Float64Array.of(1, 0, 0, -1), new Float64Array(4)]) {
        strictEqual(subject.choleskyWithJitter(reference, matrix, Math.sqrt(matrix.length))._tag, 'not-positive-definite')
      }
      const failure = subject.choleskyWithJitter(reference, indefinite, 2, [0, 0.5])
      deepStrictEqual(failure, { _tag: 'not-positive-definite', largestJitter: 0.5 })
      strictEqual(subject.choleskyWithJitter(reference, indefinite, 2, [0, 0.5, 1.5])._tag, 'factor')
    },
  },
  {
    name: 'inputs are left unchanged, and wrong sizes are rejected',
    check: (subject) => {
      const [matrix, right] = [definite(5, 5), numbers(101, 10)]
      const before = [matrix.slice(), right.slice()]
      const { lower } = factorOf(subject, matrix, 5)
      const kept = lower.slice()
      subject.solveFactored(reference, lower, right, 5, 2)
      subject.solveLower(reference, lower, right, 5, 2)
      subject.solveLowerTransposed(reference, lower, right, 5, 2)
      deepStrictEqual([matrix, right, lower], [...before, kept])
      throws(() => subject.choleskyWithJitter(reference, matrix, 4))
      throws(() => subject.solveFactored(reference, lower, right, 5, 3))
      throws(() => subject.solveLower(reference, lower.slice(1), right, 5, 2))
    },
  },
  {
    name: 'solutions solve, for any number of right-hand sides',
    check: (subject) => {
      for (const n of sizes) {
        for (const m of [1, 3]) {
          const [matrix, right] = [definite(n, n), numbers(102 + n, n * m)]
          const { lower } = factorOf(subject, matrix, n)
          nearAll('L X', product(lower, subject.solveLower(reference, lower, right, n, m), n, m), right, TIGHT * largest(right))
          const backward = subject.solveLowerTransposed(reference, lower, right, n, m)
          nearAll('Lᵀ X', product(transpose(lower, n), backward, n, m), right, TIGHT * largest(right))
          nearAll('A X', product(matrix, subject.solveFactored(reference, lower, right, n, m), n, m), right, TIGHT * largest(right))
        }
        const { lower } = factorOf(subject, definite(n, n), n)
        const identity = build(n * n, (at) => (at % (n + 1) === 0 ? 1 : 0))
        nearAll('A A⁻¹', product(definite(n, n), subject.inverseFromFactor(reference, lower, n), n, n), identity, TIGHT)
      }
    },
  },
  {
    name: 'log determinants are those of diagonal matrices, and scale',
    check: (subject) => {
      const diagonal = Float64Array.of(4, 9, 0.25)
      const matrix = build(9, (at) => (at % 4 === 0 ? diagonal[at / 4] : 0))
      near('log 9', subject.logDeterminant(factorOf(subject, matrix, 3).lower, 3), log(9), TIGHT)
      const [a, b] = [definite(5, 5), definite(5, 5).map((value) => 100 * value)]
      const gap = subject.logDeterminant(factorOf(subject, b, 5).lower, 5) - subject.logDeterminant(factorOf(subject, a, 5).lower, 5)
      near('log 100⁵', gap, 5 * log(100), 1e-11) // ten logarithms and their rounding
    },
  },
  {
    name: 'the order of rows and columns does not matter',
    check: (subject) => {
      const n = 9
      const [matrix, right] = [definite(200, n), numbers(201, n)]
      const order = permutation(foldIn(root, 202), n)
      const shuffled = build(n * n, (at) => matrix[order[Math.floor(at / n)] * n + order[at % n]])
      const { lower } = factorOf(subject, matrix, n)
      const { lower: lowerShuffled } = factorOf(subject, shuffled, n)
      near('log determinant', subject.logDeterminant(lowerShuffled, n), subject.logDeterminant(lower, n), 1e-11)
      const solution = subject.solveFactored(reference, lower, right, n, 1)
      const other = subject.solveFactored(reference, lowerShuffled, build(n, (i) => right[order[i]]), n, 1)
      nearAll('solution', other, build(n, (i) => solution[order[i]]), TIGHT)
    },
  },
]

const samples = [Float64Array.of(3), numbers(300, 2), numbers(301, 7), numbers(302, 40)]
const shuffledSample = (values: Float64Array): Float64Array => Float64Array.from(permutation(foldIn(root, 303), values.length), (i) => values[i])
const matrixOf = (label: number, runs: number, tasks: number): stats.Scores =>
  Array.from({ length: runs }, (_, i) => [...numbers(1000 * label + i, tasks)])

export const statsLaws: readonly StatsLaw[] = [
  {
    name: 'location moves and stretches with the sample, spread only stretches',
    check: (subject) => {
      for (const values of samples) {
        const moved = values.map((value) => 3 * value + 10)
        const third = (v: Float64Array): number => subject.quantile(v, 0.3)
        const trimmed = (v: Float64Array): number => subject.trimmedMean(v, 0.1)
        for (const location of [subject.mean, subject.median, subject.iqm, third, trimmed]) {
          near('location', location(moved), 3 * location(values) + 10, 1e-13 * 100)
        }
        for (const ddof of [0, 1]) {
          if (values.length <= ddof) continue
          near('spread', subject.std(moved, ddof), 3 * subject.std(values, ddof), 1e-12)
          near('squared spread', subject.std(values, ddof) * subject.std(values, ddof), subject.variance(values, ddof), 1e-12)
        }
      }
      near('variance of 1, 2, 3', subject.variance([1, 2, 3], 1), 1, 0)
      near('population variance of 1, 2, 3', subject.variance([1, 2, 3], 0), 2 / 3, 1e-16)
    },
  },
  {
    name: 'order statistics do not see the order, and inputs stay as they are',
    check: (subject) => {
      for (const values of samples) {
        const [mixed, before] = [shuffledSample(values), values.slice()]
        for (const f of [subject.median, subject.iqm, (v: Float64Array) => subject.quantile(v, 0.9), (v: Float64Array) => subject.trimmedMean(v, 0.2)]) {
          strictEqual(f(mixed), f(values))
        }
        deepStrictEqual(values, before)
      }
      strictEqual(subject.median([10, 9, 1]), 9) // numbers, not text, are ordered
    },
  },
  {
    name: 'quantiles rise from the smallest to the largest value, linearly between neighbours',
    check: (subject) => {
      for (const values of samples) {
        strictEqual(subject.quantile(values, 0), Math.min(...values))
        strictEqual(subject.quantile(values, 1), Math.max(...values))
        const grid = build(101, (i) => subject.quantile(values, i / 100))
        grid.forEach((value, i) => ok(i === 0 || value >= grid[i - 1], 'a quantile falls'))
      }
      near('between', subject.quantile([1, 2, 4, 8], 0.5), 3, 0)
      near('three quarters of the way', subject.quantile([0, 10], 0.75), 7.5, 0)
      for (const bad of [-0.1, 1.1, Number.NaN]) throws(() => subject.quantile([1, 2], bad))
      for (const f of [subject.mean, subject.median, subject.iqm]) throws(() => f([]))
      throws(() => subject.quantile([1, Number.NaN], 0.5))
    },
  },
  {
    name: 'trimming forgets outliers, and trimming nothing is the mean',
    check: (subject) => {
      const values = numbers(310, 12)
      const wild = values.slice()
      wild[values.indexOf(Math.max(...values))] = 1e6
      strictEqual(subject.iqm(wild), subject.iqm(values))
      near('no trimming', subject.trimmedMean(values, 0), subject.mean(values), 1e-15)
      throws(() => subject.trimmedMean(values, 0.5))
      near('rounds down', subject.trimmedMean([0, 1, 2, 30], 0.2), 8.25, 0)
    },
  },
  {
    name: 'the optimality gap is the mean shortfall, and a profile falls from 1 to 0',
    check: (subject) => {
      for (const values of samples) {
        near('nothing is missing', subject.optimalityGap(values, Math.min(...values)), 0, 1e-15)
        near('all is missing', subject.optimalityGap(values, 100), 100 - subject.mean(values), 1e-13)
        const thresholds = [-100, ...Array.from(values).sort((a, b) => a - b), 100]
        const profile = subject.performanceProfile(values, thresholds)
        strictEqual(profile[0], 1)
        strictEqual(profile[profile.length - 1], 0)
        profile.forEach((share, i) => ok(i === 0 || share <= profile[i - 1], 'a profile rises'))
        near('strictly above', profile[profile.length - 2], 0, 0)
      }
    },
  },
  {
    name: 'improvement and effect size change sides with the sides',
    check: (subject) => {
      const [x, y] = [numbers(320, 9), numbers(321, 6)]
      near('both directions', subject.improvement(x, y) + subject.improvement(y, x), 1, 1e-15)
      strictEqual(subject.improvement([1, 2], [1, 2]), 0.5)
      strictEqual(subject.improvement([3], [1, 2]), 1)
      near('effect', subject.cohensD(x, y), -subject.cohensD(y, x), 1e-15)
      near('one deviation', subject.cohensD([1, 2, 3], [0, 1, 2]), 1, 1e-15)
      const [a, b] = [matrixOf(1, 5, 3), matrixOf(2, 4, 3)]
      near('over tasks', subject.probabilityOfImprovement(a, b) + subject.probabilityOfImprovement(b, a), 1, 1e-15)
      throws(() => subject.probabilityOfImprovement(a, matrixOf(3, 4, 2)))
    },
  },
  {
    name: 'resamples keep every score in its task, and a key gives one interval',
    check: (subject) => {
      const [runs, tasks] = [6, 3]
      const key = foldIn(root, 400)
      const indices = subject.drawRunIndices(key, runs, tasks, 300)
      const counts = new Float64Array(runs)
      indices.forEach((resample) => {
        strictEqual(resample.length, runs)
        resample.forEach((run) => {
          strictEqual(run.length, tasks)
          run.forEach((index) => counts[index]++)
        })
      })
      // 5400 draws over 6 runs: 900 each, standard deviation 27.
      counts.forEach((count) => near('draws of a run', count, 900, 5 * 27))
      ok(indices.some((resample) => resample.some((run) => new Set(run).size > 1)), 'tasks are not drawn independently')
      const taskOf: stats.Scores = Array.from({ length: runs }, (_, i) => Array.from({ length: tasks }, (_task, t) => 10 * t + i))
      subject.bootstrapSamples(taskOf, (resample) => {
        resample.forEach((run) => run.forEach((score, t) => strictEqual(Math.floor(score / 10), t)))
        return 0
      }, indices)
      const scores = matrixOf(4, runs, tasks)
      const statistic = (matrix: stats.Scores): number => subject.mean(subject.pooled(matrix))
      const interval = subject.stratifiedBootstrap(key, scores, statistic, { level: 0.9, resamples: 200 })
      deepStrictEqual(subject.stratifiedBootstrap(key, scores, statistic, { level: 0.9, resamples: 200 }), interval)
      strictEqual(interval.estimate, statistic(scores))
      ok(interval.low < interval.estimate && interval.estimate < interval.high)
      const wider = subject.stratifiedBootstrap(key, scores, statistic, { level: 0.99, resamples: 200 })
      ok(wider.low <= interval.low && wider.high >= interval.high)
    },
  },
  {
    name: 'intervals of the mean cover about as often as they say',
    check: (subject) => {
      const trials = 200
      let covered = 0
      for (let trial = 0; trial < trials; trial++) {
        const scores = Array.from(uniforms(foldIn(root, 5000 + trial), 20), (value) => [value])
        const statistic = (matrix: stats.Scores): number => subject.mean(subject.pooled(matrix))
        const { low, high } = subject.stratifiedBootstrap(foldIn(root, 6000 + trial), scores, statistic, { level: 0.9, resamples: 200 })
        if (low <= 0.5 && high >= 0.5) covered++
      }
      // Nominal 180 of 200; percentile intervals of 20 values cover a little less. Standard deviation 4.5.
      ok(covered >= 158 && covered <= 196, `${covered} of ${trials} intervals cover the mean`)
    },
  },
]
