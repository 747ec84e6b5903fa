/**
 * The part of an outer level's settings that says which joint values it chooses from.
 *
 * *Source:* `src/outer/hyper-grid.ts`; the default is the grid of Le et al. 2021, EPGT, arXiv 2112.01853, for a learning rate: the learner's own
 * value, twice and half of it. *Deviations:* none.
 */
import { z } from 'zod'
import type { AxisLevels, GridAxes, HyperGrid } from '../outer/hyper-grid.ts'
import { gridProblems as axesProblems, hyperGrid } from '../outer/hyper-grid.ts'
import { configProblem, type ConfigProblem } from './fault.ts'
import type { LearnerFacts } from './registry.ts'

/** Schema of a linear move: `to`, and after how many env steps or learner steps it is there. */
export const rampSchema = z.strictObject({
  to: z.number().describe('value at the end'),
  over: z.enum(['env-steps', 'steps']).default('env-steps').describe('what the length counts: env steps of the learner, or its steps'),
  length: z.number().positive().describe('after how many of them the end is reached'),
})

const axisSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('values').describe('these values'), values: z.array(z.number()).min(1) }),
  z.strictObject({ kind: z.literal('declared').describe('the levels that the learner declares') }),
  z.strictObject({
    kind: z.literal('around').describe('a base, and multiples of it: 1, 1 + i/c and 1/(1 + i/c) for i below q'),
    base: z.number().nullable().default(null).describe("null: the learner's own value"),
    levels: z.int().positive().default(2).describe('q'),
    scale: z.number().default(1).describe('c; below 0 only the multiples below 1'),
    ramp: rampSchema.nullable().default(null).describe('a linear move of the base'),
  }),
])

/** Settings of `grid`: levels for each hyperparameter that the outer level chooses. */
export type Grid = Readonly<Record<string, z.infer<typeof axisSchema>>>

/** The schema of `grid`; the learning rate, twice and half of it, where nothing is said. */
export const gridSchema = z
  .record(z.string(), axisSchema)
  .default({ learningRate: { kind: 'around', base: null, levels: 2, scale: 1, ramp: null } })
  .describe('hyperparameters that are chosen, each with its levels')

const levelsOf = (name: string, axis: Grid[string], { space, hyper }: LearnerFacts): AxisLevels => {
  if (axis.kind === 'around') return { ...axis, base: axis.base ?? hyper[name] }
  return axis.kind === 'values' ? axis : { kind: 'values', values: space[name]?.levels ?? [] }
}

const axesOf = (grid: Grid, learner: LearnerFacts): GridAxes =>
  Object.fromEntries(Object.entries(grid).map(([name, axis]) => [name, levelsOf(name, axis, learner)]))

/** Problems of `grid` against the learner whose values it chooses. */
export const gridProblems = (grid: Grid, learner: LearnerFacts): readonly ConfigProblem[] =>
  axesProblems(axesOf(grid, learner), learner.space).map(({ path, expected, received, hint }) => {
    const undeclared = path.endsWith('.values') && grid[path.slice(0, -'.values'.length)]?.kind === 'declared'
    return configProblem(path === '' ? 'grid' : `grid.${path}`, expected, received, undeclared ? 'the learner declares no levels for it; name values' : hint)
  })

/** The grid over the hyperparameters of `learner`. */
export const gridOf = (grid: Grid, learner: LearnerFacts): HyperGrid =>
  hyperGrid({ axes: axesOf(grid, learner), space: learner.space, hyper: learner.hyper })
