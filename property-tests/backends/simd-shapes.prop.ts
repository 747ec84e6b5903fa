/**
 * The simd backend against the reference, bit for bit, at shapes drawn at random: every remainder of every block comes up.
 */
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { reference } from '../../backends/reference/index.ts'
import { openSimd } from '../../backends/simd/index.ts'
import type { Kernels, LstmShape, MlpSpec } from '../../src/core/backend.ts'
import { foldIn, normals, rootKey } from '../../src/core/rng.ts'

const key = rootKey('simd shapes')
const numbers = (use: number, n: number, scale = 1): Float64Array => normals(foldIn(key, use), n).map((value) => scale * value)
const zeros = (n: number): Float64Array => new Float64Array(n)
const size = (most: number) => fc.integer({ min: 1, max: most })

/** What a kernel writes for a shape. */
type Answer = (kernels: Kernels, shape: readonly number[]) => readonly ArrayLike<number>[]

const layers: Answer = (kernels, [batch, inputs, outputs]) => {
  const [parameters, x, gradY] = [numbers(0, outputs * (inputs + 1)), numbers(1, batch * inputs), numbers(2, batch * outputs)]
  const [y, gradX, gradParameters] = [zeros(batch * outputs), zeros(batch * inputs), numbers(3, parameters.length)]
  kernels.affine(y, parameters, 0, x, batch, inputs, outputs)
  kernels.affineInputPullback(gradX, parameters, 0, gradY, batch, inputs, outputs)
  kernels.affineParameterPullback(gradParameters, 0, outputs * inputs, x, gradY, batch, inputs, outputs)
  return [y, gradX, gradParameters]
}

const networks: Answer = (kernels, [batch, inputs, first, second, outputs]) => {
  const spec: MlpSpec = { sizes: [inputs, first, second, outputs], activation: 'tanh', outputActivation: 'sigmoid' }
  const count = first * (inputs + 1) + second * (first + 1) + outputs * (second + 1)
  const [parameters, x, gradY] = [numbers(0, batch * count, 0.3), numbers(1, batch * inputs), numbers(2, batch * outputs)]
  const [values, gradParameters, gradX] = [zeros(batch * (first + second + outputs)), zeros(count), zeros(batch * inputs)]
  const [one, many] = [zeros(batch * outputs), zeros(batch * outputs)]
  kernels.mlpForward(values, spec, parameters, x, batch)
  kernels.mlpPullback(gradParameters, gradX, spec, parameters, x, values, gradY, batch)
  const net = kernels.residentMlp(spec)
  net.load(parameters)
  net.forward(one, x, batch)
  kernels.populationForward(many, spec, parameters, x, batch)
  return [values, gradParameters, gradX, one, many]
}

const sequences: Answer = (kernels, [steps, batch, inputs, hidden]) => {
  const shape: LstmShape = { steps, batch, inputs, hidden }
  const count = 4 * hidden * (inputs + hidden + 2)
  const [parameters, x] = [numbers(0, count, 0.4), numbers(1, steps * batch * inputs)]
  const width = batch * hidden
  const run = { parameters, x, start: { h: numbers(2, width), c: numbers(3, width) }, shape }
  const trace = { h: zeros(steps * width), c: zeros(steps * width), gates: zeros(4 * steps * width) }
  const gradients = { parameters: zeros(count), x: zeros(x.length), h0: zeros(width), c0: zeros(width) }
  const [h, c, oneH, oneC] = [numbers(2, width), numbers(3, width), numbers(2, hidden), numbers(3, hidden)]
  kernels.lstmForward(trace, run)
  kernels.lstmPullback(gradients, run, trace, numbers(4, steps * width), numbers(5, width))
  kernels.lstmStep(h, c, parameters, 0, x, zeros(4 * width), batch, inputs, hidden)
  const cell = kernels.residentLstm(inputs, hidden)
  cell.load(parameters)
  cell.step(oneH, oneC, x)
  return [...Object.values(trace), ...Object.values(gradients), h, c, oneH, oneC]
}

