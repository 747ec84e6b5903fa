/**
 * MountainCar-v0 and MountainCarContinuous-v0: an underpowered car between two hills must swing to reach the right top.
 *
 * One step: v ← clip(v + thrust − 0.0025 cos 3x, ±0.07), x ← clip(x + v, −1.2, 0.6); a hit of the left wall stops the car.
 *
 * *Source:* Moore 1990, "Efficient memory-based learning for robot control"; constants and rewards of Gymnasium's
 * `MountainCar-v0` and `MountainCarContinuous-v0`.
 * *Deviations:* 1. the continuous car is kept in float32 from its reset on (the reference rounds from the first step on).
 */
import { cos, sin } from '../../src/core/dmath.ts'
import { checkTimeLimit, resolveOptions } from '../../src/core/env-options.ts'
import type { EnvEntry, EnvSpec } from '../../src/core/env.ts'
import { inPlaceEnv } from '../../src/core/in-place-env.ts'
import { windowAround } from '../../src/core/picture-frame.ts'
import type { Picture, Point, Shape } from '../../src/core/picture.ts'
import { uniform } from '../../src/core/rng.ts'
import { box, discrete, type Space } from '../../src/core/space.ts'

const minPosition = -1.2
const maxPosition = 0.6
const maxSpeed = 0.07
const hillGravity = 0.0025

type Rounding = (x: number) => number
const exact: Rounding = (x) => x

/** What distinguishes the two cars: their drive, their goal, their reward and the precision of their state. */
type Variant = Readonly<{
  id: string
  title: string
  actionSpace: Space
  action: Readonly<{ name: string; low: number; high: number }>
  timeLimit: number
  rewardThreshold: number
  goal: number
  round: Rounding
  thrust(action: number): number
  reward(action: number, reached: boolean): number
}>

/** Moves `[position, velocity]` on under an acceleration `thrust`, every operation rounded by `round`. */
export const slide = (state: Float64Array, thrust: number, round: Rounding = exact): void => {
  const slope = hillGravity * cos(round(3 * state[0]))
  const speed = round(state[1] + round(thrust - slope))
  const velocity = Math.max(round(-maxSpeed), Math.min(round(maxSpeed), speed))
  const left = round(minPosition)
  const position = Math.max(left, Math.min(round(maxPosition), round(state[0] + velocity)))
  state[0] = position
  state[1] = position === left && velocity < 0 ? 0 : velocity
}

const specOf = (variant: Variant, timeLimit: number): EnvSpec => {
  const { round, action } = variant
  const low = [round(minPosition), round(-maxSpeed)]
  const high = [round(maxPosition), round(maxSpeed)]
  return {
    id: variant.id,
    title: variant.title,
    source: 'Moore 1990; Gymnasium classic control',
    observationSpace: box(low, high),
    actionSpace: variant.actionSpace,
    observations: [
      { name: 'position', unit: '1', low: low[0], high: high[0] },
      { name: 'velocity', unit: '1', low: low[1], high: high[1] },
    ],
    actions: [{ ...action, unit: '1' }],
    timeLimit,
    rewardThreshold: variant.rewardThreshold,
    dt: null,
  }
}

const window = { left: -1.3, right: 0.7, bottom: -0.12, top: 1.28 }
const trackPoints = 81

/** Height of the hills, of which gravity is the slope: ½ + 0.45 sin 3x, so that the whole track is seen. */
const heightAt = (x: number): number => 0.5 + 0.45 * sin(3 * x)

