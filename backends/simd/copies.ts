/**
 * Copies between arrays of the caller and the memory of the kernels.
 *
 * A view of a part and a block copy cost about as much as fifty entries one by one, so short copies are loops.
 *
 * *Source:* none. *Deviations:* none.
 */

/** Entries up to which a loop is faster. */
const SHORT = 48

/** to[toAt + i] = from[fromAt + i] for i < count. */
export const copy = (to: Float64Array, toAt: number, from: Float64Array, fromAt: number, count: number): void => {
  if (count <= SHORT) for (let i = 0; i < count; i++) to[toAt + i] = from[fromAt + i]
  else to.set(fromAt === 0 && count === from.length ? from : from.subarray(fromAt, fromAt + count), toAt)
}
