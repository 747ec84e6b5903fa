/**
 * Live environments of one kind that go on with rollouts.
 *
 * A rollout names the state from which it goes on. Restoring a state is always right; it is cheap on the simulator that stands in
 * that very state (a Box2D state is a list of actions, which any other simulator must play again). So each live environment is kept
 * with a mark of the state in which it was left, and taken again by it. A wrong match costs time, never correctness.
 *
 * *Source:* house contract 4 ("a live world serving the newest state"). *Deviations:* none.
 */
import type { LiveEnv } from '../core/env.ts'

export interface LivePool {
  /** A live environment, standing in `state` if there is one; the caller restores or resets it, and gives it back. */
  take(state: Uint8Array | null): LiveEnv
  /** Gives back a live environment that stands in `state`. */
  give(live: LiveEnv, state: Uint8Array): void
}

/** More than this many standing environments are not kept apart; further states share the one that waited longest. */
const MOST_STANDING = 64

/** Fowler, Noll and Vo's 32-bit hash of the bytes and their number. */
const markOf = (state: Uint8Array): string => {
  let hash = 0x811c9dc5
  for (let i = 0; i < state.length; i++) hash = Math.imul(hash ^ state[i], 0x01000193)
  return `${state.length}:${hash >>> 0}`
}

/** A pool over `open`, which opens one more live environment of the kind. */
export const livePool = (open: () => LiveEnv): LivePool => {
  const standing: { live: LiveEnv; mark: string }[] = []
  let opened = 0
  return {
    take: (state) => {
      const mark = state === null ? null : markOf(state)
      const at = standing.findIndex((one) => one.mark === mark)
      if (at >= 0) return standing.splice(at, 1)[0].live
      if (opened < MOST_STANDING) {
        opened++
        return open()
      }
      return standing.shift()?.live ?? open()
    },
    give: (live, state) => {
      standing.push({ live, mark: markOf(state) })
    },
  }
}
