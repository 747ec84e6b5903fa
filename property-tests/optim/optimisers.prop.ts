import { describe, expect, it } from 'vitest'
import { reference } from '../../backends/reference/index.ts'
import { adam, adamDefaults } from '../../src/optim/adam.ts'
import type { OptimiserChoice } from '../../src/optim/choice.ts'
import { optimiserOf } from '../../src/optim/choice.ts'
import { clipGlobalNorm, norm } from '../../src/optim/clip.ts'
import { rmsprop, rmspropDefaults } from '../../src/optim/rmsprop.ts'
import { sgd, sgdDefaults } from '../../src/optim/sgd.ts'

const choices: readonly OptimiserChoice[] = [
  { kind: 'sgd', ...sgdDefaults },
  { kind: 'sgd', momentum: 0.9, dampening: 0.1, nesterov: false },
  { kind: 'sgd', momentum: 0.9, dampening: 0, nesterov: true },
  { kind: 'adam', ...adamDefaults },
  { kind: 'rmsprop', ...rmspropDefaults },
  { kind: 'rmsprop', ...rmspropDefaults, epsilonInside: true, initialSquare: 1 },
]
const parameters = Float64Array.of(1, -2, 0, 0.5)
const gradient = Float64Array.of(0.5, 0, -3, 1e-9)

describe.each(choices)('optimiser %o', (choice) => {
  it('leaves its inputs unchanged and serves copies of its state as well', () => {
    const optimiser = optimiserOf(choice, 0.01, reference)
    const [first, state] = optimiser.update(optimiser.init(4), gradient, parameters, 0.1)
    const before = structuredClone({ state, gradient, first })
    const after = optimiser.update(state, gradient, first, 0.1)
    expect({ state, gradient, first }).toEqual(before)
    expect(optimiserOf(choice, 0.01, reference).update(structuredClone(state), gradient, first, 0.1)).toEqual(after)
  })

  it('descends, and stands still at learning rate 0 or gradient 0', () => {
    const optimiser = optimiserOf(choice, 0, reference)
    const [next] = optimiser.update(optimiser.init(4), gradient, parameters, 0.1)
    next.forEach((value, i) => expect(Math.sign(parameters[i] - value)).toBe(Math.sign(gradient[i])))
    expect(optimiser.update(optimiser.init(4), gradient, parameters, 0)[0]).toEqual(parameters)
    expect(optimiser.update(optimiser.init(4), new Float64Array(4), parameters, 0.1)[0]).toEqual(parameters)
  })

  it('minimises a quadratic', () => {
    const optimiser = optimiserOf(choice, 0, reference)
    let state = optimiser.init(4)
    let x: Float64Array = parameters
    for (let step = 0; step < 600; step++) [x, state] = optimiser.update(state, x.map((value) => value - 3), x, 0.02)
    x.forEach((value) => expect(Math.abs(value - 3)).toBeLessThan(0.05)) // RMSprop ends in steps of about its rate
  })

  it('shrinks parameters by weight decay alone', () => {
    const optimiser = optimiserOf(choice, 0.1, reference)
    const [next] = optimiser.update(optimiser.init(4), new Float64Array(4), parameters, 0.01)
    next.forEach((value, i) => expect(Math.abs(value) < Math.abs(parameters[i]) || parameters[i] === 0).toBe(true))
  })

  it('refuses vectors of another length', () => {
    const optimiser = optimiserOf(choice, 0, reference)
    expect(() => optimiser.update(optimiser.init(4), gradient.slice(1), parameters, 0.1)).toThrow(/3 entries for 4/)
  })
})

describe('settings outside their ranges', () => {
  it('are rejected', () => {
    expect(() => sgd({ ...sgdDefaults, momentum: 1 }, reference)).toThrow(RangeError)
    expect(() => sgd({ ...sgdDefaults, nesterov: true }, reference)).toThrow(RangeError)
    expect(() => adam({ ...adamDefaults, beta2: 1 }, reference)).toThrow(RangeError)
    expect(() => adam({ ...adamDefaults, epsilon: 0 }, reference)).toThrow(RangeError)
    expect(() => rmsprop({ ...rmspropDefaults, decay: -0.1 }, reference)).toThrow(RangeError)
    expect(() => rmsprop({ ...rmspropDefaults, epsilon: 0 }, reference)).toThrow(RangeError)
  })
})

describe('clipping', () => {
  it('leaves a short gradient bitwise and gives a long one the largest norm', () => {
    expect(clipGlobalNorm(Float64Array.of(0.3, -0.4), 0.6).clipped).toEqual(Float64Array.of(0.3, -0.4))
    const { clipped, norm: before } = clipGlobalNorm(Float64Array.of(30, -40), 0.5)
    expect(before).toBe(50)
    expect(norm(clipped)).toBeCloseTo(0.5, 7) // the 1e-6 added to the norm of 50 shortens it by 1e-8
    expect(clipGlobalNorm(new Float64Array(3), 1)).toEqual({ norm: 0, clipped: new Float64Array(3) })
  })
})
