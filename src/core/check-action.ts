/**
 * Validation of an action before it reaches a simulator.
 *
 * *Source:* house rule "arguments are rejected, not corrected".
 * *Deviations:* none; values outside the bounds of a box pass, because Gymnasium's environments define what they mean.
 */
import type { EnvSpec } from './env.ts'
import { sizeOf } from './space.ts'

/**
 * Throws a `RangeError` naming environment, index and value unless `action` has the length of the action space and holds
 * finite numbers (box) or one index 0 … n − 1 (discrete).
 */
export const checkAction = (spec: EnvSpec, action: Float64Array): void => {
  const space = spec.actionSpace
  if (action.length !== sizeOf(space)) {
    throw new RangeError(`${spec.id}: the action has ${action.length} entries, expected ${sizeOf(space)}`)
  }
  for (let i = 0; i < action.length; i++) {
    if (!Number.isFinite(action[i])) throw new RangeError(`${spec.id}: action[${i}] is ${action[i]}, expected a finite number`)
  }
  if (space.kind === 'discrete' && !(Number.isInteger(action[0]) && action[0] >= 0 && action[0] < space.n)) {
    throw new RangeError(`${spec.id}: action[0] is ${action[0]}, expected an integer from 0 to ${space.n - 1}`)
  }
}
