/**
 * Laws of a backend: every kernel against its definition, against `reference` within what the backend declares, and in its manners.
 *
 * Each law is a named function that throws on violation, so that it serves tests of good subjects and of broken ones.
 */
import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict'
import { reference } from '../../backends/reference/index.ts'
import type { Activation, Backend, Kernels } from '../../src/core/backend.ts'
import { tanh } from '../../src/core/dmath.ts'
import type { Key } from '../../src/core/key.ts'
import { foldIn, normals, rootKey } from '../../src/core/rng.ts'

export type BackendLaw = Readonly<{ name: string; check: (backend: Backend) => void }>

/**
 * One call of a kernel. `run` fills what the kernel may overwrite with `stale`, calls it, and answers all it may write, each result
 * followed by guards; `definition` answers the results by the textbook formula. `inputs` are the arrays that it may only read.
 */
type Call = Readonly<{
  kernel: keyof Kernels
  label: string
  inputs: readonly Float64Array[]
  run: (kernels: Kernels, stale: number) => Float64Array
  definition: () => Float64Array
}>

const GUARDS = [777, -777, 777]
const guarded = (n: number, fill: number | Float64Array): Float64Array => {
  const out = new Float64Array(n + GUARDS.length)
  if (typeof fill === 'number') out.fill(fill)
  else out.set(fill)
  out.set(GUARDS, n)
  return out
}
const joined = (...parts: readonly Float64Array[]): Float64Array => Float64Array.from(parts.flatMap((part) => [...part]))
const withGuards = (values: ArrayLike<number>): Float64Array => guarded(values.length, Float64Array.from(values))

const root = rootKey('backend laws')
/** Numbers of ordinary size, different for every label. */
const numbers = (label: string, n: number): Float64Array => normals(rootKey(`backend laws, ${label}`), n)
const build = (n: number, entry: (i: number) => number): Float64Array => Float64Array.from({ length: n }, (_, i) => entry(i))
const sum = (n: number, term: (i: number) => number): number => {
  let total = 0
  for (let i = 0; i < n; i++) total += term(i)
  return total
}
/** Logistic function by another formula than that of the kernels. */
const logistic = (x: number): number => 0.5 + 0.5 * tanh(0.5 * x)

const affineCall = (batch: number, inputs: number, outputs: number, offset: number): Call => {
  const label = `affine ${batch} x ${inputs} -> ${outputs} at ${offset}`
  const parameters = numbers(label, offset + outputs * (inputs + 1) + 2)
  const x = numbers(`${label}, x`, batch * inputs)
  return {
    kernel: 'affine',
    label,
    inputs: [parameters, x],
    run: (kernels, stale) => {
      const out = guarded(batch * outputs, stale)
      kernels.affine(out, parameters, offset, x, batch, inputs, outputs)
      return out
    },
    definition: () =>
      withGuards(
        build(batch * outputs, (at) => {
          const [b, o] = [Math.floor(at / outputs), at % outputs]
          return parameters[offset + outputs * inputs + o] + sum(inputs, (i) => parameters[offset + o * inputs + i] * x[b * inputs + i])
        }),
      ),
  }
}

const activateCall = (activation: Activation, n: number): Call => {
  const x = build(n, (i) => (i - n / 2) / 4)
  const rules: Readonly<Record<Activation, (x: number) => number>> = { linear: (v) => v, tanh, relu: (v) => Math.max(0, v), sigmoid: logistic }
  return {
    kernel: 'activate',
    label: `activate ${activation} ${n}`,
    inputs: [],
    run: (kernels) => {
      const out = withGuards(x)
      kernels.activate(out, activation, n)
      return out
    },
    definition: () => withGuards(x.map(rules[activation])),
  }
}

