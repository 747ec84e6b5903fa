/**
 * The least value that a figure of several groups shows, so that one group far below the others does not press them into a line.
 *
 * A group is ordinary where the middle of its line lies less than `FENCE` median absolute deviations below the median of all groups' middles. The window reaches
 * from the lines of all ordinary groups, and some room, to the greatest value: what lies far above is what a reader looks for. What lies below is
 * cut, of bands and single seeds too. A window that would gain little is none.
 *
 * *Source:* Tukey 1977, "Exploratory data analysis" (fences); Hampel 1974 (median absolute deviation). *Deviations:* none.
 */
import { median } from '../core/stats.ts'
import { extentOf, isDrawable } from './axis.ts'
import type { BandPoint, Point } from './series.ts'

/** Lowest and highest value that is shown; low < high. */
export type ValueWindow = Readonly<{ low: number; high: number }>

const FENCE = 5

/** Groups of which an ordinary one can be told. */
const LEAST_GROUPS = 4

/** Room below, as a share of the range of the lines. */
const ROOM = 0.3

/** A window must at least halve what is shown. */
const GAIN = 2

/** The window for groups whose lines take these values; null where everything is shown. `all` are all values of the figure. */
export const windowOf = (lines: readonly (readonly number[])[], all: readonly number[]): ValueWindow | null => {
  const present = lines.map((values) => values.filter(isDrawable)).filter((values) => values.length > 0)
  if (present.length < LEAST_GROUPS) return null
  const middles = present.map((values) => median(values))
  const centre = median(middles)
  const reach = FENCE * median(middles.map((middle) => Math.abs(middle - centre)))
  const ordinary = extentOf(present.filter((_, i) => middles[i] >= centre - reach).flat())
  const whole = extentOf(all)
  if (ordinary === null || whole === null || !(ordinary[1] > ordinary[0])) return null
  const room = ROOM * (ordinary[1] - ordinary[0])
  const [low, high] = [Math.max(whole[0], ordinary[0] - room), whole[1]]
  return whole[1] - whole[0] < GAIN * (high - low) ? null : { low, high }
}

const crossing = (a: Point, b: Point, value: number): Point => ({ envSteps: a.envSteps + ((value - a.value) / (b.value - a.value)) * (b.envSteps - a.envSteps), value })

/** The line inside the window; where it leaves it ends at the edge, and a gap follows. */
export const linesWithin = (points: readonly Point[], { low, high }: ValueWindow): readonly Point[] => {
  const inside = ({ value }: Point): boolean => value >= low && value <= high
  return points.flatMap((b, i): readonly Point[] => {
    const a = i === 0 ? null : points[i - 1]
    const entering = a !== null && isDrawable(a.value) && isDrawable(b.value) ? [low, high].filter((edge) => a.value < edge !== b.value < edge) : []
    const edges = entering.map((edge) => crossing(a as Point, b, edge)).sort((p, q) => p.envSteps - q.envSteps)
    const gap: Point = { envSteps: b.envSteps, value: Number.NaN }
    if (inside(b)) return a !== null && !inside(a) ? [...edges.slice(-1), b] : [b]
    return a !== null && inside(a) ? [...edges.slice(0, 1), gap] : [...edges, gap]
  })
}

/** The band inside the window; where all of it is outside, a gap. */
export const bandWithin = (band: readonly BandPoint[], { low, high }: ValueWindow): readonly BandPoint[] =>
  band.map((point) => {
    const within = { ...point, low: Math.max(low, point.low), high: Math.min(high, point.high) }
    return within.low <= within.high ? within : { ...point, low: Number.NaN, high: Number.NaN }
  })
