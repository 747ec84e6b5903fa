/**
 * From the run directories of the learning bench to its results: thinned curves, figures, and a table of verdicts.
 *
 * The final return of a run is the mean of its last ten policy returns; an arm's is the IQM over seeds with a 95 % stratified
 * bootstrap interval. Verdicts follow `src/run/aggregate.ts`, which answers 'undecided' by itself below five seeds or
 * twenty meta updates. Cells that were not run, or not finished, are left out and named.
 *
 * *Source:* Agarwal et al. 2021, arXiv 2108.13264. *Deviations:* none.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Interval } from '../../src/core/stats.ts'
import { rootKey } from '../../src/core/rng.ts'
import { finalInterval, verdictOf } from '../../src/run/aggregate.ts'
import type { Curve } from '../../src/run/curve.ts'
import { finalReturn } from '../../src/run/curve.ts'
import { learningFigures } from './bierl-figures.ts'
import type { Arena, Arm } from './bierl-plan.ts'
import { arenas, arms, cellPlace, seeds } from './bierl-plan.ts'
import type { FinishedCell } from './cells.ts'
import { readCell } from './cells.ts'

const results = 'bench/results'

/** One finished run. */
export type Cell = FinishedCell & Readonly<{ seed: number }>

/** The finished runs of an arm, by seed. */
export type ArmCells = Readonly<{ arm: Arm; cells: readonly Cell[] }>

const cellOf = (root: string, arena: Arena, arm: Arm, seed: number): readonly Cell[] => {
  const cell = readCell(root, cellPlace(arena, arm, seed))
  return cell === null ? [] : [{ seed, ...cell }]
}

const thin = (values: Float64Array, most: number): readonly number[] => {
  const stride = Math.max(1, Math.ceil(values.length / most))
  return Array.from(values).filter((_, i) => i % stride === 0 || i === values.length - 1)
}

const rounded = (value: number): number => Number(value.toPrecision(6))

const cellRecord = ({ seed, curve, digest }: Cell) => ({
  seed,
  digest,
  finalReturn: rounded(finalReturn(curve)),
  envSteps: curve.spent,
  metaUpdates: curve.metaUpdates,
  generations: curve.step.length,
  curve: {
    envSteps: thin(curve.envSteps, 60),
    policyReturn: thin(curve.meanReturn, 60).map(rounded),
    sigma: thin(curve.hyper.sigma, 60).map(rounded),
  },
})

const number = (value: number): string => (Math.abs(value) >= 100 ? value.toFixed(0) : value.toFixed(1))
const interval = ({ estimate, low, high }: Interval): string => `${number(estimate)} [${number(low)}, ${number(high)}]`
const chance = ({ estimate, low, high }: Interval): string => `${estimate.toFixed(2)} [${low.toFixed(2)}, ${high.toFixed(2)}]`

const curvesOf = (cells: readonly Cell[]): readonly Curve[] => cells.map(({ curve }) => curve)

const armRow = ({ arm, cells }: ArmCells): string => {
  const curves = curvesOf(cells)
  const updates = curves.map(({ metaUpdates }) => metaUpdates).filter((value): value is number => value !== null)
  const outerShare = curves.reduce((sum, { spent }) => sum + spent.outer / spent.total, 0) / curves.length
  const sigma = curves.map(({ hyper }) => hyper.sigma.at(-1) ?? Number.NaN)
  return `| ${arm.label} | ${cells.length} | ${interval(finalInterval(rootKey('final'), curves))} | ${updates.length === 0 ? '–' : Math.min(...updates)} | ${(100 * outerShare).toFixed(0)} % | ${Math.min(...sigma).toFixed(3)} to ${Math.max(...sigma).toFixed(3)} |`
}

const verdictRow = (subject: ArmCells, rival: ArmCells): string => {
  const { verdict, improvement, reason } = verdictOf(rootKey('verdict'), curvesOf(subject.cells), curvesOf(rival.cells))
  return `| ${subject.arm.label} against ${rival.arm.label} | ${chance(improvement)} | **${verdict}**${reason === '' ? '' : ` (${reason})`} |`
}

const isAdaptive = ({ arm }: ArmCells): boolean => arm.label.startsWith('BiERL')

const arenaSection = (arena: Arena, found: readonly ArmCells[]): string => {
  const adaptive = found.filter(isAdaptive)
  const rivals = found.filter((candidate) => !isAdaptive(candidate))
  const missing = arms.filter((arm) => !found.some((candidate) => candidate.arm === arm)).map(({ label }) => label)
  return [
    `## ${arena.env}, ${(arena.envSteps / 1e6).toFixed(1)} M env steps`,
    '',
    `![return against env steps](learning-bierl-${arena.env}.svg)`,
    '',
    `![sigma against env steps](learning-bierl-${arena.env}-sigma.svg)`,
    '',
    '| arm | seeds | final return, IQM [95 %] | least meta updates | env steps of the outer level | last sigma |',
    '|---|---|---|---|---|---|',
    ...found.map(armRow),
    '',
    '| comparison | probability of improvement [95 %] | verdict |',
    '|---|---|---|',
    ...adaptive.flatMap((subject) => rivals.map((rival) => verdictRow(subject, rival))),
    ...(adaptive.length === 2 ? [verdictRow(adaptive[0], adaptive[1])] : []),
    '',
    ...(missing.length === 0 ? [] : [`Not run within the time: ${missing.join(', ')}.`, '']),
  ].join('\n')
}

/** Reads what lies under `root` and writes `bench/results/learning-bierl*`. */
export const summarise = (root: string): void => {
  mkdirSync(results, { recursive: true })
  const read = arenas.map((arena) => ({
    arena,
    found: arms.map((arm) => ({ arm, cells: seeds.flatMap((seed) => cellOf(root, arena, arm, seed)) })).filter(({ cells }) => cells.length > 0),
  }))
  const record = read.map(({ arena, found }) => ({ ...arena, arms: found.map(({ arm, cells }) => ({ ...arm, runs: cells.map(cellRecord) })) }))
  writeFileSync(join(results, 'learning-bierl.json'), `${JSON.stringify(record)}\n`)
  for (const { arena, found } of read.filter((entry) => entry.found.length > 0)) {
    for (const [name, svg] of learningFigures(arena, found)) writeFileSync(join(results, name), svg)
  }
  const text = [
    '# BiERL against fixed and random sigma at equal env steps',
    '',
    'Made by `node dist/bench/learning/bierl.js run` and `… summarise` (plan and sizes: `bench/learning/bierl-plan.ts`). Every env step counts, those of the meta level included.',
    'Final return of a run: mean of its last ten policy returns. Below 5 seeds or 20 meta updates a verdict is undecided by itself.',
    '',
    ...read.filter(({ found }) => found.length > 0).map(({ arena, found }) => arenaSection(arena, found)),
  ].join('\n')
  writeFileSync(join(results, 'learning-bierl.md'), text)
  process.stdout.write(text)
}
