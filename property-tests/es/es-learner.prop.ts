import { describe, expect, it } from 'vitest'
import { reference } from '../../backends/reference/index.ts'
import { emptyMoments, mergeMoments } from '../../src/core/moments.ts'
import { esScaling } from '../../src/nn/normaliser.ts'
import type { EpisodeJob, EpisodeOutcome, Job, Outcome, PolicySpec, ProblemJob, Task } from '../../src/core/job.ts'
import type { Learner, Probe } from '../../src/core/learner.ts'
import { encodeKey, foldIn, rootKey, uniform } from '../../src/core/rng.ts'
import type { TaskInfo } from '../../src/core/task.ts'
import { candidateOf } from '../../src/es/sampling.ts'
import type { VanillaEsOptions } from '../../src/es/vanilla-es.ts'
import { bierlCodeVanillaEs, startHyper, vanillaEs, vanillaEsDefaults } from '../../src/es/vanilla-es.ts'
import { adamDefaults } from '../../src/optim/adam.ts'

const root = rootKey('es learner')
const policy: PolicySpec = {
  kind: 'deterministic',
  hidden: [],
  activation: 'tanh',
  outputActivation: 'linear',
  initialLogStd: 0,
  init: 'zeros',
  action: 'raw',
}
const envTask = (normaliseObs: boolean): Task => ({ kind: 'env', env: { id: 'played', options: {} }, policy, normaliseObs, obsScaling: esScaling })
const problemTask: Task = { kind: 'problem', problem: { id: 'quadratic', options: {} } }
const infoOf = (task: Task): TaskInfo => ({ task, parameters: 3, obsSize: 2, spec: null, family: null, initial: () => Float64Array.of(1, -2, 0.5) })

const optimum = Float64Array.of(-0.5, 0.25, 2)
const fitnessAt = (x: Float64Array): number => -x.reduce((sum, value, d) => sum + (value - optimum[d]) * (value - optimum[d]), 0)
const parametersOf = (job: EpisodeJob | ProblemJob): Float64Array => (job.noise === null ? job.base.values : candidateOf(reference, job.base.values, job.noise))

/** The worker's side, played: fitness of the candidate with a little noise of the episode's key, moments made from the key. */
const answer = (job: Job): Outcome => {
  if (job.kind !== 'episode' && job.kind !== 'problem') throw new RangeError(`an evolution strategy asked for a ${job.kind}`)
  const fitness = fitnessAt(parametersOf(job)) + 1e-3 * uniform(foldIn(job.key, 0))
  if (job.kind === 'problem') return { kind: 'problem', fitness, envSteps: 1 }
  const moments = job.collectMoments ? Float64Array.of(2, uniform(foldIn(job.key, 1)), 1, 0.5, 0.25) : null
  return { kind: 'episode', fitness, envSteps: 7, terminated: false, truncated: true, unstable: false, moments }
}

const learnerOf = (options: Partial<VanillaEsOptions>, task: Task = problemTask) =>
  vanillaEs({ ...vanillaEsDefaults, popsize: 6, ...options }, infoOf(task), reference)
const hyper = startHyper(vanillaEsDefaults)

/** `steps` generations with one key each, and the reports of all. */
const train = <S, C>(learner: Learner<S, typeof hyper, C>, steps: number, from: { state: S; step: number } | null = null, values = hyper) => {
  let state = from?.state ?? learner.init(foldIn(root, 0))
  const reports = []
  for (let step = from?.step ?? 0; step < steps; step++) {
    const key = foldIn(foldIn(root, 1), step)
    const [next, report] = learner.advance(key, state, learner.jobs(key, state, values).map(answer), values)
    state = next
    reports.push(report)
  }
  return { state, reports }
}

const keysOf = (jobs: readonly Job[]): readonly string[] => jobs.map((job) => ('key' in job ? encodeKey(job.key) : job.work))

