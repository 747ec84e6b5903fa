import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as dmath from '../../src/core/dmath.ts'
import { withPlatformMathForbidden } from '../platform-math.ts'
import { callByName as call, functions } from './dmath-functions.ts'
import type { FunctionName as Name } from './dmath-functions.ts'

type Points = Readonly<{ arguments: readonly (readonly number[])[]; value: readonly number[]; rest: readonly number[] }>

const fixture = JSON.parse(gunzipSync(readFileSync(new URL('../fixtures/dmath/values.json.gz', import.meta.url))).toString('utf8')) as {
  functions: Record<Name, Points>
}

/** Distance from |value| to the next double. */
const ulp = (value: number): number => {
  const cell = Float64Array.of(Math.abs(value))
  const bits = new BigUint64Array(cell.buffer)
  if (cell[0] === Number.MAX_VALUE) return 1.99584030953472e292
  bits[0] += 1n
  return cell[0] - Math.abs(value)
}

/**
 * Units in the last place by which each function may miss the exact value. Twenty thousand points per function showed at most the
 * figure in brackets; a double is itself up to half a unit away.
 */
const bounds: Readonly<Record<Name, number>> = {
  exp: 0.8, // 0.75
  expm1: 1, // 0.94
  log: 0.8, // 0.73
  log1p: 0.85, // 0.78
  log2: 0.51, // 0.50
  log10: 0.51, // 0.50
  tanh: 1.25, // 1.16
  sinh: 1.75, // 1.62
  cosh: 1.1, // 1.02
  sin: 0.8, // 0.74
  cos: 0.8, // 0.77
  tan: 0.9, // 0.86
  asin: 0.75, // 0.71
  acos: 0.75, // 0.66
  atan: 0.7, // 0.62
  atan2: 0.7, // 0.67
  pow: 0.7, // 0.64
  cbrt: 0.7, // 0.67
  hypot: 0.51, // 0.50
  sigmoid: 1.9, // 1.79
  softplus: 1.5, // 1.34
  erf: 1.5, // 1.30
  erfc: 3.7, // 3.31
  normalPdf: 2, // 1.86
  normalCdf: 4.7, // 4.19
  logNormalCdf: 4.5, // 4.00
  normalQuantile: 6.5, // 5.88, in the far tail
}

/** Largest error in ulps over the points of a fixture, for a function of their arguments. */
const worstError = (points: Points, f: (...args: readonly number[]) => number): number => {
  const { arguments: columns, value, rest } = points
  return value.reduce((worst, reference, i) => {
    const error = Math.abs((f(...columns.map((column) => column[i])) - reference) / ulp(reference) - rest[i])
    return error <= worst ? worst : error // a NaN error replaces the worst
  }, 0)
}

describe('elementary functions', () => {
  it('all have high-precision values', () => {
    const scalar = Object.keys(dmath).filter((name) => name !== 'sineAndCosine')
    expect(Object.keys(functions).sort()).toEqual(scalar.sort())
    expect(Object.keys(fixture.functions).sort()).toEqual(Object.keys(functions).sort())
    for (const { value } of Object.values(fixture.functions)) expect(value.length).toBeGreaterThan(400)
  })

  it.each(Object.entries(bounds))('%s is within %s ulp', (name, bound) => {
    expect(worstError(fixture.functions[name as Name], (...args) => call(name as Name, args))).toBeLessThanOrEqual(bound)
  })

  it('an error of one part in 10^15 would be seen', () => {
    for (const name of ['exp', 'log', 'tanh', 'sin', 'pow'] as const) {
      expect(worstError(fixture.functions[name], (...args) => call(name, args) * (1 + 1e-15))).toBeGreaterThan(bounds[name])
    }
  })

  it('use no mathematics, randomness or clock of the platform', () => {
    const answers = () =>
      Object.entries(fixture.functions).map(([name, points]) =>
        points.value.map((_, i) => call(name as Name, points.arguments.map((column) => column[i]))),
      )
    expect(withPlatformMathForbidden(answers)).toEqual(answers())
  })
})

