/** ES meta-RL as a learner: what its jobs ask, what its steps make of the answers, and that it learns where the answers are a known function. */
import { describe, expect, it, test } from 'vitest'
import { reference } from '../../backends/reference/index.ts'
import { envEntries, taskFamilies } from '../../envs/index.ts'
import type { AdaptationJob, AdaptationOutcome, Job, Outcome, Task } from '../../src/core/job.ts'
import { foldIn, rootKey } from '../../src/core/rng.ts'
import type { TaskInfo } from '../../src/core/task.ts'
import { esA2c, esA2cDefaults, esA2cHyperDefaults } from '../../src/es/es-a2c.ts'
import { esMetaRl, esMetaRlDefaults, esMetaRlHyperDefaults, type EsMetaRlSettings } from '../../src/es/es-meta-rl.ts'
import type { MetaSearchHyper, MetaSearchState } from '../../src/es/meta-search-state.ts'
import { advantagesOverTasks } from '../../src/es/meta-search.ts'
import { steppedDistribution } from '../../src/es/distribution-step.ts'
import { zScore } from '../../src/es/shaping.ts'
import { distributionGradient, drawsOf } from '../../src/es/weight-distribution.ts'
import { openSite } from '../../src/experiment/executor.ts'
import { taskInfo } from '../../src/experiment/task.ts'

const task: Extract<Task, { kind: 'env' }> = {
  kind: 'env',
  env: { id: 'navigation', options: { goalX: 0.1, goalY: 0.1, timeLimit: 5 } },
  policy: { kind: 'deterministic', hidden: [3], activation: 'relu', outputActivation: 'tanh', initialLogStd: 0, init: 'xavier-normal', action: 'rescale' },
  normaliseObs: false,
  obsScaling: { clip: 10, varianceFloor: 1e-8 },
}
const site = await openSite({ envs: envEntries, problems: [], backend: reference }, [task])
const info = taskInfo(task, site.opened(task), taskFamilies)

const small: EsMetaRlSettings = { ...esMetaRlDefaults, workers: 6, draws: 3, tasks: 2, criticHidden: [3] }
const learnerOf = (more: Partial<EsMetaRlSettings> = {}) => esMetaRl({ ...small, ...more }, info, reference)
const key = rootKey('es meta-rl')

const adaptationsIn = (jobs: readonly Job[]): readonly AdaptationJob[] => jobs.filter((job): job is AdaptationJob => job.kind === 'adaptation')

/** A worker that is played: the fitness of a job is given. */
const answer = (fitness: number, criticFitness: number): AdaptationOutcome => ({
  kind: 'adaptation', fitness, criticFitness, envSteps: 7, episodes: 4, unstable: 0, explored: Float64Array.of(fitness - 1, fitness + 1), returns: Float64Array.of(fitness), criticLoss: 2, actorLoss: -3,
})

const distributionsOf = ({ base }: AdaptationJob) => {
  const size = info.parameters
  const rest = (base.values.length - 2 * size) / 2
  return {
    actor: { mean: base.values.subarray(0, size), logSigma: base.values.subarray(size, 2 * size) },
    critic: { mean: base.values.subarray(2 * size, 2 * size + rest), logSigma: base.values.subarray(2 * size + rest) },
  }
}

