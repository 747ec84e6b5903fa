/**
 * Calls of the kernels over rows, matrices and noise.
 */
import { strictEqual } from 'node:assert/strict'
import type { CovarianceName, Kernels, ProductForm } from '../../src/core/backend.ts'
import { exp } from '../../src/core/dmath.ts'
import type { Key } from '../../src/core/key.ts'
import { foldIn, normals, rootKey, uniforms } from '../../src/core/rng.ts'
import { build, guarded, joined, logistic, numbers, sum, withGuards, type Call } from './backend-data.ts'

const root = rootKey('backend laws')

const noiseCalls = (n: number, start: number): readonly Call[] => {
  const keys: readonly Key[] = [foldIn(root, n), foldIn(root, n + 1), foldIn(root, n + 2), foldIn(root, n + 3), foldIn(root, n + 4)]
  const base = numbers('base', n)
  const weights = numbers('weights', keys.length)
  const filled = (stale: number, write: (out: Float64Array) => void): Float64Array => {
    const out = new Float64Array(n).fill(stale)
    write(out)
    return out
  }
  return [
    {
      kernel: 'uniforms',
      label: `uniforms ${n} from ${start}`,
      inputs: [],
      run: (kernels, stale) => filled(stale, (out) => kernels.uniforms(out, keys[0], start)),
      definition: () => uniforms(keys[0], start + n).subarray(start),
    },
    {
      kernel: 'normals',
      label: `normals ${n} from ${start}`,
      inputs: [],
      run: (kernels, stale) => filled(stale, (out) => kernels.normals(out, keys[0], start)),
      definition: () => normals(keys[0], start + n).subarray(start),
    },
    {
      kernel: 'perturb',
      label: `perturb ${n}`,
      inputs: [base],
      run: (kernels, stale) => filled(stale, (out) => kernels.perturb(out, base, keys[1], -0.3)),
      definition: () => normals(keys[1], n).map((noise, i) => base[i] - 0.3 * noise),
    },
    {
      kernel: 'weightedNoise',
      label: `weighted noise ${n}`,
      inputs: [weights],
      run: (kernels, stale) => filled(stale, (out) => kernels.weightedNoise(out, keys, weights)),
      definition: () => {
        const noise = keys.map((key) => normals(key, n))
        return build(n, (i) => sum(keys.length, (j) => weights[j] * noise[j][i]))
      },
    },
  ]
}

/** Numbers far along a stream: the counter fills its low word, and passes beyond it. */
const farCalls: readonly Call[] = [4294967290, 4294967296 * 3 + 5, 4294967296 - 100].flatMap((start): readonly Call[] =>
  (['uniforms', 'normals'] as const).map((kernel) => ({
    kernel,
    label: `${kernel} from ${start}`,
    inputs: [],
    run: (kernels: Kernels) => {
      const out = new Float64Array(100)
      kernels[kernel](out, root, start)
      return out
    },
    definition: null,
  })),
)

const distanceCall = (rowsA: number, rowsB: number, dimensions: number): Call => {
  const label = `distances ${rowsA} x ${rowsB} in ${dimensions}`
  const [a, b] = [numbers(`${label}, a`, rowsA * dimensions), numbers(`${label}, b`, rowsB * dimensions)]
  const inverseScale = build(dimensions, (d) => 0.5 + d)
  return {
    kernel: 'squaredDistances',
    label,
    inputs: [a, b, inverseScale],
    run: (kernels, stale) => {
      const out = guarded(rowsA * rowsB, stale)
      kernels.squaredDistances(out, a, b, inverseScale, rowsA, rowsB, dimensions)
      return out
    },
    definition: () =>
      withGuards(
        build(rowsA * rowsB, (at) =>
          sum(dimensions, (d) => {
            const gap = (a[Math.floor(at / rowsB) * dimensions + d] - b[(at % rowsB) * dimensions + d]) * inverseScale[d]
            return gap * gap
          }),
        ),
      ),
  }
}


/** √s by the shape of each function. */
const correlations: Readonly<Record<CovarianceName, (s: number) => number>> = {
  matern12: (s) => exp(-Math.sqrt(s)),
  matern32: (s) => exp(-Math.sqrt(3 * s)) * (Math.sqrt(3 * s) + 1),
  matern52: (s) => exp(-Math.sqrt(5 * s)) * (Math.sqrt(5 * s) + (5 * s) / 3 + 1),
  rbf: (s) => exp(-s / 2),
}

