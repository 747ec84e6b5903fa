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
import type { Picture } from '../../src/core/picture.ts'
import { pureEnv, vectorCodec } from '../../src/core/pure-env.ts'
import { uniforms } from '../../src/core/rng.ts'
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

const observe = (state: Float64Array): Float64Array => Float64Array.of(cos(state[0]), sin(state[0]), state[1])

const swing = (state: Float64Array, action: number) => {
  const [angle, speed] = state
  const torque = Math.max(-maxTorque, Math.min(maxTorque, action))
  const upright = normaliseAngle(angle)
  const cost = upright * upright + 0.1 * (speed * speed) + 0.001 * (torque * torque)
  const acceleration = ((3 * gravity) / (2 * length)) * sin(angle) + (3 / (mass * length * length)) * torque
  const nextSpeed = Math.max(-maxSpeed, Math.min(maxSpeed, speed + acceleration * dt))
  const next = Float64Array.of(angle + nextSpeed * dt, nextSpeed)
  return { state: next, obs: observe(next), reward: -cost, terminated: false }
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
    return pureEnv({
      spec: specWith(checkTimeLimit(id, timeLimit)),
      reset: (key) => {
        const [a, b] = uniforms(key, 2)
        const state = Float64Array.of(Math.PI * (2 * a - 1), 2 * b - 1)
        return { state, obs: observe(state) }
      },
      step: (_, state, action) => swing(state, action[0]),
      picture: draw,
      ...vectorCodec(2),
    })
  },
}
