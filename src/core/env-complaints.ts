/**
 * What the laws of an environment look at, and how they complain.
 *
 * *Source:* house. *Deviations:* none.
 */
import type { Episode } from './env-record.ts'
import type { Env } from './env.ts'
import type { Key } from './key.ts'
import { foldIn, integer } from './rng.ts'

/** `error`: the contract is broken; `note`: a law could not be exercised, or holds in an unusual way. */
export type Severity = 'error' | 'note'
export type Complaint = Readonly<{ severity: Severity; message: string }>

/** What the laws look at: an environment, episodes recorded along its pure path, and a key for what they draw themselves. */
export type Subject<S> = Readonly<{
  env: Env<S>
  key: Key
  episodes: readonly Episode<S>[]
  snapshots: number
  limitSteps: number
}>

/** A complaint that the contract is broken. */
export const error = (message: string): Complaint => ({ severity: 'error', message })

/** A complaint that a law could not be exercised. */
export const note = (message: string): Complaint => ({ severity: 'note', message })

/** Complaints of `look` about every step of every episode (step 0 is the reset). */
export const everyStep = <S>(
  { episodes }: Subject<S>,
  look: (recorded: Episode<S>['steps'][number], t: number, episode: Episode<S>) => string | null,
): readonly Complaint[] =>
  episodes.flatMap((episode, e) =>
    episode.steps.flatMap((recorded, t) => {
      const problem = look(recorded, t, episode)
      return problem === null ? [] : [error(`episode ${e}, step ${t}: ${problem}`)]
    }),
  )

/** Complaints of `look` about every episode. */
export const everyEpisode = <S>({ episodes }: Subject<S>, look: (episode: Episode<S>, e: number) => string | null): readonly Complaint[] =>
  episodes.flatMap((episode, e) => {
    const problem = look(episode, e)
    return problem === null ? [] : [error(`episode ${e}, ${problem}`)]
  })

/** Some steps of an episode that have a successor, in random order. */
export const someSteps = <S>({ key, snapshots }: Subject<S>, episode: Episode<S>, e: number): readonly number[] =>
  episode.actions.length === 0 ? [] : Array.from({ length: snapshots }, (_, i) => integer(foldIn(foldIn(key, e), i), episode.actions.length))
