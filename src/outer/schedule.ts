/**
 * Hyperparameters from a table: a recorded schedule played back, or one written by hand.
 *
 * A row takes effect before the step it names. Between rows its values are held, or moved linearly towards the next row;
 * the first row also serves the steps before it, and the last one every step after it.
 *
 * *Source:* house contract 4 (replay of a recorded schedule without its outer level).
 * *Deviations:* none.
 */
import type { HyperParameter, HyperRecord } from '../core/hyper.ts'
import { outside } from '../core/hyper.ts'
import type { Scheduler } from './scheduler.ts'

/** Values from step `step` (counted in finished learner steps) on. */
export type ScheduleRow = Readonly<{ step: number; hyper: HyperRecord }>

export type ScheduleOptions = Readonly<{
  /** At least one row, steps strictly ascending, every row naming the same hyperparameters. */
  rows: readonly ScheduleRow[]
  /** `hold` (the default) keeps a row until the next; `linear` moves towards it, integers rounded. */
  interpolation?: 'hold' | 'linear'
  /** The learner's space: rows are checked against it, and integers are known by it. Without it nothing is checked or rounded. */
  space?: Readonly<Record<string, HyperParameter>>
}>

/** Index of the row in force; −1 before the first proposal. */
export type ScheduleState = Readonly<{ row: number }>

/** Everything that is wrong with the rows, in words; empty means they can be played. */
const problemsOf = ({ rows, space }: ScheduleOptions): readonly string[] => {
  if (rows.length === 0) return ['it has no rows']
  const names = Object.keys(rows[0].hyper).sort().join(', ')
  return rows.flatMap(({ step, hyper }, i) => [
    ...(Number.isInteger(step) && step >= 0 ? [] : [`row ${i}: step ${step} is not a non-negative integer`]),
    ...(i === 0 || step > rows[i - 1].step ? [] : [`row ${i}: step ${step} does not come after step ${rows[i - 1].step}`]),
    ...(Object.keys(hyper).sort().join(', ') === names ? [] : [`row ${i} names ${Object.keys(hyper).sort().join(', ')} where row 0 names ${names}`]),
    ...Object.entries(hyper).flatMap(([name, value]) => (Number.isFinite(value) ? [] : [`row ${i}: ${name} = ${value}`])),
    ...(space === undefined ? [] : outside(space, hyper).map((name) => `row ${i}: ${name} = ${hyper[name]} lies outside the learner's space`)),
  ])
}

/**
 * Plays `rows`. Asks for no trials, so it costs no env step.
 *
 * Throws a `RangeError` that lists every problem of the rows: none at all, steps not ascending, other names than the first
 * row, values not finite or (where `space` is given) outside the space.
 */
export const schedule = (options: ScheduleOptions): Scheduler<ScheduleState, unknown, HyperRecord> => {
  const { rows, interpolation = 'hold', space = {} } = options
  const problems = problemsOf(options)
  if (problems.length > 0) throw new RangeError(`schedule: ${problems.join('; ')}`)

  const between = (from: ScheduleRow, to: ScheduleRow, step: number): HyperRecord => {
    const share = (step - from.step) / (to.step - from.step)
    return Object.fromEntries(
      Object.entries(from.hyper).map(([name, start]) => {
        const value = start + (to.hyper[name] - start) * share
        return [name, name in space && space[name].kind === 'integer' ? Math.round(value) : value]
      }),
    )
  }

  return {
    name: 'schedule',
    members: 1,
    needs: [],
    probes: [],
    init: () => ({ row: -1 }),
    propose: (_key, _state, step) => {
      const row = Math.max(0, rows.findLastIndex((candidate) => candidate.step <= step))
      const current = rows[row]
      const next = rows[row + 1]
      const moves = interpolation === 'linear' && next !== undefined && step > current.step
      return [{ kind: 'use', hyper: moves ? between(current, next, step) : current.hyper }, { row }]
    },
    observe: (_key, state) => state,
    describe: ({ row }) => ({ row }),
  }
}
