/**
 * Linear algebra over the kernels of a backend: Cholesky factors with a stated jitter, solves, log determinants.
 *
 * Matrices are row-major `Float64Array`s. A matrix that is positive definite in theory may fail in floating point; the factorisation
 * then tries again with a multiple of the mean diagonal entry added to the diagonal, in the order of the policy, and answers which
 * one it needed. It never repairs in silence, and never more than the policy allows.
 *
 * *Source:* G. H. Golub and C. F. Van Loan 2013, Matrix Computations, 4th ed., sections 3.1 and 4.2; jitter relative to the mean
 * diagonal as in GPy's `jitchol`. *Deviations:* 1. the first attempt is without jitter, and the jitter used is part of the answer.
 */
import type { Backend } from './backend.ts'
import { log } from './dmath.ts'
import { invariant } from './invariant.ts'

/** Multiples of the mean diagonal entry to try, in order. */
export type JitterPolicy = readonly number[]

/** No jitter first, then 10⁻¹² … 10⁻⁶ of the mean diagonal entry. */
export const defaultJitter: JitterPolicy = [0, 1e-12, 1e-10, 1e-8, 1e-6]

/** L [n, n] with L Lᵀ = A + jitter · I. */
export type Factor = Readonly<{ _tag: 'factor'; lower: Float64Array; jitter: number }>

/** No jitter of the policy made the matrix positive definite (or it holds a NaN); `largestJitter` is the last one tried. */
export type NotPositiveDefinite = Readonly<{ _tag: 'not-positive-definite'; largestJitter: number }>

const checkMatrix = (matrix: Float64Array, n: number): void =>
  invariant(matrix.length === n * n, `expected a ${n} × ${n} matrix, received ${matrix.length} entries`)

/**
 * Lower Cholesky factor of the symmetric `matrix` [n, n], of which only the lower triangle is read; `matrix` is left unchanged.
 *
 * Returns the factor and the jitter it needed (in the unit of the matrix), or a tagged failure.
 */
export const choleskyWithJitter = (
  backend: Backend,
  matrix: Float64Array,
  n: number,
  policy: JitterPolicy = defaultJitter,
): Factor | NotPositiveDefinite => {
  checkMatrix(matrix, n)
  invariant(policy.length > 0, 'a jitter policy needs at least one entry')
  const unit = n === 0 ? 0 : trace(matrix, n) / n
  for (const multiple of policy) {
    const jitter = multiple === 0 ? 0 : multiple * unit
    const lower = Float64Array.from(matrix)
    if (jitter !== 0) addToDiagonal(lower, n, jitter)
    if (backend.kernels.cholesky(lower, n)) return { _tag: 'factor', lower, jitter }
  }
  return { _tag: 'not-positive-definite', largestJitter: policy[policy.length - 1] * unit }
}

/** X [n, m] with L X = B; `rhs` [n, m] is left unchanged. */
export const solveLower = (backend: Backend, lower: Float64Array, rhs: Float64Array, n: number, m: number): Float64Array => {
  checkSystem(lower, rhs, n, m)
  const out = Float64Array.from(rhs)
  backend.kernels.solveLower(out, lower, n, m)
  return out
}

/** X [n, m] with Lᵀ X = B; `rhs` [n, m] is left unchanged. */
export const solveLowerTransposed = (backend: Backend, lower: Float64Array, rhs: Float64Array, n: number, m: number): Float64Array => {
  checkSystem(lower, rhs, n, m)
  const out = Float64Array.from(rhs)
  backend.kernels.solveLowerTransposed(out, lower, n, m)
  return out
}

/** X [n, m] with L Lᵀ X = B: the solution of the factored system; `rhs` [n, m] is left unchanged. */
export const solveFactored = (backend: Backend, lower: Float64Array, rhs: Float64Array, n: number, m: number): Float64Array => {
  const out = solveLower(backend, lower, rhs, n, m)
  backend.kernels.solveLowerTransposed(out, lower, n, m)
  return out
}

/** (L Lᵀ)⁻¹ [n, n]. */
export const inverseFromFactor = (backend: Backend, lower: Float64Array, n: number): Float64Array => solveFactored(backend, lower, identity(n), n, n)

const checkSystem = (lower: Float64Array, rhs: Float64Array, n: number, m: number): void => {
  checkMatrix(lower, n)
  invariant(rhs.length === n * m, `expected ${m} right-hand sides of ${n} entries, received ${rhs.length} entries`)
}

/** log det(L Lᵀ) = 2 Σ log L_ii. */
export const logDeterminant = (lower: Float64Array, n: number): number => {
  checkMatrix(lower, n)
  let sum = 0
  for (let i = 0; i < n; i++) sum += log(lower[i * n + i])
  return 2 * sum
}

/** The identity [n, n]. */
export const identity = (n: number): Float64Array => {
  const out = new Float64Array(n * n)
  for (let i = 0; i < n; i++) out[i * n + i] = 1
  return out
}

/** Sum of the diagonal entries. */
export const trace = (matrix: Float64Array, n: number): number => {
  let sum = 0
  for (let i = 0; i < n; i++) sum += matrix[i * n + i]
  return sum
}

const addToDiagonal = (matrix: Float64Array, n: number, value: number): void => {
  for (let i = 0; i < n; i++) matrix[i * n + i] += value
}
