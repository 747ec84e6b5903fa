/**
 * The bipedal walker against the reference: masses and joints, starts, beams, flight, and courses as exact functions of their draws.
 *
 * *Source:* `property-tests/fixtures/parity/README.md`. *Deviations:* none.
 */
import type { Body } from 'planck'
import { describe, expect, test } from 'vitest'
import { bipedalWalker, bipedalWalkerHardcore, createWalker } from '../../../envs/box2d/bipedal-walker.ts'
import { type Draws, drawsOf } from '../../../envs/box2d/draw-sequence.ts'
import { createLidar } from '../../../envs/box2d/lidar.ts'
import { loadPlanck } from '../../../envs/box2d/load-planck.ts'
import { buildCourse, type Course, coursePoints, startPad, stepWidth } from '../../../envs/box2d/walker-course.ts'
import { buildWalkerWorld, hipSpeed, kneeSpeed, maxTorque } from '../../../envs/box2d/walker-world.ts'
import { foldIn, rootKey } from '../../../src/core/rng.ts'
import { expectClose, parityFile } from '../parity-file.ts'

type Vector = readonly [number, number]
type Spread = Readonly<{ mean: number[]; std: number[]; min: number[]; max: number[] }>
type Opening = Readonly<{ actions: number[][]; bodies: number[][][]; obs: number[][]; reward: number[]; terminated: boolean[] }>
type Fixture = Readonly<{
  tolerance: Readonly<{ model: number; start: number; lidar: number; airborne: number }>
  model: Readonly<{
    gravity: Vector
    horizon: number
    dt: number
    bodies: readonly Readonly<{
      mass: number
      inertia_about_origin: number
      centre: Vector
      fixtures: readonly Readonly<{ density: number; friction: number; restitution: number; category: number; mask: number; vertices: Vector[] }>[]
    }>[]
    joints: readonly Readonly<{ lower: number; upper: number; reference_angle: number; anchor_a: Vector; anchor_b: Vector }>[]
    ground: Readonly<{ friction: number; category: number }>
    motor_torque: number
    motor_speed: Readonly<{ hip: number; knee: number }>
  }>
  reset: Readonly<{ n: number; first_observation: Spread }>
  starts: readonly Readonly<{
    terrain_y: number[]
    polygons: Vector[][]
    hull_force: number
    bodies: number[][]
    obs: number[]
    opening: Opening
    lidar: readonly Readonly<{ position: Vector; fractions: number[] }>[]
  }>[]
  airborne: readonly (Opening & Readonly<{ start: Readonly<{ hull_force: number; bodies: number[][] }> }>)[]
  terrain: Readonly<{
    n: number
    height_at: Readonly<Record<string, Spread>>
    step_std: number
    polygons_per_terrain: Readonly<{ stump: number; stair: number; pit_wall: number }>
  }>
}>

const planck = await loadPlanck()
const base = 400 / 30 / 4

/**
 * For the first steps on the ground the fixtures state no tolerance. With Box2D's order of contacts 1e-3 was measured in observations and
 * 7e-3 in motions, with planck's order 1 and 4. Pushing against the ground amplifies the last digit of a float32.
 */
const groundTolerance = { obs: 5e-3, motion: 2e-2 }

const courseOf = (start: Fixture['starts'][number]): Course => ({
  heights: Float64Array.from(start.terrain_y),
  obstacles: start.polygons.map((outline) => outline.map(([x, y]) => ({ x, y }))),
})

const motionOf = (body: Body): number[] => {
  const { x, y } = body.getPosition()
  const velocity = body.getLinearVelocity()
  return [x, y, body.getAngle(), velocity.x, velocity.y, body.getAngularVelocity()]
}

const sorted = (points: readonly (readonly number[])[]): number[] => points.toSorted((p, q) => p[0] - q[0] || p[1] - q[1]).flat()

/** An obstacle as its draws tell it: kind (0 stump, 1 stairs, 2 pit), what is drawn for it, points and pieces it takes. */
type Obstacle = Readonly<{ kind: number; drawn: readonly number[]; points: number; pieces: number }>

