/**
 * Inverse trigonometric functions from + − · / √ alone: the same bits in every engine.
 *
 * atan x = atan c + atan((x − c)/(1 + c x)) with c the nearest of 0, ½, 1, 1½ and ∞, so that a polynomial in the square of an
 * argument below 7/16 remains. asin and acos use a polynomial below ½ and asin x = π/2 − 2 asin √((1 − x)/2) above.
 *
 * *Source:* J.-M. Muller 2016, Elementary Functions, 3rd ed., section 11 (reduction by tabulated values); own minimax coefficients
 * (property-tests/fixtures/dmath/coefficients.py).
 * *Deviations:* none. Errors measured in property-tests/core/dmath.prop.ts.
 */
import { isNegative, productError, sumError, trailing, withSign } from './dmath-exact.ts'

const PI = 3.141592653589793
const PI_LOW = 1.2246467991473532e-16
const HALF_PI = 1.5707963267948966
const HALF_PI_LOW = 6.123233995736766e-17
const QUARTER_PI = 0.7853981633974483
const QUARTER_PI_LOW = 3.061616997868383e-17
const ATAN_HALF = 0.4636476090008061
const ATAN_HALF_LOW = 2.2698777452961687e-17
const ATAN_3_HALVES = 0.982793723247329
const ATAN_3_HALVES_LOW = 1.3903311031230998e-17
const BEYOND = 1152921504606846976 // 2⁶⁰: past this ratio the smaller argument does not show in the angle

/** atan t − t for |t| ≤ 7/16. */
const atanRest = (t: number): number => {
  const z = t * t
  const w = z * z
  const even = -0.3333333333333322 + w * (-0.14285714277523293 + w * (-0.09090891834860192 + w * (-0.06661723064211521 +
    w * (-0.04991886341417431 + w * -0.01658599389604812))))
  const odd = 0.1999999999994013 + w * (0.11111110606441492 + w * (0.07691945039622494 + w * (0.058375270699399635 + w * 0.036854177836327835)))
  return t * z * (even + z * odd)
}

/** base + baseLow + t + rest as returned + `trailing`. */
const gather = (base: number, baseLow: number, t: number, rest: number): number => {
  const small = rest + baseLow
  const sum = base + t
  const sumLow = sumError(base, t, sum) + small
  const value = sum + sumLow
  trailing[0] = sum - value + sumLow
  return value
}

/** atan(x + xLow) for x ≥ 0 as returned + `trailing`. */
const atanPair = (x: number, xLow: number): number => {
  const correction = xLow / (1 + x * x)
  if (x < 0.4375) return gather(0, 0, x, atanRest(x) + correction)
  if (x < 0.6875) {
    const t = (2 * x - 1) / (2 + x)
    return gather(ATAN_HALF, ATAN_HALF_LOW, t, atanRest(t) + correction)
  }
  if (x < 1.1875) {
    const t = (x - 1) / (x + 1)
    return gather(QUARTER_PI, QUARTER_PI_LOW, t, atanRest(t) + correction)
  }
  if (x < 2.4375) {
    const t = (2 * x - 3) / (2 + 3 * x)
    return gather(ATAN_3_HALVES, ATAN_3_HALVES_LOW, t, atanRest(t) + correction)
  }
  const t = -1 / x
  return gather(HALF_PI, HALF_PI_LOW, t, atanRest(t) + correction)
}

/** Arc tangent in (−π/2, π/2); at most 1 ulp, odd. */
export const atan = (x: number): number => {
  const a = Math.abs(x)
  if (a < 7e-9) return x // keeps −0; the next term is below half an ulp
  if (!(a < BEYOND)) return a >= BEYOND ? withSign(HALF_PI, x) : x
  return withSign(atanPair(a, 0), x)
}

/** Angle of the point (x, y) in [−π, π], signed zeros and infinities as in IEEE 754; at most 1 ulp. */
export const atan2 = (y: number, x: number): number => {
  if (Number.isNaN(x) || Number.isNaN(y)) return NaN
  const left = isNegative(x)
  let a = Math.abs(y)
  let b = Math.abs(x)
  if (a === 0 || (b === Infinity && a !== Infinity)) return withSign(left ? PI : 0, y)
  if (a === Infinity) return withSign(b !== Infinity ? HALF_PI : left ? 3 * QUARTER_PI : QUARTER_PI, y)
  if (b === 0 || a / b > BEYOND) return withSign(HALF_PI, y)
  if (b / a > BEYOND) return left ? withSign(PI, y) : y / b
  if (a > 1e150 || b > 1e150) {
    a *= 2.409919865102884e-181 // 2⁻⁶⁰⁰: keeps the exact products below from overflowing
    b *= 2.409919865102884e-181
  } else if (a < 1e-140 || b < 1e-140) {
    a *= 4.149515568880993e180 // 2⁶⁰⁰
    b *= 4.149515568880993e180
  }
  const q = a / b
  const back = q * b
  const angle = atanPair(q, (a - back - productError(q, b, back)) / b)
  const angleLow = trailing[0]
  if (!left) return withSign(angle, y)
  const value = PI - angle
  return withSign(value + (sumError(PI, -angle, value) + (PI_LOW - angleLow)), y)
}

/** asin t − t for |t| ≤ ½, given t and z = t². */
const asinRest = (t: number, z: number): number => {
  const w = z * z
  const even = 0.16666666666666294 + w * (0.04464285694803297 + w * (0.02237185063155554 + w * (0.013896685609572442 +
    w * (0.006807992233303912 + w * -0.015162406544979674))))
  const odd = 0.07500000000166701 + w * (0.030381954813726287 + w * (0.0173584396849413 + w * (0.012099701530603262 +
    w * (0.01881005479377059 + w * 0.03122341563112812))))
  return t * z * (even + z * odd)
}

/** asin √((1 − a)/2) for ½ ≤ a ≤ 1 as returned + `trailing`. */
const halfArc = (a: number): number => {
  const z = (1 - a) * 0.5
  const t = Math.sqrt(z)
  if (t === 0) {
    trailing[0] = 0
    return 0
  }
  const square = t * t
  trailing[0] = (z - square - productError(t, t, square)) / (2 * t) + asinRest(t, z)
  return t
}

/** Arc sine in [−π/2, π/2]; at most 1 ulp, odd, NaN outside [−1, 1]. */
export const asin = (x: number): number => {
  const a = Math.abs(x)
  if (a < 7e-9) return x
  if (a < 0.5) return x + asinRest(x, x * x)
  if (!(a <= 1)) return NaN
  const t = 2 * halfArc(a)
  const tLow = 2 * trailing[0]
  const value = HALF_PI - t
  return withSign(value + (sumError(HALF_PI, -t, value) + (HALF_PI_LOW - tLow)), x)
}

/** Arc cosine in [0, π]; at most 1 ulp, NaN outside [−1, 1]. */
export const acos = (x: number): number => {
  const a = Math.abs(x)
  if (a < 0.5) {
    const value = HALF_PI - x
    return value + (sumError(HALF_PI, -x, value) + (HALF_PI_LOW - asinRest(x, x * x)))
  }
  if (!(a <= 1)) return NaN
  const t = 2 * halfArc(a)
  const tLow = 2 * trailing[0]
  if (x > 0) return t + tLow
  const value = PI - t
  return value + (sumError(PI, -t, value) + (PI_LOW - tLow))
}
