/**
 * The trivial outer level: the same hyperparameters before every step.
 *
 * *Source:* house contract 4; the baseline of Wang et al. 2023, BiERL, arXiv 2308.01207, section 4.1.
 * *Deviations:* none.
 */
import type { HyperRecord } from '../core/hyper.ts'
import type { Scheduler } from './scheduler.ts'

/** `hyper` holds a value for every hyperparameter of the learner. */
export type FixedOptions = Readonly<{ hyper: HyperRecord }>

/** It remembers nothing. */
export type FixedState = Readonly<Record<string, never>>

/** Proposes `options.hyper` before every step; asks for no trials, so it costs no env step. */
export const fixed = ({ hyper }: FixedOptions): Scheduler<FixedState, unknown, HyperRecord> => ({
  name: 'fixed',
  members: 1,
  needs: [],
  probes: [],
  init: () => ({}),
  propose: (_key, state) => [{ kind: 'use', hyper }, state],
  observe: (_key, state) => state,
  describe: () => ({}),
})
