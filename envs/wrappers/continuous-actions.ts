/**
 * What wrappers of actions ask of an environment: a box of actions.
 *
 * *Source:* Gymnasium 1.x, `gymnasium.wrappers.TransformAction`. *Deviations:* none.
 */
import type { EnvSpec } from '../../src/core/env.ts'
import { rejection } from '../../src/core/rejection.ts'
import type { Box } from '../../src/core/space.ts'

/** The box of actions of `spec`; a discrete space throws a `RangeError` that names the wrapper `kind`. */
export const continuousActions = (kind: string, { id, actionSpace }: EnvSpec): Box => {
  if (actionSpace.kind === 'box') return actionSpace
  throw rejection(kind, 'an environment with continuous actions', `${id}, which has ${actionSpace.n} discrete ones`)
}
