/**
 * The error for something given from outside that cannot be used: where, what was expected, what came, and what may help.
 *
 * *Source:* house rule 8, "arguments are rejected, not corrected". *Deviations:* none.
 */

/** A `RangeError` with the message `path: expected …, received …; hint`; an empty hint is left out. `cause` is what brought it to light. */
export const rejection = (path: string, expected: string, received: string, hint = '', cause?: unknown): RangeError =>
  new RangeError(`${path}: expected ${expected}, received ${received}${hint === '' ? '' : `; ${hint}`}`, cause === undefined ? {} : { cause })
