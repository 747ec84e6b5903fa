/**
 * Pictures show what is there: places by their independent definition, robots in one piece, feet on the ground and not in it.
 *
 * That pictures are finite, inside their windows and drawn from the state alone is a law of every environment (`checkEnv`).
 */
import { afterAll, describe, expect, test } from 'vitest'
import { envEntries } from '../../envs/index.ts'
import { recordEpisode, type Drive, type Episode } from '../../src/core/env-record.ts'
import type { Env } from '../../src/core/env.ts'
import { extentOf } from '../../src/core/picture-frame.ts'
import type { Picture, Point, Shape, Tone, View } from '../../src/core/picture.ts'
import { foldIn, rootKey } from '../../src/core/rng.ts'

const key = rootKey('pictures of environments')
const opened = new Map<string, Env>()
afterAll(() => opened.forEach((env) => env.close()))

const open = async (id: string): Promise<Env> => {
  const known = opened.get(id)
  if (known !== undefined) return known
  const env = await envEntries.find((entry) => entry.id === id)?.open({})
  if (env === undefined) throw new Error(`no environment ${id}`)
  opened.set(id, env)
  return env
}

const draw = (env: Env, state: unknown): Picture => {
  if (env.picture === undefined) throw new Error(`${env.spec.id} has no picture`)
  return env.picture(state)
}

/** The picture and the observation of each state of an episode. */
type Seen = Readonly<{ picture: Picture; view: View; obs: Float64Array; terminated: boolean }>

const watch = async (id: string, { steps = 60, drive = 'random', seed = 0 }: Readonly<{ steps?: number; drive?: Drive; seed?: number }> = {}) => {
  const env = await open(id)
  const episode: Episode<unknown> = recordEpisode(env, foldIn(key, seed), steps, drive)
  return episode.steps.map(({ step, obs }): Seen => {
    const picture = draw(env, step.state)
    return { picture, view: picture.views[0], obs, terminated: step.terminated }
  })
}

const ofTone = (shapes: readonly Shape[], tone: Tone): readonly Shape[] => shapes.filter((shape) => shape.tone === tone)

const capsules = (view: View): readonly Extract<Shape, Readonly<{ kind: 'capsule' }>>[] =>
  view.shapes.flatMap((shape) => (shape.kind === 'capsule' ? [shape] : []))

const circles = (view: View): readonly Extract<Shape, Readonly<{ kind: 'circle' }>>[] =>
  view.shapes.flatMap((shape) => (shape.kind === 'circle' ? [shape] : []))

const pointsOf = (shape: Shape): readonly Point[] => (shape.kind === 'polygon' || shape.kind === 'line' ? shape.points : [])

const expectPoint = ([x, y]: Point, [ex, ey]: Point, digits: number): void => {
  expect(x).toBeCloseTo(ex, digits)
  expect(y).toBeCloseTo(ey, digits)
}

/** Every environment, so that none is without pictures. */
test.each(envEntries.map(({ id }) => id))('%s has pictures', async (id) => {
  const entry = envEntries.find((each) => each.id === id)
  const env = await entry?.open({})
  expect(env?.picture).toBeTypeOf('function')
  env?.close()
})

