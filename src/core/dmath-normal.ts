/**
 * The normal distribution: error functions, density, distribution function, its logarithm far into the tail, and its inverse.
 *
 * From x = ½ on, erfc x = e^(−x²) · g(t)/(1 + 2x), t = (x − 3)/(x + 3), with one polynomial g for the whole half-line; x² is split so
 * that its rounding error does not reach the exponential. Below, erf is a polynomial in x².
 *
 * *Source:* M. M. Shepherd and J. G. Laframboise 1981, "Chebyshev approximation of (1 + 2x) exp(x²) erfc x in 0 ≤ x < ∞", Mathematics
 * of Computation 36 (the form; own coefficients, property-tests/fixtures/dmath/coefficients.py); M. J. Wichura 1988, "Algorithm AS 241:
 * the percentage points of the normal distribution", Applied Statistics 37, PPND16 (the inverse, with its coefficients).
 * *Deviations:* none. Errors measured in property-tests/core/dmath.prop.ts.
 */
import { leading } from './dmath-exact.ts'
import { expOfSum } from './dmath-exp.ts'
import { log, log1p } from './dmath-log.ts'

const INVERSE_SQRT2 = 0.7071067811865476
const INVERSE_SQRT_2PI = 0.3989422804014327
const CROSSOVER = 0.75 // below, the series of erf; above, erfc without cancellation

/** erf x for |x| ≤ ¾. */
const erfNearZero = (x: number): number => {
  const z = x * x
  const w = z * z
  const even = 0.1283791670955126 + w * (0.11283791670952632 + w * (0.005223977615516191 + w * (0.0001205528982381034 +
    w * (1.6430780950984268e-6 + w * 1.1475376758447356e-8))))
  const odd = -0.37612638903183715 + w * (-0.026866170644436766 + w * (-0.0008548326195105066 +
    w * (-1.4924202711546137e-5 + w * -1.5940876222833012e-7)))
  return x + x * (even + z * odd)
}

/** e^(x²) erfc x for x ≥ ½. */
const scaledErfc = (x: number): number => {
  if (x > 1e8) return 0.5641895835477563 / x // 1/(x √π): the next term is below half an ulp
  const t = (x - 3) / (x + 3)
  const w = t * t
  const even =
    1.2530080582697296 +
    w * (-0.04756229435345158 + w * (-0.11927366341524766 + w * (-0.023770514920334655 + w * (0.0018886903821629792 +
    w * (-0.00010515997498752314 + w * (4.950288194262401e-6 + w * (-7.337826745069575e-7 + w * (3.606918787204869e-7 +
    w * (-1.449920623793389e-7 + w * (4.228519575495304e-8 + w * -6.953236385264753e-9))))))))))
  const odd =
    -0.13562110612458123 +
    w * (0.12964515870276805 + w * (0.06830802734369226 + w * (0.0025293918213164152 + w * (-0.0007798323273171123 + w * (0.00012509971721147347 +
    w * (-2.010215245352194e-5 + w * (3.477002614523276e-6 + w * (-6.254092069893315e-7 + w * (1.124375178656067e-7 +
    w * (-2.0608712950480555e-8 + w * 3.1674971056026427e-9))))))))))
  return (even + t * odd) / (1 + 2 * x)
}

/** e^(−scale · x²) for |x| < 10⁸, scale ½ or 1. */
const gaussian = (x: number, scale: number): number => {
  const short = leading(x) // its square is exact
  return expOfSum(-scale * short * short, -scale * (x - short) * (x + short))
}

/** Error function 2/√π ∫₀ˣ e^(−t²) dt; at most 2 ulp, odd. */
export const erf = (x: number): number => {
  const a = Math.abs(x)
  if (a < CROSSOVER) return a < 1e-18 ? x * 1.1283791670955126 : erfNearZero(x)
  if (!(a < 6)) return a >= 6 ? Math.sign(x) : x // 1 − erf 6 lies below half an ulp of 1
  const value = 1 - gaussian(a, 1) * scaledErfc(a)
  return x < 0 ? -value : value
}

/** Complementary error function 1 − erf x without cancellation; at most 4 ulp where normal. */
export const erfc = (x: number): number => {
  if (x < CROSSOVER) return x > -CROSSOVER ? 1 - erfNearZero(x) : x < -6 ? 2 : 2 - gaussian(x, 1) * scaledErfc(-x)
  return x < 28 ? gaussian(x, 1) * scaledErfc(x) : x >= 28 ? 0 : x
}

