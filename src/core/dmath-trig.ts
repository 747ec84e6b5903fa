/**
 * Sine, cosine and tangent from + − · / and bit views alone: the same bits in every engine.
 *
 * The argument is reduced modulo π/2 to y + η (two doubles), |y| ≤ π/4. Below 2²⁰ by subtracting k·π/2 in three parts (32, 32
 * and 53 bits); where that leaves too few bits, and for every larger argument, by exact multiplication with the binary digits
 * of 2/π, so that no finite argument loses accuracy.
 *
 * *Source:* W. J. Cody and W. Waite 1980, Software Manual for the Elementary Functions, chapter 8; M. H. Payne and R. N. Hanek
 * 1983, "Radian reduction for trigonometric functions", SIGNUM Newsletter 18; own minimax coefficients
 * (property-tests/fixtures/dmath/coefficients.py).
 * *Deviations:* none. Errors measured in property-tests/core/dmath.prop.ts.
 */
import { EXPONENT_BIAS, highWord, POWERS_OF_TWO, productError, ROUNDER, sumError, trailing } from './dmath-exact.ts'

const QUARTER_PI = 0.7853981633974483
const TWO_OVER_PI = 0.6366197723675814
const HALF_PI_1 = 1.5707963267341256 // π/2 = parts 1 + 2 + 3; parts 1 and 2 have 32 bits
const HALF_PI_2 = 6.077100506303966e-11
const HALF_PI_3 = 2.0222662487959506e-21
const HALF_PI = 1.5707963267948966
const HALF_PI_LOW = 6.123233995736766e-17
const MEDIUM = 1048576 // 2²⁰: below, k has at most 20 bits and k·part is exact
const CANCELLED = 1e-9 // a remainder below has lost too many of the bits behind part 3
const TINY = 7e-9 // sin x and tan x round to x, cos x to 1

/** Binary digits of 2/π after the point, 24 to a word. */
const DIGITS: readonly number[] = [
  10680707, 7228996, 1387004, 2578385, 16069853, 12639074, 9804092, 4427841, 16666979, 11263675, 12935607, 2387514, 4345298, 14681673,
  3074569, 13734428, 16653803, 1880361, 10960616, 8533493, 3062596, 8710556, 7349940, 6258241, 3772886, 3769171, 3798172, 8675211,
  12450088, 3874808, 9961438, 366607, 15675153, 9132554, 7151469, 3571407, 2607881, 12013382, 4155038, 6285869, 7677882, 13102053,
  15825725, 473591, 9065106, 15363067, 6271263, 9264392, 5636912, 4652155, 7056368, 13614112,
]
const WORD = 16777216 // 2²⁴
const INVERSE_WORD = 5.960464477539063e-8
const FRACTION_WORDS = 6 // 144 bits: at most 62 cancel, 82 remain

/** The quadrant (mod 4) that the last `reduce` found; read at once by the caller, like `trailing`. */
const quadrant = new Int32Array(1)

/** a mod π/2 for a ≥ 0.7, as returned + `trailing`, from the digits of 2/π that matter for the exponent of a. */
const reduceExactly = (a: number): number => {
  const exponent = ((highWord(a) >> 20) & 0x7ff) - 1075 // a = integer · 2^exponent
  const shift = Math.floor(exponent / 24)
  // integer · 2^(exponent − 24 shift) < 2⁷⁷ in four 24-bit words; the weight of digit i times word j is then 2^(24 (shift + j − i − 1)).
  let rest = a * POWERS_OF_TWO[EXPONENT_BIAS - 24 * shift]
  const n3 = Math.floor(rest * INVERSE_WORD * INVERSE_WORD * INVERSE_WORD)
  rest -= n3 * WORD * WORD * WORD
  const n2 = Math.floor(rest * INVERSE_WORD * INVERSE_WORD)
  rest -= n2 * WORD * WORD
  const n1 = Math.floor(rest * INVERSE_WORD)
  const n0 = rest - n1 * WORD
  const digit = (i: number): number => (i < 0 ? 0 : DIGITS[i])
  let carry = 0
  let whole = 0
  let high = 0
  let middle = 0
  let low = 0
  for (let place = -FRACTION_WORDS - 1; place <= 0; place++) {
    const i = shift - 1 - place
    const sum = n0 * digit(i) + n1 * digit(i + 1) + n2 * digit(i + 2) + n3 * digit(i + 3) + carry // < 2⁵¹: exact
    carry = Math.floor(sum * INVERSE_WORD)
    const word = sum - carry * WORD
    if (place === 0) whole = word % 4
    else if (place >= -2) high += word * POWERS_OF_TWO[EXPONENT_BIAS + 24 * place]
    else if (place >= -4) middle += word * POWERS_OF_TWO[EXPONENT_BIAS + 24 * place]
    else low += word * POWERS_OF_TWO[EXPONENT_BIAS + 24 * place]
  }
  if (high >= 0.5) {
    high -= 1
    whole += 1
  }
  quadrant[0] = whole & 3
  const fraction = high + middle
  const fractionLow = sumError(high, middle, fraction) + low
  const f = fraction + fractionLow
  const fLow = fraction - f + fractionLow
  const product = f * HALF_PI
  const productLow = productError(f, HALF_PI, product) + (f * HALF_PI_LOW + fLow * HALF_PI)
  const y = product + productLow
  trailing[0] = product - y + productLow
  return y
}

