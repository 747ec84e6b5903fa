/**
 * What tells one on-policy learner from another: how a minibatch becomes new parameters.
 *
 * *Source:* house contract 4. *Deviations:* none.
 */
import type { HyperRecord, HyperSpace } from '../core/hyper.ts'
import type { GradientJob } from '../core/job.ts'
import type { Key } from '../core/key.ts'
import type { Metrics } from '../core/learner.ts'
import type { AdvantageScaling, Minibatch } from './minibatch.ts'

/** Hyperparameters of every on-policy learner; both take effect with the next rollout. */
export type ReturnHyper = Readonly<{ gamma: number; gaeLambda: number }>

/** One update: `gradient` [P] as it met the optimiser (after clipping), of a loss, and named numbers in a fixed order. */
export type Update<U> = Readonly<{ parameters: Float64Array; optimiser: U; gradient: Float64Array; metrics: Metrics }>

/** A rule over optimiser states `U` of plain data. */
export interface UpdateRule<H extends HyperRecord, U> {
  readonly name: string
  readonly space: HyperSpace<H & ReturnHyper>
  /** Of a whole rollout; null leaves advantages as they are. */
  readonly advantageScaling: AdvantageScaling | null
  /** Passes over a rollout. */
  epochs(hyper: H): number
  /** Minibatches of pass `epoch`, counted from 0; 1 means that the whole rollout is one, in its own order. */
  minibatches(hyper: H, epoch: number): number
  init(parameters: Float64Array): U
  /** One update in pass `epoch`; updates of different passes may learn different things, and name different numbers. */
  update(key: Key, parameters: Float64Array, optimiser: U, minibatch: Minibatch, hyper: H, epoch: number): Update<U>
}

/** How an update is made of a gradient that a job brings: what to ask, and the update from `gradient` [P] and the loss's `parts`. */
export interface Delegation<H extends HyperRecord, U> {
  job(parameters: Float64Array, minibatch: Minibatch, hyper: H): GradientJob
  finish(parameters: Float64Array, optimiser: U, gradient: Float64Array, parts: Metrics, hyper: H): Update<U>
}

/** Where the gradient of an update is computed: in the learner, or by a job, which a backend on a device may answer later. */
export type GradientPlace = Readonly<{ kind: 'inline' | 'job' }>
