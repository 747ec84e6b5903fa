/**
 * Laws of Q-learning steps and of the DQN hyper-agent over them. Each is a named function that throws on violation.
 */
import { deepStrictEqual, ok } from 'node:assert/strict'
import type { HyperRecord } from '../../src/core/hyper.ts'
import { foldIn, rootKey } from '../../src/core/rng.ts'
import type { DqnSettings, DqnState } from '../../src/outer/dqn.ts'
import type { HyperGrid } from '../../src/outer/hyper-grid.ts'
import { hyperGrid } from '../../src/outer/hyper-grid.ts'
import type { QLearning, QLearningSettings, QState } from '../../src/outer/q-learning.ts'
import type { Scheduler } from '../../src/outer/scheduler.ts'
import type { PolicyGradientContext } from '../../src/rl/context.ts'
import { rowAt } from '../../src/memory/chunked-rows.ts'
import { hyper, space } from '../outer/grids.ts'
import { playPhases } from '../outer/hyper-play.ts'

export type MakeQ = (settings: QLearningSettings, features: number, actions: number) => QLearning
export type QLaw = Readonly<{ name: string; check: (make: MakeQ) => void }>

const small: QLearningSettings = { hidden: [], learningRate: 0.02, discount: 0.5, batch: 6, capacity: 100, targetEvery: 20 }

const oneHot = (index: number): Float64Array => Float64Array.from({ length: 3 }, (_, i) => (i === index ? 1 : 0))

/**
 * Three states in a row; action 1 goes on and action 0 stays. Going on from the last state ends the episode with a reward of 1, going back home from the
 * first (action 2, anywhere) ends it with −1. Both rewards as often: mean 0, deviation 1.
 */
const chain = (learner: QLearning, steps: number): QState => {
  let state = learner.init(rootKey('chain'))
  for (const at of [0, 1, 2]) {
    state = learner.remember(state, { seen: oneHot(at), action: 0, reward: Number.NaN, next: oneHot(at) })
    state = learner.remember(state, { seen: oneHot(at), action: 1, reward: at === 2 ? 1 : Number.NaN, next: at === 2 ? null : oneHot(at + 1) })
    for (const reward of at === 0 ? [-1] : []) state = learner.remember(state, { seen: oneHot(at), action: 2, reward, next: null })
  }
  for (let i = 0; i < steps; i++) state = learner.step(foldIn(rootKey('chain steps'), i), state)
  return state
}

export const qLaws: readonly QLaw[] = [
  {
    name: 'it finds the discounted value of what ends well later',
    check: (make) => {
      const learner = make(small, 3, 3)
      const state = chain(learner, 3000)
      const [first, second, third] = [0, 1, 2].map((at) => learner.values(state, oneHot(at)))
      // Q(2, on) = 1, Q(1, on) = ½, Q(0, on) = ¼; staying is worth half of the best from there. Adam at 0.02 leaves about that much.
      const near = (value: number, expected: number): void => ok(Math.abs(value - expected) < 0.08, `${value} where ${expected} is right`)
      near(third[1], 1)
      near(second[1], 0.5)
      near(first[1], 0.25)
      near(third[0], 0.5)
      near(first[0], 0.125)
      near(first[2], -1)
    },
  },
  {
    name: 'it bootstraps from the target network, which follows now and then',
    check: (make) => {
      const learner = make({ ...small, targetEvery: 7 }, 3, 3)
      let before = chain(learner, 0)
      for (let i = 0; i < 21; i++) {
        const after = learner.step(foldIn(rootKey('steps'), i), before)
        deepStrictEqual(after.target, (i + 1) % 7 === 0 ? after.online : before.target)
        before = after
      }
      deepStrictEqual(before.steps, 21)
    },
  },
  {
    name: 'a step leads towards the targets: the loss falls to almost nothing where episodes have one decision',
    check: (make) => {
      const learner = make({ ...small, hidden: [8] }, 3, 2)
      let state = learner.init(rootKey('one decision'))
      for (const at of [0, 1, 2]) for (const action of [0, 1]) state = learner.remember(state, { seen: oneHot(at), action, reward: at === action ? 700 : -300, next: null })
      for (let i = 0; i < 1500; i++) state = learner.step(foldIn(rootKey('steps'), i), state)
      ok(state.loss < 1e-3, `a loss of ${state.loss} is left`)
      ;[0, 1, 2].forEach((at) => {
        const [zero, one] = learner.values(state, oneHot(at))
        if (at < 2) ok(at === 0 ? zero > one + 1 : one > zero + 1)
      })
    },
  },
  {
    name: 'it keeps the newest transitions, and does not learn before it has a minibatch',
    check: (make) => {
      const learner = make({ ...small, capacity: 10 }, 3, 2)
      let state = learner.init(rootKey('capacity'))
      deepStrictEqual(learner.step(rootKey(1), state), state)
      for (let i = 0; i < 25; i++) state = learner.remember(state, { seen: oneHot(i % 3), action: 0, reward: i, next: null })
      deepStrictEqual(state.replay.length, 10)
      deepStrictEqual(rowAt(state.replay, 0)[4], 15)
    },
  },
]

export type MakeDqn = (settings: Partial<DqnSettings>, grid: HyperGrid) => Scheduler<DqnState, PolicyGradientContext, HyperRecord>
export type DqnLaw = Readonly<{ name: string; check: (make: MakeDqn) => void }>

const pair = hyperGrid({ axes: { learningRate: { kind: 'values', values: [0.02, 0.04] } }, space, hyper })

export const dqnLaws: readonly DqnLaw[] = [
  {
    name: 'the last decision before a rollout earns its return, those before it nothing, and the episode ends there',
    check: (make) => {
      const { state } = playPhases({ scheduler: make({ readout: 3 }, pair), rollouts: 4, updates: 3, worth: (_, rollout) => 10 * rollout })
      const rows = Array.from({ length: state.network.replay.length }, (_, i) => [...rowAt(state.network.replay, i)].slice(4, 7))
      const phase = (value: number): readonly (readonly number[])[] => [[0, 0, 0], [0, 0, 0], [value, 1, 1]]
      deepStrictEqual(rows, [10, 20, 30].flatMap(phase)) // reward, whether it earned, whether it ended; updates on rollout j are judged by rollout j + 1
    },
  },
  {
    name: 'it chooses by the state of training: which rate pays depends on the parameters',
    check: (make) => {
      const parameters = (rollout: number): Float64Array => new Float64Array(6).fill(rollout % 2 === 0 ? 3 : -3)
      const worth = ([one]: readonly HyperRecord[], rollout: number): number => (one.learningRate === (rollout % 2 === 0 ? 0.02 : 0.04) ? 50 : -50)
      const { phases, state } = playPhases({
        scheduler: make({ epsilon: { from: 1, to: 0.01, envSteps: 2000 }, learningRate: 3e-3, orders: 0 }, pair),
        rollouts: 300,
        updates: 1,
        worth,
        parameters,
      })
      const right = phases.slice(-80).filter((phase) => phase.worth > 0).length
      ok(right > 72, `right in ${right} of the last 80 rollouts`)
      ok(state.greedy > 100 && state.decisions === 300)
    },
  },
]
