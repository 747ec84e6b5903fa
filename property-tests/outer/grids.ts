/** A grid over two hyperparameters of a policy-gradient learner, one of which counts from the next rollout, for tests. */
import type { HyperParameter, HyperRecord } from '../../src/core/hyper.ts'
import type { HyperGrid } from '../../src/outer/hyper-grid.ts'
import { hyperGrid } from '../../src/outer/hyper-grid.ts'

export const space: Readonly<Record<string, HyperParameter>> = {
  learningRate: { kind: 'continuous', low: 1e-4, high: 1, scale: 'log', takesEffect: 'step' },
  gamma: { kind: 'continuous', low: 0.5, high: 1, scale: 'linear', takesEffect: 'rollout' },
  minibatches: { kind: 'integer', low: 1, high: 64, scale: 'log', takesEffect: 'epoch' },
}
export const hyper: HyperRecord = { learningRate: 0.01, gamma: 0.99, minibatches: 8 }

/** Three learning rates (the base, twice and half of it). */
export const rates: HyperGrid = hyperGrid({ axes: { learningRate: { kind: 'around', base: 0.01, levels: 2, scale: 1, ramp: null } }, space, hyper })

/** Two gammas, three learning rates whose base falls, two numbers of minibatches: twelve joint actions. */
export const mixed: HyperGrid = hyperGrid({
  axes: {
    minibatches: { kind: 'values', values: [8, 16] },
    learningRate: { kind: 'around', base: 0.01, levels: 2, scale: 1, ramp: { to: 0.001, over: 'env-steps', length: 30 } },
    gamma: { kind: 'values', values: [0.99, 0.9] },
  },
  space,
  hyper,
})
