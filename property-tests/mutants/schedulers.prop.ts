import { describe, expect, it } from 'vitest'
import { tuningOf } from '../outer/tunings.ts'
import { schedulerLaws } from '../laws/scheduler.ts'
import type { SchedulerSubject } from '../laws/scheduler.ts'
import { searchMutant } from './schedulers.ts'
import type { Flaw, SearchState } from './schedulers.ts'

const { tuning, space } = tuningOf('sigma and learningRate')
const subject = (flaw: Flaw): SchedulerSubject<SearchState> => ({
  make: () => searchMutant(tuning, flaw),
  space,
  population: 6,
  steps: 12,
  maxRounds: 1,
})

/** The law that must catch each flaw. */
const killedBy: readonly (readonly [Flaw, string])[] = [
  ['proposes outside the range', 'every proposal lies inside the declared range'],
  ['takes the mean of scores that may be NaN', 'every proposal lies inside the declared range, whatever the fitness'],
  ['draws from a hidden stream', 'the same key and state give the same answer'],
  ['writes into its state', 'inputs are left unchanged'],
  ['keeps a function in its state', 'the state is plain data, and a run from copies of it is the same run'],
  ['asks for an undeclared probe', 'it asks only for the probes that it declares'],
  ['reuses a key', 'trial keys are distinct'],
  ['forgets to credit', 'trials are credited: other scores, or the same in another order, leave another state'],
  ['credits whatever the order', 'trials are credited: other scores, or the same in another order, leave another state'],
  ['names its numbers anew', 'it describes itself by the same names throughout, in numbers'],
]

const lawOf = (name: string) => {
  const law = schedulerLaws.find((candidate) => candidate.name === name)
  if (law === undefined) throw new Error(`no law '${name}'`)
  return law
}

describe('the laws of an outer level catch every flaw', () => {
  it('and every law catches one', () => {
    expect([...new Set(killedBy.map(([, law]) => law))].sort()).toEqual(schedulerLaws.map(({ name }) => name).sort())
  })
  it.each(schedulerLaws)('the flawless search obeys: $name', ({ check }) => check(subject('none')))
  it.each(killedBy)('a search that %s breaks: %s', (flaw, law) => {
    expect(() => lawOf(law).check(subject(flaw))).toThrow()
  })
})
