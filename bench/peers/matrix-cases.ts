/**
 * Linear algebra, Gaussian processes and nearest neighbours against other libraries.
 *
 * *Source:* house goals for kernels. *Deviations:* none.
 */
import { invariant } from '../../src/core/invariant.ts'
import { gaussianProcess, type GpHyper } from '../../src/bo/gp.ts'
import { type KernelCase, type Ours, randomArray } from './kernel-case.ts'

const product = (n: number): KernelCase => {
  const [a, b] = [randomArray(`left ${n}`, [n, n]), randomArray(`right ${n}`, [n, n])]
  return {
    title: `matrix product ${n} × ${n}`,
    kind: 'product',
    parameters: { n },
    arrays: { a, b },
    comparable: true,
    peers: { numpy: null, torch: null, 'tfjs-cpu': null, 'tfjs-wasm': null, 'ml-matrix': null },
    ours({ kernels }): Ours {
      const out = new Float64Array(n * n)
      const run = (): void => kernels.product(out, a.values, b.values, 'nn', n, n, n)
      return { run, answer: () => (run(), out) }
    },
  }
}

/** A A′ / n + I: positive definite and well conditioned. */
const definite = (n: number) => {
  const { values } = randomArray(`definite ${n}`, [n, n])
  const found = new Float64Array(n * n)
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = i === j ? n : 0
      for (let k = 0; k < n; k++) sum += values[i * n + k] * values[j * n + k]
      found[i * n + j] = sum / n
      found[j * n + i] = sum / n
    }
  }
  return { values: found, shape: [n, n] }
}

const cholesky = (n: number): KernelCase => {
  const matrix = definite(n)
  return {
    title: `Cholesky ${n} × ${n}`,
    kind: 'cholesky',
    parameters: { n },
    arrays: { matrix },
    comparable: true,
    peers: { numpy: null, torch: null, 'ml-matrix': null },
    ours({ kernels }): Ours {
      const out = new Float64Array(n * n)
      const run = (): void => {
        out.set(matrix.values)
        kernels.cholesky(out, n)
      }
      return { run, answer: () => (run(), out) }
    },
  }
}

const dimensions = 8
const noise = 0.1
const hyper: GpHyper = { lengthscales: new Float64Array(dimensions).fill(1), outputscale: 1, noiseVariance: noise, mean: 0 }

const gpFit = (n: number, atMost: number | null): KernelCase => {
  const [x, y] = [randomArray(`gp x ${n}`, [n, dimensions]), randomArray(`gp y ${n}`, [n])]
  return {
    title: `Gaussian process, fit of ${n} points`,
    kind: 'gp-fit',
    parameters: { noise },
    arrays: { x, y },
    comparable: true,
    limit: 'two doubles per instruction and no fused multiply-add, against eight and one in LAPACK with AVX-512',
    peers: { sklearn: atMost === null ? null : { atMost } },
    ours(backend): Ours {
      const process = gaussianProcess('rbf', backend)
      const fit = () => process.condition(hyper, { x: x.values, y: y.values })
      return {
        run: fit,
        answer() {
          const model = fit()
          invariant(model._tag === 'gp-model', 'the covariance of the bench cannot be factored')
          return model.alpha
        },
      }
    },
  }
}

const gpPredict = (n: number, queries: number): KernelCase => {
  const [x, y, query] = [randomArray(`gp x ${n}`, [n, dimensions]), randomArray(`gp y ${n}`, [n]), randomArray('gp query', [queries, dimensions])]
  return {
    title: `Gaussian process of ${n} points, mean and deviation at ${queries}`,
    kind: 'gp-predict',
    parameters: { noise },
    arrays: { x, y, query },
    comparable: true,
    limit: 'two doubles per instruction and no fused multiply-add, against eight and one in LAPACK with AVX-512',
    peers: { sklearn: { atMost: 3 } },
    ours(backend): Ours {
      const process = gaussianProcess('rbf', backend)
      const model = process.condition(hyper, { x: x.values, y: y.values })
      invariant(model._tag === 'gp-model', 'the covariance of the bench cannot be factored')
      const predict = () => {
        const { mean, variance } = process.posterior(model, query.values)
        return { mean, deviation: variance.map(Math.sqrt) }
      }
      return {
        run: predict,
        answer() {
          const { mean, deviation } = predict()
          return [...mean.slice(0, 4), ...deviation.slice(0, 4)]
        },
      }
    },
  }
}

const width = 32
const k = 11

const neighbours = (rows: number, count: number, atMost: number | null): KernelCase => {
  const [items, queries] = [randomArray(`items ${rows}`, [rows, width]), randomArray(`queries ${count}`, [count, width])]
  return {
    title: `${k} nearest of ${rows.toLocaleString('en')} × ${width}, ${count === 1 ? 'one query' : `${count} queries`}`,
    kind: 'neighbours',
    parameters: { k },
    arrays: { items, queries },
    comparable: true,
    peers: { sklearn: atMost === null ? null : { atMost } },
    ours({ kernels }): Ours {
      const memory = kernels.residentRows(width)
      memory.write(0, items.values)
      const [indices, distances] = [new Uint32Array(count * k), new Float64Array(count * k)]
      const run = (): void => memory.neighbours(indices, distances, queries.values, count, k)
      return { run, answer: () => (run(), indices) }
    },
  }
}

export const matrixCases: readonly KernelCase[] = [
  product(64),
  product(256),
  cholesky(500),
  gpFit(50, null),
  gpFit(100, 0.8),
  gpFit(500, 2),
  gpFit(2000, 3),
  gpPredict(500, 1000),
  neighbours(5000, 1, 0.6),
  neighbours(5000, 1000, 3),
  neighbours(100_000, 1, null),
]
