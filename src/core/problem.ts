/**
 * Analytic problems: fitness as a known function of the parameters, with known gradient and optimum.
 *
 * They are what estimators and outer levels are checked on, because every answer is known.
 *
 * *Source:* house layout, `envs/analytic`. *Deviations:* none.
 */
import type { Json } from './env.ts'
import type { Key } from './key.ts'

export interface Problem {
  readonly id: string
  readonly dimension: number
  /** Fitness of `x` at `time` (a generation number); `key` feeds observation noise, if the problem has any. */
  value(key: Key, x: Float64Array, time: number): number
  /** Gradient of the noise-free fitness. */
  gradient(x: Float64Array, time: number): Float64Array
  /** The maximiser and its fitness at `time`. */
  optimum(time: number): Readonly<{ x: Float64Array; value: number }>
  /** Start vector for a run. */
  initial(key: Key): Float64Array
}

export type ProblemEntry = Readonly<{
  id: string
  title: string
  options: Readonly<Record<string, Json>>
  open(options: Readonly<Record<string, Json>>): Problem
}>
