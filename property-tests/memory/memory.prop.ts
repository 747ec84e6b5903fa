import { describe, expect, it } from 'vitest'
import * as rows from '../../src/memory/chunked-rows.ts'
import { episodicMemory, type Experience } from '../../src/memory/episodic-memory.ts'
import * as knn from '../../src/memory/knn.ts'
import { codeMemory, episodicMemoryProblems, paperMemory, type EpisodicMemorySpec } from '../../src/memory/memory-rules.ts'
import { novelty } from '../../src/memory/novelty-archive.ts'
import { rowsLaws } from '../laws/chunked-rows.ts'
import { episodicMemoryLaws, knnLaws } from '../laws/memory.ts'

describe('persistent rows', () => {
  it.each(rowsLaws)('$name', ({ check }) => check(rows))
})

describe('nearest neighbours', () => {
  it.each(knnLaws)('$name', ({ check }) => check(knn))
})

describe('the episodic memory', () => {
  it.each(episodicMemoryLaws)('$name', ({ check }) => check(episodicMemory))
})

const at = (x: number, action: number, target: number): Experience => ({ embedding: Float64Array.of(x), action, target })
const joint: EpisodicMemorySpec = { ...paperMemory(1, 3, 3), rows: 'joint' }
const valuesOf = (spec: EpisodicMemorySpec, experiences: readonly Experience[], index = 0): readonly number[] => {
  const memory = episodicMemory(spec)
  const state = experiences.reduce((now, experience) => memory.write(now, [experience]), memory.empty())
  return [...rows.rowAt(state.values, index)]
}

describe('the habits of the released code, each by itself', () => {
  it('rows hold a value for every action, none where it was not tried', () => {
    expect(valuesOf(joint, [at(0, 0, 10), at(0, 1, 4)])).toEqual([10, 4, NaN])
    expect(valuesOf({ ...joint, untried: 'zero' }, [at(0, 0, 10)])).toEqual([10, 0, 0])
  })

  it('what was not taken decays towards 0: the published figures 10, 0 → 5, 2 → 2.5, 3', () => {
    const decayed: EpisodicMemorySpec = { ...joint, untried: 'zero', untaken: 'decayed' }
    expect(valuesOf(decayed, [at(0, 0, 10), at(0, 1, 4)])).toEqual([5, 2, 0])
    expect(valuesOf(decayed, [at(0, 0, 10), at(0, 1, 4), at(0, 1, 4)])).toEqual([2.5, 3, 0])
    expect(valuesOf({ ...decayed, untaken: 'kept' }, [at(0, 0, 10), at(0, 1, 4)])).toEqual([10, 2, 0])
  })

  it('an untried action is worth 0 at a read, where the paper has no value', () => {
    const read = (spec: EpisodicMemorySpec): readonly number[] => {
      const memory = episodicMemory(spec)
      return [...memory.read(memory.write(memory.empty(), [at(0, 0, -5)]), Float64Array.of(0))[0]]
    }
    expect(read(joint)).toEqual([-5, NaN, NaN])
    expect(read({ ...joint, untried: 'zero' })).toEqual([-5, 0, 0])
  })

  it('the least recently touched row goes first, not the oldest', () => {
    const ids = (eviction: EpisodicMemorySpec['eviction']): readonly number[] => {
      const memory = episodicMemory({ ...paperMemory(1, 1, 2), kRead: 1, kWrite: 1, eviction })
      const full = memory.write(memory.empty(), [at(0, 0, 1), at(10, 0, 1)])
      const [, touched] = memory.read(full, Float64Array.of(0.1)) // row 0 is looked at
      return [...rows.flatRows(memory.write(touched, [at(0.2, 0, 1)]).ids)].sort()
    }
    expect(ids('oldest')).toEqual([1, 2])
    expect(ids('least-recent')).toEqual([0, 2])
  })

  it('new rows join at the end of an episode', () => {
    const second = (commit: EpisodicMemorySpec['commit']): number => {
      const memory = episodicMemory({ ...paperMemory(1, 1, 9), commit })
      return rows.rowAt(memory.write(memory.empty(), [at(0, 0, 1), at(0.1, 0, 3)]).values, 0)[0]
    }
    expect(second('write')).toBe(2)
    expect(second('episode')).toBe(1)
    const memory = episodicMemory({ ...paperMemory(1, 1, 9), commit: 'episode' })
    expect([...rows.flatRows(memory.write(memory.empty(), [at(0, 0, 1), at(0, 0, 3)]).values)]).toEqual([3])
  })

  it('the larger return stays under the max rule, and neighbours do not move', () => {
    const max: EpisodicMemorySpec = { ...paperMemory(1, 1, 9), write: 'max' }
    expect(valuesOf(max, [at(0, 0, 5), at(0, 0, 3)])).toEqual([5])
    expect(valuesOf(max, [at(0, 0, 5), at(0, 0, 8)])).toEqual([8])
    expect(valuesOf(max, [at(0, 0, 5), at(0.01, 0, 80)])).toEqual([5])
  })

  it('all of them make the code mode', () => {
    expect(codeMemory(5, 7, 1000)).toEqual({
      dimensions: 5, actions: 7, capacity: 1000, kRead: 5, kWrite: 3, beta: 0.5, delta: 1e-3, write: 'average',
      rows: 'joint', untried: 'zero', untaken: 'decayed', eviction: 'least-recent', commit: 'episode',
    })
    expect(episodicMemoryProblems(codeMemory(5, 7, 1000))).toEqual([])
  })
})

describe('what does not fit a memory', () => {
  it('is named', () => {
    expect(episodicMemoryProblems({ ...paperMemory(1, 1, 0), beta: 2, delta: 0 })).toEqual([
      'capacity must be a positive integer, received 0',
      'beta must lie in [0, 1], received 2',
      'delta must be positive, received 0',
    ])
    expect(episodicMemoryProblems({ ...paperMemory(1, 1, 1), untried: 'zero' })[0]).toMatch(/joint rows/)
    expect(() => episodicMemory({ ...paperMemory(1, 1, 1), kRead: 0 })).toThrow(/kRead/)
  })
  it('is rejected', () => {
    const memory = episodicMemory(paperMemory(2, 3, 9))
    expect(() => memory.read(memory.empty(), Float64Array.of(1))).toThrow(/embedding/)
    expect(() => memory.write(memory.empty(), [{ embedding: Float64Array.of(1, 2), action: 3, target: 0 }])).toThrow(/action/)
    expect(() => memory.write(memory.empty(), [{ embedding: Float64Array.of(1, 2), action: 0, target: NaN }])).toThrow(/return/)
  })
})

describe('novelty', () => {
  it('grows with the distance, and needs an archive', () => {
    const archive = [[0, 0], [3, 4]].reduce(rows.appendRow, rows.emptyRows(2))
    expect(novelty(archive, Float64Array.of(0, 0), 2, 'mean')).toBe(2.5)
    expect(novelty(archive, Float64Array.of(0, 0), 1, 'sum')).toBe(0)
    expect(() => novelty(rows.emptyRows(2), Float64Array.of(0, 0), 1, 'sum')).toThrow(/no behaviours/)
  })
})
