/**
 * What DDPG is set to, what may change while it learns, and what it carries from step to step, as plain data.
 *
 * *Source:* Lillicrap et al. 2015, Continuous control with deep reinforcement learning, arXiv 1509.02971, section 7 (the numbers). *Deviations:* none.
 */
import type { HyperRecord, HyperSpace } from '../core/hyper.ts'
import type { RolloutSlot } from '../core/job.ts'
import type { EsContext } from '../es/context.ts'
import type { ChunkedRows } from '../memory/chunked-rows.ts'
import type { TrainingContext } from '../nn/training-context.ts'
import type { OptimiserState } from '../optim/optimiser.ts'
import type { PhaseSums } from './batch-cursor.ts'
import type { RolloutSummary } from './context.ts'

/** What may change while DDPG learns; the deviation of exploration from the next rollout. */
export type DdpgHyper = Readonly<{ learningRate: number; criticLearningRate: number; gamma: number; tau: number; explorationStd: number }>

/**
 * `envs` environments in `groups` jobs, `steps` steps each between `updates` updates of `batch` transitions. The critic has layers of `criticHidden`, and
 * `criticDecay` times its parameters added to its gradient. `gradientHistory` and `returnWindow` as for on-policy learners.
 */
export type DdpgSettings = Readonly<{
  envs: number
  groups: number
  steps: number
  updates: number
  batch: number
  capacity: number
  warmUp: number
  criticHidden: readonly number[]
  criticDecay: number
  gradientHistory: number
  returnWindow: number
}>

export const ddpgHyperDefaults: DdpgHyper = { learningRate: 1e-4, criticLearningRate: 1e-3, gamma: 0.99, tau: 1e-3, explorationStd: 0.2 }

export const ddpgDefaults: DdpgSettings = {
  envs: 1,
  groups: 1,
  steps: 64,
  updates: 64,
  batch: 64,
  capacity: 100_000,
  warmUp: 1000,
  criticHidden: [400, 300],
  criticDecay: 1e-2,
  gradientHistory: 2,
  returnWindow: 10,
}

/** The declared ranges. */
export const ddpgHyperSpace: HyperSpace<DdpgHyper> = {
  learningRate: { kind: 'continuous', low: 1e-7, high: 1, scale: 'log', takesEffect: 'step' },
  criticLearningRate: { kind: 'continuous', low: 1e-7, high: 1, scale: 'log', takesEffect: 'step' },
  gamma: { kind: 'continuous', low: 0.5, high: 1, scale: 'linear', levels: [0.95, 0.975, 0.99], takesEffect: 'step' },
  tau: { kind: 'continuous', low: 1e-5, high: 1, scale: 'log', takesEffect: 'step' },
  explorationStd: { kind: 'continuous', low: 1e-6, high: 10, scale: 'log', takesEffect: 'rollout' },
}

/** Everything, as plain data. `remaining` updates are left in the phase, 0 where the next step collects. */
export type DdpgState = Readonly<{
  actor: Float64Array
  critic: Float64Array
  targetActor: Float64Array
  targetCritic: Float64Array
  actorOptimiser: OptimiserState
  criticOptimiser: OptimiserState
  replay: ChunkedRows
  groups: readonly (readonly RolloutSlot[])[]
  remaining: number
  sums: PhaseSums
  inForce: HyperRecord | null
  gradients: readonly Float64Array[]
  recentReturns: Float64Array
  lastRollout: RolloutSummary | null
  rollouts: number
  updates: number
  envSteps: number
}>

/** What DDPG shows of itself: `parameters` and `gradients` are those of actor and critic behind one another. */
export type DdpgContext = EsContext & TrainingContext & Readonly<{ next: 'collect' | 'update'; updates: number; envSteps: number; lastRollout: RolloutSummary | null }>
