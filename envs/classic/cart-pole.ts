/**
 * CartPole-v1: push a cart left or right so that the pole on it stays upright.
 *
 * θ̈ = (g sin θ − cos θ · τ) / (l (4/3 − m cos²θ / M)), ẍ = τ − m l θ̈ cos θ / M, with τ = (F + m l θ̇² sin θ) / M; explicit Euler steps of 0.02 s.
 *
 * *Source:* Barto, Sutton & Anderson 1983, "Neuronlike adaptive elements that can solve difficult learning control problems";
 * constants and rewards of Gymnasium's `CartPole-v1`.
 * *Deviations:* 1. observations are float64 (the reference rounds them to float32).
 */
import { cos, sin } from '../../src/core/dmath.ts'
import { checkTimeLimit, resolveOptions } from '../../src/core/env-options.ts'
import type { EnvEntry, EnvSpec } from '../../src/core/env.ts'
import { inPlaceEnv } from '../../src/core/in-place-env.ts'
import { windowAround } from '../../src/core/picture-frame.ts'
import type { Picture, Point, Shape } from '../../src/core/picture.ts'
import { fillUniforms } from '../../src/core/rng.ts'
import { box, discrete } from '../../src/core/space.ts'

const id = 'CartPole-v1'
const title = 'Cart and pole'
const source = 'Barto, Sutton & Anderson 1983; Gymnasium classic control'
const gravity = 9.8
const poleMass = 0.1
const totalMass = 1 + poleMass
const halfLength = 0.5
const poleMoment = poleMass * halfLength
const push = 10
const dt = 0.02
const positionLimit = 2.4
const angleLimit = (12 * 2 * Math.PI) / 360

/** Moves `[x, ẋ, θ, θ̇]` on under `force` (N); positions move with the old speeds. */
export const balance = (state: Float64Array, force: number): void => {
  const angle = state[2]
  const spin = state[3]
  const cosine = cos(angle)
  const sine = sin(angle)
  const drive = (force + poleMoment * (spin * spin) * sine) / totalMass
  const angular = (gravity * sine - cosine * drive) / (halfLength * (4 / 3 - (poleMass * (cosine * cosine)) / totalMass))
  const linear = drive - (poleMoment * angular * cosine) / totalMass
  state[0] += dt * state[1]
  state[1] += dt * linear
  state[2] = angle + dt * spin
  state[3] = spin + dt * angular
}

// as in the reference, the space is twice as wide as the limits, so that the observation which ends an episode lies inside
const low = [-2 * positionLimit, -Infinity, -2 * angleLimit, -Infinity]
const high = low.map((bound) => -bound)

const specWith = (timeLimit: number): EnvSpec => ({
  id,
  title,
  source,
  observationSpace: box(low, high),
  actionSpace: discrete(2),
  observations: [
    { name: 'cart position', unit: 'm', low: low[0], high: high[0] },
    { name: 'cart velocity', unit: 'm/s', low: low[1], high: high[1] },
    { name: 'pole angle', unit: 'rad', low: low[2], high: high[2] },
    { name: 'pole angular velocity', unit: 'rad/s', low: low[3], high: high[3] },
  ],
  actions: [{ name: 'push left, push right', unit: '1', low: 0, high: 1 }],
  timeLimit,
  rewardThreshold: 475,
  dt,
})

const cartHalfWidth = 0.25
const cartHeight = 0.22
const wheelRadius = 0.08
const trackHeight = -cartHeight - 2 * wheelRadius
const window = { left: -2.9, right: 2.9, bottom: -0.75, top: 1.3 }

/** The cart on its track between the limits, the hinge of the pole at height 0. */
const draw = ([x, , angle]: Float64Array): Picture => {
  const tip: Point = [x + 2 * halfLength * sin(angle), 2 * halfLength * cos(angle)]
  const shapes: readonly Shape[] = [
    ...[-1, 1].map((side): Shape => ({ kind: 'circle', centre: [x + 0.6 * side * cartHalfWidth, trackHeight + wheelRadius], radius: wheelRadius, tone: 'joint' })),
    {
      kind: 'polygon',
      points: [[x - cartHalfWidth, 0], [x - cartHalfWidth, -cartHeight - wheelRadius], [x + cartHalfWidth, -cartHeight - wheelRadius], [x + cartHalfWidth, 0]],
      tone: 'body',
    },
    { kind: 'capsule', from: [x, 0], to: tip, radius: 0.045, tone: 'limb' },
    { kind: 'circle', centre: [x, 0], radius: 0.045, tone: 'joint' },
  ]
  const bounds = windowAround(window, shapes)
  const { left, right, bottom } = bounds
  return {
    views: [
      {
        title: '',
        bounds,
        ruler: { kind: 'ground', height: trackHeight, every: 1, unit: 'm' },
        scenery: [
          { kind: 'polygon', points: [[left, bottom], [right, bottom], [right, trackHeight], [left, trackHeight]], tone: 'ground' },
          ...[-positionLimit, positionLimit].map((limit): Shape => ({ kind: 'line', points: [[limit, trackHeight], [limit, 1]], tone: 'structure' })),
        ],
        shapes,
      },
    ],
  }
}

const options = { timeLimit: 500 }

export const cartPole: EnvEntry = {
  id,
  title,
  source,
  actions: 'discrete',
  options,
  open: async (given) => {
    const { timeLimit } = resolveOptions(id, options, given)
    return inPlaceEnv({
      spec: specWith(checkTimeLimit(id, timeLimit)),
      size: 4,
      reset(key, state) {
        fillUniforms(state, key)
        for (let i = 0; i < 4; i++) state[i] = 0.1 * state[i] - 0.05
      },
      step(_, state, action, verdict) {
        balance(state, action[0] === 1 ? push : -push)
        verdict.reward = 1
        verdict.terminated = Math.abs(state[0]) > positionLimit || Math.abs(state[2]) > angleLimit
      },
      observe: (state, obs) => obs.set(state),
      picture: draw,
    })
  },
}
