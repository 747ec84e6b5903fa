/**
 * When the meta level acts: before every `interval`-th step, once.
 *
 * `metaFirst` includes step 0, as the paper's Algorithm 2 does; the authors' program runs `interval` generations first.
 *
 * *Source:* Wang et al. 2023, BiERL, arXiv 2308.01207, Algorithm 2. *Deviations:* none.
 */

/** `interval` is the paper's k, a positive number of learner steps. */
export type MetaCalendar = Readonly<{ interval: number; metaFirst: boolean }>

/** Whether the meta level acts before `step`, given the step before which it acted last (−1 for never). */
export const isDue = ({ interval, metaFirst }: MetaCalendar, step: number, lastActed: number): boolean =>
  step % interval === 0 && (metaFirst || step > 0) && step !== lastActed
