/**
 * The page of the bench: checks every mode of gpu.js that it has against the laws of compute, then times it beside `simd`.
 *
 * *Source:* none. *Deviations:* none.
 */
import { openGpu } from '../../backends/gpu/index.ts'
import { gpuModes } from '../../backends/gpu/modes.ts'
import { openSimd } from '../../backends/simd/index.ts'
import type { Backend } from '../../src/core/backend.ts'
import { computeLaws } from '../../property-tests/laws/compute.ts'
import type { PageReport } from './report.ts'
import { timeBackends } from './cases.ts'

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** The first law that `backend` breaks; null where it keeps all. */
const broken = async (backend: Backend): Promise<string | null> => {
  for (const { name, check } of computeLaws) {
    try {
      await check(backend)
    } catch (error) {
      return `${name}: ${reasonOf(error)}`
    }
  }
  return null
}

const report = async (): Promise<PageReport> => {
  const modes: PageReport['modes'][number][] = []
  const sound: Backend[] = []
  for (const mode of gpuModes) {
    try {
      const backend = await openGpu({ mode })
      const law = await broken(backend)
      modes.push({ mode, problem: law })
      if (law === null) sound.push(backend)
    } catch (error) {
      modes.push({ mode, problem: reasonOf(error) })
    }
  }
  return { agent: navigator.userAgent, modes, times: await timeBackends([await openSimd(), ...sound], 3) }
}

const answer = async (): Promise<PageReport> => {
  try {
    return await report()
  } catch (error) {
    return { agent: navigator.userAgent, modes: [{ mode: 'page', problem: reasonOf(error) }], times: [] }
  }
}

await fetch('/message', { method: 'POST', body: JSON.stringify(await answer()) })