describe('the jobs of a step', () => {
  const learner = learnerOf()
  const state = learner.init(foldIn(key, 0))
  const jobs = adaptationsIn(learner.jobs(foldIn(key, 1), state, esMetaRlHyperDefaults))

  it('take every worker with the same draws to the same tasks', () => {
    expect(jobs).toHaveLength(12)
    const [first, second] = [jobs[0].env, jobs[1].env]
    expect(first).not.toEqual(second)
    jobs.forEach((job, at) => {
      expect(job.env).toEqual(at % 2 === 0 ? first : second)
      expect([job.actors, job.critic]).toEqual([jobs[at - (at % 2)].actors, jobs[at - (at % 2)].critic])
    })
    expect(first.options).toMatchObject({ timeLimit: 5 }) // what the config fixes stays
    expect(first.options.goalX).not.toBe(0.1)
  })
  it('never use a key twice', () => {
    const keys = [...jobs.map((job) => job.key), ...jobs.filter((_, at) => at % 2 === 0).flatMap(({ actors, critic }) => [...actors.keys, ...critic.keys])]
    expect(new Set(keys.map((each) => `${each.hi} ${each.lo}`)).size).toBe(12 + 6 * 4)
  })
  it('draw other tasks and other noise in the next step', () => {
    const next = adaptationsIn(learner.jobs(foldIn(key, 2), state, esMetaRlHyperDefaults))
    expect(next[0].env).not.toEqual(jobs[0].env)
    expect(next[0].actors).not.toEqual(jobs[0].actors)
  })
  it('mirror the second half of antithetic workers', () => {
    const mirrored = adaptationsIn(learnerOf({ sampler: { kind: 'antithetic' }, tasks: 1 }).jobs(foldIn(key, 1), state, esMetaRlHyperDefaults))
    for (let i = 0; i < 3; i++) {
      expect(mirrored[i + 3].actors).toEqual({ keys: mirrored[i].actors.keys, mirrored: true })
      expect(mirrored[i + 3].critic).toEqual({ keys: mirrored[i].critic.keys, mirrored: true })
      expect(mirrored[i].actors.mirrored).toBe(false)
    }
  })
  it('carry the hyperparameters', () => {
    const hyper: MetaSearchHyper = { ...esMetaRlHyperDefaults, updates: 7, learningRate: 0.02, criticLearningRate: 0.03, gamma: 0.5 }
    expect(adaptationsIn(learner.jobs(foldIn(key, 1), state, hyper))[3].adaptation).toEqual({ kind: 'ddpg', updates: 7, batch: null, optimiser: 'adam', learningRate: 0.02, criticLearningRate: 0.03, gamma: 0.5 })
    expect(() => learner.jobs(foldIn(key, 1), state, { ...hyper, updates: 2.5 })).toThrow(/updates = 2.5 out of range/)
  })
})

describe('a step', () => {
  const fitness = [3, 1, -4, 1, 5, -9, 2, 6, -5, 3, 5, 8]
  const criticFitness = [-1, -2, -3, -4, -5, -6, -6, -5, -4, -3, -2, -1]
  const learner = learnerOf({ gradientHistory: 2 })
  const start = learner.init(foldIn(key, 0))
  const hyper: MetaSearchHyper = { ...esMetaRlHyperDefaults, meanRate: 0.7, sigmaRate: 0.03, criticMeanRate: 0.2, criticSigmaRate: 0.05 }
  const outcomes = fitness.map((value, i) => answer(value, criticFitness[i]))
  const [next, report] = learner.advance(foldIn(key, 1), start, outcomes, hyper)

  it('follows each gradient with its own fitness, standardised at each task', () => {
    const jobs = adaptationsIn(learner.jobs(foldIn(key, 1), start, hyper)).filter((_, at) => at % 2 === 0)
    const standardised = (values: readonly number[]): Float64Array => {
      const [a, b] = [0, 1].map((t) => zScore(Float64Array.from({ length: 6 }, (_, i) => values[2 * i + t]), 1e-8))
      return a.map((value, i) => (value + b[i]) / 2)
    }
    const shape = { workers: 6, step: 'normalised', sigmaLow: 1e-4, sigmaHigh: 1 } as const
    const byActor = distributionGradient(reference, start.actor, jobs.map(({ actors }) => actors), standardised(fitness))
    const byCritic = distributionGradient(reference, start.critic, jobs.map(({ critic }) => critic), standardised(criticFitness))
    const wanted = {
      actor: steppedDistribution(start.actor, byActor, { mean: 0.7, sigma: 0.03 }, { ...shape, draws: 3 }),
      critic: steppedDistribution(start.critic, byCritic, { mean: 0.2, sigma: 0.05 }, { ...shape, draws: 1 }),
    }
    for (const [actual, expected] of [[next.actor.mean, wanted.actor.mean], [next.actor.logSigma, wanted.actor.logSigma], [next.critic.mean, wanted.critic.mean], [next.critic.logSigma, wanted.critic.logSigma]])
      actual.forEach((value, p) => expect(value).toBeCloseTo(expected[p], 12)) // advantages are halved before or after they are added
  })
  it('tells what came', () => {
    const metrics = report.metrics
    expect(metrics.policyReturn).toBeCloseTo(16 / 12, 12)
    expect(metrics.exploredReturn).toBeCloseTo(16 / 12, 12)
    expect(metrics).toMatchObject({ fitnessMin: -2, fitnessMax: 6.5, criticFitness: -3.5, criticLoss: 2, actorLoss: -3, notFinite: 0 })
    expect(report).toMatchObject({ applied: hyper, envSteps: 84, episodes: 48, unstable: 0 })
    expect(metrics.actorSigma).toBeCloseTo(next.actor.logSigma.reduce((sum, s) => sum + Math.exp(s), 0) / next.actor.logSigma.length, 12)
  })
  it('shows fitness, means and gradients to the outer level', () => {
    const context = learner.context(next)
    expect([...(context?.populationFitness ?? [])]).toEqual([2, -1.5, -2, 4, -1, 6.5])
    expect(context?.gradients).toHaveLength(1)
    expect(context?.gradients[0]).toHaveLength(context?.parameters.length ?? 0)
    expect(learner.context(start)).toBeNull()
    const [after] = learner.advance(foldIn(key, 2), next, outcomes, hyper)
    const [last] = learner.advance(foldIn(key, 3), after, outcomes, hyper)
    expect(last.gradients).toHaveLength(2)
    expect(last.gradients[1]).toBe(after.gradients[0])
  })
  it('is not moved by fitness that is the same everywhere, or not there at all', () => {
    for (const value of [-150, Number.NaN]) {
      const [still, { metrics }] = learner.advance(foldIn(key, 1), start, fitness.map(() => answer(value, value)), hyper)
      expect([still.actor, still.critic]).toStrictEqual([start.actor, start.critic])
      expect(metrics.notFinite).toBe(Number.isNaN(value) ? 12 : 0)
    }
  })
  it('keeps σ where its rate is 0, and means where theirs is', () => {
    const [fixed] = learner.advance(foldIn(key, 1), start, outcomes, { ...hyper, sigmaRate: 0, criticMeanRate: 0 })
    expect(fixed.actor.logSigma).toStrictEqual(start.actor.logSigma)
    expect(fixed.critic.mean).toStrictEqual(start.critic.mean)
    expect(fixed.actor.mean).not.toEqual(start.actor.mean)
    expect(fixed.critic.logSigma).not.toEqual(start.critic.logSigma)
  })
})

