import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { minimiseInBox, type Objective } from '../../src/bo/box-minimiser.ts'

const settings = { maxIterations: 200, tolerance: 1e-9 }
const boxOf = (low: readonly number[], high: readonly number[]) => ({ low: Float64Array.from(low), high: Float64Array.from(high) })

/** Σ scale_i (x_i − centre_i)², whose minimum in a box is its centre, clipped. */
const bowl =
  (scale: readonly number[], centre: readonly number[]): Objective =>
  (x) => ({
    value: x.reduce((sum, value, i) => sum + scale[i] * (value - centre[i]) * (value - centre[i]), 0),
    gradient: x.map((value, i) => 2 * scale[i] * (value - centre[i])),
  })

/** (1 − x)² + 100 (y − x²)². */
const rosenbrock: Objective = ([x, y]) => ({
  value: (1 - x) * (1 - x) + 100 * (y - x * x) * (y - x * x),
  gradient: Float64Array.of(-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)),
})

describe('the minimiser in a box', () => {
  it('finds the clipped centre of a bowl, from anywhere, at any conditioning, and stays inside', () => {
    const coordinate = fc.tuple(
      fc.double({ min: -2, max: 3, noNaN: true }),
      fc.double({ min: -4, max: 4, noNaN: true }),
      fc.integer({ min: -3, max: 3 }),
    )
    fc.assert(
      fc.property(fc.array(coordinate, { minLength: 1, maxLength: 6 }), (coordinates) => {
        const centre = coordinates.map(([c]) => c)
        const low = coordinates.map(() => 0)
        const high = coordinates.map(() => 1)
        const scale = coordinates.map(([, , power]) => Number(`1e${power}`))
        const objective = bowl(scale, centre)
        const bounds = boxOf(low, high)
        const inside: Objective = (x) => {
          expect(x.every((value, i) => value >= low[i] && value <= high[i])).toBe(true)
          return objective(x)
        }
        const found = minimiseInBox(inside, Float64Array.from(coordinates, ([, start]) => start), bounds, settings)
        expect(found.converged).toBe(true)
        // a projected gradient of 1e-9 over the smallest curvature 2e-3
        centre.forEach((c, i) => expect(Math.abs(found.x[i] - Math.min(1, Math.max(0, c)))).toBeLessThanOrEqual(1e-6))
      }),
      { seed: 42, numRuns: 200 },
    )
  })

  it('follows a curved valley, to its end or to the bound that cuts it', () => {
    const free = minimiseInBox(rosenbrock, Float64Array.of(-1.2, 1), boxOf([-5, -5], [5, 5]), settings)
    expect(free.converged).toBe(true)
    expect(free.iterations).toBeLessThan(80)
    expect(Math.abs(free.x[0] - 1) + Math.abs(free.x[1] - 1)).toBeLessThan(1e-6)
    const cut = minimiseInBox(rosenbrock, Float64Array.of(-1.2, 1), boxOf([-5, -5], [0.5, 5]), settings)
    expect(cut.converged).toBe(true)
    expect(cut.x[0]).toBe(0.5)
    expect(Math.abs(cut.x[1] - 0.25)).toBeLessThan(1e-8)
  })

  it('keeps coordinates whose bounds are equal', () => {
    const found = minimiseInBox(bowl([1, 1], [3, 4]), Float64Array.of(0, 0), boxOf([0.5, 0], [0.5, 9]), settings)
    expect(found.x[0]).toBe(0.5)
    expect(Math.abs(found.x[1] - 4)).toBeLessThan(1e-8)
  })

  it('steps around inadmissible points and reports an inadmissible start', () => {
    const walled: Objective = (x) => (x[0] > 0.8 ? { value: NaN, gradient: Float64Array.of(NaN) } : bowl([1], [0.75])(x))
    expect(Math.abs(minimiseInBox(walled, Float64Array.of(0), boxOf([0], [1]), settings).x[0] - 0.75)).toBeLessThan(1e-8)
    expect(minimiseInBox(walled, Float64Array.of(0.9), boxOf([0], [1]), settings)).toMatchObject({ value: Infinity, converged: false })
  })

  it('leaves its start unchanged and repeats itself', () => {
    const start = Float64Array.of(-1.2, 1)
    const run = () => minimiseInBox(rosenbrock, start, boxOf([-5, -5], [5, 5]), settings)
    expect(run()).toEqual(run())
    expect([...start]).toEqual([-1.2, 1])
  })
})
