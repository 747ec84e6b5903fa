/**
 * Which engine's physics a robot has: the engine of today, or what published results were made with.
 *
 * - `inertials`: `exact`, or `legacyCapsule` as in engines up to 2.1.0 (`legacy-inertials.ts`).
 * - `margins`: the distance at which two shapes touch is the `sum` of their margins (since 3.5.0), or the `max` of them (before).
 *   In all models here the shapes of a colliding pair have equal margins, so halving every margin restores the maximum.
 *
 * *Source:* MuJoCo changelog, 2.1.1 and 3.5.0. *Deviations:* none.
 */
import type { MainModule } from '@mujoco/mujoco'
import { compileModel, type Model } from './engine.ts'
import { withLegacyInertials } from './legacy-inertials.ts'

export type Physics = Readonly<{ inertials: 'exact' | 'legacyCapsule'; margins: 'sum' | 'max' }>

/** The engine of today. */
export const currentPhysics: Physics = { inertials: 'exact', margins: 'sum' }

/** Compiles `mjcf` with the chosen physics. Throws as `compileModel` does. */
export const compilePhysics = (engine: MainModule, name: string, mjcf: string, { inertials, margins }: Physics): Model => {
  const model = compileModel(engine, name, inertials === 'exact' ? mjcf : withLegacyInertials(engine, name, mjcf))
  if (margins === 'max') {
    const shapes: Float64Array = model.handle.geom_margin
    for (let g = 0; g < shapes.length; g++) shapes[g] /= 2
  }
  return model
}
