/**
 * Adam: step sizes from bias-corrected running means of gradient and squared gradient.
 *
 * g ← g + λθ;  m ← β₁m + (1 − β₁)g;  v ← β₂v + (1 − β₂)g²;  θ ← θ − α (m/(1 − β₁ᵗ)) / (√(v/(1 − β₂ᵗ)) + ε).
 *
 * *Source:* Kingma and Ba 2014, Adam: a method for stochastic optimization, arXiv 1412.6980, Algorithm 1, with the
 * weight decay of `torch.optim.Adam` (added to the gradient).
 * *Deviations:* 1. the powers βᵗ are running products, so that no power function is needed.
 */
import type { Backend } from '../core/backend.ts'
import { invariant } from '../core/invariant.ts'
import type { Optimiser } from './optimiser.ts'
import { freshState } from './optimiser.ts'

/** `beta1`, `beta2` in [0, 1), `epsilon` > 0 (added after bias correction and root), `weightDecay` λ ≥ 0. */
export type AdamOptions = Readonly<{ beta1: number; beta2: number; epsilon: number; weightDecay: number }>

export const adamDefaults: AdamOptions = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 }

/** Adam with `options` on `backend`; throws a `RangeError` for options outside their ranges. */
export const adam = (options: AdamOptions, backend: Backend): Optimiser => {
  const { beta1, beta2, epsilon, weightDecay } = options
  if (!(beta1 >= 0 && beta1 < 1 && beta2 >= 0 && beta2 < 1)) throw new RangeError(`adam: betas must lie in [0, 1), received ${beta1} and ${beta2}`)
  if (!(epsilon > 0)) throw new RangeError(`adam: epsilon must be positive, received ${epsilon}`)
  return {
    name: 'adam',
    init: (parameters) => freshState(parameters, parameters, 0),
    update: (state, gradient, parameters, learningRate) => {
      const size = parameters.length
      invariant(gradient.length === size, `adam: gradient of ${gradient.length} entries for ${size} parameters`)
      invariant(state.first.length === size && state.second.length === size, `adam: state of another length than ${size}`)
      const firstPower = state.firstPower * beta1
      const secondPower = state.secondPower * beta2
      const next = parameters.slice()
      const first = state.first.slice()
      const second = state.second.slice()
      backend.kernels.adam(next, first, second, gradient, { learningRate, beta1, beta2, epsilon, weightDecay, firstPower, secondPower })
      return [next, { steps: state.steps + 1, first, second, firstPower, secondPower }]
    },
  }
}
