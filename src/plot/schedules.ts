/**
 * Schedules: the values of one hyperparameter that were applied, over env steps, inside its declared range.
 *
 * Few lines share one panel; otherwise each group has a panel of its own, with the median of its seeds thick.
 *
 * *Source:* none. *Deviations:* none.
 */
import * as Plot from '@observablehq/plot'
import { median } from '../core/stats.ts'
import { countAxis, isDrawable, valueAxis, type Axis } from './axis.ts'
import { drawingSvg, headHeight, labelMargin, labelsHeight, type EndLabel, type LegendEntry, type Panel } from './drawing.ts'
import { ENV_STEPS_LABEL } from './learning-curves.ts'
import { lastOf, lineMark, seedOpacity, thickLine, type Point, type SeedGroup } from './series.ts'
import { INK, inkOf } from './style.ts'

/** The range inside which an outer level moves a hyperparameter. */
export type DeclaredRange = Readonly<{ low: number; high: number; scale: 'linear' | 'log' }>

/**
 * One hyperparameter. A value holds from the point before until its own. `tried`, where known, are values that were only tried,
 * by group. All schedules of a figure have the same groups.
 */
export type Schedule = Readonly<{ name: string; range: DeclaredRange | null; groups: readonly SeedGroup[]; tried: readonly (readonly Point[])[] }>

const pointsOf = ({ runs }: SeedGroup): readonly Point[] => runs.flatMap(({ points }) => points)

/** Whether the value of any run of the group ever changes. */
export const isMoving = ({ runs }: SeedGroup): boolean => runs.some(({ points }) => points.some(({ value }) => value !== points[0].value))

/** The value that holds at `envSteps`; NaN behind the end. */
const heldAt = (points: readonly Point[], envSteps: number): number => points.find((point) => point.envSteps >= envSteps)?.value ?? Number.NaN

const MEDIAN_POINTS = 201

const medianOf = ({ runs }: SeedGroup): readonly Point[] => {
  const end = Math.max(0, ...runs.map(({ points }) => points.at(-1)?.envSteps ?? 0))
  return Array.from({ length: MEDIAN_POINTS }, (_, i) => {
    const envSteps = (end * i) / (MEDIAN_POINTS - 1)
    const values = runs.map(({ points }) => heldAt(points, envSteps)).filter(Number.isFinite)
    return { envSteps, value: values.length === runs.length ? median(values) : Number.NaN }
  })
}

/** A first value holds from the start. */
const fromStart = (points: readonly Point[]): readonly Point[] => (points.length === 0 ? [] : [{ envSteps: 0, value: points[0].value }, ...points])

const MOST_TRIED = 3000

const triedMark = (tried: readonly Point[], index: number): Plot.Markish => {
  const stride = Math.ceil(tried.length / MOST_TRIED)
  return Plot.dot(
    tried.filter(({ value }, i) => i % stride === 0 && isDrawable(value)),
    { x: 'envSteps', y: 'value', r: 1.4, fill: inkOf(index).line, fillOpacity: 0.35, stroke: 'none', ariaLabel: () => 'tried' },
  )
}

const rangeMarks = (range: DeclaredRange | null, x: Axis): readonly Plot.Markish[] =>
  range === null
    ? []
    : [
        Plot.rect([range], { x1: () => x.low, x2: () => x.high, y1: 'low', y2: 'high', fill: INK.range, ariaLabel: () => 'declared range' }),
        Plot.ruleY([range.low, range.high], { stroke: INK.axis, strokeDasharray: '2,3', strokeWidth: 0.8 }),
      ]

const groupMarks = (group: SeedGroup, index: number): readonly Plot.Markish[] => {
  const several = group.runs.length > 1
  const ink = inkOf(index)
  return [
    ...group.runs.map(({ seed, points }) =>
      lineMark(fromStart(points), {
        ink,
        width: several ? 0.8 : 1.8,
        opacity: seedOpacity(group.runs.length),
        label: `${group.label}, seed ${seed}`,
        held: true,
        among: group.runs.length,
      }),
    ),
    ...(several ? thickLine(medianOf(group), { ink, width: 1.8, opacity: 1, label: `median of ${group.label}`, held: true }) : []),
  ]
}

const MOST_LINES = 4
const MOST_PANELS = 12

/** Which groups share a panel: all of them, or where they are many each of the `moving` ones for itself. */
const panelsOf = (groups: readonly SeedGroup[], moving: readonly number[]): readonly (readonly number[])[] => {
  const crowded = moving.length > 1 && moving.reduce((sum, i) => sum + groups[i].runs.length, 0) > MOST_LINES
  return crowded ? moving.slice(0, MOST_PANELS).map((i) => [i]) : [groups.flatMap(({ runs }, i) => (runs.length > 0 ? [i] : []))]
}

type Block = Readonly<{ height: number; panels: readonly Panel[] }>

