/**
 * Points of any dimension on the plane in which they spread most: their first two principal components.
 *
 *     C = 1/M Σ (x − x̄)(x − x̄)ᵀ = V Λ Vᵀ,   place of x = (v₁ · (x − x̄), v₂ · (x − x̄)),   λ₁ ≥ λ₂ ≥ …
 *
 * The eigenvectors come from cyclic Jacobi rotations, and each points to the side of its largest entry, so that the same points always
 * lie in the same places.
 *
 * *Source:* H. Hotelling 1933, "Analysis of a complex of statistical variables into principal components"; G. H. Golub and C. F. Van
 * Loan 2013, Matrix Computations, 4th ed., Algorithm 8.5.2 (the stable rotation), 8.5.3. *Deviations:* none.
 */
import { invariant } from '../core/invariant.ts'
import { descendingOrder } from '../core/order.ts'

/** Places [M, 2] in the order of the points, and the share of the whole variance on each of the two axes (0 where nothing varies). */
export type PrincipalPlane = Readonly<{ places: Float64Array; shares: readonly [number, number] }>

/** More sweeps than this are never needed: the off-diagonal squares shrink quadratically. */
const MOST_SWEEPS = 50

const covariance = (points: Float64Array, count: number, dimensions: number): Readonly<{ mean: Float64Array; matrix: Float64Array }> => {
  const mean = new Float64Array(dimensions)
  for (let i = 0, at = 0; i < count; i++) for (let d = 0; d < dimensions; d++, at++) mean[d] += points[at] / count
  const matrix = new Float64Array(dimensions * dimensions)
  for (let i = 0; i < count; i++) {
    for (let a = 0; a < dimensions; a++) {
      const left = points[i * dimensions + a] - mean[a]
      for (let b = 0; b < dimensions; b++) matrix[a * dimensions + b] += (left * (points[i * dimensions + b] - mean[b])) / count
    }
  }
  return { mean, matrix }
}

/** One rotation in the plane of axes p < q that makes matrix[p, q] zero; `vectors` holds eigenvectors as columns. Both are changed in place. */
const rotate = (matrix: Float64Array, vectors: Float64Array, n: number, p: number, q: number): void => {
  const off = matrix[p * n + q]
  if (off === 0) return
  const tau = (matrix[q * n + q] - matrix[p * n + p]) / (2 * off)
  const t = (tau >= 0 ? 1 : -1) / (Math.abs(tau) + Math.sqrt(1 + tau * tau))
  const c = 1 / Math.sqrt(1 + t * t)
  const s = t * c
  for (let k = 0; k < n; k++) {
    const [left, right] = [matrix[k * n + p], matrix[k * n + q]]
    matrix[k * n + p] = c * left - s * right
    matrix[k * n + q] = s * left + c * right
  }
  for (let k = 0; k < n; k++) {
    const [left, right] = [matrix[p * n + k], matrix[q * n + k]]
    matrix[p * n + k] = c * left - s * right
    matrix[q * n + k] = s * left + c * right
    const [first, second] = [vectors[k * n + p], vectors[k * n + q]]
    vectors[k * n + p] = c * first - s * second
    vectors[k * n + q] = s * first + c * second
  }
  matrix[p * n + q] = 0
  matrix[q * n + p] = 0
}

/** Eigenvalues [n] and eigenvectors (columns of [n, n]) of a symmetric matrix, which is used up. */
const eigen = (matrix: Float64Array, n: number): Readonly<{ values: Float64Array; vectors: Float64Array }> => {
  const vectors = new Float64Array(n * n)
  for (let i = 0; i < n; i++) vectors[i * n + i] = 1
  const offSquares = (): number => {
    let sum = 0
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) sum += matrix[p * n + q] * matrix[p * n + q]
    return sum
  }
  for (let sweep = 0; sweep < MOST_SWEEPS && offSquares() > 0; sweep++) {
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) rotate(matrix, vectors, n, p, q)
  }
  return { values: Float64Array.from({ length: n }, (_, i) => matrix[i * n + i]), vectors }
}

/** Column `index` of `vectors` [n, n], turned so that its largest entry (the first of equals) is positive. */
const direction = (vectors: Float64Array, n: number, index: number): Float64Array => {
  const column = Float64Array.from({ length: n }, (_, k) => vectors[k * n + index])
  const largest = column.reduce((best, value) => (Math.abs(value) > Math.abs(best) ? value : best), 0)
  return largest < 0 ? column.map((value) => -value) : column
}

/** The plane of `points` [M, D]; D must divide their number. Points of one dimension lie on the first axis. */
export const principalPlane = (points: Float64Array, dimensions: number): PrincipalPlane => {
  const count = points.length / dimensions
  invariant(Number.isInteger(count), `${points.length} numbers are no points of ${dimensions} dimensions`)
  const places = new Float64Array(2 * count)
  if (count === 0) return { places, shares: [0, 0] }
  const { mean, matrix } = covariance(points, count, dimensions)
  const whole = matrix.reduce((sum, value, at) => (at % (dimensions + 1) === 0 ? sum + value : sum), 0)
  const { values, vectors } = eigen(matrix, dimensions)
  const order = descendingOrder(values)
  const shareOf = (axis: number): number => (axis < dimensions && whole > 0 ? Math.max(0, values[order[axis]]) / whole : 0)
  for (let axis = 0; axis < Math.min(2, dimensions); axis++) {
    const towards = direction(vectors, dimensions, order[axis])
    for (let i = 0; i < count; i++) {
      let sum = 0
      for (let d = 0; d < dimensions; d++) sum += towards[d] * (points[i * dimensions + d] - mean[d])
      places[2 * i + axis] = sum
    }
  }
  return { places, shares: [shareOf(0), shareOf(1)] }
}
