/**
 * Laws of the robots that need their simulator: divergence, foreign memory that moves, options, bad input. The laws of every
 * environment (purity, snapshots, both faces, the time limit) come with `checkEnv`.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { compileModel, openEngine, openSimulation } from '../../../envs/mujoco/engine.ts'
import { mujocoEntries } from '../../../envs/mujoco/index.ts'
import { halfCheetahMjcf } from '../../../envs/mujoco/models/half-cheetah.ts'
import { humanoidMjcf } from '../../../envs/mujoco/models/humanoid.ts'
import { openRobot, type OpenedRobot } from '../../../envs/mujoco/robot-simulator.ts'
import type { Robot, RobotOptions } from '../../../envs/mujoco/robot.ts'
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
import { checkEnv } from '../../../src/core/check-env.ts'
import type { EnvOptions } from '../../../src/core/env-options.ts'
import type { Env, LiveEnv } from '../../../src/core/env.ts'
import { InvariantError } from '../../../src/core/invariant.ts'
import { foldIn, rootKey, uniforms } from '../../../src/core/rng.ts'
import { sample, sizeOf } from '../../../src/core/space.ts'
import { withPlatformMathForbidden } from '../../platform-math.ts'

const key = rootKey('robots')

/** Everything that `steps` random steps show, and the saved state at their end; stops at the end of the episode. */
const trace = (live: LiveEnv, steps: number, from: number): readonly number[] => {
  const { spec } = live
  const obs = new Float64Array(sizeOf(spec.observationSpace))
  const seen: number[] = []
  for (let t = from; t < from + steps && !live.terminated && !live.truncated; t++) {
    live.step(foldIn(key, t), sample(foldIn(key, 1000 + t), spec.actionSpace), obs)
    seen.push(...obs, live.reward, Number(live.terminated), Number(live.truncated))
  }
  return [...seen, ...live.save()]
}

const resetLive = (env: Env): LiveEnv => {
  const live = env.live()
  live.reset(key, new Float64Array(sizeOf(env.spec.observationSpace)))
  return live
}

// Earlier versions run through the same code; their switches have tests of their own.
const currentEntries = mujocoEntries.filter((entry) => entry.id.endsWith('-v5'))

