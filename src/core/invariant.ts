/**
 * Internal contradictions: a shape that does not fit, a batch from another generation.
 *
 * Such an error is ours, never the user's; only `cli/main.ts` catches it, prints seed and generation and exits with its own code.
 *
 * *Source:* house rule 8.3. *Deviations:* none.
 */
export class InvariantError extends Error {
  override readonly name = 'InvariantError'
}

/** Throws an `InvariantError` with `message` unless `condition` holds. */
export function invariant(condition: boolean, message: string): asserts condition {
  if (!condition) throw new InvariantError(message)
}
