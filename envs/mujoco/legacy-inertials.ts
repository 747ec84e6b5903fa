/**
 * Masses and inertias as engines up to MuJoCo 2.1.0 computed them.
 *
 * Those engines took a capsule of radius r and half-length h for a cylinder of length 2h + r:
 *
 *     m = ρ π r² (2h + r)     I⊥ = m (3r² + (2h + r)²) / 12     I∥ = m r² / 2
 *
 * All numbers published on Gym's -v2 robots come from such bodies. The engine of today gets them as explicit inertias.
 *
 * *Source:* MuJoCo changelog, 2.1.1 (exact capsules); the formula was checked on a published trajectory of HalfCheetah-v2.
 * *Deviations:* 1. shapes other than spheres, cylinders and capsules are refused, as are bodies of several densities.
 */
import type { MainModule } from '@mujoco/mujoco'
import { invariant } from '../../src/core/invariant.ts'
import { compileModel, type Model } from './engine.ts'

/** A body of revolution: volume, and inertia per mass about its axis and across it. */
type Solid = Readonly<{ volume: number; along: number; across: number }>

const rod = (radius: number, length: number): Solid => ({
  volume: Math.PI * radius * radius * length,
  along: (radius * radius) / 2,
  across: (3 * radius * radius + length * length) / 12,
})

const ball = (radius: number): Solid => {
  const perMass = (2 / 5) * radius * radius
  return { volume: (4 / 3) * Math.PI * radius * radius * radius, along: perMass, across: perMass }
}

type Shape = Readonly<{ exactVolume: number; legacy: Solid; centre: readonly number[]; axis: readonly number[] }>

/** The shapes of body `body`, in its frame. */
const shapesOf = ({ engine, handle, name }: Model, body: number): readonly Shape[] => {
  const { mjGEOM_SPHERE: sphere, mjGEOM_CAPSULE: capsule, mjGEOM_CYLINDER: cylinder } = engine.mjtGeom
  const owners = Array.from(handle.geom_bodyid as Int32Array)
  return owners.flatMap((owner, g) => {
    if (owner !== body) return []
    const kind: number = handle.geom_type[g]
    const [radius, half]: readonly number[] = handle.geom_size.subarray(3 * g, 3 * g + 3)
    const [w, x, y, z]: readonly number[] = handle.geom_quat.subarray(4 * g, 4 * g + 4)
    const place = {
      centre: Array.from<number>(handle.geom_pos.subarray(3 * g, 3 * g + 3)),
      axis: [2 * (x * z + w * y), 2 * (y * z - w * x), 1 - 2 * (x * x + y * y)],
    }
    if (kind === sphere.value) return [{ ...place, legacy: ball(radius), exactVolume: ball(radius).volume }]
    if (kind === cylinder.value) return [{ ...place, legacy: rod(radius, 2 * half), exactVolume: rod(radius, 2 * half).volume }]
    invariant(kind === capsule.value, `${name}: body ${body} has a shape that is no sphere, cylinder or capsule`)
    return [{ ...place, legacy: rod(radius, 2 * half + radius), exactVolume: rod(radius, 2 * half).volume + ball(radius).volume }]
  })
}

/** The engine's order of the entries of a symmetric matrix. */
const entries = [[0, 0], [1, 1], [2, 2], [0, 1], [0, 2], [1, 2]] as const

/** The MJCF element that gives body `body` its legacy mass, centre of mass and inertia. */
const inertialOf = (model: Model, body: number): string => {
  const shapes = shapesOf(model, body)
  if (shapes.length === 0) return ''
  const density = model.handle.body_mass[body] / shapes.reduce((sum, shape) => sum + shape.exactVolume, 0)
  const parts = shapes.map((shape) => ({ ...shape, mass: density * shape.legacy.volume }))
  const mass = parts.reduce((sum, part) => sum + part.mass, 0)
  const centre = [0, 1, 2].map((i) => parts.reduce((sum, part) => sum + part.mass * part.centre[i], 0) / mass)
  const inertia = entries.map(([i, j]) =>
    parts.reduce((sum, part) => {
      const { along, across } = part.legacy
      const offset = part.centre.map((x, k) => x - centre[k])
      const squared = offset[0] * offset[0] + offset[1] * offset[1] + offset[2] * offset[2]
      // Parallel axes: the solid about its own centre, and its mass about the body's.
      const diagonal = i === j ? across + squared : 0
      return sum + part.mass * (diagonal + (along - across) * part.axis[i] * part.axis[j] - offset[i] * offset[j])
    }, 0),
  )
  return `<inertial pos="${centre.join(' ')}" mass="${mass}" fullinertia="${inertia.join(' ')}"/>`
}

/** `mjcf` with explicit legacy inertias in every body. A total mass that the model sets is kept. Throws as `compileModel` does. */
export const withLegacyInertials = (engine: MainModule, name: string, mjcf: string): string => {
  const exact = compileModel(engine, name, mjcf)
  // The engine numbers bodies in the order of their elements; the world is body 0.
  let body = 0
  const legacy = mjcf.replace(/<body\b[^>]*>/g, (element) => element + inertialOf(exact, ++body))
  exact.handle.delete()
  return legacy
}
