/** Runs an outer level over vanilla ES on an analytic problem, in this thread, and keeps what happened. */
import { reference } from '../../backends/reference/index.ts'
import type { HyperRecord } from '../../src/core/hyper.ts'
import type { Job, Outcome, Task } from '../../src/core/job.ts'
import type { Problem } from '../../src/core/problem.ts'
import { rootKey } from '../../src/core/rng.ts'
import type { EsContext } from '../../src/es/context.ts'
import type { EsHyper } from '../../src/es/strategy.ts'
import type { VanillaEsOptions } from '../../src/es/vanilla-es.ts'
import { vanillaEs } from '../../src/es/vanilla-es.ts'
import type { ExperimentEvent, StepEvent } from '../../src/experiment/experiment.ts'
import { experiment } from '../../src/experiment/compose.ts'
import { openSite } from '../../src/experiment/executor.ts'
import { taskInfo } from '../../src/experiment/task.ts'
import type { Scheduler } from '../../src/outer/scheduler.ts'

/** `scheduler` drives vanilla ES with `learner` on `problem` for `steps` generations; `seed` roots all randomness. */
export type ProblemRun<S> = Readonly<{
  problem: Problem
  learner: VanillaEsOptions
  scheduler: Scheduler<S, EsContext, HyperRecord>
  steps: number
  seed: string | number
}>

type Round = Readonly<{ jobs: readonly Job[]; outcomes: readonly Outcome[] }>

/** Everything that happened: the events, and every round of jobs with its outcomes. */
export type ProblemHistory = Readonly<{ events: readonly ExperimentEvent[]; steps: readonly StepEvent[]; rounds: readonly Round[] }>

export const runProblem = async <S>({ problem, learner, scheduler, steps, seed }: ProblemRun<S>): Promise<ProblemHistory> => {
  const task: Task = { kind: 'problem', problem: { id: problem.id, options: {} } }
  const entry = { id: problem.id, title: problem.id, options: {}, open: () => problem }
  const site = await openSite({ envs: [], problems: [entry], backend: reference }, [task])
  const es = vanillaEs(learner, taskInfo(task, site.opened(task)), reference)
  const run = experiment<Parameters<typeof es.advance>[1], EsHyper, EsContext, S>({
    learner: es,
    scheduler: scheduler as unknown as Scheduler<S, EsContext, EsHyper>, // its records hold what the learner's space names; the experiment checks it
    budget: { envSteps: null, steps },
  })
  const events: ExperimentEvent[] = []
  const rounds: Round[] = []
  let state = run.init(rootKey(seed))
  for (;;) {
    const jobs = run.jobs(state)
    if (jobs.length === 0) break
    const outcomes = jobs.map((job) => site.execute(job))
    const [next, happened] = run.absorb(state, outcomes)
    rounds.push({ jobs, outcomes })
    events.push(...happened)
    state = next
  }
  site.close()
  return { events, steps: events.filter((event): event is StepEvent => event.type === 'step'), rounds }
}
