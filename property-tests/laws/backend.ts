/**
 * Laws of a backend: every kernel against its definition, against `reference` within what the backend declares, and in its manners.
 *
 * Each law is a named function that throws on violation, so that it serves tests of good subjects and of broken ones.
 */
import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict'
import { reference } from '../../backends/reference/index.ts'
import type { Backend } from '../../src/core/backend.ts'
import { foldIn, rootKey } from '../../src/core/rng.ts'
import { build, joined, numbers, type Call } from './backend-data.ts'
import { layerCalls } from './backend-layer-calls.ts'
import { networkCalls } from './backend-network-calls.ts'
import { lowerMatrix, rowCalls } from './backend-row-calls.ts'

export type BackendLaw = Readonly<{ name: string; check: (backend: Backend) => void }>

const root = rootKey('backend laws')

/** Calls of every kernel; their labels are different. */
export const backendCalls: readonly Call[] = [...layerCalls, ...networkCalls, ...rowCalls]

/** The largest call of every kernel, last in its list. */
const oneOfEach: readonly Call[] = [...new Map(backendCalls.map((call) => [call.kernel, call])).values()]

const definite = (n: number): Float64Array => build(n * n, (at) => (at % (n + 1) === 0 ? 2 : 1 / (n * (1 + at))))

/** The answer to every call, computed when it is first asked for. */
const remembered = (answer: (call: Call) => Float64Array | null): ((call: Call) => Float64Array | null) => {
  const known = new Map<Call, Float64Array | null>()
  return (call) => {
    const before = known.get(call)
    if (before !== undefined) return before
    const found = answer(call)
    known.set(call, found)
    return found
  }
}
const definitionOf = remembered(({ definition }) => (definition === null ? null : definition()))
const referenceOf = remembered(({ run }) => run(reference.kernels, 0))

/** Every call's results, differently bit for bit or beyond `relative` times the largest entry expected. */
const compare = (label: string, actual: Float64Array, expected: Float64Array, relative: number): void => {
  strictEqual(actual.length, expected.length, label)
  // Guards are of size 777 and must not widen the tolerance.
  const scale = expected.reduce((most, value) => (Math.abs(value) === 777 ? most : Math.max(most, Math.abs(value))), 0)
  expected.forEach((value, i) => {
    const same = Object.is(actual[i], value) || (relative > 0 && Math.abs(actual[i] - value) <= relative * scale)
    ok(same, `${label}, entry ${i}: ${actual[i]} instead of ${value}`)
  })
}

/** Rounding of sums of up to 100 terms and of condition numbers up to 100, in the arithmetic of the backend. */
const definitionTolerance = (backend: Backend): number => (backend.dtype === 'f64' ? 1e-12 : 1e-3)

