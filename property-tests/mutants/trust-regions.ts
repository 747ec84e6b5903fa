/**
 * Conjugate gradients, trust-region steps, policy surrogates and value regressions with one flaw each, for the laws to catch.
 */
import type { Backend } from '../../src/core/backend.ts'
import { conjugateGradient } from '../../src/optim/conjugate-gradient.ts'
import { trustRegionStep } from '../../src/optim/trust-region.ts'
import { policySurrogate, type PolicySurrogate, type SurrogateBatch } from '../../src/rl/policy-surrogate.ts'
import { valueRegression } from '../../src/rl/value-regression.ts'
import type { PolicySurrogateSubject } from '../laws/policy-surrogate.ts'
import type { TrustRegionSubject } from '../laws/trust-region.ts'

type Step = typeof trustRegionStep
type Solve = typeof conjugateGradient
const stepping = (change: (step: Step) => Step): TrustRegionSubject => ({ conjugateGradient, trustRegionStep: change(trustRegionStep) })
const solving = (change: (solve: Solve) => Solve): TrustRegionSubject => ({ trustRegionStep, conjugateGradient: change(conjugateGradient) })

export const trustRegionMutants: Readonly<Record<string, TrustRegionSubject>> = {
  'descends along the gradient alone': solving(() => (product, b, { iterations }) => {
    const x = new Float64Array(b.length)
    const residualNorms = Float64Array.from({ length: iterations }, () => {
      const image = product(x)
      const r = b.map((value, i) => value - image[i])
      const [squares, along] = [r, product(r)].map((each) => each.reduce((sum, value, i) => sum + value * r[i], 0))
      if (!(along > 0)) return 0
      for (let i = 0; i < x.length; i++) x[i] += (squares / along) * r[i]
      const after = product(x)
      return Math.sqrt(b.reduce((sum, value, i) => sum + (value - after[i]) * (value - after[i]), 0))
    })
    return { x, residualNorms }
  }),
  'stops at an absolute tolerance': solving((solve) => (product, b, { iterations, tolerance }) =>
    solve(product, b, { iterations, tolerance: tolerance / Math.sqrt(b.reduce((sum, value) => sum + value * value, 0)) }),
  ),
  'never stops early': solving((solve) => (product, b, { iterations }) => solve(product, b, { iterations, tolerance: 0 })),
  'takes the sign of the curvature for given': solving((solve) => (product, b, settings) => {
    const turned = (p: Float64Array): Float64Array => {
      const image = product(p)
      const along = image.reduce((sum, value, i) => sum + value * p[i], 0)
      return along < 0 ? image.map((value) => -value) : image
    }
    return solve(turned, b, settings)
  }),
  'forgets the damping': stepping((step) => (parameters, around, settings) => step(parameters, around, { ...settings, damping: 0 })),
  'makes its step for δ instead of 2 δ': stepping((step) => (parameters, around, settings) => step(parameters, around, { ...settings, maxKl: settings.maxKl / 2 })),
  'takes the last candidate as it is': stepping((step) => (parameters, around, settings) => {
    const made = step(parameters, around, settings)
    return made.accepted || !(made.curvature > 0) ? made : { ...made, parameters: parameters.map((value, i) => value + 0.1 * made.fullStep[i]) }
  }),
  'does not look at KL': stepping((step) => (parameters, around, settings) => step(parameters, around, { ...settings, klLimit: Infinity })),
  'accepts what gains nothing': stepping((step) => (parameters, around, settings) =>
    step(parameters, { ...around, judge: (candidate) => ({ ...around.judge(candidate), gain: 1 }) }, settings),
  ),
  'halves its candidates': stepping((step) => (parameters, around, settings) => step(parameters, around, { ...settings, backtrackFactor: 0.5 })),
  'scales its step with the gain': stepping((step) => (parameters, around, settings) => {
    const size = Math.sqrt(around.gradient.reduce((sum, value) => sum + value * value, 0))
    return step(parameters, around, { ...settings, maxKl: settings.maxKl * Math.min(1, size) })
  }),
}

type Sound = ReturnType<typeof policySurrogate>

/** A surrogate that is the sound one of other arguments, or answers something else. */
const seeing = (
  change: (seen: PolicySurrogate, sound: Sound, parameters: Float64Array, batch: SurrogateBatch, backend: Backend) => Partial<PolicySurrogate>,
): PolicySurrogateSubject => ({
  valueRegression,
  policySurrogate: (parts, backend) => {
    const sound = policySurrogate(parts, backend)
    return (parameters, batch) => {
      const seen = sound(parameters, batch)
      return { ...seen, ...change(seen, sound, parameters, batch, backend) }
    }
  },
})

export const policySurrogateMutants: Readonly<Record<string, PolicySurrogateSubject>> = {
  'takes the curvature of the surrogate for that of KL': seeing((seen, sound, parameters, batch) => ({
    fisherProduct: (v) => {
      const step = 1e-5
      const moved = sound(parameters.map((value, i) => value + step * v[i]), batch)
      return moved.gradient.map((value, i) => (value - seen.gradient[i]) / step)
    },
  })),
  'averages scores over the actions that were taken': seeing((_seen, sound, parameters, batch) => {
    const rows = batch.advantages.length
    const alone = (row: number): SurrogateBatch => ({ ...batch, advantages: batch.advantages.map((_, b) => (b === row ? rows : 0)) })
    const scores = Array.from({ length: rows }, (_, row) => sound(parameters, alone(row)).gradient)
    const along = (score: Float64Array, v: Float64Array): number => score.reduce((sum, value, k) => sum + value * v[k], 0)
    return { fisherProduct: (v) => v.map((_, i) => scores.reduce((sum, score) => sum + (score[i] * along(score, v)) / rows, 0)) }
  }),
  'forgets the last parameters in its products': seeing(({ fisherProduct }) => ({ fisherProduct: (v) => fisherProduct(v).fill(0, v.length - 2) })),
  'pulls back without the factor of the mean': seeing(({ fisherProduct }, _sound, _parameters, batch) => ({
    fisherProduct: (v) => fisherProduct(v).map((value) => batch.advantages.length * value),
  })),
  'measures KL backwards': seeing(({ judge }, sound, parameters, batch) => ({
    judge: (candidate) => ({ ...judge(candidate), kl: sound(candidate, batch).judge(parameters).kl }),
  })),
  'tells what a candidate is worth, not what it gains': seeing(({ surrogate, judge }) => ({
    judge: (candidate) => ({ ...judge(candidate), gain: judge(candidate).gain + surrogate }),
  })),
  'takes the policy that collected the data for the one at hand': seeing((_seen, sound, parameters, batch) => ({
    gradient: sound(parameters, { ...batch, oldLogProb: batch.oldLogProb.map((value, b) => value - 0.1 * (b - 3)) }).gradient,
  })),
  'rounds where it is not the reference that computes': seeing(({ gradient }, _sound, _parameters, _batch, backend) => ({
    gradient: backend.name === 'reference' ? gradient : gradient.map((value) => Math.fround(value)),
  })),
  'halves the slope of the value loss': {
    policySurrogate,
    valueRegression: (net, backend) => {
      const sound = valueRegression(net, backend)
      return (parameters, batch) => {
        const { loss, gradient } = sound(parameters, batch)
        return { loss, gradient: gradient.map((value) => value / 2) }
      }
    },
  },
}
