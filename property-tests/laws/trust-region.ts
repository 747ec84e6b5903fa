/**
 * Laws of trust-region steps: conjugate gradients, and the step with its line search.
 *
 * Each law is a named function that throws on violation, so that it serves tests of good subjects and of broken ones.
 */
import { deepStrictEqual, ok, strictEqual, throws } from 'node:assert/strict'
import { reference } from '../../backends/reference/index.ts'
import { choleskyWithJitter, solveFactored } from '../../src/core/linalg.ts'
import { foldIn, normals, rootKey } from '../../src/core/rng.ts'
import type { conjugateGradient } from '../../src/optim/conjugate-gradient.ts'
import type { Surroundings, trustRegionStep, TrustRegionSettings } from '../../src/optim/trust-region.ts'

export type TrustRegionSubject = Readonly<{ conjugateGradient: typeof conjugateGradient; trustRegionStep: typeof trustRegionStep }>
export type TrustRegionLaw = Readonly<{ name: string; check: (subject: TrustRegionSubject) => void }>

const root = rootKey('trust region laws')
const draw = (label: number, n: number, scale = 1): Float64Array => normals(foldIn(root, label), n).map((value) => scale * value)
const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, value, i) => sum + value * b[i], 0)
const norm = (a: Float64Array): number => Math.sqrt(dot(a, a))
const near = (what: string, actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void => {
  strictEqual(actual.length, expected.length, what)
  for (let i = 0; i < expected.length; i++) ok(Math.abs(actual[i] - expected[i]) <= tolerance, `${what}, entry ${i}: ${actual[i]} instead of ${expected[i]}`)
}

/** A positive matrix [n, n]: mean of outer products of 2n rows, and a tenth of the identity. */
const positive = (label: number, n: number): Float64Array => {
  const rows = draw(label, 2 * n * n)
  return Float64Array.from({ length: n * n }, (_, at) => {
    const [i, j] = [Math.floor(at / n), at % n]
    let sum = i === j ? 0.1 : 0
    for (let b = 0; b < 2 * n; b++) sum += (rows[b * n + i] * rows[b * n + j]) / (2 * n)
    return sum
  })
}
const times =
  (matrix: Float64Array, n: number) =>
  (v: Float64Array): Float64Array =>
    Float64Array.from({ length: n }, (_, i) => dot(matrix.subarray(i * n, (i + 1) * n), v))
const solved = (matrix: Float64Array, b: Float64Array): Float64Array => {
  const n = b.length
  const factor = choleskyWithJitter(reference, matrix, n)
  ok(factor._tag === 'factor' && factor.jitter === 0)
  return solveFactored(reference, factor.lower, b, n, 1)
}

const conjugateGradientLaws: readonly TrustRegionLaw[] = [
  {
    name: 'as many iterations as unknowns solve a system as Cholesky does, fewer come ever closer in the norm of the matrix',
    check: ({ conjugateGradient: cg }) => {
      for (const n of [1, 2, 5, 12]) {
        const [matrix, b] = [positive(n, n), draw(20 + n, n)]
        const exact = solved(matrix, b)
        near('solution', cg(times(matrix, n), b, { iterations: n, tolerance: 0 }).x, exact, 1e-9 * norm(exact)) // condition numbers below 100
        const energy = (x: Float64Array): number => {
          const gap = x.map((value, i) => value - exact[i])
          return dot(gap, times(matrix, n)(gap))
        }
        let before = energy(new Float64Array(n))
        for (let iterations = 1; iterations <= n; iterations++) {
          const { x, residualNorms } = cg(times(matrix, n), b, { iterations, tolerance: 0 })
          ok(energy(x) < before, `the error grew to ${energy(x)} at iteration ${iterations} of ${n}`)
          before = energy(x)
          strictEqual(residualNorms.length, iterations)
          const image = times(matrix, n)(x)
          near('residual', [residualNorms[iterations - 1]], [norm(b.map((value, i) => value - image[i]))], 1e-12 * norm(b)) // the recurrence drifts by rounding
        }
      }
    },
  },
  {
    name: 'it ends at its tolerance, at once for zeros, and where the matrix is not positive, with inputs unchanged',
    check: ({ conjugateGradient: cg }) => {
      const n = 12
      const [matrix, b] = [positive(n, n), draw(20, n)]
      const full = cg(times(matrix, n), b, { iterations: n, tolerance: 0 }).residualNorms
      const enough = full[5] / norm(b)
      const early = cg(times(matrix, n), b, { iterations: n, tolerance: 1.0001 * enough })
      strictEqual(early.residualNorms.length, full.findIndex((value) => value <= 1.0001 * full[5]) + 1)
      const refusing = (): Float64Array => {
        throw new Error('a product was asked for')
      }
      deepStrictEqual(cg(refusing, new Float64Array(3), { iterations: 10, tolerance: 0 }), { x: new Float64Array(3), residualNorms: new Float64Array(0) })
      for (const factor of [0, -1, Number.NaN]) {
        const { x, residualNorms } = cg((p) => p.map((value) => factor * value), b, { iterations: 10, tolerance: 0 })
        deepStrictEqual([x, residualNorms.length], [new Float64Array(n), 0])
      }
      const kept = b.slice()
      const seen: Float64Array[] = []
      cg((p) => (seen.push(p.slice()), times(matrix, n)(p)), b, { iterations: 3, tolerance: 0 })
      deepStrictEqual([b, seen[0]], [kept, kept])
      throws(() => cg((p) => p.slice(1), b, { iterations: 1, tolerance: 0 }), /product/)
    },
  },
  {
    name: 'a multiple of the right-hand side has the same multiple of the solution, bit for bit for powers of two',
    check: ({ conjugateGradient: cg }) => {
      const n = 12
      const [matrix, b] = [positive(n, n), draw(20, n)]
      const settings = { iterations: 8, tolerance: 1e-2 }
      const plain = cg(times(matrix, n), b, settings)
      for (const scale of [2 ** -40, 0.5, 2 ** 30]) {
        const scaled = cg(times(matrix, n), b.map((value) => scale * value), settings)
        deepStrictEqual(scaled.x, plain.x.map((value) => scale * value))
        strictEqual(scaled.residualNorms.length, plain.residualNorms.length)
      }
    },
  },
]

const SIZE = 6
const settings: TrustRegionSettings = { maxKl: 0.01, klLimit: 0.01, damping: 0.05, iterations: 6, tolerance: 0, backtracks: 10, backtrackFactor: 0.8 }

/** A quadratic KL and a gain that is linear up to a bend: gain = ⟨g, d⟩ − bend · ⟨d, F d⟩, KL = stretch · ½ ⟨d, F d⟩. */
const quadratic = (bend: number, stretch: number, scale = 1): Readonly<{ start: Float64Array; around: Surroundings; fisher: Float64Array; tried: Float64Array[] }> => {
  const [start, fisher] = [draw(30, SIZE), positive(31, SIZE)]
  const gradient = draw(32, SIZE).map((value) => scale * value)
  const tried: Float64Array[] = []
  const around: Surroundings = {
    gradient,
    fisherProduct: times(fisher, SIZE),
    judge: (candidate) => {
      tried.push(candidate)
      const d = candidate.map((value, i) => value - start[i])
      const squares = dot(d, times(fisher, SIZE)(d))
      return { gain: dot(gradient, d) - scale * bend * squares, kl: (stretch * squares) / 2 }
    },
  }
  return { start, around, fisher, tried }
}

const stepLaws: readonly TrustRegionLaw[] = [
  {
    name: 'the full step is the damped natural gradient, as long as the quadratic bound allows',
    check: ({ trustRegionStep: step }) => {
      const { start, around, fisher } = quadratic(0, 1)
      for (const maxKl of [1e-4, 0.01, 0.5]) {
        const { direction, curvature, fullStep, residual, ...made } = step(start, around, { ...settings, maxKl, klLimit: maxKl })
        const damped = fisher.map((value, at) => value + (at % (SIZE + 1) === 0 ? 0.05 : 0))
        near('direction', direction, solved(damped, around.gradient), 1e-9) // six unknowns, condition numbers below 100
        near('curvature', [curvature], [dot(direction, times(damped, SIZE)(direction))], 1e-12)
        near('edge', [0.5 * dot(fullStep, times(damped, SIZE)(fullStep))], [maxKl], 1e-14)
        ok(residual < 1e-9, `residual ${residual}`)
        // without damping the step is inside the bound, so that it is taken as it is
        deepStrictEqual([made.accepted, made.backtracks], [true, 0])
        deepStrictEqual(made.parameters, start.map((value, i) => value + fullStep[i]))
        ok(made.kl <= maxKl && made.gain > 0)
      }
    },
  },
  {
    name: 'what is accepted is the first candidate that gains within the limit, and its own gain and KL are told',
    check: ({ trustRegionStep: step }) => {
      for (const [bend, stretch] of [[0, 1], [0, 3], [40, 1], [60, 5]] as const) {
        const { start, around, tried } = quadratic(bend, stretch)
        const { fullStep, ...made } = step(start, around, settings)
        const judged = tried.slice()
        ok(made.accepted && made.backtracks === judged.length - 1, `${judged.length} candidates, ${made.backtracks} refused`)
        if (bend > 0 || stretch > 1) ok(made.backtracks > 0)
        let share = 1
        judged.forEach((candidate, k) => {
          near('candidate', candidate, start.map((value, i) => value + share * fullStep[i]), 0)
          share *= 0.8
          const { gain, kl } = around.judge(candidate)
          strictEqual(gain > 0 && kl <= 0.01, k === judged.length - 1)
          if (k === judged.length - 1) deepStrictEqual([made.parameters, made.gain, made.kl], [candidate, gain, kl])
        })
      }
      const { start, around } = quadratic(0, 1)
      const wide = step(start, { ...around, judge: () => ({ gain: 1, kl: 0.014 }) }, { ...settings, klLimit: 0.015 })
      deepStrictEqual([wide.accepted, wide.backtracks, wide.kl], [true, 0, 0.014])
    },
  },
  {
    name: 'where no candidate will do the parameters stay bit for bit, after as many candidates as allowed',
    check: ({ trustRegionStep: step }) => {
      const { start, around } = quadratic(0, 1)
      const kept = start.slice()
      for (const judgement of [{ gain: 0, kl: 0 }, { gain: -1, kl: 0.001 }, { gain: 1, kl: 0.011 }, { gain: Number.NaN, kl: 0 }, { gain: 1, kl: Number.NaN }]) {
        let asked = 0
        const judge = () => ((asked += 1), judgement)
        const { parameters, accepted, backtracks, gain, kl } = step(start, { ...around, judge }, settings)
        deepStrictEqual({ parameters, accepted, backtracks, gain, kl, asked }, { parameters: kept, accepted: false, backtracks: 10, gain: 0, kl: 0, asked: 10 })
      }
      const never = (): never => {
        throw new Error('a candidate was tried')
      }
      for (const value of [0, Number.NaN]) {
        const { parameters, accepted, backtracks } = step(start, { ...around, gradient: new Float64Array(SIZE).fill(value), judge: never }, settings)
        deepStrictEqual({ parameters, accepted, backtracks }, { parameters: kept, accepted: false, backtracks: 0 })
      }
      throws(() => step(start.slice(1), around, settings), /gradient/)
    },
  },
  {
    name: 'the step does not see the unit of the gain',
    check: ({ trustRegionStep: step }) => {
      const taken = (scale: number) => {
        const { start, around } = quadratic(60, 2, scale)
        return step(start, around, { ...settings, tolerance: 1e-5 })
      }
      const plain = taken(1)
      for (const scale of [2 ** -30, 8, 2 ** 20]) deepStrictEqual(taken(scale).parameters, plain.parameters)
      for (const scale of [1e-6, 3, 1e5]) near(`unit ${scale}`, taken(scale).parameters, plain.parameters, 1e-10) // other roundings, through six iterations
    },
  },
]

export const trustRegionLaws: readonly TrustRegionLaw[] = [...conjugateGradientLaws, ...stepLaws]
