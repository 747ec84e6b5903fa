/**
 * The experiment contract: a whole run as a pure state machine.
 *
 * It says which jobs it wants and absorbs their outcomes; one loop at the rim does the rest, so that pools, checkpoints
 * and replay are the same for every algorithm. The state is plain data (numbers, strings, arrays, typed arrays, records).
 *
 * *Source:* house contract 4. *Deviations:* none.
 */
import type { HyperRecord } from '../core/hyper.ts'
import type { Job, Outcome } from '../core/job.ts'
import type { Key } from '../core/key.ts'
import type { AdaptationRequest, Metrics } from '../core/learner.ts'

/** Env steps so far: spent on the learner's own jobs, on trials of the outer level, and their sum. */
export type Spent = Readonly<{ learner: number; outer: number; total: number }>

/** One learner step of one member: what was proposed, what was applied (they must agree), and what came out. */
export type StepEvent = Readonly<{
  type: 'step'
  step: number
  member: number
  proposed: HyperRecord
  applied: HyperRecord
  metrics: Metrics
  outer: Metrics
  envSteps: Spent
  episodes: number
  unstable: number
}>

/** One round of trials that the outer level asked for. */
export type ProbeEvent = Readonly<{
  type: 'probe'
  step: number
  trials: readonly Readonly<{ hyper: HyperRecord; mean: number }>[]
  envSteps: Spent
  episodes: number
}>

/** A population method copied or changed members. */
export type MembersEvent = Readonly<{
  type: 'members'
  step: number
  changes: readonly Readonly<{ member: number; copyFrom: number | null; hyper: HyperRecord }>[]
}>

export type DoneEvent = Readonly<{ type: 'done'; step: number; envSteps: Spent; policyDigest: string }>

export type ExperimentEvent = StepEvent | ProbeEvent | MembersEvent | DoneEvent

export interface Experiment<S> {
  init(key: Key): S
  /** Empty means done. */
  jobs(state: S): readonly Job[]
  /** `outcomes` answer `jobs(state)` in order. */
  absorb(state: S, outcomes: readonly Outcome[]): readonly [S, readonly ExperimentEvent[]]
  /** Finished learner steps and env steps, for progress and checkpoints. */
  progress(state: S): Readonly<{ step: number; envSteps: Spent; fraction: number; done: boolean }>
  /** Flat parameters of the current policy of member 0 (the best member for population methods), with the observation statistics where the task normalises. */
  policy(state: S): Readonly<{ parameters: Float64Array; normaliser: Float64Array | null }>
  /** `Learner.adaptations` of that member with the values in force; null where the learner does not adapt. */
  adaptations(key: Key, state: S, request: AdaptationRequest): readonly Job[] | null
}
