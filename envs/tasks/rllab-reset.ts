/**
 * How rllab's robots start, and how long their episodes are: normal noise on every coordinate, quaternions included.
 *
 *     qpos += N(0, 0.01²)    qvel += N(0, 0.1²)
 *
 * *Source:* cbfinn/maml_rl (rllab's `MujocoEnv.reset`; horizon of its experiments). *Deviations:* our own generator, keyed.
 */
import type { Key } from '../../src/core/key.ts'
import { addNormal, resetKeys } from '../mujoco/reset-noise.ts'

/** Steps of an episode. */
export const rllabHorizon = 200

const positionNoise = 0.01
const velocityNoise = 0.1

/** Adds the noise to a start pose and its velocities. */
export const disturbNormally = (key: Key, qpos: Float64Array, qvel: Float64Array): void => {
  const keys = resetKeys(key)
  addNormal(keys.positions, positionNoise, qpos)
  addNormal(keys.velocities, velocityNoise, qvel)
}
