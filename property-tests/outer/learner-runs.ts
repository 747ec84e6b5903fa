/** Runs that a config describes over small environments, in this thread, for tests of outer levels on real learners. */
import { envEntries, problemEntries, wrapperEntries } from '../../envs/index.ts'
import { reference, referenceEntry } from '../../backends/reference/index.ts'
import type { StepEvent } from '../../src/experiment/experiment.ts'
import { openSite } from '../../src/experiment/executor.ts'
import { composeRun } from '../../src/run/compose-run.ts'
import { resolveConfig } from '../../src/run/config.ts'
import { learnerEntries } from '../../src/run/learners.ts'
import { outerEntries } from '../../src/run/outers.ts'
import type { Registry } from '../../src/run/registry.ts'
import type { ExperimentSubject, Trace } from '../laws/experiment.ts'
import { runToEnd } from '../laws/experiment.ts'

const registry: Registry = { learners: learnerEntries, outers: outerEntries, envs: envEntries, families: [], wrappers: wrapperEntries, problems: problemEntries, backends: [referenceEntry], presets: [] }

/** A config on Pendulum with a small policy, unless it says otherwise. */
export type Written = Readonly<{ learner: object; outer: object; budget: object; task?: object }>

const pendulum = { kind: 'env', env: { id: 'Pendulum-v1' }, policy: { hidden: [4] } }

/** The experiment of a config, and what executes its jobs. Throws where the config has problems. */
export const runOf = async (written: Written): Promise<ExperimentSubject<unknown>> => {
  const resolved = resolveConfig({ task: pendulum, ...written }, registry)
  if (resolved._tag === 'Left') throw new Error(JSON.stringify(resolved.left, null, 2))
  const config = resolved.right
  const site = await openSite({ envs: envEntries, wrappers: wrapperEntries, problems: problemEntries, backend: reference }, [config.task])
  return { experiment: composeRun(registry, reference, site.opened(config.task), config), execute: (job) => site.execute(job) }
}

/** The problems of a config, one line each; empty where it is sound. */
export const problemsOf = (written: Written): readonly string[] => {
  const resolved = resolveConfig({ task: pendulum, ...written }, registry)
  return resolved._tag === 'Right' ? [] : resolved.left.map(({ path, expected, received, hint }) => `${path}: expected ${expected}, received ${received}; ${hint}`)
}

/** Everything that a run of a config did. */
export const traceOf = async (written: Written): Promise<Trace<unknown>> => runToEnd(await runOf(written), 7)

/** The steps of a run of a config that are in its record. */
export const stepsOf = async (written: Written): Promise<readonly StepEvent[]> =>
  (await traceOf(written)).events.filter((event): event is StepEvent => event.type === 'step')
