/**
 * Trust region policy optimisation: on each rollout one natural-gradient step of the policy, no further than a bound on KL, then a regression of
 * the critic.
 *
 *     θ ← θ + c^k s,   s = √(2 δ/⟨x, H x⟩) x,   H x = g,   H = F + damping I        (`trust-region.ts`, `policy-surrogate.ts`)
 *     φ ← Adam(φ, ∇ mean (V_φ(s) − R)²)                                               (`value-regression.ts`)
 *
 * Its finest steps on a rollout: the policy's step, on all rows at once; then `valueEpochs` passes of the critic over the rows in minibatches, one
 * gradient step each. So an outer level chooses δ and damping with the rollout at hand, right before the one step that they count for, and
 * the critic's `learningRate` before each of its steps; a value of the other kind is in force there without effect. Where no candidate of the line
 * search gains within the bound, the policy stays as it was, bit for bit.
 *
 * With a shared trunk the critic learns its own linear map alone: a step of the trunk would move the policy past the trust region.
 *
 * Metrics of the policy's step: `gain` of the surrogate, `kl`, `backtracks` (refused candidates), `rejections` (rollouts so far on which none was
 * accepted), `cgResidual` (‖r‖/‖g‖), `entropy`, `gradientNorm`; of the critic's steps, as a mean: `valueLoss`. The gradient that an outer level
 * sees is that of the step's own loss, minus the surrogate or the value loss, and 0 for the other's parameters.
 *
 * *Source:* Schulman et al. 2015, arXiv 1502.05477, section 6 and Appendix C; generalised advantages of Schulman et al. 2016, arXiv 1506.02438;
 * settings of OpenAI baselines (`trpo_mpi` for MuJoCo), whose critic learns by Adam.
 * *Deviations:* 1. the KL of a step is bounded by δ itself, as in the paper; baselines allow 1.5 δ (`klSlack`). 2. candidates shrink by 0.8, as in
 * rllab; baselines halve them. 3. rewards are scaled, as for the other learners. 4. a time limit is bootstrapped from.
 */
import type { Backend } from '../core/backend.ts'
import type { HyperSpace } from '../core/hyper.ts'
import type { Learner } from '../core/learner.ts'
import type { TaskInfo } from '../core/task.ts'
import { adam, adamDefaults } from '../optim/adam.ts'
import { norm } from '../optim/clip.ts'
import type { OptimiserState } from '../optim/optimiser.ts'
import { trustRegionStep } from '../optim/trust-region.ts'
import { actorCriticOf } from './actor-critic-task.ts'
import type { NetworkSettings } from './actor-critic-task.ts'
import type { PolicyGradientContext } from './context.ts'
import type { AdvantageScaling, Minibatch } from './minibatch.ts'
import type { OnPolicySettings, OnPolicyState } from './on-policy-state.ts'
import { onPolicy } from './on-policy.ts'
import { policySurrogate } from './policy-surrogate.ts'
import type { ReturnHyper, Update, UpdateRule } from './update-rule.ts'
import { valueRegression } from './value-regression.ts'

/** What may change while TRPO learns: δ = `maxKl`, `damping`, and `learningRate`, which is the critic's; gamma and lambda from the next rollout. */
export type TrpoHyper = ReturnHyper & Readonly<{ learningRate: number; maxKl: number; damping: number }>

/**
 * `klSlack` · δ is the largest KL of a step. Conjugate gradients take `cgIterations`, fewer where the residual falls to `cgTolerance` of the
 * gradient. `backtracks` candidates are tried, each `backtrackFactor` of the one before. The critic makes `valueEpochs` passes over a rollout,
 * in as many minibatches of equal size as have `valueBatch` rows or more (one, where the rollout has fewer).
 */
export type TrpoSettings = OnPolicySettings &
  NetworkSettings &
  Readonly<{
    klSlack: number
    cgIterations: number
    cgTolerance: number
    backtracks: number
    backtrackFactor: number
    valueEpochs: number
    valueBatch: number
    advantageScaling: AdvantageScaling | null
  }>

export const trpoHyperDefaults: TrpoHyper = { learningRate: 1e-3, maxKl: 0.01, damping: 0.1, gamma: 0.99, gaeLambda: 0.98 }

export const trpoDefaults: TrpoSettings = {
  envs: 1,
  groups: 1,
  steps: 1024,
  timeLimits: 'bootstrap',
  rewardScaling: { gamma: 0.99, clip: 10, varianceFloor: 1e-8 },
  gradientHistory: 2,
  returnWindow: 10,
  trunk: 'separate',
  klSlack: 1,
  cgIterations: 10,
  cgTolerance: 1e-5,
  backtracks: 10,
  backtrackFactor: 0.8,
  valueEpochs: 5,
  valueBatch: 64,
  advantageScaling: { ddof: 0, epsilon: 1e-8 },
}

