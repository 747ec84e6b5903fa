/**
 * Recording episodes of an environment along its pure path, and finding the first bit in which something differs from a record.
 *
 * *Source:* house. *Deviations:* none.
 */
import type { Env, LiveEnv, Step } from './env.ts'
import type { Key } from './key.ts'
import { foldIn } from './rng.ts'
import { sample, sizeOf, type Space } from './space.ts'

/** One step as it was returned, with copies taken at that moment. */
export type RecordedStep<S> = Readonly<{ step: Step<S>; obs: Float64Array; bytes: Uint8Array }>

/** `steps[0]` is the reset; `steps[t + 1]` follows `actions[t]` under `keys[t]`. `given` are copies of the actions. */
export type Episode<S> = Readonly<{
  keyReset: Key
  keys: readonly Key[]
  actions: readonly Float64Array[]
  given: readonly Float64Array[]
  steps: readonly RecordedStep<S>[]
}>

/**
 * How an episode is driven: by a random action at every step, by one random action held at the bounds of its box, or by the neutral
 * one (zero moved into the bounds).
 */
export type Drive = 'random' | 'hold' | 'idle'

/** The action of `drive` at `step`; `key` is that of the episode's actions. */
export const driveAction = (key: Key, space: Space, drive: Drive, step: number): Float64Array => {
  if (drive === 'random') return sample(foldIn(key, step), space)
  if (drive === 'hold') {
    const drawn = sample(key, space)
    if (space.kind === 'discrete') return drawn
    return drawn.map((x, i) => {
      const bound = 2 * x < space.low[i] + space.high[i] ? space.low[i] : space.high[i]
      return Number.isFinite(bound) ? bound : x
    })
  }
  if (space.kind === 'discrete') return Float64Array.of(0)
  return Float64Array.from(space.low, (low, i) => Math.max(low, Math.min(space.high[i], 0)))
}

/** One episode from `key`, until it ends, reaches the time limit that the spec states, or `maxSteps` are taken. */
export const recordEpisode = <S>(env: Env<S>, key: Key, maxSteps: number, drive: Drive): Episode<S> => {
  const keyReset = foldIn(key, 0)
  const keySteps = foldIn(key, 1)
  const keyActions = foldIn(key, 2)
  const keep = (step: Step<S>): RecordedStep<S> => ({ step, obs: step.obs.slice(), bytes: env.encode(step.state).slice() })
  const keys: Key[] = []
  const actions: Float64Array[] = []
  const given: Float64Array[] = []
  const steps = [keep(env.reset(keyReset))]
  const longest = Math.min(maxSteps, env.spec.timeLimit ?? Infinity)
  for (let t = 0; t < longest; t++) {
    const { step } = steps[t]
    if (step.terminated || step.truncated) break
    const key = foldIn(keySteps, t)
    const action = driveAction(keyActions, env.spec.actionSpace, drive, t)
    given.push(action.slice())
    keys.push(key)
    actions.push(action)
    steps.push(keep(env.step(key, step.state, action)))
  }
  return { keyReset, keys, actions, given, steps }
}

/** The first entry in which two vectors differ in their bits, in words; null when they agree. Any NaN equals any other. */
export const vectorDifference = (what: string, expected: ArrayLike<number>, actual: ArrayLike<number>): string | null => {
  if (expected.length !== actual.length) return `${what} has ${actual.length} entries, expected ${expected.length}`
  for (let i = 0; i < expected.length; i++) {
    if (!Object.is(expected[i], actual[i])) return `${what}[${i}] is ${actual[i]}, expected ${expected[i]}`
  }
  return null
}

type Outcome = Readonly<{ reward: number; terminated: boolean; truncated: boolean }>

const outcomeDifference = (expected: Outcome, actual: Outcome): string | null => {
  for (const name of ['reward', 'terminated', 'truncated'] as const) {
    if (!Object.is(expected[name], actual[name])) return `${name} is ${String(actual[name])}, expected ${String(expected[name])}`
  }
  return null
}

/** What a step of the pure path differs in from the record, in words; null when nothing does. */
export const stepDifference = <S>(env: Env<S>, expected: RecordedStep<S>, actual: Step<S>): string | null =>
  vectorDifference('obs', expected.obs, actual.obs) ??
  outcomeDifference(expected.step, actual) ??
  vectorDifference('encoded state byte', expected.bytes, env.encode(actual.state))

/** What a live environment, having written `obs`, differs in from the record, in words; null when nothing does. */
export const liveDifference = <S>(live: LiveEnv, obs: Float64Array, expected: RecordedStep<S>): string | null =>
  vectorDifference('obs', expected.obs, obs) ??
  outcomeDifference(expected.step, live) ??
  (live.unstable && !live.terminated ? 'unstable, but not terminated' : null)

/** One live environment that follows a recorded episode step by step. */
export type Follower = Readonly<{
  /** Takes the next step (the first call resets); answers the first difference from the record. */
  next(): string | null
  done(): boolean
}>

/** Follows steps 0 … `until` of `episode` on `live`. */
export const follow = <S>(live: LiveEnv, episode: Episode<S>, until = episode.steps.length - 1): Follower => {
  const obs = new Float64Array(sizeOf(live.spec.observationSpace))
  let t = 0
  return {
    next() {
      if (t === 0) live.reset(episode.keyReset, obs)
      else live.step(episode.keys[t - 1], episode.actions[t - 1], obs)
      const difference = liveDifference(live, obs, episode.steps[t])
      t++
      return difference === null ? null : `step ${t - 1}: ${difference}`
    },
    done: () => t > until,
  }
}

/** Runs a follower to its end; answers the first difference. */
export const followAll = (follower: Follower): string | null => {
  while (!follower.done()) {
    const difference = follower.next()
    if (difference !== null) return difference
  }
  return null
}
