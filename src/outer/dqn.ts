/**
 * A DQN hyper-agent: the decisions of EPGT, valued by a network in place of an episodic memory.
 *
 * Before an update (or once per rollout) the hyper-state, parameters and last gradients through random projections, is shown to a Q-network with one output
 * per joint action of the grid; the choice is ε-greedy. The rollout that follows the updates gives G: the last decision before it earns G, the
 * others nothing (Eq. 1), and the episode of the hyper-agent ends there. Then the network takes one step for every decision that was judged.
 * Before the first decision, and where a learner shows nothing yet, the learner's own values are in force.
 *
 * The paper names this hyper-agent and its fate (mostly one action for every state) but not its design. All of it is ours: random
 * projections, sizes, replay, standardised rewards, steps, and the rates; the moments of decision, the hyper-state and G are EPGT's.
 *
 * `describe`: decisions, share of greedy ones, ε at the last, the action in force (−1 before the first), steps and loss of the network, transitions held.
 *
 * *Source:* Le et al. 2021, EPGT, arXiv 2112.01853, "Why Episodic Control?" (the comparison); Mnih et al. 2015, Nature 518 (DQN).
 * *Deviations:* 1. everything that the paper leaves open, as said above.
 */
import type { Backend } from '../core/backend.ts'
import type { HyperParameter, HyperRecord } from '../core/hyper.ts'
import type { Key } from '../core/key.ts'
import { refusal, rejectAll, type Refusal } from '../core/rejection.ts'
import { foldIn, integer, split, uniform } from '../core/rng.ts'
import type { EsTrainingContext } from '../es/context.ts'
import type { PolicyGradientContext } from '../rl/context.ts'
import type { ContextEncoder, ContextEncoderParameters } from './context-encoder.ts'
import { contextEncoder } from './context-encoder.ts'
import type { HyperGrid } from './hyper-grid.ts'
import type { Cadence, HyperReward, Ledger } from './hyper-steps.ts'
import { countsFromRollout, decided, emptyLedger, isHyperStep, judged, rewardOf } from './hyper-steps.ts'
import type { QLearningSettings, QState } from './q-learning.ts'
import { qLearning } from './q-learning.ts'
import type { RunClock } from './run-clock.ts'
import { momentOf, rampAt, startClock, tick } from './run-clock.ts'
import type { Scheduler } from './scheduler.ts'

/** `orders` gradients of a hyper-state, `features` per row of an array, `readout` numbers that the network sees; ε as in EPGT. */
export type DqnSettings = QLearningSettings &
  Readonly<{
    orders: number
    features: number
    readout: number
    epsilon: Readonly<{ from: number; to: number; envSteps: number }>
    cadence: Cadence
    reward: HyperReward
  }>

/** `space` and `hyper` are the learner's: its ranges and its own values. */
export type DqnOptions = DqnSettings & Readonly<{ grid: HyperGrid; space: Readonly<Record<string, HyperParameter>>; hyper: HyperRecord }>

/** Ours. A hyper-agent of the paper's size of run makes 4,000 decisions on MountainCarContinuous. */
export const dqnDefaults: DqnSettings = {
  orders: 2,
  features: 4,
  readout: 32,
  hidden: [64, 64],
  learningRate: 1e-3,
  discount: 1,
  batch: 32,
  capacity: 10_000,
  targetEvery: 100,
  epsilon: { from: 1, to: 0.01, envSteps: 10_000 },
  cadence: 'update',
  reward: 'discounted',
}

type DqnContext = PolicyGradientContext | EsTrainingContext
type Decision = Readonly<{ seen: Float64Array; action: number }>

/** `encoder` is drawn from `keyEncoder` when the learner first shows its arrays; `action` is in force. */
export type DqnState = Readonly<{
  keyEncoder: Key
  encoder: ContextEncoderParameters | null
  network: QState
  ledger: Ledger<Decision>
  clock: RunClock
  action: number
  decisions: number
  greedy: number
  epsilon: number
}>

