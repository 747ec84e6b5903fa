/**
 * The learner contract: what improves a policy, one finest step at a time.
 *
 * The finest step is the smallest after which a hyperparameter may change: one generation of an evolution strategy, one
 * gradient step of a policy-gradient method. A learner is an immutable record of pure functions over an explicit state;
 * a meta-learner (ES meta-RL) is a learner whose jobs are adaptations, and its hyperparameters can be scheduled too.
 *
 * *Source:* house contract 4; the record-of-functions form is optax's.
 * *Deviations:* 1. `jobs` and `advance` of one step receive the same key, from which the learner rebuilds its noise.
 */
import type { HyperRecord, HyperSpace } from './hyper.ts'
import type { Job, Outcome, Parcel } from './job.ts'
import type { Key } from './key.ts'

/** Named numbers of one step, in a fixed order; keys are documented by the learner. */
export type Metrics = Readonly<Record<string, number>>

/**
 * What one step did. `applied` holds the values in force, those that the update really used; the record compares them with the proposal.
 * A `quiet` step (one of many gradient steps on the same data) needs no line of its own in the record unless a value changed.
 */
export type StepReport<H extends HyperRecord> = Readonly<{
  metrics: Metrics
  applied: H
  envSteps: number
  episodes: number
  unstable: number
  quiet?: boolean
}>

/**
 * What is evaluated to score a learner as it stands: its policy itself (`policy`), or fresh members of its search
 * distribution under the given hyperparameters (`population`; `mirrored` draws them in ± pairs).
 */
export type Probe = Readonly<{ kind: 'policy'; episodes: number }> | Readonly<{ kind: 'population'; episodes: number; mirrored: boolean }>

/**
 * What a learner can show of its state; an outer level names what it needs. `training` is parameters, last gradients and the return of the last
 * environment phase; `policy-gradient` adds the rollout that is held.
 */
export type ContextPart = 'population-fitness' | 'training' | 'policy-gradient'

/** How many tasks a state is adapted to, and by how many updates; null for as many as the hyperparameters say. */
export type AdaptationRequest = Readonly<{ tasks: number; updates: number | null }>

export interface Learner<S, H extends HyperRecord, C> {
  readonly name: string
  readonly space: HyperSpace<H>
  readonly provides: readonly ContextPart[]
  readonly probes: readonly Probe['kind'][]
  init(key: Key): S
  /** What must be evaluated before the next step; empty inside a gradient phase. */
  jobs(key: Key, state: S, hyper: H): readonly Job[]
  /** `outcomes` answer `jobs(key, state, hyper)` in order. */
  advance(key: Key, state: S, outcomes: readonly Outcome[], hyper: H): readonly [S, StepReport<H>]
  /** Jobs whose mean fitness scores `state` under `hyper`. */
  probe(key: Key, state: S, hyper: H, probe: Probe): readonly Job[]
  /**
   * Jobs that adapt `state` to tasks drawn by the key, and tell its returns before the first and after every update. A learner that does not adapt has no
   * such function.
   */
  adaptations?(key: Key, state: S, hyper: H, request: AdaptationRequest): readonly Job[]
  /** null before the first step. */
  context(state: S): C | null
  /** The flat parameter vector of the current policy, and its observation statistics where the task normalises. */
  policy(state: S): Readonly<{ parameters: Parcel; normaliser: Parcel | null }>
}
