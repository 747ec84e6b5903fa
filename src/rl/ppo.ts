/**
 * Proximal policy optimisation: several passes of clipped gradient steps over each rollout.
 *
 *     θ ← Adam(θ, clip(∇ total, maxGradNorm)),   total = policy + c_v · value − c_e · mean H   (`ppo-loss.ts`)
 *
 * Metrics of the updates: `totalLoss`, `policyLoss`, `valueLoss`, `entropy`, `approxKl`, `clipFraction`, `gradientNorm` (before clipping).
 *
 * *Source:* Schulman et al. 2017, arXiv 1707.06347, Algorithm 1, Eq. 7 and 9; defaults are those of the program that Le et al. 2021, EPGT, arXiv
 * 2112.01853, build on, for MuJoCo.
 * *Deviations:* 1. the learning rate does not decay by itself: an outer level says when it changes. 2. a time limit is bootstrapped from.
 */
import type { Backend } from '../core/backend.ts'
import type { HyperSpace } from '../core/hyper.ts'
import type { Learner } from '../core/learner.ts'
import type { TaskInfo } from '../core/task.ts'
import { adam, adamDefaults } from '../optim/adam.ts'
import { clipGlobalNorm } from '../optim/clip.ts'
import type { OptimiserState } from '../optim/optimiser.ts'
import { actorCriticOf } from './actor-critic-task.ts'
import type { NetworkSettings } from './actor-critic-task.ts'
import type { PolicyGradientContext } from './context.ts'
import type { EntropyReduction } from './loss-scratch.ts'
import type { AdvantageScaling } from './minibatch.ts'
import type { OnPolicySettings, OnPolicyState } from './on-policy-state.ts'
import { onPolicy } from './on-policy.ts'
import { gradientJob } from './gradient-work.ts'
import { ppoLoss } from './ppo-loss.ts'
import type { PpoLossSettings } from './ppo-loss.ts'
import type { Delegation, GradientPlace, ReturnHyper, UpdateRule } from './update-rule.ts'

/** What may change while PPO learns; `minibatches` from the next epoch, gamma and lambda from the next rollout. */
export type PpoHyper = ReturnHyper &
  Readonly<{ learningRate: number; clipEps: number; minibatches: number; entropyCoef: number; valueCoef: number }>

/**
 * `epochs` passes over a rollout. `valueClip` bounds the move of values (null: not), whatever `clipEps` is. `maxGradNorm` bounds the norm of
 * the whole gradient. `adamEpsilon` is added after bias correction and root.
 */
export type PpoSettings = OnPolicySettings &
  NetworkSettings &
  Readonly<{
    epochs: number
    valueClip: number | null
    maxGradNorm: number
    adamEpsilon: number
    gradient: GradientPlace
    entropyReduction: EntropyReduction
    advantageScaling: AdvantageScaling | null
  }>

export const ppoHyperDefaults: PpoHyper = {
  learningRate: 3e-4,
  clipEps: 0.2,
  gamma: 0.99,
  gaeLambda: 0.95,
  minibatches: 32,
  entropyCoef: 0,
  valueCoef: 0.5,
}

export const ppoDefaults: PpoSettings = {
  envs: 1,
  groups: 1,
  steps: 2048,
  timeLimits: 'bootstrap',
  rewardScaling: { gamma: 0.99, clip: 10, varianceFloor: 1e-8 },
  gradientHistory: 2,
  returnWindow: 10,
  trunk: 'separate',
  epochs: 10,
  valueClip: 0.2,
  maxGradNorm: 0.5,
  adamEpsilon: 1e-5,
  gradient: { kind: 'inline' },
  entropyReduction: 'sum',
  advantageScaling: { ddof: 1, epsilon: 1e-5 },
}

/** The declared ranges; a rollout of B steps cannot be cut into more than B minibatches. */
export const ppoHyperSpace = ({ steps, envs }: Pick<PpoSettings, 'steps' | 'envs'>): HyperSpace<PpoHyper> => ({
  learningRate: { kind: 'continuous', low: 1e-7, high: 1, scale: 'log', takesEffect: 'step' },
  clipEps: { kind: 'continuous', low: 0.01, high: 1, scale: 'linear', levels: [0.1, 0.2, 0.3, 0.4, 0.5], takesEffect: 'step' },
  gamma: { kind: 'continuous', low: 0.5, high: 1, scale: 'linear', levels: [0.95, 0.975, 0.99], takesEffect: 'rollout' },
  gaeLambda: { kind: 'continuous', low: 0, high: 1, scale: 'linear', levels: [0.9, 0.925, 0.95, 0.975, 0.99], takesEffect: 'rollout' },
  minibatches: { kind: 'integer', low: 1, high: Math.min(512, steps * envs), scale: 'log', takesEffect: 'epoch' },
  entropyCoef: { kind: 'continuous', low: 0, high: 1, scale: 'linear', takesEffect: 'step' },
  valueCoef: { kind: 'continuous', low: 0, high: 10, scale: 'linear', takesEffect: 'step' },
})

/** PPO on `task`, an environment with a policy that has probabilities. Throws a `RangeError` for settings out of range. */
export const ppo = (settings: PpoSettings, task: TaskInfo, backend: Backend): Learner<OnPolicyState<OptimiserState>, PpoHyper, PolicyGradientContext> => {
  const { epochs, valueClip, maxGradNorm, adamEpsilon, entropyReduction, advantageScaling } = settings
  if (!Number.isInteger(epochs) || epochs < 1) throw new RangeError(`ppo: epochs must be a positive integer, received ${epochs}`)
  if (!(maxGradNorm > 0)) throw new RangeError(`ppo: maxGradNorm must be positive, received ${maxGradNorm}`)
  const { net, initial } = actorCriticOf('ppo', settings, task, backend)
  const optimiser = adam({ ...adamDefaults, epsilon: adamEpsilon }, backend)
  const loss = ppoLoss(net)
  const lossSettings = ({ clipEps, valueCoef, entropyCoef }: PpoHyper): PpoLossSettings => ({ clipEps, valueClip, valueCoef, entropyCoef, entropyReduction, normalise: null })
  const delegation: Delegation<PpoHyper, OptimiserState> = {
    job: (parameters, minibatch, hyper) => gradientJob(task.task, settings.trunk, parameters, minibatch, { kind: 'ppo', settings: lossSettings(hyper) }),
    finish: (parameters, state, raw, parts, { learningRate }) => {
      const { norm, clipped } = clipGlobalNorm(raw, maxGradNorm)
      const [next, moved] = optimiser.update(state, clipped, parameters, learningRate)
      return { parameters: next, optimiser: moved, gradient: clipped, metrics: { ...parts, gradientNorm: norm } }
    },
  }
  const rule: UpdateRule<PpoHyper, OptimiserState> = {
    name: 'ppo',
    space: ppoHyperSpace(settings),
    advantageScaling,
    epochs: () => epochs,
    minibatches: ({ minibatches }) => minibatches,
    init: (parameters) => optimiser.init(parameters.length),
    update: (_key, parameters, state, minibatch, hyper) => {
      const raw = new Float64Array(parameters.length)
      return delegation.finish(parameters, state, raw, loss(raw, parameters, minibatch, lossSettings(hyper)), hyper)
    },
  }
  return onPolicy({ rule, net, initial, task, delegated: settings.gradient.kind === 'job' ? delegation : null }, settings)
}
