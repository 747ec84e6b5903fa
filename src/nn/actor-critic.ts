/**
 * A policy and a value function over one flat parameter vector, forward and backward for whole batches.
 *
 * The vector begins with exactly the policy of `policy.ts` (network, then log-std), so that `compilePolicy` acts with its front
 * `parameters.subarray(0, policySize)` in rollouts; the critic's parameters follow. The critic is either a network of its own, or one
 * linear map of the policy's last hidden layer (a shared trunk).
 *
 * | part | init of the released code of EPGT | gain |
 * |---|---|---|
 * | hidden layers | orthogonal, bias 0 | √2 |
 * | head, Gaussian / categorical | orthogonal, bias 0 | 1 / 0.01 |
 * | value, own network / shared trunk | orthogonal, bias 0 | √2 / 1 |
 *
 * *Source:* Mnih et al. 2016, arXiv 1602.01783, section 5.3 (shared trunk); Schulman et al. 2017, arXiv 1707.06347, section 6.1
 * (separate 64-64 tanh networks); gains as in Andrychowicz et al. 2021, arXiv 2006.05990, and Le et al. 2022, arXiv 2112.01853 (code).
 * *Deviations:* 1. a workspace is scratch that its owner passes in; `forward` writes all that `pullback` reads.
 */
import type { Backend, Compute } from '../core/backend.ts'
import { computeOf } from '../core/compute.ts'
import { invariant } from '../core/invariant.ts'
import type { PolicySpec } from '../core/job.ts'
import type { Key } from '../core/key.ts'
import type { Work } from '../core/later.ts'
import { atOnce, wait } from '../core/later.ts'
import { foldIn } from '../core/rng.ts'
import type { Space } from '../core/space.ts'
import { actionDistribution, type ActionDistribution, type HeadBatch, type HeadGradient } from './action-distribution.ts'
import { actorCriticNetworks, criticSizes, type ActorCriticNetworks, type CriticSpec } from './actor-critic-networks.ts'
import { affineLayers, layerSignals, type AffineLayer, type LayerSignal } from './layer-signals.ts'
import { joinLayouts, layoutOf, layoutSize, type Layout } from './layout.ts'
import { initMlp, mlpLayout } from './mlp.ts'
import { policyLayout, policyProblems } from './policy.ts'

/** Factors on the initial weights (not biases) of hidden layers, policy head and value head. */
export type InitGains = Readonly<{ hidden: number; head: number; value: number }>

/** `policy` is Gaussian or categorical; its `init` is that of all layers. */
export type ActorCriticSpec = Readonly<{ policy: PolicySpec; critic: CriticSpec; gains: InitGains }>

/** The gains of the released code, for orthogonal weights. */
export const releasedGains = (kind: PolicySpec['kind'], critic: CriticSpec['kind']): InitGains =>
  ({ hidden: Math.SQRT2, head: kind === 'categorical' ? 0.01 : 1, value: critic === 'separate' ? Math.SQRT2 : 1 })

/** Scratch for batches of one size. `forward` fills `p` and `values`; a loss writes `gradient` and `gradValues`. */
export type ActorCriticWorkspace = Readonly<{
  batch: number
  /** The heads [B, H] and the log-std [A]. */
  p: HeadBatch
  /** V(s) [B]. */
  values: Float64Array
  /** Gradients by heads and log-std; `forward` sets both to 0. */
  gradient: HeadGradient
  /** Gradient by the values [B]. */
  gradValues: Float64Array
  /** Outputs of all layers of the policy (of the trunk, where it is shared). */
  actor: Float64Array
  /** Outputs of all layers of the critic's own network. */
  critic: Float64Array
  /** Slopes by the last hidden layer of a shared trunk, through the head and through the value. */
  trunkSlopes: readonly [Float64Array, Float64Array]
}>

/** Both ways through the networks, as work in which they may be computed later; arguments as of `forward` and `pullback`. */
export type NetworkPass = Readonly<{
  forward(work: ActorCriticWorkspace, parameters: Float64Array, obs: Float64Array): Work<void>
  pullback(gradient: Float64Array, work: ActorCriticWorkspace, parameters: Float64Array, obs: Float64Array): Work<void>
}>