/** Density of the standard normal distribution, φ(x) = e^(−x²/2)/√(2π); at most 2 ulp where normal. */
export const normalPdf = (x: number): number => (Math.abs(x) < 40 ? INVERSE_SQRT_2PI * gaussian(x, 0.5) : Number.isNaN(x) ? x : 0)

/** Distribution function Φ(x) of the standard normal, accurate in the lower tail; at most 5 ulp where normal. */
export const normalCdf = (x: number): number => {
  const t = Math.abs(x) * INVERSE_SQRT2
  if (t < CROSSOVER) return 0.5 + 0.5 * erfNearZero(x * INVERSE_SQRT2)
  if (!(Math.abs(x) < 40)) return x < 0 ? 0 : x > 0 ? 1 : x
  const tail = 0.5 * gaussian(x, 0.5) * scaledErfc(t)
  return x < 0 ? tail : 1 - tail
}

/** log Φ(x), finite for every finite x down to −1.3 · 10¹⁵⁴; relative error below 10⁻¹⁵. */
export const logNormalCdf = (x: number): number => {
  if (x > -1) return x > 0 ? log1p(-normalCdf(-x)) : log(normalCdf(x))
  return log(0.5 * scaledErfc(-x * INVERSE_SQRT2)) - 0.5 * x * x
}

/** PPND16 outside the central region: the (positive) normal deviate exceeded with probability p ≤ 0.075. */
const tailDeviate = (p: number): number => {
  const root = Math.sqrt(-log(p))
  if (root <= 5) {
    const r = root - 1.6
    return (
      (((((((0.0007745450142783414 * r + 0.022723844989269184) * r + 0.2417807251774506) * r + 1.2704582524523684) * r +
      3.6478483247632045) * r + 5.769497221460691) * r + 4.630337846156546) * r + 1.4234371107496835) /
      (((((((1.0507500716444169e-9 * r + 0.0005475938084995345) * r + 0.015198666563616457) * r +
      0.14810397642748008) * r + 0.6897673349851) * r + 1.6763848301838038) * r + 2.053191626637759) * r + 1)
    )
  }
  const r = root - 5
  return (
    (((((((2.0103343992922881e-7 * r + 2.7115555687434876e-5) * r + 0.0012426609473880784) * r + 0.026532189526576124) * r +
      0.29656057182850487) * r + 1.7848265399172913) * r + 5.463784911164114) * r + 6.657904643501103) /
    (((((((2.0442631033899397e-15 * r + 1.421511758316446e-7) * r + 1.8463183175100548e-5) * r +
      0.0007868691311456133) * r + 0.014875361290850615) * r + 0.1369298809227358) * r + 0.599832206555888) * r + 1)
  )
}

/** PPND16 in the central region, |q| ≤ 0.425. */
const centralDeviate = (q: number): number => {
  const r = 0.180625 - q * q
  return (
    (q * (((((((2509.0809287301227 * r + 33430.57558358813) * r + 67265.7709270087) * r + 45921.95393154987) * r +
      13731.69376550946) * r + 1971.5909503065513) * r + 133.14166789178438) * r + 3.3871328727963665)) /
    (((((((5226.495278852854 * r + 28729.085735721943) * r + 39307.89580009271) * r + 21213.794301586597) * r +
      5394.196021424751) * r + 687.1870074920579) * r + 42.31333070160091) * r + 1)
  )
}

/** The normal deviate of distribution ½ + q, |q| < ½: the inverse seen from the median, where q keeps all its bits. */
export const normalOfCentred = (q: number): number => {
  if (q <= 0.425 && q >= -0.425) return centralDeviate(q)
  const deviate = tailDeviate(q < 0 ? 0.5 + q : 0.5 - q)
  return q < 0 ? -deviate : deviate
}

/** Inverse Φ⁻¹(p) of the normal distribution function; at most 6 ulp (10⁻¹⁵ relative). 0 gives −∞, 1 gives ∞, outside NaN. */
export const normalQuantile = (p: number): number => {
  if (!(p > 0 && p < 1)) return p === 0 ? -Infinity : p === 1 ? Infinity : NaN
  const q = p - 0.5
  if (q <= 0.425 && q >= -0.425) return centralDeviate(q)
  return q < 0 ? -tailDeviate(p) : tailDeviate(1 - p)
}
