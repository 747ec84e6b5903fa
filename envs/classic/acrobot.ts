/**
 * Acrobot-v1: a two-link pendulum driven at the middle joint must swing its tip above the line one link over the pivot.
 *
 * One Runge–Kutta step (order 4) of 0.2 s of the equations of motion, then angles are wrapped to ±π and speeds clipped.
 *
 * *Source:* Sutton 1996, "Generalization in reinforcement learning"; Sutton & Barto, section 11.3 (equations of motion);
 * constants of Gymnasium's `Acrobot-v1`.
 * *Deviations:* 1. observations are float64 (the reference rounds them to float32).
 */
import { cos, sin } from '../../src/core/dmath.ts'
import { checkTimeLimit, resolveOptions } from '../../src/core/env-options.ts'
import type { EnvEntry, EnvSpec } from '../../src/core/env.ts'
import { inPlaceEnv } from '../../src/core/in-place-env.ts'
import type { Picture, Point } from '../../src/core/picture.ts'
import { fillUniforms } from '../../src/core/rng.ts'
import { box, discrete } from '../../src/core/space.ts'

const id = 'Acrobot-v1'
const title = 'Acrobot swing-up'
const source = 'Sutton 1996; Gymnasium classic control'
const gravity = 9.8
// both links: mass 1 kg, length 1 m, centre of mass at the middle, moment of inertia 1 kg m²
const mass = 1
const length = 1
const centre = 0.5
const inertia = 1
const dt = 0.2
const maxSpeed1 = 4 * Math.PI
const maxSpeed2 = 9 * Math.PI

/** Writes the rates of change of `[angle 1, angle 2, speed 1, speed 2]` under `torque`. */
const rates = (out: Float64Array, phase: Float64Array, torque: number): void => {
  const angle1 = phase[0]
  const angle2 = phase[1]
  const speed1 = phase[2]
  const speed2 = phase[3]
  const cosine2 = cos(angle2)
  const sine2 = sin(angle2)
  const d1 = mass * centre * centre + mass * (length * length + centre * centre + 2 * length * centre * cosine2) + 2 * inertia
  const d2 = mass * (centre * centre + length * centre * cosine2) + inertia
  const phi2 = mass * centre * gravity * cos(angle1 + angle2 - Math.PI / 2)
  const phi1 =
    -mass * length * centre * speed2 * speed2 * sine2 -
    2 * mass * length * centre * speed2 * speed1 * sine2 +
    (mass * centre + mass * length) * gravity * cos(angle1 - Math.PI / 2) +
    phi2
  const acceleration2 =
    (torque + (d2 / d1) * phi1 - mass * length * centre * speed1 * speed1 * sine2 - phi2) / (mass * centre * centre + inertia - (d2 * d2) / d1)
  const acceleration1 = -(d2 * acceleration2 + phi1) / d1
  out[0] = speed1
  out[1] = speed2
  out[2] = acceleration1
  out[3] = acceleration2
}

const along = (out: Float64Array, from: Float64Array, rate: Float64Array, h: number): void => {
  for (let i = 0; i < 4; i++) out[i] = from[i] + h * rate[i]
}

/**
 * A function that moves angles and speeds on by `h` seconds under `torque` at the middle joint: one classical Runge–Kutta step, nothing
 * wrapped or clipped. It works in memory of its own.
 */
export const rungeKutta = (): ((state: Float64Array, torque: number, h: number) => void) => {
  const [k1, k2, k3, k4, between] = Array.from({ length: 5 }, () => new Float64Array(4))
  return (state, torque, h) => {
    rates(k1, state, torque)
    along(between, state, k1, h / 2)
    rates(k2, between, torque)
    along(between, state, k2, h / 2)
    rates(k3, between, torque)
    along(between, state, k3, h)
    rates(k4, between, torque)
    for (let i = 0; i < 4; i++) state[i] += h * ((k1[i] + 2 * k2[i] + 2 * k3[i] + k4[i]) / 6)
  }
}

