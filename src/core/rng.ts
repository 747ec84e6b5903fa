/**
 * Splittable, counter-based random numbers: every number is a pure function of a key and an index.
 *
 * Threefry-2x32-20 maps a key and a 64-bit counter to 64 random bits. The counter's high word separates two domains: below 2²¹
 * it belongs to draws (counter = index of the number), 2³¹ marks `foldIn`. One block gives one uniform; a normal is the inverse
 * distribution function of one uniform. So number i of a stream can be had without its predecessors, and a longer draw starts
 * with the shorter one.
 *
 * The module holds scratch words for single draws. Each is written before it is read in the same call.
 *
 * *Source:* J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3", SC11, section 4
 * (Threefry); M. J. Wichura 1988, Algorithm AS 241, Applied Statistics 37 (PPND16); split and fold-in after JAX, design note 263.
 * *Deviations:* 1. a uniform is an odd multiple of 2⁻⁵³ (52 random bits): in the open interval (0, 1) and symmetric about ½.
 * 2. a new key is one block in the fold-in domain, both for `split` and for `foldIn`, so that they agree by construction.
 */
import seedrandom from 'seedrandom'
import { normalOfCentred } from './dmath-normal.ts'
import { invariant } from './invariant.ts'
import type { Key } from './key.ts'

/** Key schedule constant of Threefry with 32-bit words. */
const PARITY = 0x1bd11bda
const FOLD_DOMAIN = 0x80000000 | 0
const TWO_32 = 4294967296
const INVERSE_TWO_32 = 1 / TWO_32
/** 2⁻⁵², the spacing of uniforms, and half of it. */
const SPACING = 2.220446049250313e-16
const HALF_SPACING = 1.1102230246251565e-16
const TWO_53 = 9007199254740992

/** Words of the one block that a single draw needs; written before it is read in the same call. */
const block = new Int32Array(2)

/** Draws of at most so many numbers, as a step of an environment makes them, share their words: they allocate nothing. */
const FEW = 16
const fewBlocks = new Int32Array(2 * FEW)

/**
 * Threefry-2x32-20: `count` blocks of counters (c0, c1), (c0 + 1, c1), … under key (k0, k1), two signed 32-bit words each, into `words`.
 *
 * The caller sees to it that c0 + count does not pass 2³². The twenty rounds are written out: this is the innermost loop of every draw.
 */
export const threefryBlocks = (words: Int32Array, k0: number, k1: number, c0: number, c1: number, count: number): void => {
  const k2 = PARITY ^ k0 ^ k1
  const start1 = (c1 + k1) | 0
  for (let i = 0; i < count; i++) {
    let x0 = (c0 + i + k0) | 0
    let x1 = start1
    x0 = (x0 + x1) | 0
    x1 = ((x1 << 13) | (x1 >>> 19)) ^ x0
    x0 = (x0 + x1) | 0
    x1 = ((x1 << 15) | (x1 >>> 17)) ^ x0
    x0 = (x0 + x1) | 0
    x1 = ((x1 << 26) | (x1 >>> 6)) ^ x0
    x0 = (x0 + x1) | 0
    x1 = ((x1 << 6) | (x1 >>> 26)) ^ x0
    x0 = (x0 + k1) | 0
    x1 = (x1 + k2 + 1) | 0
    x0 = (x0 + x1) | 0
    x1 = ((x1 << 17) | (x1 >>> 15)) ^ x0
    x0 = (x0 + x1) | 0
    x1 = ((x1 << 29) | (x1 >>> 3)) ^ x0
    x0 = (x0 + x1) | 0
    x1 = ((x1 << 16) | (x1 >>> 16)) ^ x0
    x0 = (x0 + x1) | 0
    x1 = ((x1 << 24) | (x1 >>> 8)) ^ x0
    x0 = (x0 + k2) | 0
    x1 = (x1 + k0 + 2) | 0
    x0 = (x0 + x1) | 0
    x1 = ((x1 << 13) | (x1 >>> 19)) ^ x0
    x0 = (x0 + x1) | 0
    x1 = ((x1 << 15) | (x1 >>> 17)) ^ x0
    x0 = (x0 + x1) | 0
    x1 = ((x1 << 26) | (x1 >>> 6)) ^ x0
    x0 = (x0 + x1) | 0
    x1 = ((x1 << 6) | (x1 >>> 26)) ^ x0
    x0 = (x0 + k0) | 0
    x1 = (x1 + k1 + 3) | 0
    x0 = (x0 + x1) | 0
    x1 = ((x1 << 17) | (x1 >>> 15)) ^ x0
    x0 = (x0 + x1) | 0
    x1 = ((x1 << 29) | (x1 >>> 3)) ^ x0
    x0 = (x0 + x1) | 0
    x1 = ((x1 << 16) | (x1 >>> 16)) ^ x0
    x0 = (x0 + x1) | 0
    x1 = ((x1 << 24) | (x1 >>> 8)) ^ x0
    x0 = (x0 + k1) | 0
    x1 = (x1 + k2 + 4) | 0
    x0 = (x0 + x1) | 0
    x1 = ((x1 << 13) | (x1 >>> 19)) ^ x0
    x0 = (x0 + x1) | 0
    x1 = ((x1 << 15) | (x1 >>> 17)) ^ x0
    x0 = (x0 + x1) | 0
    x1 = ((x1 << 26) | (x1 >>> 6)) ^ x0
    x0 = (x0 + x1) | 0
    x1 = ((x1 << 6) | (x1 >>> 26)) ^ x0
    x0 = (x0 + k2) | 0
    x1 = (x1 + k0 + 5) | 0
    words[2 * i] = x0
    words[2 * i + 1] = x1
  }
}

