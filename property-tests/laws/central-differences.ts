/**
 * Slopes by central differences, and the comparison of a gradient with them.
 *
 * *Source:* fourth-order central difference (8(f₁ − f₋₁) − (f₂ − f₋₂))/(12 h). *Deviations:* none.
 */
import { ok } from 'node:assert/strict'

const STEP = 1e-3

/** ∂f/∂x_i at `x` for every i, from four evaluations each. Error: h⁴ · fifth derivative/30, plus rounding 1.5 · 2.2e-16 |f|/h. */
export const centralDifferences = (f: (x: Float64Array) => number, x: Float64Array): Float64Array =>
  x.map((_, i) => {
    const at = (multiple: number): number => f(x.map((value, k) => (k === i ? value + multiple * STEP : value)))
    return (8 * (at(1) - at(-1)) - (at(2) - at(-2))) / (12 * STEP)
  })

/**
 * Throws unless `gradient` agrees with central differences of `f` within `tolerance` times the largest slope (or 1).
 * 1e-8 leaves room for h⁴ = 1e-12 times fifth derivatives of a few thousand; a wrong formula is off by 1e-2 and more.
 */
export const agreesWithDifferences = (what: string, f: (x: Float64Array) => number, x: Float64Array, gradient: Float64Array, tolerance = 1e-8): void => {
  const slopes = centralDifferences(f, x)
  ok(gradient.length === x.length, `${what}: ${gradient.length} slopes for ${x.length} numbers`)
  const scale = slopes.reduce((most, slope) => Math.max(most, Math.abs(slope)), 1)
  slopes.forEach((slope, i) => {
    ok(Math.abs(slope - gradient[i]) <= tolerance * scale, `${what}: entry ${i} is ${gradient[i]}, differences say ${slope}`)
  })
}
