/**
 * What every group of kernels is bound to: the arena, and where a call is better served by the plain loops.
 *
 * Moving arrays into the memory of the module costs about as much as a few hundred operations, so small calls go to the reference
 * kernels. That is lawful because the bits are equal; the bounds were measured (`bench/micro`).
 *
 * *Source:* none. *Deviations:* none.
 */
import type { Arena } from './arena.ts'

/** Entries of all arrays of a call above which the memory of the module would not hold them: 1 GiB. */
const MOST = 134217728

/**
 * `pays(work, least, entries)`: whether a call of `work` operations is worth moving its `entries` numbers, `least` being the bound of the
 * kernel. An arena for tests computes everything that fits.
 */
export type Place = Readonly<{ arena: Arena; pays(work: number, least: number, entries: number): boolean }>

/** A place; `always` leaves nothing to the plain loops but what does not fit. */
export const placeOf = (arena: Arena, always: boolean): Place => ({
  arena,
  pays: (work, least, entries) => (always || work >= least) && entries <= MOST,
})

/** Addresses are counted in bytes, positions in doubles. */
export const BYTES = 8

/** Columns are packed by four. */
export const padded = (columns: number): number => (columns + 3) & -4

/** Parts of a block that stays begin at a cache line. */
export const line = (doubles: number): number => (doubles + 7) & -8

/** Columns packed for single rows have groups of 16, the last of 16, 8 or 4: their number with those that fill the last group. */
export const grouped = (columns: number): number => {
  const left = columns % 16
  return columns - left + (left > 8 ? 16 : left > 4 ? 8 : left > 0 ? 4 : 0)
}
