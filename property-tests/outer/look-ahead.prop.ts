import { describe, expect, it } from 'vitest'
import { reference } from '../../backends/reference/index.ts'
import { parcel } from '../../src/core/digest.ts'
import type { HyperRecord } from '../../src/core/hyper.ts'
import type { Job, ProblemJob } from '../../src/core/job.ts'
import type { Problem } from '../../src/core/problem.ts'
import { normals } from '../../src/core/rng.ts'
import type { EsContext } from '../../src/es/context.ts'
import { bierlPmCode, bierlPmPaper } from '../../src/outer/bierl-pm.ts'
import type { BierlPmSettings } from '../../src/outer/bierl-pm.ts'
import { bierlPm } from '../../src/outer/bierl-pm.ts'
import { bierlNpm, bierlNpmCode, bierlNpmPaper } from '../../src/outer/bierl-npm.ts'
import type { BierlNpmSettings } from '../../src/outer/bierl-npm.ts'
import type { ProbeEvent } from '../../src/experiment/experiment.ts'
import type { Scheduler } from '../../src/outer/scheduler.ts'
import type { VanillaEsOptions } from '../../src/es/vanilla-es.ts'
import { vanillaEsDefaults } from '../../src/es/vanilla-es.ts'
import { runProblem } from './run-problem.ts'
import { tuningOf } from './tunings.ts'

/** f(x) = −Σ (x_i − 1)². */
const bowl: Problem = {
  id: 'bowl',
  dimension: 5,
  value: (_key, x) => -x.reduce((sum, v) => sum + (v - 1) * (v - 1), 0),
  gradient: (x) => x.map((v) => -2 * (v - 1)),
  optimum: () => ({ x: new Float64Array(5).fill(1), value: 0 }),
  initial: () => new Float64Array(5),
}
const n = 6
const m = 4
const l = 3
// Eq. 3 as written: independent noise, raw fitness, 1/(n · sigma)
const learner: VanillaEsOptions = {
  ...vanillaEsDefaults,
  popsize: n,
  sampler: { kind: 'independent' },
  shaping: { kind: 'raw' },
  evaluationEpisodes: 1,
}
const { tuning } = tuningOf('sigma and learningRate')
const paperPm: BierlPmSettings = { ...bierlPmPaper, hidden: 4, readout: 3, metaPopsize: m, lookAhead: { kind: 'one-step', repeats: l, episodes: 1 } }
const paperNpm: BierlNpmSettings = {
  ...bierlNpmPaper,
  lookAhead: { kind: 'one-step', repeats: l, episodes: 1 },
  guidedPoints: 1,
  search: { ...bierlNpmPaper.search, initialPoints: m, search: { candidates: 20, refinements: 1, maxIterations: 10 } },
}

const isProblem = (job: Job): job is ProblemJob => job.kind === 'problem'
const problemJobs = (jobs: readonly Job[]): readonly ProblemJob[] => jobs.filter(isProblem)
const run = <S>(scheduler: Scheduler<S, EsContext, HyperRecord>, steps: number) =>
  runProblem({ problem: bowl, learner, scheduler, steps, seed: 'look-ahead' })
const chunks = <T>(list: readonly T[], size: number): readonly (readonly T[])[] =>
  Array.from({ length: list.length / size }, (_, i) => list.slice(i * size, (i + 1) * size))

/** Eq. 4 by hand: θ̂ = θ + α/(n·sigma) Σ f(θ + sigma·εᵢ) εᵢ, from the jobs of one copy and their outcomes. */
const steppedByHand = (jobs: readonly ProblemJob[], fitness: readonly number[], { learningRate, sigma }: HyperRecord): Float64Array => {
  const theta = Float64Array.from(jobs[0].base.values)
  jobs.forEach(({ noise }, i) => {
    if (noise !== null) normals(noise.key, theta.length).forEach((epsilon, k) => (theta[k] += (learningRate / (n * sigma)) * fitness[i] * epsilon))
  })
  return theta
}

