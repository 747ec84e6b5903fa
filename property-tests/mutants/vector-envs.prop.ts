/** Every broken vectorised environment is caught by the law that names its flaw, and every law catches one. */
import { describe, expect, test } from 'vitest'
import type { Env } from '../../src/core/env.ts'
import { vectorLaws } from '../laws/vector-env.ts'
import { healthyEnv } from './envs.ts'
import { vectorMutants, type VectorFlaw } from './vector-envs.ts'

const separate = 'every copy gives the bits of a separate environment, whatever N is'
const others = 'a reset of one copy, and a copy left out of a step, touch no other'
const saved = 'what was saved goes on bit for bit in other copies, observations and flags included'
const refused = 'nothing resets by itself, and what is refused leaves no trace'
const inputs = 'inputs are left as they were, and the arrays stay the same ones'

/** The law that must catch each flaw. */
const killedBy: Readonly<Record<VectorFlaw, string>> = {
  'steps every copy with the first key': separate,
  'mixes N into its keys': separate,
  'steps one simulator for all copies': separate,
  'resets itself when an episode is over': refused,
  'resets all copies where one is meant': others,
  'steps copies that were left out': others,
  'rewards a copy that rests once more': others,
  'saves no observations': saved,
  'saves no flags': saved,
  'restores bytes of any number of copies': saved,
  'has stepped some copies when it refuses': refused,
  'clips the actions that it is given': inputs,
  'answers in new arrays': inputs,
}

describe('the laws of vectorised environments', () => {
  test.each(Object.entries(killedBy) as [VectorFlaw, string][])('catch one that %s', (flaw, name) => {
    const law = vectorLaws.find((candidate) => candidate.name === name)
    expect(law).toBeDefined()
    expect(() => law?.check(vectorMutants[flaw], () => healthyEnv() as Env)).toThrow()
  })

  test('each catch a flaw, and each flaw is caught', () => {
    expect([...new Set(Object.values(killedBy))].sort()).toEqual(vectorLaws.map(({ name }) => name).sort())
    expect(Object.keys(killedBy).sort()).toEqual(Object.keys(vectorMutants).sort())
  })
})
