/**
 * Initial weights of linear layers and LSTM cells, chosen by name.
 *
 * | name | weight [out, in] | bias [out] |
 * |---|---|---|
 * | `torch` | U(−1/√in, 1/√in) | U(−1/√in, 1/√in) |
 * | `xavier-normal` | N(0, 2/(in + out)) | 0 |
 * | `xavier-uniform` | U(−√(6/(in + out)), √(6/(in + out))) | 0 |
 * | `orthogonal` | rows (or columns, whichever are fewer) orthonormal | 0 |
 * | `zeros` | 0 | 0 |
 *
 * *Source:* PyTorch `nn.Linear.reset_parameters` (Kaiming uniform with a = √5, which is U(±1/√in)) and `nn.LSTM` (U(±1/√H));
 * Glorot and Bengio 2010, "Understanding the difficulty of training deep feedforward neural networks", Eq. 12, 16;
 * Saxe et al. 2014, arXiv 1312.6120 (orthogonal).
 * *Deviations:* 1. draws come from counter-based keys, so values differ from PyTorch's for any seed; distributions agree.
 */
import type { Key } from '../core/key.ts'
import { foldIn, normals, uniforms } from '../core/rng.ts'

export type LinearInit = 'torch' | 'xavier-normal' | 'xavier-uniform' | 'orthogonal' | 'zeros'

const symmetricUniforms = (key: Key, n: number, bound: number): Float64Array => uniforms(key, n).map((u) => bound * (2 * u - 1))

/**
 * A [rows, columns] matrix whose shorter side is an orthonormal set: Gram-Schmidt, done twice, of a Gaussian matrix.
 * Row k of the set is made orthogonal to the rows before it; two passes keep orthogonality at rounding level.
 */
const orthogonalMatrix = (key: Key, rows: number, columns: number): Float64Array => {
  const count = Math.min(rows, columns)
  const length = Math.max(rows, columns)
  const set = normals(key, count * length) // [count, length]
  for (let k = 0; k < count; k++) {
    const row = set.subarray(k * length, (k + 1) * length)
    for (let pass = 0; pass < 2; pass++) {
      for (let j = 0; j < k; j++) {
        const other = set.subarray(j * length, (j + 1) * length)
        let dot = 0
        for (let i = 0; i < length; i++) dot += row[i] * other[i]
        for (let i = 0; i < length; i++) row[i] -= dot * other[i]
      }
    }
    let squares = 0
    for (let i = 0; i < length; i++) squares += row[i] * row[i]
    const scale = 1 / Math.sqrt(squares)
    for (let i = 0; i < length; i++) row[i] *= scale
  }
  if (rows <= columns) return set
  return Float64Array.from({ length: rows * columns }, (_, at) => set[(at % columns) * length + Math.floor(at / columns)])
}

const linearWeight = (key: Key, init: LinearInit, inputs: number, outputs: number): Float64Array => {
  switch (init) {
    case 'torch':
      return symmetricUniforms(key, outputs * inputs, 1 / Math.sqrt(inputs))
    case 'xavier-normal': {
      const std = Math.sqrt(2 / (inputs + outputs))
      return normals(key, outputs * inputs).map((z) => std * z)
    }
    case 'xavier-uniform':
      return symmetricUniforms(key, outputs * inputs, Math.sqrt(6 / (inputs + outputs)))
    case 'orthogonal':
      return orthogonalMatrix(key, outputs, inputs)
    case 'zeros':
      return new Float64Array(outputs * inputs)
  }
}

/** Weight [outputs, inputs], then bias [outputs], of one linear layer: a vector of outputs · (inputs + 1) entries. */
export const initLinear = (key: Key, init: LinearInit, inputs: number, outputs: number): Float64Array => {
  const keyWeight = foldIn(key, 0)
  const keyBias = foldIn(key, 1)
  const parameters = new Float64Array(outputs * (inputs + 1))
  parameters.set(linearWeight(keyWeight, init, inputs, outputs))
  if (init === 'torch') parameters.set(symmetricUniforms(keyBias, outputs, 1 / Math.sqrt(inputs)), outputs * inputs)
  return parameters
}

/** w_ih [4H, I], w_hh [4H, H], b_ih [4H], b_hh [4H] of an LSTM cell, all U(−1/√H, 1/√H). */
export const initLstm = (key: Key, inputs: number, hidden: number): Float64Array =>
  symmetricUniforms(key, 4 * hidden * (inputs + hidden + 2), 1 / Math.sqrt(hidden))
