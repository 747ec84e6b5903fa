/**
 * FrameStack: shows the last observations side by side, the oldest first.
 *
 *     o'_t = [o_{t−k+1}, …, o_{t−1}, o_t],  o_j = o_0 for j < 0
 *
 * *Source:* Gymnasium 1.x, `gymnasium.wrappers.FrameStackObservation` with its padding `reset`.
 * *Deviations:* 1. the frames are concatenated into one vector [k·O] instead of stacked along a new axis.
 */
import type { Env } from '../../src/core/env.ts'
import { refusal, rejectAll, rejection, type Refusal } from '../../src/core/rejection.ts'
import { box } from '../../src/core/space.ts'
import { wrappedEnv, type WrappedEnv } from '../../src/core/wrapped-env.ts'
import { defineWrapper } from '../../src/core/wrapper.ts'

const kind = 'frame-stack'

/** `size`: number k of observations that are shown, at least 1. */
export type FrameStackOptions = Readonly<{ size: number }>

const problems = ({ size }: FrameStackOptions): readonly Refusal[] =>
  Number.isInteger(size) && size >= 1 ? [] : [refusal('size', 'a positive integer', size)]

const agoText = (steps: number): string => (steps === 0 ? '' : steps === 1 ? ', 1 step ago' : `, ${steps} steps ago`)

/** `env` that shows its last `size` observations. An environment with a discrete observation throws a `RangeError`. */
export const frameStack = <S>(env: Env<S>, options: FrameStackOptions): WrappedEnv<S> => {
  rejectAll(kind, problems(options))
  const { size } = options
  const { spec } = env
  const { observationSpace, observations } = spec
  if (observationSpace.kind !== 'box') throw rejection(kind, 'an environment whose observations are a box', `${spec.id}, whose observation is discrete`)
  const frames = Array.from({ length: size }, (_, i) => size - 1 - i)
  const obsSize = observationSpace.low.length
  const newest = (size - 1) * obsSize
  return wrappedEnv(env, {
    spec: {
      ...spec,
      observationSpace: box(frames.flatMap(() => observationSpace.low), frames.flatMap(() => observationSpace.high)),
      observations: frames.flatMap((ago) => observations.map((each) => ({ ...each, name: `${each.name}${agoText(ago)}` }))),
    },
    memory: new Float64Array(size * obsSize), // the frames, as they are shown
    observes: true,
    face: (memory) => ({
      start(inner, obs) {
        for (let i = 0; i < size; i++) memory.set(inner, i * obsSize)
        obs.set(memory)
      },
      pass(_, inner, obs) {
        memory.copyWithin(0, obsSize)
        memory.set(inner, newest)
        obs.set(memory)
      },
    }),
  })
}

export const frameStackEntry = defineWrapper({
  kind,
  title: 'Shows the last observations side by side, the oldest first',
  source: 'Gymnasium, FrameStackObservation',
  settings: { size: 4 },
  problems,
  wrap: frameStack,
})
