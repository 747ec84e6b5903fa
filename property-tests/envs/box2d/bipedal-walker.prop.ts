/**
 * The bipedal walker: the laws of environments, its beams and solvers against planck's, endings, and draws in sequence.
 *
 * *Source:* house rule 9; Gymnasium `BipedalWalker-v3`. *Deviations:* none.
 */
import fc from 'fast-check'
import type { Body } from 'planck'
import { describe, expect, test } from 'vitest'
import { bipedalWalker, bipedalWalkerHardcore, createWalker, type Walker } from '../../../envs/box2d/bipedal-walker.ts'
import { drawsOf } from '../../../envs/box2d/draw-sequence.ts'
import { beams, createLidar, lidarRange } from '../../../envs/box2d/lidar.ts'
import { loadPlanck } from '../../../envs/box2d/load-planck.ts'
import { buildCourse, type Course, coursePoints, stepWidth } from '../../../envs/box2d/walker-course.ts'
import { type BuildWalkerWorld, buildWalkerWorld } from '../../../envs/box2d/walker-world.ts'
import { cos, sin } from '../../../src/core/dmath.ts'
import { checkEnv } from '../../../src/core/check-env.ts'
import { recordEpisode } from '../../../src/core/env-record.ts'
import { foldIn, rootKey, uniforms } from '../../../src/core/rng.ts'
import { asLine, entryLaws, envLaws } from '../../laws/env.ts'
import { withPlatformMathForbiddenUntilSettled } from '../../platform-math.ts'
import { withPlainContacts } from './plain-planck.ts'

const key = rootKey('walker properties')
const planck = await loadPlanck()
const courseFrom = (index: number, hardcore: boolean): Course => buildCourse(drawsOf(foldIn(key, index)), hardcore)

for (const entry of [bipedalWalker, bipedalWalkerHardcore]) {
  envLaws(entry.id, () => entry.open({}), { steps: 30 })
  entryLaws(entry)

  test(`${entry.id}: with a short time limit every law is exercised`, async () => {
    const env = await entry.open({ timeLimit: 9 })
    expect(checkEnv(env, key).map(asLine)).toEqual([])
    env.close()
  })
}

test('an episode until the fall calls no transcendental function of the platform', async () => {
  const env = await bipedalWalkerHardcore.open({})
  await withPlatformMathForbiddenUntilSettled(async () => {
    const { steps } = recordEpisode(env, key, 400, 'idle')
    expect(steps[steps.length - 1].step.terminated).toBe(true)
    expect(steps[steps.length - 1].step.reward).toBe(-100)
  })
  env.close()
})

describe('beams', () => {
  /** What planck's ray casts say. */
  const castAll = (walker: Walker, x: number, y: number): number[] =>
    Array.from({ length: beams }, (_, i) => {
      let nearest = 1
      const angle = (1.5 * i) / beams
      const end = { x: x + sin(angle) * lidarRange, y: y - cos(angle) * lidarRange }
      walker.world.world.rayCast({ x, y }, end, (fixture, _point, _normal, fraction) => {
        if ((fixture.getFilterCategoryBits() & 1) === 0) return -1
        nearest = fraction
        return fraction
      })
      return nearest
    })

  test('have the bits of ray casts of planck from anywhere, in and under the ground, before and behind the course', () => {
    const walker = createWalker(planck)
    const seen = new Float64Array(beams)
    let blocked = 0
    for (const hardcore of [false, true]) {
      const course = courseFrom(1, hardcore)
      walker.begin(course, 0, new Float64Array(24))
      const scan = createLidar(course)
      const check = (x: number, y: number): void => {
        scan(x, y, seen, 0)
        // a ray cast from a point of the ground itself finds 0 or −0
        expect(Array.from(seen, (fraction) => fraction + 0)).toEqual(castAll(walker, x, y).map((fraction) => fraction + 0))
        blocked += seen.filter((fraction) => fraction < 1).length
      }
      const x = fc.double({ min: -7, max: 105, noNaN: true })
      const over = fc.double({ min: -4, max: 6, noNaN: true })
      const at = (where: number): number => course.heights[Math.max(0, Math.min(coursePoints - 1, Math.floor(where / stepWidth)))]
      fc.assert(fc.property(x, over, (where, above) => check(where, at(where) + above)), { seed: 42, numRuns: 300 })
      // exactly over points, and at the height of points
      for (let i = 0; i < coursePoints; i++) check(i * stepWidth, course.heights[i] + (i % 3))
    }
    expect(blocked).toBeGreaterThan(5000)
  })
})

