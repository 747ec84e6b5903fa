/**
 * What an on-policy learner is set to and what it carries from step to step, as plain data.
 *
 * *Source:* house contract 4. *Deviations:* none.
 */
import type { Parcel, RolloutSlot } from '../core/job.ts'
import type { HyperRecord } from '../core/hyper.ts'
import type { Cursor } from './batch-cursor.ts'
import type { RolloutSummary } from './context.ts'
import type { Batch, BatchSettings } from './held-batch.ts'

/**
 * `envs` environments in `groups` jobs, `steps` steps each per rollout. `rewardScaling` null leaves rewards as they are.
 * `gradientHistory` gradients are kept for the outer level; `returnWindow` episodes make `policyReturn` and `populationFitness`.
 */
export type OnPolicySettings = Readonly<{
  envs: number
  groups: number
  steps: number
  timeLimits: BatchSettings['timeLimits']
  rewardScaling: Readonly<{ gamma: number; clip: number; varianceFloor: number }> | null
  gradientHistory: number
  returnWindow: number
}>

/** Everything, as plain data; `policy` is the front of `parameters`, which rollouts act with. */
export type OnPolicyState<U> = Readonly<{
  parameters: Float64Array
  policy: Parcel
  optimiser: U
  obsMoments: Float64Array | null
  returnMoments: Float64Array | null
  groups: readonly (readonly RolloutSlot[])[]
  batch: Batch | null
  cursor: Cursor | null
  inForce: HyperRecord | null
  gradients: readonly Float64Array[]
  recentReturns: Float64Array
  lastRollout: RolloutSummary | null
  rollouts: number
  updates: number
  envSteps: number
}>
