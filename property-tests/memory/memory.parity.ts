import { describe, expect, it } from 'vitest'
import { appendRow, emptyRows, flatRows, rowAt } from '../../src/memory/chunked-rows.ts'
import { episodicMemory, type EpisodicMemoryState } from '../../src/memory/episodic-memory.ts'
import { nearest } from '../../src/memory/knn.ts'
import { paperMemory } from '../../src/memory/memory-rules.ts'
import { novelty } from '../../src/memory/novelty-archive.ts'
import { mismatches, oracleCases, oracleFamily, type Value } from '../fixtures/oracle.ts'

type Rows = readonly (readonly number[])[]
type Operation = Readonly<{ op: 'read' | 'write'; embedding: readonly number[]; action: number; target?: number }>
type MemoryInput = Readonly<{ k_read: number; k_write: number; beta: number; delta: number; capacity: number; operations: readonly Operation[] }>

const family = oracleFamily('episodic-memory')

describe('oracle: episodic memory', () => {
  it.each(oracleCases<MemoryInput, unknown>(family, 'memory'))('$name', (each) => {
    const { k_read: kRead, k_write: kWrite, beta, delta, capacity, operations } = each.input
    const actions = Math.max(...operations.map(({ action }) => action)) + 1
    const memory = episodicMemory({ ...paperMemory(operations[0].embedding.length, actions, capacity), kRead, kWrite, beta, delta })
    let state: EpisodicMemoryState = memory.empty()
    const idsOf = (held: EpisodicMemoryState): readonly number[] => [...flatRows(held.ids)]
    const log = operations.map(({ op, action, target, ...place }): Value => {
      const embedding = Float64Array.from(place.embedding)
      const { indices, weights } = memory.recall(state, embedding, action, op === 'read' ? kRead : kWrite)
      const ids = idsOf(state)
      const neighbours = [...indices].map((index) => ids[index])
      if (op === 'read') {
        const [values, after] = memory.read(state, embedding)
        state = after
        return { neighbours, weights, value: Number.isNaN(values[action]) ? null : values[action] }
      }
      const after = memory.write(state, [{ embedding, action, target: target ?? NaN }])
      const left = idsOf(after)
      // read where the neighbours were: evicted ones have been moved before they went
      const full = episodicMemory({ ...memory.spec, capacity: capacity + 1 }).write(state, [{ embedding, action, target: target ?? NaN }])
      const record = {
        neighbours,
        weights,
        new_values: [...indices].map((index) => rowAt(full.values, index)[0]),
        added: after.nextId > state.nextId ? state.nextId : null,
        evicted: ids.find((id) => !left.includes(id)) ?? null,
      }
      state = after
      return record
    })
    const content = idsOf(state).map((id, i) => ({
      id,
      embedding: rowAt(state.embeddings, i),
      action: state.actions === null ? null : rowAt(state.actions, i)[0],
      value: rowAt(state.values, i)[0],
    }))
    expect(mismatches(family, each, { log, memory: content })).toEqual([])
  })
})

describe('oracle: neighbours', () => {
  it.each(oracleCases<Readonly<{ items: Rows; queries: Rows; k: number }>, unknown>(family, 'neighbours'))('$name', (each) => {
    const rows = each.input.items.reduce(appendRow, emptyRows(each.input.items[0].length))
    const found = each.input.queries.map((query) => nearest(rows, Float64Array.from(query), each.input.k))
    expect(
      mismatches(family, each, {
        indices: found.map(({ indices }) => indices),
        squared_distances: found.map(({ squaredDistances }) => squaredDistances),
      }),
    ).toEqual([])
  })
})

describe('oracle: novelty', () => {
  it.each(oracleCases<Readonly<{ archive: Rows; behaviours: Rows; k: number }>, unknown>(family, 'novelty'))('$name', (each) => {
    const archive = each.input.archive.reduce(appendRow, emptyRows(each.input.archive[0].length))
    const of = (reduction: 'mean' | 'sum'): readonly number[] =>
      each.input.behaviours.map((behaviour) => novelty(archive, Float64Array.from(behaviour), each.input.k, reduction))
    expect(mismatches(family, each, { novelty: of('mean'), novelty_sum: of('sum') })).toEqual([])
  })
})
