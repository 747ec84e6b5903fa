import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalFloat64Bytes, parcel, sha256Hex } from '../../src/core/digest.ts'

const settings = { seed: 42, numRuns: 200 }

describe('digests', () => {
  it('are SHA-256, as published and as another implementation computes it', () => {
    expect(sha256Hex(new Uint8Array(0))).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
    expect(sha256Hex(new TextEncoder().encode('abc'))).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(sha256Hex(bytes)).toBe(createHash('sha256').update(bytes).digest('hex'))
      }),
      settings,
    )
  })

  it('doubles come back from their bytes, little end first', () => {
    expect([...canonicalFloat64Bytes([1, -0])]).toEqual([0, 0, 0, 0, 0, 0, 0xf0, 0x3f, 0, 0, 0, 0, 0, 0, 0, 0x80])
    fc.assert(
      fc.property(fc.float64Array(), (values) => {
        const view = new DataView(canonicalFloat64Bytes(values).buffer)
        values.forEach((value, i) => expect(view.getFloat64(8 * i, true)).toBe(value))
      }),
      settings,
    )
  })

  it('every NaN has one digest, and nothing else shares it', () => {
    const quiet = new Float64Array(new BigUint64Array([0x7ff8000000000000n]).buffer)
    const others = new Float64Array(new BigUint64Array([0xfff8000000000001n]).buffer)
    expect(canonicalFloat64Bytes(others)).toEqual(canonicalFloat64Bytes(quiet))
    expect(parcel(Float64Array.of(0)).digest).not.toBe(parcel(Float64Array.of(-0)).digest)
    expect(parcel(Float64Array.of(1, 2)).digest).not.toBe(parcel(Float64Array.of(2, 1)).digest)
  })

  it('a parcel keeps its vector', () => {
    const values = Float64Array.of(1, 2, 3)
    const sealed = parcel(values)
    expect(sealed.values).toBe(values)
    expect(sealed.digest).toBe(sha256Hex(canonicalFloat64Bytes(values)))
  })
})
