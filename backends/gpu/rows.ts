/**
 * Rows on a device: squared distances, covariances, and weighted sums of noise that is rebuilt on the host.
 *
 * Noise comes from a counter-based generator over 32-bit integers, which the programs of gpu.js cannot express: the host draws it, a
 * block of columns at a time, and the device sums it.
 *
 * *Source:* `backends/reference/rows.ts`, `backends/reference/noise.ts`. *Deviations:* 1. 32-bit floats.
 */
import type { Compute, CovarianceName, Kernels } from '../../src/core/backend.ts'
import type { Work } from '../../src/core/later.ts'
import { inTime, wait } from '../../src/core/later.ts'
import { reference } from '../reference/index.ts'
import type { GpuDevice } from './device.ts'
import { narrow, narrowTransposed, padded, readInto } from './packing.ts'
import { distanceProgram, productProgram } from './programs.ts'

type RowKernels = Pick<Compute, 'weightedNoise' | 'squaredDistances' | 'covariance'>

/** Entries of a block of noise: 16 MiB as 32-bit floats. */
const BLOCK = 4_194_304

export const rowKernels = (device: GpuDevice): RowKernels => {
  /** Rows divided by the lengthscales, as 64-bit floats. */
  const scaled = (rows: Float64Array, count: number, inverseScale: Float64Array): Float64Array => {
    const dimensions = inverseScale.length
    return Float64Array.from({ length: count * dimensions }, (_, i) => rows[i] * inverseScale[i % dimensions])
  }

  function* distances(name: CovarianceName | 'none', out: Float64Array, a: Float64Array, b: Float64Array, inverseScale: Float64Array, rowsA: number, rowsB: number): Work<void> {
    const dimensions = inverseScale.length
    const width = padded(rowsB)
    const left = device.matrix(narrow(scaled(a, rowsA, inverseScale), 0, rowsA, dimensions), rowsA, dimensions)
    const right = device.matrix(narrowTransposed(scaled(b, rowsB, inverseScale), 0, rowsB, dimensions, width), dimensions, width)
    yield* readInto(out, 0, yield* wait(device.run(distanceProgram(name), { dimensions }, rowsA, width, [left, right])), rowsB)
  }

  function* squaredDistances(...[out, a, b, inverseScale, rowsA, rowsB, dimensions]: Parameters<Kernels['squaredDistances']>): Work<void> {
    if (rowsA * rowsB * dimensions === 0) return reference.kernels.squaredDistances(out, a, b, inverseScale, rowsA, rowsB, dimensions)
    yield* distances('none', out, a, b, inverseScale.subarray(0, dimensions), rowsA, rowsB)
  }

  function* covariance(...[out, name, a, b, inverseScale, outputscale, rowsA, rowsB]: Parameters<Kernels['covariance']>): Work<void> {
    if (rowsA * rowsB * inverseScale.length === 0) return reference.kernels.covariance(out, name, a, b, inverseScale, outputscale, rowsA, rowsB)
    yield* distances(name, out, a, b, inverseScale, rowsA, rowsB)
    for (let i = 0; i < rowsA * rowsB; i++) out[i] *= outputscale
  }

  function* weightedNoise(...[out, keys, weights]: Parameters<Kernels['weightedNoise']>): Work<void> {
    const count = keys.length
    if (count * out.length === 0) return reference.kernels.weightedNoise(out, keys, weights)
    const columns = Math.min(padded(out.length), padded(Math.max(1, Math.floor(BLOCK / count))))
    const noise = new Float64Array(columns)
    const factors = device.matrix(narrow(weights, 0, 1, count), 1, count)
    for (let from = 0; from < out.length; from += columns) {
      const block = new Float32Array(count * columns)
      keys.forEach((key, j) => {
        reference.kernels.normals(noise, key, from)
        block.set(noise, j * columns)
      })
      const sums = yield* wait(device.run(productProgram, { terms: count }, 1, columns, [factors, device.matrix(block, count, columns)]))
      yield* readInto(out, from, sums, Math.min(columns, out.length - from))
    }
  }

  return {
    weightedNoise: (...args) => inTime(weightedNoise(...args)),
    squaredDistances: (...args) => inTime(squaredDistances(...args)),
    covariance: (...args) => inTime(covariance(...args)),
  }
}
