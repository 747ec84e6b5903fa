/**
 * The learning bench of EPGT: the studies of `src/run/studies/epgt.ts`, run in resumable cells.
 *
 *     npm run build && node dist/bench/learning/epgt.js run epgt-fig2 [--arena mountain-car] [--share 1] [--seeds 10] [--jobs 1]
 *     node dist/bench/learning/epgt.js summarise epgt-fig2 [--arena mountain-car] [--share 1] [--seeds 10] [--as NAME]
 *
 * Without `--share` and `--seeds` an arena has its reduced size. `--as` names page and figures of another size. `bilevel reproduce` runs the same studies for a user.
 *
 * *Source:* house rule 9 (a learning claim needs several seeds and an interval). *Deviations:* none.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { invariant } from '../../src/core/invariant.ts'
import type { ArenaRuns } from '../../src/plot/study-report.ts'
import { studyReport } from '../../src/plot/study-report.ts'
import { epgtStudies } from '../../src/run/studies/epgt.ts'
import type { StudyArena } from '../../src/run/studies/study.ts'
import { cellsOf, extentOf } from '../../src/run/studies/study.ts'
import { readCell, runCells } from './cells.ts'

const results = 'bench/results'

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    arena: { type: 'string' },
    share: { type: 'string' },
    seeds: { type: 'string' },
    as: { type: 'string' },
    jobs: { type: 'string', default: '1' },
    directory: { type: 'string', default: 'runs/bench-epgt' },
  },
})

const [command, name] = positionals
const study = epgtStudies.find((candidate) => candidate.name === name)
const asNumber = (text: string | undefined): number | null => (text === undefined ? null : Number(text))
const extent = (arena: StudyArena) => extentOf(arena, asNumber(values.share), asNumber(values.seeds))

const arenas = (study?.arenas ?? []).filter((arena) => values.arena === undefined || arena.name === values.arena)

const readArena = (arena: StudyArena): ArenaRuns => {
  invariant(study !== undefined, 'a study was named')
  const cells = cellsOf(study, arena, extent(arena)).flatMap(({ arm, seed, place }) => {
    const cell = readCell(values.directory, place)
    return cell === null ? [] : [{ arm, seed, ...cell }]
  })
  return { arena, extent: extent(arena), arms: arena.arms.map(({ label }) => ({ label, runs: cells.filter(({ arm }) => arm === label) })) }
}

const summarise = (): void => {
  invariant(study !== undefined, 'a study was named')
  const size = (['arena', 'share', 'seeds'] as const).flatMap((option) => (values[option] === undefined ? [] : [`--${option} ${values[option]}`]))
  const title = values.as ?? study.name
  const { page, figures, record } = studyReport({ ...study, name: title, arenas }, arenas.map(readArena), `\`${['node dist/bench/learning/epgt.js run', study.name, ...size].join(' ')}\``)
  mkdirSync(results, { recursive: true })
  figures.forEach((figure) => writeFileSync(join(results, `${figure.name}.svg`), figure.svg))
  writeFileSync(join(results, `${title}.md`), page)
  writeFileSync(join(results, `${title}.json`), `${JSON.stringify(record)}\n`)
  process.stdout.write(page)
}

if (study === undefined || arenas.length === 0 || (command !== 'run' && command !== 'summarise')) {
  const names = epgtStudies.map((each) => `${each.name} (${each.arenas.map((arena) => arena.name).join(', ')})`)
  process.stderr.write(`usage: epgt.js run|summarise STUDY [--arena NAME] [--share S] [--seeds N] [--as NAME] [--jobs N] [--directory DIR]\n${names.join('\n')}\n`)
  process.exitCode = 2
} else if (command === 'run') {
  await runCells(values.directory, arenas.flatMap((arena) => cellsOf(study, arena, extent(arena))), Number(values.jobs))
} else {
  summarise()
}
