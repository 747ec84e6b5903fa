import { describe, expect, it } from 'vitest'
import { reference } from '../../backends/reference/index.ts'
import { uniformBox } from '../../src/core/space.ts'
import { actorCriticLayout, releasedGains } from '../../src/nn/actor-critic.ts'
import type { Layout } from '../../src/nn/layout.ts'
import * as autoencoder from '../../src/nn/vae.ts'
import * as encoder from '../../src/outer/context-encoder.ts'
import * as states from '../../src/outer/hyper-state.ts'
import { contextEncoderLaws, hyperStateLaws, vaeLaws } from '../laws/context-encoder.ts'

/** The arrays of the released 64-64 actor and critic. */
const layoutFor = (obsSize: number, actions: number): Layout => {
  const activations = { activation: 'tanh', outputActivation: 'linear' } as const
  const policy = { kind: 'gaussian', hidden: [64, 64], ...activations, initialLogStd: 0, init: 'orthogonal', action: 'clip' } as const
  const critic = { kind: 'separate', hidden: [64, 64], activation: 'tanh' } as const
  return actorCriticLayout({ policy, critic, gains: releasedGains('gaussian', 'separate') }, obsSize, uniformBox(actions, -1, 1))
}

describe('the autoencoder', () => {
  it.each(vaeLaws)('$name', ({ check }) => check(autoencoder))
})

describe('the hyper-state', () => {
  it.each(hyperStateLaws)('$name', ({ check }) => check(states))

  it('has the published sizes, for four features and orders 0, 1, 2, 4', () => {
    const sizes = (obsSize: number, actions: number): readonly number[] =>
      [0, 1, 2, 4].map((order) => states.hyperState({ layout: layoutFor(obsSize, actions), order, features: 4 }, reference).size)
    // the fact sheet's table for MountainCarContinuous, BipedalWalker and Humanoid, each less the one number of the step index
    expect(sizes(2, 1)).toEqual([1060, 2120, 3180, 5300])
    expect(sizes(24, 4)).toEqual([1072, 2144, 3216, 5360])
    expect(sizes(376, 17)[2]).toBe(3372)
  })

  it('has the published number of map parameters', () => {
    expect(states.hyperState({ layout: layoutFor(2, 1), order: 2, features: 4 }, reference).mapSize).toBe(6384)
    const released = autoencoder.releasedVae(3181) // with the step index
    // 5.14 million parameters in the published table
    expect(Math.round(autoencoder.vae(released, reference).size / 1e4)).toBe(514)
  })
})

describe('the context encoder', () => {
  it.each(contextEncoderLaws)('$name', ({ check }) => check(encoder))
})
