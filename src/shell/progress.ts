/**
 * What a user sees of a run: one line that updates itself on a terminal, plain lines now and then elsewhere, and a small
 * chart at the end.
 *
 * *Source:* none; house rule "effects stay at the rim". *Deviations:* none.
 */
import { plot } from 'asciichart'
import type { HyperRecord } from '../core/hyper.ts'

/**
 * A moment of a run. `fraction` of the budget is spent; `values` are the hyperparameters worth showing; `meanReturn` is NaN
 * before the first step. `label` names the run among several; empty for the only one.
 */
export type Moment = Readonly<{ label: string; step: number; fraction: number; envSteps: number; meanReturn: number; values: HyperRecord }>

/** Where progress is written: a terminal, or anything that takes text. */
export type TextSink = Readonly<{ isTTY: boolean; columns: number; write(text: string): void }>

export type Progress = Readonly<{
  show(moment: Moment): void
  /** Leaves the last line in place and ends it. */
  end(): void
}>

const TERMINAL_INTERVAL = 0.1
const PLAIN_INTERVAL = 10
/** Speed and time left are taken over the last moments of this many seconds. */
const WINDOW = 15

/** `1234567` as `1.23M`: four characters of precision for counts and rates. */
export const shortCount = (value: number): string => {
  if (value < 1000) return String(Math.round(value))
  const [unit, size] = value < 1e6 ? ['k', 1e3] : value < 1e9 ? ['M', 1e6] : ['G', 1e9]
  const scaled = value / Number(size)
  return `${scaled.toFixed(scaled < 10 ? 2 : scaled < 100 ? 1 : 0)}${unit}`
}

/** Seconds as `0:42`, `12:05`, `1:02:03`; `?` where unknown. */
export const clockText = (seconds: number): string => {
  if (!Number.isFinite(seconds)) return '?'
  const total = Math.max(0, Math.round(seconds))
  const two = (value: number): string => String(value).padStart(2, '0')
  const [hours, minutes] = [Math.floor(total / 3600), Math.floor(total / 60) % 60]
  return hours > 0 ? `${hours}:${two(minutes)}:${two(total % 60)}` : `${minutes}:${two(total % 60)}`
}

/** A number for reading: four significant digits, without a tail of zeros. */
export const shortNumber = (value: number): string => {
  if (!Number.isFinite(value)) return '-'
  const size = Math.abs(value)
  if (size !== 0 && (size >= 1e6 || size < 1e-3)) return value.toExponential(2)
  return String(Number(value.toPrecision(4)))
}

/** The line of a moment at `rate` env steps per second with `secondsLeft` to go; values of hyperparameters come last, where a narrow terminal may cut. */
export const progressLine = (moment: Moment, rate: number, secondsLeft: number): string =>
  [
    ...(moment.label === '' ? [] : [moment.label]),
    `${String(Math.floor(moment.fraction * 100)).padStart(3)}%`,
    `step ${moment.step}`,
    `return ${shortNumber(moment.meanReturn)}`,
    `${shortCount(moment.envSteps)} steps`,
    Number.isFinite(rate) ? `${shortCount(rate)} steps/s` : '- steps/s',
    `${clockText(secondsLeft)} left`,
    ...Object.entries(moment.values).map(([name, value]) => `${name} ${shortNumber(value)}`),
  ].join('  ')

/** Progress on `sink`; `now` is a monotonic clock in seconds. A line longer than the terminal is cut. */
export const progress = (sink: TextSink, now: () => number): Progress => {
  let window: { at: number; envSteps: number; fraction: number }[] = []
  let lastShown = -Infinity
  let open = false
  let pending: string | null = null

  const put = (line: string): void => {
    if (sink.isTTY) sink.write(`\r\u001B[2K${line.slice(0, Math.max(20, sink.columns - 1))}`)
    else sink.write(`${line}\n`)
    open = sink.isTTY
    pending = null
  }

  return {
    show: (moment) => {
      const at = now()
      window = [...window.filter((sample) => at - sample.at <= WINDOW), { at, envSteps: moment.envSteps, fraction: moment.fraction }]
      const first = window[0]
      const seconds = at - first.at
      const rate = seconds > 0 ? (moment.envSteps - first.envSteps) / seconds : Number.NaN
      const gained = moment.fraction - first.fraction
      pending = progressLine(moment, rate, gained > 0 ? ((1 - moment.fraction) * seconds) / gained : Number.NaN)
      if (at - lastShown < (sink.isTTY ? TERMINAL_INTERVAL : PLAIN_INTERVAL)) return
      lastShown = at
      put(pending)
    },
    end: () => {
      if (pending !== null) put(pending)
      if (open) sink.write('\n')
      open = false
    },
  }
}

/** Means of `count` equal stretches of `values`, so that a long series fits a terminal. */
const condensed = (values: readonly number[], count: number): readonly number[] => {
  if (values.length <= count) return values
  return Array.from({ length: count }, (_, i) => {
    const stretch = values.slice(Math.floor((i * values.length) / count), Math.floor(((i + 1) * values.length) / count))
    return stretch.reduce((sum, value) => sum + value, 0) / stretch.length
  })
}

/** A chart of `values` in text, at most `columns` wide; empty where fewer than two values are finite. */
export const terminalChart = (values: readonly number[], columns: number): string => {
  const finite = values.filter((value) => Number.isFinite(value))
  if (finite.length < 2) return ''
  const LABEL = 10
  return plot(condensed(finite, Math.max(10, Math.min(columns, 90) - LABEL - 3)), { height: 8, format: (value) => shortNumber(value).padStart(LABEL) })
}
