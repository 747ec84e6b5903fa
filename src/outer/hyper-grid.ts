/**
 * Joint hyper-actions: the values of several hyperparameters chosen by one number.
 *
 * Each axis of the grid is one hyperparameter with its levels. An action is a number in mixed radix whose digits are levels: axes in
 * alphabetical order of their names, the last one fastest, so that
 *
 *     action = (…(d₁ · n₂ + d₂) · n₃ + …) + d_D,   0 ≤ d_i < n_i
 *
 * Levels are given (`values`), or lie `around` a base b, which may itself move linearly: with q levels and scale c the multipliers of b are
 *
 *     1, then for i = 1 … q − 1:  1 + i/c and 1/(1 + i/c)   (2q − 1 values);  for c < 0 only 1/(1 + i/|c|)   (q values)
 *
 * Level 0 of `around` is the base. Integers are rounded to the nearest. All levels must lie inside the learner's range at every time.
 *
 * *Source:* Le et al. 2021, EPGT, arXiv 2112.01853, "Hyper-action"; the order of digits and the rule of multipliers are the authors' program's.
 * *Deviations:* 1. levels outside the learner's range are refused; the program hands them on.
 */
import type { HyperParameter, HyperRecord } from '../core/hyper.ts'
import { invariant } from '../core/invariant.ts'
import { didYouMean, refusal, rejectAll, type Refusal } from '../core/rejection.ts'
import type { Moment, Ramp } from './run-clock.ts'
import { rampAt } from './run-clock.ts'

/** Levels of one axis. `around`: `levels` is q ≥ 1, `scale` is c ≠ 0; `ramp` moves the base, null leaves it. */
export type AxisLevels =
  | Readonly<{ kind: 'values'; values: readonly number[] }>
  | Readonly<{ kind: 'around'; base: number; levels: number; scale: number; ramp: Ramp | null }>

/** Levels by name of the hyperparameter. */
export type GridAxes = Readonly<Record<string, AxisLevels>>

/** `space` is the learner's; `hyper` its own values, which stay in force for what the grid does not name. */
export type HyperGridOptions = Readonly<{ axes: GridAxes; space: Readonly<Record<string, HyperParameter>>; hyper: HyperRecord }>

export interface HyperGrid {
  /** Names of the axes, in the order of the digits. */
  readonly names: readonly string[]
  /** Number of levels of each axis. */
  readonly sizes: readonly number[]
  /** Number of joint actions, Π sizes. */
  readonly size: number
  /** The digits (levels) of an action, one per axis. */
  digitsOf(action: number): readonly number[]
  /** The action with these digits. */
  actionOf(digits: readonly number[]): number
  /** The values that one axis offers at `moment`, in the order of its levels. */
  valuesOf(axis: number, moment: Moment): readonly number[]
  /** All hyperparameters of the learner under `action` at `moment`. */
  hyperAt(action: number, moment: Moment): HyperRecord
}

/** The multipliers of a base, in the order of levels; q = `levels` ≥ 1, c = `scale` ≠ 0. */
export const multipliers = (levels: number, scale: number): readonly number[] => [
  1,
  ...Array.from({ length: levels - 1 }, (_, at) => 1 + (at + 1) / Math.abs(scale)).flatMap((grown) => (scale > 0 ? [grown, 1 / grown] : [1 / grown])),
]

const levelsAt = (levels: AxisLevels, kind: HyperParameter['kind'], moment: Moment): readonly number[] => {
  if (levels.kind === 'values') return levels.values
  const base = levels.ramp === null ? levels.base : rampAt(levels.base, levels.ramp, moment)
  return multipliers(levels.levels, levels.scale).map((factor) => (kind === 'integer' ? Math.round(factor * base) : factor * base))
}

const start: Moment = { steps: 0, envSteps: 0 }
const end: Moment = { steps: Infinity, envSteps: Infinity }

