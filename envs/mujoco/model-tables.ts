/**
 * What a compiled model says about itself: names of its parts, and tables of its movements and drives.
 *
 * *Source:* MuJoCo, `mjModel` (joints take 7 or 6, 4 or 3, 1 or 1 positions and velocities: free, ball, slide and hinge).
 * *Deviations:* none.
 */
import type { Quantity } from '../../src/core/env.ts'
import type { Model } from './engine.ts'

type Part = 'body' | 'joint' | 'actuator'

/** Names of all bodies, joints or actuators of `model` in their order; a part without a name is called by its kind and number. */
export const namesOf = ({ engine, handle }: Model, part: Part): readonly string[] => {
  const { mjOBJ_BODY, mjOBJ_JOINT, mjOBJ_ACTUATOR } = engine.mjtObj
  const [kind, count] = { body: [mjOBJ_BODY.value, handle.nbody], joint: [mjOBJ_JOINT.value, handle.njnt], actuator: [mjOBJ_ACTUATOR.value, handle.nu] }[part]
  return Array.from({ length: count }, (_, i) => {
    // For a part without a name the engine answers a text that belongs to nothing.
    const name = engine.mj_id2name(handle, kind, i)
    return engine.mj_name2id(handle, kind, name) === i ? name : `${part} ${i}`
  })
}

const unbounded = (name: string, unit: string): Quantity => ({ name, unit, low: -Infinity, high: Infinity })

const axes = ['x', 'y', 'z']
const quaternion = ['w', 'x', 'y', 'z']

const positionRows = (name: string, kind: 'free' | 'ball' | 'slide' | 'hinge'): readonly Quantity[] => {
  const orientation = quaternion.map((axis) => unbounded(`${axis} of the orientation of ${name}`, '1'))
  if (kind === 'free') return [...axes.map((axis) => unbounded(`${axis} position of ${name}`, 'm')), ...orientation]
  if (kind === 'ball') return orientation
  return [kind === 'slide' ? unbounded(`position of ${name}`, 'm') : unbounded(`angle of ${name}`, 'rad')]
}

const velocityRows = (name: string, kind: 'free' | 'ball' | 'slide' | 'hinge'): readonly Quantity[] => {
  const turning = axes.map((axis) => unbounded(`angular velocity of ${name} about ${axis}`, 'rad/s'))
  if (kind === 'free') return [...axes.map((axis) => unbounded(`${axis} velocity of ${name}`, 'm/s')), ...turning]
  if (kind === 'ball') return turning
  return [kind === 'slide' ? unbounded(`velocity of ${name}`, 'm/s') : unbounded(`angular velocity of ${name}`, 'rad/s')]
}

/** The table of all positions, then all velocities of `model`, joint by joint. */
export const movements = (model: Model): readonly Quantity[] => {
  const kinds = Array.from(model.handle.jnt_type as Int32Array, (type) => (['free', 'ball', 'slide', 'hinge'] as const)[type])
  const names = namesOf(model, 'joint')
  return [...kinds.flatMap((kind, i) => positionRows(names[i], kind)), ...kinds.flatMap((kind, i) => velocityRows(names[i], kind))]
}

/** The table of the drives of `model`; one without a range of commands is unbounded. */
export const drives = (model: Model): readonly Quantity[] => {
  const ranges = model.handle.actuator_ctrlrange as Float64Array
  return namesOf(model, 'actuator').map((name, i) => {
    const [low, high] = [ranges[2 * i], ranges[2 * i + 1]]
    const row = unbounded(`command of ${name}`, '1')
    return low < high ? { ...row, low, high } : row
  })
}
