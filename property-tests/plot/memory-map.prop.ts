import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { foldIn, normals, rootKey } from '../../src/core/rng.ts'
import { episodicMemory, type EpisodicMemoryState } from '../../src/memory/episodic-memory.ts'
import { codeMemory, paperMemory } from '../../src/memory/memory-rules.ts'
import { memoryMaps } from '../../src/plot/memory-map.ts'
import { renderReport } from '../../src/plot/report.ts'
import type { MemoryMap } from '../../src/run/memory-map.ts'
import { memoryMapOf } from '../../src/run/memory-map.ts'
import { openRasteriser } from '../../src/shell/rasteriser.ts'
import { figureComplaints } from '../laws/figure.ts'
import { madeUp } from './records.ts'

beforeAll(async () => {
  await openRasteriser()
})

const embedding = (i: number): Float64Array => normals(foldIn(rootKey('memory map'), i), 3)

const filled = (rows: number, rules = paperMemory): EpisodicMemoryState => {
  const memory = episodicMemory({ ...rules(3, 4, 50), beta: 0 })
  return Array.from({ length: rows }, (_, i) => i).reduce(
    (state, i) => memory.write(state, [{ embedding: embedding(i), action: i % 4, target: i }]),
    memory.empty(),
  )
}

const mapOf = (rows: number): MemoryMap => {
  const map = memoryMapOf(filled(rows))
  if (map === null) throw new RangeError('an empty memory')
  return map
}

describe('the map of a memory', () => {
  it('has a place, a value and an age for every row, the oldest first', () => {
    const map = mapOf(60)
    expect(Array.from(map.ids)).toEqual(Array.from({ length: 50 }, (_, i) => i + 10))
    expect(map.values).toEqual(map.ids) // row i was worth i
    expect(map.actions).toEqual(map.ids.map((i) => i % 4))
    expect(map.places.length).toBe(100)
    expect(memoryMapOf(filled(0))).toBe(null)
  })

  it('gives a row of all actions the mean of those that have a value', () => {
    const joint = memoryMapOf(filled(6, (dimensions, actions, capacity) => ({ ...codeMemory(dimensions, actions, capacity), untried: 'excluded' })))
    expect(joint?.actions).toBe(null)
    expect(Array.from(joint?.values ?? [])).toEqual([0, 1, 2, 3, 4, 5])
    const zeros = memoryMapOf(filled(6, codeMemory))
    expect(Array.from(zeros?.values ?? [])).toEqual([0, 1, 2, 3, 4, 5].map((value) => value / 4))
  })
})

describe('the figure of memories', () => {
  it('is a sound figure, whatever is in them', () => {
    const number = fc.oneof({ weight: 6, arbitrary: fc.double({ min: -1e6, max: 1e6, noNaN: true }) }, { weight: 1, arbitrary: fc.constantFrom(NaN, Infinity, 1e308) })
    const map = fc.integer({ min: 0, max: 12 }).chain((rows) =>
      fc.record({
        places: fc.array(number, { minLength: 2 * rows, maxLength: 2 * rows }).map((values) => Float64Array.from(values)),
        shares: fc.constant<readonly [number, number]>([0.6, 0.3]),
        values: fc.array(number, { minLength: rows, maxLength: rows }).map((values) => Float64Array.from(values)),
        ids: fc.constant(Float64Array.from({ length: rows }, (_, i) => i)),
        actions: fc.constant(null),
      }),
    )
    const runs = fc.array(fc.record({ label: fc.constantFrom('epgt', '<b>&"', 'a'.repeat(200)), map }), { minLength: 1, maxLength: 6 })
    fc.assert(
      fc.property(runs, (shown) => {
        expect(figureComplaints(memoryMaps(shown))).toEqual([])
      }),
      { seed: 42, numRuns: 12 },
    )
  })

  it('shows every row twice: by its return and by its age, the oldest dark and the newest bright', () => {
    const svg = memoryMaps([{ label: 'epgt', map: mapOf(20) }])
    const dots = [...svg.matchAll(/<circle[^>]*r="2"[^>]*fill="(#[0-9a-f]{6})"|<circle[^>]*fill="(#[0-9a-f]{6})"[^>]*r="2"/g)].map((match) => match[1] ?? match[2])
    expect(dots.length).toBe(40)
    // row i was worth i, so both panels have the same colours
    expect([dots[0], dots[19], dots[20], dots[39]]).toEqual(['#440154', '#fde725', '#440154', '#fde725'])
    expect(svg).toContain('return of 20 rows')
  })

  it('thins a memory of more rows than dots can show', () => {
    const rows = 7000
    const many: MemoryMap = {
      places: normals(rootKey('many'), 2 * rows),
      shares: [0.5, 0.5],
      values: normals(rootKey('values'), rows),
      ids: Float64Array.from({ length: rows }, (_, i) => i),
      actions: null,
    }
    const svg = memoryMaps([{ label: 'epgt', map: many }])
    expect((svg.match(/<circle/g) ?? []).length).toBeLessThan(6100)
    expect(svg).toContain('return of 7000 rows')
  })

  it('stands in the report of a run whose outer level has a memory, and in no other', () => {
    const names = (memory: MemoryMap | null): readonly string[] => renderReport([madeUp({ label: 'epgt', memory })]).figures.map(({ name }) => name)
    expect(names(mapOf(20))).toContain('memory')
    expect(names(null)).not.toContain('memory')
  })
})
