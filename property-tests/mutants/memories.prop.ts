import { describe, expect, it } from 'vitest'
import { rowsLaws } from '../laws/chunked-rows.ts'
import { episodicMemoryLaws, knnLaws, type Law } from '../laws/memory.ts'
import { episodicMemoryMutants, knnMutants, rowsMutants } from './memories.ts'

const lawNamed = <S>(laws: readonly Law<S>[], name: string): Law<S> => {
  const law = laws.find((candidate) => candidate.name === name)
  if (law === undefined) throw new Error(`no law '${name}'`)
  return law
}

const shared = 'versions share all chunks but one, and rows that are gone are let go'
const rowsKilledBy: readonly (readonly [flaw: string, law: string])[] = [
  ['writes into the chunk that older versions share', 'rows are those of a plain array, in every version that there was'],
  ['copies every chunk at every step', shared],
  ['keeps the chunks of rows that are gone', shared],
  ['writes many rows into the chunk that older versions share', 'many rows at once come and go as one after the other'],
  ['keeps the oldest of too many rows', 'many rows at once come and go as one after the other'],
]

const sorted = 'neighbours are the front of the list sorted by distance and then by index'
const knnKilledBy: readonly (readonly [flaw: string, law: string])[] = [
  ['prefers the later of two rows that are as near', sorted],
  ['looks for neighbours in all groups', 'groups have the neighbours that they would have alone'],
  ['looks at groups that nobody wants', 'groups have the neighbours that they would have alone'],
  ['skips the last row of a group', 'groups have the neighbours that they would have alone'],
  ['answers distances, not their squares', sorted],
]

const definition = 'reads and writes are Eq. 3 and Eq. 4 over a list of entries, also when the oldest have gone'
const otherActions = 'a write leaves the values of other actions as they are, to the bit, and an action never tried has none'
const memoryKilledBy: readonly (readonly [flaw: string, law: string])[] = [
  ['reads the rows of other actions', definition],
  ['writes to the rows of other actions', otherActions],
  ['answers 0 for an action never tried', otherActions],
  ['has a blunter kernel than it was asked for', 'the kernel weighs squared distances 0, 0.01 and 0.04 by 0.897, 0.082 and 0.022'],
  ['forgets to evict', definition],
  ['reads a weighted sum, not a mean', 'a constant return is read back, and β = 1 replaces what is known exactly'],
  ['adds what it knows already', 'a constant return is read back, and β = 1 replaces what is known exactly'],
  ['keeps its own count of time', 'memories are persistent plain data: old ones stay as they are, copies go on as the original would'],
]

describe('the laws of memories catch', () => {
  it.each(rowsKilledBy)('a queue of rows that %s', (flaw, law) => expect(() => lawNamed(rowsLaws, law).check(rowsMutants[flaw])).toThrow())
  it.each(knnKilledBy)('a search that %s', (flaw, law) => expect(() => lawNamed(knnLaws, law).check(knnMutants[flaw])).toThrow())
  it.each(memoryKilledBy)('a memory that %s', (flaw, law) =>
    expect(() => lawNamed(episodicMemoryLaws, law).check(episodicMemoryMutants[flaw])).toThrow())
})
