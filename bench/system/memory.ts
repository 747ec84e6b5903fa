/**
 * Memory and checkpoints of a run by the command line: BiERL-PM over vanilla ES on HalfCheetah with two workers.
 *
 * The resident memory of a process contains its worker threads; its telemetry tells it after every generation, and the process says
 * on its way out what it held at most, the writing of the report included.
 *
 * *Source:* house goal for memory. *Deviations:* none.
 */
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { codeVersion } from '../../src/cli/versions.ts'
import { invariant } from '../../src/core/invariant.ts'
import { encodeCheckpoint } from '../../src/run/checkpoint.ts'
import type { StepTelemetry } from '../../src/run/record.ts'
import { writeAtomically } from '../../src/shell/atomic-file.ts'
import { latestCheckpoint, openRun, runFiles } from '../../src/shell/run-directory.ts'
import { cheetahConfig } from './cheetah.ts'
import { trainCommand } from './command.ts'
import type { Measured, Section } from './figure.ts'
import { measured, untargeted } from './figure.ts'

const popsize = 40
const MIB_IN_MB = 1.048576

const residentMB = (run: string): readonly number[] =>
  readFileSync(join(run, runFiles.telemetry), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Partial<StepTelemetry>)
    .flatMap(({ type, rssMiB }) => (type === 'step' && rssMiB !== undefined ? [MIB_IN_MB * rssMiB] : []))

const checkpointFigures = (path: string, folder: string): readonly Measured[] => {
  const run = openRun(path)
  invariant(run._tag === 'Right', 'the run of the bench cannot be opened')
  const latest = latestCheckpoint<unknown>(run.right, codeVersion)
  invariant(latest._tag === 'Right' && latest.right.checkpoint !== null && latest.right.file !== null, 'the run of the bench has no checkpoint')
  const { checkpoint, file } = latest.right
  const write = (): number => {
    const start = performance.now()
    const written = writeAtomically(join(folder, 'copy.ckpt'), encodeCheckpoint(checkpoint))
    invariant(written._tag === 'Right', 'a checkpoint of the bench could not be written')
    return performance.now() - start
  }
  write() // the first one compiles
  return [
    untargeted('checkpoint, size', 'kB', [statSync(file.path).size / 1000]),
    untargeted('checkpoint, encoded, written and flushed', 'ms', Array.from({ length: 15 }, write)),
  ]
}

/** Measures one run of `generations` with a meta update after every fifth. */
export const memoryOfRun = async (generations = 12): Promise<Section> => {
  const folder = mkdtempSync(join(tmpdir(), 'bilevel-bench-'))
  let path = ''
  const { peakMB } = await trainCommand(folder, cheetahConfig(popsize, { kind: 'bierl-pm' }, generations), 2, (run) => {
    path = run
  })
  const resident = residentMB(path)
  const figures = [
    measured({ what: 'resident memory while training, largest', unit: 'MB', rounds: [Math.max(...resident)], target: { below: 400 } }),
    untargeted('resident memory after each generation', 'MB', resident),
    measured({ what: 'peak of the whole command, report included', unit: 'MB', rounds: [peakMB], target: { below: 400 } }),
    ...checkpointFigures(path, folder),
  ]
  rmSync(folder, { recursive: true, force: true })
  return {
    title: 'Memory and checkpoints with two workers',
    remarks: [
      `One run of BiERL-PM over vanilla ES on HalfCheetah by the command line: popsize ${popsize}, ${generations} generations, two worker threads.`,
      'The resident memory of the process contains its threads.',
    ],
    figures,
  }
}
