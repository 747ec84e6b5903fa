/**
 * Deterministic mathematics, one number at a time and two at a time: the algorithms of `src/core/dmath-exp.ts`, `dmath-log.ts` and
 * `dmath-normal.ts`, operation for operation, so that the bits are the same.
 *
 * Two numbers at a time, special cases are computed along with the rest and selected at the end; a pair that needs another path than
 * the common one (a subnormal result of exp) goes through the scalar function. Powers of two are assembled from their bits instead of
 * being looked up. Coefficients are loaded from memory, which costs less than building a vector constant.
 *
 * *Source:* as the files named above. *Deviations:* none.
 */

const INVERSE_LN2: f64 = 1.4426950408889634
const ROUNDER: f64 = 6755399441055744
const LN2_HIGH: f64 = 0.6931471805598903
const LN2_LOW: f64 = 5.497923018708371e-14
const LARGEST: f64 = 709.782712893384
const SMALLEST: f64 = -745.1332191019412
const SQRT_HALF_HIGH_WORD: i32 = 0x3fe6a09e
const TWO_54: f64 = 18014398509481984
const SMALLEST_NORMAL: f64 = 2.2250738585072014e-308

/** 2^k for k in −1074 … 1023. */
// @ts-ignore: decorator
@inline
function powerOfTwo(k: i32): f64 {
  return k >= -1022 ? reinterpret<f64>((<i64>k + 1023) << 52) : reinterpret<f64>((<i64>1) << (<i64>k + 1074))
}

/** x · 2^k with a single rounding, also where the result is subnormal. */
// @ts-ignore: decorator
@inline
function scaleByPower(x: f64, k: i32): f64 {
  if (k > 1023) return x * powerOfTwo(1023) * 2
  if (k >= -1020) return x * powerOfTwo(k)
  return x * powerOfTwo(k + 128) * powerOfTwo(-128)
}

/** (eʳ − 1 − r)/r². */
// @ts-ignore: decorator
@inline
function quotient(r: f64): f64 {
  const z = r * r
  const low = 0.5 + r * 0.16666666666666677 + z * (0.0416666666666667 + r * 0.008333333333322169)
  const middle = 0.001388888888886783 + r * 0.00019841269884900053 + z * (2.4801587358983162e-5 + r * 2.7557245343008627e-6)
  const high = 2.755724388636326e-7 + r * 2.510866957819636e-8 + z * 2.0924143211162596e-9
  const z2 = z * z
  return low + z2 * (middle + z2 * high)
}

/** eˣ. */
export function exp(x: f64): f64 {
  if (!(x <= LARGEST)) return x > LARGEST ? Infinity : x
  if (x < SMALLEST) return 0
  const k = x * INVERSE_LN2 + ROUNDER - ROUNDER
  const high = x - k * LN2_HIGH
  const low = k * LN2_LOW
  const r = high - low
  const error = high - r - low
  const head = 1 + r
  return scaleByPower(head + (r - (head - 1) + (r * r * quotient(r) + error)), <i32>k)
}

/** Logistic function. */
export function sigmoid(x: f64): f64 {
  if (x >= 0) return 1 / (1 + exp(-x))
  const e = exp(x)
  return e / (1 + e)
}

/** z · P(z) of the logarithm. */
// @ts-ignore: decorator
@inline
function artanhTail(z: f64): f64 {
  const w = z * z
  const even = 0.6666666666666685 + w * (0.2857142868443264 + w * (0.18183296620311443 + w * 0.1473444245935592))
  const odd = 0.39999999999701114 + w * (0.22222204075703988 + w * 0.15320517785863735)
  return z * (even + z * odd)
}

/** Natural logarithm. */
export function log(x: f64): f64 {
  if (!(x > 0)) return x == 0 ? -Infinity : NaN
  if (x == Infinity) return x
  const subnormal = x < SMALLEST_NORMAL
  const normal = subnormal ? x * TWO_54 : x
  const shift = (<i32>(reinterpret<i64>(normal) >> 32) - SQRT_HALF_HIGH_WORD) >> 20
  const f = normal * powerOfTwo(-shift) - 1
  const k = <f64>(subnormal ? shift - 54 : shift)
  const s = f / (2 + f)
  const halfSquare = 0.5 * f * f
  return k * LN2_HIGH - (halfSquare - (s * (halfSquare + artanhTail(s * s)) + k * LN2_LOW) - f)
}

