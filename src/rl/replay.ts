/**
 * A replay memory: the newest transitions of all rollouts, as persistent rows, from which minibatches are drawn.
 *
 * A row is [observation, action, reward, what followed, terminated]. What followed the last step of an episode that a time limit cut off is the state
 * that it came to; behind a termination it is not looked at.
 *
 * *Source:* Lillicrap et al. 2015, Continuous control with deep reinforcement learning, arXiv 1509.02971, Algorithm 1. *Deviations:* none.
 */
import { invariant } from '../core/invariant.ts'
import type { RolloutOutcome } from '../core/job.ts'
import type { Key } from '../core/key.ts'
import { uniforms } from '../core/rng.ts'
import type { ChunkedRows } from '../memory/chunked-rows.ts'
import { appendRows, CHUNK_ROWS, emptyRows, keepNewest } from '../memory/chunked-rows.ts'
import type { ReplayBatch } from './ddpg-loss.ts'

/** Sizes of observations O and actions A. */
export type ReplaySizes = Readonly<{ obsSize: number; actionSize: number }>

const widthOf = ({ obsSize, actionSize }: ReplaySizes): number => 2 * obsSize + actionSize + 2

/** A memory without transitions. */
export const emptyReplay = (sizes: ReplaySizes): ChunkedRows => emptyRows(widthOf(sizes))

/** The transitions [T · N] of a rollout as rows; actions are brought to [−bound, bound], where the environment would have brought them. */
const rowsOf = (sizes: ReplaySizes, rollout: RolloutOutcome, bound: number): Float64Array => {
  const { obsSize, actionSize } = sizes
  const width = widthOf(sizes)
  const { obs, actions, rewards, terminated, truncated, truncatedEnds, finalObs, slots } = rollout
  const envs = slots.length
  const count = rewards.length
  const rows = new Float64Array(count * width)
  for (let i = 0; i < count; i++) {
    const at = i * width
    rows.set(obs.subarray(i * obsSize, (i + 1) * obsSize), at)
    for (let a = 0; a < actionSize; a++) rows[at + obsSize + a] = Math.max(-bound, Math.min(bound, actions[i * actionSize + a]))
    rows[at + obsSize + actionSize] = rewards[i]
    const following = i + envs < count ? obs.subarray((i + envs) * obsSize, (i + envs + 1) * obsSize) : finalObs.subarray((i + envs - count) * obsSize, (i + envs - count + 1) * obsSize)
    rows.set(following, at + obsSize + actionSize + 1)
    rows[at + width - 1] = terminated[i]
  }
  for (const { step, slot, obs: end } of truncatedEnds) rows.set(end, (step * envs + slot) * width + obsSize + actionSize + 1)
  invariant(truncatedEnds.length === truncated.reduce((sum, flag, i) => sum + (flag === 1 && terminated[i] === 0 ? 1 : 0), 0), 'a cut-off episode without its last state')
  return rows
}

/** The memory with the transitions of `rollouts`, of which the newest `capacity` stay. */
export const withTransitions = (replay: ChunkedRows, sizes: ReplaySizes, rollouts: readonly RolloutOutcome[], bound: number, capacity: number): ChunkedRows =>
  keepNewest(rollouts.reduce((rows, rollout) => appendRows(rows, rowsOf(sizes, rollout, bound)), replay), capacity)

/** `batch` transitions, each drawn from all of them with the same chance. An empty memory breaks an invariant. */
export const drawTransitions = (key: Key, replay: ChunkedRows, sizes: ReplaySizes, batch: number): ReplayBatch => {
  const { obsSize, actionSize } = sizes
  const { width, start, length, chunks } = replay
  invariant(length > 0, 'a draw from no transitions')
  const draws = uniforms(key, batch)
  const out = {
    obs: new Float64Array(batch * obsSize),
    actions: new Float64Array(batch * actionSize),
    rewards: new Float64Array(batch),
    nextObs: new Float64Array(batch * obsSize),
    terminated: new Uint8Array(batch),
  }
  for (let b = 0; b < batch; b++) {
    const place = start + Math.floor(draws[b] * length)
    const chunk = chunks[Math.floor(place / CHUNK_ROWS)]
    const at = (place % CHUNK_ROWS) * width
    for (let o = 0; o < obsSize; o++) {
      out.obs[b * obsSize + o] = chunk[at + o]
      out.nextObs[b * obsSize + o] = chunk[at + obsSize + actionSize + 1 + o]
    }
    for (let a = 0; a < actionSize; a++) out.actions[b * actionSize + a] = chunk[at + obsSize + a]
    out.rewards[b] = chunk[at + obsSize + actionSize]
    out.terminated[b] = chunk[at + width - 1]
  }
  return out
}
