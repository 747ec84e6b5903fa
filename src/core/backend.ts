/**
 * The closed list of coarse numerical kernels that a backend offers.
 *
 * A backend is passed as an argument and bound once, at construction; there is no current one. Kernels write only into their first
 * arguments, named as outputs below, which the caller has just allocated (or owns as scratch of the running call).
 * All arrays are row-major. Sums run in index order, so that an `exact` backend gives the same bits as `reference`: a sum "from v" is
 * ((v + t₀) + t₁) + …, and a sum without a start begins at 0.
 *
 * Some work is called so often with the same parameters that moving them would cost more than computing: `residentMlp`, `residentLstm`
 * and `residentRows` keep a copy where the backend computes. What they answer depends on what was last loaded and on nothing else.
 *
 * *Source:* the closed kernel list of tfjs-core, with the slow readable reference of jax-js.
 * *Deviations:* 1. no registry, no global engine. 2. tolerances are declared per kernel, not once for all.
 */
import type { Key } from './key.ts'
import type { Later } from './later.ts'

export type Activation = 'linear' | 'tanh' | 'relu' | 'sigmoid'

/**
 * A fully connected network: `sizes` = [inputs, hidden …, outputs], at least two; `activation` follows the hidden layers,
 * `outputActivation` the last. Its flat parameters hold, per layer, the weight [out, in] and then the bias [out].
 */
export type MlpSpec = Readonly<{ sizes: readonly number[]; activation: Activation; outputActivation: Activation }>

/** An LSTM over B sequences of T steps; its flat parameters are w_ih [4H, I], w_hh [4H, H], b_ih [4H], b_hh [4H], gates i, f, g, o. */
export type LstmShape = Readonly<{ steps: number; batch: number; inputs: number; hidden: number }>

/** Hidden and cell state, [B, H] each. */
export type LstmState = Readonly<{ h: Float64Array; c: Float64Array }>

/** Everything that a sequence went through: hidden and cell states [T, B, H], gates after activation [T, B, 4H] (i, f, g, o). */
export type LstmTrace = Readonly<{ h: Float64Array; c: Float64Array; gates: Float64Array }>

/** Gradients of a scalar by parameters, inputs [T, B, I] and the starting state [B, H]. */
export type LstmGradients = Readonly<{ parameters: Float64Array; x: Float64Array; h0: Float64Array; c0: Float64Array }>

/** What one pass over sequences started from: parameters, inputs [T, B, I], state [B, H] before the first step. */
export type LstmRun = Readonly<{ parameters: Float64Array; x: Float64Array; start: LstmState; shape: LstmShape }>

/**
 * A stationary correlation c as a function of s = r²: `matern12` e^(−r), `matern32` (1 + √3 r) e^(−√3 r),
 * `matern52` (1 + √5 r + 5s/3) e^(−√5 r), `rbf` e^(−s/2).
 */
export type CovarianceName = 'matern12' | 'matern32' | 'matern52' | 'rbf'

/** Which factor of a matrix product is stored transposed: `nn` A·B, `tn` Aᵀ·B, `nt` A·Bᵀ. */
export type ProductForm = 'nn' | 'tn' | 'nt'

/** One Adam step; `firstPower` and `secondPower` are β₁ᵗ and β₂ᵗ of this step (t from 1). */
export type AdamStep = Readonly<{
  learningRate: number
  beta1: number
  beta2: number
  epsilon: number
  weightDecay: number
  firstPower: number
  secondPower: number
}>

/** One RMSprop step. */
export type RmspropStep = Readonly<{ learningRate: number; decay: number; epsilon: number; epsilonInside: boolean; weightDecay: number }>

/** One step of gradient descent; `first` tells the step in which the momentum buffer becomes the gradient itself. */
export type SgdStep = Readonly<{
  learningRate: number
  momentum: number
  dampening: number
  nesterov: boolean
  weightDecay: number
  first: boolean
}>

/** A network whose parameters stay where the backend computes. */
export interface ResidentMlp {
  /** Takes over the front of `parameters`; later changes of the array are not seen. */
  load(parameters: Float64Array): void
  /** out [B, outputs] = the network's output for x [B, inputs]. */
  forward(out: Float64Array, x: Float64Array, batch: number): void
}

/** An LSTM cell whose parameters stay where the backend computes. */
export interface ResidentLstm {
  /** Takes over the front of `parameters`; later changes of the array are not seen. */
  load(parameters: Float64Array): void
  /** One step of one sequence: `h` and `c` [H] in place for the input `x` [I]. */
  step(h: Float64Array, c: Float64Array, x: Float64Array): void
}

/** Rows [M, D] that stay where the backend computes, such as the embeddings of a memory; none at first. */
export interface ResidentRows {
  /** Rows `at` … become `rows` [n, D]; they may lie beyond the last row by no gap. */
  write(at: number, rows: Float64Array): void
  /** Keeps the first `rows` rows only. */
  truncate(rows: number): void
  /** As the kernel `neighbours`, among the rows held. */
  neighbours(indices: Uint32Array, distances: Float64Array, queries: Float64Array, count: number, k: number): void
}

