/**
 * The laws of environments hold for wrapped ones: every wrapper alone and in stacks, around environments of every engine.
 */
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { pendulum } from '../../../envs/classic/pendulum.ts'
import {
  clipAction,
  envEntries,
  frameStack,
  normaliseObservation,
  normaliseReward,
  recordEpisode,
  replayRecording,
  rescaleAction,
  timeLimit,
} from '../../../envs/index.ts'
import { checkEnv } from '../../../src/core/check-env.ts'
import { recordEpisode as drive } from '../../../src/core/env-record.ts'
import type { Env } from '../../../src/core/env.ts'
import { foldIn, rootKey } from '../../../src/core/rng.ts'
import { box } from '../../../src/core/space.ts'
import { wrappedEnv } from '../../../src/core/wrapped-env.ts'
import { asLine, envLaws } from '../../laws/env.ts'
import { healthyEnv } from '../../mutants/envs.ts'

type Wrap = (env: Env) => Env

const anything: Readonly<Record<string, Wrap>> = {
  'a time limit': (env) => timeLimit(env, { steps: 11 }) as Env,
  'stacked frames': (env) => frameStack(env, { size: 3 }) as Env,
  'normalised observations': (env) => normaliseObservation(env) as Env,
  'frozen observations': (env) => normaliseObservation(env, { frozen: Float64Array.of(1, ...new Float64Array(2 * env.spec.observations.length).fill(0.25)) }) as Env,
  'normalised rewards': (env) => normaliseReward(env) as Env,
  'a recording': (env) => recordEpisode(env) as Env,
}

const continuous: Readonly<Record<string, Wrap>> = {
  ...anything,
  'clipped actions': (env) => clipAction(env) as Env,
  'rescaled actions': (env) => rescaleAction(env, { low: -1, high: 3 }) as Env,
}

/** All of them around one environment, so that every wrapper has wrappers above and below. */
const tower: Wrap = (env) =>
  recordEpisode(
    normaliseReward(frameStack(normaliseObservation(timeLimit(recordEpisode(clipAction(rescaleAction(env, { low: -1, high: 1 }))), { steps: 9 })), { size: 2 })),
  ) as Env

const opened = (id: string, options: Readonly<Record<string, number>> = {}) => async (): Promise<Env> => {
  const entry = envEntries.find((each) => each.id === id)
  if (entry === undefined) throw new Error(`no environment ${id}`)
  return entry.open(options)
}

const subjects: readonly (readonly [string, () => Promise<Env>, Readonly<Record<string, Wrap>>])[] = [
  ['a drifting point', async () => healthyEnv() as Env, { ...continuous, 'all wrappers': tower }],
  ['Pendulum', opened('Pendulum-v1', { timeLimit: 20 }), { ...continuous, 'all wrappers': tower }],
  ['CartPole', opened('CartPole-v1', { timeLimit: 20 }), anything],
  ['LunarLanderContinuous', opened('LunarLanderContinuous-v3'), { 'a time limit': continuous['a time limit'], 'all wrappers': tower }],
  ['Hopper', opened('Hopper-v5'), { 'a time limit': continuous['a time limit'], 'all wrappers': tower }],
]

/** A wrapper of a user: it ends the episode, with a bonus, once the point has travelled far, and shows how many steps were costly. */
const finish: Wrap = (env) =>
  wrappedEnv(env, {
    spec: {
      ...env.spec,
      observationSpace: box([0], [100]),
      observations: [{ name: 'costly steps', unit: '1', low: 0, high: 100 }],
    },
    memory: new Float64Array(2),
    observes: true,
    face: (memory) => ({
      start(_, obs) {
        memory.fill(0)
        obs[0] = 0
      },
      act: (action, inner) => inner.set(action),
      pass(passing, inner, obs) {
        memory[0] += passing.reward < -0.5 ? 1 : 0
        memory[1] = inner[1]
        if (memory[1] > 0.7) passing.reward += 10
        obs[0] = memory[0]
      },
      terminates: () => memory[1] > 0.7,
    }),
  }) as Env

envLaws('a drifting point with a finish of a user', async () => finish(healthyEnv() as Env))

test('a wrapper that terminates ends the episode on both faces, and after a restore', () => {
  const key = rootKey('finish')
  const env = finish(healthyEnv() as Env)
  const episodes = Array.from({ length: 20 }, (_, i) => drive(env, foldIn(key, i), 50, 'random'))
  const finished = episodes.filter(({ steps }) => steps[steps.length - 1].step.reward > 5)
  expect(finished.length).toBeGreaterThan(3)
  for (const { steps, keys, actions } of finished) {
    const last = steps[steps.length - 1]
    expect(last.step.terminated).toBe(true)
    expect(() => env.step(keys[0], last.step.state, actions[0])).toThrow(/after the end/)
    const live = env.live()
    live.restore(last.bytes)
    expect([live.terminated, live.reward]).toEqual([true, 0])
    expect(() => live.step(keys[0], actions[0], new Float64Array(1))).toThrow(/after the end/)
  }
})

