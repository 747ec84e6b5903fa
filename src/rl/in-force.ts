/**
 * Which of newly proposed values a step takes over, by the moment that each hyperparameter is declared to take effect at.
 *
 * A learner that collects, then passes over a batch in epochs of minibatches, takes values for the next rollout when it collects, those for the
 * next epoch at its first minibatch, and those for the next step always. The first step of all takes everything.
 *
 * *Source:* house contract 2 (`takesEffect`). *Deviations:* none.
 */
import type { HyperParameter, HyperRecord } from '../core/hyper.ts'

export type Moment = HyperParameter['takesEffect']

const everything: readonly Moment[] = ['step', 'epoch', 'rollout']
const atRollout: readonly Moment[] = ['step', 'rollout']
const atEpoch: readonly Moment[] = ['step', 'epoch']
const atStep: readonly Moment[] = ['step']

/** What the next step takes over from new values; `cursor` is null where it collects, otherwise the minibatch of an epoch that it takes. */
export const changeableAt = (cursor: Readonly<{ minibatch: number }> | null, inForce: HyperRecord | null): readonly Moment[] => {
  if (inForce === null) return everything
  if (cursor === null) return atRollout
  return cursor.minibatch === 0 ? atEpoch : atStep
}

/** `hyper` with those of its values that take effect at `moments`; the others stay as they are in force. */
export const forced = (
  space: Readonly<Record<string, { takesEffect: Moment }>>,
  inForce: HyperRecord | null,
  hyper: HyperRecord,
  moments: readonly Moment[],
): HyperRecord =>
  inForce === null ? hyper : Object.fromEntries(Object.keys(hyper).map((name) => [name, moments.includes(space[name].takesEffect) ? hyper[name] : inForce[name]]))
