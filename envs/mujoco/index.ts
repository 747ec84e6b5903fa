/**
 * The MuJoCo robots, as entries of the registry: -v5 first, then the earlier versions.
 *
 * *Source:* Gymnasium's MuJoCo environments. *Deviations:* none.
 */
import type { EnvEntry } from '../../src/core/env.ts'
import { robotEntry } from './robot-simulator.ts'
import { ant } from './robots/ant.ts'
import { halfCheetah } from './robots/half-cheetah.ts'
import { hopper } from './robots/hopper.ts'
import { humanoid } from './robots/humanoid.ts'
import { humanoidStandup } from './robots/humanoid-standup.ts'
import { invertedDoublePendulum } from './robots/inverted-double-pendulum.ts'
import { invertedPendulum } from './robots/inverted-pendulum.ts'
import { pusher } from './robots/pusher.ts'
import { reacher } from './robots/reacher.ts'
import { swimmer } from './robots/swimmer.ts'
import { walker2d } from './robots/walker-2d.ts'
import { earlierEntries } from './versions.ts'

export const mujocoEntries: readonly EnvEntry[] = [
  robotEntry(halfCheetah),
  robotEntry(hopper),
  robotEntry(swimmer),
  robotEntry(invertedPendulum),
  robotEntry(walker2d),
  robotEntry(ant),
  robotEntry(humanoid),
  robotEntry(humanoidStandup),
  robotEntry(invertedDoublePendulum),
  robotEntry(reacher),
  robotEntry(pusher),
  ...earlierEntries,
]
