/**
 * What any backend offers for whole pieces of work, which may be answered later.
 *
 * Kernels are synchronous. A backend on a device, which answers later or keeps large data there, has its own `Compute`; every other
 * backend is given one on its kernels.
 *
 * *Source:* house contract 4 (asynchronous backends take whole pieces of work). *Deviations:* none.
 */
import type { Backend, Compute, Launches } from './backend.ts'

/** The device's own, or the kernels of `backend`. */
export const computeOf = ({ kernels, device }: Backend): Compute =>
  device?.compute ?? {
    residentPopulation: (spec, parameters, population) => ({
      forward: (out, x) => kernels.populationForward(out, spec, parameters, x, population),
      release: () => undefined,
    }),
    mlpForward: kernels.mlpForward,
    mlpPullback: kernels.mlpPullback,
    weightedNoise: kernels.weightedNoise,
    squaredDistances: kernels.squaredDistances,
    covariance: kernels.covariance,
  }

/** The sum of some counts, names in order of first appearance. */
export const addLaunches = (...counts: readonly Launches[]): Launches => {
  const sum: Record<string, number> = {}
  for (const count of counts) for (const [name, launches] of Object.entries(count)) sum[name] = (sum[name] ?? 0) + launches
  return sum
}
