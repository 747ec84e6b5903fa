import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { HyperParameter } from '../../src/core/hyper.ts'
import { outside } from '../../src/core/hyper.ts'
import type { GridAxes } from '../../src/outer/hyper-grid.ts'
import { gridProblems, hyperGrid, multipliers } from '../../src/outer/hyper-grid.ts'
import type { Moment } from '../../src/outer/run-clock.ts'
import { a2cHyperDefaults, a2cHyperSpace } from '../../src/rl/a2c.ts'
import { ppoDefaults, ppoHyperDefaults, ppoHyperSpace } from '../../src/rl/ppo.ts'

const start: Moment = { steps: 0, envSteps: 0 }
const around = (base: number, levels: number, scale: number): GridAxes[string] => ({ kind: 'around', base, levels, scale, ramp: null })
const ppoSpace = ppoHyperSpace(ppoDefaults)

/** The grid of the authors' program for PPO on MuJoCo: learning rate, clip, lambda, minibatches. */
const mujoco: GridAxes = {
  learningRate: around(3e-4, 2, 1),
  clipEps: { kind: 'values', values: ppoSpace.clipEps.levels ?? [] },
  gaeLambda: { kind: 'values', values: ppoSpace.gaeLambda.levels ?? [] },
  minibatches: around(32, 2, 1),
}

describe('the grid of hyper-actions', () => {
  it('has the values of the authors: 2.8e-4 … 1.75e-3 for A2C on BipedalWalker, 225 joint actions for PPO on MuJoCo', () => {
    const walker = hyperGrid({ axes: { learningRate: around(7e-4, 4, 2) }, space: a2cHyperSpace, hyper: a2cHyperDefaults })
    expect(walker.size).toBe(7)
    const rates = walker.valuesOf(0, start)
    expect(rates[0]).toBe(7e-4)
    expect(Math.min(...rates)).toBeCloseTo(2.8e-4, 12) // a product of two roundings
    expect(Math.max(...rates)).toBeCloseTo(1.75e-3, 12)
    const grid = hyperGrid({ axes: mujoco, space: ppoSpace, hyper: ppoHyperDefaults })
    expect(grid.size).toBe(225)
    expect(grid.names).toEqual(['clipEps', 'gaeLambda', 'learningRate', 'minibatches'])
    expect(grid.sizes).toEqual([5, 5, 3, 3])
    expect(grid.valuesOf(3, start)).toEqual([32, 64, 16])
  })

  it('keeps only the shrinking half for a negative scale', () => {
    expect(multipliers(3, -2)).toEqual([1, 1 / 1.5, 1 / 2])
    expect(multipliers(3, 2)).toEqual([1, 1.5, 1 / 1.5, 2, 1 / 2])
    expect(multipliers(1, 5)).toEqual([1])
  })

  it('moves the last name fastest, and every action has its own values', () => {
    const grid = hyperGrid({ axes: mujoco, space: ppoSpace, hyper: ppoHyperDefaults })
    expect(grid.digitsOf(1)).toEqual([0, 0, 0, 1])
    expect(grid.digitsOf(3)).toEqual([0, 0, 1, 0])
    const seen = Array.from({ length: grid.size }, (_, action) => {
      const hyper = grid.hyperAt(action, start)
      expect(grid.actionOf(grid.digitsOf(action))).toBe(action)
      expect(outside(ppoSpace, hyper)).toEqual([])
      grid.digitsOf(action).forEach((digit, axis) => expect(hyper[grid.names[axis]]).toBe(grid.valuesOf(axis, start)[digit]))
      expect(hyper).toMatchObject({ gamma: 0.99, entropyCoef: 0, valueCoef: 0.5 }) // not on the grid: the learner's own
      return JSON.stringify(hyper)
    })
    expect(new Set(seen).size).toBe(grid.size)
  })

  it('numbers the actions of any grid without gaps', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 }), (sizes) => {
        const parameter: HyperParameter = { kind: 'continuous', low: 0, high: 10, scale: 'linear', takesEffect: 'step' }
        const names = sizes.map((_, i) => `h${i}`)
        const space = Object.fromEntries(names.map((name) => [name, parameter]))
        const axes = Object.fromEntries(sizes.map((n, i) => [names[i], { kind: 'values', values: Array.from({ length: n }, (_, v) => v) } as const]))
        const grid = hyperGrid({ axes, space, hyper: {} })
        const ids = Array.from({ length: grid.size }, (_, action) => grid.actionOf(grid.digitsOf(action)))
        expect(ids).toEqual(ids.map((_, i) => i))
      }),
      { seed: 42, numRuns: 40 },
    )
  })

  it('moves a base linearly, and rounds integers', () => {
    const ramp = { to: 1e-4, over: 'env-steps', length: 1000 } as const
    const axes: GridAxes = {
      learningRate: { kind: 'around', base: 3e-4, levels: 2, scale: 1, ramp },
      minibatches: { kind: 'around', base: 32, levels: 2, scale: 1, ramp: { to: 8, over: 'steps', length: 10 } },
    }
    const grid = hyperGrid({ axes, space: ppoSpace, hyper: ppoHyperDefaults })
    const at = (moment: Moment) => [grid.valuesOf(0, moment), grid.valuesOf(1, moment)]
    expect(at({ steps: 5, envSteps: 500 })).toEqual([[3e-4 + (1e-4 - 3e-4) * 0.5, (3e-4 + (1e-4 - 3e-4) * 0.5) * 2, (3e-4 + (1e-4 - 3e-4) * 0.5) / 2], [20, 40, 10]])
    expect(at({ steps: 99, envSteps: 5000 })).toEqual([[1e-4, 2e-4, 5e-5], [8, 16, 4]])
  })

  it.each<[string, GridAxes, RegExp]>([
    ['no axis', {}, /levels for at least one/],
    ['an unknown name', { learningrate: around(1e-3, 2, 1) }, /learningRate/],
    ['no value', { clipEps: { kind: 'values', values: [] } }, /at least one value/],
    ['a level above the range', { clipEps: around(0.9, 2, 1) }, /from 0\.01 to 1, received 1\.8/],
    ['a level below the range at the end of the ramp', { learningRate: { kind: 'around', base: 3e-4, levels: 2, scale: 1, ramp: { to: 1e-7, over: 'steps', length: 9 } } }, /received 5e-8/],
    ['a fraction of an integer', { minibatches: { kind: 'values', values: [1.5] } }, /integers from 1/],
    ['integers that become equal', { minibatches: around(1, 2, 4) }, /twice/],
    ['no levels', { clipEps: around(0.2, 0, 1) }, /positive integer/],
    ['scale 0', { clipEps: around(0.2, 2, 0) }, /other than 0/],
    ['a level that is no number', { clipEps: { kind: 'values', values: [Number.NaN] } }, /NaN/],
  ])('refuses %s', (_, axes, message) => {
    expect(() => hyperGrid({ axes, space: ppoSpace, hyper: ppoHyperDefaults })).toThrow(message)
    expect(gridProblems(axes, ppoSpace)).toHaveLength(1)
  })
})