/** Fast enough for impacts in the middle of a step. */
const throwDown = (bodies: readonly Body[]): void => {
  for (const body of bodies) {
    const { x, y } = body.getPosition()
    body.setTransform({ x: x + 30, y: y + 5 }, body.getAngle())
    body.setLinearVelocity({ x: 6, y: -15 })
  }
}

const buildPlain: BuildWalkerWorld = (...parts) => withPlainContacts(buildWalkerWorld(...parts))

describe('the lean world', () => {
  test('gives the same bits as that of planck, walking, stumbling and thrown down', () => {
    const [lean, plain] = [createWalker(planck), createWalker(planck, buildPlain)]
    const [obs, other] = [new Float64Array(24), new Float64Array(24)]
    const limits = new Set<string>()
    const points = new Set<string>()
    for (let episode = 0; episode < 6; episode++) {
      const course = courseFrom(episode, episode % 2 === 0)
      lean.begin(course, 3, obs)
      plain.begin(course, 3, other)
      if (episode % 3 === 2) for (const { world } of [lean, plain]) throwDown(world.bodies)
      for (let t = 0; t < 250; t++) {
        const action = uniforms(foldIn(foldIn(key, episode), t - (t % (episode + 1))), 4).map((u) => 2.4 * u - 1.2)
        lean.step(action, obs)
        plain.step(action, other)
        expect([...obs].map((x, i) => Object.is(x, other[i]))).toEqual(new Array(24).fill(true))
        expect(lean.reward).toBe(plain.reward)
        lean.world.joints.forEach((joint) => limits.add(String(Reflect.get(joint, 'm_limitState'))))
        for (let contact = lean.world.world.getContactList(); contact; contact = contact.getNext()) {
          if (contact.isTouching()) points.add(String(contact.getManifold().pointCount))
        }
      }
    }
    // every branch was taken: free, at the lower and at the upper limit; one and two points of contact
    expect([...limits].toSorted()).toEqual(['0', '1', '2'])
    expect([...points].toSorted()).toEqual(['1', '2'])
  })
})

/** A hand-made gait: hips and knees follow waves, the legs half a period apart, and the hips follow the lean of the hull. */
const gait = (t: number, obs: Float64Array, action: Float64Array): void => {
  const pull = (goal: number, angle: number, speed: number): number => Math.max(-1, Math.min(1, 2 * (goal - angle) - 0.135 * speed))
  for (let leg = 0; leg < 2; leg++) {
    const at = 4 + 5 * leg
    const phase = 2 * Math.PI * 2.25 * 0.02 * t + leg * Math.PI
    action[2 * leg] = pull(0.12 + 0.56 * sin(phase) + 1.06 * obs[0], obs[at], obs[at + 1])
    action[2 * leg + 1] = pull(0.145 + 0.605 * sin(phase + 1.78), obs[at + 2], obs[at + 3])
  }
}

test('a hand-made gait walks some 15 m before it stumbles', async () => {
  const env = await bipedalWalker.open({})
  const live = env.live()
  const [obs, action] = [new Float64Array(24), new Float64Array(4)]
  const walks = Array.from({ length: 8 }, (_, episode) => {
    live.reset(foldIn(key, episode), obs)
    let total = 0
    for (let t = 0; !live.terminated && !live.truncated; t++) {
      gait(t, obs, action)
      live.step(key, action, obs)
      total += live.reward
    }
    return { x: live.info()['x'], total, terminated: live.terminated }
  })
  const mean = (of: (walk: (typeof walks)[number]) => number): number => walks.reduce((sum, walk) => sum + of(walk), 0) / walks.length
  // the start is at 4.7 m; a metre is worth 4.3, of which torque costs a third, and every walk ends in a fall that costs 100
  expect(walks.every(({ terminated }) => terminated)).toBe(true)
  expect(mean(({ x }) => x)).toBeGreaterThan(15)
  expect(mean(({ total }) => total)).toBeGreaterThan(-70)
  env.close()
})

