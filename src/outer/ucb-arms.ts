/**
 * Arms of a bandit with a sliding window, and UCB1's choice among them.
 *
 *     choice = argmax_a  Q_a + c √(ln t / n_a),   Q_a = mean of the last W rewards of arm a
 *
 * n_a counts choices of arm a and t those of all arms. An arm that was never chosen comes first, in order; one that was chosen and waits for its first
 * reward counts as the mean of all arms. Rewards may come long after the choice. Ties go to the first arm.
 *
 * UCB1 is made for rewards in [0, 1]: with `range` they are scaled by the least and the greatest seen so far, which differ for each task; `none`
 * takes them as they are.
 *
 * *Source:* Auer, Cesa-Bianchi and Fischer 2002, Finite-time analysis of the multiarmed bandit problem, Machine Learning 47 (UCB1); Yuan et al.
 * 2025, ULTHO, ICCV (sliding window).
 * *Deviations:* 1. n counts choices, not rewards, so that choices made before the first rewards differ. 2. scaling.
 */
import { log } from '../core/dmath.ts'
import { invariant } from '../core/invariant.ts'

/** `pulls` [n] counts choices, `rewards` [n] rewards; `recent` [n, W] are the last W of each arm, the newest at `rewards` − 1 modulo W. */
export type Arms = Readonly<{ pulls: Float64Array; rewards: Float64Array; recent: Float64Array }>

/** The least and the greatest reward so far; +∞ and −∞ before any. */
export type Span = Readonly<{ least: number; greatest: number }>

/** Before any reward. */
export const emptySpan: Span = { least: Infinity, greatest: -Infinity }

/** The span with one more reward. */
export const widened = ({ least, greatest }: Span, reward: number): Span => ({ least: Math.min(least, reward), greatest: Math.max(greatest, reward) })

/** `count` arms with windows of `window` rewards. */
export const freshArms = (count: number, window: number): Arms => ({
  pulls: new Float64Array(count),
  rewards: new Float64Array(count),
  recent: new Float64Array(count * window),
})

/** The arms after the choice of `arm`. */
export const pulled = (arms: Arms, arm: number): Arms => ({ ...arms, pulls: arms.pulls.with(arm, arms.pulls[arm] + 1) })

/** The arms after a reward of `arm`. */
export const rewarded = ({ pulls, rewards, recent }: Arms, arm: number, reward: number): Arms => {
  invariant(rewards[arm] < pulls[arm], `arm ${arm} was chosen ${pulls[arm]} times and has ${rewards[arm]} rewards`)
  const window = recent.length / pulls.length
  return { pulls, rewards: rewards.with(arm, rewards[arm] + 1), recent: recent.with(arm * window + (rewards[arm] % window), reward) }
}

/** Q of each arm [n]: the mean of its window; NaN before its first reward. */
export const meansOf = ({ pulls, rewards, recent }: Arms): Float64Array => {
  const window = recent.length / pulls.length
  return pulls.map((_, arm) => {
    const seen = Math.min(window, rewards[arm])
    let sum = 0
    for (let i = 0; i < seen; i++) sum += recent[arm * window + i]
    return sum / seen
  })
}

/** UCB1's choice; `exploration` is c ≥ 0, `scale` what makes rewards comparable with the bonus. */
export const ucbChoice = (arms: Arms, exploration: number, scale: Span | null): number => {
  const { pulls } = arms
  const unseen = pulls.indexOf(0)
  if (unseen >= 0) return unseen
  const means = meansOf(arms)
  const known = means.filter((mean) => !Number.isNaN(mean))
  const middle = known.length === 0 ? 0 : known.reduce((sum, mean) => sum + mean, 0) / known.length
  const width = scale === null ? 1 : scale.greatest > scale.least ? scale.greatest - scale.least : 1
  const total = pulls.reduce((sum, n) => sum + n, 0)
  const bounds = means.map((mean, arm) => (Number.isNaN(mean) ? middle : mean) / width + exploration * Math.sqrt(log(total) / pulls[arm]))
  return bounds.reduce((best, bound, arm) => (bound > bounds[best] ? arm : best), 0)
}
