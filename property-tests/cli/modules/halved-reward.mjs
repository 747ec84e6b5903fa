// A user's module for tests: a wrapper of one's own.
import { defineWrapper } from '../../../dist/src/core/wrapper.js'
import { wrappedEnv } from '../../../dist/src/core/wrapped-env.js'

const halvedReward = defineWrapper({
  kind: 'halved-reward',
  title: 'Divides rewards',
  source: 'test',
  settings: { by: 2 },
  problems: ({ by }) => (by === 0 ? [{ path: 'by', expected: 'anything but 0', received: '0', hint: '' }] : []),
  wrap: (env, { by }) =>
    wrappedEnv(env, {
      spec: env.spec,
      memory: new Float64Array(0),
      observes: false,
      face: () => ({
        pass(passing) {
          passing.reward /= by
        },
      }),
    }),
})

export const bilevel = { wrappers: [halvedReward] }
