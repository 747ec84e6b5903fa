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

export type { ModelOptions, Moment, MujocoEnvParts, Observed, Scene } from './mujoco/mujoco-env.ts'
export { mujocoEnv } from './mujoco/mujoco-env.ts'
