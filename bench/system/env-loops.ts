/**
 * Two ways to step an environment through the same episodes: as the environment that it is, and as its simulator alone.
 *
 * *Source:* house goal for environments. *Deviations:* none.
 */
import type { LiveEnv } from '../../src/core/env.ts'
import type { Key } from '../../src/core/key.ts'
import { foldIn, rootKey } from '../../src/core/rng.ts'
import { sample, sizeOf } from '../../src/core/space.ts'

/** An episode as both loops run it: the key of its reset, the key of all its steps, and its actions, one per step. */
export type Script = Readonly<{ keyReset: Key; keyStep: Key; actions: readonly Float64Array[] }>

/** Prepares the bare run of an episode: what is answered simulates all its steps. */
export type Bare = (script: Script) => () => void

/** An opened environment with its bare loops by name; the first is the one that it is compared with. */
export type Loops = Readonly<{ live: LiveEnv; bare: Readonly<Record<string, Bare>>; close(): void }>

/** `target`: the least share of the bare loop's speed that is asked for, or null. */
export type Subject = Readonly<{ id: string; target: number | null; open(): Promise<Loops> }>

/** Actions of all loops: so many that none is learnt by heart by a branch predictor. */
const actionCount = 256

/** Episodes of `live` with random actions, `total` steps in all. */
export const scripts = (live: LiveEnv, total: number): readonly Script[] => {
  const root = foldIn(rootKey('environment speed'), total)
  const keyStep = foldIn(root, 0)
  const obs = new Float64Array(sizeOf(live.spec.observationSpace))
  const actions = Array.from({ length: actionCount }, (_, i) => sample(foldIn(root, 1 + i), live.spec.actionSpace))
  const found: Script[] = []
  for (let t = 0; t < total; ) {
    const keyReset = foldIn(root, 1 + actionCount + t)
    const taken: Float64Array[] = []
    live.reset(keyReset, obs)
    for (; t < total && !live.terminated && !live.truncated; t++) {
      const action = actions[t % actionCount]
      live.step(keyStep, action, obs)
      taken.push(action)
    }
    found.push({ keyReset, keyStep, actions: taken })
  }
  return found
}

/** Runs episodes as an environment. */
export const envRun = (live: LiveEnv, episodes: readonly Script[]): (() => void) => {
  const obs = new Float64Array(sizeOf(live.spec.observationSpace))
  return () => {
    for (const { keyReset, keyStep, actions } of episodes) {
      live.reset(keyReset, obs)
      for (let t = 0; t < actions.length; t++) live.step(keyStep, actions[t], obs)
    }
  }
}
