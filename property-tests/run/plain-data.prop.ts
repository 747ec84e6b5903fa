import { deepStrictEqual } from 'node:assert/strict'
import fc from 'fast-check'
import { isRight } from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import { InvariantError } from '../../src/core/invariant.ts'
import { canonicalJson, fromJsonText, pack, toJsonText, unpack, type Plain } from '../../src/run/plain-data.ts'

const special = fc.constantFrom(NaN, Infinity, -Infinity, -0, 0, 5e-324, Number.MAX_VALUE)
const name = fc.oneof(fc.string(), fc.constantFrom('$', '$$', '$x', 'at', '0', 'constructor', 'prototype', 'toString')).filter((text) => text !== '__proto__')
const scalar = fc.oneof(fc.constant(null), fc.boolean(), fc.double(), special, fc.string())

const plain = (withArrays: boolean): fc.Arbitrary<Plain> =>
  fc.letrec<{ value: Plain }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      scalar,
      ...(withArrays ? [fc.float64Array(), fc.float32Array(), fc.uint32Array(), fc.int8Array(), fc.uint8Array()] : []),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(name, tie('value'), { maxKeys: 4, noNullPrototype: true }),
    ) as fc.Arbitrary<Plain>,
  })).value

describe('plain data', () => {
  test('packing and unpacking gives the same data, through JSON text too', () => {
    fc.assert(
      fc.property(plain(true), (value) => {
        const { json, arrays } = pack(value)
        const back = unpack({ json: JSON.parse(JSON.stringify(json)), arrays })
        deepStrictEqual(isRight(back) && back.right, value) // vitest's own comparison stumbles over fields named constructor
      }),
      { seed: 42, numRuns: 500 },
    )
  })

  test('the text of data is the text of what it is read back as', () => {
    fc.assert(
      fc.property(plain(false), (value) => {
        const text = toJsonText(value)
        const back = fromJsonText(text)
        expect(isRight(back) && toJsonText(back.right)).toBe(text)
      }),
      { seed: 42, numRuns: 500 },
    )
  })

  test('canonical text does not depend on the order of names, and on nothing else', () => {
    expect(canonicalJson({ b: 1, a: { d: -0, c: [2, 1] } })).toBe('{"a":{"c":[2,1],"d":{"$":"-0"}},"b":1}')
    const shuffled = (value: Plain): Plain =>
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? Object.fromEntries(
            Object.entries(value)
              .reverse()
              .map(([key, item]) => [key, shuffled(item)]),
          )
        : value
    fc.assert(
      fc.property(plain(false), (value) => {
        expect(canonicalJson(shuffled(value))).toBe(canonicalJson(value))
      }),
      { seed: 42, numRuns: 300 },
    )
    expect(canonicalJson([1, 2])).not.toBe(canonicalJson([2, 1]))
  })

  test.each([
    ['undefined', { a: { b: undefined } }, "'a.b' is not plain data: undefined"],
    ['a function', [() => 1], "'[0]' is not plain data: function"],
    ['a class instance', { when: new Date(0) }, "'when' is not plain data: an instance of Date"],
    ['a map', new Map(), 'an instance of Map'],
    ['a bigint', 1n, 'bigint'],
    ['big integers in an array', { a: BigInt64Array.of(1n) }, 'an instance of BigInt64Array'],
  ])('%s is not plain data', (_, value, message) => {
    expect(() => pack(value)).toThrow(InvariantError)
    expect(() => pack(value)).toThrow(message)
  })

  test('a cycle is found', () => {
    const cycle: Record<string, unknown> = {}
    cycle.self = cycle
    expect(() => pack(cycle)).toThrow('a cycle?')
  })

  test('typed arrays cannot become JSON text', () => {
    expect(() => toJsonText({ a: new Float64Array(1) })).toThrow(InvariantError)
  })

  test.each([
    ['{"__proto__":{"polluted":1}}', '__proto__'],
    ['{"a":[{"__proto__":null}]}', 'a[0].__proto__'],
    ['{"$":"NaN","x":1}', ''],
    ['{"$":"eval"}', ''],
    ['{"$":"array","at":0}', ''],
    ['{"$":"array","at":"constructor"}', ''],
    ['{"a":{"$":{"$":"NaN"}}}', 'a'],
    ['{"$x":1}', '$x'],
    ['{', ''],
    ['[1,]', ''],
    [`${'['.repeat(300)}${']'.repeat(300)}`, '[0]'.repeat(201)],
  ])('%s is refused by its place', (text, path) => {
    const read = fromJsonText(text)
    expect(read).toMatchObject({ _tag: 'Left', left: { _tag: 'NotPlainData', path } })
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
  })

  test('records are read as ordinary records whose prototype nothing has touched', () => {
    const read = fromJsonText('{"constructor":{"prototype":{"x":1}},"hasOwnProperty":2}')
    expect(isRight(read) && Object.getPrototypeOf(read.right)).toBe(Object.prototype)
    expect(Object.prototype.hasOwnProperty.call({}, 'x')).toBe(false)
  })
})