describe('probes', () => {
  const learner = learnerOf()
  const state = learner.init(foldIn(key, 0))
  test('adapt draws to tasks of their own', () => {
    for (const probe of [{ kind: 'policy', episodes: 4 }, { kind: 'population', episodes: 4, mirrored: false }] as const) {
      const jobs = adaptationsIn(learner.probe(foldIn(key, 5), state, esMetaRlHyperDefaults, probe))
      expect(new Set(jobs.map((job) => JSON.stringify(job.env))).size).toBe(4)
      expect(new Set(jobs.map((job) => JSON.stringify(job.actors))).size).toBe(4)
    }
  })
  test('mirror their draws where that is asked', () => {
    const jobs = adaptationsIn(learner.probe(foldIn(key, 5), state, esMetaRlHyperDefaults, { kind: 'population', episodes: 4, mirrored: true }))
    expect(jobs[2].actors).toEqual({ keys: jobs[0].actors.keys, mirrored: true })
    expect(() => learner.probe(key, state, esMetaRlHyperDefaults, { kind: 'population', episodes: 3, mirrored: true })).toThrow(/even/)
  })
})

describe('learning', () => {
  /** Steps with workers whose fitness is a known function of what they drew. */
  const learned = (steps: number, fitnessOf: (actors: readonly Float64Array[]) => number, criticFitnessOf: (critic: Float64Array) => number, more: Partial<EsMetaRlSettings> = {}): MetaSearchState => {
    const learner = learnerOf({ workers: 24, draws: 5, tasks: 1, initialSigma: 0.3, criticInitialSigma: 0.3, ...more })
    const hyper: MetaSearchHyper = { ...esMetaRlHyperDefaults, meanRate: 1, sigmaRate: 0.05, criticMeanRate: 0.5, criticSigmaRate: 0.05 }
    let state = learner.init(foldIn(key, 7))
    for (let step = 0; step < steps; step++) {
      const jobs = adaptationsIn(learner.jobs(foldIn(key, 1000 + step), state, hyper))
      const outcomes: readonly Outcome[] = jobs.map((job) => {
        const { actor, critic } = distributionsOf(job)
        return answer(fitnessOf(drawsOf(reference, actor, job.actors)), criticFitnessOf(drawsOf(reference, critic, job.critic)[0]))
      })
      state = learner.advance(foldIn(key, 1000 + step), state, outcomes, hyper)[0]
    }
    return state
  }
  const distance = (values: Float64Array, centre: number): number => values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / values.length
  const middle = (draws: readonly Float64Array[]): Float64Array => draws[0].map((_, p) => draws.reduce((sum, draw) => sum + draw[p], 0) / draws.length)
  const sigmas = (logSigma: Float64Array): number => logSigma.reduce((sum, s) => sum + Math.exp(s), 0) / logSigma.length

  test('actors and critics each come to what is best for them', () => {
    const { actor, critic } = learned(300, (draws) => -distance(middle(draws), 0.8), (draw) => -distance(draw, -0.6))
    // both start about 1 away; σ ends small, since being spread costs the critic all of σ² and the mean actor a part
    expect(distance(actor.mean, 0.8)).toBeLessThan(0.02)
    expect(distance(critic.mean, -0.6)).toBeLessThan(0.02)
    expect(sigmas(critic.logSigma)).toBeLessThan(0.2)
  }, 20_000)
  test('σ grows where spread is worth something, and shrinks where it costs', () => {
    const spread = (draws: readonly Float64Array[]): number => draws.reduce((sum, draw) => sum + distance(draw.map((value, p) => value - middle(draws)[p]), 0), 0) / draws.length
    const wide = learned(80, (draws) => spread(draws), () => 0)
    const narrow = learned(80, (draws) => -spread(draws), () => 0)
    expect(sigmas(wide.actor.logSigma)).toBeGreaterThan(0.5)
    expect(sigmas(narrow.actor.logSigma)).toBeLessThan(0.2)
    expect(wide.critic.logSigma).toStrictEqual(learnerOf({ criticInitialSigma: 0.3 }).init(key).critic.logSigma) // constant fitness moves nothing
  }, 20_000)
})