const { NaN: nan, POSITIVE_INFINITY: inf, MIN_VALUE: tiny, MAX_VALUE: huge } = Number

/** Argument or arguments, and the exact answer (compared by Object.is: signed zeros count). */
const specials: readonly (readonly [Name, readonly number[], number])[] = [
  ['exp', [0], 1], ['exp', [-0], 1], ['exp', [inf], inf], ['exp', [-inf], 0], ['exp', [nan], nan], ['exp', [710], inf], ['exp', [-746], 0],
  ['exp', [tiny], 1], ['exp', [-745.1332191019411], 5e-324], ['exp', [709.782712893384], 1.7976931348622732e308],
  ['expm1', [0], 0], ['expm1', [-0], -0], ['expm1', [inf], inf], ['expm1', [-inf], -1], ['expm1', [nan], nan], ['expm1', [tiny], tiny],
  ['expm1', [-50], -1],
  ['log', [1], 0], ['log', [0], -inf], ['log', [-0], -inf], ['log', [-1], nan], ['log', [inf], inf], ['log', [nan], nan],
  ['log', [tiny], -744.4400719213812],
  ['log1p', [0], 0], ['log1p', [-0], -0], ['log1p', [-1], -inf], ['log1p', [-2], nan], ['log1p', [inf], inf], ['log1p', [nan], nan],
  ['log1p', [-tiny], -tiny],
  ['log2', [0], -inf], ['log2', [-1], nan], ['log2', [inf], inf], ['log2', [nan], nan], ['log2', [tiny], -1074], ['log2', [1], 0],
  ['log10', [0], -inf], ['log10', [-1], nan], ['log10', [inf], inf], ['log10', [nan], nan], ['log10', [1], 0],
  ['tanh', [0], 0], ['tanh', [-0], -0], ['tanh', [inf], 1], ['tanh', [-inf], -1], ['tanh', [nan], nan], ['tanh', [tiny], tiny],
  ['tanh', [-huge], -1], ['tanh', [20], 1],
  ['sinh', [0], 0], ['sinh', [-0], -0], ['sinh', [inf], inf], ['sinh', [-inf], -inf], ['sinh', [nan], nan], ['sinh', [tiny], tiny],
  ['sinh', [711], inf],
  ['cosh', [0], 1], ['cosh', [inf], inf], ['cosh', [-inf], inf], ['cosh', [nan], nan], ['cosh', [tiny], 1], ['cosh', [-711], inf],
  ['sin', [0], 0], ['sin', [-0], -0], ['sin', [inf], nan], ['sin', [nan], nan], ['sin', [tiny], tiny],
  // The double nearest to a multiple of π/2: 61 bits cancel.
  ['cos', [6381956970095103 * 2 ** 797], -4.687165924254628e-19], ['sin', [6381956970095103 * 2 ** 797], 1],
  ['cos', [0], 1], ['cos', [-0], 1], ['cos', [-inf], nan], ['cos', [nan], nan],
  ['tan', [0], 0], ['tan', [-0], -0], ['tan', [inf], nan], ['tan', [nan], nan], ['tan', [-tiny], -tiny],
  ['asin', [0], 0], ['asin', [-0], -0], ['asin', [1], Math.PI / 2], ['asin', [-1], -Math.PI / 2], ['asin', [1.1], nan], ['asin', [nan], nan],
  ['acos', [1], 0], ['acos', [0], Math.PI / 2], ['acos', [-1], Math.PI], ['acos', [-1.1], nan], ['acos', [nan], nan],
  ['atan', [0], 0], ['atan', [-0], -0], ['atan', [inf], Math.PI / 2], ['atan', [-inf], -Math.PI / 2], ['atan', [nan], nan],
  ['atan', [huge], Math.PI / 2],
  ['atan2', [0, 1], 0], ['atan2', [-0, 1], -0], ['atan2', [0, -1], Math.PI], ['atan2', [-0, -1], -Math.PI], ['atan2', [0, 0], 0],
  ['atan2', [0, -0], Math.PI],
  ['atan2', [-0, -0], -Math.PI], ['atan2', [1, 0], Math.PI / 2], ['atan2', [-1, -0], -Math.PI / 2], ['atan2', [1, inf], 0],
  ['atan2', [-1, -inf], -Math.PI],
  ['atan2', [inf, 5], Math.PI / 2], ['atan2', [inf, inf], Math.PI / 4], ['atan2', [-inf, -inf], (-3 * Math.PI) / 4],
  ['atan2', [nan, 1], nan], ['atan2', [1, nan], nan],
  ['pow', [2, 10], 1024], ['pow', [2, -1074], tiny], ['pow', [10, 22], 1e22], ['pow', [nan, 0], 1], ['pow', [0, 0], 1],
  ['pow', [1, inf], nan], ['pow', [-1, -inf], nan],
  ['pow', [0.5, inf], 0], ['pow', [2, -inf], 0], ['pow', [0.5, -inf], inf], ['pow', [-0, -3], -inf], ['pow', [-0, 3], -0],
  ['pow', [-0, 2], 0], ['pow', [0, -0.5], inf],
  ['pow', [-inf, 3], -inf], ['pow', [-inf, -3], -0], ['pow', [-8, 3], -512], ['pow', [-8, 1 / 3], nan], ['pow', [2, nan], nan],
  ['pow', [2, 1024], inf], ['pow', [2, -1080], 0],
  ['pow', [-2, 1025], -inf], ['pow', [1, nan], nan], ['pow', [huge, huge], inf], ['pow', [1 + 2 ** -52, 1e300], inf],
  ['pow', [1 - 2 ** -53, -1e300], inf],
  ['cbrt', [27], 3], ['cbrt', [-8], -2], ['cbrt', [0], 0], ['cbrt', [-0], -0], ['cbrt', [inf], inf], ['cbrt', [-inf], -inf], ['cbrt', [nan], nan],
  ['hypot', [3, 4], 5], ['hypot', [0, -0], 0], ['hypot', [inf, nan], inf], ['hypot', [nan, -inf], inf], ['hypot', [nan, 1], nan],
  ['hypot', [tiny, 0], tiny], ['hypot', [huge, huge], inf],
  ['sigmoid', [0], 0.5], ['sigmoid', [inf], 1], ['sigmoid', [-inf], 0], ['sigmoid', [nan], nan], ['sigmoid', [-1000], 0], ['sigmoid', [1000], 1],
  ['softplus', [inf], inf], ['softplus', [-inf], 0], ['softplus', [nan], nan], ['softplus', [1000], 1000],
  ['erf', [0], 0], ['erf', [-0], -0], ['erf', [inf], 1], ['erf', [-inf], -1], ['erf', [nan], nan], ['erf', [-7], -1],
  ['erfc', [0], 1], ['erfc', [inf], 0], ['erfc', [-inf], 2], ['erfc', [nan], nan], ['erfc', [30], 0],
  ['normalPdf', [inf], 0], ['normalPdf', [-inf], 0], ['normalPdf', [nan], nan],
  ['normalCdf', [0], 0.5], ['normalCdf', [inf], 1], ['normalCdf', [-inf], 0], ['normalCdf', [nan], nan],
  ['logNormalCdf', [inf], -0], ['logNormalCdf', [-inf], -inf], ['logNormalCdf', [nan], nan], ['logNormalCdf', [100], -0],
  ['normalQuantile', [0], -inf], ['normalQuantile', [1], inf], ['normalQuantile', [0.5], 0], ['normalQuantile', [-0.1], nan],
  ['normalQuantile', [1.1], nan], ['normalQuantile', [nan], nan],
]

