/**
 * The learning bench of BiERL: runs every cell of the plan (environment × arm × seed) by the command line, then writes curves,
 * figures and the table of verdicts.
 *
 *     npm run build && node dist/bench/learning/bierl.js run [--jobs 2] [--into runs/bench-bierl]
 *     node dist/bench/learning/bierl.js summarise [--from runs/bench-bierl]
 *
 * Cells are run environment by environment, arm by arm, all seeds of an arm before the next arm: what does not fit into the
 * time is cut by arms, never by seeds. `cells.ts` says how they are run; `--jobs` of them at a time.
 *
 * *Source:* house rule 9 (a learning claim needs several seeds and an interval). *Deviations:* none.
 */
import { parseArgs } from 'node:util'
import { arenas, arms, cellPlace, configOf, seeds } from './bierl-plan.ts'
import { summarise } from './bierl-summary.ts'
import type { LearningCell } from './cells.ts'
import { runCells } from './cells.ts'

const cells: readonly LearningCell[] = arenas.flatMap((arena) =>
  arms.flatMap((arm) =>
    seeds.map((seed) => ({ place: cellPlace(arena, arm, seed), label: `${arena.env}  ${arm.label}  seed ${seed}`, config: configOf(arena, arm, seed) })),
  ),
)

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
    await runCells(values.into, cells, Number(values.jobs))
    break
  case 'summarise':
    summarise(values.from)
    break
  default:
    process.stderr.write('usage: bierl.js run [--jobs N] [--into DIR] | summarise [--from DIR]\n')
    process.exitCode = 2
}
