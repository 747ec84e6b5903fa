/**
 * The composition root: everything that can be named in a config, and what a user's modules add to it.
 *
 * The main thread and every worker load it with the same list of module specifiers, so both sides know the same names.
 * A user's module exports `export const bilevel = { envs, families, wrappers, problems, learners, outers, presets }`, each of them optional.
 *
 * *Source:* house contract 4 (registry). *Deviations:* none.
 */
import { gpuEntries } from '../../backends/gpu/index.ts'
import { referenceEntry } from '../../backends/reference/index.ts'
import { simd } from '../../backends/simd/index.ts'
import { envEntries, problemEntries, taskFamilies, wrapperEntries } from '../../envs/index.ts'
export { inliningFlags } from '../../envs/mujoco/engine.ts'
import type { BackendEntry } from '../core/backend.ts'
import { invariant } from '../core/invariant.ts'
import type { Job, Outcome, Task } from '../core/job.ts'
import type { Later } from '../core/later.ts'
import { openSite } from '../experiment/executor.ts'
import type { Site } from '../experiment/executor.ts'
import { learnerEntries } from '../run/learners.ts'
import { outerEntries } from '../run/outers.ts'
import { presets } from '../run/presets.ts'
import { extendRegistry } from '../run/registry.ts'
import type { Registry, RegistryModule } from '../run/registry.ts'

/** What comes with the package. */
export const builtIn: Registry = {
  learners: learnerEntries,
  outers: outerEntries,
  envs: envEntries,
  families: taskFamilies,
  wrappers: wrapperEntries,
  problems: problemEntries,
  backends: [simd, referenceEntry, ...gpuEntries],
  presets,
}

/** The registry with the entries of `modules` (URLs or package names). Rejects where one cannot be imported or exports no `bilevel`. */
export const loadRegistry = async (modules: readonly string[]): Promise<Registry> => {
  const loaded: RegistryModule[] = []
  for (const specifier of modules) {
    const exported = (await import(specifier)) as Readonly<{ bilevel?: RegistryModule }>
    if (exported.bilevel === undefined) throw new TypeError(`module ${specifier} exports no 'bilevel'`)
    loaded.push(exported.bilevel)
  }
  return extendRegistry(builtIn, loaded)
}

/** The backend with this name; a config has been checked before, so an unknown one is an invariant violation. */
export const backendOf = (registry: Registry, name: string): BackendEntry => {
  const backend = registry.backends.find((candidate) => candidate.name === name)
  invariant(backend !== undefined, `backend '${name}' is not in the registry`)
  return backend
}

/** What a thread must know to execute the jobs of a run: plain data. */
export type SiteSetup = Readonly<{ modules: readonly string[]; tasks: readonly Task[]; backend: string }>

/** A site as an evaluator wants it: some jobs are answered later. */
export type OpenedSite = Omit<Site, 'execute' | 'executeLater'> & Readonly<{ execute(job: Job): Later<Outcome> }>

/** Opens a site with a backend of its own; the entry of pool workers, and used in the main thread alike. */
export const openExecutor = async (setup: SiteSetup): Promise<OpenedSite> => {
  const registry = await loadRegistry(setup.modules)
  const { envs, wrappers, problems } = registry
  const backend = await backendOf(registry, setup.backend).open()
  const { executeLater: execute, ...site } = await openSite({ envs, wrappers, problems, backend }, setup.tasks)
  const close = (): void => {
    site.close()
    void backend.device?.close()
  }
  return { ...site, execute, close }
}
