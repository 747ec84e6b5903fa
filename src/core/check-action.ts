/**
 * Validation of an action before it reaches a simulator.
 *
 * *Source:* house rule "arguments are rejected, not corrected".
 * *Deviations:* none; values outside the bounds of a box pass, because Gymnasium's environments define what they mean.
 */
import type { EnvSpec } from './env.ts'
import { rejection } from './rejection.ts'
import { sizeOf } from './space.ts'

/** The names of an action's entries, for hints. */
const entries = (spec: EnvSpec): string => `its entries are: ${spec.actions.map(({ name }) => name).join(', ')}`

/**
 * Throws a `RangeError` naming environment, index and value unless `action` has the length of the action space and holds
 * finite numbers (box) or one index 0 … n − 1 (discrete).
 */
export const checkAction = (spec: EnvSpec, action: Float64Array): void => {
  const space = spec.actionSpace
  const size = sizeOf(space)
  if (action.length !== size) throw rejection(`${spec.id}: action`, `${size} numbers`, String(action.length), entries(spec))
  for (let i = 0; i < action.length; i++) {
    if (!Number.isFinite(action[i])) {
      throw rejection(`${spec.id}: action[${i}]`, 'a finite number', String(action[i]), `it is the ${spec.actions[i]?.name ?? 'entry'}; a policy that diverged acts like that`)
    }
  }
  if (space.kind === 'discrete' && !(Number.isInteger(action[0]) && action[0] >= 0 && action[0] < space.n)) {
    throw rejection(`${spec.id}: action[0]`, `an integer from 0 to ${space.n - 1}`, String(action[0]))
  }
}
