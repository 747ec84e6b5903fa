/**
 * What the planar runners (HalfCheetah, Hopper, Walker2d) share: a torso on two slides and a hinge, and how it is observed.
 *
 * *Source:* Gymnasium's MuJoCo environments, v5. *Deviations:* none.
 */
import type { Quantity } from '../../src/core/env.ts'
import type { Views } from './engine.ts'
import { append, observed } from './robot.ts'

/** Height at which hopper and walker stand, the reference of their vertical slide, in metres. */
export const initialHeight = 1.25
/** Bound of observed speeds of hopper and walker, in m/s and rad/s. */
export const largestObservedSpeed = 10

/** The table of positions (x, z, pitch, joints), then speeds in the same order, clipped to ±`largestSpeed`. */
export const planarObservations = (joints: readonly string[], largestSpeed = Infinity): readonly Quantity[] => [
  observed('x position of the torso', 'm'),
  observed('z position of the torso', 'm'),
  observed('pitch of the torso', 'rad'),
  ...joints.map((name) => observed(`angle of the ${name}`, 'rad')),
  observed('x velocity of the torso', 'm/s', largestSpeed),
  observed('z velocity of the torso', 'm/s', largestSpeed),
  observed('angular velocity of the torso', 'rad/s', largestSpeed),
  ...joints.map((name) => observed(`angular velocity of the ${name}`, 'rad/s', largestSpeed)),
]

/** Writes what that table lists, without the first `hidden` positions. */
export const observePlanar = ({ qpos, qvel }: Views, hidden: number, largestSpeed: number, obs: Float64Array): void => {
  append(obs, append(obs, 0, qpos, hidden), qvel, 0, qvel.length, -largestSpeed, largestSpeed)
}
