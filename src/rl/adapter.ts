/**
 * A way to adapt an actor and a critic to one task: what an adaptation job is built on.
 *
 * *Source:* Shen et al. 2018, arXiv 1812.11314, "Discussion" (any algorithm may adapt). *Deviations:* none.
 */
import type { Backend } from '../core/backend.ts'
import type { LiveEnv } from '../core/env.ts'
import type { EpisodeOutcome } from '../core/job.ts'
import type { Key } from '../core/key.ts'
import type { CompiledPolicy } from '../nn/policy.ts'
import { adam, adamDefaults } from '../optim/adam.ts'
import type { Optimiser } from '../optim/optimiser.ts'
import { sgd, sgdDefaults } from '../optim/sgd.ts'
import type { ReplayBatch } from './ddpg-loss.ts'

/** An actor and a critic while they are trained, with the losses that led to them (NaN before the first update). */
export type Adapted = Readonly<{ actor: Float64Array; critic: Float64Array; criticLoss: number; actorLoss: number }>

/** Where an adaptation starts, and in what. `explored` is told of every episode that is run for it. */
export type Start = Readonly<{
  live: LiveEnv
  policy: CompiledPolicy
  actors: readonly Float64Array[]
  critic: Float64Array
  key: Key
  explored(outcome: EpisodeOutcome): void
}>

/** `A` is how it adapts, as a job says it. */
export type Adapter<A> = Readonly<{
  /** Lengths of the vectors of an actor and of a critic. */
  actorSize: number
  criticSize: number
  /** The networks at the start, then after every update; it ends early where no episode could be learnt from. */
  path(start: Start, adaptation: A): Generator<Adapted>
  /** What a critic expects from each step of a trajectory [T]. */
  values(critic: Float64Array, steps: ReplayBatch): Float64Array
}>

/** The optimiser of an adaptation by the name that a job gives it. */
export const optimiserNamed = (name: 'adam' | 'sgd', backend: Backend): Optimiser => (name === 'adam' ? adam(adamDefaults, backend) : sgd(sgdDefaults, backend))

/** Means entry by entry of vectors of equal length. */
export const meanVector = (vectors: readonly Float64Array[]): Float64Array => vectors[0].map((_, p) => vectors.reduce((sum, vector) => sum + vector[p], 0) / vectors.length)
