import { describe, expect, it } from 'vitest'
import { computeLaws } from '../laws/compute.ts'
import type { ComputeFlaw } from './computes.ts'
import { computeMutants } from './computes.ts'

const agrees = 'every piece of work has the numbers of reference, within what the backend declares'
const apart = 'what it answers does not depend on earlier work, nor on what the results held, and leaves its inputs unchanged'

/** The law that must catch each flaw. */
const killedBy: readonly (readonly [ComputeFlaw, string])[] = [
  ['answers before it is done', agrees],
  ['gives every candidate the first network', agrees],
  ['answers the first question again', agrees],
  ['sums in 32 bits under a claim of 64', agrees],
  ['forgets the outputscale', agrees],
  ['adds to the gradient that was there', apart],
  ['scales its rows in place', apart],
  ['computes elsewhere and says nothing', 'the device is used, and only there is anything counted'],
]

describe('the laws of compute catch every flaw', () => {
  it('and every law catches one, and every flaw is caught', () => {
    expect([...new Set(killedBy.map(([, law]) => law))].sort()).toEqual(computeLaws.map(({ name }) => name).sort())
    expect(killedBy.map(([flaw]) => flaw).sort()).toEqual(Object.keys(computeMutants).sort())
  })
  it.each(killedBy.map(([flaw, law]) => ({ flaw, law })))('a backend that $flaw breaks: $law', async ({ flaw, law }) => {
    await expect(computeLaws.find(({ name }) => name === law)?.check(computeMutants[flaw])).rejects.toThrow()
  })
})
