/**
 * The lunar lander against the reference: masses and joints, starts from given draws, flights until the first touch.
 *
 * *Source:* `property-tests/fixtures/parity/README.md`. *Deviations:* none.
 */
import type { Body, RevoluteJoint } from 'planck'
import { describe, expect, test } from 'vitest'
import { groundOf, padHeight } from '../../../envs/box2d/lander-world.ts'
import { loadPlanck } from '../../../envs/box2d/load-planck.ts'
import { lunarLander, lunarLanderContinuous } from '../../../envs/box2d/lunar-lander.ts'
import { createLander, type Lander, type LanderOptions } from '../../../envs/box2d/lunar-lander.ts'
import { height } from '../../../envs/box2d/robot-parts.ts'
import { foldIn, rootKey } from '../../../src/core/rng.ts'
import { expectClose, parityFile } from '../parity-file.ts'

type Vector = readonly [number, number]
type Start = Readonly<{
  height_draws: number[]
  force: Vector
  dispersion: Vector
  surface: Vector[]
  bodies: number[][]
  obs: number[]
}>
type Fixture = Readonly<{
  tolerance: Readonly<{ model: number; start: number; flight: number; flight_reward: number }>
  model: Readonly<{
    gravity: Vector
    horizon: number
    pad_height: number
    pad_draw: number
    bodies: readonly Readonly<{
      mass: number
      inertia_about_origin: number
      centre: Vector
      fixtures: readonly Readonly<{ density: number; friction: number; restitution: number; category: number; mask: number; vertices: Vector[] }>[]
    }>[]
    joints: readonly Readonly<{ lower: number; upper: number; reference_angle: number; anchor_a: Vector; anchor_b: Vector }>[]
    ground: Readonly<{ friction: number; category: number }>
  }>
  reset: Readonly<{ n: number; first_observation: Readonly<{ mean: number[]; std: number[]; min: number[]; max: number[] }> }>
  starts: readonly Start[]
  flights: readonly Readonly<{
    start: Start
    actions: readonly (number | number[])[]
    dispersion: Vector[]
    bodies: number[][][]
    obs: number[][]
    reward: number[]
    terminated: boolean[]
  }>[]
}>

const planck = await loadPlanck()
const options = lunarLander.options as unknown as LanderOptions

/** Draws in (0, 1), as the lander takes them, that become the numbers of a fixture. */
const drawsOf = (start: Start): Float64Array =>
  Float64Array.from([
    ...start.height_draws.map((h) => h / (height / 2)),
    ...start.force.map((f) => (f / 1000 + 1) / 2),
    ...start.dispersion.map((d) => (d + 1) / 2),
    0.5,
    0.5,
  ])

const motionOf = (body: Body): number[] => {
  const { x, y } = body.getPosition()
  const velocity = body.getLinearVelocity()
  return [x, y, body.getAngle(), velocity.x, velocity.y, body.getAngularVelocity()]
}
const motions = ({ world }: Lander): number[][] => [world.hull, ...world.legs].map(motionOf)

const expectMotion = (what: string, lander: Lander, obs: Float64Array, reference: Readonly<{ bodies: number[][]; obs: number[] }>, tolerance: number): void => {
  motions(lander).forEach((motion, b) => expectClose(`${what}: body ${b}`, motion, reference.bodies[b], tolerance))
  expectClose(`${what}: obs`, obs, reference.obs, tolerance)
}

const jointOf = (leg: Body): RevoluteJoint => leg.getJointList()?.joint as RevoluteJoint

const variants = [
  ['LunarLander-v3', false],
  ['LunarLanderContinuous-v3', true],
] as const

