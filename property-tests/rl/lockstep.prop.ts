/** Lockstep evaluations on the exact backends: by the laws, in jobs of any size, and as a learner's way to its fitness. */
import { describe, expect, test } from 'vitest'
import { reference } from '../../backends/reference/index.ts'
import { openSimd } from '../../backends/simd/index.ts'
import type { Backend } from '../../src/core/backend.ts'
import { invariant } from '../../src/core/invariant.ts'
import type { Job, Task } from '../../src/core/job.ts'
import { evaluationsOf } from '../../src/core/job.ts'
import { foldIn, rootKey } from '../../src/core/rng.ts'
import { lockstepJobs } from '../../src/core/task.ts'
import { startHyper, vanillaEs, vanillaEsDefaults } from '../../src/es/vanilla-es.ts'
import { taskInfo } from '../../src/experiment/task.ts'
import { lockstepLaws } from '../laws/lockstep.ts'
import { siteOf, subjectOf, taskOf } from './lockstep-subject.ts'

const simd = await openSimd()
const backends: readonly Backend[] = [reference, simd]

describe.each(backends)('a lockstep evaluation on $name', async (backend) => {
  const subject = subjectOf(await siteOf(backend))
  test.each(lockstepLaws)('$name', ({ check }) => check(subject))
})

test('both exact backends give the same bits', async () => {
  const [one, other] = await Promise.all(backends.map(async (backend) => subjectOf(await siteOf(backend))))
  lockstepLaws[0].check({ ...one, alone: other.alone })
})

describe('vanilla ES in lockstep', async () => {
  const task: Task = { ...taskOf('CartPole-v1', 'categorical'), normaliseObs: true }
  const site = await siteOf(reference)
  const learnerOf = (options: Partial<typeof vanillaEsDefaults>) =>
    vanillaEs({ ...vanillaEsDefaults, popsize: 10, evaluationEpisodes: 3, momentsEvery: 2, ...options }, taskInfo(task, site.opened(task)), reference)
  const train = (learner: ReturnType<typeof learnerOf>) => {
    const key = rootKey('lockstep training')
    let state = learner.init(foldIn(key, 0))
    const reports = []
    for (let step = 0; step < 4; step++) {
      const keyStep = foldIn(foldIn(key, 1), step)
      const hyper = startHyper(vanillaEsDefaults)
      const [next, report] = learner.advance(keyStep, state, learner.jobs(keyStep, state, hyper).map(site.execute), hyper)
      state = next
      reports.push(report)
    }
    return { state, reports }
  }

  test('learns, counts and reports bit for bit what single episodes would', () => {
    const single = train(learnerOf({}))
    for (const groups of [1, 2, 5, 100]) expect(train(learnerOf({ evaluation: { kind: 'lockstep', groups } }))).toStrictEqual(single)
    expect(single.reports[0].episodes).toBe(13)
  })

  test('asks for as many jobs as it has groups, and never for an empty one', () => {
    const key = rootKey('groups')
    const jobsOf = (groups: number): readonly Job[] => {
      const learner = learnerOf({ evaluation: { kind: 'lockstep', groups } })
      return learner.jobs(key, learner.init(key), startHyper(vanillaEsDefaults))
    }
    const sizes = (groups: number) => jobsOf(groups).map((job) => (job.kind === 'compute' && job.work === 'lockstep' ? job.candidates.length : 0))
    expect([1, 2, 5, 100].map(sizes)).toEqual([[13], [6, 7], [2, 3, 2, 3, 3], Array.from({ length: 13 }, () => 1)])
  })

  test('refuses analytic problems and groups that are none', () => {
    const problem: Task = { kind: 'problem', problem: { id: 'sphere', options: {} } }
    const info = { task: problem, parameters: 2, obsSize: 0, spec: null, family: null, initial: () => new Float64Array(2) }
    expect(() => vanillaEs({ ...vanillaEsDefaults, evaluation: { kind: 'lockstep', groups: 1 } }, info, reference)).toThrow(/analytic problem/)
    expect(() => learnerOf({ evaluation: { kind: 'lockstep', groups: 0 } })).toThrow(/groups/)
  })
})

test('the other compute jobs are kernels of the backend', async () => {
  const site = await siteOf(reference)
  const [a, b, inverseScale] = [Float64Array.of(0, 0, 3, 4), Float64Array.of(1, 1), Float64Array.of(1, 0.5)]
  const numbers = (job: Job): readonly number[] => {
    const outcome = site.execute(job)
    invariant(outcome.kind === 'compute' && outcome.work === 'numbers', 'numbers were asked for')
    return [...outcome.values]
  }
  expect(numbers({ kind: 'compute', work: 'distances', a, b, inverseScale })).toEqual([1.25, 6.25])
  const covariance = numbers({ kind: 'compute', work: 'covariance', name: 'rbf', a, b: a, inverseScale, outputscale: 2 })
  expect([covariance[0], covariance[3]]).toEqual([2, 2])
  const keys = [rootKey('a'), rootKey('b')]
  const expected = new Float64Array(5)
  reference.kernels.weightedNoise(expected, keys, Float64Array.of(0.5, -2))
  expect(numbers({ kind: 'compute', work: 'noise-sum', size: 5, keys, weights: Float64Array.of(0.5, -2) })).toEqual([...expected])
  expect(() => site.execute({ kind: 'compute', work: 'distances', a: new Float64Array(3), b, inverseScale })).toThrow(/rows of 2/)
})

test('jobs of groups hold every episode once, in order', () => {
  const episodes = Array.from({ length: 7 }, (_, i): Job => {
    const { env, policy, obsScaling: scaling } = taskOf('CartPole-v1', 'categorical')
    return { kind: 'episode', env, policy, base: { digest: '', values: new Float64Array(0) }, noise: null, normaliser: null, scaling, key: foldIn(rootKey(1), i), collectMoments: false }
  })
  const keys = lockstepJobs(episodes, 3).flatMap(({ candidates }) => candidates.map(({ key }) => key))
  expect(keys).toEqual(episodes.map((job) => ('key' in job ? job.key : null)))
  expect(evaluationsOf([])).toEqual([])
})

