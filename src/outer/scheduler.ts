/**
 * The scheduler contract: the outer level that turns what a learner shows of itself into hyperparameters.
 *
 * Before every finest step the experiment calls `propose`. A scheduler answers with values to use, or asks first for
 * trials (look-aheads on copies of the learner, whose env steps are counted), or rearranges a population of members.
 * After trials and after every step it is told what came out by `observe`.
 *
 * *Source:* house contract 4; the trials are BiERL's one-step look-ahead (Wang et al. 2023, arXiv 2308.01207, Eq. 4-7) and
 * HOOF's candidates; the member changes are PBT's.
 * *Deviations:* 1. contexts come as one entry per member; a scheduler of one learner reads entry 0.
 */
import type { HyperRecord } from '../core/hyper.ts'
import type { ContextPart, Metrics, Probe } from '../core/learner.ts'
import type { Key } from '../core/key.ts'

/**
 * Score `hyper`: on a copy of the learner do `innerSteps` rounds with it (a generation, or a rollout with all updates on it), then
 * evaluate by `probe`; all of that `repeats` times with independent keys folded from `key`. The copy is thrown away.
 */
export type Trial<H extends HyperRecord> = Readonly<{ hyper: H; innerSteps: number; repeats: number; probe: Probe; key: Key }>

/** Mean fitness of each repeat, and the env steps that the trial cost. */
export type TrialScore = Readonly<{ repeats: readonly number[]; mean: number; envSteps: number }>

export type MemberChange<H extends HyperRecord> = Readonly<{ member: number; copyFrom: number | null; hyper: H }>

export type Proposal<H extends HyperRecord> =
  | Readonly<{ kind: 'use'; hyper: H }>
  | Readonly<{ kind: 'probe'; trials: readonly Trial<H>[] }>
  | Readonly<{ kind: 'members'; changes: readonly MemberChange<H>[] }>

/** What a step of one member did. A member that `waited` for others (see `experiment`) did nothing: no metrics, no env steps, values as they are in force. */
export type MemberFeedback<C, H extends HyperRecord> = Readonly<{ applied: H; metrics: Metrics; context: C; envSteps: number; waited?: true }>

export type Feedback<C, H extends HyperRecord> =
  | Readonly<{ kind: 'step'; step: number; members: readonly MemberFeedback<C, H>[] }>
  | Readonly<{ kind: 'probe'; scores: readonly TrialScore[] }>

export interface Scheduler<S, C, H extends HyperRecord> {
  readonly name: string
  /** Number of members it drives: 1 except for population methods. */
  readonly members: number
  readonly needs: readonly ContextPart[]
  /** Probe kinds that it asks for. */
  readonly probes: readonly Probe['kind'][]
  init(key: Key): S
  /** `step` counts finished learner steps; `contexts` hold null before the first. */
  propose(key: Key, state: S, step: number, contexts: readonly (C | null)[]): readonly [Proposal<H>, S]
  observe(key: Key, state: S, feedback: Feedback<C, H>): S
  /** Named numbers about its own state for the record (losses, model size, current choice); may be empty. */
  describe(state: S): Metrics
}