const ruleProblems = (name: string, levels: AxisLevels): readonly Refusal[] => {
  if (levels.kind === 'values') return levels.values.length > 0 ? [] : [refusal(`${name}.values`, 'at least one value', 'none')]
  const { levels: q, scale, ramp } = levels
  return [
    ...(Number.isInteger(q) && q >= 1 ? [] : [refusal(`${name}.levels`, 'a positive integer', q)]),
    ...(Number.isFinite(scale) && scale !== 0 ? [] : [refusal(`${name}.scale`, 'a number other than 0', scale)]),
    ...(ramp === null || ramp.length > 0 ? [] : [refusal(`${name}.ramp.length`, 'a positive number', ramp.length)]),
  ]
}

const valueProblems = (name: string, levels: AxisLevels, parameter: HyperParameter): readonly Refusal[] => {
  const { kind, low, high } = parameter
  const moments = levels.kind === 'around' && levels.ramp !== null ? [start, end] : [start] // a level is monotone in the base
  const outside = moments.flatMap((moment) =>
    levelsAt(levels, kind, moment)
      .filter((value) => !(value >= low && value <= high && (kind === 'continuous' || Number.isInteger(value))))
      .map((value) => refusal(name, `${kind === 'integer' ? 'integers' : 'levels'} from ${low} to ${high}`, value, `the admissible range of ${name}`)),
  )
  const first = levelsAt(levels, kind, start)
  const twice = first.find((value, i) => first.slice(0, i).includes(value))
  return [...outside, ...(twice === undefined ? [] : [refusal(name, 'levels that differ', `${twice} twice`)])]
}

/** Everything that is wrong with a grid over `space`, paths relative to the axes; empty means that it can be built. */
export const gridProblems = (axes: GridAxes, space: Readonly<Record<string, HyperParameter>>): readonly Refusal[] => {
  const known = Object.keys(space)
  if (Object.keys(axes).length === 0) return [refusal('', `levels for at least one of ${known.join(', ')}`, 'none')]
  return Object.entries(axes).flatMap(([name, levels]) => {
    if (!known.includes(name)) return [refusal(name, `one of ${known.join(', ')}`, name, didYouMean(name, known))]
    const rules = ruleProblems(name, levels)
    return rules.length > 0 ? rules : valueProblems(name, levels, space[name])
  })
}

/** The grid of `options`. Throws a `RangeError` that lists every one of `gridProblems`. */
export const hyperGrid = ({ axes, space, hyper }: HyperGridOptions): HyperGrid => {
  rejectAll('grid', gridProblems(axes, space))
  const names = Object.keys(axes).sort()
  const sizes = names.map((name) => levelsAt(axes[name], space[name].kind, start).length)
  const size = sizes.reduce((product, n) => product * n, 1)
  const valuesOf = (axis: number, moment: Moment): readonly number[] => levelsAt(axes[names[axis]], space[names[axis]].kind, moment)

  const digitsOf = (action: number): readonly number[] => {
    invariant(Number.isInteger(action) && action >= 0 && action < size, `action ${action} of a grid of ${size}`)
    let rest = action
    return sizes
      .toReversed()
      .map((n) => {
        const digit = rest % n
        rest = (rest - digit) / n
        return digit
      })
      .reverse()
  }

  return {
    names,
    sizes,
    size,
    digitsOf,
    actionOf: (digits) => {
      const fits = digits.length === sizes.length && digits.every((digit, i) => Number.isInteger(digit) && digit >= 0 && digit < sizes[i])
      invariant(fits, `digits ${digits.join(', ')} of a grid with levels ${sizes.join(', ')}`)
      return digits.reduce((action, digit, i) => action * sizes[i] + digit, 0)
    },
    valuesOf,
    hyperAt: (action, moment) => ({ ...hyper, ...Object.fromEntries(digitsOf(action).map((digit, i) => [names[i], valuesOf(i, moment)[digit]])) }),
  }
}
