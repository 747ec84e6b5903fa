/**
 * The checkpoint file: a whole experiment state as JSON plus raw little-endian arrays, closed by a digest.
 *
 * ```
 * 0    8   magic 89 42 4C 56 4C 0D 0A 1A (a transfer as text damages it visibly)
 * 8    4   format version, u32
 * 12   4   bytes of the JSON header, u32
 * 16   8   bytes of the whole file, f64
 * 24   …   JSON header: who wrote it, where in the event log, table of arrays, the state (see plain-data.ts)
 * …        arrays in the order of the table, each starting at a multiple of 8, zero bytes between
 * −32  32  SHA-256 of everything before
 * ```
 * Numbers are little-endian; the first 24 bytes and the last 32 are the same in every version. NaNs are written with one
 * bit pattern. Loading evaluates nothing.
 *
 * *Source:* the signature trick is PNG's (RFC 2083, section 3.1); house contract 4. *Deviations:* none.
 */
import { left, right, type Either } from 'fp-ts/lib/Either.js'
import { z } from 'zod'
import { sha256Hex } from '../core/digest.ts'
import type { Json } from '../core/env.ts'
import type { EventsMark } from './events.ts'
import type { Fault } from './fault.ts'
import { pack, parseJson, unpack, type TypedArray } from './plain-data.ts'
import { arrayTypeOf, arrayTypes, bytesPerElement, readArray, writeArray } from './raw-array.ts'

/** The version of the layout above. */
export const CHECKPOINT_VERSION = 1

/** A state and where it belongs. `state` is plain data. */
export type Checkpoint<S> = Readonly<{
  runId: string
  configDigest: string
  codeVersion: string
  step: number
  events: EventsMark
  state: S
}>

/**
 * `Truncated`: the file ends early. `Altered`: its digest does not fit. `NotACheckpoint`: another kind of file.
 * `OtherVersion`, `OtherCode`, `OtherConfig`: intact, but written by another format, code version or config.
 */
export type CheckpointFault = Fault<'Truncated' | 'Altered' | 'NotACheckpoint' | 'OtherVersion' | 'OtherCode' | 'OtherConfig'>

/** What the reader knows about the run that a checkpoint must belong to. */
export type CheckpointOwner = Readonly<{ configDigest: string; codeVersion: string }>

const MAGIC = Uint8Array.of(0x89, 0x42, 0x4c, 0x56, 0x4c, 0x0d, 0x0a, 0x1a)
const PREFIX = 24
const DIGEST = 32

const aligned = (bytes: number): number => Math.ceil(bytes / 8) * 8

const count = z.number().int().nonnegative()

const headerSchema = z.strictObject({
  runId: z.string(),
  configDigest: z.string(),
  codeVersion: z.string(),
  step: count,
  events: z.strictObject({ bytes: count, count, chain: z.string() }),
  arrays: z.array(z.strictObject({ type: z.enum(arrayTypes), length: count })),
  state: z.unknown(),
})

type Header = z.infer<typeof headerSchema>
type Table = Header['arrays']

const digestOf = (bytes: Uint8Array): Uint8Array => {
  const hex = sha256Hex(bytes)
  return Uint8Array.from({ length: DIGEST }, (_, i) => Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16))
}

const bodyBytes = (table: Table): number => table.reduce((sum, { type, length }) => sum + aligned(length * bytesPerElement(type)), 0)

/** The bytes of a checkpoint file; throws an `InvariantError` where the state is not plain data. */
export const encodeCheckpoint = <S>(checkpoint: Checkpoint<S>): Uint8Array => {
  const { state, ...about } = checkpoint
  const { json, arrays } = pack(state)
  const table: Table = arrays.map((array) => ({ type: arrayTypeOf(array), length: array.length }))
  const header = new TextEncoder().encode(JSON.stringify({ ...about, arrays: table, state: json }))
  const start = PREFIX + aligned(header.length)
  const size = start + bodyBytes(table) + DIGEST
  const bytes = new Uint8Array(size)
  const view = new DataView(bytes.buffer)
  bytes.set(MAGIC)
  view.setUint32(8, CHECKPOINT_VERSION, true)
  view.setUint32(12, header.length, true)
  view.setFloat64(16, size, true)
  bytes.set(header, PREFIX)
  let offset = start
  for (const array of arrays) {
    writeArray(bytes, offset, array)
    offset += aligned(array.byteLength)
  }
  bytes.set(digestOf(bytes.subarray(0, size - DIGEST)), size - DIGEST)
  return bytes
}

