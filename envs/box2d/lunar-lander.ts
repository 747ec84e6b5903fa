/**
 * LunarLander-v3 and LunarLanderContinuous-v3: land a craft with three engines softly between two flags.
 *
 * Draws per reset: 12 ground heights, the initial force (2), the dispersion of the hidden idle step that ends a reset (2), and the
 * phases of wind and turbulence (2, used only with wind). Draws per step: the dispersion of the engines (2).
 *
 * *Source:* Gymnasium `LunarLander-v3`.
 * *Deviations:* 1. planck in float64 instead of Box2D in float32, so contacts differ in the last digits. 2. the observation space has
 * no bounds where the craft has none (the reference states 2.5 and 10, which a craft that climbs or spins can leave).
 */
import { cos, sin, tanh } from '../../src/core/dmath.ts'
import { checkTimeLimit, resolveOptions } from '../../src/core/env-options.ts'
import type { Env, EnvEntry, EnvSpec, Info } from '../../src/core/env.ts'
import { fillUniforms } from '../../src/core/rng.ts'
import { simulatedEnv } from '../../src/core/simulated-env.ts'
import { box, discrete } from '../../src/core/space.ts'
import { landerPicture } from './lander-picture.ts'
import { type BuildLanderWorld, buildLeanLanderWorld, heightDraws, type LanderWorld, legDrop, padHeight } from './lander-world.ts'
import { loadPlanck, type Planck } from './load-planck.ts'
import { type DrawnSimulator, type Game, replayedSimulator } from './replayed-simulator.ts'
import { height, scale, stepSeconds, width } from './robot-parts.ts'

/** Settings of a lander, all of them options of its registry entry; all but the first are named as Gymnasium's constructor names them. */
export type LanderOptions = Readonly<{
  timeLimit: number
  /** m/s², between −12 and 0 (both excluded). */
  gravity: number
  enableWind: boolean
  /** Largest sideways force (N) and largest torque (N m) of the wind; 0 … 20 and 0 … 2 are recommended. */
  windPower: number
  turbulencePower: number
}>

const defaults: LanderOptions = { timeLimit: 1000, gravity: -10, enableWind: false, windPower: 15, turbulencePower: 1.5 }
const initialForce = 1000
const mainPower = 13
const sidePower = 0.6
const mainCost = 0.3
const sideCost = 0.03
const windPhases = 9999
const resetDraws = heightDraws + 6
const forceAt = heightDraws
const dispersionAt = heightDraws + 2
const windAt = heightDraws + 4

/** What the pilot asks for: throttles 0 … 1 and the direction of the side engines, −1 or 1 (0: off). */
type Thrust = { main: number; side: number; direction: number }

const readContinuous = (action: Float64Array, thrust: Thrust): void => {
  const main = Math.min(1, action[0])
  const side = Math.min(1, Math.abs(action[1]))
  thrust.main = main > 0 ? (main + 1) / 2 : 0
  thrust.side = side > 0.5 ? side : 0
  thrust.direction = thrust.side > 0 ? Math.sign(action[1]) : 0
}

const readDiscrete = (action: Float64Array, thrust: Thrust): void => {
  thrust.main = action[0] === 2 ? 1 : 0
  thrust.side = action[0] === 1 || action[0] === 3 ? 1 : 0
  thrust.direction = thrust.side > 0 ? action[0] - 2 : 0
}

/** Strength −1 … 1 of the wind at step `n` of its pattern, which never repeats. */
const gust = (n: number): number => tanh(sin(0.02 * n) + sin(Math.PI * 0.01 * n))

/** The craft in its world, driven by raw draws: uniform numbers in (0, 1), in the order of the header. */
export type Lander = {
  world: LanderWorld
  reward: number
  terminated: boolean
  shapingChange: number
  readonly thrust: Thrust
  begin(draws: Float64Array, obs: Float64Array): void
  step(action: Float64Array, draws: Float64Array, obs: Float64Array): void
}

