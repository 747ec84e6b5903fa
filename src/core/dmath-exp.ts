/**
 * Exponential and hyperbolic functions from + − · / alone: the same bits in every engine.
 *
 * All of them reduce x = k·ln 2 + r, |r| ≤ ln 2 / 2, and share one polynomial for (eʳ − 1 − r)/r². The reduced argument is kept
 * as r + ρ (ρ its rounding error), and 1 + r is added without loss, so that exp stays below one unit in the last place.
 *
 * *Source:* W. J. Cody and W. Waite 1980, Software Manual for the Elementary Functions, chapters 6 and 12 (argument reduction);
 * own minimax coefficients (property-tests/fixtures/dmath/coefficients.py).
 * *Deviations:* none. Errors measured in property-tests/core/dmath.prop.ts.
 */
import { EXPONENT_BIAS, POWERS_OF_TWO, ROUNDER, scaleByPower, sumError, withSign } from './dmath-exact.ts'

const INVERSE_LN2 = 1.4426950408889634
const LN2_HIGH = 0.6931471805598903 // 42 bits: its product with any exponent is exact
const LN2_LOW = 5.497923018708371e-14
const LARGEST = 709.782712893384 // log of the largest finite number
const SMALLEST = -745.1332191019412 // below, the result rounds to 0

/** (eʳ − 1 − r)/r² for |r| ≤ ln 2 / 2; evaluated in independent halves, which shortens the chain of dependent operations. */
const quotient = (r: number): number => {
  const z = r * r
  const low = 0.5 + r * 0.16666666666666677 + z * (0.0416666666666667 + r * 0.008333333333322169)
  const middle = 0.001388888888886783 + r * 0.00019841269884900053 + z * (2.4801587358983162e-5 + r * 2.7557245343008627e-6)
  const high = 2.755724388636326e-7 + r * 2.510866957819636e-8 + z * 2.0924143211162596e-9
  const z2 = z * z
  return low + z2 * (middle + z2 * high)
}

/** e^(x + tail), |tail| ≤ 2⁻¹⁰ (|x| + 1): the exponential of a number known to more than double precision. */
export const expOfSum = (x: number, tail: number): number => {
  if (!(x <= LARGEST + 1)) return x > 0 ? Infinity : x
  if (x < SMALLEST - 1) return 0
  const k = x * INVERSE_LN2 + ROUNDER - ROUNDER
  const high = x - k * LN2_HIGH
  const low = k * LN2_LOW - tail
  const r = high - low
  const error = high - r - low
  const head = 1 + r
  return scaleByPower(head + (r - (head - 1) + (r * r * quotient(r) + error)), k | 0)
}

/** eˣ; at most 1 ulp. */
export const exp = (x: number): number => {
  if (!(x <= LARGEST)) return x > LARGEST ? Infinity : x
  if (x < SMALLEST) return 0
  const k = x * INVERSE_LN2 + ROUNDER - ROUNDER
  const high = x - k * LN2_HIGH
  const low = k * LN2_LOW
  const r = high - low
  const error = high - r - low
  const head = 1 + r
  return scaleByPower(head + (r - (head - 1) + (r * r * quotient(r) + error)), k | 0)
}

/** eˣ − 1 without cancellation near 0; at most 1 ulp. */
export const expm1 = (x: number): number => {
  if (!(x < LARGEST)) return x > LARGEST ? Infinity : x === LARGEST ? exp(x) : x
  if (x < -40) return -1 // e⁻⁴⁰ lies below half an ulp of 1
  if (Math.abs(x) < 1e-16) return x // keeps −0; the next term is below half an ulp
  const k = x * INVERSE_LN2 + ROUNDER - ROUNDER
  const high = x - k * LN2_HIGH
  const low = k * LN2_LOW
  const r = high - low
  const rest = r * r * quotient(r) + (high - r - low)
  if (k > 60) return scaleByPower(1 + (r + rest), k | 0) // the −1 lies below half an ulp
  const s = POWERS_OF_TWO[EXPONENT_BIAS + k]
  const head = s - 1 + s * r
  return head + (s * r - (head - (s - 1)) + s * rest)
}

/**
 * Hyperbolic tangent, tanh x = E/(E + 2) with E = e²ˣ − 1; at most 1.5 ulp, odd.
 *
 * One straight path for |x| < 22: every policy calls it for every hidden unit, and a branch on the size of x would often be mispredicted.
 */
export const tanh = (x: number): number => {
  const a = Math.abs(x)
  if (!(a < 22)) return a >= 22 ? withSign(1, x) : x // 1 − tanh 22 lies below half an ulp of 1
  const y = a + a
  const k = y * INVERSE_LN2 + ROUNDER - ROUNDER
  const high = y - k * LN2_HIGH
  const low = k * LN2_LOW
  const r = high - low
  const s = POWERS_OF_TWO[EXPONENT_BIAS + (k | 0)]
  const p = s * r
  const s1 = s - 1
  const head = s1 + p
  const tail = p - (head - s1) + s * (r * r * quotient(r) + (high - r - low))
  const e = head + tail
  const eLow = tail - (e - head)
  const d = e + 2
  const t0 = e / d
  const c = 1 - t0
  const t = t0 + (eLow * c - t0 * sumError(e, 2, d)) * (0.5 * c) // first-order correction by what e and d lost; 1/(e + 2) = c/2
  return x < 0 ? -t : x === 0 ? x : t
}

/** Hyperbolic sine; at most 2 ulp, odd. */
export const sinh = (x: number): number => {
  const a = Math.abs(x)
  if (a < 22) {
    const e = expm1(a)
    return withSign(a < 1 ? 0.5 * (2 * e - (e * e) / (e + 1)) : 0.5 * (e + e / (e + 1)), x)
  }
  if (a < LARGEST) return withSign(0.5 * exp(a), x)
  return withSign(halfExponential(a), x)
}

/** Hyperbolic cosine; at most 2 ulp, even. */
export const cosh = (x: number): number => {
  const a = Math.abs(x)
  if (a < 0.5) {
    const e = expm1(a)
    return 1 + (e * e) / (2 * (1 + e))
  }
  if (a < 22) {
    const e = exp(a)
    return 0.5 * e + 0.5 / e
  }
  return a < LARGEST ? 0.5 * exp(a) : halfExponential(a)
}

/** eᵃ/2 where eᵃ itself overflows; NaN stays NaN. */
const halfExponential = (a: number): number => {
  if (!(a <= LARGEST + 1)) return a > 0 ? Infinity : a
  // a − ln 2 in two parts: the second restores what the subtraction rounds away.
  const x = a - LN2_HIGH
  return expOfSum(x, a - x - LN2_HIGH - LN2_LOW)
}

/** Logistic function 1/(1 + e⁻ˣ); at most 2 ulp where normal. */
export const sigmoid = (x: number): number => {
  if (x >= 0) return 1 / (1 + exp(-x))
  const e = exp(x)
  return e / (1 + e)
}

