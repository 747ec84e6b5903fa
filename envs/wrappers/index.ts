/**
 * The wrappers that a config can name, for the registry.
 *
 * *Source:* Gymnasium 1.x, `gymnasium.wrappers`. *Deviations:* none.
 */
import type { WrapperEntry } from '../../src/core/wrapper.ts'
import { clipActionEntry } from './clip-action.ts'
import { frameStackEntry } from './frame-stack.ts'
import { normaliseObservationEntry } from './normalise-observation.ts'
import { normaliseRewardEntry } from './normalise-reward.ts'
import { rescaleActionEntry } from './rescale-action.ts'
import { timeLimitEntry } from './time-limit.ts'

export const wrapperEntries: readonly WrapperEntry[] = [
  timeLimitEntry,
  clipActionEntry,
  rescaleActionEntry,
  frameStackEntry,
  normaliseObservationEntry,
  normaliseRewardEntry,
]
