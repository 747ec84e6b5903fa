import { describe, expect, it } from 'vitest'
import { ddpgLaws } from '../laws/ddpg.ts'
import { ddpgMutants } from './ddpgs.ts'

const gradients = 'the losses have their gradients, with the target held'
const ends = 'a target is the reward where the episode ended, and sees the slow networks elsewhere'

const killedBy: readonly (readonly [flaw: string, law: string])[] = [
  ['has a critic without slopes by actions', 'the critic has gradients by its parameters and by the actions, one row at a time or all together'],
  ['takes the sum of squares for their mean', gradients],
  ['forgets the factor 2 of a square', gradients],
  ['climbs down the values', 'a step down the actor loss has actions of higher value'],
  ['values what comes after the end', ends],
  ['does not discount', ends],
  ['moves slow networks by 1 − τ', 'slow parameters stay at τ = 0, are taken over at τ = 1, and lie between otherwise'],
]

describe('the laws catch a deterministic policy gradient that', () => {
  it.each(killedBy)('%s', (flaw, name) => {
    const law = ddpgLaws.find((candidate) => candidate.name === name)
    expect(law).toBeDefined()
    expect(() => law?.check(ddpgMutants[flaw])).toThrow()
  })

  it('has a law for each flaw', () => expect(killedBy.map(([flaw]) => flaw)).toEqual(Object.keys(ddpgMutants)))
})
