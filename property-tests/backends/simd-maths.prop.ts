/**
 * The mathematics inside the simd backend has the bits of `src/core`: a seeded sweep over millions of inputs, and the edges.
 *
 * Every function is reached through a kernel: tanh and sigmoid through `activate`, exp and √ through `covariance` with one dimension (s is
 * then any number), log and the quantile of the normal distribution through `normals`.
 */
import { beforeAll, describe, expect, test } from 'vitest'
import { reference } from '../../backends/reference/index.ts'
import type { SimdExports } from '../../backends/simd/exports.ts'
import { moduleBytes, openSimd } from '../../backends/simd/index.ts'
import type { Activation, Backend } from '../../src/core/backend.ts'
import { normalOfCentred } from '../../src/core/dmath-normal.ts'
import { foldIn, normals, rootKey, uniforms } from '../../src/core/rng.ts'

const key = rootKey('simd maths')
const bits = (values: Float64Array): BigUint64Array => new BigUint64Array(values.buffer, values.byteOffset, values.length)

/** Index of the first entry that differs in its bits (any NaN equals any NaN), or −1. */
const firstDifference = (a: Float64Array, b: Float64Array): number => {
  const [left, right] = [bits(a), bits(b)]
  return left.findIndex((word, i) => word !== right[i] && !(Number.isNaN(a[i]) && Number.isNaN(b[i])))
}

/** Doubles of every size and sign, by random words. */
const everywhere = (use: number, n: number): Float64Array => {
  const out = new Float64Array(n)
  const words = bits(out)
  const [high, low] = [uniforms(foldIn(key, use), n), uniforms(foldIn(key, use + 1), n)]
  for (let i = 0; i < n; i++) words[i] = (BigInt(Math.floor(high[i] * 2 ** 32)) << 32n) | BigInt(Math.floor(low[i] * 2 ** 32))
  return out
}

const scaled = (use: number, n: number, scale: number): Float64Array => normals(foldIn(key, use), n).map((value) => scale * value)

/** What has a path of its own somewhere, and its neighbours by one unit in the last place. */
const edges = (): Float64Array => {
  const special = [
    0, Number.MIN_VALUE, 2.2250738585072014e-308, 1e-300, 1e-160, 1e-17, 0.4375, 0.5, Math.LN2 / 2, Math.LN2, 1, 21.999999999999996, 22, 36.7, 37, 40,
    699.9999999999999, 700, 700.0000000000001, 707, 708.39, 709, 709.782712893384, 709.7827128933841, 710, 744.4, 745, 745.1332191019412, 745.1332191019413,
    746, 1e5, 1e15, 2 ** 51, 2 ** 52, 2 ** 53, 1e300, Number.MAX_VALUE, Infinity, Number.NaN,
  ]
  const shifted = Float64Array.from(special.flatMap((value) => [value, value, value]))
  const words = bits(shifted)
  for (let i = 0; i < special.length; i++) {
    if (special[i] > 0 && special[i] < Number.MAX_VALUE) {
      words[3 * i + 1] += 1n
      words[3 * i + 2] -= 1n
    }
  }
  return Float64Array.from([...shifted, ...shifted].map((value, i) => (i < shifted.length ? value : -value)))
}

const inputs = (): readonly (readonly [string, Float64Array])[] => [
  ['the edges', edges()],
  ['the edges, one place on', Float64Array.from([0.3, ...edges()])],
  ['numbers of every size', everywhere(0, 300_000)],
  ['numbers about 1', scaled(10, 300_000, 1)],
  ['numbers about 10', scaled(11, 200_000, 10)],
  ['numbers about 400', scaled(12, 200_000, 400)],
  ['numbers near 0', scaled(13, 100_000, 1e-9)],
]

describe('bits of the simd backend', () => {
  let simd: Backend
  beforeAll(async () => {
    simd = await openSimd({ always: true })
  })

  test.each(['tanh', 'sigmoid', 'relu'] as const satisfies readonly Activation[])('%s', (activation) => {
    for (const [label, values] of inputs()) {
      const [here, there] = [values.slice(), values.slice()]
      simd.kernels.activate(here, activation, values.length)
      reference.kernels.activate(there, activation, values.length)
      const at = firstDifference(here, there)
      expect(at, `${label}: ${activation}(${values[at]}) is ${there[at]}, not ${here[at]}`).toBe(-1)
    }
  })

  test.each(['matern12', 'matern32', 'matern52', 'rbf'] as const)('%s, through exp and roots', (name) => {
    for (const [label, values] of inputs()) {
      const [here, there] = [new Float64Array(values.length), new Float64Array(values.length)]
      const args = [name, Float64Array.of(0), values, Float64Array.of(1), 1.5, 1, values.length] as const
      simd.kernels.covariance(here, ...args)
      reference.kernels.covariance(there, ...args)
      const at = firstDifference(here, there)
      expect(at, `${label}: ${name} of ${values[at]} is ${there[at]}, not ${here[at]}`).toBe(-1)
    }
  })

  test('uniforms and normals, from several starts of several streams', () => {
    const n = 250_000
    for (const [use, start] of [[0, 0], [1, 7], [2, 4294967296 - 1000], [3, 4294967296 * 5], [4, 2 ** 53 - 2 ** 20]] as const) {
      for (const kernel of ['uniforms', 'normals'] as const) {
        const [here, there] = [new Float64Array(n), new Float64Array(n)]
        simd.kernels[kernel](here, foldIn(key, use), start)
        reference.kernels[kernel](there, foldIn(key, use), start)
        expect(firstDifference(here, there), `${kernel} from ${start}`).toBe(-1)
      }
    }
  })

  test('normal deviates of centred uniforms, out to where a stream would need years', async () => {
    const { instance } = await WebAssembly.instantiate(moduleBytes(), {})
    const kernels = instance.exports as unknown as SimdExports
    const from = kernels.firstFree()
    const chunk = 512
    const extremes = Array.from({ length: 52 }, (_, i) => 0.5 - 2 ** -(i + 2)).flatMap((q) => [q, -q, q - 2 ** -53, 2 ** -53 - q])
    const drawn = uniforms(foldIn(key, 8), 200 * chunk).map((u) => u - 0.5)
    const tails = uniforms(foldIn(key, 7), 200 * chunk).map((u) => (0.5 - u * u * u * u * u * u * u * u) * (u < 0.5 ? 1 : -1))
    const all = Float64Array.from([...extremes, 0.425, -0.425, 0.42500000000000004, -0.42500000000000004, ...tails, ...drawn])
    for (let at = 0; at < all.length; at += chunk) {
      const part = all.slice(at, at + chunk)
      const held = new Float64Array(kernels.memory.buffer, from, chunk)
      held.fill(0)
      held.set(part)
      kernels.deviates(from, from + 16 * chunk, chunk)
      expect(firstDifference(held.slice(0, part.length), part.map(normalOfCentred))).toBe(-1)
    }
  })
})
