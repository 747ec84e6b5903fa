/**
 * RescaleAction: maps actions from one box to that of the environment, entry by entry and affinely.
 *
 *     t = (a − low)/(high − low),  a' = (1 − t) low_env + t high_env
 *
 * Both ends are met exactly. Actions beyond the new bounds are mapped beyond those of the environment, which says what they mean there.
 *
 * *Source:* Gymnasium 1.x, `gymnasium.wrappers.RescaleAction`.
 * *Deviations:* 1. the bounds of the environment must be finite.
 */
import type { Env } from '../../src/core/env.ts'
import { refusal, rejectAll, rejection, type Refusal } from '../../src/core/rejection.ts'
import { box } from '../../src/core/space.ts'
import { wrappedEnv, type WrappedEnv } from '../../src/core/wrapped-env.ts'
import { defineWrapper } from '../../src/core/wrapper.ts'
import { continuousActions } from './continuous-actions.ts'

const kind = 'rescale-action'

/** The new bounds: one number for all entries, or one for each. */
export type RescaleActionOptions = Readonly<{ low: number | readonly number[]; high: number | readonly number[] }>

const entryOf = (bound: number | readonly number[], i: number): number => (typeof bound === 'number' ? bound : bound[i])

const lengthProblems = (path: string, bound: number | readonly number[], size: number): readonly Refusal[] =>
  typeof bound === 'number' || bound.length === size ? [] : [refusal(path, `one number, or ${size}`, bound)]

const boundProblems = (path: string, bound: number | readonly number[]): readonly Refusal[] =>
  (typeof bound === 'number' ? [bound] : bound).every(Number.isFinite) ? [] : [refusal(path, 'finite numbers', bound)]

const problems = ({ low, high }: RescaleActionOptions): readonly Refusal[] => {
  const infinite = [...boundProblems('low', low), ...boundProblems('high', high)]
  if (infinite.length > 0) return infinite
  const size = Math.max(...[low, high].map((bound) => (typeof bound === 'number' ? 1 : bound.length)))
  const lengths = [...lengthProblems('low', low, size), ...lengthProblems('high', high, size)]
  if (lengths.length > 0) return lengths
  const empty = Array.from({ length: size }, (_, i) => i).some((i) => !(entryOf(low, i) < entryOf(high, i)))
  return empty ? [refusal('high', `more than low, which is ${JSON.stringify(low)}`, high)] : []
}

/** `env` that takes actions in [`low`, `high`]. Discrete actions, infinite bounds and lists of another length throw a `RangeError`. */
export const rescaleAction = <S>(env: Env<S>, options: RescaleActionOptions): WrappedEnv<S> => {
  const { spec } = env
  const bounds = continuousActions(kind, spec)
  const size = bounds.low.length
  rejectAll(kind, [...problems(options), ...lengthProblems('low', options.low, size), ...lengthProblems('high', options.high, size)])
  if (![...bounds.low, ...bounds.high].every(Number.isFinite)) {
    throw rejection(kind, 'an environment with finite bounds of actions', `${spec.id}, where some are infinite`)
  }
  const from = bounds.low.map((_, i) => ({ low: entryOf(options.low, i), high: entryOf(options.high, i) }))
  const [low, high] = [Float64Array.from(bounds.low), Float64Array.from(bounds.high)]
  const [newLow, newHigh] = [Float64Array.from(from, (each) => each.low), Float64Array.from(from, (each) => each.high)]
  return wrappedEnv(env, {
    spec: {
      ...spec,
      actionSpace: box([...newLow], [...newHigh]),
      actions: spec.actions.map((each, i) => ({ ...each, ...from[i], unit: '1' })),
    },
    memory: new Float64Array(0),
    observes: false,
    face: () => ({
      act(action, inner) {
        for (let i = 0; i < size; i++) {
          const share = (action[i] - newLow[i]) / (newHigh[i] - newLow[i])
          inner[i] = (1 - share) * low[i] + share * high[i]
        }
      },
    }),
  })
}

const settings: Readonly<{ low: number; high: number }> = { low: -1, high: 1 }

export const rescaleActionEntry = defineWrapper({
  kind,
  title: 'Maps actions from [low, high] to the bounds of the environment',
  source: 'Gymnasium, RescaleAction',
  settings,
  problems,
  wrap: rescaleAction,
})
