/** Adaptation jobs under their laws, their bits on other backends, and what becomes of failures. */
import { describe, expect, it, test } from 'vitest'
import { reference } from '../../backends/reference/index.ts'
import { simd } from '../../backends/simd/index.ts'
import { envEntries } from '../../envs/index.ts'
import type { Backend } from '../../src/core/backend.ts'
import { parcel } from '../../src/core/digest.ts'
import type { LiveEnv } from '../../src/core/env.ts'
import type { AdaptationJob, PolicySpec } from '../../src/core/job.ts'
import { foldIn, normals, rootKey } from '../../src/core/rng.ts'
import { openSite } from '../../src/experiment/executor.ts'
import { actionCritic } from '../../src/nn/action-critic.ts'
import { policyParameterCount } from '../../src/nn/policy.ts'
import { adaptationWorker } from '../../src/rl/adaptation.ts'
import { adaptationCriticHidden, adaptationLaws, adaptationPolicy, openAdaptationEnv } from '../laws/adaptation.ts'

const env = await openAdaptationEnv()
const worker = adaptationWorker({ policy: adaptationPolicy, criticHidden: adaptationCriticHidden, adaptation: { kind: 'ddpg' } }, env.spec, reference)

it.each(adaptationLaws)('$name', ({ check }) => check({ env, worker }))

const root = rootKey('adaptation')
const policy: PolicySpec = { ...adaptationPolicy, hidden: [16, 16], activation: 'relu' }
const cheetah = { id: 'cheetah-vel', options: { goal: 1.3 } }
const task = { kind: 'env', env: { id: 'cheetah-vel', options: {} }, policy, normaliseObs: false, obsScaling: { clip: 10, varianceFloor: 1e-8 } } as const

const jobOf = (label: number, sizes: Readonly<{ actor: number; critic: number }>): AdaptationJob => ({
  kind: 'adaptation',
  env: cheetah,
  policy,
  criticHidden: [16, 16],
  base: parcel(Float64Array.of(...normals(foldIn(root, 0), sizes.actor).map((z) => 0.2 * z), ...new Float64Array(sizes.actor).fill(-3), ...normals(foldIn(root, 1), sizes.critic).map((z) => 0.2 * z), ...new Float64Array(sizes.critic).fill(-3))),
  actors: { keys: [foldIn(root, 2), foldIn(root, 3)], mirrored: false },
  critic: { keys: [foldIn(root, 4)], mirrored: false },
  adaptation: { kind: 'ddpg', updates: 2, batch: 64, optimiser: 'adam', learningRate: 1e-2, criticLearningRate: 1e-2, gamma: 0.99 },
  returns: 'every',
  key: foldIn(root, label),
})

const sitesOf = (backend: Backend) => openSite({ envs: envEntries, problems: [], backend }, [task])
const site = await sitesOf(reference)
const opened = site.opened(task)
const sizesOf = () => {
  if (opened.kind !== 'env' || opened.spec.actionSpace.kind !== 'box') throw new Error('a robot was opened')
  const obsSize = opened.spec.observations.length
  return { actor: policyParameterCount(policy, obsSize, opened.spec.actionSpace), critic: actionCritic({ obsSize, actionSize: 6, hidden: [16, 16], activation: 'relu' }, reference).size }
}

describe('a site', () => {
  it('opens the tasks that jobs name, whatever was opened and closed before', async () => {
    const sizes = sizesOf()
    const job = jobOf(10, sizes)
    const first = await site.executeLater(job)
    for (let goal = 0; goal < 12; goal++) await site.executeLater({ ...job, env: { id: 'cheetah-vel', options: { goal: goal / 12 } } })
    expect(await site.executeLater(job)).toStrictEqual(first)
    const other = await site.executeLater({ ...job, env: { id: 'cheetah-vel', options: { goal: 0.1 } } })
    expect(other.fitness).not.toBe(first.fitness)
    expect(first).toMatchObject({ kind: 'adaptation', envSteps: 5 * 200, episodes: 5, unstable: 0 })
  })
  it('cannot answer at once where a task must be opened first', async () => {
    const fresh = await sitesOf(reference)
    expect(() => fresh.execute(jobOf(10, sizesOf()))).toThrow(/wanted at once/)
    fresh.close()
  })
  it('answers the same bits on simd', async () => {
    const fast = await sitesOf(await simd.open())
    const job = jobOf(11, sizesOf())
    expect(await fast.executeLater(job)).toStrictEqual(await site.executeLater(job))
    fast.close()
  })
})

describe('failures', () => {
  /** The live face of navigation whose simulator diverges in the steps after `healthy` of them. */
  const diverging = (healthy: number): LiveEnv => {
    const live = env.live()
    let steps = 0
    return new Proxy(live, {
      get: (target, name) => {
        if (name !== 'step') return Reflect.get(target, name) as unknown
        return (...given: Parameters<LiveEnv['step']>) => {
          target.step(...given)
          if (++steps > healthy) Object.assign(target, { terminated: true, unstable: true, reward: Number.NaN })
        }
      },
    })
  }
  const sizes = { actor: 2 * 4 + 4 + 4 * 2 + 2, critic: actionCritic({ obsSize: 2, actionSize: 2, hidden: adaptationCriticHidden, activation: 'tanh' }, reference).size }
  const job = { ...jobOf(12, sizes), policy: adaptationPolicy, criticHidden: adaptationCriticHidden }

  test('a trajectory that diverged is not learnt from', () => {
    const outcome = worker(diverging(9), job) // an episode has 7 steps: the second of two diverges, and all that follow
    expect([outcome.explored[0] < 0, outcome.explored[1], outcome.unstable, outcome.episodes]).toEqual([true, Number.NaN, 4, 5])
    expect(Number.isFinite(outcome.criticLoss)).toBe(true)
    expect([outcome.fitness, outcome.criticFitness]).toEqual([Number.NaN, Number.NaN])
  })
  test('where all have diverged there is no fitness', () => {
    const outcome = worker(diverging(0), job)
    expect(outcome).toMatchObject({ fitness: Number.NaN, criticFitness: Number.NaN, unstable: 2, episodes: 2, returns: new Float64Array(0) })
  })
  test('a rate that ruins the actor gives no fitness, and no exception', () => {
    const outcome = worker(env.live(), { ...job, adaptation: { ...job.adaptation, optimiser: 'sgd', learningRate: 1e300, criticLearningRate: 1e300 } })
    expect(outcome.fitness).toBeNaN()
  })
  test('policies that DDPG cannot adapt break an invariant', () => {
    expect(() => adaptationWorker({ policy: { ...adaptationPolicy, kind: 'gaussian' }, criticHidden: [4], adaptation: { kind: 'ddpg' } }, env.spec, reference)).toThrow(/deterministic policy/)
    expect(() => worker(env.live(), { ...job, base: parcel(new Float64Array(3)) })).toThrow(/3 numbers for two distributions/)
  })
})
