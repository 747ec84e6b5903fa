/**
 * Backends with one flaw each in the kernels over rows, matrix products and uniforms, for the laws to catch.
 */
import { reference } from '../../backends/reference/index.ts'
import type { Backend, Kernels } from '../../src/core/backend.ts'

const sound = reference.kernels

const withKernels = (kernels: Partial<Kernels>): Backend => ({ ...reference, name: 'mutant', kernels: { ...sound, ...kernels } })

/** The k nearest by `better(distance, worst)`, which says whether an item enters a full list or goes before another. */
const nearestBy = (better: (a: number, b: number) => boolean): Kernels['neighbours'] => (indices, distances, queries, items, count, dimensions, k) => {
  const rows = items.length / dimensions
  for (let q = 0; q < count; q++) {
    const list: { index: number; distance: number }[] = []
    for (let index = 0; index < rows; index++) {
      let distance = 0
      for (let d = 0; d < dimensions; d++) {
        const gap = queries[q * dimensions + d] - items[index * dimensions + d]
        distance += gap * gap
      }
      const at = list.findIndex((entry) => better(distance, entry.distance))
      list.splice(at < 0 ? list.length : at, 0, { index, distance })
      list.length = Math.min(list.length, k)
    }
    list.forEach((entry, i) => {
      indices[q * k + i] = entry.index
      distances[q * k + i] = entry.distance
    })
  }
}

export const rowBackendMutants = {
  'gives ties to the higher index': withKernels({ neighbours: nearestBy((a, b) => a <= b) }),
  'lets a NaN stand in the list': withKernels({ neighbours: nearestBy((a, b) => a < b) }),
  'forgets the rows that were overwritten': withKernels({
    residentRows: (dimensions) => {
      const held = sound.residentRows(dimensions)
      let end = 0
      return {
        ...held,
        write: (at, rows) => {
          if (at >= end) held.write(at, rows)
          end = Math.max(end, at + rows.length / dimensions)
        },
      }
    },
  }),
  'keeps rows behind the last': withKernels({ residentRows: (dimensions) => ({ ...sound.residentRows(dimensions), truncate: () => undefined }) }),
  'forgets the outputscale': withKernels({
    covariance: (out, name, a, b, inverseScale, _outputscale, rowsA, rowsB) => sound.covariance(out, name, a, b, inverseScale, 1, rowsA, rowsB),
  }),
  'takes one covariance for another': withKernels({
    covariance: (out, name, ...rest) => sound.covariance(out, name === 'matern52' ? 'matern32' : name, ...rest),
  }),
  'multiplies what is not transposed': withKernels({
    product: (out, a, b, form, m, k, n) => sound.product(out, a, b, form === 'tn' && m === k ? 'nn' : form === 'nt' ? 'nn' : form, m, k, n),
  }),
  'splits a long sum in two': withKernels({
    product: (out, a, b, form, m, k, n) => {
      if (form !== 'tn') return sound.product(out, a, b, form, m, k, n)
      const half = k >> 1
      const second = new Float64Array(m * n)
      sound.product(out, a.subarray(0, half * m), b.subarray(0, half * n), form, m, half, n)
      sound.product(second, a.subarray(half * m), b.subarray(half * n), form, m, k - half, n)
      second.forEach((value, i) => (out[i] += value))
    },
  }),
  'gives uniforms from the start of the stream': withKernels({ uniforms: (out, key) => sound.uniforms(out, key, 0) }),
} satisfies Record<string, Backend>
