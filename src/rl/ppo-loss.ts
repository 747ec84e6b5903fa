/**
 * The clipped loss of proximal policy optimisation with its gradient.
 *
 *     ρ = π(a|s)/π_old(a|s)
 *     policy = −mean min(ρ Â, clip(ρ, 1 ± ε) Â)
 *     value  = ½ mean (V − R)²,   or ½ mean max((V − R)², (V_old + clip(V − V_old, ±c) − R)²)
 *     total  = policy + c_v · value − c_e · mean H
 *
 * Where the clipped term is the smaller one (the larger one, for values), a row has no slope.
 *
 * *Source:* Schulman et al. 2017, arXiv 1707.06347, Eq. 7 and 9; value clipping of OpenAI baselines; approximate KL
 * mean(ρ − 1 − log ρ) of Schulman 2020, "Approximating KL divergence".
 * *Deviations:* 1. the value loss has a factor ½, as in the published code.
 */
import { exp } from '../core/dmath.ts'
import { invariant } from '../core/invariant.ts'
import type { Work } from '../core/later.ts'
import { atOnce } from '../core/later.ts'
import type { PpoLossSettings } from '../core/policy-loss.ts'
import type { ActorCritic, NetworkPass } from '../nn/actor-critic.ts'
import { entropyTerm, lossScratch, type LossScratch } from './loss-scratch.ts'
import { normaliseAdvantages, type Minibatch } from './minibatch.ts'

export type { PpoLossSettings } from '../core/policy-loss.ts'

/** Parts of the loss, and how far the policy has moved: `approxKl` = mean(ρ − 1 − log ρ), `clipFraction` = share of |ρ − 1| > ε. */
export type PpoLossParts = Readonly<{
  totalLoss: number
  policyLoss: number
  valueLoss: number
  entropy: number
  approxKl: number
  clipFraction: number
}>

/** Writes the gradient [P] of the total loss over all parameters, and answers its parts. */
export type PpoLoss = (gradient: Float64Array, parameters: Float64Array, minibatch: Minibatch, settings: PpoLossSettings) => PpoLossParts

/** Policy loss, approximate KL and clip fraction; adds the policy's gradient to the workspace. */
const policyTerm = (
  net: ActorCritic,
  { work, logProb, rows }: LossScratch,
  { actions, oldLogProb }: Minibatch,
  advantages: Float64Array,
  clipEps: number,
): readonly [policyLoss: number, approxKl: number, clipFraction: number] => {
  const { batch, p, gradient } = work
  net.distribution.logProb(logProb, p, actions, batch)
  let [loss, kl, clipped] = [0, 0, 0]
  for (let b = 0; b < batch; b++) {
    const logRatio = logProb[b] - oldLogProb[b]
    const ratio = exp(logRatio)
    const gain = ratio * advantages[b]
    const bounded = Math.min(1 + clipEps, Math.max(1 - clipEps, ratio)) * advantages[b]
    loss -= Math.min(gain, bounded)
    kl += ratio - 1 - logRatio
    if (Math.abs(ratio - 1) > clipEps) clipped++
    rows[b] = bounded < gain ? 0 : -gain / batch // NaN is not smaller, and passes on
  }
  net.distribution.addLogProbGradient(gradient, p, actions, rows, batch)
  return [loss / batch, kl / batch, clipped / batch]
}

/** Value loss; writes its gradient times `coef` into the workspace. */
const valueTerm = ({ work }: LossScratch, { returns, oldValues }: Minibatch, valueClip: number | null, coef: number): number => {
  const { batch, values, gradValues } = work
  let loss = 0
  for (let b = 0; b < batch; b++) {
    const gap = values[b] - returns[b]
    let error = gap * gap
    let slope = gap
    if (valueClip !== null) {
      const boundedGap = oldValues[b] + Math.min(valueClip, Math.max(-valueClip, values[b] - oldValues[b])) - returns[b]
      const bounded = boundedGap * boundedGap
      if (bounded > error) {
        error = bounded
        slope = 0
      }
    }
    loss += error
    gradValues[b] = (coef * slope) / batch
  }
  return (0.5 * loss) / batch
}

/** As `PpoLoss`, where the networks may be computed later; one call at a time. */
export type PpoLossWork = (...args: Parameters<PpoLoss>) => Work<PpoLossParts>

/** The loss of one network, whose passes are those of `pass`. Arrays of lengths that do not fit together break an invariant. */
export const ppoLossWork = (net: ActorCritic, pass: NetworkPass): PpoLossWork => {
  const scratchFor = lossScratch(net)
  return function* (gradient, parameters, minibatch, settings) {
    const { clipEps, valueClip, valueCoef, entropyCoef, entropyReduction, normalise } = settings
    const scratch = scratchFor(minibatch)
    const { batch } = scratch.work
    invariant(minibatch.oldLogProb.length === batch && minibatch.oldValues.length === batch, `${batch} rows with fewer or more old values`)
    const advantages = normalise === null ? minibatch.advantages : normaliseAdvantages(minibatch.advantages, normalise)
    yield* pass.forward(scratch.work, parameters, minibatch.obs)
    const [policyLoss, approxKl, clipFraction] = policyTerm(net, scratch, minibatch, advantages, clipEps)
    const valueLoss = valueTerm(scratch, minibatch, valueClip, valueCoef)
    const entropy = entropyTerm(net, scratch, entropyCoef, entropyReduction)
    yield* pass.pullback(gradient, scratch.work, parameters, minibatch.obs)
    const totalLoss = policyLoss + valueCoef * valueLoss - entropyCoef * entropy
    return { totalLoss, policyLoss, valueLoss, entropy, approxKl, clipFraction }
  }
}

/** The loss of one network, at once. Arrays of lengths that do not fit together break an invariant. */
export const ppoLoss = (net: ActorCritic): PpoLoss => {
  const work = ppoLossWork(net, net.passNow)
  return (...args) => atOnce(work(...args))
}
