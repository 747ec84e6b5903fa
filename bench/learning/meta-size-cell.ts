/**
 * One cell of the meta-size bench: BiERL-PM with a network of a given width follows the best sigma of a moving ring.
 *
 * The mean of the learner stands still at the origin (learning rate 0), so the sigma that maximises the smoothed fitness is known at
 * every generation (`envs/analytic/moving-ring.ts`). The error of a run is the mean of |log(sigma/sigma*)| after the burn-in.
 *
 * *Source:* Wang et al. 2023, BiERL, arXiv 2308.01207, Algorithm 1; sigma range of its program. *Deviations:* none.
 */
import { reference } from '../../backends/reference/index.ts'
import { movingRing, movingRingBestSigma, movingRingDefaults } from '../../envs/analytic/moving-ring.ts'
import { log } from '../../src/core/dmath.ts'
import type { HyperRecord, Tuning } from '../../src/core/hyper.ts'
import type { Task } from '../../src/core/job.ts'
import { rootKey } from '../../src/core/rng.ts'
import { mean } from '../../src/core/stats.ts'
import type { EsContext } from '../../src/es/context.ts'
import type { EsHyper } from '../../src/es/strategy.ts'
import { vanillaEs, vanillaEsDefaults } from '../../src/es/vanilla-es.ts'
import { experiment } from '../../src/experiment/compose.ts'
import { openSite } from '../../src/experiment/executor.ts'
import { taskInfo } from '../../src/experiment/task.ts'
import { bierlPm, bierlPmDefaults } from '../../src/outer/bierl-pm.ts'
import { fixed } from '../../src/outer/fixed.ts'
import { random } from '../../src/outer/random.ts'
import type { Scheduler } from '../../src/outer/scheduler.ts'

/** Generations, and how many of them are not counted in the error; one period of sigma* takes as many as there are generations. */
export const generations = 80
export const burnIn = 20
/** Meta updates come every second generation, each with ten perturbed networks, each scored by the mean of fifty evaluations. */
export const interval = 2
export const metaPopsize = 10
export const episodes = 50
const popsize = 40

/** `network`: BiERL-PM with an LSTM of width `hidden` and noise ω = `metaSigma`. The others are what it is measured against. */
export type Arm =
  | Readonly<{ kind: 'network'; hidden: number; metaSigma: number }>
  | Readonly<{ kind: 'fixed'; sigma: number }>
  | Readonly<{ kind: 'random' }>

export type CellSpec = Readonly<{ arm: Arm; seed: string }>

/** `error` after the burn-in, `parameters` of the network, meta updates made, evaluations of all kinds. */
export type CellResult = Readonly<{ error: number; parameters: number; metaUpdates: number; evaluations: number }>

/**
 * What a meta update costs: seconds of a processor that the outer level computes for one (its readings of the history until the
 * next one included), and the most memory that the process held, in MB.
 */
export type UpdateCost = Readonly<{ seconds: number; peakMB: number }>

const ring = { ...movingRingDefaults, period: generations }

const tuning: Tuning = {
  dimensions: [{ name: 'sigma', low: 0.02, high: 0.08, scale: 'linear', kind: 'continuous' }],
  fixed: { learningRate: 0 },
}

/** The scheduler of an arm; which state it has is its own business. */
const schedulerOf = (arm: Arm): Scheduler<unknown, EsContext, HyperRecord> => {
  if (arm.kind === 'fixed') return fixed({ hyper: { sigma: arm.sigma, learningRate: 0 } }) as Scheduler<unknown, EsContext, HyperRecord>
  if (arm.kind === 'random') return random({ tuning, interval }) as Scheduler<unknown, EsContext, HyperRecord>
  const { hidden, metaSigma } = arm
  const settings = {
    ...bierlPmDefaults,
    interval,
    hidden,
    metaPopsize,
    lookAhead: { kind: 'smoothed', episodes, mirrored: false } as const,
    metaSigma,
    metaLearningRate: metaSigma * metaSigma, // then the answer moves by a fixed share of its spread, whatever the noise and the width
  }
  return bierlPm({ ...settings, tuning, popsize, initialParameters: null }, reference) as Scheduler<unknown, EsContext, HyperRecord>
}

const processorSeconds = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

/** `scheduler` with the processor's seconds that it took so far. */
const timed = <S>(scheduler: Scheduler<S, EsContext, HyperRecord>) => {
  let spent = 0
  const clocked = <T>(work: () => T): T => {
    const start = processorSeconds()
    const result = work()
    spent += processorSeconds() - start
    return result
  }
  const clockedScheduler: Scheduler<S, EsContext, HyperRecord> = {
    ...scheduler,
    propose: (...args) => clocked(() => scheduler.propose(...args)),
    observe: (...args) => clocked(() => scheduler.observe(...args)),
  }
  return { scheduler: clockedScheduler, spent: () => spent }
}

const sizeOfNetwork = (state: unknown): number => {
  const { parameters } = state as Readonly<{ parameters?: Float64Array }>
  return parameters?.length ?? 0
}

/** Runs the first `steps` generations of a cell in this thread. */
const follow = async ({ arm, seed }: CellSpec, steps: number) => {
  const task: Task = { kind: 'problem', problem: { id: 'moving-ring', options: ring } }
  const site = await openSite({ envs: [], problems: [movingRing], backend: reference }, [task])
  const { scheduler, spent } = timed(schedulerOf(arm))
  const learner = vanillaEs({ ...vanillaEsDefaults, popsize, evaluationEpisodes: 0, learningRate: 0 }, taskInfo(task, site.opened(task)), reference)
  const run = experiment({
    learner,
    scheduler: scheduler as unknown as Scheduler<unknown, EsContext, EsHyper>, // the experiment checks that its values are in the learner's space
    budget: { envSteps: null, steps },
  })
  let state = run.init(rootKey(seed))
  const errors: number[] = []
  let evaluations = 0
  let metaUpdates = 0
  for (let jobs = run.jobs(state); jobs.length > 0; jobs = run.jobs(state)) {
    evaluations += jobs.length
    const [next, events] = run.absorb(state, jobs.map((job) => site.execute(job)))
    for (const event of events) {
      if (event.type === 'probe') metaUpdates++
      if (event.type === 'step') errors.push(Math.abs(log(event.applied.sigma / movingRingBestSigma(ring, event.step))))
    }
    state = next
  }
  site.close()
  return { errors, evaluations, metaUpdates, parameters: sizeOfNetwork(state.scheduler), seconds: spent() }
}

/** Runs one cell. */
export const runCell = async (spec: CellSpec): Promise<CellResult> => {
  const { errors, evaluations, metaUpdates, parameters } = await follow(spec, generations)
  return { error: mean(errors.slice(burnIn)), parameters, metaUpdates, evaluations }
}

/** Measures the cost of a meta update of `arm` over the first few of them; memory is the process's, so it should do nothing else. */
export const updateCost = async (arm: Arm): Promise<UpdateCost> => {
  const { seconds, metaUpdates } = await follow({ arm, seed: 'cost' }, 5 * interval)
  return { seconds: seconds / metaUpdates, peakMB: (1024 * process.resourceUsage().maxRSS) / 1e6 }
}
