/**
 * What the Fisher matrix of an actor-critic is made of: per-sample slopes of log likelihoods, layer by layer.
 *
 *     actor: log π(a|s) at actions drawn from π itself,   critic: −½ (y − V)² at y = V + noise (a Gaussian of variance 1)
 *
 * The slope by V is the noise. With a shared trunk both flow into the hidden layers together. The log-std is a bias without a weight
 * whose slopes are z² − 1, z = (a − μ)/σ.
 *
 * *Source:* Wu et al. 2017, ACKTR, arXiv 1708.05144, section 3.1; Martens 2014, arXiv 1412.1193, section 5 (samples of the model, not the data).
 * *Deviations:* none.
 */
import type { Backend } from '../core/backend.ts'
import { exp } from '../core/dmath.ts'
import { invariant } from '../core/invariant.ts'
import type { ActorCritic } from '../nn/actor-critic.ts'
import type { KfacLayer, KfacSignal } from '../optim/kfac.ts'

/** The layers of `net` for K-FAC: its linear layers, then the log-std where it has one. */
export const fisherLayers = (net: ActorCritic): readonly KfacLayer[] => {
  const { logStdSize } = net.distribution
  const logStd = { weightAt: 0, biasAt: net.policySize - logStdSize, inputs: 0, outputs: logStdSize }
  return logStdSize === 0 ? net.layers : [...net.layers, logStd]
}

/**
 * The signals of `fisherLayers`, for `obs` [B, O], `actions` [B, A] drawn from the policy in `parameters` (those of the rollout, where it
 * was made by the same parameters), and `valueNoise` [B] standard normals. All arrays are new.
 */
export const fisherSignals = (
  net: ActorCritic,
  parameters: Float64Array,
  obs: Float64Array,
  actions: Float64Array,
  valueNoise: Float64Array,
): readonly KfacSignal[] => {
  const { distribution } = net
  const batch = valueNoise.length
  invariant(actions.length === batch * distribution.actionSize, `${batch} rows with ${actions.length} numbers of actions`)
  const work = net.workspace(batch)
  net.forward(work, parameters, obs)
  distribution.addLogProbGradient(work.gradient, work.p, actions, new Float64Array(batch).fill(1), batch)
  work.gradValues.set(valueNoise)
  const { logStdSize } = distribution
  const logStdSlopes = new Float64Array(batch * logStdSize)
  for (let i = 0; i < logStdSize; i++) {
    const inverseStd = exp(-work.p.logStd[i])
    for (let at = i; at < logStdSlopes.length; at += logStdSize) {
      const z = (actions[at] - work.p.head[at]) * inverseStd
      logStdSlopes[at] = z * z - 1
    }
  }
  const signals = net.signals(work, parameters, obs)
  return logStdSize === 0 ? signals : [...signals, { x: new Float64Array(0), slopes: logStdSlopes }]
}

/** The gradient [P] of the loss that `signals` are samples of: minus the mean log likelihood. */
export const fisherGradient = (net: ActorCritic, signals: readonly KfacSignal[], backend: Backend): Float64Array => {
  const gradient = new Float64Array(net.size)
  fisherLayers(net).forEach(({ weightAt, biasAt, inputs, outputs }, i) => {
    const { x, slopes } = signals[i]
    const batch = slopes.length / outputs
    backend.kernels.affineParameterPullback(gradient, weightAt, biasAt, x, slopes.map((slope) => -slope / batch), batch, inputs, outputs)
  })
  return gradient
}