describe('jobs of a generation', () => {
  const learner = learnerOf({ evaluationEpisodes: 2 }, envTask(true))
  const state = learner.init(foldIn(root, 0))
  const jobs = learner.jobs(foldIn(root, 5), state, hyper) as readonly EpisodeJob[]

  it('are the candidates in order, then the unperturbed policy', () => {
    expect(jobs.map((job) => (job.noise === null ? 0 : Math.sign(job.noise.scale)))).toEqual([1, 1, 1, -1, -1, -1, 0, 0])
    expect(jobs.every((job) => job.base.digest === learner.policy(state).parameters.digest)).toBe(true)
    const noise = jobs.flatMap((job) => (job.noise === null ? [] : [encodeKey(job.noise.key)]))
    expect(noise.slice(0, 3)).toEqual(noise.slice(3))
    expect(new Set(noise).size).toBe(3)
    jobs.slice(0, 6).forEach((job) => expect(Math.abs(job.noise?.scale ?? NaN)).toBe(hyper.sigma))
  })

  it('come twice the same, and otherwise for another key', () => {
    expect(learner.jobs(foldIn(root, 5), state, hyper)).toEqual(jobs)
    expect(keysOf(learner.jobs(foldIn(root, 6), state, hyper))).not.toEqual(keysOf(jobs))
  })

  it('have a key each, none of them shared with the noise', () => {
    const keys = [...keysOf(jobs), ...jobs.slice(0, 3).map((job) => encodeKey((job.noise as { key: EpisodeJob['key'] }).key))]
    expect(new Set(keys).size).toBe(11)
  })

  it('share one key among the candidates with common random numbers, and only there', () => {
    const common = learnerOf({ commonRandomNumbers: true, evaluationEpisodes: 2 }, envTask(false))
    const keys = keysOf(common.jobs(foldIn(root, 5), common.init(foldIn(root, 0)), hyper))
    expect(new Set(keys.slice(0, 6)).size).toBe(1)
    expect(new Set(keys).size).toBe(3)
  })

  it('carry the generation as the time of a problem', () => {
    const { state: later } = train(learnerOf({}), 4)
    expect(learnerOf({}).jobs(foldIn(root, 9), later, hyper).map((job) => (job.kind === 'problem' ? job.time : NaN))).toEqual(new Array(7).fill(4))
  })

  it('collect observations in every m-th job where the task normalises, and nowhere else', () => {
    const collected = (momentsEvery: number, normaliseObs: boolean) => {
      const one = learnerOf({ momentsEvery }, envTask(normaliseObs))
      return one.jobs(foldIn(root, 5), one.init(foldIn(root, 0)), hyper).map((job) => job.kind === 'episode' && job.collectMoments)
    }
    expect(collected(3, true)).toEqual([true, false, false, true, false, false, true])
    expect(collected(1, false)).toEqual(new Array(7).fill(false))
  })
})