const matrices: Answer = (kernels, [m, k, n]) => {
  const [a, b] = [numbers(0, m * k), numbers(1, k * n)]
  const square = zeros(m * m)
  reference.kernels.product(square, a, a, 'nt', m, k, m)
  for (let i = 0; i < m; i++) square[i * (m + 1)] += m
  const lower = square.slice()
  reference.kernels.cholesky(lower, m)
  const [nn, tn, nt, down, up] = [zeros(m * n), zeros(m * n), zeros(m * n), numbers(2, m * n), numbers(3, m * n)]
  kernels.product(nn, a, b, 'nn', m, k, n)
  kernels.product(tn, a, b, 'tn', m, k, n)
  kernels.product(nt, a, b, 'nt', m, k, n)
  kernels.cholesky(square, m)
  kernels.solveLower(down, lower, m, n)
  kernels.solveLowerTransposed(up, lower, m, n)
  return [nn, tn, nt, square, down, up]
}

const pairs: Answer = (kernels, [count, rows, dimensions, asked]) => {
  const k = Math.min(asked, rows)
  const [queries, items] = [numbers(0, count * dimensions).map(Math.round), numbers(1, rows * dimensions).map(Math.round)]
  const scale = numbers(2, dimensions)
  const [squared, covariances] = [zeros(count * rows), zeros(count * rows)]
  const [indices, distances, others, farther] = [new Uint32Array(count * k), zeros(count * k), new Uint32Array(count * k), zeros(count * k)]
  kernels.squaredDistances(squared, queries, items, scale, count, rows, dimensions)
  kernels.covariance(covariances, 'matern52', queries, items, scale, 1.3, count, rows)
  kernels.neighbours(indices, distances, queries, items, count, dimensions, k)
  const held = kernels.residentRows(dimensions)
  for (let row = 0; row < rows; row += 7) held.write(row, items.slice(row * dimensions, (row + 7) * dimensions))
  held.neighbours(others, farther, queries, count, k)
  return [squared, covariances, indices, distances, others, farther]
}

const streams: Answer = (kernels, [n, start, keys]) => {
  const [uniform, normal, moved, sum] = [zeros(n), zeros(n), zeros(n), zeros(n)]
  kernels.uniforms(uniform, key, start)
  kernels.normals(normal, key, start)
  kernels.perturb(moved, numbers(0, n), key, 0.3)
  kernels.weightedNoise(sum, Array.from({ length: keys }, (_, j) => foldIn(key, j)), numbers(1, keys))
  return [uniform, normal, moved, sum]
}

const subjects = [
  { name: 'layers', answer: layers, shape: fc.tuple(size(70), size(300), size(70)), runs: 60 },
  { name: 'networks', answer: networks, shape: fc.tuple(size(40), size(40), size(70), size(70), size(20)), runs: 60 },
  { name: 'sequences', answer: sequences, shape: fc.tuple(size(6), size(9), size(40), size(40)), runs: 60 },
  { name: 'matrices', answer: matrices, shape: fc.tuple(size(150), size(280), size(40)), runs: 40 },
  { name: 'pairs of rows', answer: pairs, shape: fc.tuple(size(20), size(90), size(20), size(30)), runs: 80 },
  { name: 'streams', answer: streams, shape: fc.tuple(size(1300), size(100000), size(6)), runs: 60 },
]

describe('the simd backend at any shape', () => {
  let kernels: Kernels
  beforeAll(async () => {
    kernels = (await openSimd({ always: true })).kernels
  })
  it.each(subjects)('$name', ({ answer, shape, runs }) => {
    fc.assert(
      fc.property(shape as fc.Arbitrary<readonly number[]>, (numbersOfShape) => {
        const [here, there] = [kernels, reference.kernels].map((each) => answer(each, numbersOfShape))
        here.forEach((values, which) => {
          for (let i = 0; i < values.length; i++) {
            if (!Object.is(values[i], there[which][i])) expect.fail(`result ${which}, entry ${i}: ${values[i]} instead of ${there[which][i]}`)
          }
        })
      }),
      { seed: 42, numRuns: runs },
    )
  })
})
