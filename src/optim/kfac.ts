/**
 * K-FAC: a natural-gradient step with a Kronecker-factored Fisher matrix, scaled to a trust region, with momentum.
 *
 *     F ≈ A ⊗ G per block,   A = mean a aᵀ,   G = mean g gᵀ   (running means)
 *     exact:     U = Q_G [(Q_Gᵀ V Q_A) / (d_G d_Aᵀ + damping)] Q_Aᵀ,   the inverse of A ⊗ G + damping I
 *     factored:  U = (G + √damping/π I)⁻¹ V (A + π √damping I)⁻¹,      π² = (tr A/dim A)/(tr G/dim G)
 *     ν = min(ν_max, √(δ/(α² Σ⟨U, V⟩))),   b ← μ b + ν U (the first b is ν U),   θ ← θ − α (1 − μ) b
 *
 * a is what a layer reads, g the slope of a log likelihood by what it answers before its activation, one row per sample; V [out, in] is the
 * gradient of the loss. A layer is one block, its bias the last column of V and a carrying a final 1 (`joint`), or two (`separate`). An
 * array without a layer, such as a log-std, is a bias alone. Blocks of one layer share G and what is computed from it.
 *
 * *Source:* Martens and Grosse 2015, arXiv 1503.05671, sections 3, 4.2, 6.3 (factored damping); Wu et al. 2017, ACKTR,
 * arXiv 1708.05144, sections 3 and 4.2 (trust region); George et al. 2018, arXiv 1806.03884, section 3 (the basis of both factors).
 * *Deviations:* 1. no eigenvalue is set to 0; published code drops those below 10⁻⁶. 2. the factors are those of one batch at
 * first, without a correction of the running mean.
 */
import type { Backend } from '../core/backend.ts'
import { symmetricEigen, type Eigen } from '../core/eigen.ts'
import { invariant } from '../core/invariant.ts'
import { choleskyWithJitter, inverseFromFactor } from '../core/linalg.ts'

/** A linear layer in the flat vector: weight [outputs, inputs] at `weightAt`, bias [outputs] at `biasAt`; a bias alone has 0 inputs. */
export type KfacLayer = Readonly<{ weightAt: number; biasAt: number; inputs: number; outputs: number }>

/** What a batch showed of one layer: `x` [B, inputs] and per-sample `slopes` [B, outputs], not divided by B. */
export type KfacSignal = Readonly<{ x: Float64Array; slopes: Float64Array }>

export type KfacSpec = Readonly<{ layers: readonly KfacLayer[]; bias: 'joint' | 'separate'; inverse: 'exact' | 'factored' }>

/**
 * `learningRate` α of the step, `trustRate` the α in ν (the same unless α is annealed and the trust region is not), `damping` > 0,
 * `klClip` δ > 0, `maxNu` ν_max > 0, `momentum` μ in [0, 1), `weightDecay` ≥ 0 (added to the gradient and to the damping).
 */
export type KfacHyper = Readonly<{
  learningRate: number
  trustRate: number
  damping: number
  klClip: number
  maxNu: number
  momentum: number
  weightDecay: number
}>

/** The settings of the published code; its running means decay by 0.99 per batch, its bases are renewed every 10 updates. */
export const kfacDefaults: KfacHyper =
  { learningRate: 0.25, trustRate: 0.25, damping: 1e-2, klClip: 1e-3, maxNu: 1, momentum: 0.9, weightDecay: 0 }

/** The factors of one block, A [n, n] and G [m, m], each symmetric. */
export type KfacFactors = Readonly<{ a: Float64Array; g: Float64Array }>

/** What a block's step is computed by: eigenvalues and eigenvectors (rows) of both factors, or their inverses with damping. */
export type KfacBasis =
  | Readonly<{ kind: 'exact'; aValues: Float64Array; aVectors: Float64Array; gValues: Float64Array; gVectors: Float64Array }>
  | Readonly<{ kind: 'factored'; aInverse: Float64Array; gInverse: Float64Array }>

/** Factors are empty before the first batch, bases before the first renewal, the momentum buffer before the first step. */
export type KfacState = Readonly<{ factors: readonly KfacFactors[]; bases: readonly KfacBasis[]; momentum: Float64Array }>

/** What a step did: Σ⟨U, V⟩ and ν, by which U was scaled. */
export type KfacStep = Readonly<{ parameters: Float64Array; state: KfacState; innerProduct: number; nu: number }>

