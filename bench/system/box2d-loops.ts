/**
 * Bare loops of the Box2D environments: a reset, then at every step the impulses or motors that the actions came to, and one period of
 * the simulation; no observation, no beam, no reward. `bare` steps the worlds as the environments do, `planck` as planck does alone.
 *
 * *Source:* house goal for environments. *Deviations:* none.
 */
import type { Body } from 'planck'
import { createWalker } from '../../envs/box2d/bipedal-walker.ts'
import { drawsOf } from '../../envs/box2d/draw-sequence.ts'
import { box2dEntries } from '../../envs/box2d/index.ts'
import { type BuildLanderWorld, buildLanderWorld, buildLeanLanderWorld, heightDraws } from '../../envs/box2d/lander-world.ts'
import { loadPlanck, type Planck } from '../../envs/box2d/load-planck.ts'
import { createLander, type Lander } from '../../envs/box2d/lunar-lander.ts'
import { buildCourse } from '../../envs/box2d/walker-course.ts'
import { type BuildWalkerWorld, buildLeanWalkerWorld, buildWalkerWorld, hipSpeed, kneeSpeed, maxTorque } from '../../envs/box2d/walker-world.ts'
import { fillUniforms } from '../../src/core/rng.ts'
import { sizeOf } from '../../src/core/space.ts'
import type { Bare, Script, Subject } from './env-loops.ts'

const calm = { timeLimit: 1000, gravity: -10, enableWind: false, windPower: 15, turbulencePower: 1.5 }
/** Uniform numbers that a reset of the lander draws. */
const resetDraws = heightDraws + 6
const landerObs = 8
/** Largest force (N) that a flight begins with. */
const firstForce = 1000
/** Draws of a walker's reset between its course and its first push, and the largest such push (N). */
const cloudDraws = 110
const firstPush = 5
const jointSpeeds = [hipSpeed, kneeSpeed, hipSpeed, kneeSpeed]

type Push = Readonly<{ impulse: Readonly<{ x: number; y: number }>; at: Readonly<{ x: number; y: number }> }>

/** Calls `note` with every impulse that is applied to `hull` from now on. */
const watchPushes = (hull: Body, note: (push: Push) => void): void => {
  const apply = hull.applyLinearImpulse.bind(hull)
  hull.applyLinearImpulse = (impulse, at, wake) => {
    note({ impulse: { x: impulse.x, y: impulse.y }, at: { x: at.x, y: at.y } })
    apply(impulse, at, wake)
  }
}

/** A flight as simulators need it: its draws, the ground (m), the force at its start (N), and the impulses of every step. */
export type Flight = Readonly<{
  draws: Float64Array
  surface: readonly Readonly<{ x: number; y: number }>[]
  force: Readonly<{ x: number; y: number }>
  pushes: readonly (readonly Push[])[]
}>

/** The flight that the environment makes of a script. */
export const flightOf = (planck: Planck, continuous: boolean, { keyReset, keyStep, actions }: Script): Flight => {
  const [draws, stepDraws, obs] = [new Float64Array(resetDraws), new Float64Array(2), new Float64Array(landerObs)]
  fillUniforms(draws, keyReset)
  fillUniforms(stepDraws, keyStep)
  const lander = createLander(planck, continuous, calm)
  lander.begin(draws, obs)
  let newest: Push[] = []
  watchPushes(lander.world.hull, (push) => newest.push(push))
  const pushes = actions.map((action) => {
    newest = []
    lander.step(action, stepDraws, obs)
    return newest
  })
  const [x, y] = [draws[heightDraws], draws[heightDraws + 1]].map((draw) => firstForce * (2 * draw - 1))
  return { draws, surface: lander.world.surface, force: { x, y }, pushes }
}

/** A lander whose flights are simulated by its world alone. */
export const bareLander = (planck: Planck, continuous: boolean, build: BuildLanderWorld): Readonly<{ lander: Lander; fly(flight: Flight, steps?: number): void }> => {
  const lander = createLander(planck, continuous, calm, build)
  const obs = new Float64Array(landerObs)
  return {
    lander,
    fly({ draws, pushes }, steps = pushes.length) {
      lander.begin(draws, obs)
      const { world } = lander
      for (let t = 0; t < steps; t++) {
        for (let i = 0; i < pushes[t].length; i++) world.hull.applyLinearImpulse(pushes[t][i].impulse, pushes[t][i].at, true)
        world.advance()
      }
    },
  }
}

const bareFlights = (planck: Planck, continuous: boolean, build: BuildLanderWorld): Bare => {
  const { fly } = bareLander(planck, continuous, build)
  return (script) => {
    const flight = flightOf(planck, continuous, script)
    return () => fly(flight)
  }
}

const bareWalker = (planck: Planck, hardcore: boolean, obsSize: number, build: BuildWalkerWorld): Bare => {
  const walker = createWalker(planck, build)
  return ({ keyReset, actions }) => {
    const obs = new Float64Array(obsSize)
    return () => {
      const draws = drawsOf(keyReset)
      const course = buildCourse(draws, hardcore)
      draws.skip(cloudDraws)
      walker.begin(course, draws.uniform(-firstPush, firstPush), obs)
      const { bodies, joints, ...world } = walker.world
      for (let t = 0; t < actions.length; t++) {
        for (let i = 0; i < bodies.length; i++) bodies[i].setAwake(true)
        for (let i = 0; i < joints.length; i++) {
          joints[i].setMotorSpeed(jointSpeeds[i] * Math.sign(actions[t][i]))
          joints[i].setMaxMotorTorque(maxTorque * Math.min(1, Math.abs(actions[t][i])))
        }
        world.advance()
      }
    }
  }
}

/** All Box2D environments as subjects of the bench. */
export const box2dSubjects: readonly Subject[] = box2dEntries.map((entry) => ({
  id: entry.id,
  target: null,
  async open() {
    const planck = await loadPlanck()
    const env = await entry.open({})
    const obsSize = sizeOf(env.spec.observationSpace)
    const continuous = entry.id.includes('Continuous')
    const hardcore = entry.id.includes('Hardcore')
    const bare: Readonly<Record<string, Bare>> = entry.id.startsWith('LunarLander')
      ? { bare: bareFlights(planck, continuous, buildLeanLanderWorld), planck: bareFlights(planck, continuous, buildLanderWorld) }
      : { bare: bareWalker(planck, hardcore, obsSize, buildLeanWalkerWorld), planck: bareWalker(planck, hardcore, obsSize, buildWalkerWorld) }
    return { live: env.live(), bare, close: () => env.close() }
  },
}))
