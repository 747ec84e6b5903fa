/**
 * What a policy-gradient loss needs to know of the distribution of actions, whichever it is.
 *
 * A policy network gives a head [B, H] per batch: the means of a diagonal Gaussian (H = A), whose log-std [A] stands behind the
 * network in the parameters, or the logits of a categorical distribution (H = n, no log-std, actions are indices [B, 1]). A
 * distribution is a record of kernels over such batches; gradients are ADDED to their arrays.
 *
 * *Source:* the kernels are in `diagonal-gaussian.ts` and `categorical.ts`. *Deviations:* none.
 */
import type { Space } from '../core/space.ts'
import {
  addCategoricalEntropyGradient,
  addCategoricalFisherProduct,
  addCategoricalKlGradientByFirst,
  addCategoricalKlGradientBySecond,
  addCategoricalLogProbGradient,
  categoricalEntropy,
  categoricalKl,
  categoricalLogProb,
  categoricalSample,
} from './categorical.ts'
import {
  addGaussianFisherProduct,
  addGaussianKlGradientByFirst,
  addGaussianKlGradientBySecond,
  addGaussianLogProbGradient,
  gaussianEntropy,
  gaussianKl,
  gaussianLogProb,
  gaussianSample,
} from './diagonal-gaussian.ts'

/** One distribution of a batch: its head [B, H] and its log-std [A], empty for a categorical one. */
export type HeadBatch = Readonly<{ head: Float64Array; logStd: Float64Array }>

/** Where gradients by a head and a log-std are added. */
export type HeadGradient = Readonly<{ head: Float64Array; logStd: Float64Array }>

export interface ActionDistribution {
  readonly kind: 'gaussian' | 'categorical'
  /** H, numbers per row of the head. */
  readonly headSize: number
  /** A, numbers per action: 1 where actions are discrete. */
  readonly actionSize: number
  /** Log standard deviations behind the network: A or 0. */
  readonly logStdSize: number
  /** Standard normals that one sample takes: A, or 1. */
  readonly noiseSize: number
  /** out[b] = log π(action_b). */
  logProb(out: Float64Array, p: HeadBatch, action: Float64Array, batch: number): void
  /** Adds Σ_b rows[b] · ∂ log π(action_b). */
  addLogProbGradient(gradient: HeadGradient, p: HeadBatch, action: Float64Array, rows: Float64Array, batch: number): void
  /** out[b] = entropy of row b, summed over the dimensions of an action. */
  entropy(out: Float64Array, p: HeadBatch, batch: number): void
  /** Adds Σ_b rows[b] · ∂ entropy_b. */
  addEntropyGradient(gradient: HeadGradient, p: HeadBatch, rows: Float64Array, batch: number): void
  /** out[b] = KL(p_b ‖ q_b). */
  kl(out: Float64Array, p: HeadBatch, q: HeadBatch, batch: number): void
  /** Adds Σ_b rows[b] · ∂KL(p_b ‖ q_b) by the first distribution. */
  addKlGradientByFirst(gradient: HeadGradient, p: HeadBatch, q: HeadBatch, rows: Float64Array, batch: number): void
  /** Adds Σ_b rows[b] · ∂KL(p_b ‖ q_b) by the second distribution. */
  addKlGradientBySecond(gradient: HeadGradient, p: HeadBatch, q: HeadBatch, rows: Float64Array, batch: number): void
  /** Adds Σ_b rows[b] · F_b `along`_b, F_b the Fisher information of row b by head and log-std: the Hessian of KL(p_b ‖ q) by q at q = p_b. */
  addFisherProduct(out: HeadGradient, p: HeadBatch, along: HeadBatch, rows: Float64Array, batch: number): void
  /** out [B, A] = actions drawn by `noise` [B, noiseSize], as `compilePolicy` draws them. */
  sample(out: Float64Array, p: HeadBatch, noise: Float64Array, batch: number): void
}

/** The diagonal Gaussian over `actions` = A dimensions. */
const gaussianActions = (actions: number): ActionDistribution => ({
  kind: 'gaussian',
  headSize: actions,
  actionSize: actions,
  logStdSize: actions,
  noiseSize: actions,
  logProb: (out, p, action, batch) => gaussianLogProb(out, p.head, p.logStd, action, batch, actions),
  addLogProbGradient: (gradient, p, action, rows, batch) =>
    addGaussianLogProbGradient(gradient.head, gradient.logStd, p.head, p.logStd, action, rows, batch, actions),
  entropy: (out, p, batch) => {
    out.fill(gaussianEntropy(p.logStd, actions), 0, batch)
  },
  addEntropyGradient: (gradient, _p, rows, batch) => {
    let sum = 0
    for (let b = 0; b < batch; b++) sum += rows[b]
    for (let i = 0; i < actions; i++) gradient.logStd[i] += sum
  },
  kl: (out, p, q, batch) => gaussianKl(out, p.head, p.logStd, q.head, q.logStd, batch, actions),
  addKlGradientByFirst: (gradient, p, q, rows, batch) =>
    addGaussianKlGradientByFirst(gradient.head, gradient.logStd, p.head, p.logStd, q.head, q.logStd, rows, batch, actions),
  addKlGradientBySecond: (gradient, p, q, rows, batch) =>
    addGaussianKlGradientBySecond(gradient.head, gradient.logStd, p.head, p.logStd, q.head, q.logStd, rows, batch, actions),
  addFisherProduct: (out, p, along, rows, batch) =>
    addGaussianFisherProduct(out.head, out.logStd, p.logStd, along.head, along.logStd, rows, batch, actions),
  sample: (out, p, noise, batch) => gaussianSample(out, p.head, p.logStd, noise, batch, actions),
})

/** The categorical distribution over `n` actions. */
const categoricalActions = (n: number): ActionDistribution => ({
  kind: 'categorical',
  headSize: n,
  actionSize: 1,
  logStdSize: 0,
  noiseSize: 1,
  logProb: (out, p, action, batch) => categoricalLogProb(out, p.head, action, batch, n),
  addLogProbGradient: (gradient, p, action, rows, batch) => addCategoricalLogProbGradient(gradient.head, p.head, action, rows, batch, n),
  entropy: (out, p, batch) => categoricalEntropy(out, p.head, batch, n),
  addEntropyGradient: (gradient, p, rows, batch) => addCategoricalEntropyGradient(gradient.head, p.head, rows, batch, n),
  kl: (out, p, q, batch) => categoricalKl(out, p.head, q.head, batch, n),
  addKlGradientByFirst: (gradient, p, q, rows, batch) => addCategoricalKlGradientByFirst(gradient.head, p.head, q.head, rows, batch, n),
  addKlGradientBySecond: (gradient, p, q, rows, batch) => addCategoricalKlGradientBySecond(gradient.head, p.head, q.head, rows, batch, n),
  addFisherProduct: (out, p, along, rows, batch) => addCategoricalFisherProduct(out.head, p.head, along.head, rows, batch, n),
  sample: (out, p, noise, batch) => categoricalSample(out, p.head, noise, batch, n),
})

/** The distribution that a policy-gradient method uses in an action space: Gaussian in a box, categorical where actions are discrete. */
export const actionDistribution = (actionSpace: Space): ActionDistribution =>
  actionSpace.kind === 'box' ? gaussianActions(actionSpace.low.length) : categoricalActions(actionSpace.n)
