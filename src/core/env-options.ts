/**
 * Options of an environment: what was given, checked against the defaults and completed by them.
 *
 * A default fixes the kind of its option: a number, a boolean, a string, or a list (a range, for example) whose entries are
 * numbers or null, null meaning "no bound".
 *
 * *Source:* house rule "arguments are rejected, not corrected". *Deviations:* none.
 */
import type { Json } from './env.ts'
import { nearest } from './nearest.ts'

export type EnvOptions = Readonly<Record<string, Json>>

const describe = (value: Json): string =>
  Array.isArray(value) ? `a list of ${value.length} numbers (null for no bound)` : `a ${typeof value}`

const fits = (value: Json, fallback: Json): boolean => {
  if (Array.isArray(fallback)) {
    return Array.isArray(value) && value.length === fallback.length && value.every((entry) => entry === null || Number.isFinite(entry))
  }
  return typeof fallback === 'number' ? Number.isFinite(value) : typeof value === typeof fallback
}

/**
 * The options of environment `id`: `given` over `defaults`, in the order of `defaults`.
 * Throws one `RangeError` that names every unknown option (with the nearest known one) and every value of the wrong kind.
 */
export const resolveOptions = <T extends EnvOptions>(id: string, defaults: T, given: EnvOptions): T => {
  const names = Object.keys(defaults)
  const problems = Object.entries(given).flatMap(([name, value]) => {
    if (!names.includes(name)) {
      const hint = nearest(name, names)
      return [`unknown option "${name}"${hint === null ? ' (there are no options)' : `; did you mean "${hint}"?`}`]
    }
    return fits(value, defaults[name]) ? [] : [`option "${name}" must be ${describe(defaults[name])}, received ${JSON.stringify(value)}`]
  })
  if (problems.length > 0) throw new RangeError(`${id}: ${problems.join('; ')}`)
  return { ...defaults, ...given }
}

/** The option `timeLimit` of environment `id`: a positive integer number of steps, otherwise a `RangeError`. */
export const checkTimeLimit = (id: string, timeLimit: number): number => {
  if (!Number.isInteger(timeLimit) || timeLimit < 1) {
    throw new RangeError(`${id}: option "timeLimit" must be a positive integer, received ${timeLimit}`)
  }
  return timeLimit
}
