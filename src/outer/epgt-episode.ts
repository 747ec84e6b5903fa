/**
 * A learning episode of EPGT: what was chosen in which hyper-state, and the return that all of it is credited with.
 *
 *     r_i = G if i = U, 0 otherwise,   G_i = Σ_{j ≥ i} r_j                                                       (Eq. 1)
 *
 * An episode is n phases of U updates. An entry enters when its update is done and gains the return of every rollout that counts for
 * it: with `following` credit those after its own phase and after the later phases of the episode, with `preceding` those before. When
 * the last return is in, the entries are written to the memory, and a new episode begins. A return that is not a number judges
 * nothing: the entries wait for the next one.
 *
 * While an episode runs, a sample of its hyper-states is kept for the autoencoder: B draws with replacement, each a reservoir of one, so
 * that no more than B hyper-states are held however many updates there are. They are gone before the next rollout, and so in no checkpoint
 * where n = 1.
 *
 * *Source:* Le et al. 2021, EPGT, arXiv 2112.01853, Eq. 1 and Algorithm 1, lines 3-10; the reservoir is J. S. Vitter 1985, "Random sampling
 * with a reservoir", Algorithm R. *Deviations:* 1. the sample is drawn while the episode runs instead of at its end.
 */
import type { Key } from '../core/key.ts'
import { foldIn, uniform } from '../core/rng.ts'
import type { Experience } from '../memory/episodic-memory.ts'
import type { HyperInput } from './context-encoder.ts'

/** What was done in a hyper-state, its embedding [h], and the return credited so far. */
export type Entry = Readonly<{ embedding: Float64Array; action: number; gain: number }>

/** `finished` phases of the episode; `sample` holds B hyper-states out of `seen`, or none where the episode trains nothing. */
export type Episode = Readonly<{ entries: readonly Entry[]; finished: number; sample: readonly HyperInput[]; seen: number }>

/** An episode before its first update. */
export const emptyEpisode: Episode = { entries: [], finished: 0, sample: [], seen: 0 }

/** The episode with one more entry that awaits its return. */
export const withEntry = (episode: Episode, embedding: Float64Array, action: number): Episode => ({
  ...episode,
  entries: [...episode.entries, { embedding, action, gain: 0 }],
})

/** The episode whose sample of `size` has also seen `input`. */
export const withSample = (key: Key, episode: Episode, input: HyperInput, size: number): Episode => {
  const seen = episode.seen + 1
  const sample = Array.from({ length: size }, (_, slot) => (seen === 1 || uniform(foldIn(key, slot)) * seen < 1 ? input : episode.sample[slot]))
  return { ...episode, sample, seen }
}

/** The episode with one more phase of updates behind it. */
export const withPhase = (episode: Episode): Episode => ({ ...episode, finished: episode.finished + 1 })

/** The episode without its sample, which has been learnt from. */
export const withoutSample = (episode: Episode): Episode => ({ ...episode, sample: [], seen: 0 })

/**
 * The episode after a rollout worth `gain`, and the outcomes to remember now: none before `phases` phases are finished or where the gain
 * is not a finite number.
 */
export const credited = (episode: Episode, gain: number, phases: number): readonly [Episode, readonly Experience[]] => {
  if (!Number.isFinite(gain) || episode.entries.length === 0) return [episode, []]
  const entries = episode.entries.map((entry) => ({ ...entry, gain: entry.gain + gain }))
  if (episode.finished < phases) return [{ ...episode, entries }, []]
  return [emptyEpisode, entries.map(({ embedding, action, gain: target }) => ({ embedding, action, target }))]
}