export interface ActorCritic {
  readonly layout: Layout
  /** Length of the flat vector. */
  readonly size: number
  /** Length of its front, which is the flat vector of the policy. */
  readonly policySize: number
  readonly obsSize: number
  readonly distribution: ActionDistribution
  readonly networks: ActorCriticNetworks
  workspace(batch: number): ActorCriticWorkspace
  /** Runs policy and critic on `obs` [B, O], B the workspace's. */
  forward(work: ActorCriticWorkspace, parameters: Float64Array, obs: Float64Array): void
  /**
   * The gradient [P], overwritten, from `work.gradient` (which it may use up) and `work.gradValues`, after `forward` on the same
   * arguments.
   */
  pullback(gradient: Float64Array, work: ActorCriticWorkspace, parameters: Float64Array, obs: Float64Array): void
  /** `forward` and `pullback` by the kernels of the backend, which wait for nothing. */
  readonly passNow: NetworkPass
  /** The same by what the backend offers for whole pieces of work. */
  readonly passLater: NetworkPass
  /** All linear layers: those of the policy, then those of the critic. */
  readonly layers: readonly AffineLayer[]
  /** What `pullback` sums over rows, layer by layer as `layers` lists them: inputs and slopes. Uses up `work.gradient` like `pullback`. */
  signals(work: ActorCriticWorkspace, parameters: Float64Array, obs: Float64Array): readonly LayerSignal[]
  /** V(s) of `batch` observations, a new array [B]. */
  values(parameters: Float64Array, obs: Float64Array, batch: number): Float64Array
  /** Head [B, H] and log-std [A] of `batch` observations, new arrays. */
  heads(parameters: Float64Array, obs: Float64Array, batch: number): HeadBatch
}

const outputsOf = (actionSpace: Space): number => (actionSpace.kind === 'box' ? actionSpace.low.length : actionSpace.n)

/** Why `spec` cannot be built for `actionSpace`, one sentence per reason; empty if it can. */
export const actorCriticProblems = (spec: ActorCriticSpec, actionSpace: Space): readonly string[] => {
  const problems = [...policyProblems(spec.policy, actionSpace)]
  if (spec.policy.kind === 'deterministic') problems.push('a policy gradient needs a policy with probabilities: gaussian or categorical')
  if (spec.critic.kind === 'shared' && spec.policy.hidden.length === 0) problems.push('a shared trunk needs a hidden layer')
  if (spec.critic.kind === 'separate' && spec.critic.hidden.some((width) => !Number.isInteger(width) || width < 1)) {
    problems.push(`hidden widths must be positive integers, received [${spec.critic.hidden.join(', ')}]`)
  }
  return problems
}

/** The policy's arrays (`net.0.weight` … `logStd`), then `value.0.weight`, `value.0.bias`, … */
export const actorCriticLayout = (spec: ActorCriticSpec, obsSize: number, actionSpace: Space): Layout => {
  const value = joinLayouts([['value', mlpLayout(criticSizes(spec.policy, spec.critic, obsSize))]])
  return layoutOf([...policyLayout(spec.policy, obsSize, actionSpace), ...value].map(({ name, shape }) => [name, shape] as const))
}

/** A network's initial parameters: weights of the last layer times `last`, of the others times `hidden`. */
const scaledMlp = (key: Key, sizes: readonly number[], init: PolicySpec['init'], hidden: number, last: number): Float64Array => {
  const parameters = initMlp(key, sizes, init)
  const arrays = mlpLayout(sizes) // weight and bias of every layer
  for (let k = 0; k < arrays.length; k += 2) {
    const gain = k === arrays.length - 2 ? last : hidden
    for (let at = arrays[k].offset; at < arrays[k + 1].offset; at++) parameters[at] *= gain
  }
  return parameters
}

/** Initial flat parameters: `policy.init` times `gains`, log-std at `policy.initialLogStd`. */
export const initActorCritic = (key: Key, spec: ActorCriticSpec, obsSize: number, actionSpace: Space): Float64Array => {
  const { policy, gains } = spec
  const keyPolicy = foldIn(key, 0)
  const keyValue = foldIn(key, 1)
  const net = scaledMlp(keyPolicy, [obsSize, ...policy.hidden, outputsOf(actionSpace)], policy.init, gains.hidden, gains.head)
  const value = scaledMlp(keyValue, criticSizes(policy, spec.critic, obsSize), policy.init, gains.hidden, gains.value)
  const parameters = new Float64Array(layoutSize(actorCriticLayout(spec, obsSize, actionSpace))).fill(policy.initialLogStd)
  parameters.set(net)
  parameters.set(value, parameters.length - value.length)
  return parameters
}

