/**
 * The gpu backends: gpu.js in a mode that is asked for by name. 32-bit floats, not exact.
 *
 * Programs run what is coarse: affine maps and networks with their pullbacks, one network per candidate, weighted sums of noise, distances
 * and covariances. Where a mode answers at once they are kernels as well as work for compute jobs; where it answers later they are work
 * for compute jobs only. Every other kernel is that of `reference`, and `device.filled` tells which.
 *
 * Results differ from `reference` by what 32 bits cost, and by what a driver does: it may fuse a product and a sum, and lose NaNs.
 *
 * *Source:* gpu.js 2.24; the programs name theirs. *Deviations:* none.
 */
import type { Backend, BackendEntry, Compute, Device, Kernels, Tolerances } from '../../src/core/backend.ts'
import { reference } from '../reference/index.ts'
import { gpuDevice } from './device.ts'
import { loadGpuJs } from './gpu-js.ts'
import { layerKernels } from './layers.ts'
import type { GpuMode } from './modes.ts'
import { gpuModes, modeFacts } from './modes.ts'
import { rowKernels } from './rows.ts'

/** What the programs compute. */
const covered = [
  'affine',
  'affineInputPullback',
  'affineParameterPullback',
  'mlpForward',
  'mlpPullback',
  'populationForward',
  'weightedNoise',
  'squaredDistances',
  'covariance',
] as const satisfies readonly (keyof Kernels)[]

/**
 * Relative to the largest entry of a result. A sum of n terms of 32 bits is off by at most n · 2⁻²⁴ of the sum of their sizes, and by about
 * √n · 2⁻²⁴ of it as a rule; the bounds hold that for n up to some thousands. Networks of a few layers add up those of their layers.
 */
const tolerances: Readonly<Record<(typeof covered)[number], number>> = {
  affine: 2e-5,
  affineInputPullback: 2e-5,
  affineParameterPullback: 2e-5,
  mlpForward: 1e-4,
  mlpPullback: 2e-4,
  populationForward: 1e-4,
  weightedNoise: 2e-5,
  squaredDistances: 2e-5,
  covariance: 2e-5,
}

const kernelNames = Object.keys(reference.kernels) as readonly (keyof Kernels)[]
const isCovered = (kernel: keyof Kernels): boolean => (covered as readonly string[]).includes(kernel)

/** The name of a mode in a config. */
const nameOf = (mode: GpuMode): string => `gpu-${mode}`

/**
 * Opens gpu.js in this mode. Rejects with the command that installs it where the package is missing, and with what the mode needs where this
 * host lacks it.
 */
export const openGpu = async ({ mode }: Readonly<{ mode: GpuMode }>): Promise<Backend> => {
  const { later, needs, isThere } = modeFacts[mode]
  const library = await loadGpuJs()
  if (!(await isThere(library.GPU))) throw new Error(`backend ${nameOf(mode)} cannot be opened here: it needs ${needs}`)
  const device = gpuDevice(library, mode)
  const { residentPopulation, ...layers } = layerKernels(device)
  const rows = rowKernels(device)
  const { mlpForward, mlpPullback } = layers
  const compute: Compute = { residentPopulation, mlpForward, mlpPullback, ...rows }
  const here = later ? [] : kernelNames.filter(isCovered)
  const parts: Device = { compute, filled: kernelNames.filter((kernel) => !here.includes(kernel)), launches: device.launches, close: device.close }
  return {
    name: nameOf(mode),
    dtype: 'f32',
    exact: false,
    // of the work that is answered later too
    tolerance: Object.fromEntries(kernelNames.map((kernel) => [kernel, isCovered(kernel) ? tolerances[kernel as (typeof covered)[number]] : 0])) as Tolerances,
    // in a mode that answers at once, the kernels of layers and rows have done their work when they return
    kernels: later ? reference.kernels : { ...reference.kernels, ...layers, ...rows },
    device: parts,
  }
}

/** All modes as they stand in the registry. */
export const gpuEntries: readonly BackendEntry[] = gpuModes.map((mode) => ({
  name: nameOf(mode),
  line: `gpu.js: ${modeFacts[mode].line}; 32 bits, not exact`,
  exact: false,
  packages: ['gpu.js'],
  open: () => openGpu({ mode }),
}))