const lstmCall = (batch: number, inputs: number, hidden: number, offset: number): Call => {
  const label = `lstm ${batch} x ${inputs} -> ${hidden} at ${offset}`
  const gates = 4 * hidden
  const parameters = numbers(label, offset + gates * (inputs + hidden + 2) + 2)
  const x = numbers(`${label}, x`, batch * inputs)
  const h = numbers(`${label}, h`, batch * hidden)
  const c = numbers(`${label}, c`, batch * hidden)
  const recurrentAt = offset + gates * inputs
  const biasAt = recurrentAt + gates * hidden
  const gate = (b: number, row: number): number =>
    parameters[biasAt + row] +
    parameters[biasAt + gates + row] +
    sum(inputs, (i) => parameters[offset + row * inputs + i] * x[b * inputs + i]) +
    sum(hidden, (j) => parameters[recurrentAt + row * hidden + j] * h[b * hidden + j])
  const nextC = (at: number): number => {
    const [b, j] = [Math.floor(at / hidden), at % hidden]
    return logistic(gate(b, hidden + j)) * c[at] + logistic(gate(b, j)) * tanh(gate(b, 2 * hidden + j))
  }
  const nextH = (at: number): number => logistic(gate(Math.floor(at / hidden), 3 * hidden + (at % hidden))) * tanh(nextC(at))
  return {
    kernel: 'lstmStep',
    label,
    inputs: [parameters, x],
    run: (kernels, stale) => {
      const [outH, outC, scratch] = [withGuards(h), withGuards(c), guarded(4 * batch * hidden, stale)]
      kernels.lstmStep(outH, outC, parameters, offset, x, scratch, batch, inputs, hidden)
      return joined(outH, outC, scratch.subarray(4 * batch * hidden))
    },
    definition: () => joined(withGuards(build(batch * hidden, nextH)), withGuards(build(batch * hidden, nextC)), Float64Array.from(GUARDS)),
  }
}

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
      definition: () => build(n, (i) => sum(keys.length, (j) => weights[j] * normals(keys[j], n)[i])),
    },
  ]
}

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

/** A lower triangular matrix with a diagonal of 2 to 3. */
const lowerMatrix = (n: number): Float64Array => {
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

const calls: readonly Call[] = [
  affineCall(1, 1, 1, 0), affineCall(3, 7, 4, 5), affineCall(2, 17, 6, 1), affineCall(1, 64, 9, 0), affineCall(2, 0, 3, 2), affineCall(0, 3, 2, 0),
  ...(['linear', 'tanh', 'relu', 'sigmoid'] as const).map((activation) => activateCall(activation, 41)), activateCall('tanh', 0),
  lstmCall(1, 1, 1, 0), lstmCall(3, 5, 4, 7), lstmCall(2, 2, 6, 1),
  ...noiseCalls(1, 0), ...noiseCalls(700, 13), ...noiseCalls(3, 4000),
  distanceCall(1, 1, 1), distanceCall(4, 6, 3), distanceCall(3, 2, 0),
  ...matrixCalls(1, 1), ...matrixCalls(7, 3), ...matrixCalls(12, 1), ...matrixCalls(2, 5),
]

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
      for (const { kernel, label, run } of calls) compare(label, run(backend.kernels, 0), run(reference.kernels, 0), backend.tolerance[kernel])
    },
  },
  {
    name: 'every kernel agrees with its definition, and writes nothing else',
    check: (backend) => {
      for (const { label, run, definition } of calls) compare(label, run(backend.kernels, 0), definition(), definitionTolerance(backend))
    },
  },
  {
    name: 'inputs are left unchanged',
    check: (backend) => {
      for (const { label, inputs, run } of calls) {
        const before = inputs.map((input) => input.slice())
        run(backend.kernels, 0)
        deepStrictEqual(inputs, before, label)
      }
    },
  },
  {
    name: 'results do not depend on what the result held before, nor on earlier calls',
    check: (backend) => {
      const first = calls.map(({ run }) => run(backend.kernels, 0))
      const again = calls.map(({ run }) => run(backend.kernels, Number.NaN))
      calls.forEach(({ label }, i) => compare(label, again[i], first[i], 0))
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
    name: 'a matrix that is not positive definite is reported',
    check: ({ kernels }) => {
      const rejected = [[0], [-1], [Number.NaN], [1, 2, 2, 1], [1, 0, 0, 0], [1, 0, Number.NaN, 1], [4, 2, 2, 1], [Infinity]]
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
