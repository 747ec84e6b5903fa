/** Episodes whose simulator diverges: no reward, counted, and the next episode on the same simulator has the bits of a fresh one. */
import { describe, expect, test } from 'vitest'
import { reference } from '../../backends/reference/index.ts'
import { envEntries } from '../../envs/index.ts'
import { mujocoEnv } from '../../envs/mujoco/mujoco-env.ts'
import { parcel } from '../../src/core/digest.ts'
import type { EnvRef } from '../../src/core/env.ts'
import type { Outcome, PolicySpec } from '../../src/core/job.ts'
import { foldIn, rootKey } from '../../src/core/rng.ts'
import { fitnessJob } from '../../src/core/task.ts'
import { openSite } from '../../src/experiment/executor.ts'
import { taskInfo } from '../../src/experiment/task.ts'
import { esScaling } from '../../src/nn/normaliser.ts'
import { withPlatformMathForbidden } from '../platform-math.ts'

const key = rootKey('diverged')

/** A pendulum whose motor tears it apart when a command leaves ±2. */
const wild = mujocoEnv({
  id: 'Wild-v0',
  title: 'A pendulum with a motor that is too strong',
  source: 'this test',
  mjcf: `<mujoco><size memory="512K"/><worldbody><body><joint name="hinge" axis="0 1 0"/><geom size="0.1" pos="0 0 1"/></body></worldbody>
    <actuator><motor joint="hinge" gear="2e10"/></actuator></mujoco>`,
  frameSkip: 5,
  timeLimit: 30,
  rewards: { effort: ({ action }) => -action[0] * action[0] },
})

const policy: PolicySpec = { kind: 'gaussian', hidden: [4], activation: 'tanh', outputActivation: 'linear', initialLogStd: -0.5, init: 'torch', action: 'raw' }

/** Episodes 0 … n − 1 of `env`, each on a site of its own or all on one. */
const outcomesOf = async (env: EnvRef, n: number, shared: boolean): Promise<readonly Outcome[]> => {
  const task = { kind: 'env', env, policy, normaliseObs: false, obsScaling: esScaling } as const
  const open = () => openSite({ envs: [...envEntries, wild], problems: [], backend: reference }, [task])
  const first = await open()
  const base = parcel(taskInfo(task, first.opened(task)).initial(key))
  const outcomes: Outcome[] = []
  for (let i = 0; i < n; i++) {
    const site = shared ? first : await open()
    const noise = { key: foldIn(key, 100 + i), scale: 0.3 }
    const job = fitnessJob(task, { base, noise, normaliser: null, key: foldIn(key, i), time: 0, collectMoments: true })
    outcomes.push(withPlatformMathForbidden(() => site.execute(job)))
  }
  return outcomes
}

describe('an episode whose simulator diverges', () => {
  test.each([
    ['a model of one\'s own', { id: 'Wild-v0', options: {} }],
    ['a robot that is thrown too hard', { id: 'HalfCheetah-v5', options: { resetNoiseScale: 14 } }],
  ])('leaves no trace in the next ones: %s', async (_, env) => {
    const [onOne, onFresh] = [await outcomesOf(env, 12, true), await outcomesOf(env, 12, false)]
    expect(onOne).toEqual(onFresh)
    const diverged = onOne.map((outcome) => outcome.kind === 'episode' && outcome.unstable)
    // both kinds, and a good one behind a diverged one
    expect(diverged).toContain(true)
    expect(diverged.some((bad, i) => bad && diverged[i + 1] === false)).toBe(true)
    onOne.forEach((outcome, i) => {
      if (diverged[i]) expect(outcome).toMatchObject({ fitness: NaN, terminated: true, moments: null })
      else expect(Number.isFinite(outcome.fitness)).toBe(true)
    })
  })
})
