/**
 * HOOF: before each update many learning rates are tried on paper, and the one whose policy looks best from the batch is used.
 *
 *     α* = argmax_α  V̂(θ_α)  over those with KL(π_θ ‖ π_θα) < bound,   θ_α = θ + α d,   α ~ U(low, upper)
 *
 * V̂ is the weighted importance-sampling estimate of the held batch (`off-policy-value.ts`); no env step is spent. d is one step of the learner's own
 * optimiser divided by its rate. The upper end follows the KL bound: more than `brokenShare` of the candidates beyond it shrink it, none beyond it let
 * it grow. Where all candidates lie beyond the bound the first one is taken. Optionally entropy coefficients are tried as well, each with its
 * own d and all the learning rates.
 *
 * `tries: maxKl` chooses the bound δ of a learner that steps inside a trust region instead, whose steps grow with √δ:  θ_δ = θ + √(δ/upper) s.
 *
 * `candidates: scaled` finds d once, which is exact for optimisers whose step is proportional to the rate (SGD, RMSprop, Adam); `exact` asks the
 * learner for every candidate, for rules that bound their own step. With several minibatches a candidate is judged by the
 * step on another shuffle than the one to come.
 *
 * `describe`: upper end, estimate and KL of the choice, share of candidates beyond the bound (NaN before the first).
 *
 * *Source:* Paul, Kurin and Whiteson 2019, HOOF, arXiv 1902.06583, Algorithm 1 (and natural gradients, section 5); numbers, factors and
 * fallback are those of the authors' program.
 * *Deviations:* 1. rates are drawn from the least admissible one on, not from 0. 2. the upper end never leaves the learner's range. 3. candidates of a
 * trust region share the line search of the largest, unless `candidates` are `exact`.
 */
import type { HyperParameter, HyperRecord } from '../core/hyper.ts'
import type { Key } from '../core/key.ts'
import { refusal, rejectAll, type Refusal } from '../core/rejection.ts'
import { foldIn, uniforms } from '../core/rng.ts'
import type { HeldBatch, PolicyGradientContext } from '../rl/context.ts'
import type { Cadence } from './hyper-steps.ts'
import { isHyperStep } from './hyper-steps.ts'
import type { Scheduler } from './scheduler.ts'

/** `samples` values of `tries` up to `upper` at first; `entropy` tries that many coefficients in [low, high] as well, null none. */
export type HoofSettings = Readonly<{
  tries: 'learningRate' | 'maxKl'
  samples: number
  upper: number
  klBound: number
  shrink: number
  grow: number
  brokenShare: number
  entropy: Readonly<{ low: number; high: number; samples: number }> | null
  candidates: 'scaled' | 'exact'
  cadence: Cadence
}>

/** `space` and `hyper` are the learner's: its ranges and its own values. */
export type HoofOptions = HoofSettings & Readonly<{ space: Readonly<Record<string, HyperParameter>>; hyper: HyperRecord }>

export const hoofDefaults: HoofSettings = {
  tries: 'learningRate',
  samples: 100,
  upper: 1e-2,
  klBound: 0.03,
  shrink: 0.8,
  grow: 1.25,
  brokenShare: 0.8,
  entropy: null,
  candidates: 'scaled',
  cadence: 'update',
}

/** `inForce` are the values chosen last; the others describe that choice. */
export type HoofState = Readonly<{ upper: number; inForce: HyperRecord; estimate: number; kl: number; broken: number }>

/** Everything that is wrong with `options`; empty means that they can be used. */
export const hoofProblems = ({ tries, samples, upper, klBound, shrink, grow, brokenShare, entropy, space }: HoofOptions): readonly Refusal[] => {
  const { [tries]: rates, entropyCoef: coefs } = space
  if (rates === undefined) return [refusal('tries', 'a hyperparameter of the learner', tries)]
  if (tries === 'learningRate' && space.maxKl !== undefined) return [refusal('tries', 'maxKl, as the learning rate of this learner does not move its policy', tries)]
  return [
    ...(Number.isInteger(samples) && samples >= 1 ? [] : [refusal('samples', 'a positive integer', samples)]),
    ...(upper > rates.low && upper <= rates.high ? [] : [refusal('upper', `more than ${rates.low} and at most ${rates.high}`, upper)]),
    ...(klBound > 0 ? [] : [refusal('klBound', 'a positive number', klBound)]),
    ...(shrink > 0 && shrink <= 1 ? [] : [refusal('shrink', 'a number in (0, 1]', shrink)]),
    ...(grow >= 1 ? [] : [refusal('grow', 'at least 1', grow)]),
    ...(brokenShare >= 0 && brokenShare <= 1 ? [] : [refusal('brokenShare', 'a number in [0, 1]', brokenShare)]),
    ...(entropy !== null && coefs === undefined ? [refusal('entropy', 'null, as the learner has no entropyCoef', entropy)] : []),
    ...(entropy === null || coefs === undefined || (entropy.low >= coefs.low && entropy.low <= entropy.high && entropy.high <= coefs.high)
      ? []
      : [refusal('entropy', `low ≤ high from ${coefs.low} to ${coefs.high}`, entropy)]),
    ...(entropy === null || (Number.isInteger(entropy.samples) && entropy.samples >= 1) ? [] : [refusal('entropy.samples', 'a positive integer', entropy.samples)]),
  ]
}

