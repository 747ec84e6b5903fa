/**
 * The line that a learner step gets in the record, and which steps get none.
 *
 * A policy-gradient learner takes hundreds of gradient steps on one rollout. A step that says of itself that it is one of many
 * (`quiet`) is left out as long as the values proposed and applied are those of the line before it: whatever is not there was held.
 *
 * *Source:* house contract 4 (run record). *Deviations:* none.
 */
import type { HyperRecord } from '../core/hyper.ts'
import type { StepReport } from '../core/learner.ts'
import type { ExperimentEvent, Spent } from './experiment.ts'

/** The values of the last line of a member. */
export type Shown = Readonly<{ proposed: HyperRecord; applied: HyperRecord }>

const sameValues = (a: HyperRecord, b: HyperRecord): boolean => Object.keys(a).every((name) => Object.is(a[name], b[name]))

/** Whether a step gets no line. */
export const isUnseen = (report: StepReport<HyperRecord>, proposed: HyperRecord, shown: Shown | null): boolean =>
  report.quiet === true && shown !== null && sameValues(proposed, shown.proposed) && sameValues(report.applied, shown.applied)

/** The line of step `step` of member `member`. */
export const stepEvent = (
  step: number,
  member: number,
  proposed: HyperRecord,
  report: StepReport<HyperRecord>,
  outer: Readonly<Record<string, number>>,
  envSteps: Spent,
): ExperimentEvent => ({
  type: 'step',
  step,
  member,
  proposed,
  applied: report.applied,
  metrics: report.metrics,
  outer,
  envSteps,
  episodes: report.episodes,
  unstable: report.unstable,
})