/** Kernels over `Float64Array`s. Outputs never alias an input unless a kernel says so. */
export interface Kernels {
  /** out[b, o] = Σ_i weights[o, i] · x[b, i] from bias[o]; weights [outputs, inputs] start at `offset` of `parameters`, bias follows. */
  affine(out: Float64Array, parameters: Float64Array, offset: number, x: Float64Array, batch: number, inputs: number, outputs: number): void
  /** out[b, i] = Σ_o gradY[b, o] · weights[o, i]: the gradient by the input of an affine map whose weights start at `offset`. */
  affineInputPullback(out: Float64Array, parameters: Float64Array, offset: number, gradY: Float64Array, batch: number, inputs: number, outputs: number): void
  /**
   * Adds the gradient by weights and bias of an affine map to `out`, row by row of the batch:
   * out[weightAt + o·inputs + i] gains gradY[b, o] · x[b, i], out[biasAt + o] gains gradY[b, o].
   */
  affineParameterPullback(out: Float64Array, weightAt: number, biasAt: number, x: Float64Array, gradY: Float64Array, batch: number, inputs: number, outputs: number): void
  /** Applies `activation` to the first `n` entries of `out`, in place; a negative number under ReLU becomes 0, NaN stays NaN. */
  activate(out: Float64Array, activation: Activation, n: number): void
  /** Turns the first `n` entries of `out`, a gradient by the activation's output `y`, into that by its input. ReLU has slope 0 at 0. */
  activatePullback(out: Float64Array, activation: Activation, y: Float64Array, n: number): void
  /** The outputs of all layers, one behind the other: `values` = [B, sizes[1]], [B, sizes[2]], …; the last is the network's. */
  mlpForward(values: Float64Array, spec: MlpSpec, parameters: Float64Array, x: Float64Array, batch: number): void
  /**
   * Gradients by parameters (overwritten, from 0) and, unless `gradX` is null, by the input [B, inputs], from that by the output;
   * `values` as `mlpForward` left them.
   */
  mlpPullback(
    gradParameters: Float64Array,
    gradX: Float64Array | null,
    spec: MlpSpec,
    parameters: Float64Array,
    x: Float64Array,
    values: Float64Array,
    gradY: Float64Array,
    batch: number,
  ): void
  residentMlp(spec: MlpSpec): ResidentMlp
  /** out[n] = the output of the network with parameter vector n of `parameters` [N, P] for x[n]; out [N, outputs], x [N, inputs]. */
  populationForward(out: Float64Array, spec: MlpSpec, parameters: Float64Array, x: Float64Array, population: number): void
  /** As `populationForward` with the vectors base + scales[n] · ε(keys[n]), which are never stored; ε as in `perturb`. */
  perturbedForward(out: Float64Array, spec: MlpSpec, base: Float64Array, keys: readonly Key[], scales: Float64Array, x: Float64Array): void
  /**
   * One LSTM step for a batch: gates i, f, g, o; parameters at `offset`: w_ih [4H, I], w_hh [4H, H], b_ih [4H], b_hh [4H].
   * Reads `x` [B, I]; updates `h` and `c` [B, H] in place; `scratch` has at least 4·B·H entries; it holds the
   * gates after activation [B, 4H] when the step is done, so that a pullback can read them.
   */
  lstmStep(h: Float64Array, c: Float64Array, parameters: Float64Array, offset: number, x: Float64Array, scratch: Float64Array, batch: number, inputs: number, hidden: number): void
  /** All steps of a sequence: fills `trace`, each step as `lstmStep`. */
  lstmForward(trace: LstmTrace, run: LstmRun): void
  /** Gradients (overwritten) from those by all hidden states [T, B, H] and by the last cell state [B, H]; `trace` as `lstmForward` left it. */
  lstmPullback(gradients: LstmGradients, run: LstmRun, trace: LstmTrace, gradH: Float64Array, gradCLast: Float64Array): void
  residentLstm(inputs: number, hidden: number): ResidentLstm
  /** A step of descent in place on `parameters`, first and second moments. */
  adam(parameters: Float64Array, first: Float64Array, second: Float64Array, gradient: Float64Array, step: AdamStep): void
  /** A step of descent in place on `parameters` and the mean squared gradient. */
  rmsprop(parameters: Float64Array, second: Float64Array, gradient: Float64Array, step: RmspropStep): void
  /** A step of descent in place on `parameters` and the momentum buffer, which is empty without momentum. */
  sgd(parameters: Float64Array, momentum: Float64Array, gradient: Float64Array, step: SgdStep): void
  /** out[i] = uniform number `start + i` of the stream of `key`, in (0, 1). */
  uniforms(out: Float64Array, key: Key, start: number): void
  /** out[i] = standard normal number `start + i` of the stream of `key`. */
  normals(out: Float64Array, key: Key, start: number): void
  /** out = base + scale · ε(key), ε the first `out.length` normals of `key`. */
  perturb(out: Float64Array, base: Float64Array, key: Key, scale: number): void
  /** out = Σ_j weights[j] · ε(keys[j]); noise is rebuilt, never stored, summed in the order of j. */
  weightedNoise(out: Float64Array, keys: readonly Key[], weights: Float64Array): void
  /** out [m, n] = Σ_k A[i, k] · B[k, j], the factors stored as `form` says: A [m, k] or [k, m], B [k, n] or [n, k]. */
  product(out: Float64Array, a: Float64Array, b: Float64Array, form: ProductForm, m: number, k: number, n: number): void
  /** out[i, j] = Σ_d ((a[i, d] − b[j, d]) · inverseScale[d])². */
  squaredDistances(out: Float64Array, a: Float64Array, b: Float64Array, inverseScale: Float64Array, rowsA: number, rowsB: number, dimensions: number): void
  /**
   * The `k` rows of `items` [M, D] nearest to each of `count` queries [Q, D] by Σ_d (q_d − x_d)², nearest first, ties by lower index:
   * indices and squared distances [Q, k], 1 ≤ k ≤ M. A distance that is NaN ranks as, and reads, ∞.
   */
  neighbours(indices: Uint32Array, distances: Float64Array, queries: Float64Array, items: Float64Array, count: number, dimensions: number, k: number): void
  residentRows(dimensions: number): ResidentRows
  /** out[i, j] = outputscale · c(s), s the squared distance of a[i] and b[j] as in `squaredDistances`, c the function that `name` names. */
  covariance(
    out: Float64Array,
    name: CovarianceName,
    a: Float64Array,
    b: Float64Array,
    inverseScale: Float64Array,
    outputscale: number,
    rowsA: number,
    rowsB: number,
  ): void
  /** Lower Cholesky factor of the n × n matrix in `out`, in place (upper triangle zeroed); returns false if not positive definite. */
  cholesky(out: Float64Array, n: number): boolean
  /** Solves L · X = out in place for m right-hand sides: out [n, m]. */
  solveLower(out: Float64Array, lower: Float64Array, n: number, m: number): void
  /** Solves Lᵀ · X = out in place for m right-hand sides: out [n, m]. */
  solveLowerTransposed(out: Float64Array, lower: Float64Array, n: number, m: number): void
}

