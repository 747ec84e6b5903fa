/**
 * Optimiser steps of the reference backend, in place on memory of their caller: Adam, RMSprop, gradient descent with momentum.
 *
 * Adam:    g ← g + λθ;  m ← β₁m + (1 − β₁)g;  v ← β₂v + (1 − β₂)g²;  θ ← θ − α (m/(1 − β₁ᵗ)) / (√(v/(1 − β₂ᵗ)) + ε)
 * RMSprop: g ← g + λθ;  s ← ρs + (1 − ρ)g²;  θ ← θ − αg/(√s + ε), or θ − αg/√(s + ε) with epsilon inside the root
 * SGD:     g ← g + λθ;  b ← μb + (1 − τ)g (the first b is g);  g ← g + μb (Nesterov) or b;  θ ← θ − αg
 *
 * *Source:* Kingma and Ba 2014, arXiv 1412.6980, Algorithm 1; Tieleman and Hinton 2012, Lecture 6.5; Sutskever et al. 2013; all in the
 * form of `torch.optim`. *Deviations:* none.
 */
import type { Kernels } from '../../src/core/backend.ts'

/** Adam. */
export const adam: Kernels['adam'] = (parameters, first, second, gradient, step) => {
  const { learningRate, beta1, beta2, epsilon, weightDecay, firstPower, secondPower } = step
  for (let i = 0; i < parameters.length; i++) {
    const g = gradient[i] + weightDecay * parameters[i]
    first[i] = beta1 * first[i] + (1 - beta1) * g
    second[i] = beta2 * second[i] + (1 - beta2) * g * g
    parameters[i] -= (learningRate * (first[i] / (1 - firstPower))) / (Math.sqrt(second[i] / (1 - secondPower)) + epsilon)
  }
}

/** RMSprop. */
export const rmsprop: Kernels['rmsprop'] = (parameters, second, gradient, step) => {
  const { learningRate, decay, epsilon, epsilonInside, weightDecay } = step
  for (let i = 0; i < parameters.length; i++) {
    const g = gradient[i] + weightDecay * parameters[i]
    second[i] = decay * second[i] + (1 - decay) * g * g
    const root = epsilonInside ? Math.sqrt(second[i] + epsilon) : Math.sqrt(second[i]) + epsilon
    parameters[i] -= (learningRate * g) / root
  }
}

/** Gradient descent. */
export const sgd: Kernels['sgd'] = (parameters, momentumBuffer, gradient, step) => {
  const { learningRate, momentum, dampening, nesterov, weightDecay, first } = step
  for (let i = 0; i < parameters.length; i++) {
    let g = gradient[i] + weightDecay * parameters[i]
    if (momentum !== 0) {
      momentumBuffer[i] = first ? g : momentum * momentumBuffer[i] + (1 - dampening) * g
      g = nesterov ? g + momentum * momentumBuffer[i] : momentumBuffer[i]
    }
    parameters[i] -= learningRate * g
  }
}
