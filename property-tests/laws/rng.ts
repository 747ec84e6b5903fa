/**
 * Laws of keyed random numbers: what a generator owes to everything that is reproduced from a key.
 *
 * Each law is a named function that throws on violation. Statistical laws use fixed keys, so a pass stays a pass; their limits are
 * those that a sound generator exceeds about once in a million keys.
 */
import { deepStrictEqual, notDeepStrictEqual, ok, strictEqual, throws } from 'node:assert/strict'
import { normalCdf, normalQuantile } from '../../src/core/dmath.ts'
import type { Key } from '../../src/core/key.ts'
import type * as rng from '../../src/core/rng.ts'

export type RngSubject = Pick<
  typeof rng,
  | 'rootKey' | 'foldIn' | 'split' | 'uniform' | 'uniforms' | 'normal' | 'normals' | 'fillUniforms' | 'fillNormals'
  | 'integer' | 'permutation' | 'encodeKey' | 'decodeKey'
>

export type RngLaw = Readonly<{ name: string; check: (subject: RngSubject) => void }>

/** A sound generator exceeds five standard errors once in 1.7 million keys. */
const ERRORS = 5

const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length

/** √n · sup |F_n − F|; exceeds 2.7 with probability 2 exp(−2 · 2.7²) = 10⁻⁶ (Kolmogorov's limit law). */
const KS_LIMIT = 2.7
const kolmogorov = (values: Float64Array, cdf: (x: number) => number): number => {
  const ordered = values.slice().sort()
  let gap = 0
  ordered.forEach((value, i) => {
    const f = cdf(value)
    gap = Math.max(gap, f - i / ordered.length, (i + 1) / ordered.length - f)
  })
  return Math.sqrt(ordered.length) * gap
}

/** Mean and variance of `values` stay within five standard errors of those of the law; `fourth` is its fourth central moment. */
const checkMoments = (values: Float64Array, centre: number, variance: number, fourth: number): void => {
  const n = values.length
  const deviations = values.map((value) => (value - centre) * (value - centre))
  ok(Math.abs(mean(values) - centre) < ERRORS * Math.sqrt(variance / n), `mean ${mean(values)}`)
  ok(Math.abs(mean(deviations) - variance) < ERRORS * Math.sqrt((fourth - variance * variance) / n), `variance ${mean(deviations)}`)
}

/** Σ (observed − expected)²/expected over equally likely cells, as a standard normal deviate (degrees of freedom above 20). */
const chiSquareDeviate = (counts: ArrayLike<number>, draws: number): number => {
  const expected = draws / counts.length
  const chi = Array.from(counts).reduce((sum, count) => sum + ((count - expected) * (count - expected)) / expected, 0)
  return (chi - (counts.length - 1)) / Math.sqrt(2 * (counts.length - 1))
}

const bits = (key: Key): bigint => (BigInt(key.hi) << 32n) | BigInt(key.lo)
const bitsSet = (value: bigint): number => value.toString(2).replaceAll('0', '').length

/** The uniform that a block of the two words of `key` would give. */
const uniformOfWords = (key: Key): number => 0.5 + ((key.hi | 0) / 4294967296 + ((key.lo >>> 12) + 0.5) / 4503599627370496)

const root = (subject: RngSubject): Key => subject.rootKey('rng laws')

/** Starts inside a chunk, across chunks of the bulk functions, and across the low word of the counter. */
const starts = [1, 7, 511, 512, 1000, 4294967295, 4294967296 - 600, 8589934592, 9007199254739000]

/** Values that must never change: every recorded run depends on them. */
const frozen = {
  key7: '5f0f2e48142d4867',
  child: '001fd36916451706',
  uniforms: [0.4026879308404073, 0.4238348057384179, 0.39855234126326555, 0.6173181801297517],
  normals: [-0.24639579415364493, -0.19209267639588132, -0.25709597772401943, 0.2984448797245399],
  integers: [948, 407, 353, 187, 677, 64],
  permutation: [6, 1, 3, 0, 4, 2, 7, 5],
}

