/**
 * The categorical distribution over n actions, from logits z [B, n].
 *
 *     log p_k = z_k − log Σ_j e^{z_j},   H = −Σ_k p_k log p_k,   KL(p ‖ q) = Σ_k p_k (log p_k − log q_k)
 *     ∂ log p_a/∂z_k = 1[k = a] − p_k,   ∂H/∂z_k = −p_k (log p_k + H)
 *     ∂KL/∂z_k = p_k (log p_k − log q_k − KL) by the logits of p,   q_k − p_k by those of q
 *     F = diag(p) − p pᵀ   (Fisher information by the logits: the Hessian of KL(p ‖ q) by those of q at q = p)
 *
 * Kernels over a batch; actions are indices stored as numbers [B]. The largest logit is subtracted before every exponential, so
 * that logits may be hundreds apart. A gradient is ADDED to its array, so that the terms of a loss gather in one.
 *
 * *Source:* J. S. Bridle 1990, "Probabilistic interpretation of feedforward classification network outputs"; Shannon 1948.
 * *Deviations:* none.
 */
import { exp, log, normalCdf } from '../core/dmath.ts'

/** log Σ_k e^{z_k} of the n logits from `at`. */
const logSumExp = (logits: Float64Array, at: number, n: number): number => {
  let top = logits[at]
  for (let k = 1; k < n; k++) if (logits[at + k] > top) top = logits[at + k]
  let total = 0
  for (let k = 0; k < n; k++) total += exp(logits[at + k] - top)
  return top + log(total)
}

/** out = log p, [B, n]; `out` may be `logits`. */
export const logSoftmax = (out: Float64Array, logits: Float64Array, batch: number, n: number): void => {
  for (let b = 0, at = 0; b < batch; b++, at += n) {
    const normaliser = logSumExp(logits, at, n)
    for (let k = 0; k < n; k++) out[at + k] = logits[at + k] - normaliser
  }
}

/** out[b] = log p(action_b). */
export const categoricalLogProb = (out: Float64Array, logits: Float64Array, action: Float64Array, batch: number, n: number): void => {
  for (let b = 0, at = 0; b < batch; b++, at += n) out[b] = logits[at + action[b]] - logSumExp(logits, at, n)
}

/** Adds Σ_b gradRows[b] · ∂ log p(action_b)/∂z to `gradLogits` [B, n]. */
export const addCategoricalLogProbGradient = (
  gradLogits: Float64Array,
  logits: Float64Array,
  action: Float64Array,
  gradRows: Float64Array,
  batch: number,
  n: number,
): void => {
  for (let b = 0, at = 0; b < batch; b++, at += n) {
    const normaliser = logSumExp(logits, at, n)
    const slope = gradRows[b]
    for (let k = 0; k < n; k++) gradLogits[at + k] -= slope * exp(logits[at + k] - normaliser)
    gradLogits[at + action[b]] += slope
  }
}

/** The entropy of the row that starts at `at`; a vanishing p contributes its limit 0. */
const rowEntropy = (logits: Float64Array, at: number, n: number, normaliser: number): number => {
  let sum = 0
  for (let k = 0; k < n; k++) {
    const logP = logits[at + k] - normaliser
    sum -= exp(logP) * logP
  }
  return sum
}

/** out[b] = H(p_b). */
export const categoricalEntropy = (out: Float64Array, logits: Float64Array, batch: number, n: number): void => {
  for (let b = 0, at = 0; b < batch; b++, at += n) out[b] = rowEntropy(logits, at, n, logSumExp(logits, at, n))
}

/** Adds Σ_b gradRows[b] · ∂H(p_b)/∂z to `gradLogits` [B, n]. */
export const addCategoricalEntropyGradient = (
  gradLogits: Float64Array,
  logits: Float64Array,
  gradRows: Float64Array,
  batch: number,
  n: number,
): void => {
  for (let b = 0, at = 0; b < batch; b++, at += n) {
    const normaliser = logSumExp(logits, at, n)
    const entropy = rowEntropy(logits, at, n, normaliser)
    for (let k = 0; k < n; k++) {
      const logP = logits[at + k] - normaliser
      gradLogits[at + k] -= gradRows[b] * exp(logP) * (logP + entropy)
    }
  }
}