describe.each(currentEntries.map((entry) => [entry.id, entry] as const))('%s', (id, entry) => {
  let env: Env
  beforeAll(async () => {
    env = await entry.open({})
  })
  afterAll(() => env.close())

  test('keeps the contract of environments', () => {
    // A thousand steps of the robots in space take a second each; theirs is the same counter.
    const limitSteps = env.spec.observations.length > 100 ? 0 : 1000
    const findings = checkEnv(env, key, { steps: 60, limitSteps })
    expect(findings.filter((finding) => finding.severity !== 'note')).toEqual([])
  })

  test('the live and the pure face give the same bits at every step, through bytes', () => {
    const live = env.live()
    const obs = new Float64Array(sizeOf(env.spec.observationSpace))
    let step = env.reset(key)
    live.reset(key, obs)
    expect(step.obs).toEqual(obs)
    for (let t = 0; t < 60 && !step.terminated && !step.truncated; t++) {
      const action = sample(foldIn(key, t), env.spec.actionSpace)
      step = env.step(foldIn(key, t), env.decode(env.encode(step.state)), action)
      live.step(foldIn(key, t), action, obs)
      expect(step.obs).toEqual(obs)
      expect([step.reward, step.terminated, step.truncated]).toEqual([live.reward, live.terminated, live.truncated])
      expect(env.encode(step.state)).toEqual(live.save())
      expect(step.info).toEqual(live.info())
    }
  })

  test('continues from a snapshot on a simulator with another past', () => {
    const original = resetLive(env)
    trace(original, 2, 0)
    const snapshot = original.save()
    const dirty = resetLive(env)
    trace(dirty, 3, 500)
    dirty.restore(snapshot)
    expect(trace(dirty, 30, 2)).toEqual(trace(original, 30, 2))
  })

  test('resets and steps without the mathematics and the clocks of the platform', () => {
    withPlatformMathForbidden(() => trace(resetLive(env), 20, 0))
  })

  test('the reward is the sum of the reported terms', () => {
    const live = resetLive(env)
    const obs = new Float64Array(sizeOf(env.spec.observationSpace))
    live.step(key, sample(key, env.spec.actionSpace), obs)
    const terms = Object.entries(live.info()).filter(([name]) => /^reward|Penalty$/.test(name))
    expect(terms.length).toBeGreaterThan(0)
    expect(terms.reduce((sum, [, value]) => sum + value, 0)).toBe(live.reward)
  })

  test('old and new simulators live through the growth of the engine memory', () => {
    const early = resetLive(env)
    trace(early, 1, 0)
    // Each simulator takes about a megabyte of an engine memory that starts with sixteen.
    const crowd = Array.from({ length: 40 }, () => resetLive(env))
    crowd.forEach((each) => trace(each, 1, 0))
    const expected = trace(crowd[39], 20, 1)
    expect(trace(early, 20, 1)).toEqual(expected)
    expect(trace(crowd[0], 20, 1)).toEqual(expected)
  })

  test('rejects what is no action, no observation buffer and no state', () => {
    const live = resetLive(env)
    const obs = new Float64Array(sizeOf(env.spec.observationSpace))
    const size = sizeOf(env.spec.actionSpace)
    const last = size - 1
    for (const bad of [NaN, Infinity, -Infinity]) {
      const hint = `it is the ${env.spec.actions[last].name}; a policy that diverged acts like that`
      const refused = new RangeError(`${id}: action[${last}]: expected a finite number, received ${bad}; ${hint}`)
      expect(() => live.step(key, new Float64Array(size).fill(bad, last), obs)).toThrow(refused)
    }
    const names = env.spec.actions.map(({ name }) => name).join(', ')
    const refused = new RangeError(`${id}: action: expected ${size} numbers, received ${size + 1}; its entries are: ${names}`)
    expect(() => live.step(key, new Float64Array(size + 1), obs)).toThrow(refused)
    expect(() => live.step(key, new Float64Array(size), new Float64Array(obs.length + 1))).toThrow(RangeError)
    expect(() => live.reset(key, new Float64Array(0))).toThrow(RangeError)
    expect(() => env.decode(new Uint8Array(3))).toThrow(RangeError)
    expect(() => env.decode(live.save().slice(0, -8))).toThrow(RangeError)
  })

  test('rejects unknown and ill-typed options, all at once and with the nearest name', async () => {
    const given = { frameSkipp: 2, frameSkip: 'large' }
    await expect(entry.open(given)).rejects.toThrow(
      new RangeError(`${id}: unknown option "frameSkipp"; did you mean "frameSkip"?; option "frameSkip" must be a number, received "large"`),
    )
    await expect(entry.open({ frameSkip: 0 })).rejects.toThrow('must be a positive integer')
    await expect(entry.open({ frameSkip: 1.5 })).rejects.toThrow('must be a positive integer')
    const named = 'resetNoiseScale' in entry.options ? 'must not be negative' : 'unknown option'
    await expect(entry.open({ resetNoiseScale: -1 })).rejects.toThrow(named)
  })

  test('is closed once, and refuses to serve afterwards', async () => {
    const other = await entry.open({})
    other.reset(key)
    other.close()
    other.close()
    expect(() => other.reset(key)).toThrow(InvariantError)
    expect(() => other.live()).toThrow(InvariantError)
  })
})

/** A robot without its type of options. */
const optional = <O extends RobotOptions>(robot: Robot<O>) =>
  [robot.id, robot.options as EnvOptions, (options: EnvOptions) => openRobot(robot, options)] as const

const everyRobot = [
  optional(halfCheetah),
  optional(hopper),
  optional(swimmer),
  optional(invertedPendulum),
  optional(walker2d),
  optional(ant),
  optional(humanoid),
  optional(humanoidStandup),
  optional(invertedDoublePendulum),
  optional(reacher),
  optional(pusher),
]

