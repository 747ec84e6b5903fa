/**
 * How an analytic problem becomes a registry entry: options checked against their defaults, arguments checked for their length.
 *
 * *Source:* house rule "arguments are rejected, not corrected". *Deviations:* none.
 */
import { type EnvOptions, resolveOptions } from '../../src/core/env-options.ts'
import type { Key } from '../../src/core/key.ts'
import type { Problem, ProblemEntry } from '../../src/core/problem.ts'
import { normals } from '../../src/core/rng.ts'

/** A problem but for its name. */
export type ProblemBody = Omit<Problem, 'id'>

/** The entry of a problem that `build` makes of its options; `build` throws a `RangeError` for values that make no sense. */
export const problemEntry = <T extends EnvOptions>(id: string, title: string, defaults: T, build: (options: T) => ProblemBody): ProblemEntry => ({
  id,
  title,
  options: defaults,
  open(given) {
    const body = build(resolveOptions(id, defaults, given))
    const checked = (x: Float64Array): Float64Array => {
      if (x.length !== body.dimension) throw new RangeError(`${id}: the vector has ${x.length} entries, expected ${body.dimension}`)
      return x
    }
    return {
      id,
      ...body,
      value: (key, x, time) => body.value(key, checked(x), time),
      gradient: (x, time) => body.gradient(checked(x), time),
    }
  },
})

/** Throws a `RangeError` with `what` unless `condition` holds. */
export const demand = (condition: boolean, what: string): void => {
  if (!condition) throw new RangeError(what)
}

/** Options of a problem that starts around (start, …, start), each entry scattered with standard deviation `spread`. */
export type StartOptions = Readonly<{ dimension: number; start: number; spread: number }>

/** Dimension and start vector from checked options; `smallest` is the least dimension that makes sense. */
export const startOf = ({ dimension, start, spread }: StartOptions, smallest = 1): Pick<ProblemBody, 'dimension' | 'initial'> => {
  demand(Number.isInteger(dimension) && dimension >= smallest, `dimension must be an integer of at least ${smallest}, received ${dimension}`)
  demand(spread >= 0, `spread must not be negative, received ${spread}`)
  return { dimension, initial: (key: Key) => normals(key, dimension).map((z) => start + spread * z) }
}

/** Σ term(x_i, i). */
export const sumOver = (x: Float64Array, term: (xi: number, i: number) => number): number => {
  let sum = 0
  for (let i = 0; i < x.length; i++) sum += term(x[i], i)
  return sum
}