describe('a step', () => {
  it('reports the population in raw fitness, in the order of the candidates', () => {
    const learner = learnerOf({})
    const state = learner.init(foldIn(root, 0))
    const fitness = [4, NaN, -2, 8, 0, 2]
    const outcomes = [...fitness, 10].map((f): Outcome => ({ kind: 'problem', fitness: f, envSteps: 3 }))
    expect(learner.context(state)).toBe(null)
    const [next, { metrics, applied, envSteps, episodes, unstable }] = learner.advance(foldIn(root, 5), state, outcomes, hyper)
    expect(learner.context(next)).toMatchObject({ populationFitness: Float64Array.from(fitness), policyReturn: 10, generation: 1 })
    expect({ applied, envSteps, episodes, unstable }).toEqual({ applied: hyper, envSteps: 21, episodes: 7, unstable: 0 })
    // the five finite values −2, 0, 2, 4, 8: mean 2.4, squared deviations 59.2
    const five = { fitnessMin: -2, fitnessQ25: 0, fitnessMedian: 2, fitnessQ75: 4, fitnessMax: 8 }
    expect(metrics).toMatchObject({ ...five, policyReturn: 10, notFinite: 1, skipped: 0 })
    expect(metrics.fitnessMean).toBeCloseTo(2.4, 12) // one rounded division
    expect(metrics.fitnessStd).toBeCloseTo(Math.sqrt(59.2 / 5), 12) // rounding of five squares
    expect(Object.keys(metrics)).toEqual([
      'policyReturn', 'fitnessMean', 'fitnessStd', 'fitnessMin', 'fitnessQ25', 'fitnessMedian', 'fitnessQ75', 'fitnessMax',
      'gradientNorm', 'updateNorm', 'parameterNorm', 'notFinite', 'skipped',
    ])
  })

  it('shows its training: parameters in one or several arrays, descent gradients the newest first, the mean fitness of its population', () => {
    const learner = learnerOf({ gradientHistory: 2 })
    const [first, second, third] = [1, 2, 3].map((steps) => {
      const context = learner.context(train(learner, steps).state)
      if (context === null) throw new RangeError('no context after a step')
      return context
    })
    expect(third).toMatchObject({ next: 'generation', changeable: ['step', 'epoch', 'rollout'], phaseUpdates: 0, rollouts: 3 })
    expect(third.layout).toEqual([{ name: 'parameters', shape: [third.parameters.length], offset: 0 }])
    expect([first, second, third].map(({ gradients }) => gradients.length)).toEqual([1, 2, 2])
    expect(third.gradients[1]).toEqual(second.gradients[0])
    // plain gradient descent, bit for bit
    expect(third.parameters).toEqual(second.parameters.map((value, i) => value - hyper.learningRate * third.gradients[0][i]))
    const finite = third.populationFitness.filter(Number.isFinite)
    const fitness = finite.reduce((sum, value) => sum + value, 0) / finite.length
    expect(third.lastRollout?.discountedReturn).toBeCloseTo(fitness, 12) // two orders of one sum of a few terms of order 1
    expect(third.lastRollout?.targetMean).toBe(third.lastRollout?.discountedReturn)
  })

  it('evaluates nothing when told so', () => {
    const learner = learnerOf({ evaluationEpisodes: 0 })
    const { state, reports } = train(learner, 1)
    expect(reports[0].episodes).toBe(6)
    expect(reports[0].metrics.policyReturn).toBeNaN()
    expect(learner.context(state)?.policyReturn).toBeNaN()
  })

  it('counts diverged simulations, and leaves the mean where nothing was measured', () => {
    const learner = learnerOf({}, envTask(false))
    const state = learner.init(foldIn(root, 0))
    const diverged: EpisodeOutcome = { kind: 'episode', fitness: NaN, envSteps: 1, terminated: true, truncated: false, unstable: true, moments: null }
    const [next, report] = learner.advance(foldIn(root, 5), state, new Array<Outcome>(7).fill(diverged), hyper)
    expect(report.unstable).toBe(7)
    expect(report.metrics).toMatchObject({ notFinite: 6, fitnessMean: NaN, gradientNorm: 0, updateNorm: 0 })
    expect(learner.policy(next).parameters).toEqual(learner.policy(state).parameters)
  })

  it('leaves mean and optimiser where the gradient overflows, and says so', () => {
    const learner = learnerOf({ shaping: { kind: 'raw' }, sampler: { kind: 'independent' }, optimiser: { kind: 'adam', ...adamDefaults } })
    const { state } = train(learner, 2)
    const huge = new Array<Outcome>(7).fill({ kind: 'problem', fitness: 1e308, envSteps: 1 })
    const [next, { metrics }] = learner.advance(foldIn(root, 5), state, huge, hyper)
    expect(metrics).toMatchObject({ skipped: 1, updateNorm: 0 })
    expect(next.strategy.mean).toEqual(state.strategy.mean)
    expect(next.strategy.optimiser).toEqual(state.strategy.optimiser)
    expect(next.strategy.generation).toBe(3)
  })

  it('refuses outcomes that do not answer its jobs', () => {
    const learner = learnerOf({})
    const state = learner.init(foldIn(root, 0))
    const jobs = learner.jobs(foldIn(root, 5), state, hyper)
    expect(() => learner.advance(foldIn(root, 5), state, jobs.slice(1).map(answer), hyper)).toThrow(/6 outcomes for 7 episodes/)
  })

  it('merges observation statistics in the order of the jobs, from the next generation on', () => {
    const learner = learnerOf({ momentsEvery: 2 }, envTask(true))
    const state = learner.init(foldIn(root, 0))
    const jobs = learner.jobs(foldIn(root, 5), state, hyper) as readonly EpisodeJob[]
    const outcomes = jobs.map(answer) as readonly EpisodeOutcome[]
    const [next] = learner.advance(foldIn(root, 5), state, outcomes, hyper)
    const seen = outcomes.flatMap(({ moments }) => (moments === null ? [] : [moments]))
    expect(seen.length).toBe(4)
    expect(jobs.every((job) => job.normaliser?.values[0] === 0)).toBe(true)
    expect(learner.policy(next).normaliser?.values).toEqual(mergeMoments(emptyMoments(2), seen))
    const later = learner.jobs(foldIn(root, 6), next, hyper) as readonly EpisodeJob[]
    expect(later.every((job) => job.normaliser?.digest === learner.policy(next).normaliser?.digest)).toBe(true)
  })
})

