/**
 * Laws of a bandit over hyperparameters. Each is a named function that throws on violation; `make` builds a bandit over the grid of the law.
 */
import { deepStrictEqual, ok } from 'node:assert/strict'
import type { HyperRecord } from '../../src/core/hyper.ts'
import { foldIn, normal, rootKey } from '../../src/core/rng.ts'
import type { BanditSettings, BanditState } from '../../src/outer/bandit.ts'
import type { HyperGrid } from '../../src/outer/hyper-grid.ts'
import { hyperGrid } from '../../src/outer/hyper-grid.ts'
import type { WatchedContext } from '../../src/outer/hyper-steps.ts'
import type { Scheduler } from '../../src/outer/scheduler.ts'
import { hyper, space } from '../outer/grids.ts'
import { playPhases } from '../outer/hyper-play.ts'

export type MakeBandit = (settings: Partial<BanditSettings>, grid: HyperGrid) => Scheduler<BanditState, WatchedContext, HyperRecord>
export type BanditLaw = Readonly<{ name: string; check: (make: MakeBandit) => void }>

const grid = hyperGrid({
  axes: {
    learningRate: { kind: 'values', values: [0.02, 0.04] },
    minibatches: { kind: 'values', values: [2, 4, 16] },
  },
  space,
  hyper,
})

const countOf = <T>(values: readonly T[], wanted: (value: T) => boolean): number => values.filter(wanted).length

export const banditLaws: readonly BanditLaw[] = [
  {
    name: 'every cluster and every level of it is tried before one is chosen for its rewards',
    check: (make) => {
      const { phases } = playPhases({ scheduler: make({}, grid), rollouts: 60, updates: 2, worth: () => 1 })
      const tried = new Set(phases.map(({ used }) => JSON.stringify([used[0].learningRate, used[0].minibatches])))
      // the other hyperparameter has the learner's own value: 0.01 and 8
      deepStrictEqual([...tried].sort(), ['[0.01,16]', '[0.01,2]', '[0.01,4]', '[0.02,8]', '[0.04,8]'])
    },
  },
  {
    name: 'with joint arms every joint action is tried once first',
    check: (make) => {
      const { phases } = playPhases({ scheduler: make({ arms: 'joint' }, grid), rollouts: 7, updates: 2, worth: () => 1 })
      const tried = phases.map(({ used }) => JSON.stringify([used[0].learningRate, used[0].minibatches]))
      deepStrictEqual(new Set(tried).size, 6)
    },
  },
  {
    name: 'a decision is in force for a whole phase',
    check: (make) => {
      const { phases } = playPhases({ scheduler: make({}, grid), rollouts: 30, updates: 3, worth: ([one]) => one.minibatches })
      phases.forEach(({ used }) => used.forEach((values) => deepStrictEqual(values, used[0])))
    },
  },
  {
    name: 'it finds the cluster and the level that pay, through noise and on any scale',
    check: (make) => {
      for (const scale of [1, 1e6, 1e-6]) {
        const worth = ([one]: readonly HyperRecord[], rollout: number): number =>
          scale * ((one.minibatches === 16 ? 1 : 0) + 0.2 * normal(foldIn(rootKey('pay'), rollout)))
        const { phases } = playPhases({ scheduler: make({ exploration: 0.3 }, grid), rollouts: 120, updates: 1, worth })
        const late = phases.slice(-60)
        ok(countOf(late, ({ used }) => used[0].minibatches === 16) > 40, `the best level in ${countOf(late, ({ used }) => used[0].minibatches === 16)} of 60 late phases`)
      }
    },
  },
  {
    name: 'it forgets: where another level begins to pay, it follows',
    check: (make) => {
      const worth = ([one]: readonly HyperRecord[], rollout: number): number => (one.learningRate === (rollout < 300 ? 0.02 : 0.04) ? 1 : 0)
      const rates = hyperGrid({ axes: { learningRate: { kind: 'values', values: [0.02, 0.04] } }, space, hyper })
      const { phases } = playPhases({ scheduler: make({ exploration: 0.3, window: 10 }, rates), rollouts: 360, updates: 1, worth })
      ok(countOf(phases.slice(250, 295), ({ used }) => used[0].learningRate === 0.02) > 30)
      ok(countOf(phases.slice(-40), ({ used }) => used[0].learningRate === 0.04) > 25)
    },
  },
  {
    name: 'a reward goes to the decision whose updates came before it',
    check: (make) => {
      // arms alternate while equal; a reward booked on the decision after it would praise the wrong one
      const rates = hyperGrid({ axes: { learningRate: { kind: 'values', values: [0.02, 0.04] } }, space, hyper })
      const { state } = playPhases({ scheduler: make({}, rates), rollouts: 40, updates: 2, worth: ([one]) => 100 * one.learningRate })
      const { recent, rewards } = state.levels[0]
      const window = recent.length / rewards.length
      ok(rewards[0] > 2 && rewards[1] > 2)
      deepStrictEqual([recent[0], recent[window]], [2, 4])
      for (const arm of [0, 1]) for (let i = 0; i < Math.min(window, rewards[arm]); i++) deepStrictEqual(recent[arm * window + i], 2 + 2 * arm)
    },
  },
]
