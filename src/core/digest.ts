/**
 * Digests of numbers: SHA-256 over little-endian bytes with every NaN written as one pattern.
 *
 * *Source:* NIST FIPS 180-4 (SHA-256, computed by @noble/hashes). *Deviations:* none.
 */
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import type { Parcel } from './job.ts'

/** SHA-256 of `bytes` as 64 lower-case hexadecimal digits. */
export const sha256Hex = (bytes: Uint8Array): string => bytesToHex(sha256(bytes))

/** Little-endian bytes of `values` [n] in a new array [8 n]; engines differ in the bits of NaN, so each is written as 7ff8 0000 0000 0000. */
export const canonicalFloat64Bytes = (values: ArrayLike<number>): Uint8Array => {
  const bytes = new Uint8Array(values.length * 8)
  const view = new DataView(bytes.buffer)
  for (let i = 0; i < values.length; i++) {
    const value = values[i]
    if (Number.isNaN(value)) view.setUint32(8 * i + 4, 0x7ff80000, true)
    else view.setFloat64(8 * i, value, true)
  }
  return bytes
}

/** A vector with the digest of its canonical bytes; the vector is kept, not copied, and must not be written to afterwards. */
export const parcel = (values: Float64Array): Parcel => ({ digest: sha256Hex(canonicalFloat64Bytes(values)), values })
