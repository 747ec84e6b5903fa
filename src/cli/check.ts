/**
 * `check`: the environments of a module against the laws of environments, before anything is trained on them.
 *
 * *Source:* none; the checks are those of `core/check-env.ts`. *Deviations:* none.
 */
import * as E from 'fp-ts/lib/Either.js'
import { checkEnv } from '../core/check-env.ts'
import type { Finding } from '../core/check-env.ts'
import { environmentLaws } from '../core/env-laws.ts'
import type { Env, EnvEntry } from '../core/env.ts'
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

/** What was found about an environment or its entry; `law` names what is broken. */
type EntryFinding = Omit<Finding, 'law'> & Readonly<{ law: string }>

const isError = ({ severity }: EntryFinding): boolean => severity === 'error'

/** An entry that tells another kind of actions than its environment has: configs would get the wrong policy by default. */
const entryFindings = ({ actions = 'box' }: EnvEntry, { spec }: Env): readonly EntryFinding[] => {
  const { kind } = spec.actionSpace
  const message = `its entry says that actions are '${actions}', and they are '${kind}'; say actions: '${kind}' beside the id, so that configs may leave the kind of policy open`
  return kind === actions ? [] : [{ severity: 'note', law: 'entry', message, hint: '' }]
}

/** What was found about an environment, errors first. */
const findingsText = (id: string, findings: readonly EntryFinding[], { bold, dim }: Context['terminal']['colors']): string => {
  const laws = Object.keys(environmentLaws).length
  const broken = findings.filter(isError).length
  const verdict = broken === 0 ? `keeps all ${laws} laws of environments` : `breaks ${broken} of ${laws} laws of environments`
  const lines = [...findings.filter(isError), ...findings.filter((each) => !isError(each))].map(
    ({ severity, law, message, hint }) => `  ${severity} (${law}): ${message}${severity === 'error' ? `\n    ${dim(hint)}` : ''}`,
  )
  return [`${bold(id)} ${verdict}`, ...lines].join('\n')
}

const opening = async (entry: EnvEntry, seed: string): Promise<E.Either<Failure, readonly EntryFinding[]>> => {
  try {
    const env = await entry.open({})
    const findings = [...checkEnv(env, rootKey(seed)), ...entryFindings(entry, env)]
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