describe('classic environments', () => {
  test('the tip of the pole of the cart is a metre from the hinge, at the angle of the observation', async () => {
    for (const { view, obs } of await watch('CartPole-v1')) {
      const [pole] = capsules(view)
      expectPoint(pole.from, [obs[0], 0], 12)
      // platform functions: 12 digits are far above their error
      expectPoint(pole.to, [obs[0] + Math.sin(obs[2]), Math.cos(obs[2])], 12)
    }
  })

  test('the cart stands on its track, and is out of its limits where the episode ends', async () => {
    for (const { view } of await watch('CartPole-v1', { drive: 'hold', steps: 200 })) {
      const ground = Math.max(...ofTone(view.scenery, 'ground').map((shape) => extentOf(shape).top))
      expect(Math.min(...view.shapes.map((shape) => extentOf(shape).bottom))).toBeCloseTo(ground, 12)
    }
  })

  test('the pendulum is where cosine and sine of its observation say', async () => {
    for (const { view, obs } of await watch('Pendulum-v1')) {
      const [rod] = capsules(view)
      expectPoint(rod.to, [-obs[1], obs[0]], 12)
    }
  })

  test('the tip of the acrobot is beyond the line exactly where the episode ends', async () => {
    const env = await open('Acrobot-v1')
    let step = env.reset(key)
    while (!step.terminated) {
      // pushing along with the lower link swings it up in some sixty steps
      step = env.step(key, step.state, Float64Array.of(step.obs[5] > 0 ? 2 : 0))
      expect(step.truncated).toBe(false)
      const [view] = draw(env, step.state).views
      const [upper, lower] = capsules(view)
      expectPoint(upper.to, lower.from, 12)
      const [line] = ofTone(view.scenery, 'goal')
      expect(lower.to[1] > pointsOf(line)[0][1]).toBe(step.terminated)
    }
  })

  test('the car rolls on its track, whose slope is that of its gravity', async () => {
    for (const { view, obs } of await watch('MountainCar-v0', { steps: 150 })) {
      const track = pointsOf(ofTone(view.scenery, 'ground')[0]).slice(2)
      const near = track.reduce((best, point) => (Math.abs(point[0] - obs[0]) < Math.abs(best[0] - obs[0]) ? point : best))
      const i = track.indexOf(near)
      const slope = (track[i + 1][1] - track[i - 1][1]) / (track[i + 1][0] - track[i - 1][0])
      // 1.35 is the height's factor 0.45 times 3; a chord over two of 80 pieces differs from the slope by up to 0.003
      expect(slope).toBeCloseTo(1.35 * Math.cos(3 * near[0]), 2)
      for (const wheel of circles(view)) {
        const gap = Math.min(...track.map(([x, y]) => Math.sqrt((x - wheel.centre[0]) ** 2 + (y - wheel.centre[1]) ** 2))) - wheel.radius
        // pieces of the track are up to 0.04 long, so that its points may be half of that away; in the valley wheels sink in by its curvature
        expect(Math.abs(gap)).toBeLessThan(0.015)
      }
    }
  })
})

/** Distance of `p` to the line from `a` to `b`. */
const toSegment = (p: Point, a: Point, b: Point): number => {
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]]
  const squared = dx * dx + dy * dy
  const t = squared === 0 ? 0 : Math.max(0, Math.min(1, ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / squared))
  return Math.sqrt((p[0] - a[0] - t * dx) ** 2 + (p[1] - a[1] - t * dy) ** 2)
}

/** Distance of two outlines that do not cross: from the corners of each to the sides of the other. */
const between = (a: readonly Point[], b: readonly Point[]): number => {
  const to = (points: readonly Point[], line: readonly Point[]): number =>
    Math.min(...points.flatMap((p) => line.slice(1).map((end, i) => toSegment(p, line[i], end))))
  return Math.min(to(a, b), to(b, [...a, a[0]]))
}

type Round = Readonly<{ from: Point; to: Point; radius: number }>

const roundOf = (shape: Shape): readonly Round[] => {
  if (shape.kind === 'circle') return [{ from: shape.centre, to: shape.centre, radius: shape.radius }]
  return shape.kind === 'capsule' ? [shape] : []
}

/** Whether two rounded shapes overlap; crossing ones do at an end or are found by their ends' distances, as limbs meet end to end. */
const overlap = (a: Round, b: Round): boolean =>
  Math.min(toSegment(a.from, b.from, b.to), toSegment(a.to, b.from, b.to), toSegment(b.from, a.from, a.to), toSegment(b.to, a.from, a.to)) <= a.radius + b.radius + 1e-9

/** How many pieces the rounded shapes of a view fall into. */
const piecesOf = (view: View): number => {
  const rest = new Set(view.shapes.filter(({ tone }) => tone !== 'goal' && tone !== 'object').flatMap(roundOf))
  let pieces = 0
  while (rest.size > 0) {
    pieces++
    const front = [...rest].slice(0, 1)
    rest.delete(front[0])
    for (let shape = front.pop(); shape !== undefined; shape = front.pop()) {
      for (const other of rest) {
        if (!overlap(shape, other)) continue
        rest.delete(other)
        front.push(other)
      }
    }
  }
  return pieces
}

