/**
 * Series of points over env steps, and the marks that draw them: lines with gaps, and bands.
 *
 * A long series is thinned before it is drawn: of each stretch of points only the least and the greatest stay, so that the drawn line
 * covers the same pixels.
 *
 * *Source:* U. Jugel et al. 2014, "M4: a visualization-oriented time series data aggregation", VLDB 7(10). *Deviations:* 1. of each
 * stretch the first and last point are kept for the whole series only.
 */
import * as Plot from '@observablehq/plot'
import { isDrawable } from './axis.ts'
import type { Ink } from './style.ts'

/** A measurement; a NaN value is a gap in the line. */
export type Point = Readonly<{ envSteps: number; value: number }>

/** The points of one run, in ascending order of env steps. */
export type SeedRun = Readonly<{ seed: string | number; points: readonly Point[] }>

/** Runs that differ in nothing but the seed; `ink` numbers their colour where it is not that of their place. */
export type SeedGroup = Readonly<{ label: string; runs: readonly SeedRun[]; ink?: number }>

/** Most points of a line that are drawn, alone and among many. */
const MOST_POINTS = 600
const MOST_POINTS_OF_ALL = 15_000
const FEWEST_POINTS = 150

/** Most points of each of `lines` lines in one panel. */
const pointsOfEach = (lines: number): number => Math.min(MOST_POINTS, Math.max(FEWEST_POINTS, Math.floor(MOST_POINTS_OF_ALL / Math.max(1, lines))))

/** `points` with at most `most` of them, the least and the greatest of each stretch kept, and one gap where a stretch has nothing but gaps. */
export const thinned = (points: readonly Point[], most: number = MOST_POINTS): readonly Point[] => {
  if (points.length <= most) return points
  const stretches = Math.max(1, Math.floor((most - 2) / 2))
  const inner = points.length - 2
  const kept: Point[] = [points[0]]
  for (let s = 0; s < stretches; s++) {
    const [from, to] = [1 + Math.floor((s * inner) / stretches), 1 + Math.floor(((s + 1) * inner) / stretches)]
    let [least, greatest] = [-1, -1]
    for (let i = from; i < to; i++) {
      if (!isDrawable(points[i].value)) continue
      if (least < 0 || points[i].value < points[least].value) least = i
      if (greatest < 0 || points[i].value > points[greatest].value) greatest = i
    }
    if (least < 0) kept.push({ envSteps: points[from].envSteps, value: Number.NaN })
    else if (least === greatest) kept.push(points[least])
    else kept.push(points[Math.min(least, greatest)], points[Math.max(least, greatest)])
  }
  return [...kept, points[points.length - 1]]
}

export type LineStyle = Readonly<{ ink: Ink; width: number; opacity: number; label: string; held?: boolean; among?: number }>

/** A line through `points`; `held` draws values that hold from the point before until their own; `among` is how many lines share the panel. */
export const lineMark = (points: readonly Point[], { ink, width, opacity, label, held = false, among = 1 }: LineStyle): Plot.Markish =>
  Plot.line(
    thinned(
      points.map(({ envSteps, value }) => ({ envSteps, value: isDrawable(value) ? value : Number.NaN })),
      pointsOfEach(among),
    ),
    {
      x: 'envSteps',
      y: 'value',
      stroke: ink.line,
      strokeWidth: width,
      strokeOpacity: opacity,
      strokeLinejoin: 'round',
      strokeLinecap: 'round',
      ariaLabel: () => label,
      ...(ink.dash === 'none' ? {} : { strokeDasharray: ink.dash }),
      ...(held ? { curve: 'step-before' as const } : {}),
    },
  )

/** How strongly a single seed of `count` is drawn: many together must not hide their summary. */
export const seedOpacity = (count: number): number => (count > 1 ? Math.max(0.06, Math.min(0.35, 2 / count)) : 1)

const HALO: Ink = { line: '#ffffff', text: '#ffffff', dash: 'none' }

/** A line with a white edge that lifts it off the lines behind. */
export const thickLine = (points: readonly Point[], style: LineStyle): readonly Plot.Markish[] => [
  lineMark(points, { ...style, ink: HALO, width: style.width + 2, opacity: 0.8, label: `edge of ${style.label}` }),
  lineMark(points, style),
]

/** Where a band lies at some env steps; NaN ends are a gap. */
export type BandPoint = Readonly<{ envSteps: number; low: number; high: number }>

/** A filled band. */
export const bandMark = (band: readonly BandPoint[], ink: Ink, opacity: number, label: string): Plot.Markish =>
  Plot.areaY(
    band.map((point) => (isDrawable(point.low) && isDrawable(point.high) ? point : { ...point, low: Number.NaN, high: Number.NaN })),
    { x: 'envSteps', y1: 'low', y2: 'high', fill: ink.line, fillOpacity: opacity, ariaLabel: () => label },
  )

/** The last point of `points` that is a number; null where there is none. */
export const lastOf = (points: readonly Point[]): Point | null => points.findLast(({ value }) => isDrawable(value)) ?? null
