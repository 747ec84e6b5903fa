/** Rollouts against their definition, on an environment of each kind, and what becomes of numbers that went wrong. */
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest'
import { reference } from '../../backends/reference/index.ts'
import { classicEntries } from '../../envs/classic/index.ts'
import { box2dEntries } from '../../envs/box2d/index.ts'
import { mujocoEntries } from '../../envs/mujoco/index.ts'
import type { Env, LiveEnv } from '../../src/core/env.ts'
import type { RolloutJob } from '../../src/core/job.ts'
import { foldIn, rootKey, uniforms } from '../../src/core/rng.ts'
import { sizeOf } from '../../src/core/space.ts'
import { compilePolicy, policyParameterCount } from '../../src/nn/policy.ts'
import { emptySlot, runRollout, withRollouts } from '../../src/rl/rollout.ts'
import { rolloutFindings, wanderingParameters } from '../laws/rollout.ts'
import { brokenRollouts } from '../mutants/rollouts.ts'
import type { Scene } from '../mutants/rollouts.ts'

const specOf = (action: 'raw' | 'clip' | 'rescale') =>
  ({ kind: 'gaussian', hidden: [], activation: 'tanh', outputActivation: 'linear', initialLogStd: 0, init: 'zeros', action }) as const

/** A linear policy with deviation e^(log std); what becomes of its sample is written by hand. */
const sceneOf = (env: Env, bounds: 'clip' | 'rescale' = 'clip'): Scene => {
  const spec = specOf(bounds)
  const obsSize = sizeOf(env.spec.observationSpace)
  const { actionSpace } = env.spec
  if (actionSpace.kind === 'discrete') throw new RangeError('a gaussian policy needs continuous actions')
  const { low, high } = actionSpace
  const size = low.length
  const parameters = wanderingParameters(policyParameterCount(spec, obsSize, actionSpace))
  const policy = compilePolicy(specOf('raw'), obsSize, actionSpace, reference)
  policy.load(parameters)
  const out = new Float64Array(size)
  return {
    env,
    spec,
    parameters,
    noiseSize: size,
    act: (obs, noise) => {
      policy.act(obs, noise, out)
      const within = (value: number, a: number): number => Math.max(low[a], Math.min(high[a], value))
      return { answer: out.slice(), action: out.map((value, a) => within(bounds === 'clip' ? value : low[a] + ((value + 1) / 2) * (high[a] - low[a]), a)) }
    },
    compile: () => compilePolicy(spec, obsSize, actionSpace, reference),
  }
}

/** Lives that have been somewhere else. */
const used = (env: Env, count: number): readonly LiveEnv[] =>
  Array.from({ length: count }, (_, i) => {
    const live = env.live()
    const obs = new Float64Array(sizeOf(env.spec.observationSpace))
    live.reset(foldIn(rootKey('elsewhere'), i), obs)
    const { actionSpace } = env.spec
    for (let t = 0; t < 5 + i; t++) live.step(foldIn(rootKey('steps'), t), uniforms(foldIn(rootKey('actions'), t), sizeOf(actionSpace)), obs)
    return live
  })

describe.each([
  ['MountainCarContinuous-v0', classicEntries, {}],
  ['Pendulum-v1', classicEntries, {}],
  ['LunarLanderContinuous-v3', box2dEntries, {}],
  ['Hopper-v5', mujocoEntries, {}],
] as const)('a rollout of %s', (id, entries, options) => {
  let env: Env
  beforeAll(async () => {
    const entry = entries.find((candidate) => candidate.id === id)
    if (entry === undefined) throw new RangeError(id)
    env = await entry.open({ ...entry.options, ...options })
  })
  afterAll(() => env.close())

  it.each(['clip', 'rescale'] as const)('is what its definition says (%s)', (bounds) => {
    const scene = sceneOf(env, bounds)
    const run = (job: RolloutJob, dirty: boolean) =>
      runRollout(dirty ? used(env, job.slots.length) : job.slots.map(() => env.live()), scene.compile(), scene.parameters, job)
    expect(rolloutFindings(run, scene)).toEqual([])
  })

  if (id === 'Hopper-v5') {
    test.each(Object.keys(brokenRollouts))('the laws find out %s', (name) => {
      const scene = sceneOf(env)
      const broken = brokenRollouts[name]
      expect(rolloutFindings((job, dirty) => broken(dirty ? used(env, job.slots.length) : job.slots.map(() => env.live()), scene, job), scene)).not.toEqual([])
    })

    it('ends the episode of an action that is no number with return NaN, counts it, and goes on', () => {
      const scene = sceneOf(env)
      const job: RolloutJob = {
        kind: 'rollout',
        env: { id, options: {} },
        policy: scene.spec,
        base: { digest: '', values: scene.parameters },
        key: rootKey('nan'),
        steps: 4,
        slots: [emptySlot(11)],
        obsMoments: null,
        scaling: { clip: 10, varianceFloor: 1e-8 },
        returnMoments: null,
        rewardScaling: { gamma: 0.99, clip: 10, varianceFloor: 1e-8 },
      }
      const outcome = runRollout([env.live()], scene.compile(), scene.parameters.map(() => Number.NaN), job)
      expect(outcome.unstable).toBe(4)
      expect([...outcome.terminated]).toEqual([1, 1, 1, 1])
      expect([...outcome.episodeReturns]).toEqual([NaN, NaN, NaN, NaN])
      expect([outcome.rewards, outcome.actions, outcome.obs].every((values) => values.every(Number.isFinite))).toBe(true)
    })
  }
})

it('statistics are folded in the order of the groups, and stay away where none are kept', () => {
  const part = (count: number, mean: number) => Float64Array.of(count, mean, 1)
  const folded = withRollouts(part(2, 0), [part(2, 1), part(4, -1)])
  expect(folded?.[0]).toBe(8)
  expect(folded?.[1]).toBeCloseTo((2 * 1 + 4 * -1) / 8, 15)
  expect(withRollouts(null, [part(1, 1)])).toBeNull()
})
