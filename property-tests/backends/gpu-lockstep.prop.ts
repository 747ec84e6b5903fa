/**
 * A population in lockstep on the gpu backends of this host, beside the same population on the reference.
 *
 * Bits differ, so the comparison is over a short horizon: a rounding error of 1e-7 per forward grows with the instability of what is
 * controlled (a pole falls with a rate of about 4 per second), and where an action is a choice, a near tie may fall the other way.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openGpu } from '../../backends/gpu/index.ts'
import type { GpuMode } from '../../backends/gpu/modes.ts'
import { reference } from '../../backends/reference/index.ts'
import { classicEntries } from '../../envs/classic/index.ts'
import { wrapperEntries } from '../../envs/index.ts'
import type { Backend } from '../../src/core/backend.ts'
import { parcel } from '../../src/core/digest.ts'
import type { EpisodeOutcome, LockstepJob, Outcome, Task } from '../../src/core/job.ts'
import { foldIn, normals, rootKey } from '../../src/core/rng.ts'
import type { Site } from '../../src/experiment/executor.ts'
import { openSite } from '../../src/experiment/executor.ts'
import { taskInfo } from '../../src/experiment/task.ts'
import { episodesOf, taskOf } from '../rl/lockstep-subject.ts'

const STEPS = 30
const POPULATION = 40
const root = rootKey('gpu lockstep')

const shortTask = (id: string, kind: 'categorical' | 'deterministic' | 'gaussian'): Extract<Task, { kind: 'env' }> => {
  const task = taskOf(id, kind)
  return { ...task, env: { ...task.env, wrappers: [{ kind: 'time-limit', steps: STEPS }] } }
}

const tasks = [shortTask('CartPole-v1', 'categorical'), shortTask('CartPole-v1', 'deterministic'), shortTask('Pendulum-v1', 'gaussian')]

const siteOn = (backend: Backend): Promise<Site> => openSite({ envs: classicEntries, wrappers: wrapperEntries, problems: [], backend }, tasks)

const jobOf = (site: Site, task: (typeof tasks)[number]): LockstepJob => {
  const { env, policy, obsScaling: scaling } = task
  const { parameters } = taskInfo(task, site.opened(task))
  return {
    kind: 'compute',
    work: 'lockstep',
    env,
    policy,
    base: parcel(normals(foldIn(root, 1), parameters).map((value) => 0.5 * value)),
    normaliser: null,
    scaling,
    candidates: Array.from({ length: POPULATION }, (_, n) => ({
      noise: { key: foldIn(foldIn(root, 2), n >> 1), scale: n % 2 === 0 ? 0.2 : -0.2 },
      key: foldIn(foldIn(root, 3), n),
      collectMoments: false,
    })),
  }
}

const modes: readonly GpuMode[] = ['cpu', 'webasm', 'webasm-threads']

describe.each(modes)('a population in lockstep, mode %s', (mode) => {
  let backend: Backend
  let site: Site
  let exact: Site
  beforeAll(async () => {
    backend = await openGpu({ mode })
    site = await siteOn(backend)
    exact = await siteOn(reference)
  })
  afterAll(async () => {
    site.close()
    exact.close()
    await backend.device?.close()
  })

  const both = async (task: (typeof tasks)[number]): Promise<readonly [readonly EpisodeOutcome[], readonly EpisodeOutcome[]]> => {
    const outcome: Outcome = await site.executeLater(jobOf(site, task))
    return [episodesOf(outcome), episodesOf(exact.execute(jobOf(exact, task)))]
  }

  test.each(tasks.slice(0, 2))('CartPole with a $policy.kind policy: the same choices, hence the same returns', async (task) => {
    const [there, here] = await both(task)
    // 30 steps of 0.02 s: an error of 1e-7 becomes 1e-6, and these seeds have no tie as near as that
    expect(there).toEqual(here)
  })

  test('Pendulum with a gaussian policy: returns differ by rounding', async () => {
    const [there, here] = await both(tasks[2])
    here.forEach(({ fitness }, n) => {
      // errors of 1e-7 per step in the action, amplified over 1.5 s by less than 10; returns are sums of 30 costs
      expect(Math.abs(there[n].fitness - fitness)).toBeLessThan(1e-5 * Math.abs(fitness))
      expect(there[n].envSteps).toBe(STEPS)
    })
    expect(there.some(({ fitness }, n) => fitness !== here[n].fitness)).toBe(true)
  })

  test('networks of a population ran on the device, once per layer and step', async () => {
    const before = site.launches()
    await both(tasks[2])
    const after = site.launches()
    const ran = (name: string): number => (after[name] ?? 0) - (before[name] ?? 0)
    expect([ran('affine-tanh'), ran('affine')]).toEqual([2 * STEPS, STEPS])
  })

  test('a site that cannot wait says so', () => {
    const job = jobOf(site, tasks[0])
    if (mode === 'webasm-threads') expect(() => site.execute(job)).toThrow(/answers later/)
    else expect(episodesOf(site.execute(job))).toHaveLength(POPULATION)
  })
})