/** Mechanical energy (J), constant while no torque acts; the zero of the potential is the pivot. */
export const energy = ([angle1, angle2, speed1, speed2]: Float64Array): number => {
  const both = speed1 + speed2
  const centreSpeed2 =
    length * length * speed1 * speed1 + centre * centre * both * both + 2 * length * centre * speed1 * both * cos(angle2)
  const kinetic = 0.5 * ((mass * centre * centre + inertia) * speed1 * speed1 + mass * centreSpeed2 + inertia * both * both)
  const height = -(mass * centre + mass * length) * cos(angle1) - mass * centre * cos(angle1 + angle2)
  return kinetic + gravity * height
}

const wrap = (angle: number): number => {
  let wrapped = angle
  while (wrapped > Math.PI) wrapped -= 2 * Math.PI
  while (wrapped < -Math.PI) wrapped += 2 * Math.PI
  return wrapped
}

const clip = (x: number, bound: number): number => Math.max(-bound, Math.min(bound, x))

const bounds = [1, 1, 1, 1, maxSpeed1, maxSpeed2]
const names = ['cosine of angle 1', 'sine of angle 1', 'cosine of angle 2', 'sine of angle 2', 'angular velocity 1', 'angular velocity 2']

const specWith = (timeLimit: number): EnvSpec => ({
  id,
  title,
  source,
  observationSpace: box(bounds.map((bound) => -bound), bounds),
  actionSpace: discrete(3),
  observations: names.map((name, i) => ({ name, unit: i < 4 ? '1' : 'rad/s', low: -bounds[i], high: bounds[i] })),
  actions: [{ name: 'torque −1, 0, +1 N m', unit: '1', low: 0, high: 2 }],
  timeLimit,
  rewardThreshold: -100,
  dt,
})

const reach = 2.3 * length

/** The two links from their pivot at (0, 0), and the line that the tip is to reach. */
const draw = ([angle1, angle2]: Float64Array): Picture => {
  const middle: Point = [length * sin(angle1), -length * cos(angle1)]
  const tip: Point = [middle[0] + length * sin(angle1 + angle2), middle[1] - length * cos(angle1 + angle2)]
  return {
    views: [
      {
        title: '',
        bounds: { left: -reach, right: reach, bottom: -reach, top: reach },
        ruler: null,
        scenery: [{ kind: 'line', points: [[-reach, length], [reach, length]], tone: 'goal' }],
        shapes: [
          { kind: 'capsule', from: [0, 0], to: middle, radius: 0.1 * length, tone: 'body' },
          { kind: 'capsule', from: middle, to: tip, radius: 0.1 * length, tone: 'limb' },
          { kind: 'circle', centre: [0, 0], radius: 0.05 * length, tone: 'joint' },
          { kind: 'circle', centre: middle, radius: 0.05 * length, tone: 'joint' },
        ],
      },
    ],
  }
}

const options = { timeLimit: 500 }

export const acrobot: EnvEntry = {
  id,
  title,
  source,
  actions: 'discrete',
  options,
  open: async (given) => {
    const { timeLimit } = resolveOptions(id, options, given)
    const moveOn = rungeKutta()
    return inPlaceEnv({
      spec: specWith(checkTimeLimit(id, timeLimit)),
      size: 4,
      reset(key, state) {
        fillUniforms(state, key)
        for (let i = 0; i < 4; i++) state[i] = 0.2 * state[i] - 0.1
      },
      step(_, state, action, verdict) {
        moveOn(state, action[0] - 1, dt)
        state[0] = wrap(state[0])
        state[1] = wrap(state[1])
        state[2] = clip(state[2], maxSpeed1)
        state[3] = clip(state[3], maxSpeed2)
        verdict.terminated = -cos(state[0]) - cos(state[1] + state[0]) > 1
        verdict.reward = verdict.terminated ? 0 : -1
      },
      observe(state, obs) {
        obs[0] = cos(state[0])
        obs[1] = sin(state[0])
        obs[2] = cos(state[1])
        obs[3] = sin(state[1])
        obs[4] = state[2]
        obs[5] = state[3]
      },
      picture: draw,
    })
  },
}
