/**
 * The physics engine planck with deterministic sine, cosine and arc tangent.
 *
 * planck copies `Math.sin`, `Math.cos` and `Math.atan2` when it is loaded, and engines differ in all three. So the deterministic
 * ones stand in their place while it loads, and the platform's come back right after. Nothing of the platform's transcendental
 * maths is called later.
 *
 * *Source:* planck (MIT), a port of Box2D 2.3 by Erin Catto (zlib). *Deviations:* none.
 */
import type * as planckModule from 'planck'
import { atan2, cos, sin } from '../../src/core/dmath.ts'

export type Planck = typeof planckModule

/** Whether the loaded engine computes with our functions: bit-equal on angles where platforms are known to differ from each other. */
const isDeterministic = ({ Rot }: Planck): boolean => {
  const matches = (angle: number): boolean => {
    const rotation = new Rot(angle)
    return rotation.s === sin(angle) && rotation.c === cos(angle) && rotation.getAngle() === atan2(rotation.s, rotation.c)
  }
  return Array.from({ length: 1000 }, (_, i) => 0.0137 * (i - 500)).every(matches)
}

/** What planck 1.4.2 copies at load, all that it ever calls besides square roots and comparisons. */
const replacements = { sin, cos, atan2 }

const load = async (): Promise<Planck> => {
  const platform = Object.fromEntries(Object.keys(replacements).map((name) => [name, Reflect.get(Math, name) as unknown]))
  Object.assign(Math, replacements)
  try {
    return await import('planck')
  } finally {
    Object.assign(Math, platform)
  }
}

let loading: Promise<Planck> | null = null

/**
 * planck, loaded once. Rejects when other code loaded planck earlier in this process, because that copy holds the platform's functions.
 */
export const loadPlanck = async (): Promise<Planck> => {
  loading ??= load()
  const planck = await loading
  if (!isDeterministic(planck)) {
    throw new Error('planck was loaded before the Box2D environments, with the maths of this platform; open a Box2D environment before importing planck')
  }
  return planck
}