/** Relative tolerance that a backend promises for each kernel against `reference`; 0 means bitwise equal. */
export type Tolerances = Readonly<Record<keyof Kernels, number>>

/** A kernel that may be answered later; its arrays must not be changed until then. */
type LaterKernel<K extends keyof Kernels> = (...args: Parameters<Kernels[K]>) => Later<void>

/** One network per candidate, the parameters of all of them where the backend computes. To be released when no longer needed. */
export interface ResidentPopulation {
  /** out [N, outputs] = the output of network n for row n of x [N, inputs]. */
  forward(out: Float64Array, x: Float64Array): Later<void>
  release(): void
}

/** What whole pieces of work are made of; the backend may answer later. `computeOf` makes it of the kernels of any backend. */
export interface Compute {
  /** Networks with the parameter vectors `parameters` [N, P], of which each reads the front; the array must stay as it is. */
  residentPopulation(spec: MlpSpec, parameters: Float64Array, population: number): Later<ResidentPopulation>
  readonly mlpForward: LaterKernel<'mlpForward'>
  readonly mlpPullback: LaterKernel<'mlpPullback'>
  readonly weightedNoise: LaterKernel<'weightedNoise'>
  readonly squaredDistances: LaterKernel<'squaredDistances'>
  readonly covariance: LaterKernel<'covariance'>
}

/** Programs run on a device, by name. */
export type Launches = Readonly<Record<string, number>>

/** What a backend on a device has beside its kernels. */
export interface Device {
  readonly compute: Compute
  /** Kernels that the device does not compute: those of `reference` stand in for them. */
  readonly filled: readonly (keyof Kernels)[]
  /** Since it was opened. */
  launches(): Launches
  /** Gives the device back; nothing may be computed afterwards. */
  close(): Promise<void>
}

/** `exact` means bitwise equal to `reference` in every kernel. */
export type Backend = Readonly<{ name: string; dtype: 'f64' | 'f32'; exact: boolean; tolerance: Tolerances; kernels: Kernels; device?: Device }>

/**
 * A backend that can be named in a config; `exact` as it will say. `packages` are those whose version decides its numbers, where it is not
 * exact. `open` rejects, with a reason, where this machine or page cannot run it.
 */
export type BackendEntry = Readonly<{ name: string; line: string; exact: boolean; packages?: readonly string[]; open(): Promise<Backend> }>
