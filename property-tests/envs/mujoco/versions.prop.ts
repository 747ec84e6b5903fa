/**
 * The switches in which versions of a robot differ, each by the facts that it changes, and the ids -v4 and -v2 by the switches
 * that they stand for. There are no reference runs of these versions; physics that is not switched is that of -v5.
 */
import { describe, expect, test } from 'vitest'
import { mujocoEntries } from '../../../envs/mujoco/index.ts'
import { openRobot, type OpenedRobot, type RobotSimulator } from '../../../envs/mujoco/robot-simulator.ts'
import { ant } from '../../../envs/mujoco/robots/ant.ts'
import { halfCheetah } from '../../../envs/mujoco/robots/half-cheetah.ts'
import { hopper } from '../../../envs/mujoco/robots/hopper.ts'
import { humanoid } from '../../../envs/mujoco/robots/humanoid.ts'
import { humanoidStandup } from '../../../envs/mujoco/robots/humanoid-standup.ts'
import { invertedDoublePendulum } from '../../../envs/mujoco/robots/inverted-double-pendulum.ts'
import { invertedPendulum } from '../../../envs/mujoco/robots/inverted-pendulum.ts'
import { pusher } from '../../../envs/mujoco/robots/pusher.ts'
import { reacher } from '../../../envs/mujoco/robots/reacher.ts'
import { swimmer } from '../../../envs/mujoco/robots/swimmer.ts'
import { walker2d } from '../../../envs/mujoco/robots/walker-2d.ts'
import type { Robot, RobotOptions } from '../../../envs/mujoco/robot.ts'
import { checkEnv } from '../../../src/core/check-env.ts'
import type { EnvOptions } from '../../../src/core/env-options.ts'
import { foldIn, rootKey } from '../../../src/core/rng.ts'
import { sample } from '../../../src/core/space.ts'
import { entryLaws } from '../../laws/env.ts'
import { distance } from './fixtures.ts'
import { legacyInertials } from './legacy-inertials.ts'

const key = rootKey('versions')

/** A robot without its type of options. */
const optional = <O extends RobotOptions>(robot: Robot<O>) => ({ id: robot.id, open: (options: EnvOptions) => openRobot(robot, options) })
const robots = [
  optional(halfCheetah),
  optional(ant),
  optional(hopper),
  optional(walker2d),
  optional(swimmer),
  optional(humanoid),
  optional(humanoidStandup),
  optional(invertedPendulum),
  optional(invertedDoublePendulum),
  optional(reacher),
  optional(pusher),
]
const robotOf = (id: string): (typeof robots)[number] => robots.find((each) => each.id === id.replace(/v\d$/, 'v5'))!
const earlier = mujocoEntries.filter((entry) => /-v[24]$/.test(entry.id))

/** A simulator of `robot` with a buffer for its observations. */
const simulatorOf = async (id: string, options: EnvOptions): Promise<Readonly<{ opened: OpenedRobot; simulator: RobotSimulator; obs: Float64Array }>> => {
  const opened = await robotOf(id).open(options)
  return { opened, simulator: opened.simulator(), obs: new Float64Array(opened.spec.observations.length) }
}