/** Blocks of draw number `start` onwards. */
const drawBlocks = (words: Int32Array, key: Key, start: number, count: number): void => {
  const c1 = Math.floor(start * INVERSE_TWO_32)
  const c0 = start - c1 * TWO_32
  if (c0 + count <= TWO_32) {
    threefryBlocks(words, key.hi | 0, key.lo | 0, c0 | 0, c1, count)
    return
  }
  const before = TWO_32 - c0
  threefryBlocks(words, key.hi | 0, key.lo | 0, c0 | 0, c1, before)
  threefryBlocks(words.subarray(2 * before), key.hi | 0, key.lo | 0, 0, c1 + 1, count - before)
}

/** An odd multiple of 2⁻⁵³ in (−½, ½) from the two words of a block; exact. */
const centred = (word0: number, word1: number): number => word0 * INVERSE_TWO_32 + ((word1 >>> 12) * SPACING + HALF_SPACING)

/**
 * The key of a user's seed. A number and its decimal text give the same key: `rootKey(7)` equals `rootKey('7')`.
 */
export const rootKey = (seed: string | number): Key => {
  const words = seedrandom.xor4096(String(seed))
  const hi = words.int32() >>> 0
  return { hi, lo: words.int32() >>> 0 }
}

/** The subkey of `key` with number `index`, an integer in 0 … 2³² − 1 (otherwise an `InvariantError` is thrown). */
export const foldIn = (key: Key, index: number): Key => {
  invariant(index >= 0 && index < TWO_32 && Math.floor(index) === index, `foldIn: index must be an integer in 0 … 2^32 - 1, received ${index}`)
  threefryBlocks(block, key.hi | 0, key.lo | 0, index | 0, FOLD_DOMAIN, 1)
  return { hi: block[0] >>> 0, lo: block[1] >>> 0 }
}

/** n subkeys; `split(key, n)[i]` equals `foldIn(key, i)`. */
export const split = (key: Key, n: number): readonly Key[] => Array.from({ length: n }, (_, i) => foldIn(key, i))

/** Blocks drawn at a time by the bulk functions: small enough for the first-level cache. */
const CHUNK = 512

