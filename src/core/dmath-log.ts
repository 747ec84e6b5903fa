/**
 * Logarithms, powers and roots from + − · / √ and bit views alone: the same bits in every engine.
 *
 * x = 2ᵏ · (1 + f) with √½ ≤ 1 + f < √2, s = f/(2 + f), log(1 + f) = 2 artanh s = 2s + s³ P(s²). `log` and `log1p` use the
 * compensated form f − f²/2 + s (f²/2 + R); `log2`, `log10` and `pow` carry log(1 + f) as a pair of doubles (about 2⁻⁶⁴ relative).
 *
 * *Source:* J.-M. Muller 2016, Elementary Functions, 3rd ed., sections 4 and 11 (reduction and compensation); Dekker 1971 (pairs);
 * own minimax coefficients (property-tests/fixtures/dmath/coefficients.py).
 * *Deviations:* none. Errors measured in property-tests/core/dmath.prop.ts.
 */
import { expOfSum } from './dmath-exp.ts'
import { EXPONENT_BIAS, highWord, isNegative, leading, POWERS_OF_TWO, productError, scaleByPower, sumError, trailing, withSign } from './dmath-exact.ts'

const LN2_HIGH = 0.6931471805598903 // 42 bits: its product with any exponent is exact
const LN2_LOW = 5.497923018708371e-14
const SQRT_HALF_HIGH_WORD = 0x3fe6a09e
const TWO_54 = 18014398509481984
const SMALLEST_NORMAL = 2.2250738585072014e-308
const TWO_600 = 4.149515568880993e180
const TWO_M_600 = 2.409919865102884e-181
const INVERSE_LN2 = 1.4426950408889634
const INVERSE_LN2_LOW = 2.0355273740931033e-17
const INVERSE_LN10 = 0.4342944819032518
const INVERSE_LN10_LOW = 1.098319650216765e-17
const LOG10_2_HIGH = 0.30102999566395283 // 42 bits
const LOG10_2_LOW = 2.8363394551044964e-14

/** z · P(z), log(1 + f) = 2s + s · artanhTail(s²). */
const artanhTail = (z: number): number => {
  const w = z * z
  const even = 0.6666666666666685 + w * (0.2857142868443264 + w * (0.18183296620311443 + w * 0.1473444245935592))
  const odd = 0.39999999999701114 + w * (0.22222204075703988 + w * 0.15320517785863735)
  return z * (even + z * odd)
}

/** Exponent k such that x / 2ᵏ lies in [√½, √2), for a normal positive x given by its high word. */
const exponentOf = (high: number): number => (high - SQRT_HALF_HIGH_WORD) >> 20

/** Natural logarithm; at most 1 ulp. log 0 = −∞, negative numbers give NaN. */
export const log = (x: number): number => {
  if (!(x > 0)) return x === 0 ? -Infinity : NaN
  if (x === Infinity) return x
  const subnormal = x < SMALLEST_NORMAL
  const normal = subnormal ? x * TWO_54 : x
  const shift = exponentOf(highWord(normal))
  const f = normal * POWERS_OF_TWO[EXPONENT_BIAS - shift] - 1
  const k = subnormal ? shift - 54 : shift
  const s = f / (2 + f)
  const halfSquare = 0.5 * f * f
  return k * LN2_HIGH - (halfSquare - (s * (halfSquare + artanhTail(s * s)) + k * LN2_LOW) - f)
}

/** log(1 + x) without cancellation near 0; at most 2 ulp. −1 gives −∞, smaller numbers NaN. */
export const log1p = (x: number): number => {
  if (!(x > -1)) return x === -1 ? -Infinity : NaN
  if (Math.abs(x) < 1e-16 || x === Infinity) return x // keeps −0; the next term is below half an ulp
  if (x > -0.2928 && x < 0.4142) {
    const s = x / (2 + x)
    const halfSquare = 0.5 * x * x
    return x - (halfSquare - s * (halfSquare + artanhTail(s * s)))
  }
  const u = 1 + x
  const lost = sumError(1, x, u) / u
  const k = exponentOf(highWord(u))
  const f = u * POWERS_OF_TWO[EXPONENT_BIAS - k] - 1
  const s = f / (2 + f)
  const halfSquare = 0.5 * f * f
  return k * LN2_HIGH - (halfSquare - (s * (halfSquare + artanhTail(s * s)) + (k * LN2_LOW + lost)) - f)
}

/** z · Q(z), artanhTail(z) = z (2/3 + z Q(z)). */
const artanhSecondTail = (z: number): number => {
  const w = z * z
  const even = 0.39999999999999997 + w * (0.22222222220946786 + w * (0.1538458471853007 + w * 0.11695653052100971))
  const odd = 0.28571428571431107 + w * (0.18181818455641424 + w * (0.13335267340991686 + w * 0.11819712516127083))
  return z * (even + z * odd)
}

const TWO_THIRDS = 0.6666666666666666
const TWO_THIRDS_LOW = 3.700743415417188e-17

/** log(1 + f) for −0.3 < f < 0.42 as returned + `trailing`, about 2⁻⁶⁴ relative. */
const logOnePlusPair = (f: number): number => {
  const denominator = 2 + f
  const s = f / denominator
  const back = s * denominator
  const sLow = (f - back - productError(s, denominator, back) - s * sumError(2, f, denominator)) / denominator
  const z = s * s
  const zLow = productError(s, s, z) + 2 * s * sLow
  const q = artanhSecondTail(z)
  const c = TWO_THIRDS + q
  const cLow = TWO_THIRDS - c + q + TWO_THIRDS_LOW
  const cube = s * z
  const cubeLow = productError(s, z, cube) + s * zLow + sLow * z
  const v = cube * c
  const vLow = productError(cube, c, v) + cube * cLow + cubeLow * c
  const sum = 2 * s + v
  const sumLow = 2 * s - sum + v + (2 * sLow + vLow)
  const leadingPart = sum + sumLow
  trailing[0] = sum - leadingPart + sumLow
  return leadingPart
}

