import { describe, expect, it } from 'vitest'
import { canonicalFloat64Bytes, sha256Hex } from '../../src/core/digest.ts'
import { rootKey, uniforms } from '../../src/core/rng.ts'
import { callByName } from './dmath-functions.ts'
import type { FunctionName } from './dmath-functions.ts'

/** Digests of 3 · 2000 results per function. A change here changes every recorded run and belongs into the changelog. */
const goldens: Readonly<Record<FunctionName, string>> = {
  acos: 'c623b9f0ef3a39ab',
  asin: 'ce68a7c6eed9f403',
  atan: '6567c5392716f136',
  atan2: '289ac602726e419c',
  cbrt: 'cfd690984a250296',
  cos: 'd35e6700979b821e',
  cosh: '7fad40c3bc7868f2',
  erf: '48ad1dd0772892ac',
  erfc: '557c1e0579e57cea',
  exp: '84ceb06885566279',
  expm1: '669878662b81b90c',
  hypot: '016898e194f5390d',
  log: '324b2698daae880e',
  log10: 'e9f12fbbd20583c1',
  log1p: 'f5dcf80514fae527',
  log2: '9d2d6a2085a63db0',
  logNormalCdf: '2e89bb3ee0cc87b3',
  normalCdf: 'd51345f25ea6f8da',
  normalPdf: '2e3a3143b12fa92a',
  normalQuantile: 'bb5b5f6130dc497a',
  pow: '5796d2ca4158bbc8',
  sigmoid: 'af83a8dcb09dde19',
  sin: '55d9f9ee76655d1b',
  sinh: 'b5f22bbfc554a950',
  softplus: 'fdbc79537bd0a493',
  tan: 'eaea3b345eeb3471',
  tanh: 'a64e34178a5c1907',
}

const u = uniforms(rootKey('dmath golden'), 4000)

/** Arguments of ordinary, small and large size. */
const answers = (name: FunctionName): Float64Array =>
  Float64Array.from({ length: 6000 }, (_, i) => {
    const scale = [4, 1e-3, 300][i % 3]
    const at = Math.floor(i / 3)
    return callByName(name, [(2 * u[at] - 1) * scale, (2 * u[2000 + at] - 1) * scale])
  })

describe('elementary functions keep their bits', () => {
  it.each(Object.entries(goldens))('%s: %s', (name, golden) => {
    expect(sha256Hex(canonicalFloat64Bytes(answers(name as FunctionName))).slice(0, 16)).toBe(golden)
  })
})