/** A craft that reads its actions as numbers in [−1, 1]² (`continuous`) or as one of four indices, in worlds that `build` makes. */
export const createLander = (
  planck: Planck,
  continuous: boolean,
  options: LanderOptions,
  build: BuildLanderWorld = buildLeanLanderWorld,
): Lander => {
  const readAction = continuous ? readContinuous : readDiscrete
  const idle = Float64Array.of(0, 0)
  const noThrust = { main: 0, side: 0, direction: 0 }
  const impulse = { x: 0, y: 0 }
  const nozzle = { x: 0, y: 0 }
  let shaping: number | null = null
  let windStep = 0
  let turbulenceStep = 0

  const blow = ({ hull, legTouches }: LanderWorld): void => {
    if (!options.enableWind || legTouches[0] || legTouches[1]) return
    hull.applyForceToCenter({ x: gust(windStep++) * options.windPower, y: 0 }, true)
    hull.applyTorque(gust(turbulenceStep++) * options.turbulencePower, true)
  }

  /** Pushes the hull with `strength` against the offset of a nozzle from its position, which is shifted for the impact alone. */
  const push = (hull: LanderWorld['hull'], offsetX: number, offsetY: number, strength: number, shiftX: number, shiftY: number): void => {
    const { x, y } = hull.getPosition()
    impulse.x = -offsetX * strength
    impulse.y = -offsetY * strength
    nozzle.x = x + offsetX + shiftX
    nozzle.y = y + offsetY + shiftY
    hull.applyLinearImpulse(impulse, nozzle, true)
  }

  const fire = ({ hull }: LanderWorld, { main, side, direction }: Thrust, along: number, across: number): void => {
    if (main === 0 && side === 0) return
    const angle = hull.getAngle()
    const tipX = sin(angle)
    const tipY = cos(angle)
    // the sideways direction is (−tipY, tipX); the reference turns the y component of an offset around
    if (main > 0) {
      const reach = 4 / scale + 2 * along
      push(hull, tipX * reach - tipY * across, -tipY * reach - tipX * across, mainPower * main, 0, 0)
    }
    if (side > 0) {
      const reach = 3 * across + (direction * 12) / scale
      // 17 and 14 differ in the reference, too
      push(hull, tipX * along - tipY * reach, -tipY * along - tipX * reach, sidePower * side, (-tipX * 17) / scale, (tipY * 14) / scale)
    }
  }

  const observe = ({ hull, legTouches }: LanderWorld, obs: Float64Array): void => {
    const position = hull.getPosition()
    const velocity = hull.getLinearVelocity()
    obs[0] = (position.x - width / 2) / (width / 2)
    obs[1] = (position.y - (padHeight + legDrop)) / (height / 2)
    obs[2] = velocity.x * (width / 2) * stepSeconds
    obs[3] = velocity.y * (height / 2) * stepSeconds
    obs[4] = hull.getAngle()
    obs[5] = 20 * hull.getAngularVelocity() * stepSeconds
    obs[6] = legTouches[0] ? 1 : 0
    obs[7] = legTouches[1] ? 1 : 0
  }

  const advance = (thrust: Thrust, along: number, across: number, obs: Float64Array): void => {
    const { world } = lander
    blow(world)
    fire(world, thrust, along, across)
    world.advance()
    observe(world, obs)
    const previous = shaping
    const distance = Math.sqrt(obs[0] * obs[0] + obs[1] * obs[1])
    const speed = Math.sqrt(obs[2] * obs[2] + obs[3] * obs[3])
    shaping = -100 * distance - 100 * speed - 100 * Math.abs(obs[4]) + 10 * obs[6] + 10 * obs[7]
    lander.shapingChange = previous === null ? 0 : shaping - previous
    lander.reward = lander.shapingChange - mainCost * thrust.main - sideCost * thrust.side
    const crashed = world.hullTouches || Math.abs(obs[0]) >= 1
    const asleep = !world.hull.isAwake()
    lander.terminated = crashed || asleep
    if (lander.terminated) lander.reward = asleep ? 100 : -100
  }

  const spread = (draw: number): number => (2 * draw - 1) / scale

  const lander: Lander = {
    world: build(planck, new Float64Array(heightDraws), options.gravity),
    reward: 0,
    terminated: false,
    shapingChange: 0,
    thrust: { ...noThrust },
    begin(draws, obs) {
      const world = build(planck, draws.subarray(0, heightDraws).map((draw) => (draw * height) / 2), options.gravity)
      lander.world = world
      shaping = null
      windStep = Math.floor(2 * windPhases * draws[windAt]) - windPhases
      turbulenceStep = Math.floor(2 * windPhases * draws[windAt + 1]) - windPhases
      world.hull.applyForceToCenter({ x: initialForce * (2 * draws[forceAt] - 1), y: initialForce * (2 * draws[forceAt + 1] - 1) }, true)
      readAction(idle, lander.thrust)
      advance(lander.thrust, spread(draws[dispersionAt]), spread(draws[dispersionAt + 1]), obs)
    },
    step(action, draws, obs) {
      readAction(action, lander.thrust)
      advance(lander.thrust, spread(draws[0]), spread(draws[1]), obs)
    },
  }
  return lander
}

