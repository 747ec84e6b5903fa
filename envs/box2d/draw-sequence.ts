/**
 * The uniform numbers of one key, taken one after another, for procedures whose number of draws depends on what they drew.
 *
 * Draw i is element i of the key's uniform stream, so a skipped draw costs nothing.
 *
 * *Source:* none. *Deviations:* none.
 */
import type { Key } from '../../src/core/key.ts'
import { fillUniforms } from '../../src/core/rng.ts'

/** Draws in the order in which they are asked for. */
export type Draws = Readonly<{
  /** A number between `low` and `high`, both excluded. */
  uniform(low: number, high: number): number
  /** An integer `low` … `high` − 1. */
  integer(low: number, high: number): number
  /** Passes over `count` draws. */
  skip(count: number): void
}>

const chunk = 64

/** The sequence of `key`, which it consumes. */
export const drawsOf = (key: Key): Draws => {
  const buffer = new Float64Array(chunk)
  let next = 0
  let filled = 0
  const draw = (): number => {
    if (next >= filled) {
      fillUniforms(buffer, key, next)
      filled = next + chunk
    }
    return buffer[chunk - filled + next++]
  }
  return {
    uniform: (low, high) => low + (high - low) * draw(),
    integer: (low, high) => low + Math.floor((high - low) * draw()),
    skip(count) {
      next += count
    },
  }
}
