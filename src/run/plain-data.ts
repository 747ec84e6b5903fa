/**
 * The codec between plain data in memory and what a file can hold: JSON, and beside it a list of raw arrays.
 *
 * Plain data is null, booleans, numbers, strings, arrays, records and typed arrays. JSON has no NaN, infinities or
 * negative zero and no typed arrays; they are written as a *tag*, an object whose only special name is `$`:
 * `{"$":"NaN"}`, `{"$":"Infinity"}`, `{"$":"-Infinity"}`, `{"$":"-0"}`, and `{"$":"array","at":3}` for entry 3 of the list. A
 * record's own name that begins with `$` is written with one more `$`, so that no record can be taken for a tag.
 * Names keep their order of insertion (ECMAScript fixes it: integer-like names first), because code that walks a record
 * must meet the same order after a checkpoint. For hashing, `canonicalJson` sorts the names by code unit, so that two
 * records with the same content have the same digest.
 *
 * Decoding builds fresh objects from data; nothing is evaluated, no prototype can be reached (`__proto__` is refused).
 *
 * *Source:* ECMA-262 (order of own keys, shortest round-trip of numbers), RFC 8259. *Deviations:* none.
 */
import { chain, left, right, type Either } from 'fp-ts/lib/Either.js'
import type { Json } from '../core/env.ts'
import { invariant } from '../core/invariant.ts'
import type { Fault } from './fault.ts'

export type TypedArray = Float64Array | Float32Array | Int32Array | Uint32Array | Int16Array | Uint16Array | Int8Array | Uint8Array

export type Plain = null | boolean | number | string | TypedArray | readonly Plain[] | { readonly [name: string]: Plain }

/** JSON and the arrays that it refers to by position. */
export type Packed = Readonly<{ json: Json; arrays: readonly TypedArray[] }>

export type PlainDataFault = Fault<'NotPlainData'>

/** Deepest nesting that is read or written; a cycle shows itself by exceeding it. */
const MAX_DEPTH = 200

const specials: ReadonlyMap<string, number> = new Map([
  ['NaN', NaN],
  ['Infinity', Infinity],
  ['-Infinity', -Infinity],
  ['-0', -0],
])

const isTypedArray = (value: object): value is TypedArray =>
  value instanceof Float64Array ||
  value instanceof Float32Array ||
  value instanceof Int32Array ||
  value instanceof Uint32Array ||
  value instanceof Int16Array ||
  value instanceof Uint16Array ||
  value instanceof Int8Array ||
  value instanceof Uint8Array

const packNumber = (value: number): Json => {
  if (Object.is(value, -0)) return { $: '-0' }
  return Number.isFinite(value) ? value : { $: String(value) }
}

const child = (path: string, name: string | number): string =>
  typeof name === 'number' ? `${path}[${name}]` : path === '' ? name : `${path}.${name}`

const isPlainRecord = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

const describe = (value: unknown): string => {
  if (typeof value !== 'object' || value === null) return typeof value
  const maker: unknown = Object.getPrototypeOf(value)?.constructor
  return typeof maker === 'function' ? `an instance of ${maker.name}` : 'an object'
}

/** Shared arrays are written once per mention: the result depends on values only, never on who else holds them. */
const packAt = (value: unknown, arrays: TypedArray[], path: string, depth: number): Json => {
  invariant(depth <= MAX_DEPTH, `plain data nested deeper than ${MAX_DEPTH} levels (a cycle?) at '${path}'`)
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value
  if (typeof value === 'number') return packNumber(value)
  invariant(typeof value === 'object', `'${path}' is not plain data: ${describe(value)}`)
  if (isTypedArray(value)) return { $: 'array', at: arrays.push(value) - 1 }
  if (Array.isArray(value)) return value.map((item, i) => packAt(item, arrays, child(path, i), depth + 1))
  invariant(isPlainRecord(value), `'${path}' is not plain data: ${describe(value)}`)
  const record: Record<string, Json> = {}
  for (const [name, item] of Object.entries(value)) {
    invariant(name !== '__proto__', `'${path}' holds a field named __proto__`)
    record[name.startsWith('$') ? `$${name}` : name] = packAt(item, arrays, child(path, name), depth + 1)
  }
  return record
}

