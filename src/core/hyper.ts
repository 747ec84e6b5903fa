/**
 * Hyperparameters that may change while a learner learns, with their declared ranges.
 *
 * A learner declares a `HyperSpace`; an outer level searches the part of it that it tunes, seen as a unit cube
 * (`Tuning`): coordinate 0 is the lower bound, 1 the upper bound, linear or logarithmic between them, integers rounded.
 *
 * *Source:* house vocabulary; the unit-cube scaling is BoTorch's standard advice (inputs scaled to their bounds).
 * *Deviations:* none.
 */
import { exp, log } from './dmath.ts'
import { invariant } from './invariant.ts'

/** Values of hyperparameters by name. */
export type HyperRecord = Readonly<Record<string, number>>

/**
 * One hyperparameter: admissible range (closed), scale of search, and the moment from which a new value is used:
 * the next `step` of the learner, its next `epoch`, or its next `rollout`. `levels`, where given, are the values of a grid.
 */
export type HyperParameter = Readonly<{
  kind: 'continuous' | 'integer'
  low: number
  high: number
  scale: 'linear' | 'log'
  levels?: readonly number[]
  takesEffect: 'step' | 'epoch' | 'rollout'
}>

export type HyperSpace<H extends HyperRecord> = { readonly [K in keyof H]: HyperParameter }

/** One tuned dimension: the name of a hyperparameter and the range inside which the outer level moves it. */
export type TunedDimension = Readonly<{ name: string; low: number; high: number; scale: 'linear' | 'log'; kind: 'continuous' | 'integer' }>

/** The tuned dimensions in a fixed order, and the values of everything that is not tuned. */
export type Tuning = Readonly<{ dimensions: readonly TunedDimension[]; fixed: HyperRecord }>

/** The value at `u` in [0, 1] of a dimension. */
export const fromUnit = (dimension: TunedDimension, u: number): number => {
  invariant(u >= 0 && u <= 1, `coordinate ${u} of '${dimension.name}' lies outside [0, 1]`)
  const { low, high } = dimension
  const raw = dimension.scale === 'log' ? exp(log(low) + (log(high) - log(low)) * u) : low + (high - low) * u
  const inside = Math.min(high, Math.max(low, raw)) // rounding of exp and log may step over the bound by an ulp
  return dimension.kind === 'integer' ? Math.round(inside) : inside
}

/** The coordinate in [0, 1] of a value of a dimension (inverse of `fromUnit` up to rounding). */
export const toUnit = (dimension: TunedDimension, value: number): number => {
  const { low, high } = dimension
  if (high === low) return 0
  const u = dimension.scale === 'log' ? (log(value) - log(low)) / (log(high) - log(low)) : (value - low) / (high - low)
  return Math.min(1, Math.max(0, u))
}

/** All hyperparameters for a point of the unit cube: tuned dimensions from `point`, the rest fixed. */
export const hyperAt = (tuning: Tuning, point: ArrayLike<number>): HyperRecord => {
  invariant(point.length === tuning.dimensions.length, `point of ${point.length} coordinates for ${tuning.dimensions.length} tuned dimensions`)
  const values: Record<string, number> = { ...tuning.fixed }
  tuning.dimensions.forEach((dimension, i) => {
    values[dimension.name] = fromUnit(dimension, point[i])
  })
  return values
}

/** Names of the hyperparameters in `hyper` that lie outside `space` (or are unknown, or missing). */
export const outside = (space: Readonly<Record<string, HyperParameter>>, hyper: HyperRecord): readonly string[] => [
  ...Object.keys(space).filter((name) => {
    const value = hyper[name]
    const { low, high, kind } = space[name]
    return !(value >= low && value <= high) || (kind === 'integer' && !Number.isInteger(value))
  }),
  ...Object.keys(hyper).filter((name) => !(name in space)),
]