describe('robots', () => {
  const whole = ['HalfCheetah-v5', 'Hopper-v5', 'Walker2d-v5', 'Swimmer-v5', 'Ant-v5', 'InvertedPendulum-v5', 'InvertedDoublePendulum-v5', 'Reacher-v5', 'cheetah-vel', 'ant-vel']
  test.each(whole)('%s is in one piece, from every side', async (id) => {
    for (const { picture } of await watch(id)) for (const view of picture.views) expect(piecesOf(view)).toBe(1)
  })

  test.each(['Humanoid-v5', 'HumanoidStandup-v5'])('%s has its limbs on, though its spine shows gaps', async (id) => {
    // head, chest, waist, pelvis with legs, and two arms are apart by a centimetre or two, in the model as well
    for (const { picture } of await watch(id)) for (const view of picture.views) expect(piecesOf(view)).toBeLessThanOrEqual(6)
  })

  const walking = ['HalfCheetah-v5', 'Hopper-v5', 'Walker2d-v5', 'Ant-v5', 'Humanoid-v5', 'HumanoidStandup-v5', 'cheetah-vel', 'ant-vel']
  test.each(walking)('%s comes down on the ground, and sinks in no further than contacts give way', async (id) => {
    const lowest = (await watch(id, { drive: 'idle', steps: 80 })).map(({ view }) => Math.min(...view.shapes.map((shape) => extentOf(shape).bottom)))
    // the ant's contacts begin a centimetre over the ground; the humanoid that lies starts with its elbows in it
    expect(Math.min(...lowest)).toBeLessThan(0.012)
    expect(Math.min(...lowest)).toBeGreaterThan(id === 'HumanoidStandup-v5' ? -0.06 : -0.03)
  })

  test('the ground is at height 0 and as wide as the window', async () => {
    for (const { view } of await watch('HalfCheetah-v5', { drive: 'hold' })) {
      const { left, right, bottom } = view.bounds
      expect(ofTone(view.scenery, 'ground').map(extentOf)).toEqual([{ left, right, bottom, top: 0 }])
    }
  })

  test('the window follows the cheetah over the ground', async () => {
    const seen = await watch('cheetah-vel', { drive: 'random', steps: 150 })
    for (const { view } of seen) {
      const torso = capsules(view)[0]
      const middle = (torso.from[0] + torso.to[0]) / 2
      expect((view.bounds.left + view.bounds.right) / 2).toBeCloseTo(middle, 1)
      // from end to end 1 m; the view is from beside, so that nothing shortens it
      expect(Math.sqrt((torso.to[0] - torso.from[0]) ** 2 + (torso.to[1] - torso.from[1]) ** 2)).toBeCloseTo(1, 9)
    }
  })

  test('the foot of the hopper is a horizontal capsule of its size, 4 cm over the ground at the reference pose', async () => {
    const [{ view }] = await watch('Hopper-v5', { steps: 1 })
    const foot = capsules(view).at(-1)
    expect(foot?.radius).toBe(0.06)
    // positions of a start are disturbed by up to 0.005 each, five of them above the foot
    expect(extentOf(foot as Shape).bottom).toBeCloseTo(0.04, 1)
  })

  test('the pole of the pendulum points where its angle says', async () => {
    for (const { view, obs } of await watch('InvertedPendulum-v5', { steps: 10 })) {
      const pole = ofTone(view.shapes, 'limb')[0] as Round
      expectPoint(pole.to, [obs[0], 0], 9)
      // the pole is 0.6 m long and leans by 1 mm in its own frame; its axis points to the hinge
      expectPoint(pole.from, [obs[0] + 0.6 * Math.sin(obs[1]) + 0.001 * Math.cos(obs[1]), 0.6 * Math.cos(obs[1]) - 0.001 * Math.sin(obs[1])], 9)
    }
  })

  test('the double pendulum stands as its two angles say', async () => {
    for (const { view, obs } of await watch('InvertedDoublePendulum-v5', { steps: 3 })) {
      const upper = ofTone(view.shapes, 'limb').at(-1) as Round
      const [x, sine1, sine2, cosine1, cosine2] = obs
      const hinge: Point = [x + 0.6 * sine1, 0.6 * cosine1]
      expectPoint(upper.to, hinge, 9)
      expectPoint(upper.from, [hinge[0] + 0.6 * (sine1 * cosine2 + cosine1 * sine2), hinge[1] + 0.6 * (cosine1 * cosine2 - sine1 * sine2)], 9)
    }
  })

  test('tip and target of the reacher are as far apart as it observes at its start', async () => {
    for (let seed = 0; seed < 5; seed++) {
      const [{ view, obs }] = await watch('Reacher-v5', { steps: 1, seed })
      const target = circles(view).find(({ tone }) => tone === 'goal')
      const tip = circles(view).find(({ tone }) => tone === 'limb')
      expectPoint(target?.centre ?? [0, 0], [obs[4], obs[5]], 12)
      expectPoint(tip?.centre ?? [0, 0], [obs[4] + obs[8], obs[5] + obs[9]], 12)
    }
  })

  test('object and goal of the pusher lie where it observes them, the object on the table', async () => {
    const [{ picture, obs }] = await watch('Pusher-v5', { steps: 1 })
    const [top, side] = picture.views
    const middle = (shape: Shape): Point => {
      const { left, right, bottom, top: high } = extentOf(shape)
      return [(left + right) / 2, (bottom + high) / 2]
    }
    expectPoint(middle(ofTone(top.shapes, 'object')[0]), [obs[17], obs[18]], 3)
    expectPoint(middle(ofTone(top.shapes, 'goal')[0]), [obs[20], obs[21]], 3)
    const table = Math.max(...ofTone(side.scenery, 'ground').map((shape) => extentOf(shape).top))
    expect(extentOf(ofTone(side.shapes, 'object')[0]).bottom).toBeCloseTo(table, 3)
  })

  test.each(['Ant-v5', 'Humanoid-v5', 'HumanoidStandup-v5', 'Pusher-v5'])('the two views of %s show the same robot', async (id) => {
    const horizontal = { side: 0, top: 0, front: null } as const
    for (const { picture } of await watch(id, { steps: 20 })) {
      expect(picture.views).toHaveLength(2)
      const [a, b] = picture.views
      expect(a.shapes).toHaveLength(b.shapes.length)
      // heights agree where both views show them, the x coordinate where both show that
      const shared = horizontal[b.title as keyof typeof horizontal] === null ? 1 : 0
      const radii = ({ shapes }: View): readonly string[] =>
        shapes
          .flatMap((shape) => (shape.kind === 'circle' ? [`${shape.radius} ${shape.centre[shared]}`] : []))
          .sort()
      expect(radii(a)).toEqual(radii(b))
    }
  })

  test.each(['HalfCheetah-v5', 'Humanoid-v5'])('%s that has diverged is a picture without the robot', async (id) => {
    const env = await open(id)
    const bytes = env.encode(env.reset(key).state)
    // behind the header of 8 bytes and the time come positions and velocities
    const view = new DataView(bytes.buffer, bytes.byteOffset)
    for (let at = 16; at + 8 <= bytes.length && at < 16 + 8 * 40; at += 8) view.setFloat64(at, NaN, true)
    const picture = draw(env, env.decode(bytes))
    expect(picture.views.flatMap(({ shapes }) => shapes)).toEqual([])
    for (const { bounds } of picture.views) expect(Object.values(bounds).every(Number.isFinite)).toBe(true)
    expect(draw(env, env.reset(key).state).views[0].shapes.length).toBeGreaterThan(5)
  })

  test('what lies behind the torso is toned as being behind', async () => {
    const [{ picture }] = await watch('Humanoid-v5', { steps: 1 })
    const [side, front] = picture.views
    // an arm with its hand, a leg with its foot: two parts and one each
    expect(ofTone(side.shapes, 'farLimb')).toHaveLength(6)
    expect(ofTone(side.shapes, 'limb')).toHaveLength(6)
    expect(ofTone(front.shapes, 'body')).toHaveLength(5)
  })
})