export const trpoHyperSpace: HyperSpace<TrpoHyper> = {
  learningRate: { kind: 'continuous', low: 1e-7, high: 1, scale: 'log', takesEffect: 'step' },
  maxKl: { kind: 'continuous', low: 1e-6, high: 1, scale: 'log', levels: [0.0025, 0.005, 0.01, 0.02, 0.04], takesEffect: 'step' },
  damping: { kind: 'continuous', low: 1e-6, high: 10, scale: 'log', levels: [0.01, 0.1, 1], takesEffect: 'step' },
  gamma: { kind: 'continuous', low: 0.5, high: 1, scale: 'linear', levels: [0.95, 0.975, 0.99], takesEffect: 'rollout' },
  gaeLambda: { kind: 'continuous', low: 0, high: 1, scale: 'linear', levels: [0.9, 0.925, 0.95, 0.975, 0.99], takesEffect: 'rollout' },
}

/** The critic's Adam, and how many steps of the policy were refused. */
export type TrpoOptimiser = Readonly<{ critic: OptimiserState; rejections: number }>

const checkSettings = ({ klSlack, cgIterations, cgTolerance, backtracks, backtrackFactor, valueEpochs, valueBatch }: TrpoSettings): void => {
  for (const [name, value] of Object.entries({ cgIterations, backtracks, valueEpochs, valueBatch })) {
    if (!Number.isInteger(value) || value < 1) throw new RangeError(`trpo: ${name} must be a positive integer, received ${value}`)
  }
  if (!(klSlack > 0)) throw new RangeError(`trpo: klSlack must be positive, received ${klSlack}`)
  if (!(cgTolerance >= 0 && cgTolerance < 1)) throw new RangeError(`trpo: cgTolerance must lie in [0, 1), received ${cgTolerance}`)
  if (!(backtrackFactor > 0 && backtrackFactor < 1)) throw new RangeError(`trpo: backtrackFactor must lie in (0, 1), received ${backtrackFactor}`)
}

/** TRPO on `task`, an environment with a policy that has probabilities. Throws a `RangeError` for settings out of range. */
export const trpo = (
  settings: TrpoSettings,
  task: TaskInfo,
  backend: Backend,
): Learner<OnPolicyState<TrpoOptimiser>, TrpoHyper, PolicyGradientContext> => {
  checkSettings(settings)
  const { envs, steps, klSlack, backtracks, backtrackFactor, valueEpochs, valueBatch, advantageScaling } = settings
  const { cgIterations: iterations, cgTolerance: tolerance } = settings
  const { net, initial } = actorCriticOf('trpo', settings, task, backend)
  const { size, policySize, networks, distribution } = net
  const surrogateAt = policySurrogate({ network: networks.policy, distribution }, backend)
  const regression = valueRegression(net, backend)
  const optimiser = adam(adamDefaults, backend)
  const valueMinibatches = Math.max(1, Math.floor((steps * envs) / valueBatch))

  /** The policy's parameters and the critic's, one behind the other. */
  const joined = (front: Float64Array, back: Float64Array): Float64Array => {
    const out = new Float64Array(size)
    out.set(front)
    out.set(back, policySize)
    return out
  }

  type Step = (parameters: Float64Array, before: TrpoOptimiser, minibatch: Minibatch, hyper: TrpoHyper) => Update<TrpoOptimiser>

  const policyStep: Step = (parameters, { critic, rejections }, minibatch, { maxKl, damping }) => {
    const front = parameters.slice(0, policySize)
    const seen = surrogateAt(front, minibatch)
    const step = trustRegionStep(front, seen, { maxKl, klLimit: klSlack * maxKl, damping, iterations, tolerance, backtracks, backtrackFactor })
    const refused = rejections + (step.accepted ? 0 : 1)
    return {
      parameters: joined(step.parameters, parameters.subarray(policySize)),
      optimiser: { critic, rejections: refused },
      gradient: joined(seen.gradient.map((slope) => -slope), new Float64Array(size - policySize)),
      metrics: {
        gain: step.gain,
        kl: step.kl,
        backtracks: step.backtracks,
        rejections: refused,
        cgResidual: step.residual,
        entropy: seen.entropy,
        gradientNorm: norm(seen.gradient),
      },
    }
  }

  const criticStep: Step = (parameters, { critic, rejections }, minibatch, { learningRate }) => {
    const { loss, gradient } = regression(parameters, minibatch)
    const [back, moved] = optimiser.update(critic, gradient, parameters.slice(policySize), learningRate)
    return {
      parameters: joined(parameters.subarray(0, policySize), back),
      optimiser: { critic: moved, rejections },
      gradient: joined(new Float64Array(policySize), gradient),
      metrics: { valueLoss: loss },
    }
  }

  const rule: UpdateRule<TrpoHyper, TrpoOptimiser> = {
    name: 'trpo',
    space: trpoHyperSpace,
    advantageScaling,
    epochs: () => 1 + valueEpochs,
    minibatches: (_hyper, epoch) => (epoch === 0 ? 1 : valueMinibatches),
    init: (parameters) => ({ critic: optimiser.init(parameters.length - policySize), rejections: 0 }),
    update: (_key, parameters, before, minibatch, hyper, epoch) => (epoch === 0 ? policyStep : criticStep)(parameters, before, minibatch, hyper),
  }
  return onPolicy({ rule, net, initial, task }, settings)
}
