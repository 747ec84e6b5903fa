/** Experiments on analytic problems to hold against the laws: one member under BiERL-PM, and a population that copies its best. */
import { problemEntries } from '../../envs/index.ts'
import { reference } from '../../backends/reference/index.ts'
import type { HyperRecord } from '../../src/core/hyper.ts'
import { invariant } from '../../src/core/invariant.ts'
import type { Task } from '../../src/core/job.ts'
import { foldIn, uniform } from '../../src/core/rng.ts'
import type { EsContext } from '../../src/es/context.ts'
import type { EsLearnerState } from '../../src/es/es-learner.ts'
import type { EsHyper } from '../../src/es/strategy.ts'
import type { VanillaEsState } from '../../src/es/vanilla-es.ts'
import { vanillaEs, vanillaEsDefaults } from '../../src/es/vanilla-es.ts'
import type { ExperimentState } from '../../src/experiment/compose.ts'
import { experiment } from '../../src/experiment/compose.ts'
import { openSite } from '../../src/experiment/executor.ts'
import { taskInfo } from '../../src/experiment/task.ts'
import { bierlPm, bierlPmDefaults } from '../../src/outer/bierl-pm.ts'
import type { Scheduler } from '../../src/outer/scheduler.ts'
import type { ExperimentSubject } from '../laws/experiment.ts'
import { tuningOf } from '../outer/tunings.ts'

type LearnerState = EsLearnerState<VanillaEsState>
export type Subject<U> = ExperimentSubject<ExperimentState<LearnerState, U>>

const task: Task = { kind: 'problem', problem: { id: 'noisy-sphere', options: { dimension: 4 } } }
const site = await openSite({ envs: [], problems: problemEntries, backend: reference }, [task])
const learner = vanillaEs({ ...vanillaEsDefaults, popsize: 6, learningRate: 0.1 }, taskInfo(task, site.opened(task)), reference)

/** `scheduler` over vanilla ES on a noisy sphere until `envSteps` evaluations are spent. */
export const subjectOf = <U>(scheduler: Scheduler<U, EsContext, HyperRecord>, envSteps = 400): Subject<U> => ({
  experiment: experiment<LearnerState, EsHyper, EsContext, U>({
    learner,
    scheduler: scheduler as unknown as Scheduler<U, EsContext, EsHyper>, // its records hold the names of the learner's space; the experiment checks it
    budget: { envSteps, steps: null },
  }),
  execute: (job) => site.execute(job),
})

/** BiERL-PM with one-step look-aheads: rounds of several stages. */
export const parametric = (): Subject<unknown> =>
  subjectOf(
    bierlPm(
      {
        ...bierlPmDefaults,
        interval: 2,
        metaPopsize: 4,
        hidden: 3,
        readout: 3,
        history: 3,
        lookAhead: { kind: 'one-step', repeats: 2, episodes: 1 },
        tuning: tuningOf('sigma and learningRate').tuning,
        popsize: 6,
        initialParameters: null,
      },
      reference,
    ) as Scheduler<unknown, EsContext, HyperRecord>,
  )

/** Last returns of the members; the worst copies the best every third step. */
export type Copying = Readonly<{ returns: readonly number[] }>

/** A population of `members` in which the worst member takes over the best one's learner with a new sigma. */
export const copying = (members: number): Scheduler<Copying, EsContext, HyperRecord> => {
  const drawn = (sigma: number): HyperRecord => ({ sigma, learningRate: 0.1 })
  return {
    name: 'copying',
    members,
    needs: ['population-fitness'],
    probes: [],
    init: () => ({ returns: [] }),
    propose: (key, state, step) => {
      const everyone = Array.from({ length: members }, (_, i) => i)
      if (step === 0) return [{ kind: 'members', changes: everyone.map((member) => ({ member, copyFrom: null, hyper: drawn(0.02 + 0.02 * member) })) }, state]
      if (step % 3 !== 0) return [{ kind: 'members', changes: [] }, state]
      const best = state.returns.indexOf(Math.max(...state.returns))
      const worst = state.returns.indexOf(Math.min(...state.returns))
      return [{ kind: 'members', changes: [{ member: worst, copyFrom: best, hyper: drawn(0.02 + 0.06 * uniform(foldIn(key, 0))) }] }, state]
    },
    observe: (_, state, feedback) => {
      invariant(feedback.kind === 'step', 'a population method asks for no trials')
      return { ...state, returns: feedback.members.map(({ metrics }) => metrics.policyReturn) }
    },
    describe: () => ({}),
  }
}