describe('the lander', () => {
  test.each(['LunarLander-v3', 'LunarLanderContinuous-v3'])('of %s is where it observes itself, with its legs on', async (id) => {
    for (const { view, obs } of await watch(id)) {
      const [hull] = ofTone(view.shapes, 'body')
      const centre: Point = [10 + 10 * obs[0], 20 / 3 * obs[1] + 10 / 3 + 0.6]
      // the hull's outline, turned by its angle: its first corner is at (−14, 17) thirtieths of a metre
      const [sine, cosine] = [Math.sin(obs[4]), Math.cos(obs[4])]
      const corners = [[-14, 17], [-17, 0], [-17, -10], [17, -10], [17, 0], [14, 17]].map(([x, y]): Point => [
        centre[0] + (cosine * x - sine * y) / 30,
        centre[1] + (sine * x + cosine * y) / 30,
      ])
      for (const corner of corners) {
        const gap = Math.min(...pointsOf(hull).map(([x, y]) => Math.sqrt((x - corner[0]) ** 2 + (y - corner[1]) ** 2)))
        expect(gap).toBeLessThan(1e-9)
      }
      expect(ofTone(view.shapes, 'limb').filter(({ kind }) => kind === 'polygon')).toHaveLength(2)
      for (const strut of ofTone(view.shapes, 'limb').filter(({ kind }) => kind === 'line')) expectPoint(pointsOf(strut)[0], centre, 9)
    }
  })

  test('has a leg on the ground when it first observes that it touches', async () => {
    for (let seed = 0; seed < 8; seed++) {
      const seen = await watch('LunarLander-v3', { drive: 'idle', steps: 200, seed })
      const touch = seen.find(({ obs }) => obs[6] === 1 || obs[7] === 1)
      const legs = ofTone(touch?.view.shapes ?? [], 'limb').filter(({ kind }) => kind === 'polygon')
      const surface = pointsOf(ofTone(touch?.view.scenery ?? [], 'ground')[0]).slice(1, -1)
      // the step that finds a contact also moves the leg off again: at up to 5 m/s for 20 ms, less than a leg is wide
      expect(Math.min(...legs.map((leg) => between(pointsOf(leg), surface)))).toBeLessThan(0.1)
    }
  })

  test('has a flame exactly at the engines that fired', async () => {
    const env = await open('LunarLander-v3')
    const start = env.reset(foldIn(key, 0)).state
    const flames = [0, 1, 2, 3].map((action) => {
      const { state } = env.step(foldIn(key, 1), start, Float64Array.of(action))
      const { shapes } = draw(env, state).views[0]
      const [hull] = ofTone(shapes, 'body').map(extentOf)
      return ofTone(shapes, 'thrust').map(extentOf).map(({ left, right, bottom }) => [left < hull.left, right > hull.right, bottom < hull.bottom])
    })
    // the left engine's flame points left, pushing right: action 1 is the left one
    expect(flames).toEqual([[], [[false, true, false]], [[false, false, true]], [[true, false, false]]])
  })
})

