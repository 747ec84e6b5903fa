/**
 * Stochastic gradient descent with momentum, Nesterov momentum, dampening and weight decay.
 *
 * g ← g + λθ;  b ← μb + (1 − τ)g (the first b is g);  g ← g + μb (Nesterov) or b;  θ ← θ − αg.
 *
 * *Source:* Sutskever et al. 2013, On the importance of initialization and momentum in deep learning, in the form of
 * `torch.optim.SGD`.
 * *Deviations:* none.
 */
import type { Backend } from '../core/backend.ts'
import { invariant } from '../core/invariant.ts'
import type { Optimiser } from './optimiser.ts'
import { freshState } from './optimiser.ts'

/** `momentum` μ in [0, 1), `dampening` τ in [0, 1], `weightDecay` λ ≥ 0. Nesterov needs momentum > 0 and dampening 0. */
export type SgdOptions = Readonly<{ momentum: number; dampening: number; nesterov: boolean; weightDecay: number }>

export const sgdDefaults: SgdOptions = { momentum: 0, dampening: 0, nesterov: false, weightDecay: 0 }

/** Gradient descent with `options` on `backend`; throws a `RangeError` for momentum outside [0, 1), and for Nesterov without momentum or with dampening. */
export const sgd = (options: SgdOptions, backend: Backend): Optimiser => {
  const { momentum, dampening, nesterov, weightDecay } = options
  if (!(momentum >= 0 && momentum < 1)) throw new RangeError(`sgd: momentum must lie in [0, 1), received ${momentum}`)
  if (nesterov && (momentum <= 0 || dampening !== 0)) {
    throw new RangeError(`sgd: Nesterov needs momentum > 0 and dampening 0, received momentum ${momentum} and dampening ${dampening}`)
  }
  return {
    name: 'sgd',
    init: (parameters) => freshState(momentum === 0 ? 0 : parameters, 0, 0),
    update: (state, gradient, parameters, learningRate) => {
      const size = parameters.length
      invariant(gradient.length === size, `sgd: gradient of ${gradient.length} entries for ${size} parameters`)
      invariant(state.first.length === (momentum === 0 ? 0 : size), `sgd: momentum of ${state.first.length} entries for ${size} parameters`)
      const next = parameters.slice()
      const first = state.first.slice()
      backend.kernels.sgd(next, first, gradient, { learningRate, momentum, dampening, nesterov, weightDecay, first: state.steps === 0 })
      return [next, { ...state, steps: state.steps + 1, first }]
    },
  }
}
