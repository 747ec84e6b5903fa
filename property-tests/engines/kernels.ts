/**
 * Every kernel of the backends that promise the reference's bits, each reduced to a chain of digests: one part per size of its arguments.
 *
 * Sizes are odd, so that the ends that fill no vector are met, and beyond those up to which a backend may leave the work to the reference;
 * the simd backend is told to compute all of it.
 *
 * *Source:* house rule 5. *Deviations:* none.
 */
import { reference } from '../../backends/reference/index.ts'
import { openSimd } from '../../backends/simd/index.ts'
import type { Activation, Backend, CovarianceName, Kernels, LstmShape, MlpSpec, ProductForm } from '../../src/core/backend.ts'
import { foldIn, normals, rootKey, split } from '../../src/core/rng.ts'
import { digestChain, type Subject } from './digest-chain.ts'

/** Calls a kernel with arguments of size about `n` and answers all that it wrote. */
type Call = (kernels: Kernels, n: number) => readonly ArrayLike<number>[]

const sizes = [1, 5, 19, 67]
const root = rootKey('kernels')

const numbers = (use: number, n: number): Float64Array => normals(foldIn(root, use), n).map((x) => x / 2)
const positive = (use: number, n: number): Float64Array => numbers(use, n).map((x) => 0.5 + Math.abs(x))
const zeros = (n: number): Float64Array => new Float64Array(n)

const network = (n: number): MlpSpec => ({ sizes: [n, n + 2, 3], activation: 'tanh', outputActivation: 'linear' })
const parameterCount = ({ sizes: widths }: MlpSpec): number => widths.slice(1).reduce((sum, width, i) => sum + width * (widths[i] + 1), 0)
const valueCount = ({ sizes: widths }: MlpSpec): number => widths.slice(1).reduce((sum, width) => sum + width, 0)
const batch = 3

const cellParameters = (inputs: number, hidden: number): Float64Array => numbers(20, 4 * hidden * (inputs + hidden + 2))

/** A positive definite matrix: A·Aᵀ with n added to its diagonal. */
const definite = (n: number): Float64Array => {
  const a = numbers(30, n * n)
  return Float64Array.from({ length: n * n }, (_, at) => {
    const [i, j] = [Math.floor(at / n), at % n]
    let sum = i === j ? n : 0
    for (let k = 0; k < n; k++) sum += a[i * n + k] * a[j * n + k]
    return sum
  })
}

const lowerOf = (n: number): Float64Array => {
  const out = definite(n)
  reference.kernels.cholesky(out, n)
  return out
}

/** Three steps of an optimiser in place: what it leaves of `vectors`. */
const afterSteps = (n: number, count: number, step: (vectors: readonly Float64Array[], gradient: Float64Array, t: number) => void): readonly Float64Array[] => {
  const vectors = Array.from({ length: count }, (_, i) => (i === 0 ? numbers(40, n) : zeros(n)))
  for (let t = 1; t <= 3; t++) step(vectors, numbers(40 + t, n), t)
  return vectors
}

const activations: readonly Activation[] = ['tanh', 'sigmoid', 'relu']
const covariances: readonly CovarianceName[] = ['matern12', 'matern32', 'matern52', 'rbf']
const forms: readonly ProductForm[] = ['nn', 'tn', 'nt']