/** x mod π/2 in [−π/4, π/4] as returned + `trailing`, its quadrant in `quadrant`; |x| > π/4, finite. */
const reduce = (x: number): number => {
  const a = Math.abs(x)
  if (a < MEDIUM) {
    const k = x * TWO_OVER_PI + ROUNDER - ROUNDER
    const t = x - k * HALF_PI_1
    const second = k * HALF_PI_2
    const u = t - second
    const third = k * HALF_PI_3
    const y = u - third
    if (Math.abs(y) > CANCELLED) {
      quadrant[0] = k & 3
      trailing[0] = sumError(u, -third, y) + sumError(t, -second, u)
      return y
    }
  }
  const y = reduceExactly(a)
  if (x > 0) return y
  quadrant[0] = -quadrant[0] & 3
  trailing[0] = -trailing[0]
  return -y
}

/** sin(y + η) − y, |y| ≤ π/4. */
const sineRest = (y: number, eta: number): number => {
  const z = y * y
  const w = z * z
  const p = 0.008333333333325055 + z * -0.0001984126983157311 +
    w * (2.7557314223392956e-6 + z * -2.5050832174902893e-8 + w * 1.5900684806616963e-10)
  return y * z * (-0.16666666666666646 + z * p) + eta * (1 - 0.5 * z)
}

/** cos(y + η) − (1 − y²/2), with 1 − y²/2 rounded as the caller rounds it. */
const cosineRest = (y: number, eta: number): number => {
  const z = y * y
  const w = z * z
  const half = 0.5 * z
  const p = 0.04166666666666666 + z * -0.0013888888888884511 + w * (2.4801587295764512e-5 + z * -2.755731610110385e-7 +
    w * (2.0875952017578955e-9 + z * -1.1371048434013768e-11))
  return 1 - (1 - half) - half + (w * p - y * eta)
}

const sineOf = (y: number, eta: number): number => y + sineRest(y, eta)
const cosineOf = (y: number, eta: number): number => 1 - 0.5 * (y * y) + cosineRest(y, eta)

/** (a + b)/(c + d) with one rounding at the end; |b| and |d| are small beside a and c. */
const quotientOfSums = (a: number, b: number, c: number, d: number): number => {
  const n = a + b
  const nLow = a - n + b
  const m = c + d
  const mLow = c - m + d
  const q = n / m
  const back = q * m
  return q + (n - back - productError(q, m, back) + nLow - q * mLow) / m
}

/** Sine of x radians; at most 1 ulp for every finite x, NaN for infinite x. */
export const sin = (x: number): number => {
  const a = Math.abs(x)
  if (a < TINY) return x
  if (a <= QUARTER_PI) return sineOf(x, 0)
  if (!(a < Infinity)) return NaN
  const y = reduce(x)
  const eta = trailing[0]
  const q = quadrant[0]
  const value = q & 1 ? cosineOf(y, eta) : sineOf(y, eta)
  return q & 2 ? -value : value
}

/** Cosine of x radians; at most 1 ulp for every finite x, NaN for infinite x. */
export const cos = (x: number): number => {
  const a = Math.abs(x)
  if (a < TINY) return 1
  if (a <= QUARTER_PI) return cosineOf(x, 0)
  if (!(a < Infinity)) return NaN
  const y = reduce(x)
  const eta = trailing[0]
  const q = quadrant[0]
  const value = q & 1 ? sineOf(y, eta) : cosineOf(y, eta)
  return (q + 1) & 2 ? -value : value
}

/** Replaces the x radians in `pair[0]` by sin x and sets `pair[1]` to cos x, to the bits of both in little more than the time of one. */
export const sineAndCosine = (pair: Float64Array): void => {
  const x = pair[0]
  const a = Math.abs(x)
  if (a < TINY) {
    pair[1] = 1
    return
  }
  if (!(a < Infinity)) {
    pair.fill(NaN, 0, 2)
    return
  }
  const small = a <= QUARTER_PI
  const y = small ? x : reduce(x)
  const eta = small ? 0 : trailing[0]
  const q = small ? 0 : quadrant[0]
  const sine = sineOf(y, eta)
  const cosine = cosineOf(y, eta)
  const swapped = (q & 1) === 1
  pair[0] = (swapped ? cosine : sine) * (q & 2 ? -1 : 1)
  pair[1] = (swapped ? sine : cosine) * ((q + 1) & 2 ? -1 : 1)
}

/** Tangent of x radians; at most 1 ulp for every finite x, NaN for infinite x. */
export const tan = (x: number): number => {
  const a = Math.abs(x)
  if (a < TINY) return x
  if (!(a < Infinity)) return NaN
  const small = a <= QUARTER_PI
  const y = small ? x : reduce(x)
  const eta = small ? 0 : trailing[0]
  const sineLow = sineRest(y, eta)
  const cosine = 1 - 0.5 * (y * y)
  const cosineLow = cosineRest(y, eta)
  if (!small && quadrant[0] & 1) return quotientOfSums(-cosine, -cosineLow, y, sineLow)
  return quotientOfSums(y, sineLow, cosine, cosineLow)
}