describe.each(variants)('%s', (id, continuous) => {
  const fixture = parityFile<Fixture>(id)
  const { tolerance, model } = fixture
  const obs = new Float64Array(8)

  test('masses, fixtures and joints', () => {
    const { world } = createLander(planck, continuous, options)
    expectClose('pad', [padHeight, groundOf(new Float64Array(12))[5].y], [model.pad_draw, model.pad_height], tolerance.model)
    for (const [b, body] of [world.hull, ...world.legs].entries()) {
      const reference = model.bodies[b]
      const centre = body.getLocalCenter()
      expectClose(`body ${b}`, [body.getMass(), body.getInertia(), centre.x, centre.y], [reference.mass, reference.inertia_about_origin, ...reference.centre], tolerance.model)
      const fixtureOf = body.getFixtureList()
      if (fixtureOf === null) throw new Error('a body without fixture')
      const [expected] = reference.fixtures
      expectClose(
        `fixture ${b}`,
        [fixtureOf.getDensity(), fixtureOf.getFriction(), fixtureOf.getRestitution(), fixtureOf.getFilterCategoryBits(), fixtureOf.getFilterMaskBits()],
        [expected.density, expected.friction, expected.restitution, expected.category, expected.mask],
        tolerance.model,
      )
      const { m_vertices: vertices } = fixtureOf.getShape() as unknown as { m_vertices: { x: number; y: number }[] }
      const sorted = (points: readonly (readonly number[])[]): number[] => points.toSorted((p, q) => p[0] - q[0] || p[1] - q[1]).flat()
      expectClose(`outline ${b}`, sorted(vertices.map(({ x, y }) => [x, y])), sorted(expected.vertices), tolerance.model)
    }
    for (const [j, leg] of world.legs.entries()) {
      const joint = jointOf(leg)
      const reference = model.joints[j]
      const [a, b] = [joint.getLocalAnchorA(), joint.getLocalAnchorB()]
      expectClose(
        `joint ${j}`,
        [joint.getLowerLimit(), joint.getUpperLimit(), joint.getReferenceAngle(), a.x, a.y, b.x, b.y],
        [reference.lower, reference.upper, reference.reference_angle, ...reference.anchor_a, ...reference.anchor_b],
        tolerance.model,
      )
    }
  })

  test('starts from given draws', () => {
    const lander = createLander(planck, continuous, options)
    for (const [i, start] of fixture.starts.entries()) {
      groundOf(start.height_draws).forEach(({ x, y }, p) => expectClose(`start ${i}: ground ${p}`, [x, y], start.surface[p], tolerance.start))
      lander.begin(drawsOf(start), obs)
      expectMotion(`start ${i}`, lander, obs, start, tolerance.start)
    }
  })

  test('flights, but for their last step', () => {
    const lander = createLander(planck, continuous, options)
    for (const [i, flight] of fixture.flights.entries()) {
      lander.begin(drawsOf(flight.start), obs)
      for (let t = 0; t + 1 < flight.actions.length; t++) {
        const action = flight.actions[t]
        const draws = Float64Array.from(flight.dispersion[t], (d) => (d + 1) / 2)
        lander.step(Float64Array.from(typeof action === 'number' ? [action] : action), draws, obs)
        expectMotion(`flight ${i}, step ${t}`, lander, obs, { bodies: flight.bodies[t], obs: flight.obs[t] }, tolerance.flight)
        expectClose(`flight ${i}, step ${t}: reward`, [lander.reward], [flight.reward[t]], tolerance.flight_reward)
        expect(lander.terminated).toBe(flight.terminated[t])
      }
    }
  })

  test('time limit and distribution of the first observation', async () => {
    const env = await (continuous ? lunarLanderContinuous : lunarLander).open({})
    expect(env.spec.timeLimit).toBe(model.horizon)
    const n = 400
    const { mean, std, min, max } = fixture.reset.first_observation
    const starts = Array.from({ length: n }, (_, i) => env.reset(foldIn(rootKey('lander starts'), i)).obs)
    for (let d = 0; d < mean.length; d++) {
      const values = starts.map((start) => start[d])
      const average = values.reduce((sum, x) => sum + x, 0) / n
      const deviation = Math.sqrt(values.reduce((sum, x) => sum + (x - average) * (x - average), 0) / n)
      // two samples of 400: means within 5 standard errors, deviations within 15 % of each other, ranges within 15 % of the width
      expect(Math.abs(average - mean[d])).toBeLessThanOrEqual(5 * std[d] * Math.sqrt(1 / n + 1 / fixture.reset.n))
      expect(Math.abs(deviation - std[d])).toBeLessThanOrEqual(0.15 * std[d])
      const slack = 0.15 * (max[d] - min[d])
      expect(Math.min(...values)).toBeGreaterThanOrEqual(min[d] - slack)
      expect(Math.max(...values)).toBeLessThanOrEqual(max[d] + slack)
    }
  })
})