/** By name; together they call every kernel. */
export const kernelCalls: Readonly<Record<string, Call>> = {
  affine: ({ affine, affineInputPullback, affineParameterPullback }, n) => {
    const [parameters, x, gradY] = [numbers(1, (n + 2) * (n + 1)), numbers(2, batch * n), numbers(3, batch * (n + 2))]
    const [y, gradX, gradient] = [zeros(batch * (n + 2)), zeros(batch * n), zeros((n + 2) * (n + 1))]
    affine(y, parameters, 0, x, batch, n, n + 2)
    affineInputPullback(gradX, parameters, 0, gradY, batch, n, n + 2)
    affineParameterPullback(gradient, 0, (n + 2) * n, x, gradY, batch, n, n + 2)
    return [y, gradX, gradient]
  },
  activations: ({ activate, activatePullback }, n) =>
    activations.flatMap((activation) => {
      const [y, gradient] = [numbers(4, 8 * n).map((x) => 4 * x), numbers(5, 8 * n)]
      activate(y, activation, 8 * n)
      activatePullback(gradient, activation, y, 8 * n)
      return [y, gradient]
    }),
  networks: ({ mlpForward, mlpPullback, residentMlp }, n) => {
    const spec = network(n)
    const [parameters, x, gradY] = [numbers(6, parameterCount(spec)), numbers(7, batch * n), numbers(8, batch * 3)]
    const [values, gradient, gradX, out] = [zeros(batch * valueCount(spec)), zeros(parameters.length), zeros(batch * n), zeros(batch * 3)]
    mlpForward(values, spec, parameters, x, batch)
    mlpPullback(gradient, gradX, spec, parameters, x, values, gradY, batch)
    const resident = residentMlp(spec)
    resident.load(parameters)
    resident.forward(out, x, batch)
    return [values, gradient, gradX, out]
  },
  populations: ({ populationForward, perturbedForward }, n) => {
    const spec = network(n)
    const [x, own, shared] = [numbers(9, batch * n), zeros(batch * 3), zeros(batch * 3)]
    populationForward(own, spec, numbers(10, batch * parameterCount(spec)), x, batch)
    perturbedForward(shared, spec, numbers(11, parameterCount(spec)), split(root, batch), numbers(12, batch), x)
    return [own, shared]
  },
  'lstm cells': ({ lstmStep, residentLstm }, n) => {
    const [parameters, x] = [cellParameters(n, n + 1), numbers(13, batch * n)]
    const [h, c, scratch] = [numbers(14, batch * (n + 1)), numbers(15, batch * (n + 1)), zeros(4 * batch * (n + 1))]
    const [h1, c1] = [h.slice(0, n + 1), c.slice(0, n + 1)]
    lstmStep(h, c, parameters, 0, x, scratch, batch, n, n + 1)
    const resident = residentLstm(n, n + 1)
    resident.load(parameters)
    resident.step(h1, c1, x.subarray(0, n))
    return [h, c, scratch, h1, c1]
  },
  'lstm sequences': ({ lstmForward, lstmPullback }, n) => {
    const shape: LstmShape = { steps: 4, batch, inputs: n, hidden: n + 1 }
    const size = shape.steps * batch * shape.hidden
    const start = { h: numbers(16, batch * shape.hidden), c: numbers(17, batch * shape.hidden) }
    const run = { parameters: cellParameters(n, n + 1), x: numbers(18, shape.steps * batch * n), start, shape }
    const trace = { h: zeros(size), c: zeros(size), gates: zeros(4 * size) }
    const gradients = { parameters: zeros(run.parameters.length), x: zeros(run.x.length), h0: zeros(start.h.length), c0: zeros(start.c.length) }
    lstmForward(trace, run)
    lstmPullback(gradients, run, trace, numbers(19, size), numbers(21, start.c.length))
    return [trace.h, trace.c, trace.gates, gradients.parameters, gradients.x, gradients.h0, gradients.c0]
  },
  optimisers: ({ adam, rmsprop, sgd }, n) => [
    ...afterSteps(8 * n, 3, ([parameters, first, second], gradient, t) =>
      adam(parameters, first, second, gradient, {
        learningRate: 0.01,
        beta1: 0.5,
        beta2: 0.75,
        epsilon: 1e-8,
        weightDecay: 0.01,
        firstPower: [0.5, 0.25, 0.125][t - 1],
        secondPower: [0.75, 0.5625, 0.421875][t - 1],
      }),
    ),
    ...[true, false].flatMap((epsilonInside) =>
      afterSteps(8 * n, 2, ([parameters, second], gradient) =>
        rmsprop(parameters, second, gradient, { learningRate: 0.01, decay: 0.9, epsilon: 1e-5, epsilonInside, weightDecay: 0.01 }),
      ),
    ),
    ...afterSteps(8 * n, 2, ([parameters, momentum], gradient, t) =>
      sgd(parameters, momentum, gradient, { learningRate: 0.01, momentum: 0.9, dampening: 0.1, nesterov: false, weightDecay: 0.01, first: t === 1 }),
    ),
  ],
  noise: (kernels, n) => {
    const [uniforms, drawn, moved, weighted] = [zeros(8 * n), zeros(8 * n), zeros(8 * n), zeros(8 * n)]
    kernels.uniforms(uniforms, root, n)
    kernels.normals(drawn, root, n)
    kernels.perturb(moved, numbers(22, 8 * n), root, 0.3)
    kernels.weightedNoise(weighted, split(root, 5), numbers(23, 5))
    return [uniforms, drawn, moved, weighted]
  },
  products: ({ product }, n) =>
    forms.map((form) => {
      const out = zeros((n + 1) * (n + 2))
      product(out, numbers(24, (n + 1) * n), numbers(25, n * (n + 2)), form, n + 1, n, n + 2)
      return out
    }),
  distances: ({ squaredDistances, covariance }, n) => {
    const [a, b, scale] = [numbers(26, n * 5), numbers(27, (n + 3) * 5), positive(28, 5)]
    const out = zeros(n * (n + 3))
    squaredDistances(out, a, b, scale, n, n + 3, 5)
    return [
      out,
      ...covariances.map((name) => {
        const matrix = zeros(n * (n + 3))
        covariance(matrix, name, a, b, scale, 1.7, n, n + 3)
        return matrix
      }),
    ]
  },
  neighbours: ({ neighbours, residentRows }, n) => {
    const [items, queries, count] = [numbers(29, (n + 4) * 6), numbers(31, 3 * 6), 3]
    const results = [0, 1].map(() => ({ indices: new Uint32Array(count * 4), distances: zeros(count * 4) }))
    neighbours(results[0].indices, results[0].distances, queries, items, count, 6, 4)
    const rows = residentRows(6)
    rows.write(0, items)
    rows.neighbours(results[1].indices, results[1].distances, queries, count, 4)
    return results.flatMap(({ indices, distances }) => [indices, distances])
  },
  factors: ({ cholesky, solveLower, solveLowerTransposed }, n) => {
    const [lower, down, up] = [definite(n), numbers(32, n * 5), numbers(33, n * 5)]
    const factored = cholesky(lower, n)
    solveLower(down, lowerOf(n), n, 5)
    solveLowerTransposed(up, lowerOf(n), n, 5)
    return [lower, down, up, [Number(factored)]]
  },
}

const joined = (arrays: readonly ArrayLike<number>[]): readonly number[] => arrays.flatMap((array) => Array.from(array))

const subjectOf = (backend: string, open: () => Promise<Backend>, name: string, call: Call): Subject => ({
  name,
  group: `${backend} kernels`,
  golden: 'kernels',
  part: { what: 'size', size: 1 },
  chain: async () => {
    const { kernels } = await open()
    return digestChain(sizes.map((n) => joined(call(kernels, n))))
  },
})

/** Each group of kernels on each exact backend; all must equal one chain. */
export const kernelSubjects: readonly Subject[] = [
  ['reference', async () => reference] as const,
  ['simd', () => openSimd({ always: true })] as const,
].flatMap(([backend, open]) => Object.entries(kernelCalls).map(([name, call]) => subjectOf(backend, open, name, call)))
