/**
 * Rows of the caller's arrays, and the same rows in the module's memory with a width rounded up to a multiple of four.
 *
 * What lies in the padding is never read as a number of the caller's.
 *
 * *Source:* none. *Deviations:* none.
 */
import type { Arena } from './arena.ts'
import { copy } from './copies.ts'
import { BYTES, padded } from './place.ts'

/** `staging` has room for the rows without padding. */
export type PaddedRows = Readonly<{
  /** Rows [rows, columns] of the caller to `to`. */
  enter(to: number, from: Float64Array, rows: number, columns: number, staging: number): void
  /** Rows at `from` to the caller. */
  leave(to: Float64Array, from: number, rows: number, columns: number, staging: number): void
}>

export const paddedRows = ({ kernels, numbers }: Arena): PaddedRows => ({
  enter: (to, from, rows, columns, staging) => {
    const width = padded(columns)
    copy(numbers(), width === columns ? to : staging, from, 0, rows * columns)
    if (width !== columns) kernels.copyRows(BYTES * to, BYTES * width, BYTES * staging, BYTES * columns, rows, columns)
  },
  leave: (to, from, rows, columns, staging) => {
    const width = padded(columns)
    if (width !== columns) kernels.copyRows(BYTES * staging, BYTES * columns, BYTES * from, BYTES * width, rows, columns)
    copy(to, 0, numbers(), width === columns ? from : staging, rows * columns)
  },
})
