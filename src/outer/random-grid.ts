/**
 * Random hyper-actions: a joint action of the grid, all equally likely, at every hyper-step.
 *
 * The control of outer levels that choose from a grid: the same actions at the same moments, and nothing learnt. Before the first
 * hyper-step the learner's own values are in force.
 *
 * *Source:* Le et al. 2021, EPGT, arXiv 2112.01853, "Why Episodic Control?" (RND). *Deviations:* none.
 */
import type { HyperParameter, HyperRecord } from '../core/hyper.ts'
import { integer } from '../core/rng.ts'
import type { HyperGrid } from './hyper-grid.ts'
import type { Cadence, WatchedContext } from './hyper-steps.ts'
import { countsFromRollout, isHyperStep } from './hyper-steps.ts'
import type { RunClock } from './run-clock.ts'
import { momentOf, startClock, tick } from './run-clock.ts'
import type { Scheduler } from './scheduler.ts'

/** `space` and `hyper` are the learner's: its ranges and its own values. */
export type RandomGridOptions = Readonly<{
  grid: HyperGrid
  cadence: Cadence
  space: Readonly<Record<string, HyperParameter>>
  hyper: HyperRecord
}>

/** `action` is in force; −1 before the first hyper-step. */
export type RandomGridState = Readonly<{ action: number; draws: number; clock: RunClock }>

/** Proposes uniform joint actions of `grid`. */
export const randomGrid = ({ grid, cadence, space, hyper }: RandomGridOptions): Scheduler<RandomGridState, WatchedContext, HyperRecord> => {
  const beforeRollout = countsFromRollout(grid.names, space)
  return {
    name: 'random-grid',
    members: 1,
    needs: [],
    probes: [],
    init: () => ({ action: -1, draws: 0, clock: startClock }),
    propose: (key, state, step, [context]) => {
      const next = isHyperStep(cadence, beforeRollout, context) ? { ...state, action: integer(key, grid.size), draws: state.draws + 1 } : state
      return [{ kind: 'use', hyper: next.action < 0 ? hyper : grid.hyperAt(next.action, momentOf(state.clock, step, context)) }, next]
    },
    observe: (_key, state, feedback) => ({ ...state, clock: tick(state.clock, feedback) }),
    describe: ({ draws, action }) => ({ draws, action }),
  }
}
