/**
 * Takes some generations of vanilla ES in this process and prints their milliseconds and the process's peak memory as JSON.
 *
 *     node dist/bench/system/generations.js '{"task": "sphere", "parameters": 5000, "popsize": 40, "generations": 3}'
 *
 * `sphere` is an analytic problem of that many parameters; `Pendulum-v1` has episodes of 200 steps and a 64-64 policy, whatever
 * `parameters` says. One more generation comes before the first that is timed.
 *
 * *Source:* none. *Deviations:* none.
 */
import { openSimd } from '../../backends/simd/index.ts'
import { builtIn } from '../../src/cli/registry.ts'
import type { Json } from '../../src/core/env.ts'
import { rootKey } from '../../src/core/rng.ts'
import { vanillaEs, vanillaEsDefaults } from '../../src/es/vanilla-es.ts'
import { experiment } from '../../src/experiment/compose.ts'
import { openSite } from '../../src/experiment/executor.ts'
import { taskInfo } from '../../src/experiment/task.ts'
import { fixed } from '../../src/outer/fixed.ts'
import { resolved } from './cheetah.ts'

/** What is measured. */
export type GenerationsSpec = Readonly<{ task: 'sphere' | 'Pendulum-v1'; parameters: number; popsize: number; generations: number }>

/** `evaluations` of one generation, with `envSteps` in all; an analytic problem counts one step per evaluation. */
export type GenerationsResult = Readonly<{ ms: readonly number[]; evaluations: number; envSteps: number; parameters: number; peakMB: number }>

const measure = async ({ task: id, parameters, popsize, generations }: GenerationsSpec): Promise<GenerationsResult> => {
  const given: Json =
    id === 'sphere'
      ? { kind: 'problem', problem: { id, options: { dimension: parameters } } }
      : { kind: 'env', env: { id }, policy: { hidden: [64, 64] } }
  const { task } = resolved({ task: given, learner: { kind: 'vanilla-es', popsize }, outer: { kind: 'fixed' }, budget: { steps: 1 } })
  const backend = await openSimd()
  const site = await openSite({ envs: builtIn.envs, problems: builtIn.problems, backend }, [task])
  const info = taskInfo(task, site.opened(task))
  const { sigma, learningRate } = vanillaEsDefaults
  const learner = vanillaEs({ ...vanillaEsDefaults, popsize }, info, backend)
  const run = experiment({ learner, scheduler: fixed({ hyper: { sigma, learningRate } }), budget: { envSteps: null, steps: generations + 1 } })
  let state = run.init(rootKey('generations'))
  const ms: number[] = []
  let evaluations = 0
  for (;;) {
    const start = performance.now()
    const jobs = run.jobs(state)
    if (jobs.length === 0) break
    const [next] = run.absorb(state, jobs.map((job) => site.execute(job)))
    ms.push(performance.now() - start)
    evaluations = jobs.length
    state = next
  }
  const { envSteps } = run.progress(state)
  site.close()
  return {
    ms: ms.slice(1),
    evaluations,
    envSteps: envSteps.total / ms.length,
    parameters: info.parameters,
    peakMB: (1024 * process.resourceUsage().maxRSS) / 1e6,
  }
}

process.stdout.write(JSON.stringify(await measure(JSON.parse(process.argv[2] ?? '{}') as GenerationsSpec)))