describe('a diverged simulator', () => {
  let opened: OpenedRobot
  beforeAll(async () => {
    opened = await openRobot(halfCheetah)
  })

  test.each([1e4, 1e6, 1e8, 1e11, 1e300, Infinity, NaN])('ends the episode at velocity %d or stays finite, and does not poison the next one', (velocity) => {
    const fresh = opened.simulator()
    const poisoned = opened.simulator()
    const size = opened.spec.observations.length
    const [a, b] = [new Float64Array(size), new Float64Array(size)]
    poisoned.inject(new Float64Array(9), new Float64Array(9).fill(velocity), b)
    for (let t = 0; t < 5 && !poisoned.unstable; t++) poisoned.step(key, new Float64Array(6).fill(1), b)
    if (poisoned.unstable) {
      expect(poisoned.terminated).toBe(true)
      expect(poisoned.reward).toBeNaN()
    } else {
      expect(Number.isFinite(poisoned.reward)).toBe(true)
    }
    if (!(velocity < 1e8)) expect(poisoned.unstable).toBe(true)

    fresh.reset(key, a)
    poisoned.reset(key, b)
    expect([poisoned.unstable, poisoned.terminated]).toEqual([false, false])
    for (let t = 0; t < 20; t++) {
      expect(b).toEqual(a)
      const action = sample(foldIn(key, t), opened.spec.actionSpace)
      fresh.step(key, action, a)
      poisoned.step(key, action, b)
    }
    expect(poisoned.save()).toEqual(fresh.save())
    fresh.close()
    poisoned.close()
  })

  test.each(everyRobot)('is noticed in one step and cleared by a reset: %s', async (_, __, open) => {
    const { spec, simulator, model } = await open({})
    const { nq, nv } = model.handle
    const [fresh, poisoned] = [simulator(), simulator()]
    const [a, b] = [new Float64Array(spec.observations.length), new Float64Array(spec.observations.length)]
    const action = sample(key, spec.actionSpace)
    for (const bad of [1e11, 1e300, Infinity, NaN]) {
      for (const [positions, velocities] of [[0, bad], [bad, 0]]) {
        poisoned.inject(new Float64Array(nq).fill(positions), new Float64Array(nv).fill(velocities), b)
        poisoned.step(key, action, b)
        expect([poisoned.unstable, poisoned.terminated, poisoned.reward], `positions ${positions}, velocities ${velocities}`).toEqual([true, true, NaN])
      }
    }
    fresh.reset(key, a)
    poisoned.reset(key, b)
    fresh.step(key, action, a)
    poisoned.step(key, action, b)
    expect(b).toEqual(a)
    expect(poisoned.save()).toEqual(fresh.save())
  })

  test('is also one for which the engine has no memory left', async () => {
    const small = humanoidMjcf.replace('memory="4M"', 'memory="16K"')
    expect(small).not.toBe(humanoidMjcf)
    const robot = { ...humanoid, mjcf: () => small }
    const { spec, simulator } = await openRobot(robot)
    const [fresh, full] = [simulator(), simulator()]
    const [a, b] = [new Float64Array(spec.observations.length), new Float64Array(spec.observations.length)]
    const action = new Float64Array(17)
    full.reset(key, b)
    // The memory is enough in the air and too small for the constraint forces of the landing.
    let steps = 0
    for (; steps < 100 && !full.unstable; steps++) full.step(key, action, b)
    expect(steps).toBeGreaterThan(3)
    expect([full.unstable, full.terminated, full.reward]).toEqual([true, true, NaN])
    fresh.reset(key, a)
    full.reset(key, b)
    for (let t = 0; t < 3; t++) {
      fresh.step(key, action, a)
      full.step(key, action, b)
      expect(b).toEqual(a)
    }
    expect(full.save()).toEqual(fresh.save())
  })

  test.each(everyRobot)('never comes from too little memory: %s', async (_, __, open) => {
    const { spec, simulator, model } = await open({})
    const robot = simulator()
    const obs = new Float64Array(spec.observations.length)
    robot.reset(key, obs)
    for (let t = 0; t < 200; t++) robot.step(key, sample(foldIn(key, t), spec.actionSpace), obs)
    const { warning, maxuse_arena: used } = robot.simulation.data
    const { mjWARN_CONTACTFULL: contactFull, mjWARN_CNSTRFULL: constraintFull } = model.engine.mjtWarning
    // When memory is short the engine drops contacts with no more than a count.
    expect([warning.get(contactFull.value)?.number, warning.get(constraintFull.value)?.number]).toEqual([0, 0])
    expect(used).toBeLessThan(0.5 * robot.simulation.data.narena)
  })

  test('states of a wrong size are refused', () => {
    const simulator = opened.simulator()
    expect(() => simulator.inject(new Float64Array(9), new Float64Array(8), new Float64Array(17))).toThrow(RangeError)
  })

  test('is reported by the environment, whose episode is then over', async () => {
    const env = await mujocoEntries[0].open({ resetNoiseScale: 1e12 })
    const live = resetLive(env)
    const obs = new Float64Array(17)
    live.step(key, new Float64Array(6), obs)
    expect([live.unstable, live.terminated, live.truncated]).toEqual([true, true, false])
    expect(() => live.step(key, new Float64Array(6), obs)).toThrow(InvariantError)
    env.close()
  })
})

describe('a model that the engine cannot compile', () => {
  const compile = async (mjcf: string): Promise<unknown> => compileModel(await openEngine(), 'Broken-v0', mjcf)

  test.each([
    ['no XML', 'nonsense', /^Broken-v0: model: expected MJCF that MuJoCo compiles, received an error: XML parse error .*Line number=1; the line counts/],
    ['nothing', '', /received an error: .*empty file/],
    ['an unknown attribute', '<mujoco>\n<worldbody><geom typ="plane"/></worldbody></mujoco>', /unrecognized attribute: 'typ' Element 'geom', line 2; the line counts/],
    ['a file of its own', '<mujoco><asset><mesh file="wheel.stl"/></asset></mujoco>', /Error opening file 'wheel.stl'; a model is one text, files are not read/],
    ['an impossible body', '<mujoco><worldbody><body><freejoint/></body></worldbody></mujoco>', /mass and inertia/],
  ])('is one clear error: %s', async (_, mjcf, message) => {
    await expect(compile(mjcf)).rejects.toThrow(message)
    // The engine is still good for the next model.
    const model = await compileModel(await openEngine(), 'Good-v0', halfCheetahMjcf)
    openSimulation(model).close()
    model.handle.delete()
  })
})

