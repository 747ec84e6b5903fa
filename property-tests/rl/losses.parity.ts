/**
 * PPO and A2C against PyTorch: losses, gradients and one step of the optimiser, at the tolerances that the files state.
 */
import { describe, expect, it } from 'vitest'
import { reference } from '../../backends/reference/index.ts'
import { exp } from '../../src/core/dmath.ts'
import type { PolicySpec } from '../../src/core/job.ts'
import { discrete, uniformBox } from '../../src/core/space.ts'
import { compileActorCritic, type ActorCritic } from '../../src/nn/actor-critic.ts'
import { clipGlobalNorm } from '../../src/optim/clip.ts'
import { optimiserOf, type OptimiserChoice } from '../../src/optim/choice.ts'
import type { OptimiserState } from '../../src/optim/optimiser.ts'
import { a2cLoss } from '../../src/rl/a2c-loss.ts'
import type { EntropyReduction } from '../../src/rl/loss-scratch.ts'
import type { AdvantageScaling, Minibatch } from '../../src/rl/minibatch.ts'
import { ppoLoss } from '../../src/rl/ppo-loss.ts'
import { mismatches, oracleCases, oracleFamily, type Value } from '../fixtures/oracle.ts'

type Rows = readonly (readonly number[])[]
type Common = Readonly<{
  policy: 'gaussian' | 'categorical'
  actor_sizes: readonly number[]
  critic_sizes: readonly number[]
  actor: readonly number[]
  critic: readonly number[]
  log_std?: readonly number[]
  obs: Rows
  action: Rows | readonly number[]
  advantages: readonly number[]
  returns: readonly number[]
  value_coef: number
  entropy_coef: number
  max_grad_norm: number
  learning_rate: number
}>
type PpoInput = Common &
  Readonly<{
    old_log_prob: readonly number[]
    old_values: readonly number[]
    clip_eps: number
    value_clip: number | null
    normalise: AdvantageScaling | null
    adam_epsilon: number
    adam_state: Readonly<{ steps: number; first: readonly number[]; second: readonly number[] }> | null
  }>
type A2cInput = Common &
  Readonly<{ entropy_reduction?: EntropyReduction; alpha: number; epsilon: number; epsilon_inside: boolean; mean_square: readonly number[] }>

const family = oracleFamily('policy-gradient')
const vector = (values: readonly number[]): Float64Array => Float64Array.from(values)

const setUp = (input: Common): Readonly<{ net: ActorCritic; parameters: Float64Array; minibatch: Minibatch }> => {
  const outputs = input.actor_sizes[input.actor_sizes.length - 1]
  const policy: PolicySpec = {
    kind: input.policy,
    hidden: input.actor_sizes.slice(1, -1),
    activation: 'tanh',
    outputActivation: 'linear',
    initialLogStd: 0,
    init: 'orthogonal',
    action: 'raw',
  }
  const critic = { kind: 'separate', hidden: input.critic_sizes.slice(1, -1), activation: 'tanh' } as const
  const space = input.policy === 'gaussian' ? uniformBox(outputs, -1, 1) : discrete(outputs)
  const net = compileActorCritic({ policy, critic, gains: { hidden: 1, head: 1, value: 1 } }, input.actor_sizes[0], space, reference)
  return {
    net,
    parameters: vector([...input.actor, ...(input.log_std ?? []), ...input.critic]),
    minibatch: {
      obs: vector(input.obs.flat()),
      actions: vector(input.action.flat()),
      advantages: vector(input.advantages),
      returns: vector(input.returns),
      oldLogProb: new Float64Array(input.returns.length),
      oldValues: new Float64Array(input.returns.length),
    },
  }
}

/** A flat vector in the parts that the oracle names. */
const named = (input: Common, flat: Float64Array): Value => {
  const [actor, free] = [input.actor.length, input.log_std?.length ?? 0]
  const parts = { actor: flat.slice(0, actor), critic: flat.slice(actor + free) }
  return free === 0 ? parts : { ...parts, log_std: flat.slice(actor, actor + free) }
}

