/**
 * `reproduce`: a figure or table of a paper, run in resumable pieces and summed up with what the paper claims.
 *
 * ```
 * runs/reproduce/<study>/<arena>/<env steps>/<arm>/seed-<n>/   the runs
 * runs/reproduce/<study>/<study>.md, *.svg                     tables, findings, figures
 * ```
 * A finished run is left alone and an unfinished one continued, so the command may be stopped and repeated. By default an arena has a
 * reduced size, which every figure states.
 *
 * *Source:* none. *Deviations:* none.
 */
import { existsSync, mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { nearest } from '../core/nearest.ts'
import { resolveConfig } from '../run/config.ts'
import { curveOfBest } from '../run/curve.ts'
import { manifestOf } from '../run/manifest.ts'
import { epgtStudies } from '../run/studies/epgt.ts'
import type { ArmRuns, Study, StudyArena, StudyCell } from '../run/studies/study.ts'
import { cellsOf, extentOf } from '../run/studies/study.ts'
import { writeAtomically } from '../shell/atomic-file.ts'
import { createRun, openRun, readEvents, type RunDirectory } from '../shell/run-directory.ts'
import { interruption, type Interruption } from '../shell/signals.ts'
import type { Context } from './context.ts'
import type { Command, Failure } from './failure.ts'
import { badConfig, EXIT, failure, refused } from './failure.ts'
import { backendOf, builtIn } from './registry.ts'
import { runOne, type RunEnd } from './run-one.ts'
import { codeVersion, versions } from './versions.ts'
import { openWorkplace } from './workplace.ts'

/** Figures that no run here can make, by name, with the reason. */
const OUT_OF_REACH: Readonly<Record<string, string>> = {
  'epgt-fig9': 'Fig. 9 of EPGT (Atari) is out of reach: Atari games are not among the environments',
}

const studies: readonly Study[] = epgtStudies

/** `share` of the paper's env steps and number of `seeds`; null for the reduced ones of each arena. `arena` null means all. */
export type ReproduceOptions = Readonly<{ study: string; arena: string | null; share: number | null; seeds: number | null; out: string | null; workers: number }>

/** The run of a cell, made where it does not exist. */
const directoryOf = (context: Context, path: string, { config, label }: StudyCell): E.Either<Failure, RunDirectory> => {
  if (existsSync(join(path, 'manifest.json'))) return E.mapLeft(refused)(openRun(path))
  const resolved = resolveConfig(config, builtIn)
  if (E.isLeft(resolved)) return E.left(badConfig(label, resolved.left))
  const backend = backendOf(builtIn, resolved.right.backend)
  mkdirSync(dirname(path), { recursive: true })
  const manifest = manifestOf({ config: resolved.right, codeVersion, versions: versions(backend.packages), backend, createdBy: context.commandLine })
  return E.mapLeft(refused)(createRun(path, manifest))
}

/** Runs one cell to its end or to an interruption. */
const runCell = async (context: Context, root: string, cell: StudyCell, workers: number, stop: Interruption): Promise<E.Either<Failure, RunEnd>> => {
  const run = directoryOf(context, join(root, cell.place), cell)
  if (E.isLeft(run)) return run
  const opened = await openWorkplace(run.right.manifest.config, workers)
  if (E.isLeft(opened)) return opened
  try {
    const { terminal, position } = context
    return await runOne({ workplace: opened.right, run: run.right, label: cell.label, acceptPrevious: true, interruption: stop, terminal, position })
  } finally {
    await opened.right.close()
  }
}

/** The finished runs of an arena, by arm; of a population the member that ended highest. */
const readArena = (root: string, arena: StudyArena, cells: readonly StudyCell[]): readonly ArmRuns[] =>
  arena.arms.map(({ label }) => ({
    label,
    runs: cells.flatMap(({ arm, seed, place }): ArmRuns['runs'] => {
      const run = arm === label && existsSync(join(root, place, 'manifest.json')) ? openRun(join(root, place)) : null
      const log = run === null || E.isLeft(run) ? null : readEvents(run.right)
      if (log === null || E.isLeft(log)) return []
      const curve = curveOfBest(log.right.events)
      return curve.done ? [{ seed, curve, digest: log.right.mark.chain }] : []
    }),
  }))

const unknown = (name: string): Failure => {
  const names = [...studies.map((study) => study.name), ...Object.keys(OUT_OF_REACH)]
  const guess = nearest(name, names)
  return failure(EXIT.usage, `no study is named '${name}'${guess === null ? '' : `; did you mean '${guess}'?`}\n  there are ${names.join(', ')}`)
}

/** Runs a study, all arenas or one, and writes its page and figures. */
export const reproduce = (context: Context, { study: name, arena, share, seeds, out, workers }: ReproduceOptions): Command => async () => {
  if (name in OUT_OF_REACH) return E.left(failure(EXIT.usage, OUT_OF_REACH[name]))
  const study = studies.find((candidate) => candidate.name === name)
  if (study === undefined) return E.left(unknown(name))
  const arenas = study.arenas.filter((candidate) => arena === null || candidate.name === arena)
  if (arenas.length === 0) return E.left(failure(EXIT.usage, `${name} has no arena '${arena}'; there are ${study.arenas.map((each) => each.name).join(', ')}`))
  const root = out ?? join('runs', 'reproduce')
  const { terminal } = context
  const stop = interruption((signal) => terminal.note(`\n${signal}: writing a checkpoint (again: stop at once)`))
  try {
    for (const each of arenas) {
      for (const cell of cellsOf(study, each, extentOf(each, share, seeds))) {
        const ended = await runCell(context, root, cell, workers, stop)
        if (E.isLeft(ended)) return ended
        if (ended.right === 'interrupted') {
          terminal.note('interrupted; the same command continues')
          return E.right(EXIT.interrupted)
        }
      }
    }
  } finally {
    stop.dispose()
  }
  const { studyReport } = await import('../plot/study-report.ts') // drawing takes longer to load than everything else together
  const read = study.arenas.map((each) => {
    const extent = extentOf(each, share, seeds)
    return { arena: each, extent, arms: readArena(root, each, cellsOf(study, each, extent)) }
  })
  const { page, figures } = studyReport(study, read, `\`${['bilevel', ...context.commandLine].join(' ')}\``)
  const folder = join(root, study.name)
  for (const [file, text] of [[`${study.name}.md`, page] as const, ...figures.map((figure) => [`${figure.name}.svg`, figure.svg] as const)]) {
    const written = writeAtomically(join(folder, file), text)
    if (E.isLeft(written)) return E.left(refused(written.left))
  }
  terminal.print(page.trimEnd())
  terminal.print(context.show(join(folder, `${study.name}.md`)))
  return E.right(EXIT.ok)
}
