/**
 * Typed arrays as little-endian bytes, whatever the machine's own order.
 *
 * Every NaN is written with the one bit pattern 7ff8000000000000 (7fc00000 for single precision), because engines may
 * carry others, so that equal states give equal bytes.
 *
 * *Source:* ECMA-262, DataView; the NaN rule is house section 5. *Deviations:* none.
 */
import { invariant } from '../core/invariant.ts'
import type { TypedArray } from './plain-data.ts'

type Format = Readonly<{
  bytes: number
  make(length: number): TypedArray
  is(value: TypedArray): boolean
  read(view: DataView, offset: number): number
  write(view: DataView, offset: number, value: number): void
}>

const formats = {
  f64: {
    bytes: 8,
    make: (n) => new Float64Array(n),
    is: (a) => a instanceof Float64Array,
    read: (view, at) => view.getFloat64(at, true),
    write: (view, at, value) => {
      if (value === value) view.setFloat64(at, value, true)
      else view.setBigUint64(at, 0x7ff8000000000000n, true)
    },
  },
  f32: {
    bytes: 4,
    make: (n) => new Float32Array(n),
    is: (a) => a instanceof Float32Array,
    read: (view, at) => view.getFloat32(at, true),
    write: (view, at, value) => {
      if (value === value) view.setFloat32(at, value, true)
      else view.setUint32(at, 0x7fc00000, true)
    },
  },
  i32: {
    bytes: 4,
    make: (n) => new Int32Array(n),
    is: (a) => a instanceof Int32Array,
    read: (view, at) => view.getInt32(at, true),
    write: (view, at, value) => view.setInt32(at, value, true),
  },
  u32: {
    bytes: 4,
    make: (n) => new Uint32Array(n),
    is: (a) => a instanceof Uint32Array,
    read: (view, at) => view.getUint32(at, true),
    write: (view, at, value) => view.setUint32(at, value, true),
  },
  i16: {
    bytes: 2,
    make: (n) => new Int16Array(n),
    is: (a) => a instanceof Int16Array,
    read: (view, at) => view.getInt16(at, true),
    write: (view, at, value) => view.setInt16(at, value, true),
  },
  u16: {
    bytes: 2,
    make: (n) => new Uint16Array(n),
    is: (a) => a instanceof Uint16Array,
    read: (view, at) => view.getUint16(at, true),
    write: (view, at, value) => view.setUint16(at, value, true),
  },
  i8: {
    bytes: 1,
    make: (n) => new Int8Array(n),
    is: (a) => a instanceof Int8Array,
    read: (view, at) => view.getInt8(at),
    write: (view, at, value) => view.setInt8(at, value),
  },
  u8: {
    bytes: 1,
    make: (n) => new Uint8Array(n),
    is: (a) => a instanceof Uint8Array,
    read: (view, at) => view.getUint8(at),
    write: (view, at, value) => view.setUint8(at, value),
  },
} satisfies Readonly<Record<string, Format>>

export type ArrayType = keyof typeof formats

/** Names of the element types, as they stand in files. */
export const arrayTypes = Object.keys(formats) as readonly ArrayType[]

/** The name of the element type of `array`. */
export const arrayTypeOf = (array: TypedArray): ArrayType => {
  const type = arrayTypes.find((name) => formats[name].is(array))
  invariant(type !== undefined, 'an array of an unknown element type')
  return type
}

export const bytesPerElement = (type: ArrayType): number => formats[type].bytes

/** Writes `array` into `bytes` from `offset` on. */
export const writeArray = (bytes: Uint8Array, offset: number, array: TypedArray): void => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const format: Format = formats[arrayTypeOf(array)]
  for (let i = 0; i < array.length; i++) format.write(view, offset + i * format.bytes, array[i])
}

/** A fresh array of `length` elements read from `bytes` at `offset`. */
export const readArray = (bytes: Uint8Array, offset: number, type: ArrayType, length: number): TypedArray => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const format: Format = formats[type]
  const array = format.make(length)
  for (let i = 0; i < length; i++) array[i] = format.read(view, offset + i * format.bytes)
  return array
}
