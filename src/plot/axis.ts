/**
 * Axes: what range they span, where their ticks stand, and where labels at the ends of lines go so that none covers another.
 *
 * *Source:* none. *Deviations:* none.
 */
import { log } from '../core/dmath.ts'
import { countTick, numberText } from './number-text.ts'

/** One axis: its range (low < high, above 0 where logarithmic), its ticks, their text, and the name with the unit. */
export type Axis = Readonly<{
  low: number
  high: number
  scale: 'linear' | 'log'
  ticks: readonly number[]
  format: (value: number) => string
  label: string
}>

/** The least of 1, 2, 5 times a power of ten that is not far below `size`. */
const roundStep = (size: number): number => {
  const power = Number(`1e${size.toExponential().split('e')[1]}`)
  return [1, 2, 5, 10].map((factor) => Number((factor * power).toPrecision(12))).find((step) => step >= 0.75 * size) ?? 10 * power
}

/** Round numbers in [low, high], about `count` of them, at steps of 1, 2 or 5 times a power of ten. */
export const linearTicks = (low: number, high: number, count: number): readonly number[] => {
  const step = roundStep((high - low) / count)
  const from = Math.ceil(low / step - 1e-9)
  const to = Math.floor(high / step + 1e-9)
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => Number(((from + i) * step).toPrecision(12)))
}

/** Numbers 1, 2, 5 times a power of ten in [low, high]; round numbers at even steps where fewer than three of those lie inside. */
const logTicks = (low: number, high: number, count: number): readonly number[] => {
  const exponent = (value: number): number => Number(value.toExponential().split('e')[1])
  const powers = Array.from({ length: exponent(high) - exponent(low) + 1 }, (_, i) => exponent(low) + i)
  const factors = powers.length > 4 ? [1] : [1, 2, 5]
  const ticks = powers.flatMap((power) => factors.map((factor) => Number(`${factor}e${power}`))).filter((tick) => tick >= low && tick <= high)
  return ticks.length < 3 ? linearTicks(low, high, count).filter((tick) => tick > 0) : ticks
}

/** Beyond these the arithmetic of an axis would overflow or underflow. */
const LARGEST = 1e300
const SMALLEST = 1e-300

/** Whether a value has a place on an axis: NaN, infinities and numbers beyond 1e300 have none and are gaps. */
export const isDrawable = (value: number): boolean => Math.abs(value) <= LARGEST

/** The least and the greatest of the drawable numbers among `values`; null where there is none. */
export const extentOf = (values: Iterable<number>): readonly [number, number] | null => {
  let [low, high] = [Infinity, -Infinity]
  for (const value of values) {
    if (!isDrawable(value)) continue
    low = Math.min(low, value)
    high = Math.max(high, value)
  }
  return low <= high ? [low, high] : null
}

/** From here on ticks have SI prefixes. */
const WIDE_NUMBER = 1e4

/** An axis of values that shows all of `values` with a margin of 4 %. */
export const valueAxis = (values: Iterable<number>, label: string, scale: 'linear' | 'log' = 'linear', count = 5): Axis => {
  const [least, greatest] = extentOf(values) ?? [0, 1]
  const logarithmic = scale === 'log' && least > SMALLEST
  if (logarithmic) {
    const margin = (greatest / least - 1) * 0.04 + 0.02
    const [low, high] = [least / (1 + Math.min(margin, 0.2)), greatest * (1 + Math.min(margin, 0.2))]
    return { low, high, scale: 'log', ticks: logTicks(low, high, count), format: (value) => numberText(value), label }
  }
  const margin = (greatest > least ? (greatest - least) * 0.04 : Math.abs(least) * 0.5) || 1
  const [low, high] = [least - margin, greatest + margin]
  const size = Math.max(Math.abs(low), Math.abs(high))
  return {
    low,
    high,
    scale: 'linear',
    ticks: linearTicks(low, high, count),
    format: size < WIDE_NUMBER ? (value) => numberText(value) : countTick(size),
    label,
  }
}

/** An axis of counts (env steps) from 0 to `greatest`, with SI prefixes. */
export const countAxis = (greatest: number, label: string, count = 6): Axis => {
  const high = greatest > 0 ? greatest : 1
  return { low: 0, high, scale: 'linear', ticks: linearTicks(0, high, count), format: countTick(high), label }
}

/** Where `value` lies on the axis: 0 at its low end, 1 at its high end. */
export const fractionOf = ({ low, high, scale }: Axis, value: number): number =>
  scale === 'log' ? (log(value) - log(low)) / (log(high) - log(low)) : (value - low) / (high - low)

/**
 * Moves `wanted` positions (pixels) apart until neighbours are at least `gap` apart, inside [low, high] as far as there is room,
 * and keeps their order; positions that are far enough apart stay where they are.
 */
export const spreadApart = (wanted: readonly number[], gap: number, low: number, high: number): readonly number[] => {
  const order = wanted.map((_, i) => i).sort((a, b) => wanted[a] - wanted[b] || a - b)
  const places = order.map((i) => wanted[i])
  for (let i = 0; i < places.length; i++) places[i] = Math.max(places[i], i === 0 ? low : places[i - 1] + gap)
  for (let i = places.length - 1; i >= 0; i--)
    places[i] = Math.min(places[i], i === places.length - 1 ? Math.max(high, low + gap * i) : places[i + 1] - gap)
  const result = new Array<number>(wanted.length)
  order.forEach((index, i) => {
    result[index] = places[i]
  })
  return result
}