/** Everything that is wrong with `settings`; empty means that they can be used. */
export const dqnProblems = (settings: DqnSettings): readonly Refusal[] => {
  const { orders, features, readout, hidden, learningRate, discount, batch, capacity, targetEvery, epsilon } = settings
  const counts = { features, readout, batch, capacity, targetEvery }
  const share = (name: string, value: number): readonly Refusal[] => (value >= 0 && value <= 1 ? [] : [refusal(name, 'a number in [0, 1]', value)])
  return [
    ...Object.entries(counts).flatMap(([name, value]) => (Number.isInteger(value) && value >= 1 ? [] : [refusal(name, 'a positive integer', value)])),
    ...(Number.isInteger(orders) && orders >= 0 ? [] : [refusal('orders', 'an integer not below 0', orders)]),
    ...(hidden.every((units) => Number.isInteger(units) && units >= 1) ? [] : [refusal('hidden', 'positive integers', hidden)]),
    ...(learningRate > 0 ? [] : [refusal('learningRate', 'a positive number', learningRate)]),
    ...(capacity >= batch ? [] : [refusal('capacity', `at least the batch of ${batch}`, capacity)]),
    ...share('discount', discount),
    ...share('epsilon.from', epsilon.from),
    ...share('epsilon.to', epsilon.to),
    ...(epsilon.envSteps > 0 ? [] : [refusal('epsilon.envSteps', 'a positive number', epsilon.envSteps)]),
  ]
}

/** The DQN hyper-agent over `options.grid`. Throws a `RangeError` for settings outside their ranges. */
export const dqn = (options: DqnOptions, backend: Backend): Scheduler<DqnState, DqnContext, HyperRecord> => {
  rejectAll('dqn', dqnProblems(options))
  const { grid, space, hyper, cadence, reward, epsilon: ramp, orders, features, readout } = options
  const beforeRollout = countsFromRollout(grid.names, space)
  const agent = qLearning(options, readout, grid.size, backend)

  const encoderFor = ({ layout }: DqnContext): ContextEncoder =>
    contextEncoder({ hyperState: { layout, order: orders, features }, appended: 0, kind: 'random', readout }, backend)

  const decide = (key: Key, state: DqnState, context: DqnContext, envSteps: number): DqnState => {
    const [keyExplore, keyAction] = split(key, 2)
    const encoder = encoderFor(context)
    const drawn = state.encoder ?? encoder.init(state.keyEncoder)
    const seen = encoder.embed(drawn, { tensors: [context.parameters, ...context.gradients.slice(0, orders)], appended: [] })
    const epsilon = rampAt(ramp.from, { to: ramp.to, over: 'env-steps', length: ramp.envSteps }, { steps: 0, envSteps })
    const explores = uniform(keyExplore) < epsilon
    const values = agent.values(state.network, seen)
    const action = explores ? integer(keyAction, grid.size) : values.reduce((best, value, a) => (value > values[best] ? a : best), 0)
    return {
      ...state,
      encoder: drawn,
      ledger: decided(state.ledger, { seen, action }),
      action,
      decisions: state.decisions + 1,
      greedy: state.greedy + (explores ? 0 : 1),
      epsilon,
    }
  }

  /** The network after the decisions of an episode, of which the last earns `value`. */
  const learn = (key: Key, network: QState, episode: readonly Decision[], value: number): QState => {
    const remembered = episode.reduce((sofar, decision, i) => {
      const last = i + 1 === episode.length
      return agent.remember(sofar, { ...decision, reward: last ? value : Number.NaN, next: last ? null : episode[i + 1].seen })
    }, network)
    return episode.reduce((sofar, _, i) => agent.step(foldIn(key, i), sofar), remembered)
  }

  return {
    name: 'dqn',
    members: 1,
    needs: ['training'],
    probes: [],
    init: (key) => {
      const [keyEncoder, keyNetwork] = split(key, 2)
      const network = agent.init(keyNetwork)
      return { keyEncoder, encoder: null, network, ledger: emptyLedger, clock: startClock, action: -1, decisions: 0, greedy: 0, epsilon: Number.NaN }
    },
    propose: (key, state, step, [context]) => {
      const moment = momentOf(state.clock, step, context)
      const next = context !== null && isHyperStep(cadence, beforeRollout, context) ? decide(key, state, context, moment.envSteps) : state
      return [{ kind: 'use', hyper: next.action < 0 ? hyper : grid.hyperAt(next.action, moment) }, next]
    },
    observe: (key, state, feedback) => {
      if (feedback.kind === 'probe') return state
      const { context, envSteps } = feedback.members[0]
      const value = rewardOf(reward, context, envSteps)
      const [ledger, episode] = judged(state.ledger, context, envSteps, value)
      return { ...state, ledger, network: learn(key, state.network, episode, value), clock: tick(state.clock, feedback) }
    },
    describe: ({ decisions, greedy, epsilon, action, network }) => ({
      decisions,
      greedyShare: decisions === 0 ? Number.NaN : greedy / decisions,
      epsilon,
      action,
      qSteps: network.steps,
      qLoss: network.loss,
      replayed: network.replay.length,
    }),
  }
}
