/**
 * The spread of the population: how far the fitness of candidates lies around the policy that they are drawn from.
 *
 * One panel per run: least to greatest, the middle half, the median, and the policy itself. All panels share their axes.
 *
 * *Source:* none. *Deviations:* none.
 */
import type { Curve } from '../run/curve.ts'
import { countAxis, valueAxis } from './axis.ts'
import { drawingSvg, headHeight, type LegendEntry, type Panel } from './drawing.ts'
import { ENV_STEPS_LABEL } from './learning-curves.ts'
import { bandMark, lineMark, thinned, type BandPoint, type Point } from './series.ts'
import { INK, type Ink } from './style.ts'

/** The population of one run; `policy` says whether `meanReturn` is that of the policy itself. */
export type Population = Readonly<{ label: string; ink: Ink; curve: Pick<Curve, 'envSteps' | 'fitness' | 'meanReturn'>; policy: boolean }>

const POLICY: Ink = { line: INK.text, text: INK.text, dash: 'none' }
const MOST_PANELS = 8
const GAP = 20
const ROW_GAP = 14
const X_LABEL_HEIGHT = 18

const series = (envSteps: Float64Array, values: Float64Array): readonly Point[] =>
  Array.from(envSteps, (at, i) => ({ envSteps: at, value: values[i] }))

/** Two edges as a band; each is thinned for itself, so the band has the points of both. */
const bandOf = (envSteps: Float64Array, low: Float64Array, high: Float64Array): readonly BandPoint[] => {
  const places = new Map(Array.from(envSteps, (at, i) => [at, i]))
  const kept = new Set([...thinned(series(envSteps, low)), ...thinned(series(envSteps, high))].map(({ envSteps: at }) => places.get(at) as number))
  return [...kept].sort((a, b) => a - b).map((i) => ({ envSteps: envSteps[i], low: low[i], high: high[i] }))
}

/** Whether a run says anything about its population. */
export const hasPopulation = ({ fitness }: Pick<Curve, 'fitness'>): boolean => fitness.median.some(Number.isFinite)

/** The SVG of the spread of the populations of some runs; the first eight where there are more. */
export const fitnessSpread = (populations: readonly Population[], valueLabel: string, width = 720): string => {
  const shown = populations.slice(0, MOST_PANELS)
  const columns = shown.length > 1 ? 2 : 1
  const panelWidth = (width - GAP * (columns - 1)) / columns
  const panelHeight = columns > 1 ? 218 : 302
  const steps = shown.map(({ curve }) => curve.envSteps.at(-1) ?? 0)
  const x = countAxis(Math.max(0, ...steps), ENV_STEPS_LABEL, columns > 1 ? 4 : 6)
  const y = valueAxis(
    shown.flatMap(({ curve: { fitness, meanReturn } }) => [...fitness.min, ...fitness.max, ...meanReturn]),
    valueLabel,
  )
  const neutral: Ink = shown.length === 1 ? shown[0].ink : { line: INK.faint, text: INK.faint, dash: 'none' }
  const legend: readonly LegendEntry[] = [
    { kind: 'patch', label: 'least to greatest', ink: neutral, opacity: 0.18 },
    { kind: 'patch', label: 'middle half', ink: neutral, opacity: 0.45 },
    { kind: 'line', label: 'median', ink: neutral, opacity: 1 },
    ...(shown.some(({ policy }) => policy) ? [{ kind: 'line', label: 'unperturbed policy', ink: POLICY, opacity: 1 } as const] : []),
  ]
  const subtitle = shown.length < populations.length ? `the first ${shown.length} of ${populations.length}` : ''
  const top = headHeight(subtitle, legend)
  const panels = shown.map(({ label, ink, curve, policy }, i): Panel => {
    const { envSteps, fitness, meanReturn } = curve
    const labelled = i + columns >= shown.length
    return {
      left: (i % columns) * (panelWidth + GAP),
      top: top + Math.floor(i / columns) * (panelHeight + ROW_GAP),
      width: panelWidth,
      height: panelHeight + (labelled ? X_LABEL_HEIGHT : 0),
      margin: { top: columns > 1 ? 46 : 28, right: 14, bottom: labelled ? 24 + X_LABEL_HEIGHT : 24, left: 52 },
      x: { ...x, label: labelled ? x.label : '' },
      y: { ...y, label: i % columns === 0 ? y.label : '' },
      grid: ['y'],
      heading: columns > 1 ? label : '',
      marks: [
        bandMark(bandOf(envSteps, fitness.min, fitness.max), ink, 0.18, `least to greatest of ${label}`),
        bandMark(bandOf(envSteps, fitness.q25, fitness.q75), ink, 0.35, `middle half of ${label}`),
        lineMark(series(envSteps, fitness.median), { ink: { ...ink, dash: 'none' }, width: 1.6, opacity: 1, label: `median of ${label}` }),
        ...(policy ? [lineMark(series(envSteps, meanReturn), { ink: POLICY, width: 0.9, opacity: 0.85, label: `policy of ${label}` })] : []),
      ],
      ends: [],
    }
  })
  const height = top + Math.ceil(shown.length / columns) * (panelHeight + ROW_GAP) - ROW_GAP + X_LABEL_HEIGHT
  return drawingSvg({
    width,
    height,
    title: columns > 1 ? 'Fitness of the population' : `Fitness of the population of ${shown[0]?.label ?? ''}`,
    subtitle,
    legend,
    panels,
  })
}
