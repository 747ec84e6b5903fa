/** Laws of the episode loop: keys and noise as documented, statistics as defined, and no candidate that can break it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { mujocoEntries } from '../../envs/mujoco/index.ts'
import type { Env, EnvSpec, LiveEnv } from '../../src/core/env.ts'
import type { Key } from '../../src/core/key.ts'
import { fillNormals, foldIn, normals, rootKey } from '../../src/core/rng.ts'
import { discrete, sizeOf, uniformBox } from '../../src/core/space.ts'
import { addObservation, emptyMoments } from '../../src/core/moments.ts'
import { applyNormaliser, esScaling } from '../../src/nn/normaliser.ts'
import type { CompiledPolicy } from '../../src/nn/policy.ts'
import { runEpisode } from '../../src/rl/episode.ts'

const key = rootKey('episode')
const plain = { scaling: esScaling, collectMoments: false }

/** a_i = w_i · obs_i + e^{-1} noise_i: a policy that shows its inputs. */
const linearPolicy = (size: number, noiseSize = size): CompiledPolicy => {
  let weights = new Float64Array(0)
  const act: CompiledPolicy['act'] = (obs, noise, action) => {
    for (let i = 0; i < size; i++) action[i] = weights[i] * obs[i] + (noise === null ? 0 : 0.3678794411714423 * noise[i])
  }
  return {
    parameters: size,
    noiseSize,
    load(parameters) {
      weights = parameters.slice()
    },
    act,
    answer: act,
    bring: (answer, action) => action.set(answer),
  }
}

const spec: EnvSpec = {
  id: 'Recorder-v0',
  title: 'records what it is given',
  source: 'none',
  observationSpace: uniformBox(2, -Infinity, Infinity),
  actionSpace: uniformBox(2, -1, 1),
  observations: [],
  actions: [],
  timeLimit: 150,
  rewardThreshold: null,
  dt: null,
}

type Recorder = LiveEnv & { resets: Key[]; keys: Key[]; actions: number[][] }

/** Ends at step `end` in the way of `flags`; reward t at step t; observation (t, −t). */
const recorder = (end: number, flags: Partial<Pick<LiveEnv, 'terminated' | 'truncated' | 'unstable'>>): Recorder => {
  const live: Recorder = {
    spec,
    resets: [],
    keys: [],
    actions: [],
    reward: 0,
    terminated: false,
    truncated: false,
    unstable: false,
    reset(keyReset, obs) {
      Object.assign(live, { resets: [keyReset], keys: [], actions: [], terminated: false, truncated: false, unstable: false })
      obs.fill(0)
    },
    step(keyStep, action, obs) {
      live.keys.push(keyStep)
      live.actions.push([...action])
      const t = live.keys.length
      live.reward = t
      obs[0] = t
      obs[1] = -t
      if (t === end) Object.assign(live, flags)
    },
    save: () => new Uint8Array(0),
    restore() {},
    info: () => ({}),
  }
  return live
}

const zeros = new Float64Array(2)

describe('keys and noise', () => {
  test('subkey 0 resets, subkey 1 roots the step keys, subkey 2 is one stream of noise over block borders', () => {
    const live = recorder(150, { truncated: true })
    runEpisode(live, linearPolicy(2), zeros, null, key, plain)
    expect(live.resets).toEqual([foldIn(key, 0)])
    expect(live.keys).toEqual(Array.from({ length: 150 }, (_, t) => foldIn(foldIn(key, 1), t)))
    const noise = normals(foldIn(key, 2), 300)
    expect(live.actions.flat()).toEqual(Array.from(noise, (e) => 0.3678794411714423 * e))
  })

  test('a policy without noise is handed none', () => {
    const live = recorder(3, { terminated: true })
    runEpisode(live, linearPolicy(2, 0), zeros, null, key, plain)
    expect(live.actions.flat()).toEqual([0, 0, 0, 0, 0, 0])
  })
})