/** Reads the obstacle whose first piece is `pieces[first]` back from its outlines, which are boxes in units of steps. */
const obstacleOf = (pieces: readonly (readonly Vector[])[], first: number): Obstacle => {
  const limits = pieces.slice(first).map((outline) => {
    const [xs, ys] = [0, 1].map((axis) => outline.map((point) => point[axis] / stepWidth))
    return { left: Math.min(...xs), bottom: Math.min(...ys), wide: Math.round(Math.max(...xs) - Math.min(...xs)), high: Math.round(Math.max(...ys) - Math.min(...ys)) }
  })
  const [piece, next] = limits
  if (piece.wide === piece.high) return { kind: 0, drawn: [piece.wide], points: piece.wide, pieces: 1 }
  if (piece.high > piece.wide) {
    const size = Math.round(next.left - piece.left)
    return { kind: 2, drawn: [size], points: size + 2, pieces: 2 }
  }
  let count = 1
  while (count < limits.length && limits[count].wide === 4 && Math.round(limits[count].left - piece.left) === 4 * count) count++
  return { kind: 1, drawn: [next.bottom > piece.bottom ? 0.75 : 0.25, 4, count], points: 4 * count, pieces: count }
}

/** The draws from which a recorded course must have come, in order. Lengths of stretches that the course does not show are arbitrary. */
const tapeOf = (heights: readonly number[], pieces: readonly (readonly Vector[])[]): number[] => {
  const tape: number[] = []
  let velocity = 0
  let piece = 0
  // a stretch of grass begins at `first` and goes on until the next obstacle, or until a point that keeps its height
  const grass = (first: number): number => {
    const stop = piece < pieces.length ? Math.round(Math.min(...pieces[piece].map(([x]) => x)) / stepWidth) : coursePoints
    const held = heights.findIndex((y, i) => i > first && y === heights[i - 1])
    const end = pieces.length > 0 || held < 0 ? stop : held
    tape.push(Math.max(5, end - first))
    return end
  }
  const noise = (first: number, end: number): void => {
    for (let i = first + 1; i < end; i++) {
      const next = heights[i] - heights[i - 1]
      tape.push(30 * (next - 0.8 * velocity - 0.01 * Math.sign(base - heights[i - 1])))
      velocity = next
    }
  }
  for (let i = startPad; i < coursePoints; ) {
    if (piece < pieces.length) {
      const { kind, drawn, points, pieces: count } = obstacleOf(pieces, piece)
      tape.push(5, kind, ...drawn)
      piece += count
      i += points
    }
    if (i >= coursePoints) break
    const end = grass(i)
    noise(i, end)
    i = end
  }
  return tape
}

/** Hands out recorded draws; each must lie in the range that is asked for. */
const playTape = (tape: readonly number[]): Draws => {
  let next = 0
  const take = (low: number, high: number): number => {
    // past the end of what a course shows, any draw will do
    const value = next < tape.length ? tape[next] : low
    next++
    expect(value).toBeGreaterThanOrEqual(low)
    expect(value).toBeLessThan(high)
    return value
  }
  return {
    uniform: take,
    integer: take,
    skip(count) {
      next += count
    },
  }
}

const variants = [
  [bipedalWalker, false],
  [bipedalWalkerHardcore, true],
] as const

