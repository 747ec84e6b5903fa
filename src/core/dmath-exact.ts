/**
 * Error-free building blocks of the deterministic mathematics: bit views, powers of two, and the rounding errors of + and ·.
 *
 * *Source:* T. J. Dekker 1971, "A floating-point technique for extending the available precision", Numerische Mathematik 18;
 * D. E. Knuth, The Art of Computer Programming 2, section 4.2.2 (theorem B).
 * *Deviations:* none.
 *
 * The module holds two 8-byte scratch cells: one for bit views, one for the second half of a two-double result. Both are written
 * before they are read in the same call, so no result depends on what was there before.
 */
const cell = new Float64Array(1)
const words = new Int32Array(cell.buffer)
// Typed arrays show the byte order of the machine: 1.0 has all its set bits in the high word.
cell[0] = 1
const HIGH = words[1] === 0x3ff00000 ? 1 : 0

/** Two below the smallest normal exponent, so that 2⁻ᵏ is there for every k that a finite number can have after rounding to √½ … √2. */
const MIN_EXPONENT = -1024
const EXPONENTS = 2048

const powersOfTwo = (): Float64Array => {
  const table = new Float64Array(EXPONENTS)
  table[-MIN_EXPONENT] = 1
  for (let i = -MIN_EXPONENT + 1; i < EXPONENTS; i++) table[i] = table[i - 1] * 2
  for (let i = -MIN_EXPONENT - 1; i >= 0; i--) table[i] = table[i + 1] * 0.5
  return table
}

/** 2^(i − 1024) at index i: a load is cheaper than assembling the bits. */
export const POWERS_OF_TWO: Float64Array = powersOfTwo()

/** Index of 2⁰ in `POWERS_OF_TWO`. */
export const EXPONENT_BIAS = -MIN_EXPONENT

/** Adding and subtracting 1.5 · 2⁵² rounds a number below 2⁵¹ in magnitude to the nearest integer, ties to even. */
export const ROUNDER = 6755399441055744

/** Sign, exponent and the leading 20 bits of the significand, as a signed 32-bit word. */
export const highWord = (x: number): number => {
  cell[0] = x
  return words[HIGH]
}

/** Whether the sign bit is set (−0 included). */
export const isNegative = (x: number): boolean => x < 0 || (x === 0 && 1 / x < 0)

/** |magnitude| with the sign bit of `sign`. */
export const withSign = (magnitude: number, sign: number): number => (isNegative(sign) ? -Math.abs(magnitude) : Math.abs(magnitude))

/** x · 2^k with a single rounding, also where the result is subnormal; k in −1100 … 1024, |x| in [2⁻², 4]. */
export const scaleByPower = (x: number, k: number): number => {
  if (k > 1023) return x * POWERS_OF_TWO[EXPONENT_BIAS + 1023] * 2
  if (k >= -1020) return x * POWERS_OF_TWO[EXPONENT_BIAS + k]
  return x * POWERS_OF_TWO[EXPONENT_BIAS + k + 128] * POWERS_OF_TWO[EXPONENT_BIAS - 128] // the first product is exact
}

/** The exact error of `sum`, the rounded a + b: a + b = sum + error. */
export const sumError = (a: number, b: number, sum: number): number => {
  const part = sum - a
  return a - (sum - part) + (b - part)
}

/**
 * Where a function whose value is an unevaluated sum of two doubles leaves the trailing one; it returns the leading one.
 * The caller reads it at once, before any other call.
 */
export const trailing = new Float64Array(1)

const SPLITTER = 134217729 // 2²⁷ + 1

/** The leading 26 bits of x; x − leading is exact and has at most 26 bits. |x| < 2⁹⁹⁶. */
export const leading = (x: number): number => {
  const c = SPLITTER * x
  return c - (c - x)
}

/** The exact error of `product`, the rounded a · b: a · b = product + error (factors below 2⁹⁹⁶, product normal). */
export const productError = (a: number, b: number, product: number): number => {
  const aHigh = leading(a)
  const aLow = a - aHigh
  const bHigh = leading(b)
  const bLow = b - bHigh
  return aHigh * bHigh - product + aHigh * bLow + aLow * bHigh + aLow * bLow
}