const GAP = 20
const ROW_GAP = 14
const X_LABEL_HEIGHT = 18

/** The panels of one hyperparameter, from `top` on. */
const blockOf = ({ name, range, groups, tried }: Schedule, moving: readonly number[], width: number, top: number, isLast: boolean): Block => {
  const shared = panelsOf(groups, moving)
  const values = [...groups.flatMap((group) => pointsOf(group).map(({ value }) => value)), ...(range === null ? [] : [range.low, range.high])]
  // trials after the last step lie beyond the ends of all lines
  const last = [...groups.map(pointsOf), ...tried].reduce((most, points) => points.reduce((far, { envSteps }) => Math.max(far, envSteps), most), 0)
  const x = countAxis(last, '', shared.length > 1 ? 4 : 6)
  const y = valueAxis(values, name, range?.scale ?? 'linear', 4)
  const columns = shared.length > 1 ? 2 : 1
  const rows = Math.ceil(shared.length / columns)
  const endsOf = (members: readonly number[]): readonly EndLabel[] =>
    members.flatMap((i) => {
      const end = lastOf(groups[i].runs.length > 1 ? medianOf(groups[i]) : groups[i].runs[0].points)
      return end === null ? [] : [{ text: groups[i].label, ink: inkOf(i), x: end.envSteps, y: end.value }]
    })
  const ends = shared.map((members) => (columns > 1 ? [] : endsOf(members)))
  const panelWidth = (width - GAP * (columns - 1)) / columns
  const panelHeight = columns > 1 ? 171 : Math.max(196, labelsHeight(ends[0].length) + 60)
  const panels = shared.map((members, i): Panel => {
    const labelled = isLast && i + columns >= shared.length
    return {
      left: (i % columns) * (panelWidth + GAP),
      top: top + Math.floor(i / columns) * (panelHeight + ROW_GAP),
      width: panelWidth,
      height: panelHeight + (labelled ? X_LABEL_HEIGHT : 0),
      margin: {
        top: columns > 1 ? 46 : 28,
        right: labelMargin(ends[i].map(({ text }) => text)),
        bottom: labelled ? 24 + X_LABEL_HEIGHT : 24,
        left: 52,
      },
      x: { ...x, label: labelled ? ENV_STEPS_LABEL : '' },
      y: { ...y, label: i % columns === 0 ? name : '' },
      grid: ['y'],
      heading: columns > 1 ? groups[members[0]].label : '',
      marks: [
        ...rangeMarks(range, x),
        ...members.map((group) => triedMark(tried[group] ?? [], group)),
        ...members.toReversed().flatMap((group) => groupMarks(groups[group], group)),
      ],
      ends: ends[i],
    }
  })
  return { height: rows * (panelHeight + ROW_GAP) + (isLast ? X_LABEL_HEIGHT - ROW_GAP : 0), panels }
}

/** The SVG of `schedules`, one below the other. The same input gives the same bytes. */
export const scheduleCurves = (
  schedules: readonly Schedule[],
  { title = 'Hyperparameters as they were applied', width = 720 }: Readonly<{ title?: string; width?: number }> = {},
): string => {
  const legend: readonly LegendEntry[] = [
    ...(schedules.some(({ range }) => range !== null)
      ? [{ kind: 'patch', label: 'declared range', ink: { line: INK.range, dash: 'none' }, opacity: 1 } as const]
      : []),
    ...(schedules.some(({ groups }) => groups.some(({ runs }) => runs.length > 1))
      ? [{ kind: 'line', label: 'thick: median of the seeds, thin: single seeds', ink: { line: INK.text, dash: 'none' }, opacity: 1 } as const]
      : []),
    ...(schedules.some(({ tried }) => tried.some((points) => points.length > 0))
      ? [{ kind: 'dot', label: 'tried by the outer level', ink: inkOf(0), opacity: 0.5 } as const]
      : []),
  ]
  const labels = schedules[0]?.groups.map(({ label }) => label) ?? []
  const moving = labels.flatMap((_, i) => (schedules.some(({ groups }) => isMoving(groups[i])) ? [i] : []))
  const crowded = schedules.some(({ groups }) => panelsOf(groups, moving).length > 1)
  const absent = crowded ? labels.filter((_, i) => !moving.slice(0, MOST_PANELS).includes(i)) : []
  const subtitle = absent.length === 0 ? '' : `not drawn: ${absent.join(', ')}${moving.length <= MOST_PANELS ? ' (nothing changes)' : ''}`
  const top = headHeight(subtitle, legend)
  let from = top
  const blocks = schedules.map((schedule, i) => {
    const block = blockOf(schedule, moving, width, from, i === schedules.length - 1)
    from += block.height
    return block
  })
  return drawingSvg({
    width,
    height: from,
    title,
    subtitle,
    legend,
    panels: blocks.flatMap(({ panels }) => panels),
  })
}