export const backendLaws: readonly BackendLaw[] = [
  {
    name: 'every kernel agrees with reference within what the backend declares',
    check: (backend) => {
      for (const call of backendCalls) {
        const expected = referenceOf(call)
        if (expected !== null) compare(call.label, call.run(backend.kernels, 0), expected, backend.tolerance[call.kernel])
      }
    },
  },
  {
    name: 'every kernel agrees with its definition, and writes nothing else',
    check: (backend) => {
      for (const call of backendCalls) {
        const expected = definitionOf(call)
        if (expected !== null) compare(call.label, call.run(backend.kernels, 0), expected, definitionTolerance(backend))
      }
    },
  },
  {
    name: 'inputs are left unchanged',
    check: (backend) => {
      for (const { label, inputs, run } of backendCalls) {
        const before = inputs.map((input) => input.slice())
        run(backend.kernels, 0)
        deepStrictEqual(inputs, before, label)
      }
    },
  },
  {
    name: 'results do not depend on what the result held before, nor on earlier calls',
    check: (backend) => {
      const first = backendCalls.map(({ run }) => run(backend.kernels, 0))
      const again = backendCalls.map(({ run }) => run(backend.kernels, Number.NaN))
      backendCalls.forEach(({ label }, i) => compare(label, again[i], first[i], 0))
    },
  },
  {
    name: 'parameters before the offset are not looked at',
    check: ({ kernels }) => {
      const [parameters, x] = [numbers('offset', 40), numbers('offset x', 4)]
      const shifted = joined(Float64Array.of(Number.NaN, Number.NaN, Number.NaN), parameters)
      const affine = (values: Float64Array, offset: number): Float64Array => {
        const out = new Float64Array(3)
        kernels.affine(out, values, offset, x, 1, 4, 3)
        return out
      }
      compare('affine', affine(shifted, 3), affine(parameters, 0), 0)
      const back = (values: Float64Array, offset: number): Float64Array => {
        const out = new Float64Array(4)
        kernels.affineInputPullback(out, values, offset, x, 1, 4, 3)
        return out
      }
      compare('affine input pullback', back(shifted, 3), back(parameters, 0), 0)
      const lstm = (values: Float64Array, offset: number): Float64Array => {
        const [h, c] = [Float64Array.of(0.5), Float64Array.of(-0.5)]
        kernels.lstmStep(h, c, values, offset, x, new Float64Array(4), 1, 4, 1)
        return joined(h, c)
      }
      compare('lstm', lstm(shifted, 3), lstm(parameters, 0), 0)
    },
  },
  {
    name: 'rows of a batch and right-hand sides do not influence each other',
    check: ({ kernels, tolerance }) => {
      const [parameters, x] = [numbers('rows', 4 * 5 * (3 + 5 + 2)), numbers('rows x', 12)]
      const affine = (rows: Float64Array, batch: number): Float64Array => {
        const out = new Float64Array(batch * 5)
        kernels.affine(out, parameters, 0, rows, batch, 3, 5)
        return out
      }
      const lstm = (rows: Float64Array, batch: number): Float64Array => {
        const [h, c] = [new Float64Array(batch * 5), new Float64Array(batch * 5)]
        for (let step = 0; step < 2; step++) kernels.lstmStep(h, c, parameters, 0, rows, new Float64Array(batch * 20), batch, 3, 5)
        return h
      }
      const single = (f: typeof affine): Float64Array => joined(...[0, 1, 2, 3].map((b) => f(x.slice(3 * b, 3 * b + 3), 1)))
      compare('affine', affine(x, 4), single(affine), tolerance.affine)
      compare('lstm', lstm(x, 4), single(lstm), tolerance.lstmStep)
      const [lower, right] = [lowerMatrix(6), numbers('columns', 18)]
      for (const kernel of ['solveLower', 'solveLowerTransposed'] as const) {
        const all = right.slice()
        kernels[kernel](all, lower, 6, 3)
        for (const column of [0, 1, 2]) {
          const one = build(6, (i) => right[3 * i + column])
          kernels[kernel](one, lower, 6, 1)
          compare(kernel, build(6, (i) => all[3 * i + column]), one, tolerance[kernel])
        }
      }
    },
  },
  {
    name: 'all noise comes from one stream per key',
    check: ({ kernels, tolerance }) => {
      const key = foldIn(root, 900)
      const noise = new Float64Array(1000)
      kernels.normals(noise, key, 0)
      const later = new Float64Array(400)
      kernels.normals(later, key, 600)
      compare('a later start', later, noise.slice(600), tolerance.normals)
      const moved = new Float64Array(1000)
      kernels.perturb(moved, new Float64Array(1000), key, 1)
      compare('perturb', moved, noise, tolerance.perturb)
      kernels.weightedNoise(moved, [key], Float64Array.of(1))
      compare('weighted noise', moved, noise, tolerance.weightedNoise)
      kernels.weightedNoise(moved, [], new Float64Array(0))
      compare('no noise', moved, new Float64Array(1000), 0)
    },
  },
  {
    name: 'what is resident is what was loaded last, whatever is computed in between',
    check: ({ kernels }) => {
      const spec = { sizes: [3, 6, 2], activation: 'tanh', outputActivation: 'linear' } as const
      const [x, rows] = [numbers('resident x', 3), numbers('resident rows', 30)]
      const answers = (value: number) => {
        const [net, cell, held] = [kernels.residentMlp(spec), kernels.residentLstm(3, 2), kernels.residentRows(3)]
        net.load(numbers(`resident net ${value}`, 38))
        cell.load(numbers(`resident cell ${value}`, 56))
        held.write(0, rows.map((entry) => value * entry))
        return (): Float64Array => {
          const [y, h, c] = [new Float64Array(2), new Float64Array(2), new Float64Array(2)]
          const [indices, distances] = [new Uint32Array(4), new Float64Array(4)]
          net.forward(y, x, 1)
          cell.step(h, c, x)
          held.neighbours(indices, distances, x, 1, 4)
          return joined(y, h, c, Float64Array.from(indices), distances)
        }
      }
      const [one, two] = [answers(1), answers(2)]
      const [first, second] = [one(), two()]
      compare('behind another of its kind', one(), first, 0)
      for (const { run } of oneOfEach) run(kernels, Number.NaN)
      compare('behind calls of all kernels', one(), first, 0)
      compare('behind calls of all kernels', two(), second, 0)
      ok(first.some((value, i) => value !== second[i]))
    },
  },
  {
    name: 'a matrix that is not positive definite is reported',
    check: ({ kernels }) => {
      const rejected = [[0], [-1], [Number.NaN], [1, 2, 2, 1], [1, 0, 0, 0], [1, 0, Number.NaN, 1], [4, 2, 2, 1], [Infinity]]
      const late = definite(150)
      late[149 * 150 + 149] = -1e6
      strictEqual(kernels.cholesky(late, 150), false, 'the last pivot of 150')
      for (const matrix of rejected) strictEqual(kernels.cholesky(Float64Array.from(matrix), Math.sqrt(matrix.length)), false, `[${matrix}]`)
      strictEqual(kernels.cholesky(new Float64Array(0), 0), true)
    },
  },
  {
    name: 'NaN is passed on',
    check: ({ kernels }) => {
      for (const activation of ['linear', 'tanh', 'relu', 'sigmoid'] as const) {
        const out = Float64Array.of(1, Number.NaN, -1)
        kernels.activate(out, activation, 3)
        deepStrictEqual([...out].map(Number.isNaN), [false, true, false], activation)
      }
      const out = new Float64Array(2)
      kernels.affine(out, Float64Array.of(1, 0, 0, 1, 0, 0), 0, Float64Array.of(Number.NaN, 1), 1, 2, 2)
      ok(Number.isNaN(out[0]), 'affine')
      kernels.squaredDistances(out, Float64Array.of(Number.NaN), Float64Array.of(1, 2), Float64Array.of(1), 1, 2, 1)
      ok(out.every(Number.isNaN), 'distances')
    },
  },
  {
    name: 'exact means a tolerance of 0 for every kernel, in 64-bit floats',
    check: ({ name, dtype, exact, tolerance }) => {
      ok(name.length > 0)
      deepStrictEqual(Object.keys(tolerance).sort(), Object.keys(reference.kernels).sort())
      const values = Object.values(tolerance)
      ok(values.every((value) => value >= 0 && value < 0.1))
      strictEqual(exact, dtype === 'f64' && values.every((value) => value === 0))
    },
  },
]
