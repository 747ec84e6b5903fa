/**
 * Maps of episodic memories: every remembered training state as a dot, coloured by its value and by its age, side by side.
 *
 * Values are coloured between their 2nd and 98th percentile, so that one stray return does not take all contrast from the others.
 *
 * *Source:* Le et al. 2021, EPGT, arXiv 2112.01853, visualisation of the memory; colours: S. van der Walt, N. Smith 2015, "viridis" (nine of its
 * steps). *Deviations:* none.
 */
import * as Plot from '@observablehq/plot'
import { quantile } from '../core/stats.ts'
import type { MemoryMap } from '../run/memory-map.ts'
import { isDrawable, valueAxis } from './axis.ts'
import { drawingSvg, headHeight, type LegendEntry, type Panel } from './drawing.ts'
import { counted, numberText, percentText } from './number-text.ts'

/** A memory under the name of the run that it is of. */
export type MappedRun = Readonly<{ label: string; map: MemoryMap }>

const RAMP = ['#440154', '#472d7b', '#3b528b', '#2c728e', '#21918c', '#28ae80', '#5ec962', '#addc30', '#fde725'] as const

const MOST_RUNS = 4
const GAP = 24
const PANEL_HEIGHT = 300
/** Most dots of one panel; of more, evenly spaced ones are drawn. */
const MOST_DOTS = 3000

type Dot = Readonly<{ x: number; y: number; colour: string }>

/** The step of the ramp for `value` between `low` and `high`. */
const colourOf = (value: number, low: number, high: number): string => {
  const share = high > low ? Math.min(1, Math.max(0, (value - low) / (high - low))) : 0.5
  return RAMP[Math.min(RAMP.length - 1, Math.floor(share * RAMP.length))]
}

const rangeOf = (values: readonly number[]): readonly [number, number] =>
  values.length === 0 ? [0, 0] : [quantile(values, 0.02), quantile(values, 0.98)]

const legendOf = ([low, high]: readonly [number, number]): readonly LegendEntry[] =>
  [0, 0.5, 1].map((share) => {
    const value = low + share * (high - low)
    const label = share === 0 ? `return ${numberText(value, 3)} or less` : share === 1 ? `${numberText(value, 3)} or more` : numberText(value, 3)
    return { kind: 'dot', label, ink: { line: colourOf(value, low, high), dash: 'none' }, opacity: 1 }
  })

/** The rows that are drawn: those with a value and a place, evenly thinned. */
const shownRows = ({ values, places }: MemoryMap): readonly number[] => {
  const known = Array.from(values.keys()).filter((row) => [values[row], places[2 * row], places[2 * row + 1]].every(isDrawable))
  const stride = Math.ceil(known.length / MOST_DOTS)
  return known.filter((_, i) => i % Math.max(1, stride) === 0)
}

/** Numbers too small for the text of a tick are 0. */
const coordinate = (value: number): number => (Math.abs(value) < 1e-100 ? 0 : value)

const dotsMark = (dots: readonly Dot[], label: string): Plot.Markish =>
  Plot.dot(dots, { x: 'x', y: 'y', r: 2, fill: (dot: Dot) => dot.colour, fillOpacity: 0.75, stroke: 'none', ariaLabel: () => label })

const axisLabel = (axis: number, share: number): string => `component ${axis}, ${percentText(share)} of the variance`

/** The SVG of the memories of some runs, one below the other; the first four where there are more. */
export const memoryMaps = (runs: readonly MappedRun[], width = 720): string => {
  const shown = runs.slice(0, MOST_RUNS)
  const all = shown.flatMap(({ map }) => shownRows(map).map((row) => map.values[row]))
  const range = rangeOf(all)
  const legend = legendOf(range)
  const some = shown.length < runs.length ? `; the first ${shown.length} of ${runs.length} runs` : ''
  const subtitle = `places: principal components of the embeddings${some}`
  const top = headHeight(subtitle, legend)
  const panelWidth = (width - GAP) / 2
  const panels = shown.flatMap(({ label, map }, i): readonly Panel[] => {
    const rows = shownRows(map)
    const at = (row: number) => ({ x: coordinate(map.places[2 * row]), y: coordinate(map.places[2 * row + 1]) })
    const x = valueAxis(rows.map((row) => at(row).x), axisLabel(1, map.shares[0]))
    const y = valueAxis(rows.map((row) => at(row).y), axisLabel(2, map.shares[1]))
    const ages = rows.map((row) => map.ids[row])
    const [oldest, newest] = [Math.min(...ages), Math.max(...ages)]
    const name = shown.length > 1 ? `${label}: ` : ''
    const panel = (left: number, heading: string, colour: (row: number) => string): Panel => ({
      left,
      top: top + i * PANEL_HEIGHT,
      width: panelWidth,
      height: PANEL_HEIGHT - 12,
      margin: { top: 46, right: 10, bottom: 40, left: 56 },
      x,
      y: left === 0 ? y : { ...y, label: '' },
      grid: ['x', 'y'],
      heading,
      marks: [dotsMark(rows.map((row) => ({ ...at(row), colour: colour(row) })), `${heading} of ${label}`)],
      ends: [],
    })
    return [
      panel(0, `${name}return of ${counted(map.values.length, 'row')}`, (row) => colourOf(map.values[row], ...range)),
      panel(panelWidth + GAP, 'the darker, the longer remembered', (row) => colourOf(map.ids[row], oldest, newest)),
    ]
  })
  return drawingSvg({ width, height: top + shown.length * PANEL_HEIGHT - 12, title: 'What the outer level remembers', subtitle, legend, panels })
}
