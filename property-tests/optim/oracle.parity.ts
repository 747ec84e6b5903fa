import { describe, expect, it } from 'vitest'
import { reference } from '../../backends/reference/index.ts'
import type { OptimiserChoice } from '../../src/optim/choice.ts'
import { optimiserOf } from '../../src/optim/choice.ts'
import { clipGlobalNorm } from '../../src/optim/clip.ts'
import { mismatches, oracleCases, oracleFamily } from '../fixtures/oracle.ts'

type Rule =
  | Readonly<{ optimiser: 'sgd'; momentum: number; dampening: number; nesterov: boolean }>
  | Readonly<{ optimiser: 'adam'; beta1: number; beta2: number; epsilon: number }>
  | Readonly<{ optimiser: 'rmsprop'; alpha: number; epsilon: number; epsilon_inside: boolean; initial_square: number }>
type Run = Rule &
  Readonly<{ parameters: readonly number[]; gradients: readonly (readonly number[])[]; learning_rates: readonly number[]; weight_decay?: number }>

const es = oracleFamily('es')

const choiceOf = (rule: Rule): OptimiserChoice => {
  switch (rule.optimiser) {
    case 'sgd':
      return { kind: 'sgd', momentum: rule.momentum, dampening: rule.dampening, nesterov: rule.nesterov }
    case 'adam':
      return { kind: 'adam', beta1: rule.beta1, beta2: rule.beta2, epsilon: rule.epsilon }
    case 'rmsprop':
      return { kind: 'rmsprop', decay: rule.alpha, epsilon: rule.epsilon, epsilonInside: rule.epsilon_inside, initialSquare: rule.initial_square }
  }
}

/** The oracle lists zeros for a moment that a rule does not have. */
const padded = (moment: Float64Array, size: number): Float64Array => (moment.length === 0 ? new Float64Array(size) : moment)

describe('oracle: optimisers', () => {
  it.each(oracleCases<Run, unknown>(es, 'optimiser'))('$name', (each) => {
    const { input } = each
    const size = input.parameters.length
    const optimiser = optimiserOf(choiceOf(input), input.weight_decay ?? 0, reference)
    let state = optimiser.init(size)
    let parameters: Float64Array = Float64Array.from(input.parameters)
    const path = input.gradients.map((gradient, t) => {
      ;[parameters, state] = optimiser.update(state, Float64Array.from(gradient), parameters, input.learning_rates[t])
      return parameters
    })
    expect(mismatches(es, each, { path, first_moment: padded(state.first, size), second_moment: padded(state.second, size) })).toEqual([])
    expect(state.steps).toBe(input.gradients.length)
  })
})

describe('oracle: clipping', () => {
  it.each(oracleCases<Readonly<{ gradient: readonly number[]; max_norm: number }>, unknown>(es, 'clip-global-norm'))('$name', (each) => {
    const { norm, clipped } = clipGlobalNorm(Float64Array.from(each.input.gradient), each.input.max_norm)
    expect(mismatches(es, each, { norm, clipped })).toEqual([])
  })
})
