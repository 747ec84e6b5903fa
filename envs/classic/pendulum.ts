/**
 * Pendulum-v1: swing a torque-limited pendulum up and hold it there.
 *
 * ω' = clip(ω + (3g/(2l) sin θ + 3u/(ml²)) dt, ±8), θ' = θ + ω' dt; reward −(norm(θ)² + 0.1 ω² + 0.001 u²) of the old state. θ = 0 is upright.
 *
 * *Source:* Gymnasium `Pendulum-v1` (classic control).
 * *Deviations:* 1. observations are float64 (the reference rounds them to float32).
 */
import { cos, sin } from '../../src/core/dmath.ts'
import { checkTimeLimit, resolveOptions } from '../../src/core/env-options.ts'
import type { EnvEntry, EnvSpec } from '../../src/core/env.ts'
import { inPlaceEnv } from '../../src/core/in-place-env.ts'
import type { Picture } from '../../src/core/picture.ts'
import { fillUniforms } from '../../src/core/rng.ts'
import { box } from '../../src/core/space.ts'

const id = 'Pendulum-v1'
const title = 'Pendulum swing-up'
const source = 'Gymnasium classic control'
const maxSpeed = 8
const maxTorque = 2
const dt = 0.05
const gravity = 10
const mass = 1
const length = 1

/** `angle` moved into [−π, π) by whole turns. */
export const normaliseAngle = (angle: number): number => {
  const shifted = (angle + Math.PI) % (2 * Math.PI)
  return (shifted < 0 ? shifted + 2 * Math.PI : shifted) - Math.PI
}

/** Moves `[θ, ω]` on under a torque and answers the reward of the old state. */
export const swing = (state: Float64Array, action: number): number => {
  const angle = state[0]
  const speed = state[1]
  const torque = Math.max(-maxTorque, Math.min(maxTorque, action))
  const upright = normaliseAngle(angle)
  const cost = upright * upright + 0.1 * (speed * speed) + 0.001 * (torque * torque)
  const acceleration = ((3 * gravity) / (2 * length)) * sin(angle) + (3 / (mass * length * length)) * torque
  const nextSpeed = Math.max(-maxSpeed, Math.min(maxSpeed, speed + acceleration * dt))
  state[0] = angle + nextSpeed * dt
  state[1] = nextSpeed
  return -cost
}

const specWith = (timeLimit: number): EnvSpec => ({
  id,
  title,
  source,
  observationSpace: box([-1, -1, -maxSpeed], [1, 1, maxSpeed]),
  actionSpace: box([-maxTorque], [maxTorque]),
  observations: [
    { name: 'cosine of the angle', unit: '1', low: -1, high: 1 },
    { name: 'sine of the angle', unit: '1', low: -1, high: 1 },
    { name: 'angular velocity', unit: 'rad/s', low: -maxSpeed, high: maxSpeed },
  ],
  actions: [{ name: 'torque', unit: 'N m', low: -maxTorque, high: maxTorque }],
  timeLimit,
  rewardThreshold: null,
  dt,
})

const reach = 1.25 * length

/** The rod from its pivot at (0, 0), turned to the left by a positive angle, and the place where it is to be held. */
const draw = ([angle]: Float64Array): Picture => ({
  views: [
    {
      title: '',
      bounds: { left: -reach, right: reach, bottom: -reach, top: reach },
      ruler: null,
      scenery: [{ kind: 'circle', centre: [0, length], radius: 0.13 * length, tone: 'goal' }],
      shapes: [
        { kind: 'capsule', from: [0, 0], to: [-length * sin(angle), length * cos(angle)], radius: 0.08 * length, tone: 'body' },
        { kind: 'circle', centre: [0, 0], radius: 0.05 * length, tone: 'joint' },
      ],
    },
  ],
})

const options = { timeLimit: 200 }

export const pendulum: EnvEntry = {
  id,
  title,
  source,
  options,
  open: async (given) => {
    const { timeLimit } = resolveOptions(id, options, given)
    return inPlaceEnv({
      spec: specWith(checkTimeLimit(id, timeLimit)),
      size: 2,
      reset(key, state) {
        fillUniforms(state, key)
        state[0] = Math.PI * (2 * state[0] - 1)
        state[1] = 2 * state[1] - 1
      },
      step(_, state, action, verdict) {
        verdict.reward = swing(state, action[0])
        verdict.terminated = false
      },
      observe(state, obs) {
        obs[0] = cos(state[0])
        obs[1] = sin(state[0])
        obs[2] = state[1]
      },
      picture: draw,
    })
  },
}