describe('outcome', () => {
  test.each([
    [{ terminated: true }, { terminated: true, truncated: false }],
    [{ truncated: true }, { terminated: false, truncated: true }],
    [{ terminated: true, truncated: true }, { terminated: true, truncated: true }],
  ])('%j is answered as it is, with the undiscounted return', (flags, expected) => {
    expect(runEpisode(recorder(100, flags), linearPolicy(2), zeros, null, key, plain)).toEqual({
      kind: 'episode',
      fitness: 5050,
      envSteps: 100,
      unstable: false,
      moments: null,
      ...expected,
    })
  })

  test('a diverged simulator gives fitness NaN, all its steps, and no moments', () => {
    const outcome = runEpisode(recorder(7, { terminated: true, unstable: true }), linearPolicy(2), zeros, null, key, { ...plain, collectMoments: true })
    expect(outcome).toEqual({ kind: 'episode', fitness: NaN, envSteps: 7, terminated: true, truncated: false, unstable: true, moments: null })
  })

  test.each([NaN, Infinity, -Infinity])('parameters with %d give fitness NaN without a step, also where actions are discrete', (bad) => {
    const live = recorder(7, { terminated: true })
    const parameters = Float64Array.of(0, bad)
    for (const actionSpace of [spec.actionSpace, discrete(2)]) {
      const outcome = runEpisode({ ...live, spec: { ...spec, actionSpace } }, linearPolicy(2), parameters, null, key, plain)
      expect(outcome).toMatchObject({ fitness: NaN, envSteps: 0, unstable: true })
    }
    expect(live.keys).toEqual([])
  })

  test('an action that overflows ends the episode before the step', () => {
    const live = recorder(7, { terminated: true })
    // 2 · 1e308 at observation 2, the third action.
    const outcome = runEpisode(live, linearPolicy(2, 0), Float64Array.of(1e308, 0), null, key, plain)
    expect(outcome).toMatchObject({ fitness: NaN, envSteps: 2, unstable: true, moments: null })
    expect(live.keys).toHaveLength(2)
  })
})

describe('observation statistics', () => {
  test('moments are those of the observations acted on, raw, not of the last one', () => {
    const { moments } = runEpisode(recorder(10, { truncated: true }), linearPolicy(2), zeros, Float64Array.of(4, 1, 1, 9, 9), key, { ...plain, collectMoments: true })
    const expected = emptyMoments(2)
    for (let t = 0; t < 10; t++) addObservation(expected, Float64Array.of(t, -t))
    expect(moments).toEqual(expected)
  })

  test('the policy sees normalised observations, and the normaliser stays as it was', () => {
    const normaliser = Float64Array.of(4, 1, -2, 9, 16)
    const before = normaliser.slice()
    const live = recorder(10, { truncated: true })
    runEpisode(live, linearPolicy(2, 0), Float64Array.of(1, 1), normaliser, key, plain)
    live.actions.forEach((action, t) => {
      const scaled = new Float64Array(2)
      applyNormaliser(scaled, Float64Array.of(t, -t), normaliser, esScaling)
      expect(action).toEqual([...scaled])
    })
    expect(normaliser).toEqual(before)
  })
})

describe('on a robot', () => {
  let env: Env
  beforeAll(async () => {
    env = await mujocoEntries[1].open({})
  })
  afterAll(() => env.close())

  /** The same episode along the pure path, one draw of noise per step. */
  const slowReturn = (policy: CompiledPolicy, parameters: Float64Array): number => {
    let step = env.reset(foldIn(key, 0))
    let episodeReturn = 0
    const action = new Float64Array(sizeOf(env.spec.actionSpace))
    const noise = new Float64Array(policy.noiseSize)
    policy.load(parameters)
    for (let t = 0; !step.terminated && !step.truncated; t++) {
      fillNormals(noise, foldIn(key, 2), t * policy.noiseSize)
      policy.act(step.obs, noise, action)
      step = env.step(foldIn(foldIn(key, 1), t), step.state, action)
      episodeReturn += step.reward
    }
    return episodeReturn
  }

  test('equals the pure path bit for bit, whatever the simulator did before, and leaves its inputs alone', () => {
    const policy = linearPolicy(3)
    const parameters = Float64Array.of(0.2, -0.5, 0.1)
    const live = env.live()
    runEpisode(live, policy, parameters, null, foldIn(key, 9), plain)
    runEpisode(live, policy, parameters.map(() => NaN), null, foldIn(key, 9), plain)
    const { fitness, envSteps } = runEpisode(live, policy, parameters, null, key, plain)
    expect(fitness).toBe(slowReturn(policy, parameters))
    expect(envSteps).toBeGreaterThan(5)
    expect(parameters).toEqual(Float64Array.of(0.2, -0.5, 0.1))
    expect(runEpisode(env.live(), policy, parameters, null, key, plain).fitness).toBe(fitness)
  })

  test('a simulator that diverges under way does not spoil the next episode', async () => {
    const wild = await mujocoEntries[0].open({ resetNoiseScale: 1e12 })
    const live = wild.live()
    for (let i = 0; i < 3; i++) {
      expect(runEpisode(live, linearPolicy(6), new Float64Array(6), null, key, plain)).toMatchObject({ fitness: NaN, unstable: true, envSteps: 1 })
    }
    wild.close()
  })
})