export interface Kfac {
  init(): KfacState
  /** The state with the batch's factors averaged in: `statDecay` · old + (1 − `statDecay`) · new; those of the first batch as they are. */
  observe(state: KfacState, signals: readonly KfacSignal[], statDecay: number): KfacState
  /** The state with bases of the factors as they stand. `damping` counts here for factored inverses, in the step for exact ones. */
  renew(state: KfacState, damping: number): KfacState
  /** The direction U of a `gradient` [P], entries outside all layers being those of the gradient. */
  direction(state: KfacState, gradient: Float64Array, damping: number): Float64Array
  /** One step of descent on `gradient` [P]. */
  step(state: KfacState, gradient: Float64Array, parameters: Float64Array, hyper: KfacHyper): KfacStep
}

/** A block: columns of V from the weight (`inputs`, at `weightAt`), and the bias as a last column where `biasAt` is not null. */
type Block = Readonly<{ layer: number; weightAt: number; inputs: number; biasAt: number | null; columns: number; outputs: number }>

const blocksOf = ({ layers, bias }: KfacSpec): readonly Block[] =>
  layers.flatMap(({ weightAt, biasAt, inputs, outputs }, layer): readonly Block[] => {
    const alone = { layer, weightAt, inputs: 0, biasAt, columns: 1, outputs }
    if (inputs === 0) return [alone]
    return bias === 'joint'
      ? [{ layer, weightAt, inputs, biasAt, columns: inputs + 1, outputs }]
      : [{ layer, weightAt, inputs, biasAt: null, columns: inputs, outputs }, alone]
  })

/** V of a block [outputs, columns] from a flat vector. */
const gather = ({ weightAt, inputs, biasAt, columns, outputs }: Block, flat: Float64Array): Float64Array => {
  const matrix = new Float64Array(outputs * columns)
  for (let o = 0; o < outputs; o++) {
    for (let i = 0; i < inputs; i++) matrix[o * columns + i] = flat[weightAt + o * inputs + i]
    if (biasAt !== null) matrix[o * columns + columns - 1] = flat[biasAt + o]
  }
  return matrix
}

/** Writes a block's matrix back into a flat vector. */
const scatter = ({ weightAt, inputs, biasAt, columns, outputs }: Block, matrix: Float64Array, flat: Float64Array): void => {
  for (let o = 0; o < outputs; o++) {
    for (let i = 0; i < inputs; i++) flat[weightAt + o * inputs + i] = matrix[o * columns + i]
    if (biasAt !== null) flat[biasAt + o] = matrix[o * columns + columns - 1]
  }
}

/** Mean entry of the diagonal of an n × n matrix. */
const meanDiagonal = (matrix: Float64Array, n: number): number => {
  let sum = 0
  for (let i = 0; i < n; i++) sum += matrix[i * n + i]
  return sum / n
}