type Scored = Readonly<{ hyper: HyperRecord; estimate: number; kl: number }>

/** HOOF over the learning rate or the bound of a trust region (and the entropy coefficient). Throws a `RangeError` for settings outside their ranges. */
export const hoof = (options: HoofOptions): Scheduler<HoofState, PolicyGradientContext, HyperRecord> => {
  rejectAll('hoof', hoofProblems(options))
  const { tries, samples, klBound, shrink, grow, brokenShare, entropy, candidates, cadence, space, hyper } = options
  const { low, high } = space[tries]

  const between = (key: Key, count: number, from: number, to: number): readonly number[] => [...uniforms(key, count)].map((u) => from + (to - from) * u)

  /** What the candidates of one entropy coefficient are worth. */
  const scoredOf = (key: Key, batch: HeldBatch, start: Float64Array, base: HyperRecord, rates: readonly number[]): readonly Scored[] => {
    const withRate = (rate: number): HyperRecord => ({ ...base, [tries]: rate })
    if (candidates === 'exact') return rates.map((rate) => ({ hyper: withRate(rate), ...batch.offPolicyValue(batch.candidate(key, withRate(rate))) }))
    const unit = Math.max(...rates)
    const stepped = batch.candidate(key, withRate(unit))
    const candidate = new Float64Array(start.length) // one after the other: a hundred networks at once would only wait to be collected
    return rates.map((rate) => {
      const share = tries === 'maxKl' ? Math.sqrt(rate / unit) : rate / unit
      for (let i = 0; i < start.length; i++) candidate[i] = start[i] + share * (stepped[i] - start[i])
      return { hyper: withRate(rate), ...batch.offPolicyValue(candidate) }
    })
  }

  const choose = (key: Key, state: HoofState, { parameters }: PolicyGradientContext, batch: HeldBatch): HoofState => {
    const [keyRates, keyEntropy, keyStep] = [foldIn(key, 0), foldIn(key, 1), foldIn(key, 2)]
    const rates = between(keyRates, samples, low, state.upper)
    const bases = entropy === null ? [hyper] : between(keyEntropy, entropy.samples, entropy.low, entropy.high).map((entropyCoef) => ({ ...hyper, entropyCoef }))
    const scored = bases.flatMap((base) => scoredOf(keyStep, batch, parameters, base, rates))
    const near = scored.filter(({ kl }) => kl < klBound)
    const usable = near.filter(({ estimate }) => Number.isFinite(estimate))
    const best = usable.reduce((leader, one) => (one.estimate > leader.estimate ? one : leader), usable[0] ?? scored[0])
    const broken = (scored.length - near.length) / scored.length
    const moved = broken > brokenShare ? state.upper * shrink : broken === 0 ? state.upper * grow : state.upper
    return { upper: Math.min(high, Math.max(2 * low, moved)), inForce: best.hyper, estimate: best.estimate, kl: best.kl, broken }
  }

  return {
    name: 'hoof',
    members: 1,
    needs: ['policy-gradient'],
    probes: [],
    init: () => ({ upper: options.upper, inForce: hyper, estimate: Number.NaN, kl: Number.NaN, broken: Number.NaN }),
    propose: (key, state, _step, [context]) => {
      const batch = context?.batch ?? null
      const next = context === null || batch === null || !isHyperStep(cadence, false, context) ? state : choose(key, state, context, batch)
      return [{ kind: 'use', hyper: next.inForce }, next]
    },
    observe: (_key, state) => state,
    describe: ({ upper, estimate, kl, broken }) => ({ hoofUpper: upper, hoofEstimate: estimate, hoofKl: kl, hoofBroken: broken }),
  }
}
