/**
 * Laws of a codec of states: what is read is what was written, equal states give equal bytes, and no damaged file is accepted.
 *
 * *Source:* house rule 9; house rule "loading a checkpoint executes nothing". *Deviations:* none.
 */
import { isDeepStrictEqual } from 'node:util'

/** `decode` answers undefined for bytes that it refuses; it must not throw. */
export type StateCodec = Readonly<{ encode(state: unknown): Uint8Array; decode(bytes: Uint8Array): unknown }>

/** States that a careless codec loses something of. */
export const hardStates: readonly (readonly [name: string, state: unknown])[] = [
  ['special numbers', { values: [NaN, Infinity, -Infinity, -0, 0, 5e-324, 1.7976931348623157e308, 0.1] }],
  ['typed arrays', { f64: Float64Array.of(-0, NaN, 1 / 3), f32: Float32Array.of(0.1), u8: Uint8Array.of(0, 255), i16: Int16Array.of(-32768), empty: new Float64Array(0) }],
  ['a view into a larger buffer', { view: new Float64Array(Float64Array.of(1, 2, 3, 4).buffer, 8, 2) }],
  ['names like tags', { $: 'NaN', $$: { $: 'array', at: 0 }, at: 1, '': null }],
  ['order of names', { zeta: 1, alpha: { y: 1, x: 2 } }],
  ['texts', ['', '"\\\n', '\u2028', '€', '\ud83d\ude00', '\ud800']],
  ['nesting', [[[], {}], { a: [{ b: null }] }]],
]

const sameOrder = (a: unknown, b: unknown): boolean => {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null || ArrayBuffer.isView(a)) return true
  const [left, right] = [Object.keys(a), Object.keys(b)]
  return left.every((name, i) => right[i] === name && sameOrder((a as Record<string, unknown>)[name], (b as Record<string, unknown>)[name]))
}

const attempt = (codec: StateCodec, bytes: Uint8Array): unknown => {
  try {
    return codec.decode(bytes)
  } catch (error) {
    return { threw: String(error) }
  }
}

const changed = (bytes: Uint8Array, at: number): Uint8Array => bytes.map((byte, i) => (i === at ? byte ^ 0x10 : byte))

/** Names of the laws that `codec` breaks; empty where all hold. */
export const codecFindings = (codec: StateCodec): readonly string[] => {
  const findings = hardStates.flatMap(([name, state]) => {
    const bytes = codec.encode(state)
    const back = attempt(codec, bytes)
    return [
      ...(isDeepStrictEqual(back, state) && sameOrder(back, state) ? [] : [`what is read is what was written: ${name}`]),
      ...(back !== undefined && isDeepStrictEqual(codec.encode(back), bytes) ? [] : [`equal states give equal bytes: ${name}`]),
    ]
  })
  const sample = codec.encode({ step: 3, mean: Float64Array.of(1, 2, 3), note: 'x' })
  const accepted = (damaged: readonly Uint8Array[]): boolean => damaged.some((bytes) => attempt(codec, bytes) !== undefined)
  if (accepted(Array.from(sample, (_, at) => changed(sample, at)))) findings.push('a changed byte is refused')
  if (accepted(Array.from(sample, (_, length) => sample.subarray(0, length)))) findings.push('a truncated file is refused')
  if (accepted([Uint8Array.of(...sample, 0)])) findings.push('bytes behind the end are refused')
  return findings
}
