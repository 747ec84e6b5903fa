/**
 * What the scores of a round of trials look like, for the record.
 *
 * *Source:* house rule 8.2 (what is not a number is counted, never repaired silently). *Deviations:* none.
 */
import { mean, std } from '../core/stats.ts'
import type { TrialScore } from './scheduler.ts'

/** Over the finite means of the trials (NaN where there is none); `notFinite` counts the others; `envSteps` is what all cost. */
export type ScoreSummary = Readonly<{ mean: number; std: number; best: number; notFinite: number; envSteps: number }>

/** The summary before any trial. */
export const noScores: ScoreSummary = { mean: Number.NaN, std: Number.NaN, best: Number.NaN, notFinite: 0, envSteps: 0 }

/** Mean, population deviation and maximum of the trials' mean scores. */
export const summarise = (scores: readonly TrialScore[]): ScoreSummary => {
  const finite = Float64Array.from(scores, (score) => score.mean).filter(Number.isFinite)
  const envSteps = scores.reduce((sum, score) => sum + score.envSteps, 0)
  const notFinite = scores.length - finite.length
  if (finite.length === 0) return { ...noScores, notFinite, envSteps }
  const best = finite.reduce((highest, value) => Math.max(highest, value), Number.NEGATIVE_INFINITY)
  return { mean: mean(finite), std: std(finite, 0), best, notFinite, envSteps }
}
