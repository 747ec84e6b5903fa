/**
 * `check`: the environments of a module against the laws of environments, before anything is trained on them.
 *
 * *Source:* none; the checks are those of `core/check-env.ts`. *Deviations:* none.
 */
import * as E from 'fp-ts/lib/Either.js'
import { checkEnv } from '../core/check-env.ts'
import type { Finding } from '../core/check-env.ts'
import { environmentLaws } from '../core/env-laws.ts'
import type { EnvEntry } from '../core/env.ts'
import { nearest } from '../core/nearest.ts'
import { rootKey } from '../core/rng.ts'
import { reasonOf } from '../shell/evaluator.ts'
import type { Context } from './context.ts'
import { EXIT, failure } from './failure.ts'
import type { Command, Failure } from './failure.ts'
import { builtIn } from './registry.ts'
import { loadModules } from './source.ts'

/** `ids` empty: every environment that the module adds. */
export type CheckOptions = Readonly<{ module: string; ids: readonly string[]; seed: string }>

/** The entries of a module that were asked for. */
const chosen = (module: string, entries: readonly EnvEntry[], ids: readonly string[]): E.Either<Failure, readonly EnvEntry[]> => {
  const names = entries.map(({ id }) => id)
  if (names.length === 0) return E.left(failure(EXIT.usage, `${module} adds no environment: expected 'export const bilevel = { envs: [...] }'`))
  const unknown = ids.filter((id) => !names.includes(id))
  if (unknown.length > 0) {
    const lines = unknown.map((id) => `${module} has no environment '${id}'; did you mean '${nearest(id, names)}'?`)
    return E.left(failure(EXIT.usage, lines.join('\n')))
  }
  return E.right(ids.length === 0 ? entries : entries.filter(({ id }) => ids.includes(id)))
}

const isError = ({ severity }: Finding): boolean => severity === 'error'

/** What was found about an environment, errors first. */
const findingsText = (id: string, findings: readonly Finding[], { bold, dim }: Context['terminal']['colors']): string => {
  const laws = Object.keys(environmentLaws).length
  const broken = findings.filter(isError).length
  const verdict = broken === 0 ? `keeps all ${laws} laws of environments` : `breaks ${broken} of ${laws} laws of environments`
  const lines = [...findings.filter(isError), ...findings.filter((each) => !isError(each))].map(
    ({ severity, law, message, hint }) => `  ${severity} (${law}): ${message}${severity === 'error' ? `\n    ${dim(hint)}` : ''}`,
  )
  return [`${bold(id)} ${verdict}`, ...lines].join('\n')
}

const opening = async (entry: EnvEntry, seed: string): Promise<E.Either<Failure, readonly Finding[]>> => {
  try {
    const env = await entry.open({})
    const findings = checkEnv(env, rootKey(seed))
    env.close()
    return E.right(findings)
  } catch (error) {
    return E.left(failure(error instanceof RangeError ? EXIT.usage : EXIT.evaluation, `${entry.id} cannot be opened\n  ${reasonOf(error)}`))
  }
}

/**
 * Checks environments of a module with their default options. One that breaks a law makes the exit code 1; one that cannot be opened
 * does not keep the others from being checked.
 */
export const check = (context: Context, { module, ids, seed }: CheckOptions): Command => async () => {
  const loaded = await loadModules([module])
  if (E.isLeft(loaded)) return loaded
  const entries = chosen(module, loaded.right.registry.envs.slice(builtIn.envs.length), ids)
  if (E.isLeft(entries)) return entries
  const failures: Failure[] = []
  let sound = true
  for (const entry of entries.right) {
    const findings = await opening(entry, seed)
    if (E.isLeft(findings)) failures.push(findings.left)
    else {
      context.terminal.print(findingsText(entry.id, findings.right, context.terminal.colors))
      sound &&= !findings.right.some(isError)
    }
  }
  if (failures.length > 0) return E.left(failure(failures[0].code, failures.map(({ message }) => message).join('\n')))
  return E.right(sound ? EXIT.ok : EXIT.findings)
}
