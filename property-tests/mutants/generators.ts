/**
 * Random generators with one flaw each, for the laws to catch.
 */
import type { Key } from '../../src/core/key.ts'
import * as rng from '../../src/core/rng.ts'
import type { RngSubject } from '../laws/rng.ts'

const sound: RngSubject = rng

/** Draws through `change` of each uniform, in all four functions that draw uniforms. */
const withUniforms = (change: (u: number, key: Key, index: number) => number): RngSubject => {
  const fillUniforms: RngSubject['fillUniforms'] = (out, key, start = 0) => {
    sound.fillUniforms(out, key, start)
    out.forEach((u, i) => (out[i] = change(u, key, start + i)))
  }
  const uniforms: RngSubject['uniforms'] = (key, n) => {
    const out = new Float64Array(n)
    fillUniforms(out, key)
    return out
  }
  return { ...sound, fillUniforms, uniforms, uniform: (key) => uniforms(key, 1)[0] }
}

/** The same for normals. */
const withNormals = (change: (z: number, key: Key, index: number) => number): RngSubject => {
  const fillNormals: RngSubject['fillNormals'] = (out, key, start = 0) => {
    sound.fillNormals(out, key, start)
    out.forEach((z, i) => (out[i] = change(z, key, start + i)))
  }
  const normals: RngSubject['normals'] = (key, n) => {
    const out = new Float64Array(n)
    fillNormals(out, key)
    return out
  }
  return { ...sound, fillNormals, normals, normal: (key) => normals(key, 1)[0] }
}

const numberAt = (key: Key, index: number): number => {
  const out = new Float64Array(1)
  sound.fillNormals(out, key, index)
  return out[0]
}

/** A key from the two words that number `index` of the stream is made of. */
const keyFromDraw = (key: Key, index: number): Key => {
  const words = new Int32Array(2)
  rng.threefryBlocks(words, key.hi | 0, key.lo | 0, index | 0, 0, 1)
  return { hi: words[0] >>> 0, lo: words[1] >>> 0 }
}

const withFoldIn = (foldIn: RngSubject['foldIn']): RngSubject => ({
  ...sound,
  foldIn,
  split: (key, n) => Array.from({ length: n }, (_, i) => foldIn(key, i)),
})

const checked = (index: number): number => {
  if (!(Number.isInteger(index) && index >= 0 && index < 4294967296)) throw new Error('index')
  return index
}

let calls = 0

export const generatorMutants = {
  'splits into other keys than foldIn': { ...sound, split: (key, n) => sound.split(sound.foldIn(key, 0), n) },
  'draws as many numbers as it was asked for at once': { ...sound, normals: (key, n) => sound.normals(sound.foldIn(key, n), n) },
  'ignores where to start': { ...sound, fillNormals: (out, key) => sound.fillNormals(out, key) },
  'forgets the high word of the counter': { ...sound, fillUniforms: (out, key, start = 0) => sound.fillUniforms(out, key, start % 4294967296) },
  'draws normals from another stream': withNormals((_, key, index) => numberAt(sound.foldIn(key, 0), index)),
  'takes subkeys from the draws': withFoldIn((key, index) => keyFromDraw(key, checked(index))),
  'folds in half an index': withFoldIn((key, index) => sound.foldIn(key, checked(index) & 0xffff)),
  'adds the index to the key': withFoldIn((key, index) => ({ hi: key.hi, lo: (key.lo + checked(index) + 1) >>> 0 })),
  'hashes a number otherwise than its text': { ...sound, rootKey: (seed) => sound.rootKey(typeof seed === 'number' ? `n${seed}` : seed) },
  'can draw 0': withUniforms((u) => u - u % 0.001953125),
  'prefers small uniforms': withUniforms((u) => u * u),
  'draws normals of variance 1.05': withNormals((z) => z * Math.sqrt(1.05)),
  'cuts the tails off': withNormals((z) => Math.max(-3, Math.min(3, z))),
  'mixes each normal with its successor': withNormals((z, key, index) => 0.8 * z + 0.6 * numberAt(key, index + 1)),
  'keeps the incomplete last interval': {
    ...sound,
    integer: (key, bound) => {
      sound.integer(key, bound)
      return Math.floor(sound.uniform(key) * 9007199254740992) % bound
    },
  },
  'clamps a bad bound': { ...sound, integer: (key, bound) => sound.integer(key, Math.max(1, Math.min(9007199254740992, Math.floor(bound) || 1))) },
  'swaps each entry with any other': {
    ...sound,
    permutation: (key, n) => {
      const out = Uint32Array.from({ length: n }, (_, i) => i)
      for (let i = 0; i < n; i++) {
        const j = sound.integer(sound.foldIn(key, i), n)
        const moved = out[i]
        out[i] = out[j]
        out[j] = moved
      }
      return out
    },
  },
  'keeps a hidden stream': { ...sound, normal: (key) => sound.normals(key, ++calls)[calls - 1] },
  'drops leading zeros of a key': { ...sound, encodeKey: (key) => key.hi.toString(16) + key.lo.toString(16) },
  'reads upper case': { ...sound, decodeKey: (text) => sound.decodeKey(text.toLowerCase()) },
  'wraps a bad index': withFoldIn((key, index) => sound.foldIn(key, index >>> 0)),
  'starts from another root': { ...sound, rootKey: (seed) => sound.foldIn(sound.rootKey(seed), 0) },
} satisfies Record<string, RngSubject>

export type GeneratorFlaw = keyof typeof generatorMutants