/** Splits a positive finite x = 2ᵏ (1 + f): returns f and leaves k in `trailing`. */
const significand = (x: number): number => {
  const subnormal = x < SMALLEST_NORMAL
  const normal = subnormal ? x * TWO_54 : x
  const shift = exponentOf(highWord(normal))
  const f = normal * POWERS_OF_TWO[EXPONENT_BIAS - shift] - 1
  trailing[0] = subnormal ? shift - 54 : shift
  return f
}

/** k · (unitHigh + unitLow) + log(1 + f) · (scale + scaleLow) for x = 2ᵏ (1 + f), as returned + `trailing`. */
const logPair = (x: number, unitHigh: number, unitLow: number, scale: number, scaleLow: number): number => {
  const f = significand(x)
  const k = trailing[0]
  const l = logOnePlusPair(f)
  const lLow = trailing[0]
  const scaled = l * scale
  const scaledLow = productError(l, scale, scaled) + (l * scaleLow + lLow * scale)
  const whole = k * unitHigh
  const sum = whole + scaled
  const sumLow = sumError(whole, scaled, sum) + (scaledLow + k * unitLow)
  const leadingPart = sum + sumLow
  trailing[0] = sum - leadingPart + sumLow
  return leadingPart
}

/** Base-2 logarithm; at most 1 ulp, exact at powers of two. */
export const log2 = (x: number): number => {
  if (!(x > 0)) return x === 0 ? -Infinity : NaN
  return x === Infinity ? x : logPair(x, 1, 0, INVERSE_LN2, INVERSE_LN2_LOW)
}

/** Base-10 logarithm; at most 1 ulp, exact at powers of ten that are doubles. */
export const log10 = (x: number): number => {
  if (!(x > 0)) return x === 0 ? -Infinity : NaN
  return x === Infinity ? x : logPair(x, LOG10_2_HIGH, LOG10_2_LOW, INVERSE_LN10, INVERSE_LN10_LOW)
}

/** |x|^y for finite positive |x|. */
const powerOfMagnitude = (a: number, y: number): number => {
  const l = logPair(a, LN2_HIGH, LN2_LOW, 1, 0)
  const lLow = trailing[0]
  const product = y * l
  if (product > 1000) return Infinity
  if (product < -1000) return 0
  return expOfSum(product, productError(y, l, product) + y * lLow)
}

/**
 * x to the power y, with the special cases of IEEE 754 `pow` except that of ECMAScript: (±1)^±∞ is NaN; at most 1 ulp where normal.
 *
 * A negative x needs an integer y, otherwise the result is NaN. pow(x, 0) is 1 even for NaN.
 */
export const pow = (x: number, y: number): number => {
  if (y === 0) return 1
  if (Number.isNaN(x) || Number.isNaN(y)) return NaN
  const a = Math.abs(x)
  if (y === Infinity || y === -Infinity) return a === 1 ? NaN : a > 1 === y > 0 ? Infinity : 0
  const odd = Math.abs(y) < 9007199254740992 && Math.abs(y % 2) === 1
  const negative = isNegative(x)
  if (a === 0 || a === Infinity) {
    const magnitude = (a === 0) === y > 0 ? 0 : Infinity
    return negative && odd ? -magnitude : magnitude
  }
  if (negative && !Number.isInteger(y)) return NaN
  const magnitude = powerOfMagnitude(a, y)
  return negative && odd ? -magnitude : magnitude
}

/** Cube root; at most 1 ulp, odd. */
export const cbrt = (x: number): number => {
  const a = Math.abs(x)
  if (!(a > 0 && a < Infinity)) return x
  const f = significand(a)
  const k = trailing[0]
  const q = Math.floor(k / 3)
  const m = (1 + f) * (k - 3 * q === 2 ? 4 : k - 3 * q === 1 ? 2 : 1) // in [0.7, 5.7)
  let t = 0.5 + m * (0.55 - m * 0.05) + 0.012 * m * m * (m < 3 ? 0 : 0.6) // within a few per cent
  for (let i = 0; i < 2; i++) t *= (t * t * t + 2 * m) / (2 * t * t * t + m) // Halley: the error is cubed
  const short = leading(t) // its square is exact
  const ratio = m / (short * short)
  return withSign(scaleByPower(short + (short * (ratio - short)) / (short + short + ratio), q), x)
}

/** √(x² + y²) without overflow or underflow on the way; at most 1 ulp. An infinite argument gives ∞ even beside NaN. */
export const hypot = (x: number, y: number): number => {
  const a = Math.abs(x)
  const b = Math.abs(y)
  if (a === Infinity || b === Infinity) return Infinity
  const large = a >= b ? a : b
  const small = a >= b ? b : a
  if (!(large > 0 && small > 0)) return a + b // also NaN
  if (small < large * 2.220446049250313e-16 * 0.25) return large
  const scale = large > 1e150 ? TWO_M_600 : small < 1e-140 ? TWO_600 : 1
  const p = large * scale
  const q = small * scale
  const pp = p * p
  const qq = q * q
  const sum = pp + qq
  const root = Math.sqrt(sum)
  const square = root * root
  const left = sum - square - productError(root, root, square) + (pp - sum + qq) + (productError(p, p, pp) + productError(q, q, qq))
  return (root + left / (2 * root)) / scale
}
