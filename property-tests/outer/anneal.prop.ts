import { describe, expect, it } from 'vitest'
import { rootKey } from '../../src/core/rng.ts'
import { anneal } from '../../src/outer/anneal.ts'
import type { Ramp } from '../../src/outer/run-clock.ts'
import { stepsOf } from './learner-runs.ts'
import { hyper, space } from './grids.ts'

const ramp = (to: number, more: Partial<Ramp> = {}): Ramp => ({ to, over: 'env-steps', length: 100, ...more })
const build = (ramps: Readonly<Record<string, Ramp>>) => anneal({ hyper, ramps, space })

describe('annealing', () => {
  it('gives all updates on the j-th of J rollouts lr · (1 − j/J), as the published decay does', async () => {
    const steps = await stepsOf({
      learner: { kind: 'ppo', steps: 16, epochs: 2, minibatches: 2, learningRate: 3e-4 },
      outer: { kind: 'anneal', ramps: { learningRate: { to: 1e-7, length: 64 } } },
      budget: { envSteps: 64, steps: 20 },
    })
    const rates = steps.map(({ applied }) => applied.learningRate)
    const expected = [0, 1, 2, 3].map((j) => 3e-4 + (1e-7 - 3e-4) * (j / 4))
    expect([...new Set(rates)]).toEqual(expected)
    expect(steps.filter(({ envSteps }) => envSteps.learner === 48).map(({ applied }) => applied.learningRate)).toEqual(expect.arrayContaining([expected[2]]))
  })

  it('rounds integers, leaves the rest alone, and ends exactly', () => {
    const scheduler = build({ minibatches: ramp(3, { over: 'steps', length: 4 }), gamma: ramp(0.9, { over: 'steps', length: 2 }) })
    const at = (step: number) => scheduler.propose(rootKey(1), scheduler.init(rootKey(1)), step, [null])[0]
    expect(at(1)).toEqual({ kind: 'use', hyper: { learningRate: 0.01, gamma: 0.99 + (0.9 - 0.99) * 0.5, minibatches: Math.round(8 - 5 / 4) } })
    expect(at(9)).toEqual({ kind: 'use', hyper: { learningRate: 0.01, gamma: 0.9, minibatches: 3 } })
  })

  it.each<[string, Readonly<Record<string, Ramp>>, RegExp]>([
    ['an end outside the range', { learningRate: ramp(0) }, /learningRate = 0 outside/],
    ['an unknown hyperparameter', { sigma: ramp(0.1) }, /sigma = 0\.1 outside/],
    ['no length', { learningRate: ramp(0.1, { length: 0 }) }, /positive length/],
    ['an integer that ends between two', { minibatches: ramp(0.2) }, /minibatches = 0 outside/],
  ])('refuses %s', (_, ramps, message) => {
    expect(() => build(ramps)).toThrow(message)
  })
})
