/**
 * Actor-critic by natural gradients: one Kronecker-factored step within a trust region on each rollout.
 *
 *     θ ← θ − α (1 − μ) b,   b ← μ b + ν F⁻¹ ∇ total,   ν = min(ν_max, √(δ/(α² ⟨F⁻¹∇, ∇⟩)))   (`kfac.ts`)
 *
 * The Fisher matrix is that of the policy's own actions and of a critic with Gaussian errors (`fisher.ts`), averaged over rollouts every
 * `statEvery` updates; its eigenvectors are renewed every `inverseEvery` updates. The loss is A2C's.
 *
 * Metrics of an update: `totalLoss`, `policyLoss`, `valueLoss`, `entropy`, `gradientNorm`, `nu` (1 where the trust region is not reached).
 *
 * *Source:* Wu et al. 2017, ACKTR, arXiv 1708.05144, sections 3 and 4; constants of the program that Le et al. 2021, EPGT, arXiv 2112.01853, build on.
 * *Deviations:* 1. the learning rate of the trust region is the one in force, also where an outer level anneals it. 2. the gradient that
 * an outer level sees is the loss's unless that of the Fisher samples is asked for, which the program shows. 3. a time limit is bootstrapped
 * from.
 */
import type { Backend } from '../core/backend.ts'
import type { HyperSpace } from '../core/hyper.ts'
import type { Learner } from '../core/learner.ts'
import { foldIn, normals } from '../core/rng.ts'
import type { TaskInfo } from '../core/task.ts'
import { norm } from '../optim/clip.ts'
import type { KfacState } from '../optim/kfac.ts'
import { kfac } from '../optim/kfac.ts'
import { a2cLoss } from './a2c-loss.ts'
import { a2cHyperSpace } from './a2c.ts'
import { actorCriticOf } from './actor-critic-task.ts'
import type { NetworkSettings } from './actor-critic-task.ts'
import type { PolicyGradientContext } from './context.ts'
import { fisherGradient, fisherLayers, fisherSignals } from './fisher.ts'
import type { EntropyReduction } from './loss-scratch.ts'
import type { OnPolicySettings, OnPolicyState } from './on-policy-state.ts'
import { onPolicy } from './on-policy.ts'
import type { ReturnHyper, UpdateRule } from './update-rule.ts'

/** What may change while ACKTR learns: η = `learningRate`, δ = `klClip`, ν_max = `maxNu`; gamma and lambda from the next rollout. */
export type AcktrHyper = ReturnHyper & Readonly<{ learningRate: number; klClip: number; maxNu: number; entropyCoef: number; valueCoef: number }>

/**
 * `damping` > 0 is added to the eigenvalues, `momentum` μ in [0, 1), `statDecay` in [0, 1) averages the factors; `statEvery` and
 * `inverseEvery` count updates. `bias`: a layer's bias joins its weights in one block, or is one of its own. `shownGradient`: what an outer level
 * sees, the gradient of the loss, or that of the Fisher samples in every update that draws some.
 */
export type AcktrSettings = OnPolicySettings &
  NetworkSettings &
  Readonly<{
    damping: number
    momentum: number
    weightDecay: number
    statDecay: number
    statEvery: number
    inverseEvery: number
    bias: 'joint' | 'separate'
    inverse: 'exact' | 'factored'
    shownGradient: 'loss' | 'fisher'
    entropyReduction: EntropyReduction
  }>

export const acktrHyperDefaults: AcktrHyper = {
  learningRate: 0.25,
  klClip: 1e-3,
  maxNu: 1,
  gamma: 0.99,
  gaeLambda: 0.95,
  entropyCoef: 0.01,
  valueCoef: 0.5,
}

export const acktrDefaults: AcktrSettings = {
  envs: 32,
  groups: 1,
  steps: 20,
  timeLimits: 'bootstrap',
  rewardScaling: { gamma: 0.99, clip: 10, varianceFloor: 1e-8 },
  gradientHistory: 2,
  returnWindow: 10,
  trunk: 'separate',
  damping: 1e-2,
  momentum: 0.9,
  weightDecay: 0,
  statDecay: 0.99,
  statEvery: 1,
  inverseEvery: 10,
  bias: 'joint',
  inverse: 'exact',
  shownGradient: 'loss',
  entropyReduction: 'sum',
}

export const acktrHyperSpace: HyperSpace<AcktrHyper> = {
  ...a2cHyperSpace,
  klClip: { kind: 'continuous', low: 1e-6, high: 1, scale: 'log', levels: [1e-3, 2e-3, 3e-3], takesEffect: 'step' },
  maxNu: { kind: 'continuous', low: 1e-3, high: 100, scale: 'log', levels: [0.5, 1, 1.5], takesEffect: 'step' },
}

/** The Fisher matrix as it stands, and how many updates have been made. */
export type AcktrOptimiser = Readonly<{ kfac: KfacState; updates: number }>

/** ACKTR on `task`, an environment with a policy that has probabilities. Throws a `RangeError` for settings out of range. */
export const acktr = (settings: AcktrSettings, task: TaskInfo, backend: Backend): Learner<OnPolicyState<AcktrOptimiser>, AcktrHyper, PolicyGradientContext> => {
  const { damping, momentum, weightDecay, statDecay, statEvery, inverseEvery, bias, inverse, shownGradient, entropyReduction } = settings
  if (!(damping > 0)) throw new RangeError(`acktr: damping must be positive, received ${damping}`)
  for (const [name, every] of Object.entries({ statEvery, inverseEvery })) {
    if (!Number.isInteger(every) || every < 1) throw new RangeError(`acktr: ${name} must be a positive integer, received ${every}`)
  }
  const { net, initial } = actorCriticOf('acktr', settings, task, backend)
  const natural = kfac({ layers: fisherLayers(net), bias, inverse }, backend)
  const loss = a2cLoss(net)
  const rule: UpdateRule<AcktrHyper, AcktrOptimiser> = {
    name: 'acktr',
    space: acktrHyperSpace,
    advantageScaling: null,
    epochs: () => 1,
    minibatches: () => 1,
    init: () => ({ kfac: natural.init(), updates: 0 }),
    update: (key, parameters, { kfac: before, updates }, minibatch, { learningRate, klClip, maxNu, valueCoef, entropyCoef }) => {
      const gradient = new Float64Array(parameters.length)
      const parts = loss(gradient, parameters, minibatch, { valueCoef, entropyCoef, entropyReduction })
      const valueNoise = normals(foldIn(key, 0), minibatch.advantages.length)
      const signals = updates % statEvery === 0 ? fisherSignals(net, parameters, minibatch.obs, minibatch.actions, valueNoise) : null
      const seen = signals === null ? before : natural.observe(before, signals, statDecay)
      const ready = updates % inverseEvery === 0 ? natural.renew(seen, damping) : seen
      const step = natural.step(ready, gradient, parameters, { learningRate, trustRate: learningRate, damping, klClip, maxNu, momentum, weightDecay })
      return {
        parameters: step.parameters,
        optimiser: { kfac: step.state, updates: updates + 1 },
        gradient: signals !== null && shownGradient === 'fisher' ? fisherGradient(net, signals, backend) : gradient,
        metrics: { ...parts, gradientNorm: norm(gradient), nu: step.nu },
      }
    },
  }
  return onPolicy({ rule, net, initial, task }, settings)
}
