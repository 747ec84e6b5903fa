/**
 * The error for something given from outside that cannot be used: where, what was expected, what came, and what may help.
 *
 * *Source:* house rule 8, "arguments are rejected, not corrected". *Deviations:* none.
 */
import { nearest } from './nearest.ts'

/** What is wrong with something given from outside. `path` is relative to what was given; `hint` is empty where nothing helps. */
export type Refusal = Readonly<{ path: string; expected: string; received: string; hint: string }>

/** A value as it is shown to the user, shortened. */
export const shown = (value: unknown): string => {
  if (value === undefined) return 'nothing'
  if (typeof value === 'number' || typeof value === 'bigint') return String(value)
  const text = JSON.stringify(value) ?? typeof value
  return text.length > 80 ? `${text.slice(0, 77)}...` : text
}

/** `did you mean "…"?` for a mistyped name; empty where nothing is known. */
export const didYouMean = (name: unknown, known: readonly string[]): string => {
  const guess = typeof name === 'string' ? nearest(name, known) : null
  return guess === null ? '' : `did you mean "${guess}"?`
}

/** The refusal of `received` at `path`. */
export const refusal = (path: string, expected: string, received: unknown, hint = ''): Refusal => ({ path, expected, received: shown(received), hint })

const lineOf = ({ path, expected, received, hint }: Refusal): string => `${path}: expected ${expected}, received ${received}${hint === '' ? '' : `; ${hint}`}`

/** A `RangeError` with the message `path: expected …, received …; hint`; an empty hint is left out. `cause` is what brought it to light. */
export const rejection = (path: string, expected: string, received: string, hint = '', cause?: unknown): RangeError =>
  new RangeError(lineOf({ path, expected, received, hint }), cause === undefined ? {} : { cause })

/** Throws one `RangeError` with a line for each of `refusals`, their paths behind `what`; without any it does nothing. */
export const rejectAll = (what: string, refusals: readonly Refusal[]): void => {
  if (refusals.length === 0) return
  throw new RangeError(refusals.map((each) => lineOf({ ...each, path: each.path === '' ? what : `${what}.${each.path}` })).join('\n'))
}
