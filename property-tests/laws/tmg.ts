/**
 * Laws of the meta-gradient level, on a learner that climbs J(θ) = −½ |θ − θ*|² by steps of α ∇J. Each throws on violation.
 */
import { deepStrictEqual, ok } from 'node:assert/strict'
import type { HyperRecord } from '../../src/core/hyper.ts'
import { rootKey } from '../../src/core/rng.ts'
import type { Scheduler } from '../../src/outer/scheduler.ts'
import type { TmgSettings, TmgState } from '../../src/outer/tmg.ts'
import type { PolicyGradientContext } from '../../src/rl/context.ts'

export type MakeTmg = (settings: Partial<TmgSettings>, learningRate: number) => Scheduler<TmgState, PolicyGradientContext, HyperRecord>
export type TmgLaw = Readonly<{ name: string; check: (make: MakeTmg) => void }>

const goal = Float64Array.of(2, -1, 0.5)
const gradientAt = (theta: Float64Array): Float64Array => theta.map((t, i) => goal[i] - t)
const performance = (theta: Float64Array): number => -0.5 * gradientAt(theta).reduce((sum, g) => sum + g * g, 0)

const shown = (parameters: Float64Array, next: 'collect' | 'update'): PolicyGradientContext => {
  const batch = next === 'collect' ? null : { policyGradient: gradientAt }
  return { next, phaseUpdates: 0, parameters, batch } as unknown as PolicyGradientContext // what the method reads
}

type Turn = Readonly<{ rate: number; theta: Float64Array; after: TmgState }>

/** `count` rollouts of one update each. */
const turns = (make: MakeTmg, settings: Partial<TmgSettings>, learningRate: number, count: number): readonly Turn[] => {
  const scheduler = make(settings, learningRate)
  let state = scheduler.init(rootKey('tmg'))
  let theta = Float64Array.of(-3, 4, 1)
  return Array.from({ length: count }, (_, i) => {
    state = scheduler.propose(rootKey(1), state, 2 * i, [shown(theta, 'collect')])[1]
    const [proposal, after] = scheduler.propose(rootKey(1), state, 2 * i + 1, [shown(theta, 'update')])
    if (proposal.kind !== 'use') throw new Error('it proposes values')
    const turn = { rate: proposal.hyper.learningRate, theta, after }
    theta = theta.map((t, j) => t + turn.rate * gradientAt(theta)[j])
    state = after
    return turn
  })
}

export const tmgLaws: readonly TmgLaw[] = [
  {
    name: 'the meta-gradient is the derivative of performance after the step by the rate of the step',
    check: (make) => {
      turns(make, { beta: 1e-4 }, 0.05, 12)
        .slice(1)
        .forEach(({ after, theta }, i, all) => {
          const before = i === 0 ? Float64Array.of(-3, 4, 1) : all[i - 1].theta
          const rate = (theta[0] - before[0]) / gradientAt(before)[0]
          const stepped = (alpha: number): number => performance(before.map((t, j) => t + alpha * gradientAt(before)[j]))
          const slope = (stepped(rate + 1e-4) - stepped(rate - 1e-4)) / 2e-4
          ok(Math.abs(after.metaGradient - slope) < 1e-6 * Math.abs(slope) + 1e-9, `${after.metaGradient} where differences say ${slope}`) // a parabola: rounding alone
        })
    },
  },
  {
    name: 'the rate moves by β times the meta-gradient, from the second update on',
    check: (make) => {
      const all = turns(make, { beta: 1e-4 }, 0.05, 8)
      deepStrictEqual(all[0].rate, 0.05)
      all.slice(1).forEach(({ rate, after }, i) => deepStrictEqual(rate, all[i].rate + 1e-4 * after.metaGradient))
    },
  },
  {
    name: 'a small rate grows while steps fall short, a large one falls where they go beyond the goal',
    check: (make) => {
      const short = turns(make, { beta: 1e-3 }, 0.01, 6).map(({ rate }) => rate)
      const far = turns(make, { beta: 1e-3, high: 1 }, 1, 2)
      short.slice(2).forEach((rate, i) => ok(rate > short[i + 1]))
      ok(Math.abs(far[1].after.metaGradient) < 1e-9) // one full step ends at the goal: nothing to gain
      const beyond = turns(make, { beta: 1e-3, high: 1 }, 0.999, 4).map(({ rate }) => rate)
      ok(beyond.every((rate) => rate <= 1))
    },
  },
  {
    name: 'the rate stays inside its range, and every time that it is held there is counted',
    check: (make) => {
      const all = turns(make, { beta: 10, low: 0.01, high: 0.02 }, 0.015, 6)
      all.forEach(({ rate }) => ok(rate >= 0.01 && rate <= 0.02))
      ok(all[5].after.held >= 4, `held ${all[5].after.held} times`)
    },
  },
]