test('advantages are made at each task by itself', () => {
  // the level of a task does not matter, and neither does its spread
  const plain = advantagesOverTasks({ kind: 'z-score', epsilon: 0 }, Float64Array.of(1, 10, 2, 30, 3, 20), 2)
  const shifted = advantagesOverTasks({ kind: 'z-score', epsilon: 0 }, Float64Array.of(1, 1010, 2, 1030, 3, 1020), 2)
  plain.forEach((value, i) => expect(shifted[i]).toBeCloseTo(value, 12))
  expect([...advantagesOverTasks({ kind: 'leave-one-out' }, Float64Array.of(1, 4, 3, 2), 2)]).toEqual([0, 0])
})

describe('A2C with evolution', () => {
  const gaussian: TaskInfo = taskInfo({ ...task, policy: { ...task.policy, kind: 'gaussian', outputActivation: 'linear' } }, site.opened(task), taskFamilies)
  test('asks for adaptations by A2C of a policy with its deviations and a critic of states', () => {
    const learner = esA2c({ ...esA2cDefaults, workers: 4, criticHidden: [3], episodes: 5 }, gaussian, reference)
    const state = learner.init(key)
    const jobs = adaptationsIn(learner.jobs(key, state, { ...esA2cHyperDefaults, updates: 2 }))
    expect(jobs.map(({ adaptation }) => adaptation)).toEqual(jobs.map(() => ({ kind: 'a2c', updates: 2, episodes: 5, optimiser: 'sgd', learningRate: 0.1, criticLearningRate: 0.01, gamma: 0.99 })))
    expect(jobs[0].actors.keys).toHaveLength(1)
    expect([state.actor.mean.length, state.critic.mean.length]).toEqual([3 * 3 + 4 * 2 + 2, 3 * 3 + 4])
  })
  test('refuses policies without probabilities', () => {
    expect(() => esA2c(esA2cDefaults, info, reference)).toThrow(/task.policy: es-a2c needs a policy with probabilities/)
    expect(() => esA2c({ ...esA2cDefaults, episodes: 0 }, gaussian, reference)).toThrow(/episodes must be a positive integer/)
  })
})

test('what cannot be learnt on is refused with its path', () => {
  expect(() => esMetaRl(small, { ...info, family: null }, reference)).toThrow(/tasks of a family/)
  expect(() => learnerOf({ draws: 0 })).toThrow(/draws must be a positive integer, received 0/)
  expect(() => learnerOf({ workers: 5, sampler: { kind: 'antithetic' } })).toThrow(/even/)
  expect(() => learnerOf({ sigmaLow: 2 })).toThrow(/sigmaLow/)
  const withPolicy = (policy: object) => esMetaRl(small, { ...info, task: { ...task, policy: { ...(task as Extract<Task, { kind: 'env' }>).policy, ...policy } } as Task }, reference)
  expect(() => withPolicy({ outputActivation: 'linear' })).toThrow(/task.policy/)
  expect(() => esMetaRl(small, { ...info, task: { ...task, normaliseObs: true } as Task }, reference)).toThrow(/task.normaliseObs/)
})
