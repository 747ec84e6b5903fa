/**
 * The runs that the system bench measures: HalfCheetah with the house's defaults, resolved as the command line resolves a config.
 *
 * *Source:* none. *Deviations:* none.
 */
import type { Json } from '../../src/core/env.ts'
import { invariant } from '../../src/core/invariant.ts'
import { builtIn } from '../../src/cli/registry.ts'
import type { Workplace } from '../../src/cli/workplace.ts'
import { openWorkplace } from '../../src/cli/workplace.ts'
import type { RunConfig } from '../../src/run/config.ts'
import { resolveConfig } from '../../src/run/config.ts'

type JsonRecord = Readonly<Record<string, Json>>

/** A config as a user would write it; `steps` is its budget in generations. */
export const cheetahConfig = (popsize: number, outer: JsonRecord, steps: number, changes: JsonRecord = {}): JsonRecord => ({
  name: 'bench',
  task: { kind: 'env', env: { id: 'HalfCheetah-v5' }, policy: { hidden: [64, 64] } },
  learner: { kind: 'vanilla-es', popsize },
  outer,
  budget: { steps },
  ...changes,
})

/** `config` with every default; it must be sound. */
export const resolved = (config: JsonRecord): RunConfig => {
  const result = resolveConfig(config, builtIn)
  invariant(result._tag === 'Right', 'a config of the bench is not sound')
  return result.right
}

/** The workplace of a sound config. */
export const workplaceOf = async (config: RunConfig, workers: number): Promise<Workplace> => {
  const result = await openWorkplace(config, workers)
  invariant(result._tag === 'Right', 'a workplace of the bench did not open')
  return result.right
}
