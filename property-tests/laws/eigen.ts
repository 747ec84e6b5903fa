/**
 * Laws of the symmetric eigen-decomposition: its definition, what scaling, shifting and permuting do, matrices with known spectra.
 *
 * Each law is a named function that throws on violation, so that it serves tests of good subjects and of broken ones.
 */
import { deepStrictEqual, ok, throws } from 'node:assert/strict'
import { cos } from '../../src/core/dmath.ts'
import type * as eigen from '../../src/core/eigen.ts'
import { foldIn, normals, permutation, rootKey } from '../../src/core/rng.ts'

export type EigenSubject = Pick<typeof eigen, 'symmetricEigen'>
export type EigenLaw = Readonly<{ name: string; check: (subject: EigenSubject) => void }>

const root = rootKey('eigen laws')
const build = (n: number, entry: (i: number, j: number) => number): Float64Array =>
  Float64Array.from({ length: n * n }, (_, at) => entry(Math.floor(at / n), at % n))
const symmetric = (label: number, n: number): Float64Array => {
  const z = normals(foldIn(root, label), n * n)
  return build(n, (i, j) => z[Math.min(i, j) * n + Math.max(i, j)])
}
/** Mean of x xᵀ over a batch smaller than n: singular, as factors of a Fisher matrix are at first. */
const singular = (label: number, n: number, batch: number): Float64Array => {
  const x = normals(foldIn(root, label), batch * n)
  return build(n, (i, j) => Array.from({ length: batch }, (_, b) => x[b * n + i] * x[b * n + j]).reduce((sum, value) => sum + value, 0) / batch)
}
const identity = (n: number): Float64Array => build(n, (i, j) => (i === j ? 1 : 0))
const matrices: readonly (readonly [string, number, Float64Array])[] = [
  ['one number', 1, Float64Array.of(-3)],
  ['two by two', 2, Float64Array.of(1, 2, 2, -1)],
  ['random', 3, symmetric(0, 3)],
  ['random', 8, symmetric(1, 8)],
  ['random', 40, symmetric(2, 40)],
  ['singular', 12, singular(3, 12, 4)],
  ['identity', 6, identity(6)],
  ['zero', 5, new Float64Array(25)],
  ['already tridiagonal', 9, build(9, (i, j) => (i === j ? 2 : Math.abs(i - j) === 1 ? -1 : 0))],
  ['many equal values', 7, build(7, () => 1)],
  ['tiny', 6, symmetric(4, 6).map((value) => value * 1e-200)],
  ['huge', 6, symmetric(5, 6).map((value) => value * 1e200)],
]
/** Allowed error relative to the largest entry: n · 2.2e-16 times a factor of a few dozen. */
const allowed = (n: number, matrix: Float64Array): number => 1e-14 * n * matrix.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
const near = (what: string, actual: number, expected: number, tolerance: number): void =>
  ok(Math.abs(actual - expected) <= tolerance, `${what}: ${actual} instead of ${expected}`)

export const eigenLaws: readonly EigenLaw[] = [
  {
    name: 'the rows are orthonormal and give the matrix back with the values, which ascend',
    check: (subject) => {
      for (const [name, n, matrix] of matrices) {
        const { values, vectors } = subject.symmetricEigen(matrix, n)
        for (let i = 0; i < n; i++) {
          ok(i === 0 || values[i] >= values[i - 1], `${name}: values fall`)
          for (let j = 0; j < n; j++) {
            let [dot, entry] = [0, 0]
            for (let k = 0; k < n; k++) {
              dot += vectors[i * n + k] * vectors[j * n + k]
              entry += vectors[k * n + i] * values[k] * vectors[k * n + j]
            }
            near(`${name}: V Vᵀ`, dot, i === j ? 1 : 0, 1e-14 * n)
            near(`${name}: Vᵀ Λ V`, entry, matrix[i * n + j], allowed(n, matrix))
          }
        }
      }
    },
  },
  {
    name: 'the second difference has the values 2 − 2 cos(kπ/(n + 1))',
    check: (subject) => {
      const n = 30
      const { values } = subject.symmetricEigen(build(n, (i, j) => (i === j ? 2 : Math.abs(i - j) === 1 ? -1 : 0)), n)
      values.forEach((value, k) => near(`value ${k}`, value, 2 - 2 * cos(((k + 1) * Math.PI) / (n + 1)), 1e-13)) // rounding of sums of order 4
    },
  },
  {
    name: 'values add up to the trace, move with a shift, and do not see the order of rows',
    check: (subject) => {
      for (const [name, n, matrix] of matrices) {
        const tolerance = allowed(n, matrix)
        const { values } = subject.symmetricEigen(matrix, n)
        const trace = identity(n).reduce((sum, one, at) => sum + one * matrix[at], 0)
        near(`${name}: trace`, values.reduce((sum, value) => sum + value, 0), trace, n * tolerance)
        const order = permutation(foldIn(root, 10), n)
        const shuffled = subject.symmetricEigen(build(n, (i, j) => matrix[order[i] * n + order[j]]), n).values
        shuffled.forEach((value, k) => near(`${name}: shuffled`, value, values[k], tolerance))
        if (name === 'tiny' || name === 'huge') continue
        const shifted = subject.symmetricEigen(matrix.map((value, at) => value + 3 * identity(n)[at]), n).values
        shifted.forEach((value, k) => near(`${name}: shifted`, value, values[k] + 3, tolerance + 1e-14 * n))
      }
    },
  },
  {
    name: 'the input is left unchanged, scaling by a power of two changes no bit, what is not a number ends',
    check: (subject) => {
      const matrix = symmetric(20, 7)
      const before = matrix.slice()
      const { values, vectors } = subject.symmetricEigen(matrix, 7)
      deepStrictEqual(matrix, before)
      const scaled = subject.symmetricEigen(matrix.map((value) => 1024 * value), 7)
      deepStrictEqual(scaled, { values: values.map((value) => 1024 * value), vectors })
      ok(subject.symmetricEigen(matrix.map((value, at) => (at === 10 ? NaN : value)), 7).values.some(Number.isNaN), 'a NaN is gone')
      throws(() => subject.symmetricEigen(matrix, 6))
    },
  },
]
