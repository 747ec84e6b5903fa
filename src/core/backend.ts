/**
 * The closed list of coarse numerical kernels that a backend offers.
 *
 * A backend is passed as an argument and bound once, at construction; there is no current one. Kernels write only into
 * their first argument, which the caller has just allocated (or owns as scratch of the running call).
 * All arrays are row-major. Sums run in index order, so that an `exact` backend gives the same bits as `reference`.
 *
 * *Source:* the closed kernel list of tfjs-core, with the slow readable reference of jax-js.
 * *Deviations:* 1. no registry, no global engine. 2. tolerances are declared per kernel, not once for all.
 */
import type { Key } from './key.ts'

export type Activation = 'linear' | 'tanh' | 'relu' | 'sigmoid'

/** Kernels over `Float64Array`s. `out` never aliases an input unless a kernel says so. */
export interface Kernels {
  /** out[b, o] = bias[o] + Σ_i weights[o, i] · x[b, i]; weights [outputs, inputs] start at `offset` of `parameters`, bias follows. */
  affine(out: Float64Array, parameters: Float64Array, offset: number, x: Float64Array, batch: number, inputs: number, outputs: number): void
  /** Applies `activation` to the first `n` entries of `out`, in place. */
  activate(out: Float64Array, activation: Activation, n: number): void
  /**
   * One LSTM step for a batch: gates i, f, g, o; parameters at `offset`: w_ih [4H, I], w_hh [4H, H], b_ih [4H], b_hh [4H].
   * Reads `x` [B, I]; updates `h` and `c` [B, H] in place; `scratch` has at least 4·B·H entries; it holds the
   * gates after activation [B, 4H] when the step is done, so that a pullback can read them.
   */
  lstmStep(h: Float64Array, c: Float64Array, parameters: Float64Array, offset: number, x: Float64Array, scratch: Float64Array, batch: number, inputs: number, hidden: number): void
  /** out[i] = standard normal number `start + i` of the stream of `key`. */
  normals(out: Float64Array, key: Key, start: number): void
  /** out = base + scale · ε(key), ε the first `out.length` normals of `key`. */
  perturb(out: Float64Array, base: Float64Array, key: Key, scale: number): void
  /** out = Σ_j weights[j] · ε(keys[j]); noise is rebuilt, never stored, summed in the order of j. */
  weightedNoise(out: Float64Array, keys: readonly Key[], weights: Float64Array): void
  /** out[i, j] = Σ_d ((a[i, d] − b[j, d]) · inverseScale[d])². */
  squaredDistances(out: Float64Array, a: Float64Array, b: Float64Array, inverseScale: Float64Array, rowsA: number, rowsB: number, dimensions: number): void
  /** Lower Cholesky factor of the n × n matrix in `out`, in place (upper triangle zeroed); returns false if not positive definite. */
  cholesky(out: Float64Array, n: number): boolean
  /** Solves L · X = out in place for m right-hand sides: out [n, m]. */
  solveLower(out: Float64Array, lower: Float64Array, n: number, m: number): void
  /** Solves Lᵀ · X = out in place for m right-hand sides: out [n, m]. */
  solveLowerTransposed(out: Float64Array, lower: Float64Array, n: number, m: number): void
}

/** Relative tolerance that a backend promises for each kernel against `reference`; 0 means bitwise equal. */
export type Tolerances = Readonly<Record<keyof Kernels, number>>

/** `exact` means bitwise equal to `reference` in every kernel. */
export type Backend = Readonly<{ name: string; dtype: 'f64' | 'f32'; exact: boolean; tolerance: Tolerances; kernels: Kernels }>
