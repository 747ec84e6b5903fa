/**
 * A bound-constrained quasi-Newton minimiser: L-BFGS on the variables that are free, projected onto the box.
 *
 * A variable is held while it sits at a bound and the gradient pushes it outward. On the others the two-loop recursion
 * gives a direction; backtracking along the projected path x(α) = P(x + α d) asks for sufficient decrease
 * f(x(α)) ≤ f(x) + 10⁻⁴ ∇f · (x(α) − x). A direction without descent falls back to steepest descent with empty memory.
 *
 * *Source:* Nocedal 1980 and Liu and Nocedal 1989 (L-BFGS, two-loop recursion); Bertsekas 1982, "Projected Newton methods
 * for optimization problems with simple constraints" (free set, projected arc).
 * *Deviations:* 1. no generalised Cauchy point (as in L-BFGS-B): dimensions here are few.
 */

/** Value and gradient at a point; a value that is not finite marks the point as inadmissible. */
export type Objective = (x: Float64Array) => Readonly<{ value: number; gradient: Float64Array }>

/** Closed bounds per coordinate; equal bounds fix a coordinate. */
export type Bounds = Readonly<{ low: Float64Array; high: Float64Array }>

/** `tolerance` bounds the largest entry of the projected gradient at which the search stops. */
export type MinimiserSettings = Readonly<{ maxIterations: number; tolerance: number }>

/** The best point found; `value` is +∞ if the start was inadmissible. `converged` is false if iterations or progress ran out. */
export type BoxMinimum = Readonly<{ x: Float64Array; value: number; iterations: number; converged: boolean }>

type Evaluated = Readonly<{ x: Float64Array; value: number; gradient: Float64Array }>

type CurvaturePair = Readonly<{ s: Float64Array; y: Float64Array }>

const MEMORY = 8
const SUFFICIENT_DECREASE = 1e-4
const MAX_HALVINGS = 40
/** A pair enters the memory only with sᵀy above this share of yᵀy, which keeps the metric positive definite. */
const MIN_CURVATURE = 1e-12

const dot = (a: Float64Array, b: Float64Array, free: Uint8Array): number => {
  let sum = 0
  for (let i = 0; i < a.length; i++) if (free[i] === 1) sum += a[i] * b[i]
  return sum
}

const project = (x: Float64Array, { low, high }: Bounds): Float64Array => x.map((value, i) => Math.min(high[i], Math.max(low[i], value)))

/** −H g on the free coordinates by the two-loop recursion; 0 on the held ones. */
const quasiNewtonDirection = (gradient: Float64Array, pairs: readonly CurvaturePair[], free: Uint8Array): Float64Array => {
  const direction = gradient.map((g, i) => (free[i] === 1 ? -g : 0))
  const usable = pairs.filter(({ s, y }) => dot(s, y, free) > MIN_CURVATURE * dot(y, y, free))
  if (usable.length === 0) return direction
  const weights = new Float64Array(usable.length)
  for (let k = usable.length - 1; k >= 0; k--) {
    const { s, y } = usable[k]
    weights[k] = dot(s, direction, free) / dot(s, y, free)
    for (let i = 0; i < direction.length; i++) if (free[i] === 1) direction[i] -= weights[k] * y[i]
  }
  const newest = usable[usable.length - 1]
  const scale = dot(newest.s, newest.y, free) / dot(newest.y, newest.y, free)
  for (let i = 0; i < direction.length; i++) direction[i] *= scale
  usable.forEach(({ s, y }, k) => {
    const correction = weights[k] - dot(y, direction, free) / dot(s, y, free)
    for (let i = 0; i < direction.length; i++) if (free[i] === 1) direction[i] += correction * s[i]
  })
  return direction
}

/** The first point on the projected path with sufficient decrease, or null. */
const searchPath = (objective: Objective, from: Evaluated, direction: Float64Array, bounds: Bounds): Evaluated | null => {
  const { x, value, gradient } = from
  for (let halving = 0, alpha = 1; halving < MAX_HALVINGS; halving++, alpha *= 0.5) {
    const next = project(x.map((xi, i) => xi + alpha * direction[i]), bounds)
    let predicted = 0
    for (let i = 0; i < x.length; i++) predicted += gradient[i] * (next[i] - x[i])
    if (!(predicted < 0)) continue
    const trial = objective(next)
    if (Number.isFinite(trial.value) && trial.value <= value + SUFFICIENT_DECREASE * predicted) return { x: next, ...trial }
  }
  return null
}

/** A local minimum of `objective` in the box, from `start` (projected first). Deterministic; never leaves the box. */
export const minimiseInBox = (objective: Objective, start: Float64Array, bounds: Bounds, settings: MinimiserSettings): BoxMinimum => {
  const first = project(start, bounds)
  let current: Evaluated = { x: first, ...objective(first) }
  if (!Number.isFinite(current.value)) return { x: first, value: Infinity, iterations: 0, converged: false }
  let pairs: readonly CurvaturePair[] = []
  for (let iteration = 0; iteration < settings.maxIterations; iteration++) {
    const { x, value, gradient } = current
    const free = Uint8Array.from(x, (xi, i) => ((xi <= bounds.low[i] && gradient[i] >= 0) || (xi >= bounds.high[i] && gradient[i] <= 0) ? 0 : 1))
    const reach = project(x.map((xi, i) => xi - gradient[i]), bounds)
    if (reach.every((r, i) => Math.abs(r - x[i]) <= settings.tolerance)) return { x, value, iterations: iteration, converged: true }

    let direction = quasiNewtonDirection(gradient, pairs, free)
    if (!(dot(gradient, direction, free) < 0)) pairs = []
    if (pairs.length === 0) {
      const length = Math.sqrt(dot(gradient, gradient, free)) // a first step of at most unit length
      direction = gradient.map((g, i) => (free[i] === 1 ? -g / Math.max(1, length) : 0))
    }
    const next = searchPath(objective, current, direction, bounds)
    if (next === null) {
      if (pairs.length === 0) return { x, value, iterations: iteration, converged: false }
      pairs = []
      continue
    }
    const pair = { s: next.x.map((xi, i) => xi - x[i]), y: next.gradient.map((g, i) => g - gradient[i]) }
    pairs = [...pairs.slice(1 - MEMORY), pair]
    current = next
  }
  return { x: current.x, value: current.value, iterations: settings.maxIterations, converged: false }
}
