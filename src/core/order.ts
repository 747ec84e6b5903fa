/**
 * Orders of numbers that leave nothing to the engine: total, with NaN last and equal values by index.
 *
 * A comparator that answers NaN, or contradicts itself, makes the result depend on the engine's algorithm. −0 and 0 are equal.
 *
 * *Source:* ECMA-262, section 23.1.3.30 (a comparator that is not consistent leaves the order to the implementation). *Deviations:* none.
 */

/** Below 0 where `a` comes before `b` upwards, above 0 where after; NaN comes after every number and is equal to NaN. */
const upwards = (a: number, b: number): number => {
  if (a < b) return -1
  if (a > b) return 1
  return a === b ? 0 : Number(Number.isNaN(a)) - Number(Number.isNaN(b))
}

const indices = (values: ArrayLike<number>): number[] => Array.from({ length: values.length }, (_, i) => i)

/** The indices of `values` [n], the least value first. */
export const ascendingOrder = (values: ArrayLike<number>): readonly number[] => indices(values).sort((i, j) => upwards(values[i], values[j]) || i - j)

/** The indices of `values` [n], the greatest value first; NaN is last here as well. */
export const descendingOrder = (values: ArrayLike<number>): readonly number[] =>
  indices(values).sort((i, j) => (Number.isNaN(values[i]) || Number.isNaN(values[j]) ? upwards(values[i], values[j]) : upwards(values[j], values[i])) || i - j)
