/**
 * The sound part of a tagged choice in which some fields are wrong, so that checks across fields can look at the rest.
 *
 * *Source:* house rule 8.1 (decoding collects all problems). *Deviations:* none.
 */
import type { z } from 'zod'

/** Named values as a user wrote them. */
export type Input = Readonly<Record<string, unknown>>

/** Whether `value` can hold named values. */
export const isRecord = (value: unknown): value is Input => typeof value === 'object' && value !== null

/** What the schema makes of a choice, with defaults in place of the fields that are wrong; these are named. */
export type Sound<T> = Readonly<{ value: T; replaced: readonly string[] }>

/** The sound part of `input`; null where the wrong fields cannot be left out. `T` is what `schema` answers. */
export const soundPart = <T>(schema: z.ZodType, input: unknown): Sound<T> | null => {
  const parsed = schema.safeParse(input)
  if (parsed.success) return { value: parsed.data as T, replaced: [] }
  if (!isRecord(input)) return null
  const replaced = parsed.error.issues.flatMap((issue) =>
    issue.path.length > 0 ? [String(issue.path[0])] : issue.code === 'unrecognized_keys' ? issue.keys : [],
  )
  const again = schema.safeParse(Object.fromEntries(Object.entries(input).filter(([name]) => !replaced.includes(name))))
  return again.success ? { value: again.data as T, replaced } : null
}

/** Whether `path` is one of `refused` fields or lies below one: the schema has told of it. */
export const isRefused = (path: string, refused: readonly string[]): boolean => refused.some((name) => path === name || path.startsWith(`${name}.`))
