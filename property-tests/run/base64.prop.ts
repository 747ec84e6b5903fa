import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fromBase64, toBase64 } from '../../src/run/base64.ts'

test('base64 keeps every number', () => {
  fc.assert(
    fc.property(fc.float64Array({ maxLength: 40 }), (values) => {
      expect(fromBase64(toBase64(values))).toStrictEqual(values)
    }),
    { seed: 42, numRuns: 200 },
  )
  const many = Float64Array.from({ length: 5000 }, (_, i) => i / 3) // more than one piece
  expect(fromBase64(toBase64(many))).toStrictEqual(many)
})

test('the bytes are little-endian and the text is that of RFC 4648', () => {
  expect(toBase64(Float64Array.of(1))).toBe(Buffer.from([0, 0, 0, 0, 0, 0, 0xf0, 0x3f]).toString('base64'))
  expect(toBase64(new Float64Array(0))).toBe('')
})

test.each(['AAAA', 'A', '====', 'AAAAAAAA8D8', 'AAAAAAAA8D8*', 'AAAAAAAA 8D8='])('%s holds no numbers', (text) => {
  expect(fromBase64(text)).toBeNull()
})
