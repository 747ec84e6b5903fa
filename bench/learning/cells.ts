/**
 * Cells of a learning bench: many runs of the command line, each in its own directory, run in lanes and read again.
 *
 * A cell that is finished is left alone and an unfinished one is resumed, so a bench may be stopped and repeated. Runs are single-threaded
 * (`--workers 0`); a bench uses as many lanes as cores are free.
 *
 * *Source:* house rule 9 (a learning claim needs several seeds and an interval). *Deviations:* none.
 */
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isLeft } from 'fp-ts/lib/Either.js'
import type { Json } from '../../src/core/env.ts'
import type { TimeSpent } from '../../src/plot/time-spent.ts'
import { timeSpentOf } from '../../src/plot/time-spent.ts'
import type { Curve } from '../../src/run/curve.ts'
import { curveOfBest } from '../../src/run/curve.ts'
import { openRun, readEvents, readTelemetry } from '../../src/shell/run-directory.ts'

const main = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url))

/** One run: its place under the bench's directory, its config as a user would write it, and what to call it while it runs. */
export type LearningCell = Readonly<{ place: string; label: string; config: Json }>

/** A finished run: its curve (of the best member of a population), the digest of its event log, and the time that it took. */
export type FinishedCell = Readonly<{ curve: Curve; digest: string; time: TimeSpent | null }>

/** Trains or resumes one cell; resolves to its exit code. */
const runCell = (root: string, { place, config }: LearningCell): Promise<number> => {
  const directory = join(root, place)
  const file = `${directory}.json`
  mkdirSync(dirname(directory), { recursive: true })
  writeFileSync(file, `${JSON.stringify(config, null, 2)}\n`)
  const args = existsSync(join(directory, 'manifest.json')) ? ['resume', directory] : ['train', file, '--out', directory]
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [main, ...args, '--workers', '0'], { stdio: ['ignore', 'ignore', 'inherit'] })
    child.on('close', (code) => resolve(code ?? 1))
  })
}

/** Runs `cells` in order, `lanes` at a time, and prints a line for each. */
export const runCells = async (root: string, cells: readonly LearningCell[], lanes: number): Promise<void> => {
  const started = performance.now()
  let next = 0
  const lane = async (): Promise<void> => {
    while (next < cells.length) {
      const cell = cells[next++]
      const code = await runCell(root, cell)
      process.stdout.write(`${((performance.now() - started) / 60_000).toFixed(1)} min  ${cell.label}  exit ${code}\n`)
    }
  }
  await Promise.all(Array.from({ length: lanes }, lane))
}

/** The run of a cell, if it is there and finished. */
export const readCell = (root: string, place: string): FinishedCell | null => {
  const directory = join(root, place)
  if (!existsSync(join(directory, 'manifest.json'))) return null
  const run = openRun(directory)
  if (isLeft(run)) return null
  const log = readEvents(run.right)
  if (isLeft(log)) return null
  const curve = curveOfBest(log.right.events)
  const telemetry = readTelemetry(run.right)
  return curve.done ? { curve, digest: log.right.mark.chain, time: isLeft(telemetry) ? null : timeSpentOf(telemetry.right) } : null
}