const covarianceCall = (name: CovarianceName, rowsA: number, rowsB: number, dimensions: number): Call => {
  const label = `covariance ${name} ${rowsA} x ${rowsB} in ${dimensions}`
  const [a, b] = [numbers(`${label}, a`, rowsA * dimensions), numbers(`${label}, b`, rowsB * dimensions)]
  const inverseScale = build(dimensions, (d) => 0.5 + d)
  const squared = (i: number, j: number): number => sum(dimensions, (d) => ((a[i * dimensions + d] - b[j * dimensions + d]) * inverseScale[d]) ** 2)
  return {
    kernel: 'covariance',
    label,
    inputs: [a, b, inverseScale],
    run: (kernels, stale) => {
      const out = guarded(rowsA * rowsB, stale)
      kernels.covariance(out, name, a, b, inverseScale, 1.7, rowsA, rowsB)
      return out
    },
    definition: () => withGuards(build(rowsA * rowsB, (at) => 1.7 * correlations[name](squared(Math.floor(at / rowsB), at % rowsB)))),
  }
}

/** Whole numbers, so that distances are exact and ties are frequent; every seventh item repeats the first. */
const coarse = (label: string, rows: number, dimensions: number): Float64Array => {
  const values = numbers(label, rows * dimensions).map((value) => Math.round(value))
  for (let row = 7; row < rows; row += 7) values.copyWithin(row * dimensions, 0, dimensions)
  return values
}

/** The k nearest by sorting everything: by distance (NaN as ∞), then by index. */
const sorted = (queries: Float64Array, items: Float64Array, dimensions: number, k: number): Float64Array => {
  const rows = items.length / dimensions
  const lists = Array.from({ length: queries.length / dimensions }, (_, q) =>
    Array.from({ length: rows }, (_unused, index) => {
      const distance = sum(dimensions, (d) => (queries[q * dimensions + d] - items[index * dimensions + d]) ** 2)
      return { index, distance: Number.isNaN(distance) ? Infinity : distance }
    })
      .sort((a, b) => (a.distance === b.distance ? a.index - b.index : a.distance - b.distance))
      .slice(0, k),
  )
  return joined(withGuards(lists.flat().map(({ index }) => index)), withGuards(lists.flat().map(({ distance }) => distance)))
}

const neighbourCalls = (count: number, rows: number, dimensions: number, k: number): readonly Call[] => {
  const label = `${k} neighbours of ${count} among ${rows} in ${dimensions}`
  const queries = coarse(`${label}, queries`, count, dimensions)
  const items = coarse(`${label}, items`, rows, dimensions)
  if (rows > 9) items[5 * dimensions] = Number.NaN
  if (rows > 9) items[6 * dimensions] = -Infinity
  const found = (stale: number, search: (indices: Uint32Array, distances: Float64Array) => void): Float64Array => {
    const indices = new Uint32Array(count * k + 3).fill(Number.isNaN(stale) ? 99 : stale)
    const distances = guarded(count * k, stale)
    indices.set([777, 7, 777], count * k)
    search(indices, distances)
    strictEqual(indices[count * k + 1], 7)
    indices.set([777, 0, 777], count * k)
    return joined(Float64Array.from(indices).map((value, i) => (i === count * k + 1 ? -777 : value)), distances)
  }
  const resident = (kernels: Kernels) => {
    const held = kernels.residentRows(dimensions)
    const half = Math.ceil(rows / 2)
    held.write(0, numbers('other rows', (rows + 20) * dimensions))
    held.truncate(half)
    held.write(half, items.slice(half * dimensions))
    held.write(0, items.slice(0, half * dimensions))
    return held
  }
  return [
    {
      kernel: 'neighbours',
      label,
      inputs: [queries, items],
      run: (kernels, stale) => found(stale, (indices, distances) => kernels.neighbours(indices, distances, queries, items, count, dimensions, k)),
      definition: () => sorted(queries, items, dimensions, k),
    },
    {
      kernel: 'residentRows',
      label: `resident rows, ${label}`,
      inputs: [queries, items],
      run: (kernels, stale) => found(stale, (indices, distances) => resident(kernels).neighbours(indices, distances, queries, count, k)),
      definition: () => sorted(queries, items, dimensions, k),
    },
  ]
}

