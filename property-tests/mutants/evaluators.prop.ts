import { describe, expect, test } from 'vitest'
import type { Executor } from '../../src/shell/evaluator.ts'
import { evaluatorLaws } from '../laws/evaluator.ts'
import { evaluatorMutant } from './evaluators.ts'
import type { EvaluatorFlaw } from './evaluators.ts'

/** The law that must catch each flaw. */
const killedBy: readonly (readonly [EvaluatorFlaw, string])[] = [
  ['answers in order of completion', 'outcomes are in job order whatever the order of completion'],
  ['remembers the evaluation before', 'an evaluation does not depend on those before it'],
  ['writes into the parcels of its jobs', 'jobs are left unchanged'],
  ['drops a job that failed', 'a job that fails once is run again, and the failure is counted'],
  ['runs a failing job once more than allowed', 'a job that fails twice ends the evaluation and is named'],
  ['does not count failures', 'a job that fails once is run again, and the failure is counted'],
  ['counts what ran in one evaluation only', 'what ran on devices is counted over all evaluations and threads'],
  ['hides that nothing could be opened', 'a site that cannot be opened is told, each time'],
  ['finishes what was abandoned', 'abandoning ends the running evaluation long before its jobs are done'],
]

describe('the laws of evaluators kill their mutants', async () => {
  const { openExecutor } = (await import(new URL('../shell/modules/quirky-executor.mjs', import.meta.url).href)) as { openExecutor(setup: unknown): Promise<Executor> }
  test.each(killedBy)('%s', async (flaw, name) => {
    const law = evaluatorLaws.find((candidate) => candidate.name === name)
    expect(law).toBeDefined()
    await expect(law?.check(evaluatorMutant(flaw, openExecutor))).rejects.toThrow()
  })
})
