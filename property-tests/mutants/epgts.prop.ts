import { describe, expect, it } from 'vitest'
import { epgtLaws } from '../laws/epgt.ts'
import { epgtMutants } from './epgts.ts'

const killedBy: readonly (readonly [flaw: string, law: string])[] = [
  ['credits the rollout before', 'the action before one update gets the return of the rollout after it'],
  ['credits the updates on one rollout only', 'in a learning episode of several phases an action gets the sum of the returns after it'],
  ['chooses every value anew, whether or not it takes effect', 'what is remembered was in force: a value that cannot change yet stays in the chosen action'],
  ['remembers every other update only', 'all actions of a phase get the return of the rollout after it'],
  ['chooses before every other update only', 'all actions of a phase get the return of the rollout after it'],
  ['counts what was never tried as 0', 'an action that was never tried is no candidate, and the lowest of equals is chosen'],
  ['never looks into its memory', 'choices that are not drawn at random take the action whose neighbours were worth most'],
  ['takes a missing return for 0', 'a return that is not a number judges nothing, and the next one judges for it'],
]

describe('the laws of EPGT catch every flaw', () => {
  it('and every law catches one', () => {
    expect([...new Set(killedBy.map(([, law]) => law))].sort()).toEqual(epgtLaws.map(({ name }) => name).sort())
  })
  it.each(killedBy)('EPGT that %s breaks: %s', (flaw, law) => {
    const found = epgtLaws.find(({ name }) => name === law)
    expect(() => found?.check(epgtMutants[flaw])).toThrow()
  })
})