describe('endings', () => {
  const placedAt = (x: number): Walker => {
    const walker = createWalker(planck)
    walker.begin(courseFrom(2, false), 0, new Float64Array(24))
    const shift = x - walker.world.bodies[0].getPosition().x
    for (const body of walker.world.bodies) {
      const position = body.getPosition()
      // high up, so that nothing touches
      body.setTransform({ x: position.x + shift, y: position.y + 8 }, body.getAngle())
    }
    walker.step(new Float64Array(4), new Float64Array(24))
    return walker
  }

  test('the end of the course ends an episode without bonus, its beginning and a fall with −100', async () => {
    const finish = 190 * stepWidth
    expect(placedAt(finish - 0.1).terminated).toBe(false)
    const done = placedAt(finish + 0.1)
    expect([done.terminated, done.reward]).toEqual([true, done.progress])
    const gone = placedAt(-0.1)
    expect([gone.terminated, gone.reward]).toEqual([true, -100])
    const env = await bipedalWalker.open({})
    const { steps } = recordEpisode(env, key, 400, 'idle')
    const last = steps[steps.length - 1].step
    expect([last.terminated, last.truncated, last.reward]).toEqual([true, false, -100])
    env.close()
  })

  test('the reward is the change of position and lean, minus torque that is capped at full', () => {
    const walker = createWalker(planck)
    const obs = new Float64Array(24)
    walker.begin(courseFrom(3, false), 2, obs)
    const { x } = walker.world.bodies[0].getPosition()
    const [lean] = obs
    walker.step(Float64Array.of(0.5, -2, 0, 0.25), obs)
    const change = (130 / 30) * (walker.world.bodies[0].getPosition().x - x) - 5 * (Math.abs(obs[0]) - Math.abs(lean))
    // differences of numbers near 20, rounded a few times
    expect(Math.abs(walker.reward - (change - 0.028 * (0.5 + 1 + 0.25)))).toBeLessThan(1e-13)
  })
})

describe('draws', () => {
  test('come in the order of the stream of their key, skipped ones included', () => {
    const stream = uniforms(key, 400)
    const skips = fc.array(fc.integer({ min: 0, max: 90 }), { maxLength: 4 })
    fc.assert(
      fc.property(skips, fc.integer({ min: -5, max: 5 }), fc.integer({ min: 1, max: 9 }), (gaps, low, span) => {
        const draws = drawsOf(key)
        let next = 0
        for (const gap of gaps) {
          expect(draws.uniform(low, low + span)).toBe(low + span * stream[next++])
          expect(draws.integer(low, low + span)).toBe(low + Math.floor(span * stream[next++]))
          draws.skip(gap)
          next += gap
        }
      }),
      { seed: 42, numRuns: 100 },
    )
  })

  test('a course keeps its first 21 points level; the simple one has no obstacles, the other has every kind', () => {
    const kinds = new Set<string>()
    for (let i = 0; i < 20; i++) {
      const [simple, hard] = [courseFrom(i, false), courseFrom(i, true)]
      for (const { heights } of [simple, hard]) expect(new Set(heights.subarray(0, 21)).size).toBe(1)
      expect(simple.obstacles).toEqual([])
      for (const [{ x, y }, , far] of hard.obstacles) kinds.add(`${Math.round((far.x - x) / stepWidth)} × ${Math.round((far.y - y) / stepWidth)}`)
    }
    // stumps, walls of pits, stairs: width × height in steps
    expect([...kinds].toSorted()).toEqual(['1 × 1', '1 × 4', '2 × 2', '4 × 1'])
  })
})