const REDUCTION = memory.data<f64>([INVERSE_LN2, ROUNDER, LN2_HIGH, LN2_LOW])
const QUOTIENT = memory.data<f64>([
  0.5, 0.16666666666666677, 0.0416666666666667, 0.008333333333322169, 0.001388888888886783, 0.00019841269884900053, 2.4801587358983162e-5,
  2.7557245343008627e-6, 2.755724388636326e-7, 2.510866957819636e-8, 2.0924143211162596e-9,
])
const ARTANH = memory.data<f64>([
  0.6666666666666685, 0.2857142868443264, 0.18183296620311443, 0.1473444245935592, 0.39999999999701114, 0.22222204075703988, 0.15320517785863735,
])
const SMALL = memory.data<f64>([0.5, 1, 2, 22, 700])
/** The exponent of 1, the sign bit, and what takes the bits of a positive number to 2⁵² times its exponent (from √½) plus 1024. */
const BITS = memory.data<i64>([1023, i64.MIN_VALUE, (<i64>1024 << 52) - ((<i64>SQRT_HALF_HIGH_WORD) << 32), 1024, 2047])

// @ts-ignore: decorator
@inline
export function both(table: usize, index: usize): v128 {
  return v128.load64_splat(table + 8 * index)
}
// @ts-ignore: decorator
@inline
export function add(a: v128, b: v128): v128 {
  return f64x2.add(a, b)
}
// @ts-ignore: decorator
@inline
export function sub(a: v128, b: v128): v128 {
  return f64x2.sub(a, b)
}
// @ts-ignore: decorator
@inline
export function mul(a: v128, b: v128): v128 {
  return f64x2.mul(a, b)
}

/** (eʳ − 1 − r)/r² of two numbers. */
// @ts-ignore: decorator
@inline
function quotients(r: v128): v128 {
  const z = mul(r, r)
  const low = add(add(both(QUOTIENT, 0), mul(r, both(QUOTIENT, 1))), mul(z, add(both(QUOTIENT, 2), mul(r, both(QUOTIENT, 3)))))
  const middle = add(add(both(QUOTIENT, 4), mul(r, both(QUOTIENT, 5))), mul(z, add(both(QUOTIENT, 6), mul(r, both(QUOTIENT, 7)))))
  const high = add(add(both(QUOTIENT, 8), mul(r, both(QUOTIENT, 9))), mul(z, both(QUOTIENT, 10)))
  const z2 = mul(z, z)
  return add(low, mul(z2, add(middle, mul(z2, high))))
}

/** 2^k of two integers that lie, times one, in the low bits of k + ROUNDER. */
// @ts-ignore: decorator
@inline
function powersOfTwo(rounded: v128): v128 {
  return i64x2.shl(i64x2.add(rounded, both(BITS, 0)), 52)
}

/** eˣ of two numbers of which none exceeds 700 in magnitude, except NaN. */
// @ts-ignore: decorator
@inline
function narrowExponentials(x: v128): v128 {
  const rounded = add(mul(x, both(REDUCTION, 0)), both(REDUCTION, 1))
  const k = sub(rounded, both(REDUCTION, 1))
  const high = sub(x, mul(k, both(REDUCTION, 2)))
  const low = mul(k, both(REDUCTION, 3))
  const r = sub(high, low)
  const error = sub(sub(high, r), low)
  const one = both(SMALL, 1)
  const head = add(one, r)
  return mul(add(head, add(sub(r, sub(head, one)), add(mul(mul(r, r), quotients(r)), error))), powersOfTwo(rounded))
}

/** Whether a number of the pair exceeds 700 in magnitude. */
// @ts-ignore: decorator
@inline
function isWide(x: v128): bool {
  return v128.any_true(f64x2.gt(f64x2.abs(x), both(SMALL, 4)))
}

/** eˣ of two numbers. */
// @ts-ignore: decorator
@inline
export function exponentials(x: v128): v128 {
  if (isWide(x)) return f64x2.replace_lane(f64x2.splat(exp(f64x2.extract_lane(x, 0))), 1, exp(f64x2.extract_lane(x, 1)))
  return narrowExponentials(x)
}

/** Logistic function of two numbers. */
// @ts-ignore: decorator
@inline
export function sigmoids(x: v128): v128 {
  if (isWide(x)) return f64x2.replace_lane(f64x2.splat(sigmoid(f64x2.extract_lane(x, 0))), 1, sigmoid(f64x2.extract_lane(x, 1)))
  const e = narrowExponentials(f64x2.neg(f64x2.abs(x)))
  const one = both(SMALL, 1)
  const positive = f64x2.ge(x, f64x2.splat(0))
  return f64x2.div(v128.bitselect(one, e, positive), add(one, e))
}