describe('observation tables', () => {
  const robots = [optional(halfCheetah), optional(hopper), optional(swimmer), optional(walker2d), optional(ant), optional(humanoid), optional(humanoidStandup)]

  test.each(robots)('%s: every option changes the table and what is written in the same way', async (_, options, open) => {
    const switches = Object.keys(options).filter((name) => /^(include|exclude)/.test(name))
    const usual = (await open({})).spec.observations
    for (const name of switches) {
      const opened = await open({ [name]: options[name] === false })
      const { observations } = opened.spec
      expect(observations.length, name).not.toBe(usual.length)
      // A wider buffer shows how many entries are written.
      const obs = new Float64Array(observations.length + 10).fill(NaN)
      opened.simulator().reset(key, obs)
      expect(obs.findIndex(Number.isNaN), name).toBe(observations.length)
    }
  })

  test.each(robots)('%s: names are distinct', async (_, __, open) => {
    const { observations } = (await open({})).spec
    expect(new Set(observations.map((each) => each.name)).size).toBe(observations.length)
  })
})

describe('options', () => {
  const after = async (entry: (typeof mujocoEntries)[number], options: Parameters<typeof entry.open>[0]): Promise<Readonly<{ info: Readonly<Record<string, number>>; obs: Float64Array; dt: number | null }>> => {
    const env = await entry.open(options)
    const live = resetLive(env)
    const obs = new Float64Array(sizeOf(env.spec.observationSpace))
    live.step(key, sample(key, env.spec.actionSpace), obs)
    const info = live.info()
    env.close()
    return { info, obs, dt: env.spec.dt }
  }
  const [cheetahEntry, hopperEntry, swimmerEntry] = mujocoEntries

  test.each([cheetahEntry, hopperEntry, swimmerEntry])('weights scale their terms and nothing else', async (entry) => {
    const usual = await after(entry, {})
    const scaled = await after(entry, { forwardRewardWeight: 3, ctrlCostWeight: 0 })
    expect(scaled.info.rewardForward).toBe(3 * usual.info.xVelocity)
    expect(scaled.info.rewardCtrl).toBe(-0)
    expect(scaled.obs).toEqual(usual.obs)
  })

  test.each([[cheetahEntry, 1], [hopperEntry, 1], [swimmerEntry, 2]] as const)('positions can be observed', async (entry, hidden) => {
    const usual = await after(entry, {})
    const all = await after(entry, { excludeCurrentPositionsFromObservation: false })
    expect(all.obs.subarray(hidden)).toEqual(usual.obs)
    expect(all.obs[0]).toBe(usual.info.xPosition)
  })

  test('frameSkip sets the control period', async () => {
    const { info, dt } = await after(cheetahEntry, { frameSkip: 1, resetNoiseScale: 0 })
    expect(dt).toBe(0.01)
    // From rest at the origin: one timestep of 0.01 s.
    expect(info.xVelocity).toBe(info.xPosition / 0.01)
  })

  test('a fallen hopper ends the episode unless told otherwise, and is paid only while healthy', async () => {
    const options = [{}, { terminateWhenUnhealthy: false }, { healthyAngleRange: [null, null], healthyZRange: [null, null] }] as const
    const runs = await Promise.all(
      options.map(async (each) => {
        const env = await hopperEntry.open(each)
        const live = resetLive(env)
        const obs = new Float64Array(11)
        let steps = 0
        while (!live.terminated && steps < 300) {
          live.step(key, new Float64Array(3), obs)
          steps++
        }
        const run = { steps, survive: live.info().rewardSurvive }
        env.close()
        return run
      }),
    )
    expect(runs[0].steps).toBeLessThan(300)
    expect(runs.map((run) => run.survive)).toEqual([0, 0, 1])
    expect(runs.slice(1).map((run) => run.steps)).toEqual([300, 300])
  })
})

describe('thresholds', () => {
  test('the pendulum counts as fallen beyond 0.2 rad, and the failing step pays nothing', async () => {
    const opened = await openRobot(invertedPendulum)
    const simulator = opened.simulator()
    const obs = new Float64Array(4)
    uniforms(key, 20).forEach((u) => {
      const angle = 0.4 * (u - 0.5) * 2
      simulator.inject([0, angle], [0, 0], obs)
      simulator.step(key, new Float64Array(1), obs)
      expect(simulator.terminated).toBe(Math.abs(obs[1]) > 0.2)
      expect(simulator.reward).toBe(simulator.terminated ? 0 : 1)
    })
  })
})