const landerSimulator = (lander: Lander, actionSize: number): DrawnSimulator => {
  const draws = new Float64Array(resetDraws)
  const stepDraws = new Float64Array(2)
  const game: Game = {
    reward: 0,
    terminated: false,
    begin(key, obs) {
      fillUniforms(draws, key)
      lander.begin(draws, obs)
    },
    step(key, action, obs) {
      fillUniforms(stepDraws, key)
      lander.step(action, stepDraws, obs)
      game.reward = lander.reward
      game.terminated = lander.terminated
    },
    info: (): Info => ({ shapingChange: lander.shapingChange, mainThrottle: lander.thrust.main, sideThrottle: lander.thrust.side }),
    picture: () => landerPicture(lander.world, lander.thrust),
  }
  return replayedSimulator(game, 8, actionSize)
}

type Variant = Readonly<{ id: string; title: string; continuous: boolean }>

const specOf = ({ id, title, continuous }: Variant, timeLimit: number): EnvSpec => {
  const free = (name: string, unit: string) => ({ name, unit, low: -Infinity, high: Infinity })
  const observations = [
    free('horizontal position from the pad / 10 m', '1'),
    free('height of the legs over the pad / 6.67 m', '1'),
    free('horizontal velocity / 5 m/s', '1'),
    free('vertical velocity / 7.5 m/s', '1'),
    free('angle', 'rad'),
    free('angular velocity / 2.5 rad/s', '1'),
    { name: 'leg on the side of +x touches', unit: '1', low: 0, high: 1 },
    { name: 'leg on the side of −x touches', unit: '1', low: 0, high: 1 },
  ]
  return {
    id,
    title,
    source: 'Gymnasium Box2D',
    observationSpace: box(observations.map((each) => each.low), observations.map((each) => each.high)),
    actionSpace: continuous ? box([-1, -1], [1, 1]) : discrete(4),
    observations,
    actions: continuous
      ? [
          { name: 'main engine: off below 0, then half to full power', unit: '1', low: -1, high: 1 },
          { name: 'side engines: below −0.5 the left, above 0.5 the right', unit: '1', low: -1, high: 1 },
        ]
      : [{ name: 'engines off, left, main, right', unit: '1', low: 0, high: 3 }],
    timeLimit,
    rewardThreshold: 200,
    dt: stepSeconds,
  }
}

const checkOptions = (id: string, options: LanderOptions): LanderOptions => {
  checkTimeLimit(id, options.timeLimit)
  if (!(options.gravity > -12 && options.gravity < 0)) {
    throw new RangeError(`${id}: option "gravity" must lie between −12 and 0 (both excluded), received ${options.gravity}`)
  }
  return options
}

const entryOf = (variant: Variant): EnvEntry => ({
  id: variant.id,
  title: variant.title,
  source: 'Gymnasium Box2D',
  actions: variant.continuous ? 'box' : 'discrete',
  options: defaults,
  open: async (given): Promise<Env> => {
    const options = checkOptions(variant.id, resolveOptions(variant.id, defaults, given))
    const planck = await loadPlanck()
    const spec = specOf(variant, options.timeLimit)
    const actionSize = variant.continuous ? 2 : 1
    return simulatedEnv({
      spec,
      simulator: () => landerSimulator(createLander(planck, variant.continuous, options), actionSize),
      picture: (simulator) => simulator.picture(),
    })
  },
})

export const lunarLander: EnvEntry = entryOf({ id: 'LunarLander-v3', title: 'Lunar lander with four actions', continuous: false })
export const lunarLanderContinuous: EnvEntry = entryOf({
  id: 'LunarLanderContinuous-v3',
  title: 'Lunar lander with throttles',
  continuous: true,
})
