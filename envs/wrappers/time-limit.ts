/**
 * TimeLimit: truncates an episode after a number of steps.
 *
 * The count of steps is part of the state. The step that reaches the limit is truncated; whether it is terminated too is up to the
 * environment below. An environment with a limit of its own can only be shortened.
 *
 * *Source:* Gymnasium 1.x, `gymnasium.wrappers.TimeLimit`.
 * *Deviations:* 1. a limit beyond that of the environment is refused, because it would change nothing. 2. a step after the end is an
 * error. 3. `rewardThreshold` is null: the authors' threshold is meant for episodes of their length.
 */
import type { Env } from '../../src/core/env.ts'
import { refusal, rejectAll, rejection, type Refusal } from '../../src/core/rejection.ts'
import { wrappedEnv, type WrappedEnv } from '../../src/core/wrapped-env.ts'
import { defineWrapper } from '../../src/core/wrapper.ts'

const kind = 'time-limit'

/** `steps`: length of the longest episode, at least 1. */
export type TimeLimitOptions = Readonly<{ steps: number }>

const problems = ({ steps }: TimeLimitOptions): readonly Refusal[] =>
  Number.isInteger(steps) && steps >= 1 ? [] : [refusal('steps', 'a positive integer', steps)]

/** `env` whose episodes are truncated after `steps` steps. */
export const timeLimit = <S>(env: Env<S>, options: TimeLimitOptions): WrappedEnv<S> => {
  rejectAll(kind, problems(options))
  const { steps } = options
  const own = env.spec.timeLimit
  if (own !== null && steps > own) throw rejection(`${kind}.steps`, `at most ${own}, where ${env.spec.id} ends by itself`, String(steps))
  return wrappedEnv(env, {
    spec: { ...env.spec, timeLimit: steps, rewardThreshold: null },
    memory: new Float64Array(1), // [steps taken]
    observes: false,
    face: (memory) => ({
      start() {
        memory[0] = 0
      },
      pass() {
        memory[0]++
      },
      truncates: () => memory[0] >= steps,
    }),
  })
}

export const timeLimitEntry = defineWrapper({
  kind,
  title: 'Truncates an episode after a number of steps',
  source: 'Gymnasium, TimeLimit',
  settings: { steps: 1000 },
  problems,
  wrap: timeLimit,
})
