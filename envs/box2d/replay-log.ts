/**
 * The history of one episode as bytes: the key of the reset, then the key and the action of every step.
 *
 * Box2D keeps warm starts, sleeping times and a contact graph that cannot be read out. So the state of a Box2D environment is its
 * history, and a state is restored by replaying it; only what a live world has not yet lived through needs replaying.
 * Layout: 16 hex digits of the reset key, then per step 16 hex digits of the key and the action (float64, little endian).
 *
 * *Source:* house contract 4, "Environments". *Deviations:* none.
 */
import type { Key } from '../../src/core/key.ts'
import { decodeKey, encodeKey } from '../../src/core/rng.ts'

const keyBytes = 16

/** A growing history of actions of a fixed size. */
export type ReplayLog = Readonly<{
  /** Forgets everything and starts an episode. */
  begin(key: Key): void
  push(key: Key, action: Float64Array): void
  /** The history so far. */
  bytes(): Uint8Array
  /** The number of steps after which `other` continues this history, or null when it does not. */
  stepsBefore(other: Uint8Array): number | null
}>

/** A history read back from bytes. */
export type Replay = Readonly<{ keyReset: Key; steps: number; key(step: number): Key; action(step: number, out: Float64Array): void }>

const recordBytes = (actionSize: number): number => keyBytes + 8 * actionSize

const writeKey = (bytes: Uint8Array, at: number, key: Key): void => {
  const text = encodeKey(key)
  for (let i = 0; i < keyBytes; i++) bytes[at + i] = text.charCodeAt(i)
}

const readKey = (bytes: Uint8Array, at: number): Key => decodeKey(String.fromCharCode(...bytes.subarray(at, at + keyBytes)))

/** An empty history for actions of `actionSize` numbers. */
export const createReplayLog = (actionSize: number): ReplayLog => {
  const record = recordBytes(actionSize)
  let bytes = new Uint8Array(keyBytes + 64 * record)
  let view = new DataView(bytes.buffer)
  let used = 0
  // the keys of the newest steps, written out only when somebody asks for bytes
  const unwritten: Key[] = []
  const writeKeys = (): void => {
    const first = used - unwritten.length * record
    unwritten.forEach((key, i) => writeKey(bytes, first + i * record, key))
    unwritten.length = 0
  }
  const grow = (): void => {
    const larger = new Uint8Array(2 * bytes.length)
    larger.set(bytes)
    bytes = larger
    view = new DataView(bytes.buffer)
  }
  return {
    begin(key) {
      unwritten.length = 0
      writeKey(bytes, 0, key)
      used = keyBytes
    },
    push(key, action) {
      if (used + record > bytes.length) grow()
      unwritten.push(key)
      for (let i = 0; i < actionSize; i++) view.setFloat64(used + keyBytes + 8 * i, action[i], true)
      used += record
    },
    bytes() {
      writeKeys()
      return bytes.slice(0, used)
    },
    stepsBefore(other) {
      writeKeys()
      if (used === 0 || other.length < used) return null
      for (let i = 0; i < used; i++) if (other[i] !== bytes[i]) return null
      return (used - keyBytes) / record
    },
  }
}

/** The history in `bytes`; a `RangeError` when its length or a key cannot be one. */
export const readReplay = (bytes: Uint8Array, actionSize: number): Replay => {
  const record = recordBytes(actionSize)
  const steps = (bytes.length - keyBytes) / record
  if (!Number.isInteger(steps) || steps < 0) throw new RangeError(`a history of ${bytes.length} bytes holds no whole number of steps`)
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  return {
    keyReset: readKey(bytes, 0),
    steps,
    key: (step) => readKey(bytes, keyBytes + step * record),
    action(step, out) {
      for (let i = 0; i < actionSize; i++) out[i] = view.getFloat64(keyBytes + step * record + keyBytes + 8 * i, true)
    },
  }
}