for (const [name, open, wraps] of subjects) {
  for (const [what, wrap] of Object.entries(wraps)) {
    envLaws(`${name} with ${what}`, async () => wrap(await open()), { steps: 60 })
  }
}

describe('a wrapped environment', () => {
  const key = rootKey('wrapped environments')

  test('with a short limit exercises every law', async () => {
    const env = tower((await pendulum.open({})) as Env)
    // without earlier statistics a first observation is its own mean
    expect(checkEnv(env, key).map(asLine)).toEqual(['note (reset-varies): the start does not depend on the key'])
  })

  test('obeys the laws in whatever order its wrappers stand', () => {
    // rescaling needs the finite bounds that clipping takes away, and a limit must not be longer than the one below
    const free = Object.entries(anything).filter(([name]) => name !== 'a time limit')
    const stack = fc.array(fc.constantFrom(...free), { minLength: 1, maxLength: 4 })
    fc.assert(
      fc.property(stack, fc.integer({ min: 1, max: 12 }), fc.nat(4), fc.boolean(), (wraps, steps, at, clips) => {
        const limited: readonly (readonly [string, Wrap])[] = wraps.toSpliced(at, 0, ['a limit', (env) => timeLimit(env, { steps }) as Env])
        const start = clips ? continuous['clipped actions'](continuous['rescaled actions'](healthyEnv() as Env)) : (healthyEnv() as Env)
        const env = limited.reduce((wrapped, [, wrap]) => wrap(wrapped), start)
        expect(checkEnv(env, key, { steps: 15 }).filter(({ severity }) => severity === 'error').map(asLine)).toEqual([])
      }),
      { seed: 42, numRuns: 60 },
    )
  })

  test('keeps what it says about itself, but for what its wrappers change', async () => {
    const env = (await opened('Hopper-v5')()) as Env
    const wrapped = tower(env)
    const { observationSpace, observations, actionSpace, actions, timeLimit: limit, rewardThreshold, ...rest } = wrapped.spec
    expect(env.spec).toMatchObject(rest)
    expect([observationSpace, observations.length, actionSpace, actions.length]).toEqual([
      { kind: 'box', low: new Array(22).fill(-10), high: new Array(22).fill(10) },
      22,
      { kind: 'box', low: new Array(3).fill(-Infinity), high: new Array(3).fill(Infinity) },
      3,
    ])
    expect([limit, rewardThreshold]).toEqual([9, null])
    wrapped.close()
    expect(() => env.reset(key)).toThrow(/used after close/)
  })

  test('shows the pictures of the state below', () => {
    const shape = { kind: 'circle', centre: [0, 0], radius: 1, tone: 'body' } as const
    const seen: unknown[] = []
    const env: Env = {
      ...(healthyEnv() as Env),
      picture(state) {
        seen.push(state)
        return { views: [{ title: 'point', bounds: { left: -1, right: 1, bottom: -1, top: 1 }, ruler: null, scenery: [], shapes: [shape] }] }
      },
    }
    const { state } = env.reset(key)
    const wrapped = tower(env)
    expect(wrapped.picture?.(wrapped.reset(key).state).views[0].shapes).toEqual([shape])
    expect(seen).toEqual([state])
    const blind = Object.fromEntries(Object.entries(healthyEnv()).filter(([name]) => name !== 'picture')) as unknown as Env
    expect(tower(blind).picture).toBeUndefined()
  })

  const worlds = [['Pendulum-v1'], ['CartPole-v1'], ['LunarLanderContinuous-v3'], ['Hopper-v5']] as const
  const close: (() => void)[] = []
  afterAll(() => close.forEach((each) => each()))

  test.each(worlds)('recorded in %s is repeated bit for bit by another copy, from the bytes of its last state', async (id) => {
    const env = recordEpisode(await opened(id)())
    const fresh = await opened(id)()
    close.push(() => env.close(), () => fresh.close())
    const episode = drive(env, foldIn(key, 1), 90, 'random')
    const { recording } = env.decode(episode.steps[episode.steps.length - 1].bytes)
    let steps = 0
    for (const step of replayRecording(fresh, recording)) {
      const expected = episode.steps[steps++]
      expect([step.obs, step.reward, step.terminated, step.truncated]).toEqual([expected.obs, expected.step.reward, expected.step.terminated, expected.step.truncated])
      expect(fresh.encode(step.state)).toEqual(fresh.encode(expected.step.state.inner))
    }
    expect(steps).toBe(episode.steps.length)
  })
})
