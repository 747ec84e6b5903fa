/**
 * The programs that run on a device, as gpu.js reads them.
 *
 * They use + − × ÷ and √ only: tanh and e^(−r) are made of them, so that every mode computes about the same (a few units in the last place
 * of 32 bits) and no built-in function of a driver overflows. Comparisons are written so that NaN passes through.
 *
 * tanh(x) is the [5/6] convergent of Lambert's continued fraction at x/8, with the argument bounded at ±10, doubled three times by
 * tanh 2y = 2 tanh y/(1 + tanh² y): absolute error 2e-7. e^(−r) = (1 − t)/(1 + t) with t = tanh(r/2) up to 1, beyond it a power of that at
 * r/8 or r/64: relative error 2e-7, 1e-6, 1e-5.
 *
 * *Source:* J. H. Lambert 1770, continued fraction of tanh; C. E. Rasmussen and C. K. I. Williams 2006, Eq. 4.9, 4.14, 4.17 (covariances).
 * *Deviations:* none.
 */
import type { Activation, CovarianceName } from '../../src/core/backend.ts'
import type { Program } from './device.ts'

/** The statement that turns a small `t` into its tanh. */
const convergent = `const t2 = t * t
  t = t * (10395 + t2 * (1260 + 21 * t2)) / (10395 + t2 * (4725 + t2 * (210 + t2)))`

/** Statements that leave tanh of `x` in `t`. */
const tanhOf = (x: string): string => `let t = (${x}) * 0.125
  if (t > 1.25) { t = 1.25 }
  if (t < -1.25) { t = -1.25 }
  ${convergent}
  t = 2 * t / (1 + t * t)
  t = 2 * t / (1 + t * t)
  t = 2 * t / (1 + t * t)`

/** Statements that leave e^(−r) of `r` = `x` ≥ 0 in `e`. */
const decayOf = (x: string): string => `const r = ${x}
  let t = 0.5 * r
  if (r > 1) { t = 0.0625 * r }
  if (r > 8) { t = 0.0078125 * r }
  if (r > 87) { t = 0.6796875 }
  ${convergent}
  let e = (1 - t) / (1 + t)
  if (r > 1) {
    e = e * e
    e = e * e
    e = e * e
  }
  if (r > 8) {
    e = e * e
    e = e * e
    e = e * e
  }`

const activated: Readonly<Record<Activation, string>> = {
  linear: 'return sum',
  relu: 'if (sum < 0) { sum = 0 }\n  return sum',
  tanh: `${tanhOf('sum')}\n  return t`,
  sigmoid: `${tanhOf('0.5 * sum')}\n  return 0.5 + 0.5 * t`,
}

/**
 * a(bias + W x) per row of x. `weights` has `inputs` + 1 rows per network, column o for output o, the bias last; `stride` rows lead from the
 * network of one row of x to that of the next: 0 where all share one.
 */
export const affineProgram = (activation: Activation): Program => ({
  name: activation === 'linear' ? 'affine' : `affine-${activation}`,
  source: `function(weights, x) {
  const first = this.thread.y * this.constants.stride
  let sum = weights[first + this.constants.inputs][this.thread.x]
  for (let i = 0; i < this.constants.inputs; i++) {
    sum += weights[first + i][this.thread.x] * x[this.thread.y][i]
  }
  ${activated[activation]}
}`,
})

/** Σ_k a[row, k] · b[k, column] over `terms`. */
export const productProgram: Program = {
  name: 'product',
  source: `function(a, b) {
  let sum = 0
  for (let k = 0; k < this.constants.terms; k++) {
    sum += a[this.thread.y][k] * b[k][this.thread.x]
  }
  return sum
}`,
}

/** Σ_k a[k, row] · b[k, column] over `terms`. */
export const transposedProductProgram: Program = {
  name: 'transposed-product',
  source: `function(a, b) {
  let sum = 0
  for (let k = 0; k < this.constants.terms; k++) {
    sum += a[k][this.thread.y] * b[k][this.thread.x]
  }
  return sum
}`,
}

const correlated: Readonly<Record<CovarianceName | 'none', string>> = {
  none: 'return sum',
  matern12: `${decayOf('Math.sqrt(sum)')}\n  return e`,
  matern32: `${decayOf('1.7320508 * Math.sqrt(sum)')}\n  return (1 + r) * e`,
  matern52: `${decayOf('2.236068 * Math.sqrt(sum)')}\n  return (1 + r + 1.6666667 * sum) * e`,
  rbf: `${decayOf('0.5 * sum')}\n  return e`,
}

/** c(Σ_d (a[row, d] − b[d, column])²) over `dimensions`, c the correlation of that name; `none` for the squared distance itself. */
export const distanceProgram = (name: CovarianceName | 'none'): Program => ({
  name: name === 'none' ? 'distances' : `covariance-${name}`,
  source: `function(a, b) {
  let sum = 0
  for (let d = 0; d < this.constants.dimensions; d++) {
    const gap = a[this.thread.y][d] - b[d][this.thread.x]
    sum += gap * gap
  }
  ${correlated[name]}
}`,
})