describe('the walker', () => {
  test.each(['BipedalWalker-v3', 'BipedalWalkerHardcore-v3'])('of %s sees its beams end where its lidar says, and its knees hold', async (id) => {
    for (const [t, { view, obs }] of (await watch(id)).entries()) {
      const beams = ofTone(view.scenery, 'sense').map(pointsOf)
      expect(beams).toHaveLength(10)
      beams.forEach(([from, to], i) => {
        const length = Math.sqrt((to[0] - from[0]) ** 2 + (to[1] - from[1]) ** 2)
        expect(length).toBeCloseTo(obs[14 + i] * (160 / 30), 9)
      })
      // the far leg comes before the hull, the near one after it: upper and lower links meet at the knee
      const links = view.shapes.filter(({ tone }) => tone === 'limb' || tone === 'farLimb').map(pointsOf)
      expect(links).toHaveLength(4)
      for (const [upper, lower] of [[links[0], links[1]], [links[2], links[3]]]) {
        const middleOf = (points: readonly Point[], i: number): Point => [(points[i][0] + points[(i + 1) % 4][0]) / 2, (points[i][1] + points[(i + 1) % 4][1]) / 2]
        const ends = [0, 1, 2, 3].map((i) => middleOf(upper, i)).flatMap((a) => [0, 1, 2, 3].map((i) => middleOf(lower, i)).map((b) => Math.sqrt((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2)))
        // the first steps pull the legs together; later hinges give way by some centimetres when a random torque jerks them
        if (t > 5) expect(Math.min(...ends)).toBeLessThan(0.12)
      }
    }
  })
})