/** The inertia tensor of body `b` along the axes of the body: xx, yy, zz, xy, xz, yz. */
const inertiaOf = ({ model }: OpenedRobot, b: number): readonly number[] => {
  const [w, x, y, z] = Array.from<number>(model.handle.body_iquat.subarray(4 * b, 4 * b + 4))
  const axes = [
    [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
    [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
    [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
  ]
  const principal = Array.from<number>(model.handle.body_inertia.subarray(3 * b, 3 * b + 3))
  return [[0, 0], [1, 1], [2, 2], [0, 1], [0, 2], [1, 2]].map(([i, j]) => principal.reduce((sum, moment, k) => sum + moment * axes[i][k] * axes[j][k], 0))
}

const total = ({ model }: OpenedRobot): number => Array.from<number>(model.handle.body_mass).reduce((sum, mass) => sum + mass, 0)

describe('legacy inertias', () => {
  test.each(Object.entries(legacyInertials))('%s has the masses, centres and inertias of old engines', async (id, rows) => {
    const opened = await robotOf(id).open({ inertials: 'legacyCapsule' })
    const { handle } = opened.model
    expect(handle.nbody).toBe(rows.length + 1)
    rows.forEach(([name, mass, centre, inertia], i) => {
      const b = i + 1
      expect(handle.body(b).name).toBe(name)
      // The rows are rounded to nine digits.
      const digits = 1e-8
      const largest = Math.max(...inertia)
      expect(Math.abs(handle.body_mass[b] / mass - 1), name).toBeLessThan(digits)
      expect(distance(handle.body_ipos.subarray(3 * b, 3 * b + 3), centre), name).toBeLessThan(digits)
      expect(distance(inertiaOf(opened, b).map((x) => x / largest), inertia.map((x) => x / largest)), name).toBeLessThan(digits)
    })
  })

  test.each([
    ['Ant-v5', 0.8787, 0.9109],
    ['Hopper-v5', 15.265, 15.82],
    ['Walker2d-v5', 22.698, 23.677],
    ['Swimmer-v5', 103.67, 106.81],
    ['Humanoid-v5', 39.646, 42.116],
    ['InvertedPendulum-v5', 14.32, 15.49],
    ['InvertedDoublePendulum-v5', 17.63, 18.87],
    ['HalfCheetah-v5', 14, 14],
  ])('%s weighs %d kg instead of %d kg', async (id, legacy, exact) => {
    // Four digits were published.
    expect(Math.abs(total(await robotOf(id).open({ inertials: 'legacyCapsule' })) / legacy - 1)).toBeLessThan(5e-4)
    expect(Math.abs(total(await robotOf(id).open({})) / exact - 1)).toBeLessThan(5e-4)
  })

  test('bodies without capsules keep theirs', async () => {
    const [exact, legacy] = await Promise.all([{}, { inertials: 'legacyCapsule' }].map((options) => openRobot(pusher, options)))
    const bodies = Array.from({ length: exact.model.handle.nbody }, (_, b) => b)
    const changed = bodies.filter((b) => Math.abs(exact.model.handle.body_mass[b] - legacy.model.handle.body_mass[b]) > 1e-12)
    expect(changed).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9])
    for (const b of [10, 11, 12]) expect(distance(inertiaOf(legacy, b), inertiaOf(exact, b))).toBeLessThan(1e-15)
  })
})

describe('margins', () => {
  test.each([
    ['Ant-v5', 0.01],
    ['Hopper-v5', 0.001],
    ['Humanoid-v5', 0.001],
    ['Pusher-v5', 0.002],
    ['Walker2d-v5', 0],
  ])('%s: the margin of every shape is halved, so that sums are what maxima were', async (id, margin) => {
    for (const [margins, expected] of [['sum', margin], ['max', margin / 2]] as const) {
      const { model } = await robotOf(id).open({ margins })
      expect(new Set(model.handle.geom_margin)).toEqual(new Set([expected]))
    }
  })

  test('a contact begins at the margin, at twice the margin of one shape', async () => {
    for (const [margins, reach] of [['sum', 0.002], ['max', 0.001]] as const) {
      const { simulator, obs } = await simulatorOf('Hopper-v5', { margins })
      const contactsAt = (gap: number): number => {
        simulator.inject([0, 0, 0, 0, 0, 0], new Float64Array(6), obs)
        const { geom_xpos: places } = simulator.simulation.data
        // Shape 4 is the foot, a level capsule of radius 0.06.
        const lowest = (places as Float64Array)[3 * 4 + 2] - 0.06
        simulator.inject([0, gap - lowest, 0, 0, 0, 0], new Float64Array(6), obs)
        return simulator.simulation.data.ncon
      }
      expect([contactsAt(reach * 1.01), contactsAt(reach * 0.99)].map((n) => n > 0), margins).toEqual([false, true])
    }
  })
})

/** What `steps` random steps show: observations, reward terms and positions; the episode is driven on after its end. */
const drive = async (id: string, options: EnvOptions, steps: number) => {
  const { opened: { spec, model }, simulator: robot, obs } = await simulatorOf(id, options)
  robot.reset(key, obs)
  const rows = Array.from({ length: steps }, (_, t) => {
    robot.step(key, sample(foldIn(key, t), spec.actionSpace).map((x) => 2 * x), obs)
    return { obs: obs.slice(), reward: robot.reward, info: robot.info(), positions: robot.simulation.views.qpos.slice() }
  })
  robot.close()
  model.handle.delete()
  return { names: spec.observations.map((each) => each.name), rows }
}

describe('contact forces', () => {
  test.each(['Ant-v5', 'Humanoid-v5', 'HumanoidStandup-v5'])('%s: observed and charged when live, zero when zero; the motion is the same', async (id) => {
    const [live, zero] = await Promise.all(['live', 'zero'].map((contactForces) => drive(id, { contactForces }, 60)))
    const forces = live.names.flatMap((name, i) => (/contact (force|torque)/.test(name) ? [i] : []))
    expect(forces).toHaveLength(13 * 6)
    const cost = id === 'HumanoidStandup-v5' ? 'rewardImpact' : 'rewardContact'
    expect(live.rows.some((row) => forces.some((i) => row.obs[i] !== 0))).toBe(true)
    expect(live.rows.some((row) => row.info[cost] < 0)).toBe(true)
    expect(zero.rows.every((row) => forces.every((i) => row.obs[i] === 0) && row.info[cost] === 0)).toBe(true)
    expect(zero.rows.map((row) => row.positions)).toEqual(live.rows.map((row) => row.positions))
  })
})

describe('the last step of an episode', () => {
  const fallen: readonly (readonly [string, number, number, number])[] = [
    // robot, entry of qpos that ends the episode, its value, pay of a healthy step
    ['Ant-v5', 2, 1.5, 1],
    ['Hopper-v5', 1, 0.5, 1],
    ['Walker2d-v5', 1, 0.5, 1],
    ['Humanoid-v5', 2, 0.7, 5],
    ['InvertedPendulum-v5', 1, 0.3, 1],
    ['InvertedDoublePendulum-v5', 1, 2, 10],
  ]
  const survival = async (id: string, entry: number, value: number, options: EnvOptions): Promise<readonly [number, boolean]> => {
    const { opened: { spec, model }, simulator: robot, obs } = await simulatorOf(id, options)
    const start: Float64Array = model.handle.qpos0.slice()
    start[entry] = value
    robot.inject(start, new Float64Array(model.handle.nv), obs)
    robot.step(key, new Float64Array(spec.actions.length), obs)
    return [robot.info().rewardSurvive, robot.terminated]
  }

  test.each(fallen)('%s is paid with the terminal bonus and unpaid without', async (id, entry, value, pay) => {
    expect(await survival(id, entry, value, {})).toEqual([0, true])
    expect(await survival(id, entry, value, { terminalBonus: true })).toEqual([pay, true])
  })

  test.each(fallen.slice(0, 4))('%s: where nothing terminates, the unhealthy stay unpaid', async (id, entry, value) => {
    expect(await survival(id, entry, value, { terminalBonus: true, terminateWhenUnhealthy: false })).toEqual([0, false])
  })
})

describe('observation layouts', () => {
  test.each([
    ['Ant-v5', 'includeWorldInObservation', 6],
    ['Humanoid-v5', 'includeWorldInObservation', 28],
    ['HumanoidStandup-v5', 'includeWorldInObservation', 28],
    ['InvertedDoublePendulum-v5', 'includePoleTorquesInObservation', 2],
    ['Reacher-v5', 'includeHeightInObservation', 1],
  ])('%s: %s adds %d zeros where the table says so, and changes nothing else', async (id, option, added) => {
    const [now, before] = await Promise.all([{}, { [option]: true }].map((options) => drive(id, options, 30)))
    expect(before.names).toHaveLength(now.names.length + added)
    const kept = before.names.flatMap((name, i) => (now.names.includes(name) ? [i] : []))
    expect(kept.map((i) => before.names[i])).toEqual(now.names)
    before.rows.forEach((row, t) => {
      expect(kept.map((i) => row.obs[i])).toEqual([...now.rows[t].obs])
      expect(row.obs.every((x, i) => kept.includes(i) || x === 0)).toBe(true)
      expect(row.reward).toBe(now.rows[t].reward)
    })
  })

  test('the rows of the world come first', async () => {
    const { names } = await drive('Ant-v5', { includeWorldInObservation: true }, 1)
    const expected = ['x contact torque on the world', 'x contact torque on the torso', 'z contact force on the shank of leg 4']
    expect([27, 33, 110].map((i) => names[i])).toEqual(expected)
    const humanoidNames = (await drive('Humanoid-v5', { includeWorldInObservation: true }, 1)).names
    expect([45, 185, 269, 275, 292].map((i) => humanoidNames[i])).toEqual([
      'xx inertia of the world',
      'x angular velocity of the world about the centre of mass',
      'x drive force on the torso',
      'drive torque at the abdomen about z',
      'x contact torque on the world',
    ])
  })
})

describe('rewards', () => {
  test.each(['Reacher-v5', 'Pusher-v5'])('%s: distances are those before the step, when told so', async (id) => {
    const [after, before] = await Promise.all([false, true].map((rewardBeforeStep) => drive(id, { rewardBeforeStep }, 30)))
    const distances = Object.keys(after.rows[0].info).filter((name) => name !== 'rewardCtrl')
    for (let t = 1; t < 30; t++) {
      for (const name of distances) expect(before.rows[t].info[name], name).toBe(after.rows[t - 1].info[name])
      expect(before.rows[t].info.rewardCtrl).toBe(after.rows[t].info.rewardCtrl)
      expect(before.rows[t].obs).toEqual(after.rows[t].obs)
    }
    expect(before.rows[1].reward).not.toBe(after.rows[1].reward)
  })

  test.each(['Humanoid-v5', 'HumanoidStandup-v5'])('%s: the control cost is charged for the clipped action, when told so', async (id) => {
    const cost = id === 'Humanoid-v5' ? 'rewardCtrl' : 'rewardQuadctrl'
    const costOf = async (options: EnvOptions, action: number): Promise<number> => {
      const { simulator: robot, obs } = await simulatorOf(id, options)
      robot.reset(key, obs)
      robot.step(key, new Float64Array(17).fill(action), obs)
      return robot.info()[cost]
    }
    // 17 drives, 0.1 a²; the sum of 17 equal terms rounds by less than 1e-15.
    expect(Math.abs((await costOf({}, 3)) + 0.1 * 17 * 9)).toBeLessThan(1e-12)
    expect(Math.abs((await costOf({ clampControlCost: true }, -3)) + 0.272)).toBeLessThan(1e-12)
    expect(await costOf({ clampControlCost: true }, 0.3)).toBe(await costOf({}, 0.3))
  })
})

describe('bodies', () => {
  test('Walker2d: the right foot has the friction that it is given', async () => {
    for (const friction of [1.9, 0.9]) {
      const { model } = await openRobot(walker2d, { rightFootFriction: friction })
      const shape = model.engine.mjtObj.mjOBJ_GEOM.value
      const slide = (name: string): number => model.handle.geom_friction[3 * model.engine.mj_name2id(model.handle, shape, name)]
      expect([slide('foot_geom'), slide('foot_left_geom'), slide('leg_geom')]).toEqual([friction, 1.9, 0.9])
    }
  })

  test('Pusher: the object of old is a sphere without contacts and a cylinder, both of density 1e-5', async () => {
    const { model } = await openRobot(pusher, { object: 'sphereAndCylinder' })
    const object = model.engine.mj_name2id(model.handle, model.engine.mjtObj.mjOBJ_BODY.value, 'object')
    const shapes = Array.from(model.handle.geom_bodyid as Int32Array).flatMap((owner, g) => (owner === object ? [g] : []))
    const { geom_contype: type, geom_conaffinity: affinity, geom_size: size } = model.handle
    expect(shapes.map((g) => [type[g], affinity[g], size[3 * g]])).toEqual([[0, 0, 0.05], [1, 0, 0.05]])
    const volume = (4 / 3) * Math.PI * 0.05 * 0.05 * 0.05 + Math.PI * 0.05 * 0.05 * 0.1
    expect(Math.abs(model.handle.body_mass[object] / (1e-5 * volume) - 1)).toBeLessThan(1e-12)
  })

  test('switches that are no such switch are refused', async () => {
    const message = 'HalfCheetah-v5: option "inertials" must be "exact" or "legacyCapsule", received "old"'
    await expect(openRobot(halfCheetah, { inertials: 'old' })).rejects.toThrow(message)
    await expect(openRobot(ant, { contactForces: 'dead' })).rejects.toThrow('must be "live" or "zero"')
    await expect(openRobot(pusher, { object: 'cube' })).rejects.toThrow('must be "cylinder" or "sphereAndCylinder"')
    await expect(openRobot(walker2d, { rightFootFriction: -1 })).rejects.toThrow('must not be negative')
  })
})

describe('ids', () => {
  const sizes: Readonly<Record<string, readonly [v5: number, v4: number, v2: number]>> = {
    HalfCheetah: [17, 17, 17],
    Hopper: [11, 11, 11],
    Swimmer: [8, 8, 8],
    InvertedPendulum: [4, 4, 4],
    Walker2d: [17, 17, 17],
    Ant: [105, 27, 111],
    Humanoid: [348, 376, 376],
    HumanoidStandup: [348, 376, 376],
    InvertedDoublePendulum: [9, 11, 11],
    Reacher: [10, 11, 11],
    Pusher: [23, 23, 23],
  }
  const falling = { terminalBonus: [false, true, true] }
  const world = { includeWorldInObservation: [false, true, true] }
  const contacts = { contactForces: ['live', 'live', 'zero'] }
  const switches: Readonly<Record<string, EnvOptions>> = {
    Hopper: falling,
    InvertedPendulum: falling,
    InvertedDoublePendulum: { ...falling, includePoleTorquesInObservation: [false, true, true] },
    Walker2d: { ...falling, rightFootFriction: [1.9, 0.9, 0.9] },
    Ant: { ...falling, ...world, ...contacts, includeCfrcExtInObservation: [true, false, true], contactCostWeight: [5e-4, 0, 5e-4] },
    Humanoid: { ...falling, ...world, ...contacts, clampControlCost: [false, false, true] },
    HumanoidStandup: { ...world, ...contacts, clampControlCost: [false, false, true] },
    Reacher: { rewardBeforeStep: [false, true, true], includeHeightInObservation: [false, true, true] },
    Pusher: { rewardBeforeStep: [false, true, true], object: ['cylinder', 'sphereAndCylinder', 'sphereAndCylinder'] },
  }
  const engines = { margins: ['sum', 'max', 'max'], inertials: ['exact', 'exact', 'legacyCapsule'] }

  test.each(Object.keys(sizes))('%s: -v5, -v4 and -v2 differ in these switches and in no other option', async (name) => {
    const entries = ['v5', 'v4', 'v2'].map((version) => mujocoEntries.find((entry) => entry.id === `${name}-${version}`)!)
    const expected = { ...engines, ...switches[name] }
    for (const option of Object.keys(entries[0].options)) {
      const values = entries.map((entry) => entry.options[option])
      expect(values, option).toEqual(expected[option as keyof typeof expected] ?? [values[0], values[0], values[0]])
    }
    const specs = await Promise.all(
      entries.map(async (entry) => {
        const env = await entry.open({})
        const { spec } = env
        env.close()
        return spec
      }),
    )
    expect(specs.map((spec) => spec.observations.length)).toEqual(sizes[name])
    const unchanged = specs.map(({ timeLimit, rewardThreshold, dt, actionSpace }) => ({ timeLimit, rewardThreshold, dt, actionSpace }))
    expect(unchanged).toEqual([unchanged[0], unchanged[0], unchanged[0]])
  })

  describe.each(earlier.map((entry) => [entry.id, entry] as const))('%s', (_, entry) => {
    entryLaws(entry)

    test('keeps the contract of environments', async () => {
      const env = await entry.open({})
      const findings = checkEnv(env, key, { steps: 40, snapshots: 3, limitSteps: 0 })
      env.close()
      expect(findings.filter((finding) => finding.severity !== 'note')).toEqual([])
    })
  })
})
