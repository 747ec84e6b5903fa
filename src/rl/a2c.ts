/**
 * Advantage actor-critic: one gradient step on each short rollout.
 *
 *     θ ← RMSprop(θ, clip(∇ total, maxGradNorm)),   total = policy + c_v · value − c_e · mean H   (`a2c-loss.ts`)
 *
 * Metrics of an update: `totalLoss`, `policyLoss`, `valueLoss`, `entropy`, `gradientNorm` (before clipping).
 *
 * *Source:* Mnih et al. 2016, arXiv 1602.01783, in its synchronous form; defaults are those of the program that Le et al. 2021, EPGT, arXiv
 * 2112.01853, build on, with generalised advantages.
 * *Deviations:* 1. the learning rate does not decay by itself: an outer level says when it changes. 2. a time limit is bootstrapped from.
 */
import type { Backend } from '../core/backend.ts'
import type { HyperSpace } from '../core/hyper.ts'
import type { Learner } from '../core/learner.ts'
import type { TaskInfo } from '../core/task.ts'
import { clipGlobalNorm } from '../optim/clip.ts'
import type { OptimiserState } from '../optim/optimiser.ts'
import { rmsprop, rmspropDefaults } from '../optim/rmsprop.ts'
import { a2cLoss } from './a2c-loss.ts'
import { actorCriticOf } from './actor-critic-task.ts'
import type { NetworkSettings } from './actor-critic-task.ts'
import type { A2cLossSettings } from './a2c-loss.ts'
import type { PolicyGradientContext } from './context.ts'
import { gradientJob } from './gradient-work.ts'
import type { EntropyReduction } from './loss-scratch.ts'
import type { OnPolicySettings, OnPolicyState } from './on-policy-state.ts'
import { onPolicy } from './on-policy.ts'
import type { Delegation, GradientPlace, ReturnHyper, UpdateRule } from './update-rule.ts'

/** What may change while A2C learns; gamma and lambda from the next rollout. */
export type A2cHyper = ReturnHyper & Readonly<{ learningRate: number; entropyCoef: number; valueCoef: number }>

/** `rmspropDecay` and `rmspropEpsilon` are those of its mean square; `maxGradNorm` bounds the norm of the whole gradient. */
export type A2cSettings = OnPolicySettings &
  NetworkSettings &
  Readonly<{ maxGradNorm: number; rmspropDecay: number; rmspropEpsilon: number; gradient: GradientPlace; entropyReduction: EntropyReduction }>

export const a2cHyperDefaults: A2cHyper = { learningRate: 7e-4, gamma: 0.99, gaeLambda: 0.95, entropyCoef: 0.01, valueCoef: 0.5 }

export const a2cDefaults: A2cSettings = {
  envs: 1,
  groups: 1,
  steps: 5,
  timeLimits: 'bootstrap',
  rewardScaling: { gamma: 0.99, clip: 10, varianceFloor: 1e-8 },
  gradientHistory: 2,
  returnWindow: 10,
  trunk: 'separate',
  maxGradNorm: 0.5,
  rmspropDecay: 0.99,
  rmspropEpsilon: 1e-5,
  gradient: { kind: 'inline' },
  entropyReduction: 'sum',
}

export const a2cHyperSpace: HyperSpace<A2cHyper> = {
  learningRate: { kind: 'continuous', low: 1e-7, high: 1, scale: 'log', takesEffect: 'step' },
  gamma: { kind: 'continuous', low: 0.5, high: 1, scale: 'linear', levels: [0.95, 0.975, 0.99], takesEffect: 'rollout' },
  gaeLambda: { kind: 'continuous', low: 0, high: 1, scale: 'linear', levels: [0.9, 0.925, 0.95, 0.975, 0.99], takesEffect: 'rollout' },
  entropyCoef: { kind: 'continuous', low: 0, high: 1, scale: 'linear', takesEffect: 'step' },
  valueCoef: { kind: 'continuous', low: 0, high: 10, scale: 'linear', takesEffect: 'step' },
}

/** A2C on `task`, an environment with a policy that has probabilities. Throws a `RangeError` for settings out of range. */
export const a2c = (settings: A2cSettings, task: TaskInfo, backend: Backend): Learner<OnPolicyState<OptimiserState>, A2cHyper, PolicyGradientContext> => {
  const { maxGradNorm, rmspropDecay, rmspropEpsilon, entropyReduction } = settings
  if (!(maxGradNorm > 0)) throw new RangeError(`a2c: maxGradNorm must be positive, received ${maxGradNorm}`)
  const { net, initial } = actorCriticOf('a2c', settings, task, backend)
  const optimiser = rmsprop({ ...rmspropDefaults, decay: rmspropDecay, epsilon: rmspropEpsilon }, backend)
  const loss = a2cLoss(net)
  const lossSettings = ({ valueCoef, entropyCoef }: A2cHyper): A2cLossSettings => ({ valueCoef, entropyCoef, entropyReduction })
  const delegation: Delegation<A2cHyper, OptimiserState> = {
    job: (parameters, minibatch, hyper) => gradientJob(task.task, settings.trunk, parameters, minibatch, { kind: 'a2c', settings: lossSettings(hyper) }),
    finish: (parameters, state, raw, parts, { learningRate }) => {
      const { norm, clipped } = clipGlobalNorm(raw, maxGradNorm)
      const [next, moved] = optimiser.update(state, clipped, parameters, learningRate)
      return { parameters: next, optimiser: moved, gradient: clipped, metrics: { ...parts, gradientNorm: norm } }
    },
  }
  const rule: UpdateRule<A2cHyper, OptimiserState> = {
    name: 'a2c',
    space: a2cHyperSpace,
    advantageScaling: null,
    epochs: () => 1,
    minibatches: () => 1,
    init: (parameters) => optimiser.init(parameters.length),
    update: (_key, parameters, state, minibatch, hyper) => {
      const raw = new Float64Array(parameters.length)
      return delegation.finish(parameters, state, raw, loss(raw, parameters, minibatch, lossSettings(hyper)), hyper)
    },
  }
  return onPolicy({ rule, net, initial, task, delegated: settings.gradient.kind === 'job' ? delegation : null }, settings)
}
