/**
 * The memory of a run's outer level as its newest checkpoint holds it, for the report.
 *
 * It is an extra: a run without a checkpoint that can be read, or of an outer level without a memory, has none.
 *
 * *Source:* none. *Deviations:* none.
 */
import * as E from 'fp-ts/lib/Either.js'
import type { MemoryMap } from '../run/memory-map.ts'
import { latestCheckpoint, type RunDirectory } from '../shell/run-directory.ts'
import { loadModules } from './source.ts'
import { codeVersion } from './versions.ts'

/** What there is to see of the memory of `run`; null where there is nothing. */
export const memoryMapOfRun = async (run: RunDirectory): Promise<MemoryMap | null> => {
  const { modules, outer } = run.manifest.config
  const loaded = await loadModules(modules)
  if (E.isLeft(loaded)) return null
  const entry = loaded.right.registry.outers.find(({ kind }) => kind === outer.kind)
  if (entry?.memoryMap === undefined) return null
  const latest = latestCheckpoint<Readonly<{ scheduler: unknown }>>(run, codeVersion)
  if (E.isLeft(latest) || latest.right.checkpoint === null) return null
  return entry.memoryMap(latest.right.checkpoint.state.scheduler)
}
