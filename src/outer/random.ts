/**
 * Random search over time: values uniform in the tuned ranges, drawn anew every `interval` steps.
 *
 * The control that an adaptive outer level must beat: it visits the same range at no cost and learns nothing.
 *
 * *Source:* Bergstra and Bengio 2012, Random Search for Hyper-Parameter Optimization, JMLR 13.
 * *Deviations:* 1. drawn again during one run instead of once per run.
 */
import type { HyperRecord, Tuning } from '../core/hyper.ts'
import { hyperAt } from '../core/hyper.ts'
import { uniforms } from '../core/rng.ts'
import type { Scheduler } from './scheduler.ts'

/** `interval` is the number of steps between draws, a positive integer (default 1: the values change before every step). */
export type RandomOptions = Readonly<{ tuning: Tuning; interval?: number }>

/** The point of the unit cube in force [D]; empty before the first proposal. */
export type RandomState = Readonly<{ point: Float64Array; draws: number }>

/** Proposes uniform points of the unit cube of `tuning` (uniform in the logarithm where the scale is `log`). */
export const random = ({ tuning, interval = 1 }: RandomOptions): Scheduler<RandomState, unknown, HyperRecord> => {
  if (!Number.isInteger(interval) || interval < 1) throw new RangeError(`random: interval must be a positive integer, received ${interval}`)
  return {
    name: 'random',
    members: 1,
    needs: [],
    probes: [],
    init: () => ({ point: new Float64Array(0), draws: 0 }),
    propose: (key, state, step) => {
      const next =
        state.draws === 0 || step % interval === 0 ? { point: uniforms(key, tuning.dimensions.length), draws: state.draws + 1 } : state
      return [{ kind: 'use', hyper: hyperAt(tuning, next.point) }, next]
    },
    observe: (_key, state) => state,
    describe: ({ draws }) => ({ draws }),
  }
}
