/**
 * NormaliseObservation: observations with mean 0 and variance 1, by running statistics that are part of the state.
 *
 *     o' = clip((o − mean)/√(M₂/count + ε), ±clip)
 *
 * The statistics take in an observation before it is scaled by them, at resets too. They are the wrapper's memory: read from a state
 * (`observationMoments`), replaced in one, merged with those of others by `mergeMoments` in a fixed order, and saved with the state.
 *
 * A reset knows nothing of earlier episodes, so statistics begin with `start` (nothing, as a rule; a first observation is then its own
 * mean) in every episode. `resetFrom(key, state.memory)` goes on with those of an earlier one. With `frozen` observations are scaled by fixed statistics, for evaluation, or in
 * workers whose own statistics are merged afterwards. A job of evolution strategies is one episode: there, let the task normalise
 * (`task.normaliseObs`) or freeze the statistics; a config takes frozen ones only.
 *
 * *Source:* Gymnasium 1.x, `gymnasium.wrappers.NormalizeObservation`; clip ±10 of `VecNormalize` (`statistics-options.ts`).
 * *Deviations:* 1. statistics begin empty, not with 10⁻⁴ observations of mean 0 and variance 1 (`start` can say so). 2. results are
 * clipped, unless `clip` is Infinity. 3. an observation that is not finite is scaled but not counted.
 */
import type { Env } from '../../src/core/env.ts'
import { addObservation } from '../../src/core/moments.ts'
import { rejection } from '../../src/core/rejection.ts'
import { uniformBox } from '../../src/core/space.ts'
import { wrappedEnv, type WrappedEnv, type WrappedState } from '../../src/core/wrapped-env.ts'
import { defineWrapper } from '../../src/core/wrapper.ts'
import { ownStatistics, scaled, settingProblems, statisticsDefaults, type StatisticsOptions } from './statistics-options.ts'

const kind = 'normalise-observation'

const allFinite = (values: Float64Array): boolean => {
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) return false
  return true
}

/** `env` whose observations are standardised. Discrete observations and statistics of another length throw a `RangeError`. */
export const normaliseObservation = <S>(env: Env<S>, options: Partial<StatisticsOptions> = {}): WrappedEnv<S> => {
  const complete = { ...statisticsDefaults, ...options }
  const { spec } = env
  if (spec.observationSpace.kind !== 'box') throw rejection(kind, 'an environment whose observations are a box', `${spec.id}, whose observation is discrete`)
  const size = spec.observationSpace.low.length
  const { start, frozen } = ownStatistics(kind, complete, size)
  const { epsilon, clip } = complete
  return wrappedEnv(env, {
    spec: {
      ...spec,
      observationSpace: uniformBox(size, -clip, clip),
      observations: spec.observations.map((each) => ({ ...each, unit: '1', low: -clip, high: clip })),
    },
    memory: start,
    observes: true,
    face(memory) {
      const moments = frozen ?? memory
      const observe = (inner: Float64Array, obs: Float64Array): void => {
        if (allFinite(inner)) addObservation(memory, inner)
        const count = moments[0]
        for (let i = 0; i < size; i++) obs[i] = scaled(inner[i] - moments[1 + i], count, moments[1 + size + i], epsilon, clip)
      }
      return { start: observe, pass: (_, inner, obs) => observe(inner, obs) }
    },
  })
}

/** The statistics `[count, mean (O), M₂ (O)]` that a state has gathered; not to be written to. */
export const observationMoments = <S>({ memory }: WrappedState<S>): Float64Array => memory

/** `state` with other statistics [1 + 2·O]. */
export const withObservationMoments = <S>(state: WrappedState<S>, moments: Float64Array): WrappedState<S> => ({ ...state, memory: moments.slice() })

const settings: Readonly<{ epsilon: number; clip: number; frozen: readonly number[] | null }> = {
  epsilon: statisticsDefaults.epsilon,
  clip: statisticsDefaults.clip,
  frozen: null,
}

export const normaliseObservationEntry = defineWrapper({
  kind,
  title: 'Standardises observations by fixed statistics',
  source: 'Gymnasium, NormalizeObservation',
  settings,
  problems: (given) => settingProblems(given, 'let the task normalise (normaliseObs: true), or give those of an earlier run'),
  wrap: (env, { epsilon, clip, frozen }) => normaliseObservation(env, { epsilon, clip, frozen: frozen === null ? null : Float64Array.from(frozen) }),
})
