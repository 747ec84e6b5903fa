/**
 * Noise on the pose of a robot at reset. Positions and velocities draw from separate subkeys of the reset key.
 *
 * *Source:* Gymnasium's MuJoCo environments, `reset_model`. *Deviations:* our own generator, keyed.
 */
import type { Key } from '../../src/core/key.ts'
import { fillNormals, fillUniforms, foldIn } from '../../src/core/rng.ts'

/** The subkeys of a reset key, by use; `extra` is for what a task places besides the robot, such as a target. */
export const resetKeys = (key: Key): Readonly<{ positions: Key; velocities: Key; extra: Key }> =>
  ({ positions: foldIn(key, 0), velocities: foldIn(key, 1), extra: foldIn(key, 2) })

/** values[i] += U(−scale, scale). */
export const addUniform = (key: Key, scale: number, values: Float64Array): void => {
  const draws = new Float64Array(values.length)
  fillUniforms(draws, key)
  for (let i = 0; i < values.length; i++) values[i] += scale * (2 * draws[i] - 1)
}

/** values[i] += scale · N(0, 1). */
export const addNormal = (key: Key, scale: number, values: Float64Array): void => {
  const draws = new Float64Array(values.length)
  fillNormals(draws, key)
  for (let i = 0; i < values.length; i++) values[i] += scale * draws[i]
}
