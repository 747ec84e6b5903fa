/**
 * Figures of the learning bench: returns and sigma against env steps, one colour per arm.
 *
 * *Source:* `src/plot`. *Deviations:* none.
 */
import { learningCurves } from '../../src/plot/learning-curves.ts'
import type { SeedGroup } from '../../src/plot/series.ts'
import type { Arena } from './bierl-plan.ts'
import type { ArmCells } from './bierl-summary.ts'

const groupsOf = (found: readonly ArmCells[], pick: (cell: ArmCells['cells'][number]) => Float64Array): readonly SeedGroup[] =>
  found.map(({ arm, cells }) => ({
    label: arm.label,
    runs: cells.map((cell) => ({
      seed: cell.seed,
      points: Array.from(pick(cell), (value, i) => ({ envSteps: cell.curve.envSteps[i], value })),
    })),
  }))

/** File names and SVG texts of one environment. */
export const learningFigures = (arena: Arena, found: readonly ArmCells[]): readonly (readonly [string, string])[] => [
  [`learning-bierl-${arena.env}.svg`, learningCurves(groupsOf(found, ({ curve }) => curve.meanReturn), { title: `${arena.env}: return of the policy`, points: 61 })],
  [
    `learning-bierl-${arena.env}-sigma.svg`,
    learningCurves(groupsOf(found, ({ curve }) => curve.hyper.sigma), { title: `${arena.env}: sigma`, valueLabel: 'sigma', points: 61, height: 300 }),
  ],
]
