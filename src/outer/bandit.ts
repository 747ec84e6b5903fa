/**
 * A context-free bandit over hyperparameters: what paid lately is chosen, whatever the state of training.
 *
 * `clusters` chooses in two levels: first a hyperparameter (a cluster), then one of its levels, both by UCB1 over a sliding window; all other
 * hyperparameters have the learner's own values. `joint` chooses among all joint actions of the grid. The reward of a choice is the return that is
 * measured first after an update has used it, and goes to the level and its cluster. Before the first decision the learner's own
 * values are in force.
 *
 * It sees what EPGT sees except the state of training: the control that shows what the memory of contexts is worth.
 *
 * *Source:* Yuan et al. 2025, ULTHO, ICCV (clusters); Auer, Cesa-Bianchi and Fischer 2002, Machine Learning 47 (UCB1).
 * *Deviations:* 1. rewards are scaled to [0, 1] by default. 2. any grid, and learners without rollouts.
 */
import type { HyperParameter, HyperRecord } from '../core/hyper.ts'
import type { HyperGrid } from './hyper-grid.ts'
import type { Cadence, HyperReward, Ledger, WatchedContext } from './hyper-steps.ts'
import { countsFromRollout, decided, emptyLedger, isHyperStep, judged, rewardOf } from './hyper-steps.ts'
import type { RunClock } from './run-clock.ts'
import { momentOf, startClock, tick } from './run-clock.ts'
import type { Scheduler } from './scheduler.ts'
import type { Arms, Span } from './ucb-arms.ts'
import { emptySpan, freshArms, pulled, rewarded, ucbChoice, widened } from './ucb-arms.ts'

/** `exploration` is c ≥ 0, `window` is W ≥ 1. */
export type BanditSettings = Readonly<{
  arms: 'clusters' | 'joint'
  cadence: Cadence
  reward: HyperReward
  exploration: number
  window: number
  rewardScale: 'range' | 'none'
}>

/** `space` and `hyper` are the learner's: its ranges and its own values. */
export type BanditOptions = BanditSettings & Readonly<{ grid: HyperGrid; space: Readonly<Record<string, HyperParameter>>; hyper: HyperRecord }>

export const banditDefaults: BanditSettings = { arms: 'clusters', cadence: 'rollout', reward: 'sum', exploration: 1, window: 10, rewardScale: 'range' }

/** A cluster and one of its levels; with joint arms the only cluster and an action. */
export type Choice = Readonly<{ cluster: number; level: number }>

/** `choice` is in force, null before the first decision. */
export type BanditState = Readonly<{
  clusters: Arms
  levels: readonly Arms[]
  span: Span
  choice: Choice | null
  ledger: Ledger<Choice>
  clock: RunClock
}>

/** The bandit over the arms of `options.grid`. Throws a `RangeError` for settings outside their ranges. */
export const bandit = (options: BanditOptions): Scheduler<BanditState, WatchedContext, HyperRecord> => {
  const { grid, arms, cadence, reward, exploration, window, rewardScale, space, hyper } = options
  if (!(exploration >= 0)) throw new RangeError(`bandit: exploration must not be negative, received ${exploration}`)
  if (!Number.isInteger(window) || window < 1) throw new RangeError(`bandit: window must be a positive integer, received ${window}`)
  const beforeRollout = countsFromRollout(grid.names, space)
  const sizes = arms === 'joint' ? [grid.size] : grid.sizes

  const choose = (state: BanditState): BanditState => {
    const scale = rewardScale === 'range' ? state.span : null
    const cluster = ucbChoice(state.clusters, exploration, scale)
    const level = ucbChoice(state.levels[cluster], exploration, scale)
    return {
      ...state,
      clusters: pulled(state.clusters, cluster),
      levels: state.levels.with(cluster, pulled(state.levels[cluster], level)),
      choice: { cluster, level },
      ledger: decided(state.ledger, { cluster, level }),
    }
  }

  const credit = (state: BanditState, { cluster, level }: Choice, value: number): BanditState => ({
    ...state,
    clusters: rewarded(state.clusters, cluster, value),
    levels: state.levels.with(cluster, rewarded(state.levels[cluster], level, value)),
    span: widened(state.span, value),
  })

  return {
    name: 'bandit',
    members: 1,
    needs: [],
    probes: [],
    init: () => ({
      clusters: freshArms(sizes.length, window),
      levels: sizes.map((size) => freshArms(size, window)),
      span: emptySpan,
      choice: null,
      ledger: emptyLedger,
      clock: startClock,
    }),
    propose: (_key, state, step, [context]) => {
      const next = isHyperStep(cadence, beforeRollout, context) ? choose(state) : state
      const moment = momentOf(state.clock, step, context)
      if (next.choice === null) return [{ kind: 'use', hyper }, next]
      const { cluster, level } = next.choice
      if (arms === 'joint') return [{ kind: 'use', hyper: grid.hyperAt(level, moment) }, next]
      return [{ kind: 'use', hyper: { ...hyper, [grid.names[cluster]]: grid.valuesOf(cluster, moment)[level] } }, next]
    },
    observe: (_key, state, feedback) => {
      if (feedback.kind === 'probe') return state
      const { context, envSteps } = feedback.members[0]
      const value = rewardOf(reward, context, envSteps)
      const [ledger, settled] = judged(state.ledger, context, envSteps, value)
      const credited = settled.reduce((sofar, choice) => credit(sofar, choice, value), state)
      return { ...credited, ledger, clock: tick(state.clock, feedback) }
    },
    describe: ({ clusters, choice }) => ({
      cluster: choice?.cluster ?? -1,
      level: choice?.level ?? -1,
      ...Object.fromEntries(arms === 'joint' ? [] : grid.names.map((name, i) => [`${name}.pulls`, clusters.pulls[i]])),
    }),
  }
}
