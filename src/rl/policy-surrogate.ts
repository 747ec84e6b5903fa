/**
 * What a batch says of policies around the one at hand: the surrogate of their return with its gradient, their distance, and the Fisher matrix.
 *
 *     surrogate(θ′) = mean(ρ Â),   ρ = π_θ′(a|s)/π_old(a|s),   KL = mean KL(π_θ ‖ π_θ′)
 *     F v = mean Jᵀ F_s J v,   J the Jacobian of head and log-std by θ, F_s the Fisher matrix of the distribution in state s
 *
 * F is the Hessian of KL by θ′ at θ, exactly: J v goes forward through the network, Jᵀ back. Actions are averaged over by formula, not by samples.
 *
 * *Source:* Schulman et al. 2015, TRPO, arXiv 1502.05477, Eq. 14 and Appendix C.1 (the analytic Fisher matrix).
 * *Deviations:* 1. the Fisher matrix is of all rows; published programs take every fifth or tenth.
 */
import type { Backend, MlpSpec } from '../core/backend.ts'
import { exp } from '../core/dmath.ts'
import { invariant } from '../core/invariant.ts'
import { mean } from '../core/stats.ts'
import type { ActionDistribution, HeadBatch } from '../nn/action-distribution.ts'
import { mlp } from '../nn/mlp.ts'
import type { Surroundings } from '../optim/trust-region.ts'
import type { Minibatch } from './minibatch.ts'

/** A policy's network and what its head means; the log-std stands behind the network's parameters. */
export type PolicyParts = Readonly<{ network: MlpSpec; distribution: ActionDistribution }>

/** Seen from parameters θ: the surrogate there, the mean entropy, and all that a trust region asks; gains are over the surrogate at θ. */
export type PolicySurrogate = Surroundings & Readonly<{ surrogate: number; entropy: number }>

/** The rows that a surrogate is of. */
export type SurrogateBatch = Pick<Minibatch, 'obs' | 'actions' | 'advantages' | 'oldLogProb'>

/** Surrogates of one policy at parameters [Q]. Arrays of lengths that do not fit together break an invariant. */
export const policySurrogate = (
  { network, distribution }: PolicyParts,
  backend: Backend,
): ((parameters: Float64Array, batch: SurrogateBatch) => PolicySurrogate) => {
  const net = mlp(network, backend)
  const { actionSize, logStdSize } = distribution
  const size = net.size + logStdSize
  const logStdOf = (vector: Float64Array): Float64Array => vector.subarray(net.size)

  return (parameters, { obs, actions, advantages, oldLogProb }) => {
    const batch = advantages.length
    const fits = batch > 0 && actions.length === batch * actionSize && oldLogProb.length === batch && parameters.length === size
    invariant(fits, `${batch} advantages, ${actions.length} numbers of actions, ${oldLogProb.length} log probabilities and ${parameters.length} of ${size} parameters`)
    const pass = net.forwardWithPullback(parameters, obs, batch)
    const p: HeadBatch = { head: pass.y, logStd: logStdOf(parameters) }

    /** ρ Â of every row. */
    const gains = (q: HeadBatch): Float64Array => {
      const rows = new Float64Array(batch)
      distribution.logProb(rows, q, actions, batch)
      for (let b = 0; b < batch; b++) rows[b] = exp(rows[b] - oldLogProb[b]) * advantages[b]
      return rows
    }
    /** Jᵀ of slopes by heads and log-std. */
    const pulledBack = (slopes: HeadBatch): Float64Array => {
      const out = new Float64Array(size)
      out.set(pass.parameterPullback(slopes.head))
      out.set(slopes.logStd, net.size)
      return out
    }
    const noSlopes = (): HeadBatch => ({ head: new Float64Array(p.head.length), logStd: new Float64Array(logStdSize) })
    const share = new Float64Array(batch).fill(1 / batch)

    const rows = gains(p)
    const surrogate = mean(rows)
    const slopes = noSlopes()
    distribution.addLogProbGradient(slopes, p, actions, rows.map((row) => row / batch), batch)
    const entropy = new Float64Array(batch)
    distribution.entropy(entropy, p, batch)
    return {
      surrogate,
      entropy: mean(entropy),
      gradient: pulledBack(slopes),
      fisherProduct: (vector) => {
        invariant(vector.length === size, `a vector of ${vector.length} entries for a policy of ${size} parameters`)
        const image = noSlopes()
        distribution.addFisherProduct(image, p, { head: pass.pushforward(vector), logStd: logStdOf(vector) }, share, batch)
        return pulledBack(image)
      },
      judge: (candidate) => {
        invariant(candidate.length === size, `a candidate of ${candidate.length} entries for a policy of ${size} parameters`)
        const q: HeadBatch = { head: net.forward(candidate, obs, batch), logStd: logStdOf(candidate) }
        const kl = new Float64Array(batch)
        distribution.kl(kl, p, q, batch)
        return { gain: mean(gains(q)) - surrogate, kl: mean(kl) }
      },
    }
  }
}
