import { describe, expect, it } from 'vitest'
import { exploreLaws, populationLaws } from '../laws/pbt.ts'
import { brokenPbts, soundPbt } from './populations.ts'

const laws = [...populationLaws, ...exploreLaws]

describe('the laws of population based training', () => {
  it.each(laws)('$name', ({ check }) => check(soundPbt))
  it.each(brokenPbts)('catch one that %s', (_, make, name) => {
    const law = laws.find((each) => each.name === name)
    expect(() => law?.check(make)).toThrow()
  })
  it('and each law catches one', () => {
    expect(new Set(brokenPbts.map(([, , name]) => name))).toEqual(new Set(laws.map(({ name }) => name)))
  })
})
