/**
 * The loss of advantage actor-critic with its gradient.
 *
 *     policy = −mean(log π(a|s) Â),   value = mean (R − V)²,   total = policy + c_v · value − c_e · mean H
 *
 * *Source:* Mnih et al. 2016, arXiv 1602.01783, section 4.3; no factor ½ in the value loss, as in the published code of EPGT (and of
 * OpenAI baselines). *Deviations:* none.
 */
import type { Work } from '../core/later.ts'
import { atOnce } from '../core/later.ts'
import type { A2cLossSettings } from '../core/policy-loss.ts'
import type { ActorCritic, NetworkPass } from '../nn/actor-critic.ts'
import { entropyTerm, lossScratch, type LossScratch } from './loss-scratch.ts'
import type { Minibatch } from './minibatch.ts'

export type { A2cLossSettings } from '../core/policy-loss.ts'

export type A2cLossParts = Readonly<{ totalLoss: number; policyLoss: number; valueLoss: number; entropy: number }>

/** Writes the gradient [P] of the total loss over all parameters, and answers its parts. Old values and log probabilities are not read. */
export type A2cLoss = (gradient: Float64Array, parameters: Float64Array, minibatch: Minibatch, settings: A2cLossSettings) => A2cLossParts

/** Policy and value loss; adds their gradients to the workspace. */
const meanTerms = (
  net: ActorCritic,
  { work, logProb, rows }: LossScratch,
  { actions, advantages, returns }: Minibatch,
  valueCoef: number,
): readonly [policyLoss: number, valueLoss: number] => {
  const { batch, p, values, gradient, gradValues } = work
  net.distribution.logProb(logProb, p, actions, batch)
  let [policyLoss, valueLoss] = [0, 0]
  for (let b = 0; b < batch; b++) {
    const gap = values[b] - returns[b]
    policyLoss -= logProb[b] * advantages[b]
    valueLoss += gap * gap
    rows[b] = -advantages[b] / batch
    gradValues[b] = (2 * valueCoef * gap) / batch
  }
  net.distribution.addLogProbGradient(gradient, p, actions, rows, batch)
  return [policyLoss / batch, valueLoss / batch]
}

/** As `A2cLoss`, where the networks may be computed later; one call at a time. */
export type A2cLossWork = (...args: Parameters<A2cLoss>) => Work<A2cLossParts>

/** The loss of one network, whose passes are those of `pass`. Arrays of lengths that do not fit together break an invariant. */
export const a2cLossWork = (net: ActorCritic, pass: NetworkPass): A2cLossWork => {
  const scratchFor = lossScratch(net)
  return function* (gradient, parameters, minibatch, { valueCoef, entropyCoef, entropyReduction }) {
    const scratch = scratchFor(minibatch)
    yield* pass.forward(scratch.work, parameters, minibatch.obs)
    const [policyLoss, valueLoss] = meanTerms(net, scratch, minibatch, valueCoef)
    const entropy = entropyTerm(net, scratch, entropyCoef, entropyReduction)
    yield* pass.pullback(gradient, scratch.work, parameters, minibatch.obs)
    return { totalLoss: policyLoss + valueCoef * valueLoss - entropyCoef * entropy, policyLoss, valueLoss, entropy }
  }
}

/** The loss of one network, at once. Arrays of lengths that do not fit together break an invariant. */
export const a2cLoss = (net: ActorCritic): A2cLoss => {
  const work = a2cLossWork(net, net.passNow)
  return (...args) => atOnce(work(...args))
}
