/**
 * Spaces of observations and actions.
 *
 * A `Box` is a product of closed intervals (bounds may be infinite); a `Discrete` space holds the integers 0 … n − 1.
 * An element of either is a `Float64Array`: of length `low.length` for a box, of length 1 (the index) for a discrete space.
 *
 * *Source:* Gymnasium, `gymnasium.spaces`.
 * *Deviations:* 1. spaces hold no random state: `sample` takes a key. 2. a discrete element is a vector of length 1.
 */
import type { Key } from './key.ts'
import { foldIn, integer, normal, uniform } from './rng.ts'

export type Box = Readonly<{ kind: 'box'; low: readonly number[]; high: readonly number[] }>
export type Discrete = Readonly<{ kind: 'discrete'; n: number }>
export type Space = Box | Discrete

/** A box from its bounds; lengths must agree and `low[i] <= high[i]`, otherwise a `RangeError` is thrown. */
export const box = (low: readonly number[], high: readonly number[]): Box => {
  if (low.length !== high.length) throw new RangeError(`box: ${low.length} lower bounds but ${high.length} upper bounds`)
  low.forEach((l, i) => {
    if (!(l <= high[i])) throw new RangeError(`box: lower bound ${l} exceeds upper bound ${high[i]} at index ${i}`)
  })
  return { kind: 'box', low: [...low], high: [...high] }
}

/** A box with the same bounds in each of `size` dimensions. */
export const uniformBox = (size: number, low: number, high: number): Box =>
  box(new Array<number>(size).fill(low), new Array<number>(size).fill(high))

/** The integers 0 … n − 1; `n` must be a positive integer. */
export const discrete = (n: number): Discrete => {
  if (!Number.isInteger(n) || n < 1) throw new RangeError(`discrete: n must be a positive integer, received ${n}`)
  return { kind: 'discrete', n }
}

/** Length of an element of the space. */
export const sizeOf = (space: Space): number => (space.kind === 'box' ? space.low.length : 1)

/** Whether `value` (a vector of length `sizeOf(space)`) lies in the space; NaN never does. */
export const contains = (space: Space, value: ArrayLike<number>): boolean => {
  if (value.length !== sizeOf(space)) return false
  if (space.kind === 'discrete') return Number.isInteger(value[0]) && value[0] >= 0 && value[0] < space.n
  return space.low.every((l, i) => value[i] >= l && value[i] <= space.high[i])
}

/**
 * One element drawn from the space: uniform where both bounds are finite, half-normal from the bound where one is,
 * standard normal where none is; a uniform index for a discrete space.
 */
export const sample = (key: Key, space: Space): Float64Array => {
  if (space.kind === 'discrete') return Float64Array.of(integer(key, space.n))
  return Float64Array.from(space.low, (low, i) => {
    const keyCoordinate = foldIn(key, i)
    const high = space.high[i]
    if (Number.isFinite(low) && Number.isFinite(high)) return low + (high - low) * uniform(keyCoordinate)
    if (Number.isFinite(low)) return low + Math.abs(normal(keyCoordinate))
    if (Number.isFinite(high)) return high - Math.abs(normal(keyCoordinate))
    return normal(keyCoordinate)
  })
}
