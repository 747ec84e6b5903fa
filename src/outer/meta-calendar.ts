/**
 * When the meta level acts: before every `interval`-th generation, once; of a learner with rollouts, before every `interval`-th rollout.
 *
 * `metaFirst` includes the first, as the paper's Algorithm 2 does; the authors' program runs `interval` generations first.
 *
 * *Source:* Wang et al. 2023, BiERL, arXiv 2308.01207, Algorithm 2. *Deviations:* 1. rollouts in place of generations, where a learner has them.
 */
import { holdsRollout } from './run-clock.ts'

/** `interval` is the paper's k, a positive number of generations or rollouts. */
export type MetaCalendar = Readonly<{ interval: number; metaFirst: boolean }>

/** Generations (learner steps) or rollouts so far; −1 in the midst of the updates on a rollout. */
export const roundOf = (step: number, context: unknown): number => {
  if (holdsRollout(context)) return -1
  const collects = typeof context === 'object' && context !== null && 'next' in context && context.next === 'collect'
  return collects && 'rollouts' in context && typeof context.rollouts === 'number' ? context.rollouts : step
}

/** Whether the meta level acts before round `round`, given the one before which it acted last (−1 for never). */
export const isDue = ({ interval, metaFirst }: MetaCalendar, round: number, lastActed: number): boolean =>
  round >= 0 && round % interval === 0 && (metaFirst || round > 0) && round !== lastActed