/** The divergence of the rows that start at `at`. */
const rowKl = (logitsP: Float64Array, logitsQ: Float64Array, at: number, n: number, normaliserP: number, normaliserQ: number): number => {
  let sum = 0
  for (let k = 0; k < n; k++) {
    const logP = logitsP[at + k] - normaliserP
    sum += exp(logP) * (logP - (logitsQ[at + k] - normaliserQ))
  }
  return sum
}

/** out[b] = KL(p_b ‖ q_b). */
export const categoricalKl = (out: Float64Array, logitsP: Float64Array, logitsQ: Float64Array, batch: number, n: number): void => {
  for (let b = 0, at = 0; b < batch; b++, at += n) {
    out[b] = rowKl(logitsP, logitsQ, at, n, logSumExp(logitsP, at, n), logSumExp(logitsQ, at, n))
  }
}

/** Adds Σ_b gradRows[b] · ∂KL(p_b ‖ q_b) by the logits of p to `gradLogits` [B, n]. */
export const addCategoricalKlGradientByFirst = (
  gradLogits: Float64Array,
  logitsP: Float64Array,
  logitsQ: Float64Array,
  gradRows: Float64Array,
  batch: number,
  n: number,
): void => {
  for (let b = 0, at = 0; b < batch; b++, at += n) {
    const normaliserP = logSumExp(logitsP, at, n)
    const normaliserQ = logSumExp(logitsQ, at, n)
    const kl = rowKl(logitsP, logitsQ, at, n, normaliserP, normaliserQ)
    for (let k = 0; k < n; k++) {
      const logP = logitsP[at + k] - normaliserP
      gradLogits[at + k] += gradRows[b] * exp(logP) * (logP - (logitsQ[at + k] - normaliserQ) - kl)
    }
  }
}

/** Adds Σ_b gradRows[b] · ∂KL(p_b ‖ q_b) by the logits of q to `gradLogits` [B, n]. */
export const addCategoricalKlGradientBySecond = (
  gradLogits: Float64Array,
  logitsP: Float64Array,
  logitsQ: Float64Array,
  gradRows: Float64Array,
  batch: number,
  n: number,
): void => {
  for (let b = 0, at = 0; b < batch; b++, at += n) {
    const normaliserP = logSumExp(logitsP, at, n)
    const normaliserQ = logSumExp(logitsQ, at, n)
    for (let k = 0; k < n; k++) gradLogits[at + k] += gradRows[b] * (exp(logitsQ[at + k] - normaliserQ) - exp(logitsP[at + k] - normaliserP))
  }
}

/** Adds Σ_b gradRows[b] · F_b z_b for directions `along` [B, n] of the logits. */
export const addCategoricalFisherProduct = (
  out: Float64Array,
  logits: Float64Array,
  along: Float64Array,
  gradRows: Float64Array,
  batch: number,
  n: number,
): void => {
  for (let b = 0, at = 0; b < batch; b++, at += n) {
    const normaliser = logSumExp(logits, at, n)
    let mean = 0
    for (let k = 0; k < n; k++) mean += exp(logits[at + k] - normaliser) * along[at + k]
    for (let k = 0; k < n; k++) out[at + k] += gradRows[b] * exp(logits[at + k] - normaliser) * (along[at + k] - mean)
  }
}

/**
 * The index whose cumulative softmax first exceeds `u` in (0, 1), of n logits from `at`; writes the unnormalised probabilities
 * into `probabilities` [n], which may be `logits` itself where `at` is 0.
 */
export const sampleSoftmax = (probabilities: Float64Array, logits: Float64Array, at: number, n: number, u: number): number => {
  let top = logits[at]
  for (let k = 1; k < n; k++) if (logits[at + k] > top) top = logits[at + k]
  let total = 0
  for (let k = 0; k < n; k++) {
    probabilities[k] = exp(logits[at + k] - top)
    total += probabilities[k]
  }
  let cumulative = 0
  for (let k = 0; k < n - 1; k++) {
    cumulative += probabilities[k]
    if (u * total < cumulative) return k
  }
  return n - 1
}

/** out[b] = an index drawn by one standard normal per row: u = Φ(noise[b]), then the inverse of the cumulative softmax. */
export const categoricalSample = (out: Float64Array, logits: Float64Array, noise: Float64Array, batch: number, n: number): void => {
  const probabilities = new Float64Array(n)
  for (let b = 0, at = 0; b < batch; b++, at += n) out[b] = sampleSoftmax(probabilities, logits, at, n, normalCdf(noise[b]))
}
