/**
 * Which members of a population a policy comes from: back from the end through every takeover.
 *
 * A member that takes over another one goes on from the other's learner, so what led to a policy is what its donors did before. The
 * best member is the one whose policy the run ends with: the highest last return, the first of equals.
 *
 * *Source:* Jaderberg et al. 2017, Population based training of neural networks, arXiv 1711.09846, Fig. 5 (lineages). *Deviations:* none.
 */
import type { ExperimentEvent, MembersEvent, StepEvent } from '../experiment/experiment.ts'

/** `member` stood for the lineage from step `from` until before step `to`. */
export type Stretch = Readonly<{ member: number; from: number; to: number }>

const isStep = (event: ExperimentEvent): event is StepEvent => event.type === 'step'
const isMembers = (event: ExperimentEvent): event is MembersEvent => event.type === 'members'

/** The members of a log, in ascending order; a run of one learner has member 0. */
export const membersOf = (events: readonly ExperimentEvent[]): readonly number[] => {
  const seen = new Set(events.filter(isStep).map(({ member }) => member))
  return [...seen].sort((a, b) => a - b)
}

/** The member with whose policy the log ends; 0 before any step. */
export const bestMember = (events: readonly ExperimentEvent[]): number => {
  const last = new Map(events.filter(isStep).map(({ member, metrics }) => [member, metrics.policyReturn ?? Number.NaN]))
  const returnOf = (member: number): number => last.get(member) ?? Number.NaN
  return membersOf(events).reduce((best, member) => (returnOf(member) > returnOf(best) || Number.isNaN(returnOf(best)) ? member : best), membersOf(events)[0] ?? 0)
}

/** The lineage of `member` at the end of the log, oldest stretch first; together the stretches hold every step once. */
export const lineageOf = (events: readonly ExperimentEvent[], member: number): readonly Stretch[] => {
  const stretches: Stretch[] = []
  let [current, to] = [member, Infinity]
  for (const { step, changes } of events.filter(isMembers).toReversed()) {
    const donor = changes.find((change) => change.member === current)?.copyFrom ?? null
    if (donor === null) continue
    stretches.push({ member: current, from: step, to })
    current = donor
    to = step
  }
  return [...stretches, { member: current, from: 0, to }].reverse()
}
