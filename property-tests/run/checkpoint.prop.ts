import fc from 'fast-check'
import { isRight } from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import { sha256Hex } from '../../src/core/digest.ts'
import { InvariantError } from '../../src/core/invariant.ts'
import { decodeCheckpoint, encodeCheckpoint, type Checkpoint } from '../../src/run/checkpoint.ts'
import { startMark } from '../../src/run/events.ts'
import { codecFindings, type StateCodec } from '../laws/state-codec.ts'
import { brokenCodecs } from '../mutants/state-codecs.ts'

const owner = { configDigest: 'c'.repeat(64), codeVersion: '0.1.0' }
const about = { ...owner, runId: 'run', step: 3, events: startMark }
const encode = (state: unknown): Uint8Array => encodeCheckpoint({ ...about, state })

const codec: StateCodec = {
  encode,
  decode: (bytes) => {
    const read = decodeCheckpoint<unknown>(bytes, owner)
    return isRight(read) ? read.right.state : undefined
  },
}

const tagOf = (bytes: Uint8Array, by = owner): string => {
  const read = decodeCheckpoint<unknown>(bytes, by)
  return isRight(read) ? 'read' : read.left._tag
}

/** `bytes` with `change` applied and the digest made to fit again: damage that only the inner checks can find. */
const resealed = (bytes: Uint8Array, change: (copy: Uint8Array, view: DataView) => void): Uint8Array => {
  const copy = bytes.slice()
  change(copy, new DataView(copy.buffer))
  const hex = sha256Hex(copy.subarray(0, -32))
  copy.set(
    Uint8Array.from({ length: 32 }, (_, i) => Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16)),
    copy.length - 32,
  )
  return copy
}

const replaceText = (bytes: Uint8Array, from: string, to: string): Uint8Array => {
  expect(to).toHaveLength(from.length)
  const at = Buffer.from(bytes).indexOf(from)
  expect(at).toBeGreaterThan(0)
  return resealed(bytes, (copy) => copy.set(new TextEncoder().encode(to), at))
}

describe('checkpoint file', () => {
  test('obeys the laws of a codec of states', () => {
    expect(codecFindings(codec)).toEqual([])
  })

  test.each(Object.entries(brokenCodecs))('the laws find: %s', (_, mutant) => {
    expect(codecFindings(mutant(codec))).not.toEqual([])
  })

  test('keeps everything that it says about itself', () => {
    const checkpoint: Checkpoint<unknown> = { ...about, events: { bytes: 120, count: 2, chain: 'a'.repeat(64) }, state: { mean: Float64Array.of(1, NaN) } }
    const read = decodeCheckpoint<unknown>(encodeCheckpoint(checkpoint), owner)
    expect(isRight(read) && read.right).toStrictEqual(checkpoint)
  })

  test('starts with its signature and lays arrays at multiples of 8, little-endian', () => {
    const bytes = encode({ a: Uint8Array.of(7, 8, 9), b: Float64Array.of(1) })
    expect([...bytes.subarray(0, 8)]).toEqual([0x89, 0x42, 0x4c, 0x56, 0x4c, 0x0d, 0x0a, 0x1a])
    const tail = bytes.subarray(-32 - 16, -32)
    expect([...tail]).toEqual([7, 8, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f])
    expect((bytes.length - 32) % 8).toBe(0)
  })

  test('every NaN is written with one bit pattern', () => {
    const other = new Float64Array(1)
    new DataView(other.buffer).setBigUint64(0, 0xfff8_0000_0000_0001n, true)
    expect(encode({ v: other })).toStrictEqual(encode({ v: Float64Array.of(NaN) }))
    const single = new Float32Array(1)
    new DataView(single.buffer).setUint32(0, 0xffc0_0001, true)
    expect(encode({ v: single })).toStrictEqual(encode({ v: Float32Array.of(NaN) }))
  })

  test('a change of any byte is found, whatever it is changed to', () => {
    const bytes = encode({ mean: Float64Array.from({ length: 20 }, (_, i) => i / 3), note: 'x', list: [1, 2, { a: NaN }] })
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        expect(['Altered', 'Truncated', 'NotACheckpoint']).toContain(tagOf(bytes.map((byte, i) => (i === at ? byte ^ flip : byte))))
      }),
      { seed: 42, numRuns: 2000 },
    )
  })

  test('says what is wrong', () => {
    const bytes = encode({ mean: Float64Array.of(1, 2) })
    expect(tagOf(bytes)).toBe('read')
    expect(tagOf(bytes.subarray(0, bytes.length - 1))).toBe('Truncated')
    expect(tagOf(bytes.subarray(0, 30))).toBe('Truncated')
    expect(tagOf(new Uint8Array(0))).toBe('Truncated')
    expect(tagOf(new TextEncoder().encode('{"state":{}}'.repeat(9)))).toBe('NotACheckpoint')
    expect(tagOf(bytes.map((byte, i) => (i === bytes.length - 40 ? byte ^ 1 : byte)))).toBe('Altered')
    expect(tagOf(Uint8Array.of(...bytes, 0))).toBe('Altered')
    expect(tagOf(resealed(bytes, (_, view) => view.setUint32(8, 2, true)))).toBe('OtherVersion')
    expect(tagOf(bytes, { ...owner, codeVersion: '0.2.0' })).toBe('OtherCode')
    expect(tagOf(bytes, { ...owner, configDigest: 'd' })).toBe('OtherConfig')
  })

  test('a file written by another program, its digest in order, is refused too', () => {
    const bytes = encode({ mean: Float64Array.of(1, 2), safe: { longer: 1 } })
    expect(tagOf(resealed(bytes, (_, view) => view.setUint32(12, 0xffff_ffff, true)))).toBe('Altered')
    expect(tagOf(replaceText(bytes, '"length":2', '"length":9'))).toBe('Altered')
    expect(tagOf(replaceText(bytes, '"length":2', '"length":-'))).toBe('Altered')
    expect(tagOf(replaceText(bytes, '"f64"', '"f65"'))).toBe('Altered')
    expect(tagOf(replaceText(bytes, '"at":0', '"at":1'))).toBe('Altered')
    expect(tagOf(replaceText(bytes, '"step":3', '"steb":3'))).toBe('Altered')
  })

  test('loading reaches no prototype', () => {
    const bytes = encode({ safe_one_: { polluted: 1 } })
    expect(tagOf(replaceText(bytes, '"safe_one_"', '"__proto__"'))).toBe('Altered')
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
  })

  test('without an owner any run is read', () => {
    const read = decodeCheckpoint<unknown>(encode({ x: 1 }), null)
    expect(isRight(read) && read.right.state).toEqual({ x: 1 })
  })

  test('a state that is not plain data is our mistake', () => {
    expect(() => encode({ run: () => 1 })).toThrow(InvariantError)
  })
})
