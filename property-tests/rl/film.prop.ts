/** A film is of the very episode that the same job has: same return, same length, frames of its own states at even distances. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { reference } from '../../backends/reference/index.ts'
import { envEntries, problemEntries } from '../../envs/index.ts'
import { parcel } from '../../src/core/digest.ts'
import type { EpisodeJob, PolicySpec, Task } from '../../src/core/job.ts'
import { foldIn, rootKey } from '../../src/core/rng.ts'
import { openSite, type Site } from '../../src/experiment/executor.ts'
import { taskInfo } from '../../src/experiment/task.ts'

const key = rootKey('film')
const policy: PolicySpec = {
  kind: 'gaussian',
  hidden: [8],
  activation: 'tanh',
  outputActivation: 'linear',
  initialLogStd: -1,
  init: 'torch',
  action: 'clip',
}
const task = (id: string, kind: PolicySpec['kind'] = 'gaussian'): Extract<Task, Readonly<{ kind: 'env' }>> => ({
  kind: 'env',
  env: { id, options: {} },
  policy: { ...policy, kind },
  normaliseObs: false,
  obsScaling: { clip: 5, varianceFloor: 0.01 },
})
const tasks = [task('Hopper-v5'), task('Reacher-v5'), task('LunarLander-v3', 'categorical'), task('Pendulum-v1')]

let site: Site
beforeAll(async () => {
  site = await openSite({ envs: envEntries, problems: problemEntries, wrappers: [], backend: reference }, tasks)
})
afterAll(() => site.close())

const jobOf = (of: (typeof tasks)[number], seed: number): EpisodeJob => ({
  kind: 'episode',
  env: of.env,
  policy: of.policy,
  base: parcel(taskInfo(of, site.opened(of)).initial(foldIn(key, 100 + seed))),
  noise: null,
  normaliser: null,
  scaling: of.obsScaling,
  key: foldIn(key, seed),
  collectMoments: false,
})

describe.each(tasks.map((each) => [each.env.id, each] as const))('a film of %s', (id, of) => {
  test('is of the same episode as the job', () => {
    const job = jobOf(of, 1)
    const outcome = site.execute(job)
    const film = site.film(job, 8)
    const { fitness, envSteps, terminated, truncated } = outcome.kind === 'episode' ? outcome : expect.fail('no episode')
    expect(film).toMatchObject({ episodeReturn: fitness, envSteps, terminated, truncated, unstable: false })
    expect(site.execute(job)).toEqual(outcome)
    expect(site.film(job, 8)).toEqual(film)
  })

  test('has its start, its end, and as many frames as were asked for in between', () => {
    const film = site.film(jobOf(of, 2), 5)
    if (film === null) return expect.fail(`${id} has no pictures`)
    const steps = film.frames.map(({ step }) => step)
    const last = film.envSteps
    expect(steps).toEqual([0, 0.25, 0.5, 0.75, 1].map((share) => Math.round(share * last)))
    expect(film.frames[0].returnSoFar).toBe(0)
    expect(film.frames.at(-1)?.returnSoFar).toBe(film.episodeReturn)
  })

  test('of fewer steps than frames has each state once', () => {
    const film = site.film(jobOf(of, 3), 5000)
    expect(film?.frames.map(({ step }) => step)).toEqual(Array.from({ length: (film?.envSteps ?? 0) + 1 }, (_, i) => i))
  })
})
