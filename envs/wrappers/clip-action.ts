/**
 * ClipAction: clips actions to the bounds of the environment.
 *
 *     a' = min(high, max(low, a))
 *
 * Every finite action is admissible, so the action space has no bounds.
 *
 * *Source:* Gymnasium 1.x, `gymnasium.wrappers.ClipAction`. *Deviations:* none.
 */
import type { Env } from '../../src/core/env.ts'
import { uniformBox } from '../../src/core/space.ts'
import { wrappedEnv, type WrappedEnv } from '../../src/core/wrapped-env.ts'
import { defineWrapper } from '../../src/core/wrapper.ts'
import { continuousActions } from './continuous-actions.ts'

const kind = 'clip-action'

/** `env` that takes every action and clips it. An environment with discrete actions throws a `RangeError`. */
export const clipAction = <S>(env: Env<S>): WrappedEnv<S> => {
  const { spec } = env
  const bounds = continuousActions(kind, spec)
  const low = Float64Array.from(bounds.low)
  const high = Float64Array.from(bounds.high)
  return wrappedEnv(env, {
    spec: {
      ...spec,
      actionSpace: uniformBox(low.length, -Infinity, Infinity),
      actions: spec.actions.map((each) => ({ ...each, low: -Infinity, high: Infinity })),
    },
    memory: new Float64Array(0),
    observes: false,
    face: () => ({
      act(action, inner) {
        for (let i = 0; i < inner.length; i++) inner[i] = Math.min(high[i], Math.max(low[i], action[i]))
      },
    }),
  })
}

export const clipActionEntry = defineWrapper({
  kind,
  title: 'Clips actions to the bounds of the environment',
  source: 'Gymnasium, ClipAction',
  settings: {},
  problems: () => [],
  wrap: (env) => clipAction(env),
})