/** Binds the method to a backend. Vectors and signals that do not fit the layers break an invariant. */
export const kfac = (spec: KfacSpec, backend: Backend): Kfac => {
  const blocks = blocksOf(spec)
  const { product } = backend.kernels

  /** out = Σ_b row_b row_bᵀ/B of rows [B, n]. */
  const secondMoment = (rows: Float64Array, batch: number, n: number): Float64Array => {
    const out = new Float64Array(n * n)
    product(out, rows, rows, 'tn', n, batch, n)
    for (let at = 0; at < out.length; at++) out[at] /= batch
    return out
  }

  /** What a block reads, [B, columns]: the layer's input, with a final 1 for the bias. */
  const readings = ({ inputs, biasAt, columns }: Block, x: Float64Array, batch: number): Float64Array => {
    if (biasAt === null) return x
    const out = new Float64Array(batch * columns).fill(1)
    for (let b = 0; b < batch; b++) for (let i = 0; i < inputs; i++) out[b * columns + i] = x[b * inputs + i]
    return out
  }

  const factorsOf = (signals: readonly KfacSignal[]): readonly KfacFactors[] => {
    // weight and bias of a layer share their slopes, and so G
    const ofSlopes = spec.layers.map(({ inputs, outputs }, layer) => {
      const { x, slopes } = signals[layer]
      const batch = slopes.length / outputs
      const fits = Number.isInteger(batch) && batch > 0 && x.length === batch * inputs
      invariant(fits, `${slopes.length} slopes and ${x.length} inputs of a layer of ${inputs} to ${outputs}`)
      return { batch, g: secondMoment(slopes, batch, outputs) }
    })
    return blocks.map((block) => {
      const { batch, g } = ofSlopes[block.layer]
      return { a: secondMoment(readings(block, signals[block.layer].x, batch), batch, block.columns), g }
    })
  }

  const inverse = (matrix: Float64Array, n: number, damping: number): Float64Array => {
    const damped = matrix.slice()
    for (let i = 0; i < n; i++) damped[i * n + i] += damping
    const factor = choleskyWithJitter(backend, damped, n)
    // a factor that is not finite gives a direction that is not, which whoever watches the run sees
    return factor._tag === 'factor' ? inverseFromFactor(backend, factor.lower, n) : new Float64Array(n * n).fill(NaN)
  }

  const factoredBasis = ({ columns, outputs }: Block, { a, g }: KfacFactors, damping: number): KfacBasis => {
    const ratio = Math.sqrt(meanDiagonal(a, columns) / meanDiagonal(g, outputs))
    const root = Math.sqrt(damping)
    return { kind: 'factored', aInverse: inverse(a, columns, ratio * root), gInverse: inverse(g, outputs, root / ratio) }
  }

  const exactBases = (factors: readonly KfacFactors[]): readonly KfacBasis[] => {
    const ofG = new Map<number, Eigen>() // by layer
    return blocks.map(({ layer, columns, outputs }, i) => {
      const ofA = symmetricEigen(factors[i].a, columns)
      const shared = ofG.get(layer) ?? symmetricEigen(factors[i].g, outputs)
      ofG.set(layer, shared)
      return { kind: 'exact', aValues: ofA.values, aVectors: ofA.vectors, gValues: shared.values, gVectors: shared.vectors }
    })
  }

  /** U of one block. */
  const natural = ({ columns, outputs }: Block, basis: KfacBasis, v: Float64Array, damping: number): Float64Array => {
    const [half, full] = [new Float64Array(v.length), new Float64Array(v.length)]
    if (basis.kind === 'factored') {
      product(half, basis.gInverse, v, 'nn', outputs, outputs, columns)
      product(full, half, basis.aInverse, 'nn', outputs, columns, columns)
      return full
    }
    const { aValues, aVectors, gValues, gVectors } = basis
    product(half, gVectors, v, 'nn', outputs, outputs, columns)
    product(full, half, aVectors, 'nt', outputs, columns, columns)
    for (let o = 0; o < outputs; o++) for (let i = 0; i < columns; i++) full[o * columns + i] /= gValues[o] * aValues[i] + damping
    product(half, gVectors, full, 'tn', outputs, outputs, columns)
    product(full, half, aVectors, 'nn', outputs, columns, columns)
    return full
  }

  const direction: Kfac['direction'] = ({ bases }, gradient, damping) => {
    invariant(bases.length === blocks.length, 'a direction needs bases: renew them first')
    const out = gradient.slice()
    blocks.forEach((block, i) => scatter(block, natural(block, bases[i], gather(block, gradient), damping), out))
    return out
  }

  return {
    init: () => ({ factors: [], bases: [], momentum: new Float64Array(0) }),
    observe: (state, signals, statDecay) => {
      invariant(signals.length === spec.layers.length, `${signals.length} signals for ${spec.layers.length} layers`)
      const mixed = (old: Float64Array, fresh: Float64Array): Float64Array => old.map((value, at) => statDecay * value + (1 - statDecay) * fresh[at])
      const fresh = factorsOf(signals)
      if (state.factors.length === 0) return { ...state, factors: fresh }
      return { ...state, factors: fresh.map(({ a, g }, i) => ({ a: mixed(state.factors[i].a, a), g: mixed(state.factors[i].g, g) })) }
    },
    renew: (state, damping) => {
      invariant(state.factors.length === blocks.length, 'bases need factors: observe a batch first')
      const { factors } = state
      return { ...state, bases: spec.inverse === 'exact' ? exactBases(factors) : blocks.map((block, i) => factoredBasis(block, factors[i], damping)) }
    },
    direction,
    step: (state, gradient, parameters, { learningRate, trustRate, damping, klClip, maxNu, momentum, weightDecay }) => {
      const size = parameters.length
      invariant(gradient.length === size, `a gradient of ${gradient.length} entries for ${size} parameters`)
      const slopes = gradient.map((value, i) => value + weightDecay * parameters[i])
      const natural = direction(state, slopes, damping + weightDecay)
      let innerProduct = 0
      for (let i = 0; i < size; i++) innerProduct += natural[i] * slopes[i]
      const nu = Math.min(maxNu, Math.sqrt(klClip / (trustRate * trustRate * innerProduct)))
      const started = state.momentum.length === size
      const buffer = natural.map((value, i) => (started ? momentum * state.momentum[i] : 0) + nu * value)
      const rate = learningRate * (1 - momentum)
      return { parameters: parameters.map((value, i) => value - rate * buffer[i]), state: { ...state, momentum: buffer }, innerProduct, nu }
    },
  }
}
