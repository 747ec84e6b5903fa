/** No wrapper allocates at a step of its fast path, and neither do copies that are stepped together. */
import { expect, test } from 'vitest'
import { clipAction, frameStack, normaliseObservation, normaliseReward, recordEpisode, rescaleAction, timeLimit } from '../../../envs/index.ts'
import type { Env, LiveEnv } from '../../../src/core/env.ts'
import type { Key } from '../../../src/core/key.ts'
import { vectorise } from '../../../src/core/vector-env.ts'
import { stepAllocation } from '../../laws/allocation.ts'
import { thrifty } from '../../mutants/allocations.ts'

const wrapped: Readonly<Record<string, (env: Env) => Env>> = {
  'a time limit': (env) => timeLimit(env, { steps: 900 }) as Env,
  'clipped actions': (env) => clipAction(env) as Env,
  'rescaled actions': (env) => rescaleAction(env, { low: 0, high: 1 }) as Env,
  'stacked frames': (env) => frameStack(env, { size: 3 }) as Env,
  'normalised observations': (env) => normaliseObservation(env) as Env,
  'frozen observations': (env) => normaliseObservation(env, { frozen: Float64Array.of(2, 1, 1, 3, 3) }) as Env,
  'normalised rewards': (env) => normaliseReward(env) as Env,
  'several wrappers': (env) => normaliseReward(frameStack(normaliseObservation(timeLimit(rescaleAction(env, { low: 0, high: 1 }), { steps: 900 })), { size: 2 })) as Env,
}

test.each(Object.entries(wrapped))('a step with %s allocates nothing', (_, wrap) => {
  const { objects, places } = stepAllocation(wrap(thrifty()), { within: 0.09 })
  // one object per step would be 1; the runtime itself sometimes makes one or two, when it optimises a function or grows a table
  expect(objects, places.join(', ')).toBeLessThan(0.1)
})

test('a recording makes a chunk at every 64th step, and nothing else', () => {
  const { objects, places } = stepAllocation(recordEpisode(thrifty()) as Env, { within: 0.3 })
  // of a chunk: its record, its numbers with their buffer, and the list of keys as it grows
  expect(objects, places.join(', ')).toBeLessThan(20 / 64)
})

/** Copies stepped together, as one environment that shows the first of them. */
const together = (size: number): Env => {
  const env = thrifty()
  return {
    ...env,
    live(): LiveEnv {
      const first = env.live()
      const vector = vectorise(env, size)
      const keys: Key[] = []
      const actions = new Float64Array(size)
      const follow = (key: Key): void => {
        for (let i = 0; i < size; i++) keys[i] = key
      }
      return {
        ...first,
        reset(key) {
          follow(key)
          vector.reset(keys)
        },
        step(key, action) {
          follow(key)
          actions.fill(action[0])
          vector.step(keys, actions)
        },
      }
    },
  }
}

test('a step of several copies allocates nothing', () => {
  const { objects, places } = stepAllocation(together(5), { within: 0.09, steps: 100 })
  expect(objects, places.join(', ')).toBeLessThan(0.1)
})
