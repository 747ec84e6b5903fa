/**
 * Backends whose work for compute jobs has one flaw each, for the laws to catch.
 */
import { reference } from '../../backends/reference/index.ts'
import type { Backend, Compute, Device } from '../../src/core/backend.ts'
import { computeOf } from '../../src/core/compute.ts'

const sound = computeOf(reference)

/** A backend on a device that counts every call, but for `flaw`. */
const flawed = (flaw: Partial<Compute>, device: Partial<Device> = {}): Backend => {
  let launched = 0
  const counted = Object.fromEntries(
    Object.entries({ ...sound, ...flaw }).map(([name, work]) => [
      name,
      (...args: readonly unknown[]) => {
        launched++
        return (work as (...given: readonly unknown[]) => unknown)(...args)
      },
    ]),
  ) as unknown as Compute
  return { ...reference, name: 'mutant', device: { compute: counted, filled: [], launches: () => ({ all: launched }), close: async () => undefined, ...device } }
}

const soon = (work: () => void): Promise<void> => new Promise((resolve) => setTimeout(() => resolve(work()), 0))

export const computeMutants = {
  'answers before it is done': flawed({
    mlpForward: async (...args) => {
      void soon(() => void sound.mlpForward(...args))
    },
  }),
  'gives every candidate the first network': flawed({
    residentPopulation: (spec, parameters, population) => {
      const stride = parameters.length / population
      const copies = Float64Array.from(parameters, (_, i) => parameters[i % stride])
      return sound.residentPopulation(spec, copies, population)
    },
  }),
  'answers the first question again': flawed({
    residentPopulation: async (spec, parameters, population) => {
      const networks = await sound.residentPopulation(spec, parameters, population)
      let first: Float64Array | null = null
      return {
        forward: async (out, x) => {
          first ??= x.slice()
          await networks.forward(out, first)
        },
        release: networks.release,
      }
    },
  }),
  'sums in 32 bits under a claim of 64': flawed({
    weightedNoise: async (out, keys, weights) => {
      await sound.weightedNoise(out, keys, weights)
      out.forEach((value, i) => (out[i] = Math.fround(value)))
    },
  }),
  'forgets the outputscale': flawed({
    covariance: (out, name, a, b, inverseScale, _outputscale, rowsA, rowsB) => sound.covariance(out, name, a, b, inverseScale, 1, rowsA, rowsB),
  }),
  'adds to the gradient that was there': flawed({
    mlpPullback: async (gradParameters, ...rest) => {
      const stale = gradParameters.slice()
      await sound.mlpPullback(gradParameters, ...rest)
      stale.forEach((value, i) => (gradParameters[i] += value))
    },
  }),
  'scales its rows in place': flawed({
    squaredDistances: async (out, a, b, inverseScale, rowsA, rowsB, dimensions) => {
      await sound.squaredDistances(out, a, b, inverseScale, rowsA, rowsB, dimensions)
      a[0] += 1
    },
  }),
  'computes elsewhere and says nothing': flawed({}, { launches: () => ({}) }),
} satisfies Record<string, Backend>

export type ComputeFlaw = keyof typeof computeMutants
