/**
 * The MuJoCo robots, as entries of the registry.
 *
 * *Source:* Gymnasium's MuJoCo environments, v5. *Deviations:* none.
 */
import type { EnvEntry } from '../../src/core/env.ts'
import { robotEntry } from './robot-simulator.ts'
import { halfCheetah } from './robots/half-cheetah.ts'
import { hopper } from './robots/hopper.ts'
import { invertedPendulum } from './robots/inverted-pendulum.ts'
import { swimmer } from './robots/swimmer.ts'

export const mujocoEntries: readonly EnvEntry[] = [robotEntry(halfCheetah), robotEntry(hopper), robotEntry(swimmer), robotEntry(invertedPendulum)]
