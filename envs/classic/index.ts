/**
 * The classic control environments, for the registry.
 *
 * *Source:* Gymnasium classic control. *Deviations:* none.
 */
import type { EnvEntry } from '../../src/core/env.ts'
import { acrobot } from './acrobot.ts'
import { cartPole } from './cart-pole.ts'
import { mountainCar, mountainCarContinuous } from './mountain-car.ts'
import { pendulum } from './pendulum.ts'

export const classicEntries: readonly EnvEntry[] = [cartPole, mountainCar, mountainCarContinuous, acrobot, pendulum]
