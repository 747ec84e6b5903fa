/**
 * Codecs of states that are broken on purpose, each in one way.
 *
 * *Source:* house rule 9 (mutants). *Deviations:* none.
 */
import type { StateCodec } from '../laws/state-codec.ts'

const text = new TextEncoder()

/** Each takes a sound codec and breaks one thing about it. */
export const brokenCodecs: Readonly<Record<string, (sound: StateCodec) => StateCodec>> = {
  'plain JSON, which has no NaN and no typed arrays': () => ({
    encode: (state) => text.encode(JSON.stringify(state)),
    decode: (bytes) => {
      try {
        return JSON.parse(new TextDecoder().decode(bytes))
      } catch {
        return undefined
      }
    },
  }),
  'no digest: the last bytes are not looked at': ({ encode, decode }) => ({
    encode,
    decode: (bytes) => decode(bytes) ?? (bytes.length > 300 ? {} : undefined),
  }),
  'bytes behind the end are ignored': ({ encode, decode }) => ({
    encode,
    decode: (bytes) => decode(bytes) ?? decode(bytes.subarray(0, bytes.length - 1)),
  }),
  'names are sorted on the way': ({ encode, decode }) => ({
    encode: (state) => encode(typeof state === 'object' && state !== null && !Array.isArray(state) ? Object.fromEntries(Object.entries(state).sort(([a], [b]) => (a < b ? -1 : 1))) : state),
    decode,
  }),
  'negative zero becomes zero': ({ encode, decode }) => ({
    encode,
    decode: (bytes) => {
      const plus = (value: unknown): unknown => (Array.isArray(value) ? value.map(plus) : typeof value === 'number' ? value + 0 : value)
      const state = decode(bytes)
      return typeof state === 'object' && state !== null && Object.hasOwn(state, 'values') ? { values: plus((state as { values: unknown }).values) } : state
    },
  }),
  'the time of writing enters the file': ({ encode, decode }) => {
    let clock = 0
    return { encode: (state) => encode({ clock: (clock += 1), state }), decode: (bytes) => (decode(bytes) as { state: unknown } | undefined)?.state }
  },
  'a damaged file throws': ({ encode, decode }) => ({
    encode,
    decode: (bytes) => {
      const state = decode(bytes)
      if (state === undefined) throw new Error('damaged')
      return state
    },
  }),
}
