/**
 * The learning bench of BiERL: runs every cell of the plan (environment × arm × seed) by the command line, then writes curves,
 * figures and the table of verdicts.
 *
 *     npm run build && node dist/bench/learning/bierl.js run [--jobs 2] [--into runs/bench-bierl]
 *     node dist/bench/learning/bierl.js summarise [--from runs/bench-bierl]
 *
 * A cell that is finished is left alone and an unfinished one is resumed, so `run` may be stopped and repeated. Cells are run environment
 * by environment, arm by arm, all seeds of an arm before the next arm: what does not fit into the time is cut by arms, never
 * by seeds. Runs are single-threaded (`--workers 0`), `--jobs` of them at a time.
 *
 * *Source:* house rule 9 (a learning claim needs several seeds and an interval). *Deviations:* none.
 */
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import type { Arena, Arm } from './bierl-plan.ts'
import { arenas, arms, cellDirectory, configOf, seeds } from './bierl-plan.ts'
import { summarise } from './bierl-summary.ts'

const main = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url))

type Cell = Readonly<{ arena: Arena; arm: Arm; seed: number }>

const cells: readonly Cell[] = arenas.flatMap((arena) => arms.flatMap((arm) => seeds.map((seed) => ({ arena, arm, seed }))))

/** Trains or resumes one cell; resolves to its exit code. */
const runCell = (root: string, cell: Cell): Promise<number> => {
  const directory = cellDirectory(root, cell.arena, cell.arm, cell.seed)
  const config = `${directory}.json`
  mkdirSync(dirname(directory), { recursive: true })
  writeFileSync(config, `${JSON.stringify(configOf(cell.arena, cell.arm, cell.seed), null, 2)}\n`)
  const args = existsSync(join(directory, 'manifest.json')) ? ['resume', directory] : ['train', config, '--out', directory]
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [main, ...args, '--workers', '0'], { stdio: ['ignore', 'ignore', 'inherit'] })
    child.on('close', (code) => resolve(code ?? 1))
  })
}

const runAll = async (root: string, jobs: number): Promise<void> => {
  const started = performance.now()
  let next = 0
  const lane = async (): Promise<void> => {
    while (next < cells.length) {
      const cell = cells[next++]
      const code = await runCell(root, cell)
      const minutes = ((performance.now() - started) / 60_000).toFixed(1)
      process.stdout.write(`${minutes} min  ${cell.arena.env}  ${cell.arm.label}  seed ${cell.seed}  exit ${code}\n`)
    }
  }
  await Promise.all(Array.from({ length: jobs }, lane))
}

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    jobs: { type: 'string', default: '2' },
    into: { type: 'string', default: 'runs/bench-bierl' },
    from: { type: 'string', default: 'runs/bench-bierl' },
  },
})

switch (positionals[0]) {
  case 'run':
    await runAll(values.into, Number(values.jobs))
    break
  case 'summarise':
    summarise(values.from)
    break
  default:
    process.stderr.write('usage: bierl.js run [--jobs N] [--into DIR] | summarise [--from DIR]\n')
    process.exitCode = 2
}
