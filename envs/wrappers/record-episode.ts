/**
 * RecordEpisode: keeps, within the state, everything that is needed to run the episode again (`recording.ts`).
 *
 * Actions are kept as they come to the wrapper and rewards as they leave the environment below, so a recording is of that environment:
 * `replayRecording` repeats it there, and a wrapper around it repeats what it made of it. The fast path keeps one chunk per 64 steps,
 * and allocates nothing else. No registry names this wrapper: whoever records also reads.
 *
 * *Source:* Gymnasium 1.x, `gymnasium.wrappers.RecordEpisodeStatistics` and `RecordVideo` (the purpose).
 * *Deviations:* 1. causes are kept, not statistics or frames: keys and actions from which all of it can be computed again.
 */
import type { Env, LiveEnv, Step } from '../../src/core/env.ts'
import { invariant } from '../../src/core/invariant.ts'
import type { Key } from '../../src/core/key.ts'
import { sizeOf } from '../../src/core/space.ts'
import { addStep, chunkSteps, decodeRecording, encodeRecording, startRecording, type Recording, type RecordingChunk } from './recording.ts'

/** A state of the environment below, and how it was come by. */
export type RecordedState<S> = Readonly<{ inner: S; recording: Recording }>

/** The fast path; `recording` is a value that later steps leave as it is. */
export interface RecordingLive extends LiveEnv {
  recording(): Recording
}

/** An environment whose states tell how they were come by. */
export interface RecordingEnv<S> extends Env<RecordedState<S>> {
  live(): RecordingLive
}

/** A recording that grows in place, and gives immutable ones away. */
const createTape = (actionSize: number) => {
  const width = actionSize + 1
  let keyReset: Key | null = null
  let chunks: RecordingChunk[] = []
  let keys: Key[] = []
  let numbers = new Float64Array(chunkSteps * width)
  let used = 0
  return {
    begin(key: Key): void {
      keyReset = key
      chunks = []
      keys = []
      used = 0
    },
    push(key: Key, action: Float64Array, env: LiveEnv): void {
      keys.push(key)
      for (let i = 0; i < actionSize; i++) numbers[used * width + i] = action[i]
      numbers[used * width + actionSize] = env.reward
      if (++used < chunkSteps) return
      chunks.push({ keys, numbers })
      keys = []
      numbers = new Float64Array(chunkSteps * width)
      used = 0
    },
    read(): Recording {
      invariant(keyReset !== null, 'a recording before the first reset')
      const unfinished: RecordingChunk[] = used === 0 ? [] : [{ keys: keys.slice(), numbers: numbers.slice(0, used * width) }]
      return { keyReset, actionSize, steps: chunks.length * chunkSteps + used, chunks: [...chunks, ...unfinished] }
    },
    load({ keyReset: key, chunks: stored }: Recording): void {
      keyReset = key
      const last = stored.at(-1)
      const isFull = last === undefined || last.keys.length === chunkSteps
      chunks = isFull ? stored.slice() : stored.slice(0, -1)
      keys = isFull ? [] : last.keys.slice()
      numbers = new Float64Array(chunkSteps * width)
      if (!isFull) numbers.set(last.numbers)
      used = keys.length
    },
  }
}

const join = (recording: Recording, inner: Uint8Array): Uint8Array => {
  const head = encodeRecording(recording)
  const bytes = new Uint8Array(head.length + inner.length)
  bytes.set(head)
  bytes.set(inner, head.length)
  return bytes
}

const recordingLive = (below: LiveEnv): RecordingLive => {
  const { spec } = below
  const actionSize = sizeOf(spec.actionSpace)
  const tape = createTape(actionSize)
  const takeOver = (): void => {
    live.reward = below.reward
    live.terminated = below.terminated
    live.truncated = below.truncated
    live.unstable = below.unstable
  }
  const live: RecordingLive = {
    spec,
    reward: 0,
    terminated: false,
    truncated: false,
    unstable: false,
    reset(key, obs) {
      below.reset(key, obs)
      tape.begin(key)
      takeOver()
    },
    step(key, action, obs) {
      below.step(key, action, obs)
      tape.push(key, action, below)
      takeOver()
    },
    save: () => join(tape.read(), below.save()),
    restore(bytes) {
      const { recording, length } = decodeRecording(bytes, actionSize)
      below.restore(bytes.slice(length))
      tape.load(recording)
      takeOver()
    },
    info: () => below.info(),
    recording: () => tape.read(),
  }
  return live
}

/** `env` whose states hold a `Recording` of their episode. */
export const recordEpisode = <S>(env: Env<S>): RecordingEnv<S> => {
  const { spec } = env
  const actionSize = sizeOf(spec.actionSpace)
  const draw = env.picture?.bind(env)
  const withRecording = (step: Step<S>, recording: Recording): Step<RecordedState<S>> => ({ ...step, state: { inner: step.state, recording } })
  return {
    spec,
    reset: (key) => withRecording(env.reset(key), startRecording(key, actionSize)),
    step(key, state, action) {
      const step = env.step(key, state.inner, action)
      return withRecording(step, addStep(state.recording, key, action, step.reward))
    },
    encode: (state) => join(state.recording, env.encode(state.inner)),
    decode(bytes) {
      const { recording, length } = decodeRecording(bytes, actionSize)
      return { inner: env.decode(bytes.slice(length)), recording }
    },
    ...(draw === undefined ? {} : { picture: (state: RecordedState<S>) => draw(state.inner) }),
    live: () => recordingLive(env.live()),
    close: () => env.close(),
  }
}
