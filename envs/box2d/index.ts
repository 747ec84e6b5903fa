/**
 * The Box2D environments, for the registry.
 *
 * *Source:* Gymnasium Box2D. *Deviations:* none.
 */
import type { EnvEntry } from '../../src/core/env.ts'
import { bipedalWalker, bipedalWalkerHardcore } from './bipedal-walker.ts'
import { lunarLander, lunarLanderContinuous } from './lunar-lander.ts'

export const box2dEntries: readonly EnvEntry[] = [lunarLander, lunarLanderContinuous, bipedalWalker, bipedalWalkerHardcore]