describe('probes', () => {
  const learner = learnerOf({}, envTask(true))
  const { state } = train(learner, 1)
  const probe = (p: Probe) => learner.probe(foldIn(root, 8), state, { sigma: 0.25, learningRate: 0 }, p) as readonly EpisodeJob[]

  it('of the policy are episodes of the mean with a key each', () => {
    const jobs = probe({ kind: 'policy', episodes: 4 })
    const plain = [null, learner.policy(state).parameters.digest, false]
    expect(jobs.map((job) => [job.noise, job.base.digest, job.collectMoments])).toEqual([plain, plain, plain, plain])
    expect(new Set(keysOf(jobs)).size).toBe(4)
    expect(jobs[0].normaliser).toEqual(learner.policy(state).normaliser)
  })

  it('of the population are fresh candidates under the given sigma', () => {
    const jobs = probe({ kind: 'population', episodes: 5, mirrored: false })
    expect(jobs.map((job) => job.noise?.scale)).toEqual(new Array(5).fill(0.25))
    const noise = jobs.map((job) => encodeKey((job.noise as { key: EpisodeJob['key'] }).key))
    expect(new Set([...noise, ...keysOf(jobs)]).size).toBe(10)
    const step = learner.jobs(foldIn(root, 9), state, hyper) as readonly EpisodeJob[]
    step.forEach((job) => job.noise !== null && expect(noise).not.toContain(encodeKey(job.noise.key)))
  })

  it('of mirrored populations share the noise of a pair', () => {
    const jobs = probe({ kind: 'population', episodes: 4, mirrored: true })
    expect(jobs.map((job) => job.noise?.scale)).toEqual([0.25, 0.25, -0.25, -0.25])
    expect(jobs[0].noise?.key).toEqual(jobs[2].noise?.key)
    expect(jobs[1].noise?.key).toEqual(jobs[3].noise?.key)
    expect(jobs[0].noise?.key).not.toEqual(jobs[1].noise?.key)
    expect(() => probe({ kind: 'population', episodes: 3, mirrored: true })).toThrow(RangeError)
  })
})

describe('a run', () => {
  it('from copies of its state is the same run, bit for bit', () => {
    for (const task of [problemTask, envTask(true)]) {
      const learner = learnerOf({ optimiser: { kind: 'adam', ...adamDefaults } }, task)
      const whole = train(learner, 6)
      const half = train(learner, 3)
      const resumed = train(learnerOf({ optimiser: { kind: 'adam', ...adamDefaults } }, task), 6, { state: structuredClone(half.state), step: 3 })
      expect(resumed.state).toEqual(whole.state)
      expect(resumed.reports).toEqual(whole.reports.slice(3))
    }
  })

  it.each<readonly [string, VanillaEsOptions, number]>([
    ['as the paper writes it, with raw fitness', { ...vanillaEsDefaults, shaping: { kind: 'raw' } }, 0.05],
    ['with the defaults', vanillaEsDefaults, 0.2],
    ['with Adam', { ...vanillaEsDefaults, optimiser: { kind: 'adam', ...adamDefaults } }, 0.2],
    ['with the settings of the BiERL program', bierlCodeVanillaEs, 0.2],
  ])('on a quadratic comes close to the optimum, %s', (_, options, distance) => {
    const learner = vanillaEs(options, infoOf(problemTask), reference)
    const { state } = train(learner, 500, null, startHyper(options))
    const mean = learner.policy(state).parameters.values
    // it starts at a distance of 3.1; what is left is the last steps' noise
    expect(Math.sqrt(-fitnessAt(mean))).toBeLessThan(distance)
  })
})

describe('options', () => {
  it('outside their ranges are rejected', () => {
    expect(() => learnerOf({ popsize: 7 })).toThrow(RangeError)
    expect(() => learnerOf({ divisor: 0 })).toThrow(RangeError)
    expect(() => learnerOf({ weightDecay: -1 })).toThrow(RangeError)
    expect(() => learnerOf({ evaluationEpisodes: -1 })).toThrow(RangeError)
    expect(() => learnerOf({ momentsEvery: 0 })).toThrow(RangeError)
  })
})