/** What computes the networks. */
type Networks = Pick<Compute, 'mlpForward' | 'mlpPullback'>

const total = (widths: readonly number[]): number => widths.reduce((sum, width) => sum + width, 0)

/** Binds actor and critic to an observation size, an action space and a backend. What `actorCriticProblems` lists breaks an invariant. */
export const compileActorCritic = (spec: ActorCriticSpec, obsSize: number, actionSpace: Space, backend: Backend): ActorCritic => {
  const problems = actorCriticProblems(spec, actionSpace)
  invariant(problems.length === 0, problems.join('; '))
  const { kernels } = backend
  const { policy, critic } = spec
  const layout = actorCriticLayout(spec, obsSize, actionSpace)
  const size = layoutSize(layout)
  const networks = actorCriticNetworks(policy, critic, obsSize, actionSpace)
  const criticSpec = networks.critic
  const valueSizes = criticSpec.sizes
  const policySize = size - layoutSize(mlpLayout(valueSizes))
  const distribution = actionDistribution(actionSpace)
  const { headSize, logStdSize } = distribution
  const logStdAt = policySize - logStdSize
  const shared = critic.kind === 'shared'
  const headWidth = policy.hidden[policy.hidden.length - 1] // of the trunk that a head reads; used where it is shared
  const [headAt, headBiasAt] = mlpLayout([obsSize, ...policy.hidden, headSize]).slice(-2).map((entry) => entry.offset)
  /** The whole policy network, or the part of it that both heads share. */
  const actorSpec = networks.trunk ?? networks.policy
  const actorWidth = total(actorSpec.sizes.slice(1))
  const criticWidth = shared ? 0 : total(valueSizes.slice(1))

  const workspace = (batch: number): ActorCriticWorkspace => {
    const actor = new Float64Array(batch * actorWidth)
    const own = new Float64Array(batch * criticWidth)
    const slopes = (): Float64Array => new Float64Array(shared ? batch * headWidth : 0)
    return {
      batch,
      p: { head: shared ? new Float64Array(batch * headSize) : actor.subarray(batch * (actorWidth - headSize)), logStd: new Float64Array(logStdSize) },
      values: shared ? new Float64Array(batch) : own.subarray(batch * (criticWidth - 1)),
      gradient: { head: new Float64Array(batch * headSize), logStd: new Float64Array(logStdSize) },
      gradValues: new Float64Array(batch),
      actor,
      critic: own,
      trunkSlopes: [slopes(), slopes()],
    }
  }

  const check = (work: ActorCriticWorkspace, parameters: Float64Array, obs: Float64Array): void => {
    if (parameters.length !== size) invariant(false, `an actor-critic of ${size} parameters received ${parameters.length}`)
    if (obs.length !== work.batch * obsSize) invariant(false, `a batch of ${work.batch} observations of ${obsSize} received ${obs.length} numbers`)
  }

  function* forwardPolicy(nets: Networks, work: ActorCriticWorkspace, parameters: Float64Array, obs: Float64Array): Work<void> {
    const { batch, p, actor } = work
    yield* wait(nets.mlpForward(actor, actorSpec, parameters, obs, batch))
    for (let i = 0; i < logStdSize; i++) p.logStd[i] = parameters[logStdAt + i]
    if (!shared) return
    kernels.affine(p.head, parameters, headAt, actor.subarray(batch * (actorWidth - headWidth)), batch, headWidth, headSize)
    kernels.activate(p.head, policy.outputActivation, batch * headSize)
  }

  /** Where the trunk is shared, after `forwardPolicy`. */
  function* forwardValues(nets: Networks, { batch, values, actor, critic: own }: ActorCriticWorkspace, parameters: Float64Array, obs: Float64Array): Work<void> {
    if (shared) kernels.affine(values, parameters, policySize, actor.subarray(batch * (actorWidth - headWidth)), batch, headWidth, 1)
    else yield* wait(nets.mlpForward(own, criticSpec, parameters.subarray(policySize), obs, batch))
  }

  /** Head and value meet in the trunk: its slope is the sum of theirs. Turns the slope by the head into that before its activation. */
  const trunkSlope = ({ batch, p, gradient: slopes, gradValues, trunkSlopes }: ActorCriticWorkspace, parameters: Float64Array): Float64Array => {
    const [slope, throughValue] = trunkSlopes
    kernels.activatePullback(slopes.head, policy.outputActivation, p.head, batch * headSize)
    kernels.affineInputPullback(slope, parameters, headAt, slopes.head, batch, headWidth, headSize)
    kernels.affineInputPullback(throughValue, parameters, policySize, gradValues, batch, headWidth, 1)
    for (let i = 0; i < slope.length; i++) slope[i] += throughValue[i]
    return slope
  }

  function* pullbackShared(nets: Networks, gradient: Float64Array, work: ActorCriticWorkspace, parameters: Float64Array, obs: Float64Array): Work<void> {
    const { batch, gradient: slopes, gradValues, actor } = work
    const slope = trunkSlope(work, parameters)
    const hidden = actor.subarray(batch * (actorWidth - headWidth))
    gradient.fill(0, headAt)
    kernels.affineParameterPullback(gradient, headAt, headBiasAt, hidden, slopes.head, batch, headWidth, headSize)
    kernels.affineParameterPullback(gradient, policySize, policySize + headWidth, hidden, gradValues, batch, headWidth, 1)
    yield* wait(nets.mlpPullback(gradient, null, actorSpec, parameters, obs, actor, slope, batch))
  }

  function* pullbackBy(nets: Networks, gradient: Float64Array, work: ActorCriticWorkspace, parameters: Float64Array, obs: Float64Array): Work<void> {
    check(work, parameters, obs)
    invariant(gradient.length === size, `a gradient by ${size} parameters has ${gradient.length} entries`)
    const { batch, gradient: slopes, gradValues, actor, critic: own } = work
    if (shared) {
      yield* pullbackShared(nets, gradient, work, parameters, obs)
    } else {
      yield* wait(nets.mlpPullback(gradient, null, actorSpec, parameters, obs, actor, slopes.head, batch))
      yield* wait(nets.mlpPullback(gradient.subarray(policySize), null, criticSpec, parameters.subarray(policySize), obs, own, gradValues, batch))
    }
    for (let i = 0; i < logStdSize; i++) gradient[logStdAt + i] = slopes.logStd[i]
  }

  const passBy = (nets: Networks): NetworkPass => ({
    forward: function* (work, parameters, obs) {
      check(work, parameters, obs)
      yield* forwardPolicy(nets, work, parameters, obs)
      yield* forwardValues(nets, work, parameters, obs)
      work.gradient.head.fill(0)
      work.gradient.logStd.fill(0)
    },
    pullback: (...args) => pullbackBy(nets, ...args),
  })
  const passNow = passBy(kernels)

  const signals: ActorCritic['signals'] = (work, parameters, obs) => {
    check(work, parameters, obs)
    const { batch, gradient: slopes, gradValues, actor, critic: own } = work
    if (!shared) {
      return [
        ...layerSignals(backend, actorSpec, parameters, obs, actor, slopes.head, batch),
        ...layerSignals(backend, criticSpec, parameters.subarray(policySize), obs, own, gradValues, batch),
      ]
    }
    const slope = trunkSlope(work, parameters)
    const hidden = actor.subarray(batch * (actorWidth - headWidth))
    const heads = [slopes.head, gradValues].map((each) => ({ x: hidden, slopes: each }))
    return [...layerSignals(backend, actorSpec, parameters, obs, actor, slope, batch), ...heads]
  }

  return {
    layout,
    size,
    policySize,
    obsSize,
    distribution,
    networks,
    layers: [...affineLayers([obsSize, ...policy.hidden, headSize], 0), ...affineLayers(valueSizes, policySize)],
    signals,
    workspace,
    passNow,
    passLater: passBy(computeOf(backend)),
    forward: (...args) => atOnce(passNow.forward(...args)),
    pullback: (...args) => atOnce(passNow.pullback(...args)),
    values: (parameters, obs, batch) => {
      const work = workspace(batch)
      check(work, parameters, obs)
      if (shared) atOnce(forwardPolicy(kernels, work, parameters, obs))
      atOnce(forwardValues(kernels, work, parameters, obs))
      return Float64Array.from(work.values)
    },
    heads: (parameters, obs, batch) => {
      const work = workspace(batch)
      check(work, parameters, obs)
      atOnce(forwardPolicy(kernels, work, parameters, obs))
      return { head: Float64Array.from(work.p.head), logStd: work.p.logStd }
    },
  }
}
