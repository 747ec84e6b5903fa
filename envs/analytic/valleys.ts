/**
 * Two classical difficult landscapes: Rosenbrock's curved valley and Rastrigin's grid of local optima.
 *
 * Rosenbrock f = −Σ [100 (x_{i+1} − x_i²)² + (1 − x_i)²]; Rastrigin f = −Σ [10 + x_i² − 10 cos 2πx_i].
 *
 * *Source:* Rosenbrock 1960, "An automatic method for finding the greatest or least value of a function"; Rastrigin 1974, in the
 * d-dimensional form of Mühlenbein, Schomisch & Born 1991.
 * *Deviations:* 1. maximised, hence negated.
 */
import { cos, sin } from '../../src/core/dmath.ts'
import { problemEntry, startOf, sumOver } from './problem-entry.ts'

const turn = 2 * Math.PI

export const rosenbrock = problemEntry('rosenbrock', 'Rosenbrock valley', { dimension: 10, start: -1, spread: 0 }, (options) => ({
  ...startOf(options, 2),
  value(_, x) {
    let sum = 0
    for (let i = 0; i + 1 < x.length; i++) {
      const lift = x[i + 1] - x[i] * x[i]
      sum += 100 * lift * lift + (1 - x[i]) * (1 - x[i])
    }
    return -sum
  },
  gradient(x) {
    const gradient = new Float64Array(x.length)
    for (let i = 0; i + 1 < x.length; i++) {
      const lift = x[i + 1] - x[i] * x[i]
      gradient[i] += 400 * lift * x[i] + 2 * (1 - x[i])
      gradient[i + 1] -= 200 * lift
    }
    return gradient
  },
  optimum: () => ({ x: new Float64Array(options.dimension).fill(1), value: 0 }),
}))

export const rastrigin = problemEntry('rastrigin', 'Rastrigin grid', { dimension: 10, start: 2.5, spread: 0 }, (options) => ({
  ...startOf(options),
  value: (_, x) => -sumOver(x, (xi) => 10 + xi * xi - 10 * cos(turn * xi)),
  gradient: (x) => x.map((xi) => -2 * xi - 10 * turn * sin(turn * xi)),
  optimum: () => ({ x: new Float64Array(options.dimension), value: 0 }),
}))
