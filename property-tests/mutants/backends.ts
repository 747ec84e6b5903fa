/**
 * Backends with one flaw each, for the laws to catch.
 */
import { reference } from '../../backends/reference/index.ts'
import type { Backend, Kernels } from '../../src/core/backend.ts'
import { fillNormals } from '../../src/core/rng.ts'
import { networkBackendMutants } from './network-backends.ts'
import { rowBackendMutants } from './row-backends.ts'

const sound = reference.kernels

const withKernels = (kernels: Partial<Kernels>): Backend => ({ ...reference, name: 'mutant', kernels: { ...sound, ...kernels } })

/** Calls a sound kernel after a change of its arguments. */
type Args<K extends keyof Kernels> = Parameters<Kernels[K]>

const swapGates = (z: Float64Array, offset: number, inputs: number, hidden: number): Float64Array => {
  // Exchanges the rows of forget and cell gate in both matrices and both biases.
  const out = z.slice()
  let at = offset
  for (const width of [inputs, hidden, 1, 1]) {
    const size = hidden * width
    out.set(z.subarray(at + 2 * size, at + 3 * size), at + size)
    out.set(z.subarray(at + size, at + 2 * size), at + 2 * size)
    at += 4 * size
  }
  return out
}

let calls = 0

export const backendMutants = {
  ...networkBackendMutants,
  ...rowBackendMutants,
  'forgets the bias': withKernels({
    affine: (...args: Args<'affine'>) => {
      const [, parameters, offset, , , inputs, outputs] = args
      const weights = parameters.slice()
      weights.fill(0, offset + outputs * inputs, offset + outputs * (inputs + 1))
      args[1] = weights
      sound.affine(...args)
    },
  }),
  'adds the bias last': withKernels({
    affine: (out, parameters, offset, x, batch, inputs, outputs) => {
      for (let b = 0; b < batch; b++) {
        for (let o = 0; o < outputs; o++) {
          let sum = 0
          for (let i = 0; i < inputs; i++) sum += parameters[offset + o * inputs + i] * x[b * inputs + i]
          out[b * outputs + o] = sum + parameters[offset + outputs * inputs + o]
        }
      }
    },
  }),
  'reads parameters from the start': withKernels({
    affine: (out, parameters, _offset, x, batch, inputs, outputs) => sound.affine(out, parameters, 0, x, batch, inputs, outputs),
  }),
  'touches parameters before the offset': withKernels({
    affine: (out, parameters, offset, x, batch, inputs, outputs) => {
      sound.affine(out, parameters, offset, x, batch, inputs, outputs)
      if (offset > 0) for (let i = 0; i < batch * outputs; i++) out[i] += parameters[offset - 1] - parameters[offset - 1]
    },
  }),
  'adds to what was there': withKernels({
    affine: (out, parameters, offset, x, batch, inputs, outputs) => {
      const stale = out.slice(0, batch * outputs)
      sound.affine(out, parameters, offset, x, batch, inputs, outputs)
      stale.forEach((value, i) => (out[i] += value))
    },
  }),
  'activates everything': withKernels({ activate: (out, activation) => sound.activate(out, activation, out.length) }),
  'turns NaN into 0': withKernels({
    activate: (out, activation, n) => {
      sound.activate(out, activation, n)
      if (activation === 'relu') for (let i = 0; i < n; i++) out[i] = out[i] > 0 ? out[i] : 0
    },
  }),
  'exchanges two gates': withKernels({
    lstmStep: (h, c, parameters, offset, x, scratch, batch, inputs, hidden) =>
      sound.lstmStep(h, c, swapGates(parameters, offset, inputs, hidden), offset, x, scratch, batch, inputs, hidden),
  }),
  'lets one row see the hidden state of the one before': withKernels({
    lstmStep: (h, c, parameters, offset, x, scratch, batch, inputs, hidden) => {
      for (let b = 0; b < batch; b++) {
        const [rowH, rowC] = [h.slice(b * hidden, (b + 1) * hidden), c.slice(b * hidden, (b + 1) * hidden)]
        if (b > 0) rowH[0] = h[(b - 1) * hidden]
        sound.lstmStep(rowH, rowC, parameters, offset, x.subarray(b * inputs), scratch, 1, inputs, hidden)
        h.set(rowH, b * hidden)
        c.set(rowC, b * hidden)
      }
    },
  }),
  'clips its inputs in place': withKernels({
    lstmStep: (h, c, parameters, offset, x, scratch, batch, inputs, hidden) => {
      x.forEach((value, i) => (x[i] = Math.max(-1, Math.min(1, value))))
      sound.lstmStep(h, c, parameters, offset, x, scratch, batch, inputs, hidden)
    },
  }),
  'ignores where the noise starts': withKernels({ normals: (out, key) => sound.normals(out, key, 0) }),
  'perturbs with a later part of the stream': withKernels({
    perturb: (out, base, key, scale) => {
      fillNormals(out, key, 1)
      for (let i = 0; i < out.length; i++) out[i] = base[i] + scale * out[i]
    },
  }),
  'perturbs with the absolute scale': withKernels({ perturb: (out, base, key, scale) => sound.perturb(out, base, key, Math.abs(scale)) }),
  'sums noise backwards': withKernels({
    weightedNoise: (out, keys, weights) => sound.weightedNoise(out, [...keys].reverse(), weights.slice().reverse()),
  }),
  'remembers its last noise': withKernels({
    normals: (out, key, start) => {
      sound.normals(out, key, start)
      out[0] += calls++ === 0 ? 0 : 1e-9
    },
  }),
  'forgets the lengthscales': withKernels({
    squaredDistances: (out, a, b, inverseScale, rowsA, rowsB, dimensions) =>
      sound.squaredDistances(out, a, b, inverseScale.map(() => 1), rowsA, rowsB, dimensions),
  }),
  'leaves the upper triangle': withKernels({
    cholesky: (out, n) => {
      const before = out.slice()
      const good = sound.cholesky(out, n)
      for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) out[i * n + j] = before[i * n + j]
      return good
    },
  }),
  'factorises what has no factor': withKernels({
    cholesky: (out, n) => {
      sound.cholesky(out, n)
      return true
    },
  }),
  'solves the transposed system': withKernels({ solveLower: (...args) => sound.solveLowerTransposed(...args) }),
  'shares the pivots of one right-hand side': withKernels({
    solveLowerTransposed: (out, lower, n, m) => {
      sound.solveLowerTransposed(out, lower, n, m)
      for (let i = 0; i < n; i++) for (let j = 1; j < m; j++) out[i * m + j] = out[i * m + j] + 1e-14 * out[i * m]
    },
  }),
  'claims to be exact beside a tolerance': { ...reference, name: 'mutant', tolerance: { ...reference.tolerance, affine: 1e-6 } },
  'claims to be exact in 32 bits': { ...reference, name: 'mutant', dtype: 'f32' },
} satisfies Record<string, Backend>

export type BackendFlaw = keyof typeof backendMutants
