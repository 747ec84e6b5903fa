/**
 * NormaliseReward: rewards divided by the deviation of the discounted return, by running statistics that are part of the state.
 *
 *     R_t = γ R_{t−1} + r_t,  r'_t = clip(r_t/√(M₂(R)/count + ε), ±clip)
 *
 * R begins at 0 in every episode, and its statistics take in R_t before r_t is divided by them; rewards are not centred. Memory:
 * `[R, count, mean of R, M₂ of R]`. What is said of statistics in `normalise-observation.ts` holds here: they begin with `start` in every
 * episode unless `resetFrom(key, state.memory)` goes on with earlier ones, and a config takes frozen ones only. The reward of the
 * environment stays visible as `info.rawReward`.
 *
 * *Source:* Gymnasium 1.x, `gymnasium.wrappers.NormalizeReward`; clip ±10 of `VecNormalize` (`statistics-options.ts`).
 * *Deviations:* 1. R starts anew with an episode, as in `VecNormalize`; Gymnasium drops the past in the step that terminates, and carries
 * R over into the next episode. 2. statistics begin empty, not with 10⁻⁴ returns of mean 0 and variance 1. 3. results are clipped, unless
 * `clip` is Infinity. 4. a reward that is not finite enters neither R nor the statistics. 5. `rewardThreshold` is null.
 */
import type { Env } from '../../src/core/env.ts'
import { addObservation } from '../../src/core/moments.ts'
import { refusal, rejectAll, type Refusal } from '../../src/core/rejection.ts'
import { wrappedEnv, type WrappedEnv, type WrappedState } from '../../src/core/wrapped-env.ts'
import { defineWrapper } from '../../src/core/wrapper.ts'
import { ownStatistics, scaled, settingProblems, statisticsDefaults, type StatisticsOptions } from './statistics-options.ts'

const kind = 'normalise-reward'

/** `gamma` in [0, 1]: the discount γ of the return. Statistics are of one number: `[count, mean, M₂]`. */
export type NormaliseRewardOptions = StatisticsOptions & Readonly<{ gamma: number }>

export const normaliseRewardDefaults: NormaliseRewardOptions = { ...statisticsDefaults, gamma: 0.99 }

const gammaProblems = (gamma: number): readonly Refusal[] => (gamma >= 0 && gamma <= 1 ? [] : [refusal('gamma', 'a number from 0 to 1', gamma)])

/** `env` whose rewards are scaled. Statistics of another length than 3 throw a `RangeError`. */
export const normaliseReward = <S>(env: Env<S>, options: Partial<NormaliseRewardOptions> = {}): WrappedEnv<S> => {
  const complete = { ...normaliseRewardDefaults, ...options }
  const { gamma, epsilon, clip } = complete
  rejectAll(kind, gammaProblems(gamma))
  const { start, frozen } = ownStatistics(kind, complete, 1)
  return wrappedEnv(env, {
    spec: { ...env.spec, rewardThreshold: null },
    memory: Float64Array.of(0, ...start),
    observes: false,
    face(memory) {
      const discounted = memory.subarray(0, 1)
      const gathered = memory.subarray(1)
      const moments = frozen ?? gathered
      return {
        start() {
          discounted[0] = 0
        },
        pass(passing) {
          const { reward } = passing
          if (Number.isFinite(reward)) {
            discounted[0] = gamma * discounted[0] + reward
            addObservation(gathered, discounted)
          }
          passing.reward = scaled(reward, moments[0], moments[2], epsilon, clip)
        },
      }
    },
    info: (reward) => ({ rawReward: reward }),
  })
}

/** The statistics `[count, mean, M₂]` of discounted returns that a state has gathered; a copy. */
export const rewardMoments = <S>({ memory }: WrappedState<S>): Float64Array => memory.slice(1)

/** `state` with other statistics [3]; its discounted return stays. */
export const withRewardMoments = <S>(state: WrappedState<S>, moments: Float64Array): WrappedState<S> => ({
  ...state,
  memory: Float64Array.of(state.memory[0], ...moments),
})

const settings: Readonly<{ gamma: number; epsilon: number; clip: number; frozen: readonly number[] | null }> = {
  gamma: normaliseRewardDefaults.gamma,
  epsilon: statisticsDefaults.epsilon,
  clip: statisticsDefaults.clip,
  frozen: null,
}

export const normaliseRewardEntry = defineWrapper({
  kind,
  title: 'Divides rewards by the deviation of the discounted return, by fixed statistics',
  source: 'Gymnasium, NormalizeReward',
  settings,
  problems: (given) => [...gammaProblems(given.gamma), ...settingProblems(given, 'give those of an earlier run')],
  wrap: (env, { gamma, epsilon, clip, frozen }) =>
    normaliseReward(env, { gamma, epsilon, clip, frozen: frozen === null ? null : Float64Array.from(frozen) }),
})
