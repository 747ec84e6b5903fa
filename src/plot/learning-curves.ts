/**
 * Learning curves: return against env steps, one colour for all seeds of a thing.
 *
 * Several seeds are drawn thin, with their interquartile mean thick on top and its 95 % stratified-bootstrap interval as a band; a single
 * run is drawn as it is, because one run has no interval. A group far below all others leaves the picture, and its name says where it ends.
 *
 * *Source:* Agarwal et al. 2021, arXiv 2108.13264, sections 3-4. *Deviations:* none.
 */
import type { Key } from '../core/key.ts'
import { foldIn, rootKey } from '../core/rng.ts'
import { defaultBootstrap, type BootstrapOptions } from '../core/stats.ts'
import { aggregateCurves, LEAST_SEEDS } from '../run/aggregate.ts'
import { countAxis, valueAxis } from './axis.ts'
import { drawingSvg, headHeight, labelMargin, labelsHeight, type EndLabel } from './drawing.ts'
import { counted, numberText } from './number-text.ts'
import { bandMark, lastOf, lineMark, seedOpacity, thickLine, type BandPoint, type Point, type SeedGroup } from './series.ts'
import { inkOf } from './style.ts'
import { bandWithin, linesWithin, windowOf } from './value-window.ts'

export type LearningCurvesOptions = Readonly<{
  title: string
  /** Name and unit of the values. */
  valueLabel: string
  /** Show the value 0 even where no value comes near. */
  fromZero: boolean
  /** Points at which several seeds are summarised. */
  points: number
  bootstrap: BootstrapOptions
  width: number
  height: number
}>

export const defaultLearningCurves: LearningCurvesOptions = {
  title: 'Return against env steps',
  valueLabel: 'return per episode',
  fromZero: false,
  points: 101,
  bootstrap: defaultBootstrap,
  width: 720,
  height: 380,
}

/** The x-axis of every figure over time. */
export const ENV_STEPS_LABEL = 'env steps, those of the outer level included'

/** The summary of the runs of a group: its middle line and its band. */
type Summary = Readonly<{ line: readonly Point[]; band: readonly BandPoint[] }>

const summaryOf = (key: Key, { runs }: SeedGroup, { points, bootstrap }: LearningCurvesOptions): Summary => {
  const curves = runs
    .filter((run) => run.points.length > 0)
    .map((run) => ({
      envSteps: Float64Array.from(run.points, ({ envSteps }) => envSteps),
      meanReturn: Float64Array.from(run.points, ({ value }) => value),
    }))
  if (curves.length === 0) return { line: [], band: [] }
  const { envSteps, iqm, low, high } = aggregateCurves(key, curves, points, bootstrap)
  return {
    line: Array.from(envSteps, (at, i) => ({ envSteps: at, value: iqm[i] })),
    band: Array.from(envSteps, (at, i) => ({ envSteps: at, low: low[i], high: high[i] })),
  }
}

const noteOf = (groups: readonly SeedGroup[], level: number, cut: boolean): string => {
  if (!groups.some(({ runs }) => runs.some(({ points }) => lastOf(points) !== null))) return 'nothing has a value yet'
  const counts = groups.map(({ runs }) => runs.length)
  if (Math.max(0, ...counts) < 2) return ''
  const warning = counts.some((count) => count > 1 && count < LEAST_SEEDS) ? ` (fewer than ${LEAST_SEEDS}: not to be relied on)` : ''
  return `thick: interquartile mean; band: ${numberText(level * 100)} % bootstrap interval over seeds${warning}; ${cut ? 'far lines are cut' : 'thin: single seeds'}`
}

/** A group's name, with the number of its seeds where groups have several. */
const nameOf = ({ label, runs }: SeedGroup, several: boolean): string => (several ? `${label} (${counted(runs.length, 'seed')})` : label)

/** The SVG of the learning curves of `groups`; groups keep their order and colours. The same input gives the same bytes. */
export const learningCurves = (groups: readonly SeedGroup[], options: Partial<LearningCurvesOptions> = {}): string => {
  const settings = { ...defaultLearningCurves, ...options }
  const key = rootKey('learning curves')
  const several = groups.some(({ runs }) => runs.length > 1)
  const summaries = groups.map((group, i) => (group.runs.length > 1 ? summaryOf(foldIn(key, i), group, settings) : { line: [], band: [] }))
  const values = groups.flatMap(({ runs }) => runs.flatMap(({ points }) => points.map(({ value }) => value)))
  const steps = groups.flatMap(({ runs }) => runs.flatMap(({ points }) => points.slice(-1).map(({ envSteps }) => envSteps)))
  const x = countAxis(Math.max(0, ...steps), ENV_STEPS_LABEL)
  const shown = windowOf(
    summaries.map((summary) => summary.line.map(({ value }) => value)),
    values,
  )
  const y = valueAxis([...(settings.fromZero ? [0] : []), ...(shown === null ? values : [shown.low, shown.high])], settings.valueLabel)
  const drawn = (points: readonly Point[]): readonly Point[] => (shown === null ? points : linesWithin(points, y))
  const ends = groups.flatMap((group, i): EndLabel[] => {
    const end = lastOf(group.runs.length > 1 ? summaries[i].line : (group.runs[0]?.points ?? []))
    if (end === null) return []
    const name = nameOf(group, several)
    const place = Math.min(Math.max(end.value, y.low), y.high)
    return [{ text: place === end.value ? name : `${name}: ${numberText(end.value, 3)}`, ink: inkOf(group.ink ?? i), x: end.envSteps, y: place }]
  })
  const lines = groups.reduce((sum, { runs }) => sum + runs.length, 0)
  const subtitle = noteOf(groups, settings.bootstrap.level, shown !== null)
  const backToFront = groups.map(({ label, runs, ink }, i) => ({ label, runs, i, ink: inkOf(ink ?? i) })).toReversed()
  const top = headHeight(subtitle, [])
  const height = Math.max(settings.height - top, labelsHeight(ends.length) + 70)
  return drawingSvg({
    width: settings.width,
    height: top + height,
    title: settings.title,
    subtitle,
    legend: [],
    panels: [
      {
        left: 0,
        top,
        width: settings.width,
        height,
        margin: { top: 28, right: labelMargin(ends.map(({ text }) => text)), bottom: 42, left: 52 },
        x,
        y,
        grid: ['y'],
        heading: '',
        marks: [
          ...backToFront.flatMap(({ label, runs, ink }) =>
            runs.map(({ seed, points }) =>
              lineMark(drawn(points), {
                ink,
                width: runs.length > 1 ? 0.8 : 1.8,
                opacity: seedOpacity(runs.length),
                label: `${label}, seed ${seed}`,
                among: lines,
              }),
            ),
          ),
          ...backToFront.flatMap(({ label, i, ink }) =>
            summaries[i].band.length > 0 ? [bandMark(shown === null ? summaries[i].band : bandWithin(summaries[i].band, y), ink, 0.22, `interval of ${label}`)] : [],
          ),
          ...backToFront.flatMap(({ label, i, ink }) =>
            summaries[i].line.length > 0
              ? thickLine(drawn(summaries[i].line), { ink, width: 2.2, opacity: 1, label: `interquartile mean of ${label}` })
              : [],
          ),
        ],
        ends,
      },
    ],
  })
}
