import { describe, expect, it } from 'vitest'
import type { EsContext } from '../../src/es/context.ts'
import type { Cadence, HyperReward, Ledger, WatchedContext } from '../../src/outer/hyper-steps.ts'
import { countsFromRollout, decided, emptyLedger, isHyperStep, judged, rewardOf } from '../../src/outer/hyper-steps.ts'
import { holdsRollout, momentOf, rampAt, startClock, tick } from '../../src/outer/run-clock.ts'
import type { RunClock } from '../../src/outer/run-clock.ts'
import type { PolicyGradientContext } from '../../src/rl/context.ts'
import { space } from './grids.ts'

const STEPS = 10

/** What a learner with `updates` updates per rollout shows after `step` steps; rollout j (from 1) is worth j. */
const after = (step: number, updates: number): PolicyGradientContext => {
  const at = step % (updates + 1)
  const rollouts = Math.floor(step / (updates + 1)) + (at > 0 ? 1 : 0)
  const lastRollout = { envSteps: STEPS, rewardSum: 10 * rollouts, discountedReturn: rollouts, targetMean: -rollouts, episodes: 0, returnMean: Number.NaN }
  const shown = { next: at === 0 ? 'collect' : 'update', phaseUpdates: Math.max(0, at - 1), rollouts, lastRollout: rollouts === 0 ? null : lastRollout, policyReturn: 0 }
  return shown as unknown as PolicyGradientContext // what the questions below read
}

type Judgement = Readonly<{ step: number; decision: number; reward: number }>

/** Decisions (named by the step before which they were made) and their rewards, over `steps` steps. */
const play = (cadence: Cadence, beforeRollout: boolean, updates: number, steps: number): Readonly<{ decisions: readonly number[]; judgements: readonly Judgement[] }> => {
  const decisions: number[] = []
  const judgements: Judgement[] = []
  let ledger: Ledger<number> = emptyLedger
  for (let step = 0; step < steps; step++) {
    if (isHyperStep(cadence, beforeRollout, after(step, updates))) {
      decisions.push(step)
      ledger = decided(ledger, step)
    }
    const context = after(step + 1, updates)
    const envSteps = step % (updates + 1) === 0 ? STEPS : 0
    const reward = rewardOf('discounted', context, envSteps)
    const [next, done] = judged(ledger, context, envSteps, reward)
    ledger = next
    judgements.push(...done.map((decision) => ({ step, decision, reward })))
  }
  return { decisions, judgements }
}

describe('a decision', () => {
  it('before every update is judged by the rollout that follows the updates', () => {
    const { decisions, judgements } = play('update', false, 3, 12)
    expect(decisions).toEqual([1, 2, 3, 5, 6, 7, 9, 10, 11])
    // steps 1-3 update on rollout 1 and are followed by rollout 2; steps 9-11 wait for rollout 4
    expect(judgements).toEqual([1, 2, 3].map((decision) => ({ step: 4, decision, reward: 2 })).concat([5, 6, 7].map((decision) => ({ step: 8, decision, reward: 3 }))))
  })

  it('of A2C, one update per rollout, is judged by the next rollout and no other', () => {
    expect(play('update', false, 1, 6).judgements).toEqual([
      { step: 2, decision: 1, reward: 2 },
      { step: 4, decision: 3, reward: 3 },
    ])
  })

  it('once per rollout comes before its first update, with all that is known by then', () => {
    const { decisions, judgements } = play('rollout', false, 3, 9)
    expect(decisions).toEqual([1, 5])
    expect(judgements).toEqual([{ step: 4, decision: 1, reward: 2 }, { step: 8, decision: 5, reward: 3 }])
  })

  it('on values that count from the rollout comes before it, and is not judged by it', () => {
    expect(countsFromRollout(['learningRate', 'gamma'], space)).toBe(true)
    expect(countsFromRollout(['learningRate', 'minibatches'], space)).toBe(false)
    const { decisions, judgements } = play('rollout', true, 2, 7)
    expect(decisions).toEqual([0, 3, 6])
    expect(judgements).toEqual([{ step: 3, decision: 0, reward: 2 }, { step: 6, decision: 3, reward: 3 }])
  })

  it('about a generation is judged by the return of the policy that it made', () => {
    const generation = (g: number): EsContext => ({ populationFitness: Float64Array.of(5, Number.NaN, 7), policyReturn: 100 + g, generation: g })
    let ledger: Ledger<number> = emptyLedger
    const seen = [0, 1, 2].map((g) => {
      expect(isHyperStep('rollout', true, g === 0 ? null : generation(g))).toBe(true)
      ledger = decided(ledger, g)
      const [next, done] = judged(ledger, generation(g), 3, rewardOf('sum', generation(g), 3))
      ledger = next
      return done
    })
    expect(seen).toEqual([[], [0], [1]]) // the return of generation g is measured before its update
    expect(rewardOf('sum', { ...generation(0), policyReturn: Number.NaN }, 3)).toBe(6) // the finite part of the population
  })

  it('waits for the next measurement where one is not a number', () => {
    const first = judged(decided<number>(emptyLedger, 1), after(2, 1), 0, Number.NaN)
    expect(first).toEqual([{ fresh: [], used: [1] }, []])
    const unmeasured = judged(first[0], after(3, 1), STEPS, Number.NaN)
    expect(unmeasured[1]).toEqual([])
    expect(judged(unmeasured[0], after(3, 1), STEPS, 4)).toEqual([{ fresh: [], used: [] }, [1]])
  })

  it('may be judged by any of four numbers of the rollout', () => {
    const measured = (kind: HyperReward, envSteps = STEPS): number => rewardOf(kind, after(1, 2), envSteps)
    expect([measured('discounted'), measured('sum'), measured('value-target'), measured('episodes')]).toEqual([1, 10, -1, Number.NaN])
    expect(measured('sum', 0)).toBeNaN() // an update measures nothing
  })
})

describe('the clock of a run', () => {
  it('stands at the env steps before the rollout while it is learnt from', () => {
    let clock: RunClock = startClock
    const moments = Array.from({ length: 7 }, (_, step) => {
      const moment = momentOf(clock, step, after(step, 2))
      const context: WatchedContext = after(step + 1, 2)
      clock = tick(clock, { kind: 'step', step, members: [{ applied: {}, metrics: {}, context, envSteps: step % 3 === 0 ? STEPS : 0 }] })
      return moment.envSteps
    })
    expect(moments).toEqual([0, 0, 0, 10, 10, 10, 20])
    expect(tick(clock, { kind: 'probe', scores: [] })).toBe(clock)
    expect([null, { next: 'collect' }, { next: 'generation' }, { next: 'update' }].map(holdsRollout)).toEqual([false, false, false, true])
  })

  it('moves a value linearly and ends it exactly', () => {
    const ramp = { to: 0.1, over: 'env-steps', length: 30 } as const
    const at = (envSteps: number): number => rampAt(0.7, ramp, { steps: 0, envSteps })
    expect([at(0), at(15), at(30), at(1000)]).toEqual([0.7, 0.7 + (0.1 - 0.7) * 0.5, 0.1, 0.1])
    expect(rampAt(1, { to: 0, over: 'steps', length: 4 }, { steps: 1, envSteps: 99 })).toBe(0.75)
  })
})