describe.each(variants)('$id', (entry, hardcore) => {
  const fixture = parityFile<Fixture>(entry.id)
  const { tolerance, model } = fixture
  const obs = new Float64Array(24)

  test('masses, fixtures, joints and motors', () => {
    const { world, bodies, joints } = createWalker(planck, buildWalkerWorld).world
    expect([world.getGravity().x, world.getGravity().y]).toEqual(model.gravity)
    expect([maxTorque, hipSpeed, kneeSpeed]).toEqual([model.motor_torque, model.motor_speed.hip, model.motor_speed.knee])
    expect(bodies.length).toBe(model.bodies.length)
    for (const [b, body] of bodies.entries()) {
      const reference = model.bodies[b]
      const centre = body.getLocalCenter()
      expectClose(`body ${b}`, [body.getMass(), body.getInertia(), centre.x, centre.y], [reference.mass, reference.inertia_about_origin, ...reference.centre], tolerance.model)
      const piece = body.getFixtureList()
      if (piece === null) throw new Error('a body without fixture')
      const [expected] = reference.fixtures
      expectClose(
        `fixture ${b}`,
        [piece.getDensity(), piece.getFriction(), piece.getRestitution(), piece.getFilterCategoryBits(), piece.getFilterMaskBits()],
        [expected.density, expected.friction, expected.restitution, expected.category, expected.mask],
        tolerance.model,
      )
      const { m_vertices: vertices } = piece.getShape() as unknown as { m_vertices: { x: number; y: number }[] }
      expectClose(`outline ${b}`, sorted(vertices.map(({ x, y }) => [x, y])), sorted(expected.vertices), tolerance.model)
    }
    expect(joints.length).toBe(model.joints.length)
    for (const [j, joint] of joints.entries()) {
      const reference = model.joints[j]
      const [a, b] = [joint.getLocalAnchorA(), joint.getLocalAnchorB()]
      expectClose(
        `joint ${j}`,
        [joint.getLowerLimit(), joint.getUpperLimit(), joint.getReferenceAngle(), a.x, a.y, b.x, b.y],
        [reference.lower, reference.upper, reference.reference_angle, ...reference.anchor_a, ...reference.anchor_b],
        tolerance.model,
      )
    }
    // bodies are listed from the newest to the oldest, which is ground
    let ground = world.getBodyList()
    while (ground?.getNext()) ground = ground.getNext()
    const edge = ground?.getFixtureList()
    expectClose('ground', [edge?.getFriction() ?? 0, edge?.getFilterCategoryBits() ?? 0], [model.ground.friction, model.ground.category], tolerance.model)
  })

  test('starts over given courses, and the first steps on the ground', () => {
    const walker = createWalker(planck)
    for (const [i, start] of fixture.starts.entries()) {
      walker.begin(courseOf(start), start.hull_force, obs)
      walker.world.bodies.forEach((body, b) => expectClose(`start ${i}: body ${b}`, motionOf(body), start.bodies[b], tolerance.start))
      expectClose(`start ${i}: obs`, obs, start.obs, tolerance.start)
      for (const [t, action] of start.opening.actions.entries()) {
        walker.step(Float64Array.from(action), obs)
        expectClose(`start ${i}, step ${t}: obs`, obs, start.opening.obs[t], groundTolerance.obs)
        expectClose(`start ${i}, step ${t}: reward`, [walker.reward], [start.opening.reward[t]], groundTolerance.obs)
        expect(walker.terminated).toBe(start.opening.terminated[t])
        walker.world.bodies.forEach((body, b) => expectClose(`start ${i}, step ${t}: body ${b}`, motionOf(body), start.opening.bodies[t][b], groundTolerance.motion))
      }
    }
  })

  test('beams from given places over given courses', () => {
    for (const start of fixture.starts) {
      const scan = createLidar(courseOf(start))
      for (const { position, fractions } of start.lidar) {
        scan(position[0], position[1], obs, 14)
        expectClose(`beams at ${position.join(', ')}`, obs.subarray(14), fractions, tolerance.lidar)
      }
    }
  })

  test('driven joints in free fall', () => {
    const walker = createWalker(planck)
    for (const [i, flight] of fixture.airborne.entries()) {
      walker.begin(buildCourse(drawsOf(rootKey(i)), false), flight.start.hull_force, obs)
      for (const [b, body] of walker.world.bodies.entries()) {
        const { x, y } = body.getPosition()
        body.setTransform({ x, y: y + 6 }, body.getAngle())
        body.setLinearVelocity({ x: 0, y: 0 })
        body.setAngularVelocity(0)
        expectClose(`flight ${i}: start of body ${b}`, motionOf(body), flight.start.bodies[b], tolerance.start)
      }
      for (const [t, action] of flight.actions.entries()) {
        walker.step(Float64Array.from(action), obs)
        walker.world.bodies.forEach((body, b) => expectClose(`flight ${i}, step ${t}: body ${b}`, motionOf(body), flight.bodies[t][b], tolerance.airborne))
        expectClose(`flight ${i}, step ${t}: obs`, obs, flight.obs[t], tolerance.airborne)
        expectClose(`flight ${i}, step ${t}: reward`, [walker.reward], [flight.reward[t]], tolerance.airborne)
        expect(walker.terminated).toBe(flight.terminated[t])
      }
    }
  })

  test('recorded courses are what their draws make', () => {
    for (const start of fixture.starts) {
      const course = buildCourse(playTape(tapeOf(start.terrain_y, start.polygons)), hardcore)
      // the draws are read back from differences of heights, which costs some 10 roundings of a height in each of 200 sums
      expectClose('heights', course.heights, start.terrain_y, 1e-11)
      expect(course.obstacles.length).toBe(start.polygons.length)
      course.obstacles.forEach((outline, i) =>
        expectClose(`obstacle ${i}`, sorted(outline.map(({ x, y }) => [x, y])), sorted(start.polygons[i]), tolerance.model),
      )
    }
  })

  test('distribution of courses', () => {
    const { n } = fixture.terrain
    const courses = Array.from({ length: n }, (_, i) => buildCourse(drawsOf(foldIn(rootKey('courses'), i)), hardcore))
    const mean = (values: readonly number[]): number => values.reduce((sum, x) => sum + x, 0) / values.length
    const deviation = (values: readonly number[]): number => {
      const centre = mean(values)
      return Math.sqrt(mean(values.map((x) => (x - centre) * (x - centre))))
    }
    for (const [point, reference] of Object.entries(fixture.terrain.height_at)) {
      const values = courses.map(({ heights }) => heights[Number(point)])
      // two samples of 200: means within 5 standard errors, deviations within 25 % (a standard error is 7 % or less), all up to rounding
      expect(Math.abs(mean(values) - reference.mean[0])).toBeLessThanOrEqual(5 * reference.std[0] * Math.sqrt(2 / n) + 1e-9)
      expect(Math.abs(deviation(values) - reference.std[0])).toBeLessThanOrEqual(0.25 * reference.std[0] + 1e-9)
    }
    const steps = courses.flatMap(({ heights }) => Array.from(heights.subarray(22), (y, i) => y - heights[21 + i]))
    // 35,000 differences, correlated over some ten of them
    expect(Math.abs(deviation(steps) / fixture.terrain.step_std - 1)).toBeLessThanOrEqual(0.06)
    const counts = { stump: [] as number[], stair: [] as number[], pit_wall: [] as number[] }
    for (const { obstacles } of courses) {
      const kinds = obstacles.map(([{ x, y }, , opposite]) => {
        const [wide, high] = [opposite.x - x, opposite.y - y]
        return wide > 2 * high ? 'stair' : high > 2 * wide ? 'pit_wall' : 'stump'
      })
      for (const kind of ['stump', 'stair', 'pit_wall'] as const) counts[kind].push(kinds.filter((each) => each === kind).length)
    }
    for (const kind of ['stump', 'stair', 'pit_wall'] as const) {
      const expected = fixture.terrain.polygons_per_terrain[kind]
      expect(Math.abs(mean(counts[kind]) - expected)).toBeLessThanOrEqual(5 * deviation(counts[kind]) * Math.sqrt(2 / n))
    }
  })

  test('time limit, period and distribution of the first observation', async () => {
    const env = await entry.open({})
    expect([env.spec.timeLimit, env.spec.dt]).toEqual([model.horizon, model.dt])
    const n = 100
    const { mean, std } = fixture.reset.first_observation
    const starts = Array.from({ length: n }, (_, i) => env.reset(foldIn(rootKey('walker starts'), i)).obs)
    for (let d = 0; d < mean.length; d++) {
      const values = starts.map((start) => start[d])
      const average = values.reduce((sum, x) => sum + x, 0) / n
      const deviation = Math.sqrt(values.reduce((sum, x) => sum + (x - average) * (x - average), 0) / n)
      // means within 5 standard errors and deviations within 35 % (a standard error is 7 %), both up to the engines' difference
      expect(Math.abs(average - mean[d])).toBeLessThanOrEqual(5 * std[d] * Math.sqrt(1 / n + 1 / fixture.reset.n) + tolerance.start)
      expect(Math.abs(deviation - std[d])).toBeLessThanOrEqual(0.35 * std[d] + tolerance.start)
    }
    env.close()
  })
})
