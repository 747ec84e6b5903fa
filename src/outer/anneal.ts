/**
 * Fixed hyperparameters of which some move linearly to an end value, over env steps or learner steps.
 *
 *     h(n) = from + (to − from) · min(1, n/length)
 *
 * PPO's decay is `learningRate` to the least value over the env steps of the run: with rollouts of S steps all updates on the j-th of J
 * rollouts (j from 0) use lr · (1 − j/J), as the published programs do. Integers are rounded to the nearest.
 *
 * *Source:* Schulman et al. 2017, arXiv 1707.06347, section 6.1 and Table 3; the program that Le et al. 2021, EPGT, arXiv 2112.01853, build on.
 * *Deviations:* 1. an end of 0 has to be the least admissible value.
 */
import type { HyperParameter, HyperRecord } from '../core/hyper.ts'
import { outside } from '../core/hyper.ts'
import type { Moment, Ramp, RunClock } from './run-clock.ts'
import { momentOf, rampAt, startClock, tick } from './run-clock.ts'
import type { Scheduler } from './scheduler.ts'

/** `hyper` holds a value for every hyperparameter of the learner, and the start of those that `ramps` move inside `space`. */
export type AnnealOptions = Readonly<{
  hyper: HyperRecord
  ramps: Readonly<Record<string, Ramp>>
  space: Readonly<Record<string, HyperParameter>>
}>

/** `moment` is that of the newest proposal. */
export type AnnealState = Readonly<{ clock: RunClock; moment: Moment }>

const end: Moment = { steps: Infinity, envSteps: Infinity }

/**
 * Proposes `hyper` with the ramps at their place; asks for no trials. Throws a `RangeError` for a ramp without length or of an unknown
 * hyperparameter, and for a start or an end outside the learner's range.
 */
export const anneal = ({ hyper, ramps, space }: AnnealOptions): Scheduler<AnnealState, unknown, HyperRecord> => {
  const valuesAt = (moment: Moment): HyperRecord => ({
    ...hyper,
    ...Object.fromEntries(
      Object.entries(ramps).map(([name, ramp]) => {
        const value = rampAt(hyper[name], ramp, moment)
        return [name, space[name]?.kind === 'integer' ? Math.round(value) : value]
      }),
    ),
  })
  const lengthless = Object.entries(ramps).filter(([, { length }]) => !(length > 0))
  if (lengthless.length > 0) {
    throw new RangeError(`anneal: a ramp needs a positive length, received ${lengthless.map(([name, { length }]) => `${name}: ${length}`).join(', ')}`)
  }
  for (const values of [hyper, valuesAt(end)]) {
    const bad = outside(space, values)
    if (bad.length > 0) throw new RangeError(`anneal: ${bad.map((name) => `${name} = ${values[name]}`).join(', ')} outside the learner's space`)
  }
  return {
    name: 'anneal',
    members: 1,
    needs: [],
    probes: [],
    init: () => ({ clock: startClock, moment: { steps: 0, envSteps: 0 } }),
    propose: (_key, { clock }, step, [context]) => {
      const moment = momentOf(clock, step, context)
      return [{ kind: 'use', hyper: valuesAt(moment) }, { clock, moment }]
    },
    observe: (_key, state, feedback) => ({ ...state, clock: tick(state.clock, feedback) }),
    describe: ({ moment }) => ({ annealedEnvSteps: moment.envSteps }),
  }
}
