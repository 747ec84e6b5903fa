/**
 * Wrappers as a registry names them, and environments opened with the wrappers that a config or a job names.
 *
 * *Source:* Gymnasium, `gymnasium.Wrapper`; house contract 4 (registry). *Deviations:* none.
 */
import { resolveOptions, type EnvOptions } from './env-options.ts'
import type { Env, EnvEntry, EnvRef, WrapperRef } from './env.ts'
import { invariant } from './invariant.ts'
import { rejectAll, type Refusal } from './rejection.ts'

/** How a registry names and applies a wrapper. */
export type WrapperEntry = Readonly<{
  kind: string
  title: string
  source: string
  /** Settings with their defaults; a default fixes the kind of its setting (null stands for any). */
  settings: EnvOptions
  /** What is wrong with complete settings, as far as it can be told without an environment. */
  problems(settings: EnvOptions): readonly Refusal[]
  /** `env` behind the wrapper; throws a `RangeError` where the two do not fit. */
  wrap(env: Env, settings: EnvOptions): Env
}>

/** What a registry entry is made of, its functions typed by the settings. */
type WrapperDefinition<T extends EnvOptions> = Omit<WrapperEntry, 'settings' | 'problems' | 'wrap'> &
  Readonly<{ settings: T; problems(settings: T): readonly Refusal[]; wrap(env: Env, settings: T): Env }>

/** A wrapper entry whose functions receive settings of the type of its defaults. */
export const defineWrapper = <T extends EnvOptions>(definition: WrapperDefinition<T>): WrapperEntry => definition as unknown as WrapperEntry

/** `env` behind the wrapper that `ref` names, one of `entries`. Throws a `RangeError` for settings that do not fit. */
const applyWrapper = (env: Env, { kind, ...given }: WrapperRef, entries: readonly WrapperEntry[]): Env => {
  const entry = entries.find((candidate) => candidate.kind === kind)
  invariant(entry !== undefined, `wrapper '${kind}' is not in the registry`)
  const settings = resolveOptions(kind, entry.settings, given)
  rejectAll(kind, entry.problems(settings))
  return entry.wrap(env, settings)
}

/** Where environments and wrappers are looked up by name. */
export type EnvSources = Readonly<{ envs: readonly EnvEntry[]; wrappers: readonly WrapperEntry[] }>

/** Opens what `ref` names: the environment, and around it its wrappers, the first one innermost. Rejects where one of them cannot be. */
export const openEnv = async ({ envs, wrappers }: EnvSources, ref: EnvRef): Promise<Env> => {
  const entry = envs.find((candidate) => candidate.id === ref.id)
  invariant(entry !== undefined, `'${ref.id}' is not in the registry`)
  const env = await entry.open(ref.options)
  try {
    return (ref.wrappers ?? []).reduce((wrapped, wrapper) => applyWrapper(wrapped, wrapper, wrappers), env)
  } catch (error) {
    env.close()
    throw error
  }
}
