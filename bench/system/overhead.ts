/**
 * The share of a generation that is not rollouts: noise, shaping, gradient, meta level, events, checkpoints.
 *
 * A real run of BiERL-PM over vanilla ES on HalfCheetah, in one thread and recorded on disk, with a meta update and a checkpoint in
 * every generation: more often than any preset asks. Rollouts are the time inside the execution of jobs, less the time in which
 * a job rebuilds its candidate's noise; everything else of the wall clock counts as overhead.
 *
 * *Source:* house goal for overhead. *Deviations:* none.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSimd } from '../../backends/simd/index.ts'
import { builtIn } from '../../src/cli/registry.ts'
import { codeVersion, versions } from '../../src/cli/versions.ts'
import type { Backend, Kernels } from '../../src/core/backend.ts'
import { invariant } from '../../src/core/invariant.ts'
import { rootKey } from '../../src/core/rng.ts'
import { openSite } from '../../src/experiment/executor.ts'
import { manifestOf } from '../../src/run/manifest.ts'
import { drive } from '../../src/shell/drive.ts'
import type { Executor } from '../../src/shell/evaluator.ts'
import { inProcess } from '../../src/shell/in-process.ts'
import { fromTheStart, openRecorder } from '../../src/shell/recorder.ts'
import { createRun } from '../../src/shell/run-directory.ts'
import { stopwatch } from '../../src/shell/telemetry.ts'
import { cheetahConfig, resolved, workplaceOf } from './cheetah.ts'
import type { Section } from './figure.ts'
import { measured, untargeted } from './figure.ts'
import { meter } from './meter.ts'

const popsize = 200

/** What the meters show at the end of a generation, in milliseconds. */
type Reading = Readonly<{ wall: number; jobs: number; noise: number; absorb: number; record: number }>

const difference = (after: Reading, before: Reading): Reading => ({
  wall: after.wall - before.wall,
  jobs: after.jobs - before.jobs,
  noise: after.noise - before.noise,
  absorb: after.absorb - before.absorb,
  record: after.record - before.record,
})

/** Measures `generations` of popsize 200, after one that warms up. */
export const overheadShare = async (generations = 3): Promise<Section> => {
  const outer = { kind: 'bierl-pm', interval: 1, metaFirst: true }
  const config = resolved(cheetahConfig(popsize, outer, generations + 1, { checkpoint: { every: 1, keep: 2 } }))
  const workplace = await workplaceOf(config, 0)
  const noise = meter()
  const jobs = meter()
  const simd = await openSimd()
  const perturb: Kernels['perturb'] = (...args) => noise.run(() => simd.kernels.perturb(...args))
  const backend: Backend = { ...simd, kernels: { ...simd.kernels, perturb } }
  const open = async (): Promise<Executor> => {
    const site = await openSite({ envs: builtIn.envs, problems: builtIn.problems, backend }, [config.task])
    return { execute: (job) => jobs.run(() => site.execute(job)), close: () => site.close() }
  }

  const folder = mkdtempSync(join(tmpdir(), 'bilevel-bench-'))
  const run = createRun(join(folder, 'run'), manifestOf({ config, codeVersion, versions: versions(), backend: simd, createdBy: null }))
  invariant(run._tag === 'Right', 'the run directory of the bench could not be made')
  const recorder = openRecorder(run.right, fromTheStart)
  invariant(recorder._tag === 'Right', 'the recorder of the bench could not be opened')
  const host = inProcess(open)
  const experiment = workplace.compose(config)
  const seconds = (): number => performance.now() / 1000
  const watch = stopwatch(0, seconds, () => 0)
  const parts = { evaluation: 0, absorb: 0, record: 0 }
  const readings: Reading[] = []
  const lap: typeof watch.lap = (...args) => {
    const line = watch.lap(...args)
    for (const part of ['evaluation', 'absorb', 'record'] as const) parts[part] += 1000 * line.seconds * line.share[part]
    readings.push({ wall: performance.now(), jobs: jobs.spent(), noise: noise.spent(), absorb: parts.absorb, record: parts.record })
    return line
  }
  const ended = await drive({
    experiment,
    state: experiment.init(rootKey(config.seed)),
    host,
    recorder: recorder.right,
    checkpointEvery: config.checkpoint.every,
    interruption: { requested: () => false, onRequest: () => undefined },
    watch: { ...watch, lap },
    onRound: () => true,
  })()
  invariant(ended._tag === 'Right', 'a run of the bench failed')
  await recorder.right.close()()
  await host.close()
  await workplace.close()
  rmSync(folder, { recursive: true, force: true })

  const laps = readings.slice(1).map((reading, i) => difference(reading, readings[i]))
  const share = (part: (lapOfOne: Reading) => number): readonly number[] => laps.map((each) => part(each) / each.wall)
  const figure = (what: string, part: (lapOfOne: Reading) => number, below: number | null = null) =>
    measured({ what, unit: 'share', rounds: share(part), target: below === null ? null : { below } })
  return {
    title: `Everything but rollouts at popsize ${popsize}`,
    remarks: [
      'Share of the wall clock of a generation of BiERL-PM over vanilla ES on HalfCheetah, network of width 32, one thread.',
      'A meta update and a checkpoint come with every generation: more often than any preset asks.',
    ],
    figures: [
      figure('everything but rollouts', ({ wall, jobs: executed, noise: drawn }) => wall - executed + drawn, 0.01),
      figure('of it: noise of the candidates', (each) => each.noise),
      figure('of it: update, meta level and next jobs', (each) => each.absorb),
      figure('of it: events and checkpoints', (each) => each.record),
      figure('of it: the rest (job loop, turns of the event loop)', ({ wall, jobs: executed, absorb, record }) => wall - executed - absorb - record),
      untargeted('generation', 's', laps.map(({ wall }) => wall / 1000)),
    ],
  }
}
