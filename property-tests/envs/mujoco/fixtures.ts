/**
 * Reads the reference fixtures of the robots (`property-tests/fixtures/parity`, described in its README).
 *
 * *Source:* Gymnasium 1.3.0 on MuJoCo 3.14.0. *Deviations:* none.
 */
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'

type Spread = Readonly<{ mean: readonly number[]; std: readonly number[]; min: readonly number[]; max: readonly number[] }>

export type RobotFixture = Readonly<{
  env: string
  tolerance: Readonly<{ model: number; one_step: number; rollout: number; sensitivity_factor: number; one_step_contact?: number }>
  model: Readonly<{
    nq: number
    nv: number
    nu: number
    nbody: number
    njnt: number
    ngeom: number
    total_mass: number
    timestep: number
    frame_skip: number
    dt: number
    iterations: number
    tolerance: number
    gravity: readonly number[]
    density: number
    viscosity: number
    horizon: number
    observation_size: number
    action_low: readonly number[]
    action_high: readonly number[]
    home_qpos: readonly number[]
    bodies: readonly Readonly<{ name: string; parent: number; mass: number; inertia: readonly number[]; centre: readonly number[]; frame: readonly number[] }>[]
    joints: readonly Readonly<{ name: string; body: number; kind: string; limited: boolean; range: readonly number[]; stiffness: number; damping: number; armature: number }>[]
    drives: readonly Readonly<{ joint: string; gear: number; ctrlrange: readonly number[] }>[]
  }>
  reset: Readonly<{ n: number; qpos_minus_home: Spread; qvel: Spread }>
  one_step: readonly Readonly<{
    state_kind: string
    action_kind: string
    goal?: number
    direction?: number
    qpos: readonly number[]
    qvel: readonly number[]
    action: readonly number[]
    obs_before: readonly number[]
    next_qpos: readonly number[]
    next_qvel: readonly number[]
    next_obs: readonly number[]
    reward: number
    reward_terms: Readonly<Record<string, number>>
    terminated: boolean
  }>[]
  rollouts: readonly Readonly<{
    goal?: number
    direction?: number
    qpos0: readonly number[]
    qvel0: readonly number[]
    obs0: readonly number[]
    actions: readonly (readonly number[])[]
    qpos: readonly (readonly number[])[]
    qvel: readonly (readonly number[])[]
    obs: readonly (readonly number[])[]
    reward: readonly number[]
    terminated: readonly boolean[]
    sensitivity: readonly number[]
  }>[]
}>

/** The fixture of one robot. */
export const robotFixture = (id: string): RobotFixture => {
  const path = new URL(`../../fixtures/parity/${id}.json.gz`, import.meta.url)
  return JSON.parse(gunzipSync(readFileSync(path)).toString('utf8')) as RobotFixture
}

/** Largest |port − reference| / max(1, |reference|), the measure that the tolerances are stated in; NaN if any entry is. */
export const distance = (port: ArrayLike<number>, reference: ArrayLike<number>): number => {
  if (port.length !== reference.length) return Infinity
  let worst = 0
  for (let i = 0; i < port.length; i++) {
    const difference = Math.abs(port[i] - reference[i]) / Math.max(1, Math.abs(reference[i]))
    if (!(difference <= worst)) worst = difference
  }
  return worst
}
