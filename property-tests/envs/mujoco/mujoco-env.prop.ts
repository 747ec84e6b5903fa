/** Environments on a model of one's own: the laws of environments, tables from the model, options, and errors in one line. */
import { describe, expect, test } from 'vitest'
import { mujocoEnv, type MujocoEnvParts } from '../../../envs/mujoco/mujoco-env.ts'
import { sizeOf } from '../../../src/core/space.ts'
import { foldIn, rootKey } from '../../../src/core/rng.ts'
import { entryLaws, envLaws } from '../../laws/env.ts'

const key = rootKey('models of one\'s own')

const mjcf = `<mujoco>
  <option timestep="0.005"/>
  <size memory="512K"/>
  <worldbody>
    <geom type="plane" size="9 9 1"/>
    <body name="ball" pos="0 0 1"><freejoint/><geom size="0.1"/></body>
    <body name="cart" pos="0 2 1">
      <joint name="rail" type="slide" axis="1 0 0"/><geom size="0.1"/>
      <body pos="0 0 -0.5"><joint name="pole" axis="0 1 0"/><geom size="0.05"/>
        <body pos="0 0 -0.5"><joint type="ball"/><geom size="0.05"/></body>
      </body>
    </body>
  </worldbody>
  <actuator><motor name="winch" joint="rail" ctrllimited="true" ctrlrange="-2 3"/><motor joint="pole"/></actuator>
</mujoco>`

const parts: MujocoEnvParts<{ weight: number }> = {
  id: 'Crane-v0',
  title: 'A crane and a ball',
  source: 'this test',
  mjcf,
  frameSkip: 4,
  timeLimit: 30,
  options: { weight: 2 },
  rewards: {
    speed: ({ now, before, dt, options }) => (options.weight * (now.qpos[7] - before.qpos[7])) / dt,
    effort: ({ action }) => -action[0] * action[0],
    height: ({ now, body }) => now.xpos[3 * body('ball') + 2],
  },
  ends: ({ now }) => now.qpos[7] > 0.05,
}

const entry = mujocoEnv(parts)
envLaws('a model of one\'s own', () => entry.open({}), { steps: 30, limitSteps: 100 })
entryLaws(entry)

describe('the tables', () => {
  test('name every movement and every drive of the model', async () => {
    const { spec } = await entry.open({})
    expect(spec.observations.map(({ name, unit }) => `${name} [${unit}]`)).toEqual([
      'x position of joint 0 [m]', 'y position of joint 0 [m]', 'z position of joint 0 [m]',
      'w of the orientation of joint 0 [1]', 'x of the orientation of joint 0 [1]', 'y of the orientation of joint 0 [1]', 'z of the orientation of joint 0 [1]',
      'position of rail [m]', 'angle of pole [rad]',
      'w of the orientation of joint 3 [1]', 'x of the orientation of joint 3 [1]', 'y of the orientation of joint 3 [1]', 'z of the orientation of joint 3 [1]',
      'x velocity of joint 0 [m/s]', 'y velocity of joint 0 [m/s]', 'z velocity of joint 0 [m/s]',
      'angular velocity of joint 0 about x [rad/s]', 'angular velocity of joint 0 about y [rad/s]', 'angular velocity of joint 0 about z [rad/s]',
      'velocity of rail [m/s]', 'angular velocity of pole [rad/s]',
      'angular velocity of joint 3 about x [rad/s]', 'angular velocity of joint 3 about y [rad/s]', 'angular velocity of joint 3 about z [rad/s]',
    ])
    expect(spec.actions).toEqual([
      { name: 'command of winch', unit: '1', low: -2, high: 3 },
      { name: 'command of actuator 1', unit: '1', low: -Infinity, high: Infinity },
    ])
    expect([spec.dt, spec.timeLimit]).toEqual([0.02, 30])
  })

  test('a table of one\'s own replaces them', async () => {
    const table = [{ name: 'height of the ball', unit: 'm', low: -1, high: 5 }]
    const env = await mujocoEnv({ ...parts, observed: { table, write: ({ now, body }, obs) => obs.fill(now.xpos[3 * body('ball') + 2]) } }).open({})
    const { obs } = env.reset(key)
    expect(sizeOf(env.spec.observationSpace)).toBe(1)
    expect(obs[0]).toBeGreaterThan(0.9)
    expect(env.spec.observations).toEqual(table)
  })
})

