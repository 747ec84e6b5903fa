/**
 * Cases of the kernels of optimisers, noise, rows and matrices.
 *
 * *Source:* none. *Deviations:* none.
 */
import type { CovarianceName, ProductForm } from '../core/backend.ts'
import { foldIn } from '../core/rng.ts'
import { caseKey, draw, makeCase, zeros, type KernelCase } from './kernel-case.ts'

export const optimiserCase = (kernel: 'adam' | 'rmsprop' | 'sgd', n: number): KernelCase => {
  const [start, first, gradient] = [draw(0, n), draw(1, n), draw(2, n)]
  const second = first.map((value) => value * value)
  const rates = { learningRate: 1e-3, weightDecay: 0.01 }
  return makeCase(kernel, `${n} parameters`, 0, (kernels) => {
    const [p, m, v] = [zeros(n), zeros(n), zeros(n)]
    const run = (): void => {
      p.set(start)
      m.set(first)
      v.set(second)
      if (kernel === 'adam') kernels.adam(p, m, v, gradient, { ...rates, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, firstPower: 0.9, secondPower: 0.999 })
      else if (kernel === 'rmsprop') kernels.rmsprop(p, v, gradient, { ...rates, decay: 0.99, epsilon: 1e-5, epsilonInside: true })
      else kernels.sgd(p, m, gradient, { ...rates, momentum: 0.9, dampening: 0, nesterov: false, first: false })
    }
    return { run, written: [p, m, v] }
  })
}

export const drawCase = (kernel: 'uniforms' | 'normals' | 'perturb', n: number): KernelCase => {
  const base = draw(0, n)
  return {
    kernel,
    size: `${n} numbers`,
    operations: 0,
    numbers: n,
    prepare: (kernels) => {
      const out = zeros(n)
      const run = (): void => (kernel === 'perturb' ? kernels.perturb(out, base, caseKey, 0.05) : kernels[kernel](out, caseKey, 0))
      return { run, written: [out] }
    },
  }
}

export const weightedNoiseCase = (count: number, n: number): KernelCase => {
  const weights = draw(0, count)
  const keys = Array.from({ length: count }, (_, j) => foldIn(caseKey, j))
  return {
    kernel: 'weightedNoise',
    size: `${count} keys, ${n} numbers`,
    operations: 0,
    numbers: count * n,
    prepare: (kernels) => {
      const out = zeros(n)
      return { run: () => kernels.weightedNoise(out, keys, weights), written: [out] }
    },
  }
}

export const productCase = (form: ProductForm, m: number, k: number, n: number): KernelCase => {
  const [a, b] = [draw(0, m * k), draw(1, k * n)]
  return makeCase('product', `${form}, ${m} × ${k} × ${n}`, 2 * m * k * n, (kernels) => {
    const out = zeros(m * n)
    return { run: () => kernels.product(out, a, b, form, m, k, n), written: [out] }
  })
}

export const squaredDistancesCase = (rowsA: number, rowsB: number, dimensions: number): KernelCase => {
  const [a, b, scale] = [draw(0, rowsA * dimensions), draw(1, rowsB * dimensions), draw(2, dimensions)]
  return makeCase('squaredDistances', `${rowsA} and ${rowsB} × ${dimensions}`, 4 * rowsA * rowsB * dimensions, (kernels) => {
    const out = zeros(rowsA * rowsB)
    return { run: () => kernels.squaredDistances(out, a, b, scale, rowsA, rowsB, dimensions), written: [out] }
  })
}

export const covarianceCase = (name: CovarianceName, rowsA: number, rowsB: number, dimensions: number): KernelCase => {
  const [a, b, scale] = [draw(0, rowsA * dimensions), draw(1, rowsB * dimensions), draw(2, dimensions)]
  return makeCase('covariance', `${name}, ${rowsA} and ${rowsB} × ${dimensions}`, 0, (kernels) => {
    const out = zeros(rowsA * rowsB)
    return { run: () => kernels.covariance(out, name, a, b, scale, 1.5, rowsA, rowsB), written: [out] }
  })
}

export const neighboursCase = (kernel: 'neighbours' | 'residentRows', rows: number, dimensions: number, count: number, k: number): KernelCase => {
  const [items, queries] = [draw(0, rows * dimensions), draw(1, count * dimensions)]
  return makeCase(kernel, `${count} among ${rows} × ${dimensions}, ${k} nearest`, 3 * count * rows * dimensions, (kernels) => {
    const [indices, distances] = [new Uint32Array(count * k), zeros(count * k)]
    if (kernel === 'neighbours') {
      return { run: () => kernels.neighbours(indices, distances, queries, items, count, dimensions, k), written: [indices, distances] }
    }
    const held = kernels.residentRows(dimensions)
    held.write(0, items)
    return { run: () => held.neighbours(indices, distances, queries, count, k), written: [indices, distances] }
  })
}

/** A Aᵀ / n + I: positive definite. */
const definite = (n: number): Float64Array => {
  const a = draw(0, n * n)
  const out = zeros(n * n)
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = i === j ? n : 0
      for (let k = 0; k < n; k++) sum += a[i * n + k] * a[j * n + k]
      out[i * n + j] = sum / n
      out[j * n + i] = sum / n
    }
  }
  return out
}

export const choleskyCase = (n: number): KernelCase => {
  const matrix = definite(n)
  return makeCase('cholesky', `${n} × ${n}`, (n * n * n) / 3, (kernels) => {
    const out = zeros(n * n)
    const run = (): void => {
      out.set(matrix)
      kernels.cholesky(out, n)
    }
    return { run, written: [out] }
  })
}

export const solveCase = (kernel: 'solveLower' | 'solveLowerTransposed', n: number, m: number): KernelCase => {
  const lower = draw(0, n * n, 1 / n).map((value, at) => (at % n < Math.floor(at / n) ? value : at % n === Math.floor(at / n) ? 2 + value : 0))
  const sides = draw(1, n * m)
  return makeCase(kernel, `${n} × ${n}, ${m} right-hand side${m === 1 ? '' : 's'}`, n * n * m, (kernels) => {
    const out = zeros(n * m)
    const run = (): void => {
      out.set(sides)
      kernels[kernel](out, lower, n, m)
    }
    return { run, written: [out] }
  })
}
