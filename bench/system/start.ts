/**
 * How long it takes until something happens: the command line to its first generation, an environment until it can be stepped.
 *
 * Every round is a process of its own; files may lie in the page cache of the system.
 *
 * *Source:* none. *Deviations:* none.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runFiles } from '../../src/shell/run-directory.ts'
import { cheetahConfig } from './cheetah.ts'
import { scriptResult, trainCommand } from './command.ts'
import type { Measured, Section } from './figure.ts'
import { untargeted } from './figure.ts'

const POLL_MS = 2

const contentOf = (file: string): string => (existsSync(file) ? readFileSync(file, 'utf8') : '')

/** Seconds from the start of the process until the run asks for its first jobs, and until its first generation is recorded. */
type StartTimes = Readonly<{ jobs: number; generation: number }>

const firstGeneration = async (workers: number): Promise<StartTimes> => {
  const folder = mkdtempSync(join(tmpdir(), 'bilevel-bench-'))
  const start = performance.now()
  const since = (): number => (performance.now() - start) / 1000
  let jobs = Number.NaN
  let generation = Number.NaN
  let timer: NodeJS.Timeout | undefined
  const config = cheetahConfig(2, { kind: 'fixed' }, 1)
  await trainCommand(folder, config, workers, (run) => {
    timer = setInterval(() => {
      if (Number.isNaN(jobs) && contentOf(join(run, runFiles.telemetry)).includes('"session"')) jobs = since()
      if (Number.isNaN(generation) && contentOf(join(run, runFiles.events)).includes('\n')) generation = since()
    }, POLL_MS)
  })
  clearInterval(timer)
  rmSync(folder, { recursive: true, force: true })
  return { jobs, generation }
}

const openFigures = async (id: string, rounds: number): Promise<readonly Measured[]> => {
  const times: (readonly number[])[] = []
  for (let i = 0; i < rounds; i++) times.push((await scriptResult(new URL('./open-env.js', import.meta.url), [id])) as readonly number[])
  return [
    untargeted(`${id}, opened first in a process`, 'ms', times.map(([first]) => first)),
    untargeted(`${id}, opened again`, 'ms', times.flatMap(([, ...again]) => again)),
  ]
}

/** Measures `rounds` cold starts without workers and with two, and three environments of different engines. */
export const startTimes = async (rounds = 5): Promise<Section> => {
  const starts: StartTimes[] = []
  const inThread: StartTimes[] = []
  for (let i = 0; i < rounds; i++) {
    inThread.push(await firstGeneration(0))
    starts.push(await firstGeneration(2))
  }
  const environments: Measured[] = []
  for (const id of ['HalfCheetah-v5', 'LunarLanderContinuous-v3', 'Pendulum-v1']) environments.push(...(await openFigures(id, 3)))
  return {
    title: 'Start',
    remarks: ['HalfCheetah, popsize 2 and one evaluation episode: 3000 control steps are in the first generation.'],
    figures: [
      untargeted('command line to its first jobs', 's', [...inThread, ...starts].map(({ jobs }) => jobs)),
      untargeted('command line to its first generation, no workers', 's', inThread.map(({ generation }) => generation)),
      untargeted('command line to its first generation, two workers', 's', starts.map(({ generation }) => generation)),
      ...environments,
    ],
  }
}
