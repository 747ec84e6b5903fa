import { describe, expect, it } from 'vitest'
import { reference } from '../../backends/reference/index.ts'
import { lockstepLaws } from '../laws/lockstep.ts'
import { siteOf, subjectOf } from '../rl/lockstep-subject.ts'
import type { LockstepFlaw } from './locksteps.ts'
import { lockstepMutants } from './locksteps.ts'

const same = 'every episode is the one that its candidate would have alone, bit for bit'
const apart = 'neighbours, order and earlier work do not show, and the job is left as it was'

/** The law that must catch each flaw. */
const killedBy: readonly (readonly [LockstepFlaw, string])[] = [
  ['gives all candidates the key of the first', same],
  ['forgets the statistics of observations', same],
  ['counts everybody', same],
  ['mirrors nobody', same],
  ['draws by position', apart],
  ['repairs what cannot act', 'a candidate that cannot act fails alone, before its first step or at the step'],
  ['ends all episodes together', 'episodes of different lengths are among them'],
  ['uses up its job', apart],
]

describe('the laws of a lockstep evaluation catch every flaw', async () => {
  const sound = subjectOf(await siteOf(reference))
  it('and every law catches one, and every flaw is caught', () => {
    expect([...new Set(killedBy.map(([, law]) => law))].sort()).toEqual(lockstepLaws.map(({ name }) => name).sort())
    expect(killedBy.map(([flaw]) => flaw).sort()).toEqual(Object.keys(lockstepMutants).sort())
  })
  it.each(killedBy.map(([flaw, law]) => ({ flaw, law })))('an evaluation that $flaw breaks: $law', ({ flaw, law }) => {
    const found = lockstepLaws.find(({ name }) => name === law)
    expect(() => found?.check({ ...sound, together: lockstepMutants[flaw](sound) })).toThrow()
  })
})
