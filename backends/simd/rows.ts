/**
 * Kernels over pairs of rows: squared distances, covariances, nearest neighbours.
 *
 * *Source:* `backends/reference/rows.ts`. *Deviations:* none.
 */
import type { CovarianceName, Kernels } from '../../src/core/backend.ts'
import { reference } from '../reference/index.ts'
import { copy } from './copies.ts'
import { BYTES, line, type Place } from './place.ts'

type RowKernels = Pick<Kernels, 'squaredDistances' | 'neighbours' | 'residentRows' | 'covariance'>

/** The numbers of the covariance functions in the module. */
const COVARIANCES: Readonly<Record<CovarianceName, number>> = { matern12: 0, matern32: 1, matern52: 2, rbf: 3 }

/** Differences from which a call pays. */
const DISTANCES = 48
const COVARIANCE = 16
const NEIGHBOURS = 64

export const rowKernels = ({ arena, pays }: Place): RowKernels => {
  const { kernels } = arena
  const plain = reference.kernels

  /** Squared distances [A, B] without padding; returns their position. */
  const distances = (a: Float64Array, b: Float64Array, inverseScale: Float64Array, rowsA: number, rowsB: number, dimensions: number): number => {
    const width = line(rowsB)
    arena.open()
    const first = arena.take(rowsA * dimensions)
    const second = arena.take(rowsB * dimensions)
    const scale = arena.take(dimensions)
    const blocks = arena.take(width * dimensions)
    const values = arena.take(rowsA * width)
    const numbers = arena.numbers()
    copy(numbers, first, a, 0, rowsA * dimensions)
    copy(numbers, second, b, 0, rowsB * dimensions)
    copy(numbers, scale, inverseScale, 0, dimensions)
    kernels.packBlocks(BYTES * blocks, BYTES * second, 0, rowsB, dimensions)
    for (let i = 0; i < rowsA; i++) {
      kernels.scaledDistances(BYTES * (values + i * width), BYTES * (first + i * dimensions), BYTES * blocks, BYTES * scale, width / 8, dimensions)
    }
    if (width !== rowsB) kernels.copyRows(BYTES * values, BYTES * rowsB, BYTES * values, BYTES * width, rowsA, rowsB)
    return values
  }

  return {
    squaredDistances: (out, a, b, inverseScale, rowsA, rowsB, dimensions) => {
      const entries = (rowsA + dimensions) * (rowsB + 8 + dimensions)
      if (!pays(rowsA * rowsB * dimensions, DISTANCES, entries)) return plain.squaredDistances(out, a, b, inverseScale, rowsA, rowsB, dimensions)
      const values = distances(a, b, inverseScale, rowsA, rowsB, dimensions)
      copy(out, 0, arena.numbers(), values, rowsA * rowsB)
    },

    covariance: (out, name, a, b, inverseScale, outputscale, rowsA, rowsB) => {
      const dimensions = inverseScale.length
      const entries = (rowsA + dimensions) * (rowsB + 8 + dimensions)
      if (!pays(rowsA * rowsB, COVARIANCE, entries)) return plain.covariance(out, name, a, b, inverseScale, outputscale, rowsA, rowsB)
      const values = distances(a, b, inverseScale, rowsA, rowsB, dimensions)
      kernels.correlate(BYTES * values, COVARIANCES[name], outputscale, rowsA * rowsB)
      copy(out, 0, arena.numbers(), values, rowsA * rowsB)
    },

    neighbours: (indices, nearest, queries, items, count, dimensions, k) => {
      const rows = items.length / dimensions
      if (!pays(count * items.length, NEIGHBOURS, 2 * (items.length + 8 * dimensions) + count * (dimensions + 2 * k))) {
        return plain.neighbours(indices, nearest, queries, items, count, dimensions, k)
      }
      arena.open()
      const held = arena.take(items.length)
      const blocks = arena.take(line(rows) * dimensions)
      copy(arena.numbers(), held, items, 0, items.length)
      kernels.packBlocks(BYTES * blocks, BYTES * held, 0, rows, dimensions)
      search(indices, nearest, queries, blocks, { count, rows, dimensions, k })
    },

    residentRows: (dimensions) => {
      let block = arena.keep(8 * dimensions)
      let room = 8
      let rows = 0
      return {
        write: (at, values) => {
          const count = values.length / dimensions
          const end = at + count
          if (end > room) {
            const before = block
            room = line(Math.max(end, 2 * room))
            block = arena.keep(room * dimensions)
            arena.numbers().copyWithin(block.at, before.at, before.at + line(rows) * dimensions)
          }
          arena.open()
          const held = arena.take(values.length)
          copy(arena.numbers(), held, values, 0, values.length)
          kernels.packBlocks(BYTES * block.at, BYTES * held, at, count, dimensions)
          rows = Math.max(rows, end)
        },
        truncate: (kept) => {
          rows = Math.min(rows, kept)
        },
        neighbours: (indices, nearest, queries, count, k) => {
          arena.open()
          search(indices, nearest, queries, block.at, { count, rows, dimensions, k })
        },
      }
    },
  }

  /** Searches packed rows; the call has been opened. */
  function search(
    indices: Uint32Array,
    nearest: Float64Array,
    queries: Float64Array,
    blocks: number,
    { count, rows, dimensions, k }: Readonly<{ count: number; rows: number; dimensions: number; k: number }>,
  ): void {
    const asked = arena.take(count * dimensions)
    const foundDistances = arena.take(count * k)
    const foundIndices = arena.take(count * k)
    const near = arena.take(16)
    const numbers = arena.numbers()
    copy(numbers, asked, queries, 0, count * dimensions)
    kernels.neighbours(BYTES * foundIndices, BYTES * foundDistances, BYTES * asked, BYTES * blocks, count, rows, dimensions, k, BYTES * near)
    copy(nearest, 0, numbers, foundDistances, count * k)
    indices.set(arena.words().subarray(2 * foundIndices, 2 * foundIndices + count * k))
  }
}