/** The car on the track, the wall on its left, and a flag at `goal`. */
const draw = (goal: number, [position]: Float64Array): Picture => {
  const slope = 1.35 * cos(3 * position)
  const along: Point = [1 / Math.sqrt(1 + slope * slope), slope / Math.sqrt(1 + slope * slope)]
  /** A point in the car's frame: `ahead` along the track, `above` it. */
  const at = (ahead: number, above: number): Point => [
    position + ahead * along[0] - above * along[1],
    heightAt(position) + ahead * along[1] + above * along[0],
  ]
  const wheel = (ahead: number): Shape => ({ kind: 'circle', centre: at(ahead, 0.022), radius: 0.022, tone: 'joint' })
  const shapes: readonly Shape[] = [
    { kind: 'polygon', points: [at(-0.07, 0.025), at(0.07, 0.025), at(0.07, 0.065), at(0.04, 0.065), at(0.02, 0.095), at(-0.04, 0.095), at(-0.07, 0.065)], tone: 'body' },
    wheel(-0.042),
    wheel(0.042),
  ]
  const bounds = windowAround(window, shapes)
  const track = Array.from({ length: trackPoints }, (_, i): Point => {
    const x = minPosition + ((bounds.right - minPosition) * i) / (trackPoints - 1)
    return [x, heightAt(x)]
  })
  const top = heightAt(goal)
  const scenery: readonly Shape[] = [
    { kind: 'polygon', points: [[bounds.right, bounds.bottom], [minPosition, bounds.bottom], ...track], tone: 'ground' },
    { kind: 'polygon', points: [[bounds.left, bounds.bottom], [minPosition, bounds.bottom], [minPosition, 1], [bounds.left, 1]], tone: 'structure' },
    { kind: 'line', points: [[goal, top], [goal, top + 0.22]], tone: 'structure' },
    { kind: 'polygon', points: [[goal, top + 0.22], [goal + 0.1, top + 0.18], [goal, top + 0.14]], tone: 'goal' },
  ]
  return { views: [{ title: '', bounds, ruler: null, scenery, shapes }] }
}

const entryOf = (variant: Variant): EnvEntry => {
  const options = { timeLimit: variant.timeLimit }
  return {
    id: variant.id,
    title: variant.title,
    source: 'Moore 1990; Gymnasium classic control',
    actions: variant.actionSpace.kind,
    options,
    open: async (given) => {
      const { timeLimit } = resolveOptions(variant.id, options, given)
      const { round, goal } = variant
      return inPlaceEnv({
        spec: specOf(variant, checkTimeLimit(variant.id, timeLimit)),
        size: 2,
        reset(key, state) {
          state[0] = round(-0.6 + 0.2 * uniform(key))
          state[1] = 0
        },
        step(_, state, action, verdict) {
          slide(state, variant.thrust(action[0]), round)
          // at the goal when not rolling back
          verdict.terminated = state[0] >= round(goal) && state[1] >= 0
          verdict.reward = variant.reward(action[0], verdict.terminated)
        },
        observe: (state, obs) => obs.set(state),
        picture: (state) => draw(goal, state),
      })
    },
  }
}

const discreteCar: Variant = {
  id: 'MountainCar-v0',
  title: 'Mountain car (push left, coast, push right)',
  actionSpace: discrete(3),
  action: { name: 'push left, none, push right', low: 0, high: 2 },
  timeLimit: 200,
  rewardThreshold: -110,
  goal: 0.5,
  round: exact,
  thrust: (action) => 0.001 * (action - 1),
  reward: () => -1,
}

const continuousCar: Variant = {
  id: 'MountainCarContinuous-v0',
  title: 'Mountain car with a continuous engine',
  actionSpace: box([-1], [1]),
  action: { name: 'engine force', low: -1, high: 1 },
  timeLimit: 999,
  rewardThreshold: 90,
  goal: 0.45,
  round: Math.fround,
  thrust: (action) => 0.0015 * Math.max(-1, Math.min(1, action)),
  // the cost counts the action as given, not as clipped
  reward: (action, reached) => (reached ? 100 : 0) - action * action * 0.1,
}

export const mountainCar: EnvEntry = entryOf(discreteCar)
export const mountainCarContinuous: EnvEntry = entryOf(continuousCar)
