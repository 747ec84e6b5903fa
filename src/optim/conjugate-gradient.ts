/**
 * Conjugate gradients: A x = b for a symmetric positive matrix that is known by its products alone.
 *
 *     x₀ = 0,   r₀ = p₀ = b
 *     α = ⟨r, r⟩/⟨p, A p⟩,   x ← x + α p,   r′ = r − α A p,   p ← r′ + (⟨r′, r′⟩/⟨r, r⟩) p
 *
 * *Source:* Hestenes and Stiefel 1952, "Methods of conjugate gradients for solving linear systems", section 3; a fixed number of iterations as in
 * Schulman et al. 2015, TRPO, arXiv 1502.05477, Appendix C.
 * *Deviations:* 1. the tolerance is relative to ‖b‖, so that a multiple of b has the same multiple of x.
 */
import { invariant } from '../core/invariant.ts'

/** At most `iterations` (a positive integer); they end early where ‖r‖ ≤ `tolerance` · ‖b‖, a tolerance of 0 where r is 0. */
export type ConjugateGradientSettings = Readonly<{ iterations: number; tolerance: number }>

/** The solution [n], and ‖r‖ after each iteration made, by the recurrence. */
export type ConjugateGradientSolution = Readonly<{ x: Float64Array; residualNorms: Float64Array }>

const dot = (a: Float64Array, b: Float64Array): number => {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i]
  return sum
}

/**
 * x [n] with A x ≈ b [n], where `product` answers A p as a new array [n]. Where ⟨p, A p⟩ is not positive (A is not, or something is no number) it
 * ends with what it has come to; b of zeros has the solution 0 after no iteration. A product of another length breaks an invariant.
 */
export const conjugateGradient = (
  product: (p: Float64Array) => Float64Array,
  b: Float64Array,
  { iterations, tolerance }: ConjugateGradientSettings,
): ConjugateGradientSolution => {
  const size = b.length
  const [x, r, p] = [new Float64Array(size), b.slice(), b.slice()]
  const residualNorms: number[] = []
  let squares = dot(r, r)
  const enough = tolerance * Math.sqrt(squares)
  while (residualNorms.length < iterations && Math.sqrt(squares) > enough) {
    const ap = product(p)
    invariant(ap.length === size, `a product of ${ap.length} entries for ${size}`)
    const curvature = dot(p, ap)
    if (!(curvature > 0)) break
    const alpha = squares / curvature
    for (let i = 0; i < size; i++) {
      x[i] += alpha * p[i]
      r[i] -= alpha * ap[i]
    }
    const next = dot(r, r)
    const beta = next / squares
    for (let i = 0; i < size; i++) p[i] = r[i] + beta * p[i]
    squares = next
    residualNorms.push(Math.sqrt(squares))
  }
  return { x, residualNorms: Float64Array.from(residualNorms) }
}
