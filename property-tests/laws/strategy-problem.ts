/**
 * The problem that the laws of evolution strategies play on, and the play itself.
 *
 * A concave quadratic: its smoothed gradient equals its gradient at the mean for every sigma.
 */
import type { Key } from '../../src/core/key.ts'
import { foldIn, normals, rootKey } from '../../src/core/rng.ts'
import type { Batch, EsHyper, Evaluation, Strategy } from '../../src/es/strategy.ts'

export const hyper: EsHyper = { sigma: 0.5, learningRate: 0.0625 }
export const root = rootKey('strategy laws')

/** The quadratic f(x) = −Σ curvature_d (x_d − optimum_d)². */
const curvature = [1, 0.5, 2, 1.5]
const optimum = [0.5, -0.25, 0.125, 0]
export const start = Float64Array.of(0, 0.5, 0.5, -0.375)
export const quadratic = (x: ArrayLike<number>): number => curvature.reduce((sum, a, d) => sum - a * (x[d] - optimum[d]) * (x[d] - optimum[d]), 0)
export const gradientAt = (x: ArrayLike<number>): Float64Array => Float64Array.from(curvature, (a, d) => -2 * a * (x[d] - optimum[d]))

export const evaluationsOf = (fitness: ArrayLike<number>): readonly Evaluation[] => Array.from(fitness, (f) => ({ fitness: f, envSteps: 1 }))

export const candidatesOf = <S>(strategy: Strategy<S, EsHyper>, state: S, batch: Batch): readonly Float64Array[] =>
  Array.from({ length: batch.popsize }, (_, i) => strategy.candidate(state, batch, i))

/** The population of `key` in `state`, and the state after it was told `fitness` of each candidate. */
export const generation = <S>(strategy: Strategy<S, EsHyper>, key: Key, state: S, fitness: (x: Float64Array, index: number) => number, values = hyper) => {
  const batch = strategy.ask(key, state, values)
  const candidates = candidatesOf(strategy, state, batch)
  const told = strategy.tell(state, batch, evaluationsOf(candidates.map(fitness)), values)
  return { batch, candidates, told, mean: strategy.mean(told).values }
}

/** A state with some history, so that generation, moments and report are not at their first values. */
export const seasoned = <S>(strategy: Strategy<S, EsHyper>): S => generation(strategy, foldIn(root, 1000), strategy.init(start), quadratic).told

export const difference = (a: Float64Array, b: Float64Array): Float64Array => a.map((value, i) => value - b[i])
export const largest = (values: ArrayLike<number>): number => Array.from(values).reduce((most, value) => Math.max(most, Math.abs(value)), 0)

/** Mean and standard error of the mean. */
export const estimate = (samples: readonly number[]): Readonly<{ mean: number; error: number }> => {
  const mean = samples.reduce((sum, value) => sum + value, 0) / samples.length
  const variance = samples.reduce((sum, value) => sum + (value - mean) * (value - mean), 0) / (samples.length - 1)
  return { mean, error: Math.sqrt(variance / samples.length) }
}

/** Five standard errors are exceeded once in 1.7 million times by an unbiased estimate; the keys are fixed, so a pass stays a pass. */
export const ERRORS = 5

/** First updates θ′ − θ from independent populations. */
export const firstUpdates = <S>(strategy: Strategy<S, EsHyper>, repeats: number): readonly Float64Array[] =>
  Array.from({ length: repeats }, (_, r) => difference(generation(strategy, foldIn(root, 2000 + r), strategy.init(start), quadratic).mean, start))

/** How many numbers and other leaves a value holds. */
export const leaves = (value: unknown): number => {
  if (ArrayBuffer.isView(value)) return (value as Float64Array).length
  if (typeof value === 'object' && value !== null) return Object.values(value).reduce((sum: number, part) => sum + leaves(part), 0)
  return 1
}

/** Distinct values in no particular order. */
export const scattered = (n: number): Float64Array => normals(foldIn(root, 3000), n)
