/**
 * Tuned meta-gradient: the learning rate climbs the gradient of performance after the step that it made.
 *
 *     α ← α + β ⟨∇J(θ′), (θ′ − θ)/α⟩,   ∇J(θ′) = mean of ∇ log π_θ′ · Â over the batch at hand,   θ′ = θ + α d
 *
 * θ and θ′ are the parameters before and after the last update. Before the first update on a rollout the batch is that which θ′ has collected, with
 * advantages by its own critic. A rate that would leave its range stays at the end that it came to; how often is recorded.
 *
 * "Tuned" in the literature is the best of a grid of initial rates and β: that search is not part of the method, and costs a run each.
 *
 * `describe`: the rate for the next update, the meta-gradient ⟨∇J(θ′), d⟩ (NaN before the second update), updates at an end of the range.
 *
 * *Source:* Xu, van Hasselt and Silver 2018, Meta-gradient reinforcement learning, arXiv 1805.09801 (the gradient through one update);
 * for the learning rate of A2C: Paul, Kurin and Whiteson 2019, HOOF, arXiv 1902.06583.
 * *Deviations:* 1. the rate stays inside a range, which the sources do not give it. 2. the default of β is ours.
 */
import type { HyperParameter, HyperRecord } from '../core/hyper.ts'
import { refusal, rejectAll, type Refusal } from '../core/rejection.ts'
import type { PolicyGradientContext } from '../rl/context.ts'
import type { Scheduler } from './scheduler.ts'

/** β ≥ 0, and the range in which the rate stays. */
export type TmgSettings = Readonly<{ beta: number; low: number; high: number }>

/** `space` and `hyper` are the learner's: its ranges and its own values; the rate starts at its own. */
export type TmgOptions = TmgSettings & Readonly<{ space: Readonly<Record<string, HyperParameter>>; hyper: HyperRecord }>

export const tmgDefaults: TmgSettings = { beta: 1e-6, low: 1e-6, high: 1e-2 }

/** `before` are the parameters before the last update [P], null before any; `used` is the rate of that update. */
export type TmgState = Readonly<{ rate: number; before: Float64Array | null; used: number; metaGradient: number; held: number }>

/** Everything that is wrong with `options`; empty means that they can be used. */
export const tmgProblems = ({ beta, low, high, space, hyper }: TmgOptions): readonly Refusal[] => {
  const range = space.learningRate
  if (range === undefined) return [refusal('', 'a learner with a learning rate', Object.keys(space))]
  if (space.maxKl !== undefined) return [refusal('', 'a learner whose learning rate moves its policy, not its critic alone', Object.keys(space))]
  const rate = hyper.learningRate
  return [
    ...(beta >= 0 && Number.isFinite(beta) ? [] : [refusal('beta', 'a finite number not below 0', beta)]),
    ...(low >= range.low ? [] : [refusal('low', `at least ${range.low}`, low)]),
    ...(high > low && high <= range.high ? [] : [refusal('high', `more than low = ${low} and at most ${range.high}`, high)]),
    ...(rate >= low && rate <= high ? [] : [refusal(rate < low ? 'low' : 'high', `a range that holds the learner's own rate, ${rate}`, rate < low ? low : high)]),
  ]
}

/** ⟨gradient, (after − before)/rate⟩. */
const along = (gradient: Float64Array, after: Float64Array, before: Float64Array, rate: number): number => {
  let sum = 0
  for (let i = 0; i < gradient.length; i++) sum += gradient[i] * (after[i] - before[i])
  return sum / rate
}

/** The meta-gradient level over the learning rate. Throws a `RangeError` for settings outside their ranges. */
export const tmg = (options: TmgOptions): Scheduler<TmgState, PolicyGradientContext, HyperRecord> => {
  rejectAll('tmg', tmgProblems(options))
  const { beta, low, high, hyper } = options

  /** The state with the rate moved by what the last update turned out to be worth. */
  const moved = (state: TmgState, { parameters, batch }: PolicyGradientContext): TmgState => {
    if (state.before === null || batch === null) return state
    const metaGradient = along(batch.policyGradient(parameters), parameters, state.before, state.used)
    if (!Number.isFinite(metaGradient)) return { ...state, metaGradient }
    const wanted = state.rate + beta * metaGradient
    const rate = Math.min(high, Math.max(low, wanted))
    return { ...state, rate, metaGradient, held: state.held + (rate === wanted ? 0 : 1) }
  }

  return {
    name: 'tmg',
    members: 1,
    needs: ['policy-gradient'],
    probes: [],
    init: () => ({ rate: hyper.learningRate, before: null, used: Number.NaN, metaGradient: Number.NaN, held: 0 }),
    propose: (_key, state, _step, [context]) => {
      if (context === null || context.next !== 'update') return [{ kind: 'use', hyper: { ...hyper, learningRate: state.rate } }, state]
      const next = moved(state, context)
      return [
        { kind: 'use', hyper: { ...hyper, learningRate: next.rate } },
        { ...next, before: context.parameters, used: next.rate },
      ]
    },
    observe: (_key, state) => state,
    describe: ({ rate, metaGradient, held }) => ({ nextRate: rate, metaGradient, metaHeld: held }),
  }
}