const fault = (tag: CheckpointFault['_tag'], expected: string, received: string, hint: string): Either<CheckpointFault, never> =>
  left({ _tag: tag, path: '', expected, received, hint })

const equalBytes = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((byte, i) => byte === b[i])

/** The checks that need no understanding of the header: kind of file, length, digest, version. */
const checkEnvelope = (bytes: Uint8Array): Either<CheckpointFault, DataView> => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const shown = bytes.subarray(0, MAGIC.length)
  if (!equalBytes(shown, MAGIC.subarray(0, shown.length))) return fault('NotACheckpoint', 'a checkpoint file', 'another signature', '')
  if (bytes.length < PREFIX + DIGEST) return fault('Truncated', `at least ${PREFIX + DIGEST} bytes`, `${bytes.length} bytes`, 'the file ends early')
  const size = view.getFloat64(16, true)
  if (bytes.length < size) return fault('Truncated', `${size} bytes`, `${bytes.length} bytes`, 'the file ends early')
  const digest = digestOf(bytes.subarray(0, bytes.length - DIGEST))
  if (bytes.length !== size || !equalBytes(digest, bytes.subarray(bytes.length - DIGEST))) {
    return fault('Altered', 'content that fits its digest', 'other content', 'the file was changed after it was written')
  }
  const version = view.getUint32(8, true)
  if (version !== CHECKPOINT_VERSION)
    return fault('OtherVersion', `format version ${CHECKPOINT_VERSION}`, `version ${version}`, 'use the version of bilevel that wrote it')
  return right(view)
}

const parseHeader = (bytes: Uint8Array): Header | null => {
  const json = parseJson(new TextDecoder().decode(bytes))
  const header = json._tag === 'Left' ? null : headerSchema.safeParse(json.right)
  return header?.success === true ? header.data : null
}

const readArrays = (bytes: Uint8Array, start: number, table: Table): readonly TypedArray[] | null => {
  if (start + bodyBytes(table) + DIGEST !== bytes.length) return null
  let offset = start
  return table.map(({ type, length }) => {
    const array = readArray(bytes, offset, type, length)
    offset += aligned(array.byteLength)
    return array
  })
}

/**
 * Reads a checkpoint and says by tag what is wrong with it. The type of the state is trusted from `owner`: config and code version
 * decide it, the digest vouches for the content. Without an owner (null) the checkpoint of any run is read, and `S` should be `unknown`.
 */
export const decodeCheckpoint = <S>(bytes: Uint8Array, owner: CheckpointOwner | null): Either<CheckpointFault, Checkpoint<S>> => {
  const view = checkEnvelope(bytes)
  if (view._tag === 'Left') return view
  const headerLength = view.right.getUint32(12, true)
  const broken = fault('Altered', 'a readable header', 'something else', 'the file was written by another program')
  const parsed = parseHeader(bytes.subarray(PREFIX, Math.min(bytes.length - DIGEST, PREFIX + headerLength)))
  if (parsed === null) return broken
  if (owner !== null && parsed.codeVersion !== owner.codeVersion) {
    return fault(
      'OtherCode',
      `code version ${owner.codeVersion}`,
      `code version ${parsed.codeVersion}`,
      'only the version that wrote it continues it bit for bit',
    )
  }
  if (owner !== null && parsed.configDigest !== owner.configDigest) {
    return fault('OtherConfig', `config ${owner.configDigest}`, `config ${parsed.configDigest}`, 'the checkpoint belongs to another run')
  }
  const arrays = readArrays(bytes, PREFIX + aligned(headerLength), parsed.arrays)
  if (arrays === null) return broken
  const state = unpack({ json: parsed.state as Json, arrays })
  if (state._tag === 'Left') return broken
  const { runId, configDigest, codeVersion, step, events } = parsed
  return right({ runId, configDigest, codeVersion, step, events, state: state.right as S })
}
