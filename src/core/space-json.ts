/**
 * The JSON form of a space: `{ "kind": "box", "low": […], "high": […] }` or `{ "kind": "discrete", "n": … }`.
 *
 * JSON has no infinities: a missing bound is the text `"Infinity"` or `"-Infinity"`. Negative zero is written as zero, the same bound.
 *
 * *Source:* RFC 8259. *Deviations:* none.
 */
import type { Json } from './env.ts'
import { didYouMean, refusal, rejectAll, type Refusal } from './rejection.ts'
import { box, discrete, type Space } from './space.ts'

const infinities: ReadonlyMap<unknown, number> = new Map([
  ['Infinity', Infinity],
  ['-Infinity', -Infinity],
])
const expectedBound = 'a number, "Infinity" or "-Infinity"'

const boundToJson = (bound: number): Json => (Number.isFinite(bound) ? bound + 0 : String(bound))

/** `space` as JSON data; `spaceFromJson` gives it back. */
export const spaceToJson = (space: Space): Json =>
  space.kind === 'discrete' ? { kind: 'discrete', n: space.n } : { kind: 'box', low: space.low.map(boundToJson), high: space.high.map(boundToJson) }

type Fields = Readonly<Record<string, unknown>>

const numberOf = (bound: unknown): number => (typeof bound === 'number' ? bound : (infinities.get(bound) ?? NaN))

const boundProblems = (bounds: unknown, path: string): readonly Refusal[] => {
  if (!Array.isArray(bounds)) return [refusal(path, 'a list of bounds', bounds)]
  return bounds.flatMap((bound: unknown, i) =>
    Number.isNaN(numberOf(bound)) ? [refusal(`${path}[${i}]`, expectedBound, bound, didYouMean(bound, ['Infinity', '-Infinity']))] : [],
  )
}

const boxProblems = ({ low, high }: Fields): readonly Refusal[] => {
  const problems = [...boundProblems(low, 'low'), ...boundProblems(high, 'high')]
  if (problems.length > 0) return problems
  const lower = low as readonly unknown[]
  const upper = high as readonly unknown[]
  if (lower.length !== upper.length) return [refusal('high', `${lower.length} bounds, as many as there are lower ones`, upper.length)]
  return lower.flatMap((bound, i) =>
    numberOf(bound) <= numberOf(upper[i]) ? [] : [refusal(`high[${i}]`, `at least the lower bound ${numberOf(bound)}`, numberOf(upper[i]))],
  )
}

const fieldsOf: Readonly<Record<string, readonly string[]>> = { box: ['kind', 'low', 'high'], discrete: ['kind', 'n'] }

const spaceProblems = (json: unknown): readonly Refusal[] => {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return [refusal('', 'a record with the field "kind"', json)]
  const fields = json as Fields
  const { kind, n } = fields
  if (kind !== 'box' && kind !== 'discrete') return [refusal('kind', '"box" or "discrete"', kind, didYouMean(kind, ['box', 'discrete']))]
  const known = fieldsOf[kind]
  const unknown = Object.keys(fields).filter((name) => !known.includes(name))
  const strangers = unknown.map((name) => refusal(name, `one of the fields ${known.join(', ')}`, name, didYouMean(name, known)))
  if (kind === 'box') return [...strangers, ...boxProblems(fields)]
  return Number.isInteger(n) && (n as number) >= 1 ? strangers : [...strangers, refusal('n', 'a positive integer', n)]
}

/** The space that `json` describes. Throws one `RangeError` with path, expectation, what came and a hint for everything that is wrong. */
export const spaceFromJson = (json: unknown): Space => {
  rejectAll('space', spaceProblems(json))
  const { kind, n, low, high } = json as Fields
  return kind === 'discrete' ? discrete(n as number) : box((low as readonly unknown[]).map(numberOf), (high as readonly unknown[]).map(numberOf))
}
