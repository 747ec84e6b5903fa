/**
 * Numbers as a reader of a figure or a table meets them: few digits, SI prefixes, units behind a space that does not break.
 *
 * *Source:* SI Brochure, 9th edition 2019, sections 3.1 and 5.4 (prefixes, a space before the unit). *Deviations:* 1. `k` and `M`
 * stand alone behind counts ("0.5 M" env steps), because a count has no unit.
 */

const SPACE = '\u00A0'
const MINUS = '\u2212'

/** Stands for a number that is not known. */
export const NOTHING = '\u2013'

const signed = (text: string): string => text.replace(/^-/, MINUS)

/** A number with four significant digits: `39.98`, `−0.0012`, `1.234e+9`; a dash for NaN. */
export const numberText = (value: number, digits = 4): string => {
  if (Number.isNaN(value)) return NOTHING
  if (!Number.isFinite(value)) return value > 0 ? '∞' : `${MINUS}∞`
  const size = Math.abs(value)
  return signed(
    size !== 0 && (size >= 1e6 || size < 1e-4) ? value.toExponential(digits - 1).replace(/\.?0+e/, 'e') : String(Number(value.toPrecision(digits))),
  )
}

type Prefix = Readonly<{ size: number; name: string }>

const PREFIXES: readonly Prefix[] = [
  { size: 1e9, name: 'G' },
  { size: 1e6, name: 'M' },
  { size: 1e3, name: 'k' },
]

const prefixOf = (size: number): Prefix => PREFIXES.find((prefix) => size >= prefix.size) ?? { size: 1, name: '' }

const prefixed = (value: number, { size, name }: Prefix, digits: number): string =>
  `${numberText(value / size, digits)}${name === '' ? '' : SPACE + name}`

/** A count: `950`, `303 k`, `1.23 M`. */
export const countText = (value: number): string => (value < 1e4 ? String(Math.round(value)) : prefixed(value, prefixOf(value), 3))

/** The text of a tick of an axis of counts up to `greatest`, so that all ticks of an axis share their prefix. */
export const countTick =
  (greatest: number) =>
  (value: number): string =>
    value === 0 ? '0' : prefixed(value, prefixOf(greatest), 6)

/** Seconds: `0.4 s`, `38.4 s`, `12 min 5 s`, `1 h 2 min`. */
export const secondsText = (seconds: number): string => {
  if (!Number.isFinite(seconds)) return NOTHING
  if (seconds < 100) return `${numberText(seconds, 3)}${SPACE}s`
  const total = Math.round(seconds)
  const [hours, minutes] = [Math.floor(total / 3600), Math.floor(total / 60) % 60]
  return hours > 0 ? `${hours}${SPACE}h ${minutes}${SPACE}min` : `${minutes}${SPACE}min ${total % 60}${SPACE}s`
}

/** A share of one in per cent: `98.9 %`, `0.02 %`. */
export const percentText = (share: number): string => (Number.isFinite(share) ? `${numberText(share * 100, share < 0.1 ? 2 : 3)}${SPACE}%` : NOTHING)

/** `count` and the noun, with an s unless it is one. */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`