const productCall = (form: ProductForm, m: number, k: number, n: number): Call => {
  const label = `product ${form} ${m} x ${k} x ${n}`
  const [a, b] = [numbers(`${label}, a`, m * k), numbers(`${label}, b`, k * n)]
  return {
    kernel: 'product',
    label,
    inputs: [a, b],
    run: (kernels, stale) => {
      const out = guarded(m * n, stale)
      kernels.product(out, a, b, form, m, k, n)
      return out
    },
    definition: () =>
      withGuards(
        build(m * n, (at) => {
          const [i, j] = [Math.floor(at / n), at % n]
          return sum(k, (l) => (form === 'tn' ? a[l * m + i] : a[i * k + l]) * (form === 'nt' ? b[j * k + l] : b[l * n + j]))
        }),
      ),
  }
}

/** A lower triangular matrix with a diagonal of 2 to 3. */
export const lowerMatrix = (n: number): Float64Array => {
  const free = numbers(`lower ${n}`, n * n)
  return free.map((value, at) => (at % n < Math.floor(at / n) ? 0.5 * value : at % n === Math.floor(at / n) ? 2 + logistic(value) : 0))
}
/** L Lᵀ with another upper triangle, which a factorisation has no business to read. */
const definiteMatrix = (n: number): Float64Array => {
  const lower = lowerMatrix(n)
  return build(n * n, (at) => {
    const [i, j] = [Math.floor(at / n), at % n]
    return j > i ? 12345 : sum(n, (k) => lower[i * n + k] * lower[j * n + k])
  })
}

const matrixCalls = (n: number, m: number): readonly Call[] => {
  const lower = lowerMatrix(n)
  const solution = numbers(`solution ${n} ${m}`, n * m)
  const right = (transposed: boolean): Float64Array =>
    build(n * m, (at) => sum(n, (k) => (transposed ? lower[k * n + Math.floor(at / m)] : lower[Math.floor(at / m) * n + k]) * solution[k * m + (at % m)]))
  const solve = (kernel: 'solveLower' | 'solveLowerTransposed'): Call => ({
    kernel,
    label: `${kernel} ${n}, ${m} right-hand sides`,
    inputs: [lower],
    run: (kernels) => {
      const out = withGuards(right(kernel === 'solveLowerTransposed'))
      kernels[kernel](out, lower, n, m)
      return out
    },
    definition: () => withGuards(solution),
  })
  return [
    {
      kernel: 'cholesky',
      label: `cholesky ${n}`,
      inputs: [],
      run: (kernels) => {
        const out = withGuards(definiteMatrix(n))
        strictEqual(kernels.cholesky(out, n), true)
        return out
      },
      definition: () => withGuards(lower),
    },
    solve('solveLower'),
    solve('solveLowerTransposed'),
  ]
}

const againstReference = (calls: readonly Call[]): readonly Call[] => calls.map((call) => ({ ...call, definition: null }))
const forms = ['nn', 'tn', 'nt'] as const
const covarianceNames = ['matern12', 'matern32', 'matern52', 'rbf'] as const

/** Sizes with and without remainders of the blocks that fast backends work in, and larger ones against the reference only. */
export const rowCalls: readonly Call[] = [
  ...noiseCalls(1, 0), ...noiseCalls(700, 13), ...noiseCalls(3, 4000), ...noiseCalls(1100, 0), ...farCalls,
  distanceCall(1, 1, 1), distanceCall(4, 6, 3), distanceCall(3, 2, 0), distanceCall(5, 17, 4),
  ...covarianceNames.flatMap((name) => [covarianceCall(name, 3, 5, 2), covarianceCall(name, 6, 11, 4)]),
  ...neighbourCalls(1, 1, 1, 1), ...neighbourCalls(3, 21, 2, 5), ...neighbourCalls(2, 40, 3, 40), ...neighbourCalls(5, 33, 6, 1),
  ...forms.flatMap((form) => [productCall(form, 1, 1, 1), productCall(form, 5, 7, 6), productCall(form, 8, 4, 12), productCall(form, 3, 0, 4)]),
  ...againstReference(forms.map((form) => productCall(form, 70, 300, 13))),
  ...matrixCalls(1, 1), ...matrixCalls(7, 3), ...matrixCalls(12, 1), ...matrixCalls(2, 5), ...matrixCalls(9, 17), ...matrixCalls(16, 4),
  ...againstReference(matrixCalls(70, 5)), ...againstReference(matrixCalls(131, 18)), ...againstReference(matrixCalls(300, 4)),
]
