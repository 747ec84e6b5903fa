/**
 * Problems of the wrappers of an environment that no schema of single settings can see.
 *
 * *Source:* house rule 8.1. *Deviations:* none.
 */
import type { EnvOptions } from '../core/env-options.ts'
import { under, type ConfigProblem } from './fault.ts'
import type { Registry } from './registry.ts'
import { isRecord, isRefused, soundPart } from './sound-part.ts'
import { wrapperSchema } from './task-schema.ts'

/** The problems of the wrappers of `task`, as a user wrote it; those that the schema tells are left to it. */
export const wrapperProblems = ({ wrappers }: Pick<Registry, 'wrappers'>, task: unknown): readonly ConfigProblem[] => {
  const written = isRecord(task) && isRecord(task.env) ? task.env.wrappers : undefined
  if (!Array.isArray(written)) return []
  const schema = wrapperSchema(wrappers)
  return written.flatMap((wrapper: unknown, i) => {
    const sound = soundPart<Readonly<{ kind: string }> & EnvOptions>(schema, wrapper)
    if (sound === null) return []
    const { kind, ...settings } = sound.value
    const problems = wrappers.find((entry) => entry.kind === kind)?.problems(settings) ?? []
    return under(`task.env.wrappers.${i}`, problems.filter(({ path }) => !isRefused(path, sound.replaced)))
  })
}
