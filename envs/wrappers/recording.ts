/**
 * The recording of an episode: the key of its reset, then key, action and reward of every step, as plain persistent data.
 *
 * Steps lie in chunks of equal length on a spine. A step that is added copies the unfinished chunk and, once per chunk, the references of
 * the spine; all else is shared with the recording before it, so that no step copies the episode.
 *
 * *Source:* house rule 3, "Buffers and memories are persistent". *Deviations:* none.
 */
import type { Env, Step } from '../../src/core/env.ts'
import { invariant } from '../../src/core/invariant.ts'
import type { Key } from '../../src/core/key.ts'
import { rejection } from '../../src/core/rejection.ts'
import { decodeKey, encodeKey } from '../../src/core/rng.ts'
import { sizeOf } from '../../src/core/space.ts'

/** Steps of a chunk. */
export const chunkSteps = 64

/** Some consecutive steps: `keys` [n], and per step action and reward in `numbers` [n · (A + 1)]. */
export type RecordingChunk = Readonly<{ keys: readonly Key[]; numbers: Float64Array }>

/** An episode so far. All chunks but the last hold `chunkSteps` steps; `steps` in all. */
export type Recording = Readonly<{ keyReset: Key; actionSize: number; steps: number; chunks: readonly RecordingChunk[] }>

/** One recorded step. */
export type RecordedAction = Readonly<{ key: Key; action: Float64Array; reward: number }>

/** The recording of an episode that was just reset with `key`. */
export const startRecording = (key: Key, actionSize: number): Recording => ({ keyReset: key, actionSize, steps: 0, chunks: [] })

/** `recording` and one step more. */
export const addStep = (recording: Recording, key: Key, action: Float64Array, reward: number): Recording => {
  const { actionSize, steps, chunks } = recording
  const at = steps % chunkSteps
  const unfinished: RecordingChunk = at === 0 ? { keys: [], numbers: new Float64Array(0) } : chunks[chunks.length - 1]
  const numbers = new Float64Array((at + 1) * (actionSize + 1))
  numbers.set(unfinished.numbers)
  numbers.set(action, unfinished.numbers.length)
  numbers[numbers.length - 1] = reward
  const chunk = { keys: [...unfinished.keys, key], numbers }
  return { ...recording, steps: steps + 1, chunks: at === 0 ? [...chunks, chunk] : chunks.with(-1, chunk) }
}

/** Step `t` of a recording, counted from 0. */
export const recordedAction = ({ actionSize, steps, chunks }: Recording, t: number): RecordedAction => {
  invariant(Number.isInteger(t) && t >= 0 && t < steps, `step ${t} of a recording of ${steps} steps`)
  const { keys, numbers } = chunks[Math.floor(t / chunkSteps)]
  const at = t % chunkSteps
  const start = at * (actionSize + 1)
  return { key: keys[at], action: numbers.slice(start, start + actionSize), reward: numbers[start + actionSize] }
}

const keyBytes = 16
const headerBytes = 8

const bytesOf = (steps: number, actionSize: number): number => headerBytes + keyBytes + steps * (keyBytes + 8 * (actionSize + 1))

const writeKey = (bytes: Uint8Array, at: number, key: Key): void => {
  const text = encodeKey(key)
  for (let i = 0; i < keyBytes; i++) bytes[at + i] = text.charCodeAt(i)
}

const readKey = (bytes: Uint8Array, at: number): Key => decodeKey(String.fromCharCode(...bytes.subarray(at, at + keyBytes)))

/** `[steps: u32 LE, 0, 0, 0, 0, reset key: 16 hex digits, (key: 16 hex digits, action, reward: float64 LE) per step]`. */
export const encodeRecording = (recording: Recording): Uint8Array => {
  const { keyReset, actionSize, steps, chunks } = recording
  const bytes = new Uint8Array(bytesOf(steps, actionSize))
  const view = new DataView(bytes.buffer)
  view.setUint32(0, steps, true)
  writeKey(bytes, headerBytes, keyReset)
  let at = headerBytes + keyBytes
  for (const { keys, numbers } of chunks) {
    keys.forEach((key, i) => {
      writeKey(bytes, at, key)
      at += keyBytes
      for (let n = i * (actionSize + 1); n < (i + 1) * (actionSize + 1); n++, at += 8) view.setFloat64(at, numbers[n], true)
    })
  }
  return bytes
}

/** The recording at the start of `bytes`, and how many bytes it takes; a `RangeError` where there is none. */
export const decodeRecording = (bytes: Uint8Array, actionSize: number): Readonly<{ recording: Recording; length: number }> => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const steps = bytes.length < headerBytes ? 0 : view.getUint32(0, true)
  const length = bytesOf(steps, actionSize)
  if (bytes.length < length) throw new RangeError(`a recording of ${bytes.length} bytes, expected at least ${length}`)
  const record = keyBytes + 8 * (actionSize + 1)
  const start = (t: number): number => headerBytes + keyBytes + t * record
  const chunks = Array.from({ length: Math.ceil(steps / chunkSteps) }, (_, c): RecordingChunk => {
    const first = c * chunkSteps
    const count = Math.min(chunkSteps, steps - first)
    return {
      keys: Array.from({ length: count }, (_unused, i) => readKey(bytes, start(first + i))),
      numbers: Float64Array.from({ length: count * (actionSize + 1) }, (_unused, n) => {
        const step = Math.floor(n / (actionSize + 1))
        return view.getFloat64(start(first + step) + keyBytes + 8 * (n % (actionSize + 1)), true)
      }),
    }
  })
  return { recording: { keyReset: readKey(bytes, headerBytes), actionSize, steps, chunks }, length }
}

/**
 * The episode of `recording`, run again: the reset first, then every step, bit for bit as it was on the same environment.
 * Throws a `RangeError` where the environment takes other actions or answers another reward than the recorded one.
 */
export function* replayRecording<S>(env: Env<S>, recording: Recording): Generator<Step<S>, void, undefined> {
  const { id, actionSpace } = env.spec
  const size = sizeOf(actionSpace)
  if (size !== recording.actionSize) throw rejection('recording', `actions of ${size} numbers, for ${id}`, `actions of ${recording.actionSize}`)
  let step = env.reset(recording.keyReset)
  yield step
  for (let t = 0; t < recording.steps; t++) {
    const { key, action, reward } = recordedAction(recording, t)
    step = env.step(key, step.state, action)
    if (!Object.is(step.reward, reward)) {
      throw rejection(`recording, step ${t + 1}`, `the recorded reward ${reward}`, `${step.reward} from ${id}`, 'only the same environment with the same options repeats an episode')
    }
    yield step
  }
}
