/**
 * What an iteration of each policy-gradient learner costs on HalfCheetah with its defaults, and where the time goes.
 *
 * An iteration is a rollout and all updates on it, in one thread, with the fixed outer level. Rollouts are the time in jobs; valuing them and
 * forming advantages, and the updates, are the two kinds of `advance`; the rest is the experiment around them. Recording is not in it:
 * `bench/learning` shows whole runs.
 *
 * *Source:* house goal for the cost of PPO. *Deviations:* none.
 */
import { openSimd } from '../../backends/simd/index.ts'
import { builtIn } from '../../src/cli/registry.ts'
import { rootKey } from '../../src/core/rng.ts'
import { experiment } from '../../src/experiment/compose.ts'
import { openSite } from '../../src/experiment/executor.ts'
import { taskInfo } from '../../src/experiment/task.ts'
import { learnerOf, outerOf } from '../../src/run/config.ts'
import type { AnyLearner } from '../../src/run/registry.ts'
import { resolved } from './cheetah.ts'
import type { Measured, Section } from './figure.ts'
import { untargeted } from './figure.ts'
import { meter } from './meter.ts'
import { cpuMs } from './processor-time.ts'

type Iteration = Readonly<{ wall: number; cpu: number; envSteps: number; rollouts: number; collecting: number; updating: number }>

const MILLION = 1e6

const iterations = async (kind: string, count: number, warmUp: number): Promise<readonly Iteration[]> => {
  const config = resolved({ name: 'bench', task: { kind: 'env', env: { id: 'HalfCheetah-v2' } }, learner: { kind }, outer: { kind: 'fixed' }, budget: { envSteps: MILLION } })
  const backend = await openSimd()
  const site = await openSite({ envs: builtIn.envs, problems: builtIn.problems, backend }, [config.task])
  const chosen = learnerOf(builtIn, config.learner)
  const level = outerOf(builtIn, config.outer)
  const built = chosen.entry.build({ settings: chosen.settings, task: taskInfo(config.task, site.opened(config.task)), backend })
  const meters = { rollouts: meter(), collecting: meter(), updating: meter() }
  const learner: AnyLearner = {
    ...built,
    advance: (key, state, outcomes, hyper) => (outcomes.length > 0 ? meters.collecting : meters.updating).run(() => built.advance(key, state, outcomes, hyper)),
  }
  const scheduler = level.entry.build({ settings: level.settings, learner: chosen.entry.facts(chosen.settings), backend })
  const machine = experiment({ learner, scheduler, budget: config.budget })
  const reading = () => ({ wall: performance.now(), cpu: cpuMs(), rollouts: meters.rollouts.spent(), collecting: meters.collecting.spent(), updating: meters.updating.spent() })
  const laps: Iteration[] = []
  let state = machine.init(rootKey('policy-gradient bench'))
  for (let lap = 0; lap < count + warmUp; lap++) {
    const before = reading()
    const stepsBefore = machine.progress(state).envSteps.total
    const outcomes = machine.jobs(state).map((job) => meters.rollouts.run(() => site.execute(job)))
    state = machine.absorb(state, outcomes)[0]
    const after = reading()
    if (lap < warmUp) continue
    laps.push({
      wall: after.wall - before.wall,
      cpu: after.cpu - before.cpu,
      envSteps: machine.progress(state).envSteps.total - stepsBefore,
      rollouts: after.rollouts - before.rollouts,
      collecting: after.collecting - before.collecting,
      updating: after.updating - before.updating,
    })
  }
  site.close()
  return laps
}

const figuresOf = (name: string, laps: readonly Iteration[]): readonly Measured[] => {
  const share = (part: (lap: Iteration) => number) => laps.map((lap) => part(lap) / lap.wall)
  return [
    untargeted(`${name}: a million env steps, by processor time`, 's', laps.map(({ cpu, envSteps }) => ((cpu / 1000) * MILLION) / envSteps)),
    untargeted(`${name}: rollouts`, 'share', share(({ rollouts }) => rollouts)),
    untargeted(`${name}: values and advantages`, 'share', share(({ collecting }) => collecting)),
    untargeted(`${name}: updates`, 'share', share(({ updating }) => updating)),
    untargeted(`${name}: the rest`, 'share', share(({ wall, rollouts, collecting, updating }) => wall - rollouts - collecting - updating)),
  ]
}

/** Measures `count` PPO iterations, and as many env steps of the others. */
export const policyGradientCost = async (count = 12): Promise<Section> => ({
  title: 'Policy gradients',
  remarks: ['HalfCheetah-v2, 64-64 policy and critic, each learner with its defaults, one thread, `simd` backend; shares of the wall clock.'],
  figures: [
    ...figuresOf('PPO', await iterations('ppo', count, 4)),
    ...figuresOf('A2C', await iterations('a2c', 20 * count, 80)),
    ...figuresOf('ACKTR', await iterations('acktr', 4 * count, 12)),
  ],
})
