/**
 * Noise kernels: uniforms, normals, perturbed parameters, weighted sums of rebuilt noise.
 *
 * A counter has 64 bits, the module counts in its low word; a call whose low word would overflow goes to the plain loops.
 *
 * *Source:* `backends/reference/noise.ts`. *Deviations:* none.
 */
import type { Kernels } from '../../src/core/backend.ts'
import { reference } from '../reference/index.ts'
import { copy } from './copies.ts'
import { LIST } from './mlp.ts'
import { BYTES, type Place } from './place.ts'

type NoiseKernels = Pick<Kernels, 'uniforms' | 'normals' | 'perturb' | 'weightedNoise'>

const TWO_32 = 4294967296
/** Numbers from which a call pays. */
const DRAWS = 4
/** Numbers of a chunk of the module. */
const CHUNK = 512

export const noiseKernels = ({ arena, pays }: Place): NoiseKernels => {
  const { kernels } = arena
  const plain = reference.kernels

  return {
    uniforms: (out, key, start) => {
      const high = Math.floor(start / TWO_32)
      const low = start - high * TWO_32
      const count = out.length
      if (low + count > TWO_32 || !pays(count, DRAWS, count)) return plain.uniforms(out, key, start)
      arena.open()
      const values = arena.take(count)
      kernels.uniforms(BYTES * values, key.hi, key.lo, low, high, count)
      copy(out, 0, arena.numbers(), values, count)
    },

    normals: (out, key, start) => {
      const high = Math.floor(start / TWO_32)
      const low = start - high * TWO_32
      const count = out.length
      if (low + count > TWO_32 || !pays(count, DRAWS, count)) return plain.normals(out, key, start)
      arena.open()
      const list = arena.take(LIST)
      const values = arena.take(count)
      kernels.normals(BYTES * values, BYTES * list, key.hi, key.lo, low, high, count)
      copy(out, 0, arena.numbers(), values, count)
    },

    perturb: (out, base, key, scale) => {
      const count = out.length
      if (!pays(count, DRAWS, 2 * count)) return plain.perturb(out, base, key, scale)
      arena.open()
      const list = arena.take(LIST)
      const held = arena.take(count)
      const values = arena.take(count)
      const numbers = arena.numbers()
      copy(numbers, held, base, 0, count)
      kernels.perturb(BYTES * values, BYTES * list, BYTES * held, key.hi, key.lo, scale, count)
      copy(out, 0, numbers, values, count)
    },

    weightedNoise: (out, keys, weights) => {
      const count = out.length
      if (!pays(count, DRAWS, count + 2 * keys.length)) return plain.weightedNoise(out, keys, weights)
      arena.open()
      const list = arena.take(LIST)
      const noise = arena.take(CHUNK)
      const pairs = arena.take(keys.length)
      const held = arena.take(keys.length)
      const values = arena.take(count)
      const numbers = arena.numbers()
      const words = arena.words()
      keys.forEach(({ hi, lo }, j) => {
        words[2 * (pairs + j)] = hi
        words[2 * (pairs + j) + 1] = lo
      })
      copy(numbers, held, weights, 0, keys.length)
      kernels.weightedNoise(BYTES * values, BYTES * list, BYTES * noise, BYTES * pairs, BYTES * held, keys.length, count)
      copy(out, 0, numbers, values, count)
    },
  }
}
