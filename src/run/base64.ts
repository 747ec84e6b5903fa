/**
 * Numbers as text: base64 of little-endian doubles.
 *
 * *Source:* RFC 4648, section 4. *Deviations:* none.
 */
import { canonicalFloat64Bytes } from '../core/digest.ts'

/** Characters are made in pieces of this many bytes, because a call takes a limited number of arguments. */
const PIECE = 8192

/** Base64 of `values`. */
export const toBase64 = (values: Float64Array): string => {
  const bytes = canonicalFloat64Bytes(values)
  let text = ''
  for (let start = 0; start < bytes.length; start += PIECE) text += String.fromCharCode(...bytes.subarray(start, start + PIECE))
  return btoa(text)
}

/** The numbers of a base64 text, or null where it is none of whole doubles. */
export const fromBase64 = (text: string): Float64Array | null => {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4 !== 0) return null
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
  if (bytes.length % 8 !== 0) return null
  const view = new DataView(bytes.buffer)
  return Float64Array.from({ length: bytes.length / 8 }, (_, i) => view.getFloat64(8 * i, true))
}