export const rngLaws: readonly RngLaw[] = [
  {
    name: 'split equals foldIn',
    check: (subject) => {
      const key = root(subject)
      deepStrictEqual(subject.split(key, 37), Array.from({ length: 37 }, (_, i) => subject.foldIn(key, i)))
    },
  },
  {
    name: 'a longer draw starts with the shorter one',
    check: (subject) => {
      const key = subject.foldIn(root(subject), 1)
      for (const n of [1, 5, 511, 512, 513, 1500]) {
        deepStrictEqual(subject.uniforms(key, n), subject.uniforms(key, 2000).subarray(0, n))
        deepStrictEqual(subject.normals(key, n), subject.normals(key, 2000).subarray(0, n))
      }
      strictEqual(subject.uniform(key), subject.uniforms(key, 1)[0])
      strictEqual(subject.normal(key), subject.normals(key, 1)[0])
    },
  },
  {
    name: 'number i of a stream depends on key and i only',
    check: (subject) => {
      const key = subject.foldIn(root(subject), 2)
      for (const fill of [subject.fillUniforms, subject.fillNormals]) {
        for (const start of starts) {
          const whole = new Float64Array(1300).fill(Number.NaN)
          fill(whole, key, start)
          for (const i of [0, 1, 511, 512, 599, 600, 1299]) {
            const single = Float64Array.of(123)
            fill(single, key, start + i)
            strictEqual(whole[i], single[0], `number ${start + i}`)
          }
        }
        const front = new Float64Array(600)
        fill(front, key)
        const shifted = new Float64Array(500)
        fill(shifted, key, 100)
        deepStrictEqual(shifted, front.subarray(100))
        const large = new Float64Array(600)
        fill(large, key, 4294967296)
        notDeepStrictEqual(large, front)
      }
    },
  },
  {
    name: 'a normal is the inverse distribution function of the uniform with its number',
    check: (subject) => {
      const key = subject.foldIn(root(subject), 3)
      const u = subject.uniforms(key, 20000)
      // The deviate is computed from the distance to the median, its inverse from the uniform: they differ by rounding alone.
      subject.normals(key, 20000).forEach((z, i) => ok(Math.abs(z - normalQuantile(u[i])) <= 4e-15 * Math.max(1, Math.abs(z)), `number ${i}`))
    },
  },
  {
    name: 'subkeys and draws use disjoint counters',
    check: (subject) => {
      const key = subject.foldIn(root(subject), 4)
      const drawn = new Set(subject.uniforms(key, 4096))
      for (let i = 0; i < 4096; i++) ok(!drawn.has(uniformOfWords(subject.foldIn(key, i))), `subkey ${i} is a draw`)
    },
  },
  {
    name: 'subkeys differ from each other, from their parent and between parents',
    check: (subject) => {
      const key = subject.foldIn(root(subject), 5)
      const seen = new Set([bits(key)])
      for (const index of [...Array(3000).keys(), 65536, 2147483647, 2147483648, 4294967295]) seen.add(bits(subject.foldIn(key, index)))
      for (let index = 0; index < 3000; index++) seen.add(bits(subject.foldIn(subject.foldIn(key, 3000), index)))
      strictEqual(seen.size, 1 + 3004 + 3000)
    },
  },
  {
    name: 'a changed bit of seed, index or key changes about half the bits',
    check: (subject) => {
      const pairs: (readonly [Key, Key])[] = []
      for (let i = 0; i < 256; i++) {
        const key = subject.foldIn(root(subject), 100 + i)
        pairs.push([subject.rootKey(i), subject.rootKey(i + 1)])
        pairs.push([subject.foldIn(key, 2 * i), subject.foldIn(key, 2 * i + 1)])
        pairs.push([subject.foldIn(key, i), subject.foldIn({ ...key, lo: (key.lo ^ 1) >>> 0 }, i)])
        pairs.push([subject.foldIn(key, i), subject.foldIn({ ...key, hi: (key.hi ^ 0x80000000) >>> 0 }, i)])
      }
      const distances = Float64Array.from(pairs, ([a, b]) => bitsSet(bits(a) ^ bits(b)))
      ok(Math.abs(mean(distances) - 32) < (ERRORS * 4) / Math.sqrt(distances.length), `mean distance ${mean(distances)} bits`)
      // Binomial(64, ½): fewer than 8 or more than 56 differing bits has probability 5 · 10⁻¹⁰.
      ok(distances.every((distance) => distance >= 8 && distance <= 56))
    },
  },
  {
    name: 'a number and its text are the same seed',
    check: (subject) => {
      for (const seed of [0, 1, 7, -3, 2.5, 123456789012]) deepStrictEqual(subject.rootKey(seed), subject.rootKey(String(seed)))
      notDeepStrictEqual(subject.rootKey('a'), subject.rootKey('b'))
    },
  },
  {
    name: 'uniforms fill the open unit interval evenly',
    check: (subject) => {
      const key = subject.foldIn(root(subject), 6)
      const values = subject.uniforms(key, 100000)
      ok(values.every((value) => value > 0 && value < 1))
      checkMoments(values, 1 / 2, 1 / 12, 1 / 80)
      ok(kolmogorov(values, (x) => x) < KS_LIMIT)
      const low = values.map((value) => (value * 1048576) % 1)
      ok(kolmogorov(low, (x) => x) < KS_LIMIT, 'the low bits are not even')
    },
  },
  {
    name: 'normals follow the standard normal distribution',
    check: (subject) => {
      const key = subject.foldIn(root(subject), 7)
      const values = subject.normals(key, 100000)
      checkMoments(values, 0, 1, 3)
      ok(kolmogorov(values, normalCdf) < KS_LIMIT)
      const beyond3 = values.filter((value) => Math.abs(value) > 3).length
      const expected = 2 * normalCdf(-3) * values.length
      ok(Math.abs(beyond3 - expected) < ERRORS * Math.sqrt(expected), `${beyond3} beyond three deviations, expected ${expected}`)
    },
  },
  {
    name: 'neighbours are uncorrelated, within a stream and between streams',
    check: (subject) => {
      const key = subject.foldIn(root(subject), 8)
      const n = 50000
      const a = subject.normals(subject.foldIn(key, 0), n)
      const b = subject.normals(subject.foldIn(key, 1), n)
      const firsts = Float64Array.from({ length: n }, (_, i) => subject.normal(subject.foldIn(key, i)))
      const limit = ERRORS / Math.sqrt(n)
      ok(Math.abs(mean(a.map((value, i) => value * b[i]))) < limit, 'two streams')
      for (const lag of [1, 2, 64]) {
        ok(Math.abs(mean(a.subarray(lag).map((value, i) => value * a[i]))) < limit, `one stream, lag ${lag}`)
        ok(Math.abs(mean(firsts.subarray(lag).map((value, i) => value * firsts[i]))) < limit, `first numbers of subkeys, lag ${lag}`)
      }
    },
  },
  {
    name: 'integers are equally likely below any bound',
    check: (subject) => {
      const key = subject.foldIn(root(subject), 9)
      for (const bound of [30, 100]) {
        const counts = new Float64Array(bound)
        for (let i = 0; i < 30000; i++) counts[subject.integer(subject.foldIn(key, i), bound)]++
        ok(Math.abs(chiSquareDeviate(counts, 30000)) < 6, `bound ${bound}`)
      }
      // ⅔ of 2⁵³: the lower half would come up twice as often if the incomplete last interval were kept.
      const bound = 6004799503160661
      const lower = Array.from({ length: 9000 }, (_, i) => subject.integer(subject.foldIn(key, i), bound)).filter((value) => value < bound / 2).length
      ok(Math.abs(lower - 4500) < ERRORS * Math.sqrt(2250), `${lower} of 9000 in the lower half`)
      strictEqual(subject.integer(key, 1), 0)
      ok(subject.integer(key, 9007199254740992) < 9007199254740992)
      for (const bad of [0, -1, 1.5, Number.NaN, 9007199254740994]) throws(() => subject.integer(key, bad))
    },
  },
  {
    name: 'permutations are complete and equally likely',
    check: (subject) => {
      const key = subject.foldIn(root(subject), 10)
      for (const n of [0, 1, 2, 1000]) deepStrictEqual([...subject.permutation(key, n)].sort((a, b) => a - b), [...Array(n).keys()])
      const counts = new Map<string, number>()
      for (let i = 0; i < 12000; i++) {
        const text = subject.permutation(subject.foldIn(key, i), 4).join('')
        counts.set(text, (counts.get(text) ?? 0) + 1)
      }
      strictEqual(counts.size, 24)
      ok(Math.abs(chiSquareDeviate([...counts.values()], 12000)) < 6)
    },
  },
  {
    name: 'a call repeated gives the same, whatever was called between',
    check: (subject) => {
      const key = subject.foldIn(root(subject), 11)
      const frozenKey = Object.freeze({ ...key })
      const all = (): unknown => [
        subject.foldIn(frozenKey, 3), subject.uniform(frozenKey), subject.normal(frozenKey), subject.integer(frozenKey, 1000),
        subject.permutation(frozenKey, 9), subject.normals(frozenKey, 20), subject.uniforms(frozenKey, 20), subject.rootKey('x'),
      ]
      const first = all()
      subject.normals(subject.foldIn(key, 12), 100)
      deepStrictEqual(all(), first)
    },
  },
  {
    name: 'a key is written and read back, and nothing else is read',
    check: (subject) => {
      const key = root(subject)
      for (const each of [key, { hi: 0, lo: 1 }, { hi: 4294967295, lo: 0 }, ...subject.split(key, 50)]) {
        ok(/^[0-9a-f]{16}$/.test(subject.encodeKey(each)))
        deepStrictEqual(subject.decodeKey(subject.encodeKey(each)), each)
      }
      for (const bad of ['', '0123456789abcde', '0123456789abcdefg', '0123456789ABCDEF', '0123456789abcde ', '-123456789abcdef']) {
        throws(() => subject.decodeKey(bad), RangeError)
      }
    },
  },
  {
    name: 'an index outside 0 … 2^32 - 1 is rejected',
    check: (subject) => {
      for (const bad of [-1, 0.5, 4294967296, Number.NaN, Infinity]) throws(() => subject.foldIn(root(subject), bad))
    },
  },
  {
    name: 'frozen values stay',
    check: (subject) => {
      const key = subject.rootKey(7)
      strictEqual(subject.encodeKey(key), frozen.key7)
      strictEqual(subject.encodeKey(subject.foldIn(key, 0)), frozen.child)
      deepStrictEqual([...subject.uniforms(key, 4)], frozen.uniforms)
      deepStrictEqual([...subject.normals(key, 4)], frozen.normals)
      deepStrictEqual(Array.from({ length: 6 }, (_, i) => subject.integer(subject.foldIn(key, i), 1000)), frozen.integers)
      deepStrictEqual([...subject.permutation(key, 8)], frozen.permutation)
    },
  },
]
