/**
 * The transitions of one episode, written down by a witness of it.
 *
 * What the policy answered is kept, not what the bounds of the environment made of it. A trajectory of an episode that failed is left out by whoever
 * learns from it.
 *
 * *Source:* Lillicrap et al. 2015, arXiv 1509.02971, Algorithm 1 (what a replay memory holds). *Deviations:* none.
 */
import type { LiveEnv } from '../core/env.ts'
import type { EpisodeOutcome, ObsScaling } from '../core/job.ts'
import type { Key } from '../core/key.ts'
import { uniforms } from '../core/rng.ts'
import { joinVectors } from '../nn/layout.ts'
import type { CompiledPolicy } from '../nn/policy.ts'
import type { ReplayBatch } from './ddpg-loss.ts'
import { runEpisode } from './episode.ts'

/** An episode of T steps with its outcome. */
export type Trajectory = Readonly<{ outcome: EpisodeOutcome; steps: ReplayBatch }>

/** No observation is standardised. */
const raw: ObsScaling = { clip: Infinity, varianceFloor: 1 }

/** Runs an episode as `runEpisode` does, on raw observations, and writes it down. */
export const runTrajectory = (live: LiveEnv, policy: CompiledPolicy, parameters: Float64Array, key: Key): Trajectory => {
  const obs: Float64Array[] = []
  const actions: Float64Array[] = []
  const rewards: number[] = []
  const nextObs: Float64Array[] = []
  const terminated: number[] = []
  const outcome = runEpisode(live, policy, parameters, null, key, {
    scaling: raw,
    collectMoments: false,
    witness: {
      acted: (seen, answer) => {
        obs.push(seen.slice())
        actions.push(answer.slice())
      },
      came: (reward, seen) => {
        rewards.push(reward)
        nextObs.push(seen.slice())
        terminated.push(live.terminated ? 1 : 0)
      },
    },
  })
  return {
    outcome,
    steps: { obs: joinVectors(obs), actions: joinVectors(actions), rewards: Float64Array.from(rewards), nextObs: joinVectors(nextObs), terminated: Uint8Array.from(terminated) },
  }
}

/** Whether there is something to learn from: an episode that took a step and did not fail. */
export const isUsable = ({ outcome, steps }: Trajectory): boolean => !outcome.unstable && steps.rewards.length > 0

/** The transitions of several episodes behind one another. */
export const joinSteps = (parts: readonly ReplayBatch[]): ReplayBatch => ({
  obs: joinVectors(parts.map(({ obs }) => obs)),
  actions: joinVectors(parts.map(({ actions }) => actions)),
  rewards: joinVectors(parts.map(({ rewards }) => rewards)),
  nextObs: joinVectors(parts.map(({ nextObs }) => nextObs)),
  terminated: Uint8Array.from(parts.flatMap(({ terminated }) => [...terminated])),
})

const rowsAt = (values: Float64Array, width: number, rows: ArrayLike<number>): Float64Array => {
  const out = new Float64Array(rows.length * width)
  for (let b = 0; b < rows.length; b++) for (let i = 0; i < width; i++) out[b * width + i] = values[rows[b] * width + i]
  return out
}

/** `count` transitions of `steps`, each drawn from all of them with the same chance. */
export const drawSteps = (key: Key, { obs, actions, rewards, nextObs, terminated }: ReplayBatch, count: number): ReplayBatch => {
  const rows = uniforms(key, count).map((u) => Math.floor(u * rewards.length))
  const [obsSize, actionSize] = [obs.length / rewards.length, actions.length / rewards.length]
  return {
    obs: rowsAt(obs, obsSize, rows),
    actions: rowsAt(actions, actionSize, rows),
    rewards: rowsAt(rewards, 1, rows),
    nextObs: rowsAt(nextObs, obsSize, rows),
    terminated: Uint8Array.from(rows, (row) => terminated[row]),
  }
}