const logProbOf = (net: ActorCritic, parameters: Float64Array, { obs, actions, advantages }: Minibatch): Float64Array => {
  const out = new Float64Array(advantages.length)
  net.distribution.logProb(out, net.heads(parameters, obs, out.length), actions, out.length)
  return out
}

/** The clipped gradient's norm, and all parameters after one step from `state`. */
const stepped = (input: Common, gradient: Float64Array, parameters: Float64Array, choice: OptimiserChoice, state: Partial<OptimiserState>) => {
  const { norm, clipped } = clipGlobalNorm(gradient, input.max_grad_norm)
  const optimiser = optimiserOf(choice, 0, reference)
  const [after] = optimiser.update({ ...optimiser.init(parameters.length), ...state }, clipped, parameters, input.learning_rate)
  return { grad: named(input, gradient), grad_norm: norm, after_step: named(input, after) }
}

const power = (base: number, exponent: number): number => (exponent === 0 ? 1 : base * power(base, exponent - 1))

describe('oracle: PPO', () => {
  it.each(oracleCases<PpoInput, unknown>(family, 'ppo'))('$name', (each) => {
    const { input } = each
    const { net, parameters, ...rest } = setUp(input)
    const minibatch = { ...rest.minibatch, oldLogProb: vector(input.old_log_prob), oldValues: vector(input.old_values) }
    const gradient = new Float64Array(net.size).fill(NaN)
    const parts = ppoLoss(net)(gradient, parameters, minibatch, {
      clipEps: input.clip_eps,
      valueClip: input.value_clip,
      valueCoef: input.value_coef,
      entropyCoef: input.entropy_coef,
      entropyReduction: 'sum',
      normalise: input.normalise,
    })
    const logProb = logProbOf(net, parameters, minibatch)
    const adam = input.adam_state
    const moments = adam === null ? {} : { steps: adam.steps, first: vector(adam.first), second: vector(adam.second) }
    const state = adam === null ? {} : { ...moments, firstPower: power(0.9, adam.steps), secondPower: power(0.999, adam.steps) }
    expect(
      mismatches(family, each, {
        log_prob: logProb,
        ratio: logProb.map((value, b) => exp(value - minibatch.oldLogProb[b])),
        values: net.values(parameters, minibatch.obs, logProb.length),
        policy_loss: parts.policyLoss,
        value_loss: parts.valueLoss,
        entropy: parts.entropy,
        total_loss: parts.totalLoss,
        approx_kl: parts.approxKl,
        clip_fraction: parts.clipFraction,
        ...stepped(input, gradient, parameters, { kind: 'adam', beta1: 0.9, beta2: 0.999, epsilon: input.adam_epsilon }, state),
      }),
    ).toEqual([])
  })
})

describe('oracle: A2C', () => {
  it.each(oracleCases<A2cInput, unknown>(family, 'a2c'))('$name', (each) => {
    const { input } = each
    const { net, parameters, minibatch } = setUp(input)
    const gradient = new Float64Array(net.size).fill(NaN)
    const parts = a2cLoss(net)(gradient, parameters, minibatch, {
      valueCoef: input.value_coef,
      entropyCoef: input.entropy_coef,
      entropyReduction: input.entropy_reduction ?? 'sum',
    })
    const choice = { kind: 'rmsprop', decay: input.alpha, epsilon: input.epsilon, epsilonInside: input.epsilon_inside, initialSquare: 0 } as const
    expect(
      mismatches(family, each, {
        log_prob: logProbOf(net, parameters, minibatch),
        values: net.values(parameters, minibatch.obs, minibatch.returns.length),
        policy_loss: parts.policyLoss,
        value_loss: parts.valueLoss,
        entropy: parts.entropy,
        total_loss: parts.totalLoss,
        ...stepped(input, gradient, parameters, choice, { second: vector(input.mean_square) }),
      }),
    ).toEqual([])
  })
})