describe('a step', () => {
  test('reports the terms whose sum is the reward, of options and of the state before it', async () => {
    const [usual, doubled] = await Promise.all([entry.open({ resetNoiseScale: 0 }), entry.open({ resetNoiseScale: 0, weight: 4 })])
    const action = Float64Array.of(1, 0)
    const [start, other] = [usual.reset(key), doubled.reset(key)]
    const [a, b] = [usual.step(key, start.state, action), doubled.step(key, other.state, action)]
    expect(Object.keys(a.info)).toEqual(['speed', 'effort', 'height'])
    expect(a.reward).toBe(a.info.speed + a.info.effort + a.info.height)
    expect(a.info.speed).toBe((2 * (a.obs[7] - start.obs[7])) / 0.02)
    expect(b.info.speed).toBe(2 * a.info.speed)
  })

  test('ends the episode where it is asked to', async () => {
    const live = (await entry.open({ timeLimit: 1000 })).live()
    const obs = new Float64Array(24)
    live.reset(key, obs)
    let steps = 0
    while (!live.terminated && steps < 500) live.step(foldIn(key, steps++), Float64Array.of(3, 0), obs)
    expect(steps).toBeLessThan(500)
    expect(obs[7]).toBeGreaterThan(0.05)
  })

  test('that diverges ends it, although the model would let the engine reset itself', async () => {
    const live = (await entry.open({})).live()
    const obs = new Float64Array(24)
    live.reset(key, obs)
    // Beyond 1e10 the engine would take all commands for zeros.
    live.step(key, Float64Array.of(0, 9e9), obs)
    expect([live.terminated, live.unstable, live.reward]).toEqual([true, true, NaN])
    const [again, fresh] = [new Float64Array(24), new Float64Array(24)]
    live.reset(foldIn(key, 1), again)
    const other = (await entry.open({})).live()
    other.reset(foldIn(key, 1), fresh)
    for (let t = 0; t < 10; t++) {
      expect(again).toEqual(fresh)
      live.step(key, Float64Array.of(-1, 0.1), again)
      other.step(key, Float64Array.of(-1, 0.1), fresh)
    }
    expect(live.save()).toEqual(other.save())
  })
})

test('a state can be drawn, and drawing changes nothing', async () => {
  const env = await entry.open({})
  const { state } = env.reset(key)
  const before = env.encode(state)
  const [view] = env.picture?.(state).views ?? []
  expect(view.shapes.length + view.scenery.length).toBe(5)
  const { left, right, bottom, top } = view.bounds
  expect([left < right, bottom < 0, top > 1]).toEqual([true, true, true])
  expect(env.encode(state)).toEqual(before)
})

describe('one clear error for', () => {
  const opening = (changes: Partial<typeof parts>, given = {}) => mujocoEnv({ ...parts, ...changes }).open(given)

  test.each([
    ['a malformed model', { mjcf: mjcf.replace('name="rail"', 'nam="rail"') }, /^Crane-v0: model: expected MJCF that MuJoCo compiles, received an error: Schema violation: unrecognized attribute: 'nam' Element 'joint', line 8; the line counts/],
    ['a model without drives', { mjcf: mjcf.replace(/<actuator>.*<.actuator>/, '') }, /^Crane-v0: model: expected at least one actuator, received none; add <actuator>/],
    ['no timesteps', { frameSkip: 0 }, /^Crane-v0: option "frameSkip": expected a positive integer, received 0$/],
    ['negative noise', { resetNoiseScale: -1 }, /^Crane-v0: option "resetNoiseScale": expected no negative number, received -1$/],
    ['no time', { timeLimit: 0 }, /"timeLimit" must be a positive integer/],
  ] as const)('%s', async (_, changes, message) => {
    await expect(opening(changes)).rejects.toThrow(RangeError)
    await expect(opening(changes)).rejects.toThrow(message)
  })

  test('no rewards', () => {
    expect(() => mujocoEnv({ ...parts, rewards: {} })).toThrow('Crane-v0: rewards: expected at least one term, received none')
  })

  test('a body that is not there', async () => {
    const env = await opening({ rewards: { height: ({ now, body }) => now.xpos[3 * body('bal')] } })
    expect(() => env.step(key, env.reset(key).state, new Float64Array(2))).toThrow('Crane-v0: body: expected a body of the model, received "bal"; did you mean "ball"?')
  })
})