describe('special arguments', () => {
  it.each(specials)('%s(%j) is %d', (name, args, expected) => {
    expect(call(name, args)).toBe(expected)
  })

  it('powers of two and ten have exact logarithms', () => {
    for (let k = -1074; k <= 1023; k++) expect(dmath.log2(dmath.pow(2, k))).toBe(k)
    for (let k = 0; k <= 22; k++) expect(dmath.log10(Number(`1e${k}`))).toBe(k)
  })

  it('products of small integers have exact powers', () => {
    for (let base = 2; base <= 20; base++) {
      for (let k = 0, product = 1; product < 2 ** 53; k++, product *= base) expect(dmath.pow(base, k)).toBe(product)
    }
  })
})

const settings = { seed: 42, numRuns: 2000 }
const finite = fc.double({ noNaN: true, noDefaultInfinity: true })

describe('symmetries', () => {
  it.each(['tanh', 'sinh', 'sin', 'tan', 'asin', 'atan', 'cbrt', 'erf', 'expm1'] as const)('%s keeps the sign; all but expm1 are odd to the bit', (name) => {
    fc.assert(
      fc.property(finite, (x) => {
        const value = call(name, [x])
        if (name !== 'sin' && name !== 'tan') expect(Number.isNaN(value) || value === 0 || Math.sign(value) === Math.sign(x)).toBe(true)
        if (name !== 'expm1') expect(call(name, [-x])).toBe(-value)
      }),
      settings,
    )
  })

  it.each(['cos', 'cosh', 'normalPdf'] as const)('%s is even to the bit', (name) => {
    fc.assert(
      fc.property(finite, (x) => {
        expect(call(name, [-x])).toBe(call(name, [x]))
      }),
      settings,
    )
  })

  it.each(['exp', 'log', 'tanh', 'atan', 'cbrt', 'sigmoid', 'erf', 'normalCdf'] as const)('%s does not fall', (name) => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, min: -30, max: 30 }), fc.double({ noNaN: true, min: 1e-9, max: 1 }), (x, gap) => {
        const a = name === 'log' ? Math.abs(x) + 1e-9 : x
        // Results of neighbouring arguments may cross by their errors; those further apart may not fall by more than that.
        expect(call(name, [a + gap])).toBeGreaterThanOrEqual(call(name, [a]) - 5 * ulp(call(name, [a])))
      }),
      settings,
    )
  })

  it('sine and cosine lie on the circle, for arguments of any size', () => {
    fc.assert(
      fc.property(finite, (x) => {
        const [s, c] = [dmath.sin(x), dmath.cos(x)]
        expect(Math.abs(s * s + c * c - 1)).toBeLessThanOrEqual(6e-16) // two functions within 0.8 ulp, two squares, a sum
      }),
      settings,
    )
  })

  it('sine and cosine together are sine and cosine, to the bit', () => {
    const pair = new Float64Array(2)
    const check = (x: number): void => {
      pair[0] = x
      dmath.sineAndCosine(pair)
      expect([...pair]).toEqual([dmath.sin(x), dmath.cos(x)])
    }
    for (const x of [0, -0, 5e-324, -7e-9, 0.7853981633974483, 0.7853981633974484, 1e22, 1.7e308, Infinity, -Infinity, NaN]) check(x)
    fc.assert(fc.property(fc.double({ min: -10, max: 10, noNaN: true }), check), settings)
    fc.assert(fc.property(finite, check), settings)
  })

  it('the quantile undoes the distribution function', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, min: -37, max: 5 }), (x) => {
        // Φ(x) = p is rounded to 1.1e-16 p, or of 1 in the upper half; the deviate moves by that over the density.
        const p = dmath.normalCdf(x)
        const allowed = 1e-14 * Math.max(1, Math.abs(x)) + (2e-16 * Math.max(p, x > 0 ? 1 : 0)) / dmath.normalPdf(x)
        expect(Math.abs(dmath.normalQuantile(p) - x)).toBeLessThanOrEqual(allowed)
      }),
      settings,
    )
  })
})
