/**
 * Q-learning with a network, a replay buffer and a target network, as pure steps over plain data.
 *
 *     y = r + γ (1 − end) max_a′ Q(s′, a′; θ⁻),   θ ← Adam(θ, ∇ mean over a minibatch of Huber(Q(s, a; θ) − y))
 *
 * Minibatches are drawn with replacement. θ⁻ becomes θ after every `targetEvery` steps. Rewards are divided by a deviation after a mean is taken away,
 * both of all rewards of ends so far, so that their scale is that of the network's start.
 *
 * *Source:* Mnih et al. 2015, Human-level control through deep reinforcement learning, Nature 518, Algorithm 1 (with clipped errors: Huber's loss).
 * *Deviations:* 1. Adam. 2. standardised rewards.
 */
import type { Backend } from '../core/backend.ts'
import type { Key } from '../core/key.ts'
import { addObservation, emptyMoments } from '../core/moments.ts'
import { foldIn, integer } from '../core/rng.ts'
import type { ChunkedRows } from '../memory/chunked-rows.ts'
import { appendRow, dropOldest, emptyRows, rowAt } from '../memory/chunked-rows.ts'
import { initMlp, mlp } from '../nn/mlp.ts'
import { adam, adamDefaults } from '../optim/adam.ts'
import type { OptimiserState } from '../optim/optimiser.ts'

/** Sizes and rates; `hidden` may be empty (a linear Q), `discount` γ in [0, 1]. */
export type QLearningSettings = Readonly<{
  hidden: readonly number[]
  learningRate: number
  discount: number
  batch: number
  capacity: number
  targetEvery: number
}>

/** What was seen [F], done, and seen next [F]; `reward` is NaN where the transition earns none, `next` null where the episode ends. */
export type Transition = Readonly<{ seen: Float64Array; action: number; reward: number; next: Float64Array | null }>

/** Parameters, target parameters, replayed rows, moments of the rewards [3], steps done, and the loss of the last (NaN before it). */
export type QState = Readonly<{
  online: Float64Array
  target: Float64Array
  optimiser: OptimiserState
  replay: ChunkedRows
  rewards: Float64Array
  steps: number
  loss: number
}>

export interface QLearning {
  init(key: Key): QState
  /** Q of all actions where `seen` [F] is the state. */
  values(state: QState, seen: Float64Array): Float64Array
  /** The state with one more transition, the oldest dropped beyond the capacity. */
  remember(state: QState, transition: Transition): QState
  /** One gradient step; nothing happens before a whole minibatch has been remembered. */
  step(key: Key, state: QState): QState
}

/** (r − mean)/deviation by the moments of all rewards; 0 deviation counts as 1. */
const standardised = (reward: number, [count, mean, squares]: Float64Array): number => {
  const variance = squares / count
  return (reward - mean) / (variance > 0 ? Math.sqrt(variance) : 1)
}

/** Q-learning over `actions` actions in states of `features` numbers. */
export const qLearning = (settings: QLearningSettings, features: number, actions: number, backend: Backend): QLearning => {
  const { hidden, learningRate, discount, batch, capacity, targetEvery } = settings
  const sizes = [features, ...hidden, actions]
  const network = mlp({ sizes, activation: 'relu', outputActivation: 'linear' }, backend)
  const optimiser = adam(adamDefaults, backend)
  // a row: state, action, reward (0 where none), whether it earned, whether the episode ended, next state
  const width = 2 * features + 4

  const targetsOf = ({ target, rewards }: QState, rows: readonly Float64Array[]): Float64Array => {
    const next = new Float64Array(batch * features)
    rows.forEach((row, b) => next.set(row.subarray(features + 4), b * features))
    const values = network.forward(target, next, batch)
    return Float64Array.from(rows, (row, b) => {
      const earned = row[features + 2] === 1 ? standardised(row[features + 1], rewards) : 0
      if (row[features + 3] === 1) return earned
      let best = values[b * actions]
      for (let a = 1; a < actions; a++) best = Math.max(best, values[b * actions + a])
      return earned + discount * best
    })
  }

  return {
    init: (key) => {
      const online = initMlp(key, sizes, 'torch')
      return { online, target: online, optimiser: optimiser.init(online.length), replay: emptyRows(width), rewards: emptyMoments(1), steps: 0, loss: Number.NaN }
    },
    values: ({ online }, seen) => network.forward(online, seen, 1),
    remember: (state, { seen, action, reward, next }) => {
      const earned = !Number.isNaN(reward)
      const row = new Float64Array(width)
      row.set(seen)
      row.set([action, earned ? reward : 0, earned ? 1 : 0, next === null ? 1 : 0], features)
      if (next !== null) row.set(next, features + 4)
      const grown = appendRow(state.replay, row)
      const rewards = state.rewards.slice()
      if (earned) addObservation(rewards, Float64Array.of(reward))
      return { ...state, replay: grown.length > capacity ? dropOldest(grown) : grown, rewards }
    },
    step: (key, state) => {
      if (state.replay.length < batch) return state
      const rows = Array.from({ length: batch }, (_, b) => rowAt(state.replay, integer(foldIn(key, b), state.replay.length)))
      const seen = new Float64Array(batch * features)
      rows.forEach((row, b) => seen.set(row.subarray(0, features), b * features))
      const targets = targetsOf(state, rows)
      const pass = network.forwardWithPullback(state.online, seen, batch)
      const slopes = new Float64Array(batch * actions)
      let loss = 0
      rows.forEach((row, b) => {
        const at = b * actions + row[features]
        const error = pass.y[at] - targets[b]
        const size = Math.abs(error)
        loss += (size <= 1 ? 0.5 * error * error : size - 0.5) / batch
        slopes[at] = Math.max(-1, Math.min(1, error)) / batch
      })
      const [online, moved] = optimiser.update(state.optimiser, pass.parameterPullback(slopes), state.online, learningRate)
      const steps = state.steps + 1
      return { ...state, online, target: steps % targetEvery === 0 ? online : state.target, optimiser: moved, steps, loss }
    },
  }
}