/** Numbers that the passes of `tanhAll` take at a time, and room for eight numbers of each pair. */
const BLOCK: i32 = 64
const STEPS = memory.data(2048, 64)

/**
 * Hyperbolic tangent of `count` numbers from `values`, in place; room for an even number.
 *
 * The formula is one long chain of dependent operations. It is cut into four short loops over a block, so that the processor works on
 * several numbers at once.
 */
export function tanhAll(values: usize, count: i32): void {
  for (; count > 0; count -= BLOCK) {
    const end = values + (<usize>min(BLOCK, count) << 3)
    let at = STEPS
    for (let x = values; x < end; x += 16) {
      const a = f64x2.abs(v128.load(x))
      const y = add(a, a)
      const rounded = add(mul(y, both(REDUCTION, 0)), both(REDUCTION, 1))
      const k = sub(rounded, both(REDUCTION, 1))
      const high = sub(y, mul(k, both(REDUCTION, 2)))
      const low = mul(k, both(REDUCTION, 3))
      const r = sub(high, low)
      v128.store(at, r)
      v128.store(at, powersOfTwo(rounded), 16)
      v128.store(at, sub(sub(high, r), low), 32)
      at += 64
    }
    at = STEPS
    for (let x = values; x < end; x += 16) {
      const r = v128.load(at)
      v128.store(at, add(mul(mul(r, r), quotients(r)), v128.load(at, 32)), 48)
      at += 64
    }
    at = STEPS
    for (let x = values; x < end; x += 16) {
      const s = v128.load(at, 16)
      const p = mul(s, v128.load(at))
      const s1 = sub(s, both(SMALL, 1))
      const head = add(s1, p)
      const tail = add(sub(p, sub(head, s1)), mul(s, v128.load(at, 48)))
      const e = add(head, tail)
      v128.store(at, e)
      v128.store(at, sub(tail, sub(e, head)), 16)
      at += 64
    }
    at = STEPS
    for (; values < end; values += 16) {
      const x = v128.load(values)
      const a = f64x2.abs(x)
      const e = v128.load(at)
      const d = add(e, both(SMALL, 2))
      const t0 = f64x2.div(e, d)
      const c = sub(both(SMALL, 1), t0)
      const part = sub(d, e)
      const lost = add(sub(e, sub(d, part)), sub(both(SMALL, 2), part))
      let t = add(t0, mul(sub(mul(v128.load(at, 16), c), mul(t0, lost)), mul(both(SMALL, 0), c)))
      const large = f64x2.ge(a, both(SMALL, 3)) // from 22 on the value is 1; NaN has come through by itself
      if (v128.any_true(large)) t = v128.bitselect(both(SMALL, 1), t, large)
      v128.store(values, v128.or(t, v128.xor(a, x)))
      at += 64
    }
  }
}

/** Natural logarithm of two positive normal numbers. */
// @ts-ignore: decorator
@inline
export function logarithms(x: v128): v128 {
  const biased = i64x2.shr_u(i64x2.add(x, both(BITS, 2)), 52) // the exponent for a significand in [√½, √2), plus 1024
  const f = sub(mul(x, i64x2.shl(i64x2.sub(both(BITS, 4), biased), 52)), both(SMALL, 1))
  const k = sub(i64x2.sub(i64x2.add(biased, both(REDUCTION, 1)), both(BITS, 3)), both(REDUCTION, 1))
  const s = f64x2.div(f, add(both(SMALL, 2), f))
  const halfSquare = mul(mul(both(SMALL, 0), f), f)
  const z = mul(s, s)
  const w = mul(z, z)
  const even = add(both(ARTANH, 0), mul(w, add(both(ARTANH, 1), mul(w, add(both(ARTANH, 2), mul(w, both(ARTANH, 3)))))))
  const odd = add(both(ARTANH, 4), mul(w, add(both(ARTANH, 5), mul(w, both(ARTANH, 6)))))
  const artanh = mul(z, add(even, mul(z, odd)))
  const inner = add(mul(s, add(halfSquare, artanh)), mul(k, both(REDUCTION, 3)))
  return sub(mul(k, both(REDUCTION, 2)), sub(sub(halfSquare, inner), f))
}
