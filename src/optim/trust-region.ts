/**
 * One step of ascent inside a trust region: the natural gradient as long as the region allows, then back until the gain is real.
 *
 *     (F + damping I) x = g  by conjugate gradients,   s = √(2 δ/⟨x, (F + damping I) x⟩) x
 *     θ′ = θ + c^k s   for the first k with gain(θ′) > 0 and KL(θ ‖ θ′) ≤ limit, at most `backtracks` of them; θ where there is none
 *
 * *Source:* Schulman et al. 2015, TRPO, arXiv 1502.05477, section 6 and Appendix C. *Deviations:* none.
 */
import { invariant } from '../core/invariant.ts'
import { conjugateGradient } from './conjugate-gradient.ts'

/**
 * δ = `maxKl` > 0 makes the length of the full step, `klLimit` > 0 is what a step may reach, `damping` ≥ 0 is added to the diagonal of F,
 * `iterations` and `tolerance` are those of conjugate gradients, and `backtracks` ≥ 1 candidates are tried, each `backtrackFactor` c in (0, 1)
 * of the one before.
 */
export type TrustRegionSettings = Readonly<{
  maxKl: number
  klLimit: number
  damping: number
  iterations: number
  tolerance: number
  backtracks: number
  backtrackFactor: number
}>

/** What a candidate gains over where the step starts, and how far it is from there. */
export type Judgement = Readonly<{ gain: number; kl: number }>

/** What a step knows of its surroundings: the gradient g [P] of the gain, products F v [P], and what candidates [P] are worth. */
export type Surroundings = Readonly<{
  gradient: Float64Array
  fisherProduct(vector: Float64Array): Float64Array
  judge(candidate: Float64Array): Judgement
}>

/**
 * `parameters` [P] after the step: a new array, or the one given where nothing was accepted (gain and kl are 0 then). `backtracks` counts the
 * refused candidates. `direction` x, its `curvature` ⟨x, (F + damping I) x⟩ and `fullStep` s tell how it was made; `residual` is ‖r‖/‖g‖ of x,
 * 0 where g is 0 and 1 where there was no iteration.
 */
export type TrustRegionStep = Readonly<{
  parameters: Float64Array
  accepted: boolean
  backtracks: number
  gain: number
  kl: number
  direction: Float64Array
  curvature: number
  residual: number
  fullStep: Float64Array
}>

/** The step from `parameters` [P]. A gradient of another length breaks an invariant; where it is 0, or no number, no candidate is tried. */
export const trustRegionStep = (
  parameters: Float64Array,
  { gradient, fisherProduct, judge }: Surroundings,
  settings: TrustRegionSettings,
): TrustRegionStep => {
  const { maxKl, klLimit, damping, iterations, tolerance, backtracks, backtrackFactor } = settings
  const size = parameters.length
  invariant(gradient.length === size, `a gradient of ${gradient.length} entries for ${size} parameters`)
  const product = (vector: Float64Array): Float64Array => {
    const damped = fisherProduct(vector).slice()
    for (let i = 0; i < size; i++) damped[i] += damping * vector[i]
    return damped
  }
  const { x: direction, residualNorms } = conjugateGradient(product, gradient, { iterations, tolerance })
  const image = product(direction)
  let [curvature, squares] = [0, 0]
  for (let i = 0; i < size; i++) {
    curvature += direction[i] * image[i]
    squares += gradient[i] * gradient[i]
  }
  const length = Math.sqrt((2 * maxKl) / curvature)
  const fullStep = direction.map((value) => length * value)
  const made = { direction, curvature, residual: squares === 0 ? 0 : (residualNorms.at(-1) ?? Math.sqrt(squares)) / Math.sqrt(squares), fullStep }
  let refused = 0
  for (let share = 1; curvature > 0 && refused < backtracks; refused++, share *= backtrackFactor) {
    const candidate = parameters.map((value, i) => value + share * fullStep[i])
    const { gain, kl } = judge(candidate)
    if (gain > 0 && kl <= klLimit) return { parameters: candidate, accepted: true, backtracks: refused, gain, kl, ...made }
  }
  return { parameters, accepted: false, backtracks: refused, gain: 0, kl: 0, ...made }
}
