/**
 * Lineages: what each member of a population returned and used over env steps, who took over whom, and the lineage that ended best.
 *
 * One colour for each member. A thin upright line with a dot marks a takeover: from the donor's value to the dot, with which the member goes on. The
 * lineage of the best member is drawn thick, through the members that stood for it.
 *
 * *Source:* Jaderberg et al. 2017, arXiv 1711.09846, Fig. 5. *Deviations:* none.
 */
import * as Plot from '@observablehq/plot'
import type { HyperRecord } from '../core/hyper.ts'
import { returnOf } from '../run/curve.ts'
import type { EventLog } from '../run/events.ts'
import { bestMember, lineageOf, membersOf } from '../run/lineage.ts'
import { countAxis, isDrawable, valueAxis } from './axis.ts'
import type { LegendEntry, Panel } from './drawing.ts'
import { drawingSvg, headHeight, labelMargin } from './drawing.ts'
import { ENV_STEPS_LABEL } from './learning-curves.ts'
import type { DeclaredRange } from './schedules.ts'
import { lastOf, lineMark, thickLine, type Point } from './series.ts'
import { INK, inkOf } from './style.ts'

type Event = EventLog['events'][number]
type StepEvent = Extract<Event, Readonly<{ type: 'step' }>>

/** A takeover at some env steps: a line from the donor's value to the one with which the member goes on. */
type Takeover = Readonly<{ member: number; envSteps: number; from: number; to: number }>

/**
 * One quantity: its points by member (values that were applied), takeovers (with values that were proposed), and the points of the best lineage.
 * `held`: a value holds from the point before until its own.
 */
type Quantity = Readonly<{
  name: string
  range: DeclaredRange | null
  held: boolean
  lines: readonly (readonly Point[])[]
  takeovers: readonly Takeover[]
  lineage: readonly Point[]
}>

const isStep = (event: Event): event is StepEvent => event.type === 'step'

const quantityOf = (
  events: readonly Event[],
  name: string,
  range: DeclaredRange | null,
  held: boolean,
  value: (step: StepEvent) => number,
  proposed: (hyper: HyperRecord) => number | null,
): Quantity => {
  const steps = events.filter(isStep)
  const members = membersOf(events)
  const pointOf = (step: StepEvent): Point => ({ envSteps: step.envSteps.total, value: value(step) })
  const lineage = lineageOf(events, bestMember(events))
  const takeovers = events.flatMap((event): readonly Takeover[] =>
    event.type !== 'members'
      ? []
      : event.changes.flatMap(({ member, copyFrom, hyper }) => {
          const before = steps.findLast((step) => step.member === copyFrom && step.step < event.step)
          const after = steps.find((step) => step.member === member && step.step >= event.step)
          const last = steps.findLast((step) => step.step < event.step)
          if (copyFrom === null || before === undefined || after === undefined || last === undefined) return []
          return [{ member, envSteps: last.envSteps.total, from: value(before), to: proposed(hyper) ?? value(after) }]
        }),
  )
  return {
    name,
    range,
    held,
    lines: members.map((member) => steps.filter((step) => step.member === member).map(pointOf)),
    takeovers: takeovers.filter(({ from, to }) => isDrawable(from) && isDrawable(to)),
    lineage: steps.filter(({ member, step }) => lineage.some((stretch) => stretch.member === member && step >= stretch.from && step < stretch.to)).map(pointOf),
  }
}

const marksOf = ({ range, held, lines, takeovers, lineage }: Quantity, members: readonly number[], high: number): readonly Plot.Markish[] => [
  ...(range === null
    ? []
    : [Plot.rect([range], { x1: () => 0, x2: () => high, y1: 'low', y2: 'high', fill: INK.range, ariaLabel: () => 'declared range' })]),
  ...thickLine(lineage, { ink: { ...inkOf(0), line: INK.axis }, width: 4, opacity: 0.55, label: 'lineage of the best', held }),
  ...lines.map((points, i) => lineMark(points, { ink: inkOf(i), width: 1.3, opacity: 0.9, label: `member ${members[i]}`, held, among: lines.length })),
  Plot.ruleX(takeovers, {
    x: 'envSteps',
    y1: 'from',
    y2: 'to',
    stroke: ({ member }: Takeover) => inkOf(members.indexOf(member)).line,
    strokeWidth: 0.8,
    strokeOpacity: 0.7,
    ariaLabel: () => 'takeover',
  }),
  Plot.dot(takeovers, {
    x: 'envSteps',
    y: 'to',
    r: 2.2,
    fill: ({ member }: Takeover) => inkOf(members.indexOf(member)).line,
    stroke: 'none',
    ariaLabel: () => 'goes on with',
  }),
]

const PANEL_HEIGHT = 190
const GAP = 14
const X_LABEL_HEIGHT = 18

/**
 * The SVG of a population: its return, then each hyperparameter of `ranges` or that changes. The same events give the same bytes; a log of one
 * learner or without steps gives null.
 */
export const lineages = (
  events: readonly Event[],
  ranges: ReadonlyMap<string, DeclaredRange>,
  { title, valueLabel, width = 720 }: Readonly<{ title: string; valueLabel: string; width?: number }>,
): string | null => {
  const members = membersOf(events)
  const steps = events.filter(isStep)
  if (members.length < 2) return null
  const names = Object.keys(steps[0].applied).filter((name) => ranges.has(name) || steps.some(({ applied }) => applied[name] !== steps[0].applied[name]))
  const quantities = [
    quantityOf(events, valueLabel, null, false, returnOf, () => null),
    ...names.map((name) => quantityOf(events, name, ranges.get(name) ?? null, true, ({ applied }) => applied[name], (hyper) => hyper[name])),
  ]
  const legend: readonly LegendEntry[] = [
    ...(names.some((name) => ranges.has(name)) ? [{ kind: 'patch', label: 'declared range', ink: { line: INK.range, dash: 'none' }, opacity: 1 } as const] : []),
    { kind: 'line', label: 'lineage of the best', ink: { line: INK.axis, dash: 'none' }, opacity: 0.55 },
    { kind: 'dot', label: 'takeover: with this value the member goes on from another', ink: inkOf(0), opacity: 1 },
  ]
  const x = countAxis(steps[steps.length - 1].envSteps.total, '')
  const right = labelMargin(members.map((member) => `member ${member}`))
  let top = headHeight('', legend)
  const panels = quantities.map((quantity, i): Panel => {
    const last = i + 1 === quantities.length
    const { name, range, lines, takeovers } = quantity
    const ends = range === null ? [] : [range.low, range.high]
    const values = [...lines.flat().map(({ value }) => value), ...takeovers.flatMap(({ from, to }) => [from, to]), ...ends]
    const panel = {
      left: 0,
      top,
      width,
      height: PANEL_HEIGHT + (last ? X_LABEL_HEIGHT : 0),
      margin: { top: 28, right, bottom: 24 + (last ? X_LABEL_HEIGHT : 0), left: 52 },
      x: { ...x, label: last ? ENV_STEPS_LABEL : '' },
      y: valueAxis(values, name, range?.scale ?? 'linear', 4),
      grid: ['y'] as const,
      heading: '',
      marks: marksOf(quantity, members, x.high),
      ends: lines.flatMap((points, m) => {
        const end = lastOf(points)
        return end === null ? [] : [{ text: `member ${members[m]}`, ink: inkOf(m), x: end.envSteps, y: end.value }]
      }),
    }
    top += panel.height + GAP
    return panel
  })
  return drawingSvg({ width, height: top - GAP, title, subtitle: '', legend, panels })
}