describe.each([
  ['BiERL-PM', () => run(bierlPm({ ...paperPm, tuning, popsize: n, initialParameters: null }, reference), 1)],
  ['BiERL-NPM', () => run(bierlNpm({ ...paperNpm, tuning }, reference), 1)],
])('the one-step look-ahead of %s (paper)', (_name, go) => {
  it('steps every copy with its own values and noise, and evaluates the policies that come out', async () => {
    const { rounds, events } = await go()
    const [stepping, evaluating] = rounds
    const probe = events.find((event): event is ProbeEvent => event.type === 'probe')
    if (probe === undefined) throw new Error('no trials')
    expect(probe.trials.length).toBe(m)
    const current = problemJobs(stepping.jobs)[0].base

    // first round: one full generation (n candidates and the unperturbed policy) for each of the m · l copies
    const copies = chunks(problemJobs(stepping.jobs), n + 1)
    expect(copies.length).toBe(m * l)
    copies.forEach((jobs, copy) => {
      const { hyper } = probe.trials[Math.floor(copy / l)]
      expect(jobs.map(({ noise }) => noise?.scale ?? 0)).toEqual([...new Array<number>(n).fill(hyper.sigma), 0])
      jobs.forEach(({ base }) => expect(base.digest).toBe(current.digest))
    })
    const noiseKeys = copies.flat().flatMap(({ noise }) => (noise === null ? [] : [JSON.stringify(noise.key)]))
    expect(new Set(noiseKeys).size).toBe(m * l * n)

    // second round: the policy of each copy after its step, unperturbed; all differ, from each other and from the current one
    const evaluations = problemJobs(evaluating.jobs)
    expect(evaluations.length).toBe(m * l)
    evaluations.forEach(({ noise }) => expect(noise).toBeNull())
    expect(new Set([current.digest, ...evaluations.map(({ base }) => base.digest)]).size).toBe(1 + m * l)
    evaluations.forEach(({ base }, copy) => {
      expect(base.digest).toBe(parcel(base.values).digest)
      const fitness = stepping.outcomes.slice(copy * (n + 1), (copy + 1) * (n + 1)).map((outcome) => outcome.fitness)
      const expected = steppedByHand(copies[copy], fitness, probe.trials[Math.floor(copy / l)].hyper)
      // absolute 1e-13: six terms of order 1 are summed and scaled in another order
      base.values.forEach((value, k) => expect(Math.abs(value - expected[k])).toBeLessThan(1e-13))
    })

    // Eq. 5 and 7: F is the mean over the repeats of the return of those policies
    chunks(evaluating.outcomes, l).forEach((outcomes, j) => {
      const F = outcomes.reduce((sum, { fitness }) => sum + fitness, 0) / l
      // absolute 1e-13: three terms of order 1
      expect(Math.abs(probe.trials[j].mean - F)).toBeLessThan(1e-13)
    })
  })

  it('leaves the learner where it was, and books every evaluation on the outer level', async () => {
    const { rounds, steps } = await go()
    const first = problemJobs(rounds[0].jobs)[0].base.digest
    const learned = rounds[rounds.length - 1]
    expect(problemJobs(learned.jobs)[0].base.digest).toBe(first)
    const trialJobs = rounds.slice(0, -1).reduce((sum, { jobs }) => sum + jobs.length, 0)
    expect(steps[0].envSteps).toEqual({ learner: n + 1, outer: trialJobs, total: trialJobs + n + 1 })
  })
})

describe("the trials of the authors' program", () => {
  it('evaluate fresh policies around the current one at the sigma of each candidate, without a step', async () => {
    const settings: BierlPmSettings = { ...bierlPmCode, hidden: 4, readout: 3, metaPopsize: m, interval: 2 }
    const { rounds, events } = await run(bierlPm({ ...settings, tuning, popsize: n, initialParameters: null }, reference), 3)
    const probe = events.find((event): event is ProbeEvent => event.type === 'probe')
    if (probe === undefined) throw new Error('no trials')
    const trials = rounds.find(({ jobs }) => jobs.length === m * 10)
    if (trials === undefined) throw new Error('no round of trials')
    const jobs = problemJobs(trials.jobs)
    expect(jobs.map(({ noise }) => noise?.scale)).toEqual(probe.trials.flatMap(({ hyper }) => new Array<number>(10).fill(hyper.sigma)))
    expect(new Set(jobs.map(({ base }) => base.digest)).size).toBe(1)
    expect(new Set(jobs.map(({ noise }) => JSON.stringify(noise?.key))).size).toBe(m * 10)
  })

  it('are one mirrored pair per point of a search', async () => {
    const settings: BierlNpmSettings = { ...bierlNpmCode, interval: 2, guidedPoints: 0, search: { ...bierlNpmCode.search, initialPoints: m } }
    const { rounds } = await run(bierlNpm({ ...settings, tuning }, reference), 3)
    const trials = rounds.find(({ jobs }) => jobs.length === m * 2)
    if (trials === undefined) throw new Error('no round of trials')
    chunks(problemJobs(trials.jobs), 2).forEach(([plus, minus]) => {
      expect(minus.noise?.key).toEqual(plus.noise?.key)
      expect(minus.noise?.scale).toBe(-(plus.noise?.scale ?? 0))
    })
  })
})
