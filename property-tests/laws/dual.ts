/**
 * Forward-mode derivatives by dual numbers a + a′ε, ε² = 0: an independent way to the gradients that pullbacks give.
 */
import { tanh } from '../../src/core/dmath.ts'
import { logistic } from './backend-data.ts'

/** Value and derivative. */
export type Dual = readonly [value: number, slope: number]

export const plus = (a: Dual, b: Dual): Dual => [a[0] + b[0], a[1] + b[1]]
export const times = (a: Dual, b: Dual): Dual => [a[0] * b[0], a[1] * b[0] + a[0] * b[1]]

const smooth = (f: (x: number) => number, slope: (y: number) => number) => (a: Dual): Dual => {
  const y = f(a[0])
  return [y, slope(y) * a[1]]
}
export const dualTanh = smooth(tanh, (y) => 1 - y * y)
export const dualLogistic = smooth(logistic, (y) => y * (1 - y))
export const dualRelu = (a: Dual): Dual => (a[0] > 0 ? a : [0, 0])

/** Σ_i a_i b_i. */
export const dualDot = (n: number, a: (i: number) => Dual, b: (i: number) => Dual): Dual => {
  let total: Dual = [0, 0]
  for (let i = 0; i < n; i++) total = plus(total, times(a(i), b(i)))
  return total
}

/** The gradient of a scalar function of several arrays, array by array: one evaluation per entry. */
export const dualGradient = (f: (arrays: readonly (readonly Dual[])[]) => Dual, arrays: readonly Float64Array[]): readonly Float64Array[] =>
  arrays.map((array, which) =>
    Float64Array.from(array, (_, at) => f(arrays.map((values, a) => Array.from(values, (value, i): Dual => [value, a === which && i === at ? 1 : 0])))[1]),
  )