/** out[i] = uniform number `start + i` of the stream of `key`, in the open interval (0, 1); `start` is an integer below 2⁵³. */
export const fillUniforms = (out: Float64Array, key: Key, start = 0): void => {
  const words = out.length <= FEW ? fewBlocks : new Int32Array(2 * Math.min(CHUNK, out.length))
  for (let from = 0; from < out.length; from += CHUNK) {
    const count = Math.min(CHUNK, out.length - from)
    drawBlocks(words, key, start + from, count)
    for (let i = 0; i < count; i++) out[from + i] = 0.5 + centred(words[2 * i], words[2 * i + 1])
  }
}

/** out[i] = standard normal number `start + i` of the stream of `key`, |out[i]| < 8.3; `start` is an integer below 2⁵³. */
export const fillNormals = (out: Float64Array, key: Key, start = 0): void => {
  const words = out.length <= FEW ? fewBlocks : new Int32Array(2 * Math.min(CHUNK, out.length))
  for (let from = 0; from < out.length; from += CHUNK) {
    const count = Math.min(CHUNK, out.length - from)
    drawBlocks(words, key, start + from, count)
    for (let i = 0; i < count; i++) out[from + i] = normalOfCentred(centred(words[2 * i], words[2 * i + 1]))
  }
}

/** The first n uniforms of the stream of `key`. */
export const uniforms = (key: Key, n: number): Float64Array => {
  const out = new Float64Array(n)
  fillUniforms(out, key)
  return out
}

/** The first n standard normals of the stream of `key`. */
export const normals = (key: Key, n: number): Float64Array => {
  const out = new Float64Array(n)
  fillNormals(out, key)
  return out
}

/** One uniform in (0, 1): number 0 of the stream. */
export const uniform = (key: Key): number => {
  drawBlocks(block, key, 0, 1)
  return 0.5 + centred(block[0], block[1])
}

/** One standard normal: number 0 of the stream. */
export const normal = (key: Key): number => {
  drawBlocks(block, key, 0, 1)
  return normalOfCentred(centred(block[0], block[1]))
}

/** Number of the first block that `integerFrom` did not use; read at once by the caller. */
const nextBlock = new Float64Array(1)

/** An integer in 0 … bound − 1 from the first block at or after `start` that does not fall into the incomplete last interval of 2⁵³. */
const integerFrom = (key: Key, bound: number, start: number): number => {
  const limit = TWO_53 - (TWO_53 % bound)
  for (let i = start; ; i++) {
    drawBlocks(block, key, i, 1)
    const value = (block[0] >>> 0) * 2097152 + (block[1] >>> 11) // 53 bits
    if (value < limit) {
      nextBlock[0] = i + 1
      return value % bound
    }
  }
}

/** An integer in 0 … bound − 1, every one exactly equally likely; `bound` is an integer in 1 … 2⁵³. */
export const integer = (key: Key, bound: number): number => {
  invariant(bound >= 1 && bound <= TWO_53 && Math.floor(bound) === bound, `integer: bound must be an integer in 1 … 2^53, received ${bound}`)
  return integerFrom(key, bound, 0)
}

/** A permutation of 0 … n − 1, every one equally likely (R. A. Fisher and F. Yates 1938, in the form of R. Durstenfeld 1964). */
export const permutation = (key: Key, n: number): Uint32Array => {
  const out = Uint32Array.from({ length: n }, (_, i) => i)
  let at = 0
  for (let i = n - 1; i > 0; i--) {
    const j = integerFrom(key, i + 1, at)
    at = nextBlock[0]
    const moved = out[i]
    out[i] = out[j]
    out[j] = moved
  }
  return out
}

/** The key as 16 lower-case hexadecimal digits. */
export const encodeKey = (key: Key): string => key.hi.toString(16).padStart(8, '0') + key.lo.toString(16).padStart(8, '0')

/** Inverse of `encodeKey`; anything else than 16 hexadecimal digits throws a `RangeError`. */
export const decodeKey = (text: string): Key => {
  if (!/^[0-9a-f]{16}$/.test(text)) throw new RangeError(`decodeKey: expected 16 lower-case hexadecimal digits, received '${text}'`)
  return { hi: Number.parseInt(text.slice(0, 8), 16), lo: Number.parseInt(text.slice(8), 16) }
}
