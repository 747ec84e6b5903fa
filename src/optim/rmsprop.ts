/**
 * RMSprop: the gradient divided by the root of a running mean of its square.
 *
 * g ← g + λθ;  s ← ρs + (1 − ρ)g²;  θ ← θ − αg/(√s + ε), or θ − αg/√(s + ε) with epsilon inside the root.
 *
 * *Source:* Tieleman and Hinton 2012, Lecture 6.5, in the form of `torch.optim.RMSprop` (epsilon outside) and of
 * TensorFlow 1, which A2C was published with (epsilon inside, mean square starting at 1).
 * *Deviations:* 1. no momentum and no centring.
 */
import type { Backend } from '../core/backend.ts'
import { invariant } from '../core/invariant.ts'
import type { Optimiser } from './optimiser.ts'
import { freshState } from './optimiser.ts'

/** `decay` ρ in [0, 1), `epsilon` > 0, `initialSquare` ≥ 0 starts the mean square, `weightDecay` λ ≥ 0. */
export type RmspropOptions = Readonly<{ decay: number; epsilon: number; epsilonInside: boolean; initialSquare: number; weightDecay: number }>

export const rmspropDefaults: RmspropOptions = { decay: 0.99, epsilon: 1e-8, epsilonInside: false, initialSquare: 0, weightDecay: 0 }

/** RMSprop with `options` on `backend`; throws a `RangeError` for options outside their ranges. */
export const rmsprop = (options: RmspropOptions, backend: Backend): Optimiser => {
  const { decay, epsilon, epsilonInside, initialSquare, weightDecay } = options
  if (!(decay >= 0 && decay < 1)) throw new RangeError(`rmsprop: decay must lie in [0, 1), received ${decay}`)
  if (!(epsilon > 0)) throw new RangeError(`rmsprop: epsilon must be positive, received ${epsilon}`)
  return {
    name: 'rmsprop',
    init: (parameters) => freshState(0, parameters, initialSquare),
    update: (state, gradient, parameters, learningRate) => {
      const size = parameters.length
      invariant(gradient.length === size, `rmsprop: gradient of ${gradient.length} entries for ${size} parameters`)
      invariant(state.second.length === size, `rmsprop: mean square of ${state.second.length} entries for ${size} parameters`)
      const next = parameters.slice()
      const second = state.second.slice()
      backend.kernels.rmsprop(next, second, gradient, { learningRate, decay, epsilon, epsilonInside, weightDecay })
      return [next, { ...state, steps: state.steps + 1, second }]
    },
  }
}
