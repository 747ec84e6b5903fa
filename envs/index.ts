/**
 * Every environment, distribution of tasks and analytic problem that the package brings, as registry entries; and `mujocoEnv`, which
 * makes such an entry of a MuJoCo model of one's own.
 *
 * *Source:* house layout. *Deviations:* none.
 */
import type { EnvEntry } from '../src/core/env.ts'
import type { ProblemEntry } from '../src/core/problem.ts'
import { analyticEntries } from './analytic/index.ts'
import { box2dEntries } from './box2d/index.ts'
import { classicEntries } from './classic/index.ts'
import { mujocoEntries } from './mujoco/index.ts'
import { taskEntries } from './tasks/index.ts'

export const envEntries: readonly EnvEntry[] = [...mujocoEntries, ...taskEntries, ...box2dEntries, ...classicEntries]

export const problemEntries: readonly ProblemEntry[] = analyticEntries

export { taskFamilies } from './tasks/index.ts'

export { wrapperEntries } from './wrappers/index.ts'
export { clipAction } from './wrappers/clip-action.ts'
export type { FrameStackOptions } from './wrappers/frame-stack.ts'
export { frameStack } from './wrappers/frame-stack.ts'
export { normaliseObservation, observationMoments, withObservationMoments } from './wrappers/normalise-observation.ts'
export type { NormaliseRewardOptions } from './wrappers/normalise-reward.ts'
export { normaliseReward, rewardMoments, withRewardMoments } from './wrappers/normalise-reward.ts'
export type { RecordedState, RecordingEnv, RecordingLive } from './wrappers/record-episode.ts'
export { recordEpisode } from './wrappers/record-episode.ts'
export type { RecordedAction, Recording } from './wrappers/recording.ts'
export { recordedAction, replayRecording } from './wrappers/recording.ts'
export type { RescaleActionOptions } from './wrappers/rescale-action.ts'
export { rescaleAction } from './wrappers/rescale-action.ts'
export type { StatisticsOptions } from './wrappers/statistics-options.ts'
export type { TimeLimitOptions } from './wrappers/time-limit.ts'
export { timeLimit } from './wrappers/time-limit.ts'

export type { ModelOptions, Moment, MujocoEnvParts, Observed, Scene } from './mujoco/mujoco-env.ts'
export { mujocoEnv } from './mujoco/mujoco-env.ts'
