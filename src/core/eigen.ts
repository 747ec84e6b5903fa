/**
 * Eigenvalues and eigenvectors of a symmetric matrix: A = Vᵀ diag(λ) V, the rows of V orthonormal, λ ascending.
 *
 * Householder reflections make the matrix tridiagonal, QR steps with Wilkinson's shift make it diagonal, and every reflection and rotation
 * is applied to V as well. Eigenvectors stand in rows, so that a rotation runs along memory. Only + − · / √ are used, in a fixed order: the
 * answer is the same to the bit everywhere. The cost is about 9 n³ operations.
 *
 * *Source:* G. H. Golub and C. F. Van Loan 2013, Matrix Computations, 4th ed., algorithms 8.3.1 (tridiagonalisation), 8.3.2 and 8.3.3
 * (implicit QR step and its iteration).
 * *Deviations:* 1. the matrix is first scaled by a power of two, which is exact, so that squares neither overflow nor vanish.
 */
import { invariant } from './invariant.ts'
import { ascendingOrder } from './order.ts'

/** `values` [n] ascending; row i of `vectors` [n, n] is the eigenvector of `values[i]`, of length 1. */
export type Eigen = Readonly<{ values: Float64Array; vectors: Float64Array }>

/** 2⁻⁵², relative spacing of doubles. */
const EPSILON = 2.220446049250313e-16

/** QR steps per eigenvalue before giving up; two are usual. */
const MOST_STEPS = 60

/** The power of two that brings `size` into [½, 1), or 1 for 0 and what is not a finite number. */
const scaleFor = (size: number): number => {
  if (!(size > 0 && size < Infinity)) return 1
  let scale = 1
  while (size * scale >= 1) scale *= 0.5
  while (size * scale < 0.5 && scale < 1e300) scale *= 2
  return scale
}

/** Tridiagonal form: `work` [n, n] symmetric is used up; writes diagonal and off-diagonal, answers Qᵀ with Qᵀ A Q tridiagonal. */
const tridiagonalise = (work: Float64Array, n: number, diagonal: Float64Array, off: Float64Array): Float64Array => {
  const w = new Float64Array(n)
  const betas = new Float64Array(n)
  for (let k = 0; k + 2 < n; k++) {
    // row k, equal to column k, right of the diagonal; the reflector v takes its place
    const row = k * n
    let squares = 0
    for (let j = k + 2; j < n; j++) squares += work[row + j] * work[row + j]
    const head = work[row + k + 1]
    if (squares === 0) {
      off[k] = head
      continue
    }
    const length = Math.sqrt(head * head + squares)
    const alpha = head > 0 ? -length : length
    off[k] = alpha
    work[row + k + 1] = head - alpha
    const beta = 2 / (squares + (head - alpha) * (head - alpha))
    betas[k] = beta
    let inner = 0
    for (let i = k + 1; i < n; i++) {
      let sum = 0
      for (let j = k + 1; j < n; j++) sum += work[i * n + j] * work[row + j]
      w[i] = beta * sum
      inner += w[i] * work[row + i]
    }
    const half = 0.5 * beta * inner
    for (let i = k + 1; i < n; i++) w[i] -= half * work[row + i]
    for (let i = k + 1; i < n; i++) {
      const vi = work[row + i]
      const wi = w[i]
      for (let j = k + 1; j < n; j++) work[i * n + j] -= vi * w[j] + wi * work[row + j]
    }
  }
  for (let i = 0; i < n; i++) diagonal[i] = work[i * n + i]
  if (n > 1) off[n - 2] = work[(n - 2) * n + n - 1]

  // Qᵀ = H_{n−3} … H₀, built from the last reflector on, where only the lower right corner is not yet the identity's
  const q = new Float64Array(n * n)
  for (let i = 0; i < n; i++) q[i * n + i] = 1
  for (let k = n - 3; k >= 0; k--) {
    const beta = betas[k]
    if (beta === 0) continue
    const row = k * n
    // q ← q H_k: every row loses β (q_i · v) v
    for (let i = k + 1; i < n; i++) {
      let sum = 0
      for (let j = k + 1; j < n; j++) sum += q[i * n + j] * work[row + j]
      const factor = beta * sum
      for (let j = k + 1; j < n; j++) q[i * n + j] -= factor * work[row + j]
    }
  }
  return q
}

/** One QR step on rows `from` … `to` of the tridiagonal matrix, with its rotations applied to the rows of `vectors`. */
const qrStep = (diagonal: Float64Array, off: Float64Array, vectors: Float64Array, n: number, from: number, to: number): void => {
  const last = off[to - 1]
  const delta = 0.5 * (diagonal[to - 1] - diagonal[to])
  const root = Math.sqrt(delta * delta + last * last)
  const shift = diagonal[to] - (last * last) / (delta < 0 ? delta - root : delta + root)
  let x = diagonal[from] - shift
  let z = off[from]
  for (let k = from; k < to; k++) {
    const length = Math.sqrt(x * x + z * z)
    const c = length === 0 ? 1 : x / length
    const s = length === 0 ? 0 : z / length
    if (k > from) off[k - 1] = length
    const a = diagonal[k]
    const b = diagonal[k + 1]
    const e = off[k]
    diagonal[k] = c * c * a + 2 * c * s * e + s * s * b
    diagonal[k + 1] = s * s * a - 2 * c * s * e + c * c * b
    off[k] = c * s * (b - a) + (c * c - s * s) * e
    if (k + 1 < to) {
      x = off[k]
      z = s * off[k + 1]
      off[k + 1] *= c
    }
    for (let at = k * n; at < (k + 1) * n; at++) {
      const u = vectors[at]
      const v = vectors[at + n]
      vectors[at] = c * u + s * v
      vectors[at + n] = c * v - s * u
    }
  }
}

/**
 * The eigen-decomposition of the symmetric matrix `matrix` [n, n], of which both triangles must be there. Error of a value:
 * a few n · 2⁻⁵² times the largest. A matrix that holds NaN or an infinity gives NaN values. Another length than n² breaks an invariant.
 */
export const symmetricEigen = (matrix: Float64Array, n: number): Eigen => {
  invariant(matrix.length === n * n && n >= 1, `an ${n} × ${n} matrix of ${matrix.length} entries`)
  let size = 0
  for (let at = 0; at < matrix.length; at++) size = Math.max(size, Math.abs(matrix[at]))
  const scale = scaleFor(size)
  const diagonal = new Float64Array(n)
  const off = new Float64Array(n)
  const vectors = tridiagonalise(matrix.map((entry) => entry * scale), n, diagonal, off)
  let to = n - 1
  for (let steps = 0; to > 0;) {
    // negated, so that NaN counts as small and the iteration ends
    for (let i = 0; i < to; i++) if (!(Math.abs(off[i]) > EPSILON * (Math.abs(diagonal[i]) + Math.abs(diagonal[i + 1]) + EPSILON))) off[i] = 0
    let from = to
    while (from > 0 && off[from - 1] !== 0) from--
    if (from === to) {
      to--
      steps = 0
      continue
    }
    invariant(++steps <= MOST_STEPS, `eigenvalue ${to} of ${n} did not settle in ${MOST_STEPS} steps`)
    qrStep(diagonal, off, vectors, n, from, to)
  }
  const order = ascendingOrder(diagonal)
  const values = new Float64Array(n)
  const sorted = new Float64Array(n * n)
  order.forEach((from, i) => {
    values[i] = diagonal[from] / scale
    sorted.set(vectors.subarray(from * n, (from + 1) * n), i * n)
  })
  return { values, vectors: sorted }
}
