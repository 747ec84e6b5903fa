/** Deterministic policy gradients under their laws. */
import { expect, it } from 'vitest'
import { reference } from '../../backends/reference/index.ts'
import { openSimd } from '../../backends/simd/index.ts'
import type { Backend } from '../../src/core/backend.ts'
import { rootKey } from '../../src/core/rng.ts'
import * as critics from '../../src/nn/action-critic.ts'
import * as losses from '../../src/rl/ddpg-loss.ts'
import { ddpgLaws } from '../laws/ddpg.ts'

it.each(ddpgLaws)('$name', ({ check }) => check({ ...critics, ...losses }))

it('has the same bits on simd', async () => {
  const spec = { obsSize: 20, actionSize: 6, hidden: [100, 100], activation: 'relu' } as const
  const parameters = critics.initActionCritic(rootKey('simd'), spec, 'xavier-normal')
  const simd = await openSimd()
  const on = (backend: Backend) => {
    const { values, pullback } = critics.actionCritic(spec, backend).valuesWithPullback(parameters, new Float64Array(64 * 20).fill(0.3), new Float64Array(64 * 6).fill(-0.2))
    return { values, ...pullback(new Float64Array(64).fill(0.01)) }
  }
  expect(on(simd)).toStrictEqual(on(reference))
})

it('refuses arrays that do not go together', () => {
  const critic = critics.actionCritic({ obsSize: 3, actionSize: 2, hidden: [4], activation: 'tanh' }, reference)
  expect(() => critic.values(new Float64Array(critic.size), new Float64Array(6), new Float64Array(3))).toThrow(/observations/)
  expect(() => critics.actionCritic({ obsSize: 3, actionSize: 2, hidden: [], activation: 'tanh' }, reference)).toThrow(/hidden/)
})
