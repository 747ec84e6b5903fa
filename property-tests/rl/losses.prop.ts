import { describe, expect, it } from 'vitest'
import { reference } from '../../backends/reference/index.ts'
import { discrete, uniformBox } from '../../src/core/space.ts'
import type { ActorCriticSpec } from '../../src/nn/actor-critic.ts'
import { actorCriticLayout, actorCriticProblems, compileActorCritic, initActorCritic, releasedGains } from '../../src/nn/actor-critic.ts'
import { a2cLoss } from '../../src/rl/a2c-loss.ts'
import { normaliseAdvantages, takeRows } from '../../src/rl/minibatch.ts'
import { ppoLoss } from '../../src/rl/ppo-loss.ts'
import { policyGradientLaws } from '../laws/policy-gradient.ts'

describe('actor-critics and their losses', () => {
  it.each(policyGradientLaws)('$name', ({ check }) => check({ compileActorCritic, initActorCritic, actorCriticLayout, ppoLoss, a2cLoss }))
})

const spec = (change: Partial<ActorCriticSpec['policy']>): ActorCriticSpec => ({
  policy: {
    kind: 'gaussian',
    hidden: [64, 64],
    activation: 'tanh',
    outputActivation: 'linear',
    initialLogStd: 0,
    init: 'orthogonal',
    action: 'clip',
    ...change,
  },
  critic: { kind: 'separate', hidden: [64, 64], activation: 'tanh' },
  gains: releasedGains('gaussian', 'separate'),
})

describe('an actor-critic', () => {
  it('has the parameter counts of the released code', () => {
    const count = (obsSize: number, actions: number): number => compileActorCritic(spec({}), obsSize, uniformBox(actions, -1, 1), reference).size
    // MountainCarContinuous, BipedalWalker, LunarLanderContinuous, Hopper, HalfCheetah, Ant, Humanoid (the fact sheet's table)
    expect([count(2, 1), count(24, 4), count(8, 2), count(11, 3), count(17, 6), count(111, 8), count(376, 17)]).toEqual([
      8835, 11849, 9669, 10119, 11085, 23249, 57763,
    ])
  })

  it('says what does not fit', () => {
    const shared: ActorCriticSpec = { ...spec({ hidden: [] }), critic: { kind: 'shared' } }
    expect(actorCriticProblems(spec({}), uniformBox(1, -1, 1))).toEqual([])
    expect(actorCriticProblems(shared, uniformBox(1, -1, 1))).toEqual(['a shared trunk needs a hidden layer'])
    expect(actorCriticProblems(spec({ kind: 'deterministic' }), uniformBox(1, -1, 1))[0]).toMatch(/probabilities/)
    const flat: ActorCriticSpec = { ...spec({}), critic: { kind: 'separate', hidden: [0], activation: 'tanh' } }
    expect(actorCriticProblems(flat, uniformBox(1, -1, 1))[0]).toMatch(/positive/)
    expect(() => compileActorCritic(spec({}), 3, discrete(2), reference)).toThrow(/continuous/)
  })
})

describe('a minibatch', () => {
  const data = {
    obs: Float64Array.of(0, 1, 10, 11, 20, 21),
    actions: Float64Array.of(0, 1, 2),
    advantages: Float64Array.of(1, 2, 6),
    returns: Float64Array.of(4, 5, 6),
    oldLogProb: Float64Array.of(7, 8, 9),
    oldValues: Float64Array.of(-1, -2, -3),
  }
  it('is rows of a rollout in the order that was asked for', () => {
    expect(takeRows(data, Uint32Array.of(2, 0))).toEqual({
      obs: Float64Array.of(20, 21, 0, 1),
      actions: Float64Array.of(2, 0),
      advantages: Float64Array.of(6, 1),
      returns: Float64Array.of(6, 4),
      oldLogProb: Float64Array.of(9, 7),
      oldValues: Float64Array.of(-3, -1),
    })
  })
  it('has advantages that can be scaled to mean 0 and deviation 1', () => {
    expect([...normaliseAdvantages(Float64Array.of(1, 2, 3), { ddof: 1, epsilon: 0 })]).toEqual([-1, 0, 1])
    expect([...normaliseAdvantages(Float64Array.of(5, 5), { ddof: 0, epsilon: 1e-8 })]).toEqual([0, 0])
    expect(() => normaliseAdvantages(Float64Array.of(5), { ddof: 1, epsilon: 1e-8 })).toThrow(/deviation/)
  })
})
