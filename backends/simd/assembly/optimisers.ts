/**
 * Optimiser steps, two parameters at a time; all arrays have room for an even number.
 *
 * *Source:* `backends/reference/optimisers.ts`, operation for operation. *Deviations:* none.
 */
import { add, mul, sub } from './maths'

/** Adam; `powerRest1` and `powerRest2` are 1 − β₁ᵗ and 1 − β₂ᵗ. */
export function adam(
  parameters: usize, first: usize, second: usize, gradient: usize, count: i32,
  learningRate: f64, beta1: f64, beta2: f64, epsilon: f64, weightDecay: f64, powerRest1: f64, powerRest2: f64,
): void {
  const rest1 = f64x2.splat(1 - beta1)
  const rest2 = f64x2.splat(1 - beta2)
  for (const end = parameters + (<usize>count << 3); parameters < end; parameters += 16) {
    const p = v128.load(parameters)
    const g = add(v128.load(gradient), mul(f64x2.splat(weightDecay), p))
    const m = add(mul(f64x2.splat(beta1), v128.load(first)), mul(rest1, g))
    const v = add(mul(f64x2.splat(beta2), v128.load(second)), mul(mul(rest2, g), g))
    const root = f64x2.sqrt(f64x2.div(v, f64x2.splat(powerRest2)))
    v128.store(first, m)
    v128.store(second, v)
    const step = f64x2.div(mul(f64x2.splat(learningRate), f64x2.div(m, f64x2.splat(powerRest1))), add(root, f64x2.splat(epsilon)))
    v128.store(parameters, sub(p, step))
    first += 16
    second += 16
    gradient += 16
  }
}

/** RMSprop. */
export function rmsprop(
  parameters: usize, second: usize, gradient: usize, count: i32,
  learningRate: f64, decay: f64, epsilon: f64, weightDecay: f64, epsilonInside: bool,
): void {
  const rest = f64x2.splat(1 - decay)
  const inside = f64x2.splat(epsilonInside ? epsilon : 0)
  const outside = f64x2.splat(epsilonInside ? 0 : epsilon)
  for (const end = parameters + (<usize>count << 3); parameters < end; parameters += 16) {
    const p = v128.load(parameters)
    const g = add(v128.load(gradient), mul(f64x2.splat(weightDecay), p))
    const s = add(mul(f64x2.splat(decay), v128.load(second)), mul(mul(rest, g), g))
    v128.store(second, s)
    // adding 0 changes no bit of a square or of a root
    const root = add(f64x2.sqrt(add(s, inside)), outside)
    v128.store(parameters, sub(p, f64x2.div(mul(f64x2.splat(learningRate), g), root)))
    second += 16
    gradient += 16
  }
}