/** Packs plain data; throws an `InvariantError` naming the path of what is not (functions, undefined, class instances, cycles). */
export const pack = (value: unknown): Packed => {
  const arrays: TypedArray[] = []
  return { json: packAt(value, arrays, '', 0), arrays }
}

const refuse = (path: string, expected: string, received: string): Either<PlainDataFault, never> =>
  left({ _tag: 'NotPlainData', path, expected, received, hint: '' })

const unpackTag = (tag: Readonly<Record<string, Json>>, arrays: readonly TypedArray[], path: string): Either<PlainDataFault, Plain> => {
  const name = tag.$
  const size = Object.keys(tag).length
  const special = typeof name === 'string' && size === 1 ? specials.get(name) : undefined
  if (special !== undefined) return right(special)
  const { at } = tag
  if (name !== 'array' || size !== 2 || typeof at !== 'number') return refuse(path, 'a number or array tag', JSON.stringify(tag))
  const array = arrays[at]
  return array === undefined ? refuse(path, `an index of one of ${arrays.length} arrays`, String(at)) : right(array)
}

const unpackAt = (json: Json, arrays: readonly TypedArray[], path: string, depth: number): Either<PlainDataFault, Plain> => {
  if (depth > MAX_DEPTH) return refuse(path, `at most ${MAX_DEPTH} levels`, 'deeper nesting')
  if (json === null || typeof json !== 'object') return right(json)
  if (Array.isArray(json)) {
    const items: Plain[] = []
    for (let i = 0; i < json.length; i++) {
      const item = unpackAt(json[i], arrays, child(path, i), depth + 1)
      if (item._tag === 'Left') return item
      items.push(item.right)
    }
    return right(items)
  }
  const source = json as Readonly<Record<string, Json>>
  if (Object.hasOwn(source, '$')) return unpackTag(source, arrays, path)
  const record: Record<string, Plain> = {}
  for (const [name, value] of Object.entries(source)) {
    if (name === '__proto__' || (name.startsWith('$') && !name.startsWith('$$'))) return refuse(child(path, name), 'an ordinary name', name)
    const item = unpackAt(value, arrays, child(path, name), depth + 1)
    if (item._tag === 'Left') return item
    record[name.startsWith('$') ? name.slice(1) : name] = item.right
  }
  return right(record)
}

/** The data of `packed`: inverse of `pack`. Arrays are taken as they are, not copied. */
export const unpack = (packed: Packed): Either<PlainDataFault, Plain> => unpackAt(packed.json, packed.arrays, '', 0)

/** JSON text of plain data without typed arrays, names in order of insertion. */
export const toJsonText = (value: unknown): string => {
  const { json, arrays } = pack(value)
  invariant(arrays.length === 0, 'typed arrays cannot be written as JSON text')
  return JSON.stringify(json)
}

/** Parses JSON text as `JSON.parse` does, as data. */
export const parseJson = (text: string): Either<PlainDataFault, Json> => {
  try {
    return right(JSON.parse(text) as Json)
  } catch (error) {
    return refuse('', 'JSON', error instanceof Error ? error.message : 'something else')
  }
}

/** Inverse of `toJsonText`. */
export const fromJsonText = (text: string): Either<PlainDataFault, Plain> => chain((json: Json) => unpack({ json, arrays: [] }))(parseJson(text))

const sortNames = (json: Json): Json => {
  if (json === null || typeof json !== 'object') return json
  if (Array.isArray(json)) return json.map(sortNames)
  const entries = Object.entries(json).map(([name, value]) => [name, sortNames(value)] as const)
  entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
  return Object.fromEntries(entries)
}

/** JSON text with the names of every record sorted by code unit: equal content, equal text. For digests. */
export const canonicalJson = (value: unknown): string => {
  const { json, arrays } = pack(value)
  invariant(arrays.length === 0, 'typed arrays cannot be written as JSON text')
  return JSON.stringify(sortNames(json))
}
