/**
 * Kernels of the reference backend over pairs of rows: squared distances, nearest neighbours, covariances.
 *
 * Neighbours are kept in a list sorted by distance. Items come in the order of their index and enter behind equal ones, so that ties
 * go to the lower index.
 *
 * *Source:* C. E. Rasmussen and C. K. I. Williams 2006, "Gaussian processes for machine learning", Eq. 4.9, 4.14, 4.17 (covariances).
 * *Deviations:* none.
 */
import type { CovarianceName, Kernels } from '../../src/core/backend.ts'
import { exp } from '../../src/core/dmath.ts'

/** out[i, j] = Σ_d ((a[i, d] − b[j, d]) · inverseScale[d])². */
export const squaredDistances: Kernels['squaredDistances'] = (out, a, b, inverseScale, rowsA, rowsB, dimensions) => {
  for (let i = 0; i < rowsA; i++) {
    for (let j = 0; j < rowsB; j++) {
      let sum = 0
      for (let d = 0; d < dimensions; d++) {
        const difference = (a[i * dimensions + d] - b[j * dimensions + d]) * inverseScale[d]
        sum += difference * difference
      }
      out[i * rowsB + j] = sum
    }
  }
}

/** The k nearest of the first `rows` rows of `items` for every query. */
const nearestRows = (
  indices: Uint32Array,
  distances: Float64Array,
  queries: Float64Array,
  items: Float64Array,
  { count, rows, dimensions, k }: Readonly<{ count: number; rows: number; dimensions: number; k: number }>,
): void => {
  for (let q = 0; q < count; q++) {
    const queryAt = q * dimensions
    const listAt = q * k
    let filled = 0
    for (let j = 0; j < rows; j++) {
      const itemAt = j * dimensions
      let sum = 0
      for (let d = 0; d < dimensions; d++) {
        const difference = queries[queryAt + d] - items[itemAt + d]
        sum += difference * difference
      }
      const distance = sum <= Infinity ? sum : Infinity
      if (filled === k && !(distance < distances[listAt + k - 1])) continue
      let at = filled < k ? filled++ : k - 1
      for (; at > 0 && distances[listAt + at - 1] > distance; at--) {
        distances[listAt + at] = distances[listAt + at - 1]
        indices[listAt + at] = indices[listAt + at - 1]
      }
      distances[listAt + at] = distance
      indices[listAt + at] = j
    }
  }
}

/** The k nearest rows of `items` for every query, nearest first, ties by index. */
export const neighbours: Kernels['neighbours'] = (indices, distances, queries, items, count, dimensions, k) =>
  nearestRows(indices, distances, queries, items, { count, rows: items.length / dimensions, dimensions, k })

/** A copy of the rows, with room to grow. */
export const residentRows: Kernels['residentRows'] = (dimensions) => {
  let items = new Float64Array(0)
  let rows = 0
  return {
    write: (at, values) => {
      const end = at + values.length / dimensions
      if (end * dimensions > items.length) {
        const wider = new Float64Array(Math.max(end * dimensions, 2 * items.length))
        wider.set(items)
        items = wider
      }
      items.set(values, at * dimensions)
      rows = Math.max(rows, end)
    },
    truncate: (kept) => {
      rows = Math.min(rows, kept)
    },
    neighbours: (indices, distances, queries, count, k) => nearestRows(indices, distances, queries, items, { count, rows, dimensions, k }),
  }
}

const SQRT3 = Math.sqrt(3)
const SQRT5 = Math.sqrt(5)

/** c(s). */
const correlation = (name: CovarianceName, s: number): number => {
  switch (name) {
    case 'matern12':
      return exp(-Math.sqrt(s))
    case 'matern32': {
      const r = SQRT3 * Math.sqrt(s)
      return (1 + r) * exp(-r)
    }
    case 'matern52': {
      const r = SQRT5 * Math.sqrt(s)
      return (1 + r + (5 / 3) * s) * exp(-r)
    }
    case 'rbf':
      return exp(-0.5 * s)
  }
}

/** out[i, j] = outputscale · c(s). */
export const covariance: Kernels['covariance'] = (out, name, a, b, inverseScale, outputscale, rowsA, rowsB) => {
  squaredDistances(out, a, b, inverseScale, rowsA, rowsB, inverseScale.length)
  for (let at = 0; at < rowsA * rowsB; at++) out[at] = outputscale * correlation(name, out[at])
}
