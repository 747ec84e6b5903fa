/**
 * Matrix kernels of the reference backend: products, Cholesky factor, triangular solves.
 *
 * *Source:* G. H. Golub and C. F. Van Loan 2013, Matrix Computations, 4th ed., algorithms 1.1.5, 3.1.1, 3.1.2 and 4.2.2 (row by row).
 * *Deviations:* none.
 */
import type { Kernels } from '../../src/core/backend.ts'

/** out[i, j] = Σ_k A[i, k] · B[k, j], with the strides of how the factors are stored. */
export const product: Kernels['product'] = (out, a, b, form, m, k, n) => {
  const [rowA, stepA] = form === 'tn' ? [1, m] : [k, 1]
  const [stepB, columnB] = form === 'nt' ? [1, k] : [n, 1]
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let sum = 0
      for (let l = 0; l < k; l++) sum += a[i * rowA + l * stepA] * b[l * stepB + j * columnB]
      out[i * n + j] = sum
    }
  }
}

/** L with L Lᵀ = A, from the lower triangle of A, in place; false where a pivot is not positive (or NaN), `out` is then unusable. */
export const cholesky: Kernels['cholesky'] = (out, n) => {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let rest = out[i * n + j]
      for (let k = 0; k < j; k++) rest -= out[i * n + k] * out[j * n + k]
      if (j < i) {
        out[i * n + j] = rest / out[j * n + j]
      } else {
        if (!(rest > 0 && rest < Infinity)) return false
        out[i * n + i] = Math.sqrt(rest)
      }
    }
    for (let j = i + 1; j < n; j++) out[i * n + j] = 0
  }
  return true
}

/** X with L X = B by forward substitution, in place; row i loses the rows before it in index order. */
export const solveLower: Kernels['solveLower'] = (out, lower, n, m) => {
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) {
      const factor = lower[i * n + k]
      for (let j = 0; j < m; j++) out[i * m + j] -= factor * out[k * m + j]
    }
    const pivot = lower[i * n + i]
    for (let j = 0; j < m; j++) out[i * m + j] /= pivot
  }
}

/** X with Lᵀ X = B by backward substitution, in place; row i loses the rows after it in index order. */
export const solveLowerTransposed: Kernels['solveLowerTransposed'] = (out, lower, n, m) => {
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) {
      const factor = lower[k * n + i]
      for (let j = 0; j < m; j++) out[i * m + j] -= factor * out[k * m + j]
    }
    const pivot = lower[i * n + i]
    for (let j = 0; j < m; j++) out[i * m + j] /= pivot
  }
}
